/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_FAULT_H_
#define _TEST_FAULT_H_

#include <stdbool.h>

/*
 * Faults of what the driver calls: each function of fault_list.h answers, where a test wants it to,
 * as it does when it fails. The driver's calls come to us, by its objects' symbols (see
 * meson.build); those of tests and of DPDK do not.
 */

/* Whose calls. */
enum test_fault_who {
	TEST_FAULT_CALLER,   /* The thread that says so. */
	TEST_FAULT_ANYBODY,
};

/*
 * Calls that count, in what follows: of functions whose names begin with one of these, with blanks
 * between them. NULL: all.
 */
void test_fault_only(const char *names);

/* From now on the n-th call fails, counted from 1; with onwards all behind it as well. */
void test_fault_begin(unsigned int n, bool onwards, enum test_fault_who who);

/* No more. @return the function that failed first; NULL: there were not so many calls. */
const char *test_fault_end(void);

/*
 * Write what has failed and where it was called, to the file that STEER_FAULT_SITES names: the
 * address in the program's file to which it would have returned, and its name. After a jump in
 * place of a call, that is its caller's.
 */
void test_fault_sites(void);

#endif /* _TEST_FAULT_H_ */
