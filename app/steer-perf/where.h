/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Where in the program instructions are spent. The script "where" makes a table of it, by files of
 * the source.
 */

#ifndef PERF_WHERE_H
#define PERF_WHERE_H

/** Write to this file from now on. @return 0; -1: a line on stderr says why. */
int perf_where_open(const char *path);
void perf_where_close(void);

/** Forget what was counted. */
void perf_where_clear(void);

/** One instruction. It may be called by a signal's handler, of one thread. */
void perf_where_count(const void *address);

/**
 * Lines of "name,object,offset,instructions": what a packet spends at each address.
 * @param each  Instructions of a packet in all.
 */
void perf_where_write(const char *name, double each);

#endif /* PERF_WHERE_H */
