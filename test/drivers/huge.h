/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_HUGE_H_
#define _TEST_HUGE_H_

#include <stddef.h>

/* Huge pages for an EAL whose memory other processes share. */

/* Where they are mounted: for --huge-dir. */
#define TEST_HUGE_DIR "/run/huge"

/*
 * Add huge pages to the machine's, mounted in a mount name space of this process and its children,
 * in which /run is empty as well. NULL, or a reason why there are none; the machine's pages are
 * then as they were. Before EAL starts, and before there are threads.
 */
const char *test_huge_begin(unsigned int pages);
/* Take back what was added, once EAL has ended. */
void test_huge_end(void);

#endif /* _TEST_HUGE_H_ */
