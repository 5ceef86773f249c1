/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdarg.h>
#include <stdio.h>

#include "steer_error.h"

/* rte_flow_error only points at its message, and callers print it after we have returned. */
static __thread char message[STEER_ERROR_MAX];

int
steer_error(struct rte_flow_error *error, int code, enum rte_flow_error_type type,
	    const void *cause, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	return rte_flow_error_set(error, code, type, cause, message);
}
