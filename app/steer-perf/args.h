/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * The command line.
 */

#ifndef PERF_ARGS_H
#define PERF_ARGS_H

#include <stdbool.h>
#include <stdint.h>

struct perf_args {
	unsigned int rounds;
	/** Packets of one measurement. */
	uint64_t packets;
	/** Numbers of rules and flows are divided by this. */
	uint32_t scale;
	/** Enough to see what changes much; the largest sets of rules are left out. */
	bool quick;
	/** File for the same as comma-separated values; NULL: none. */
	const char *csv;
	/** Instructions are counted, nothing else. */
	bool instructions;
	/** File for where they are; NULL: none. */
	const char *where;
	/** Part of the names of what is wanted; NULL: all is. */
	const char *only;
};

/** Most rounds. */
#define PERF_ROUNDS_MAX 99

/** @return 0; 1: help was asked for and given; -1: a line on stderr says what is wrong. */
int perf_args_parse(struct perf_args *a, int argc, char **argv);

#endif /* PERF_ARGS_H */
