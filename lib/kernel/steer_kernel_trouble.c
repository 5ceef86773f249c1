/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdarg.h>
#include <stdio.h>

#include "steer_kernel.h"

int
steer_kernel_fail(struct steer_kernel_trouble *trouble, const char *step, int code,
		  const char *format, ...)
{
	va_list args;

	trouble->step = step;
	trouble->code = code;
	va_start(args, format);
	vsnprintf(trouble->text, sizeof(trouble->text), format, args);
	va_end(args);
	return -code;
}
