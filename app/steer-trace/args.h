/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef TRACE_ARGS_H
#define TRACE_ARGS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "steer_rss.h"

#define TRACE_RETA_MAX 512

/** Exit codes. */
#define TRACE_OK 0
#define TRACE_FAILED 1   /**< A file cannot be read, or has something else in it. */
#define TRACE_USAGE 2
#define TRACE_DISAGREE 3 /**< The engine and its explanation do not say the same. */

struct trace_args {
	/** NULL: no rules. */
	const char *rules;
	/** Files, hexadecimal digits, "-"; at least one. */
	char *const *inputs;
	int n_inputs;
	uint16_t queues;
	bool isolated;
	bool summary;
	bool json;
	bool all;
	/** Packets, at most. */
	uint64_t count;
	struct steer_rss_conf rss;
	uint16_t reta[TRACE_RETA_MAX];
};

/**
 * Take the command line apart; what is wrong with it is told.
 * @return -1 to go on; else an exit code.
 */
int trace_args(struct trace_args *a, int argc, char **argv);

#endif /* TRACE_ARGS_H */
