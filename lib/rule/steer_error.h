/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * rte_flow_error with a formatted message.
 */

#ifndef STEER_ERROR_H
#define STEER_ERROR_H

#include <rte_common.h>
#include <rte_flow.h>

/** Bytes of the longest message, its end included: a list of all items has to fit. */
#define STEER_ERROR_MAX 1024

/**
 * Fill an rte_flow_error. The message lives in a buffer of the calling thread and stays valid
 * until the thread's next refused call.
 *
 * @param error  May be NULL.
 * @param code   Positive errno; also stored in rte_errno.
 * @return       -code.
 */
int steer_error(struct rte_flow_error *error, int code, enum rte_flow_error_type type,
		const void *cause, const char *format, ...) __rte_format_printf(5, 6) __rte_cold;

#endif /* STEER_ERROR_H */
