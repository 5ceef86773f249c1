/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_FAULT_H_
#define _TEST_FAULT_H_

#include <stdatomic.h>
#include <stdbool.h>

/* The first thing that threads find wrong, as a sentence: cmocka's assertions are for one. */
struct test_fault {
	atomic_flag taken;
	atomic_bool found;
	char sentence[256];
};

void test_fault_note(struct test_fault *f, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static inline bool
test_fault_found(const struct test_fault *f)
{
	return atomic_load(&f->found);
}
/* Fail the test if there is one. */
void test_fault_check(const struct test_fault *f);

#endif /* _TEST_FAULT_H_ */
