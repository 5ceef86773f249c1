/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * How many packets each rule has had a say in, and each queue got.
 */

#ifndef TRACE_SUMMARY_H
#define TRACE_SUMMARY_H

#include <stdbool.h>
#include <stdio.h>

#include "steer_engine.h"
#include "steer_path.h"

struct trace_summary;

/** @return NULL: no memory. */
struct trace_summary *trace_summary_create(struct steer_engine *e, uint16_t queues);
/** NULL is allowed. */
void trace_summary_free(struct trace_summary *s);
void trace_summary_add(struct trace_summary *s, const struct steer_path *path);
void trace_summary_print(FILE *file, const struct trace_summary *s, bool json);

#endif /* TRACE_SUMMARY_H */
