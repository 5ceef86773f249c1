/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_EAL_H_
#define _TEST_EAL_H_

/*
 * An EAL for one test program: without huge pages, PCI devices or files shared with others, so that
 * any number of programs run side by side, as root or not, next to a DPDK application at work.
 */

/*
 * Start it, with a NULL-terminated list of further EAL arguments, or NULL. EAL starts once in a
 * process: call this from main() or a group set-up, and fail when it answers other than 0.
 * The environment variable TEST_EAL_LOG is one more --log-level (e.g. "pmd.net.steer:debug").
 *
 *	if (test_eal_init((const char *const[]){ "--vdev=net_null0", NULL }) != 0)
 *		return 1;
 */
int test_eal_init(const char *const *extra);

/* Stop it, with all devices. */
void test_eal_cleanup(void);

/* Both, as what cmocka calls before and behind a group of tests. */
int test_eal_begin(void **state);
int test_eal_end(void **state);

#endif /* _TEST_EAL_H_ */
