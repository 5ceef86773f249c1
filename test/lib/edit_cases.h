/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_EDIT_CASES_H_
#define _TEST_EDIT_CASES_H_

#include <stdint.h>

/* What an mbuf says of its packet. */
struct edit_mbuf {
	uint64_t flags;
	uint16_t vlan_tci;
	uint16_t vlan_tci_outer;
};

/* A packet, what a rule does with it in testpmd's words, and what it is then; in hexadecimal. */
struct edit_case {
	const char *what;
	const char *actions;
	const char *before;
	const char *after;
	struct edit_mbuf mbuf_before;
	struct edit_mbuf mbuf_after;
};

extern const struct edit_case edit_cases[];
extern const unsigned int n_edit_cases;

#endif /* _TEST_EDIT_CASES_H_ */
