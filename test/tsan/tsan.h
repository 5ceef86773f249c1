/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_TSAN_H_
#define _TEST_TSAN_H_

#include <dlfcn.h>
#include <stdlib.h>

/*
 * What the thread sanitizer cannot see of DPDK, whose libraries are not built with it. The files in
 * here are linked into each test of a build with -Db_sanitize=thread, in front of these libraries,
 * and have functions of the same names: who calls one of these, also inside DPDK, comes here first.
 * None of this is built with the sanitizer itself, so that nothing in here orders what tests do.
 */

/* The sanitizer's: what was done before a release is done before what follows an acquisition. */
void __tsan_acquire(void *p);
void __tsan_release(void *p);
/* What this thread writes or frees from here to the end is not looked at. */
void AnnotateIgnoreWritesBegin(const char *file, int line);
void AnnotateIgnoreWritesEnd(const char *file, int line);

/* DPDK's function of that name. */
static inline void
find_dpdk(const char *name, void *function)
{
	void *p = dlsym(RTLD_NEXT, name);

	if (p == NULL)
		abort();
	*(void **)function = p;
}

#endif /* _TEST_TSAN_H_ */
