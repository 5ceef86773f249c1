/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * A port that is none: the engine of the driver, as a port would have it.
 */

#ifndef TRACE_BENCH_H
#define TRACE_BENCH_H

#include <stdbool.h>
#include <stdint.h>

#include "args.h"
#include "capture.h"
#include "steer_trace.h"

struct trace_bench;

/** @return NULL; it was told why. */
struct trace_bench *trace_bench_open(const struct trace_args *a);
void trace_bench_close(struct trace_bench *b);
struct steer_engine *trace_bench_engine(const struct trace_bench *b);

/** What became of a packet. */
struct trace_verdict {
	/** For steer_trace_free(). */
	struct steer_trace *trace;
	/** What a burst has said. */
	struct steer_path burst;
	bool disagree;
};

/**
 * Judge a packet twice: as the driver does, in a burst, and step by step.
 * @param why  Whether rules that were tried are wanted.
 * @return     0; -1: it was told why.
 */
int trace_bench_judge(struct trace_bench *b, const struct trace_packet *packet, bool why,
		      struct trace_verdict *v);

#endif /* TRACE_BENCH_H */
