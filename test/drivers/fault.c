/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdarg.h>
#include <stdio.h>

#include "fault.h"

#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

void
test_fault_note(struct test_fault *f, const char *format, ...)
{
	va_list args;

	if (atomic_flag_test_and_set(&f->taken))
		return;
	va_start(args, format);
	vsnprintf(f->sentence, sizeof(f->sentence), format, args);
	va_end(args);
	atomic_store(&f->found, true);
}

void
test_fault_check(const struct test_fault *f)
{
	if (test_fault_found(f))
		fail_msg("%s", f->sentence);
}
