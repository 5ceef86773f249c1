/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_ALLOC_H_
#define _TEST_ALLOC_H_

#include <stdbool.h>
#include <stddef.h>

/*
 * Memory as the library sees it: the linker hands its calls of malloc(), calloc(),
 * rte_malloc_socket() and rte_zmalloc_socket() over to us (--wrap, see meson.build). To try each
 * place where an operation may run out of memory:
 *
 *	for (unsigned int n = 1; ; n++) {
 *		test_alloc_fail(n);
 *		ret = operation();
 *		if (!test_alloc_failed())
 *			break;
 *		assert_int_equal(ret, -ENOMEM);
 *	}
 *	test_alloc_fail(0);
 */

/* Let the n-th allocation from now on fail, and no other; 0: none at all. */
void test_alloc_fail(unsigned int n);

/* Whether that allocation has come; until the next test_alloc_fail(). */
bool test_alloc_failed(void);

/* Bytes in use on EAL's heaps. */
size_t test_heap_used(void);

#endif /* _TEST_ALLOC_H_ */
