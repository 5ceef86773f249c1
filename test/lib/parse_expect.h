/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_PARSE_EXPECT_H_
#define _TEST_PARSE_EXPECT_H_

#include <stdbool.h>
#include <stdint.h>

#include "packet.h"
#include "steer_parse.h"

/*
 * What parsing a packet must give, out of the list of its headers: nothing here looks at the
 * bytes to find out what they are.
 */

/* Slots that nobody has written to hold this. */
#define EXPECT_UNTOUCHED 0xa5

struct parse_expect {
	struct steer_key key;
	bool whole;
	/* Bytes that there is a reason to look at. */
	uint32_t reads;
};

/* The first len bytes of a packet, parsed that deep (STEER_DEPTH_*, those implied included). */
void parse_expect(const struct packet *p, uint32_t len, uint32_t depth, struct parse_expect *e);

/* Parse an mbuf into a key that was EXPECT_UNTOUCHED. */
bool parse_fresh(const struct rte_mbuf *m, uint32_t depth, struct steer_key *key);

/* Lists of headers, each ending in P_END, that cover what the parser knows. */
extern const enum packet_layer parse_chains[][PACKET_LAYERS + 1];
extern const unsigned int parse_n_chains;

#endif /* _TEST_PARSE_EXPECT_H_ */
