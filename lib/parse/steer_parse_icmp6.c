/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include "steer_cursor.h"

#define HEAD_LEN 4 /* what all ICMPv6 has: type, code, checksum */

#define ECHO_LEN 8
#define SOLICIT_LEN 24 /* neighbor solicitation and advertisement alike */

/* Options */
#define OPT_UNIT 8
#define OPT_SOURCE 1
#define OPT_TARGET 2
/** Most options looked at. */
#define OPTS_MAX 8

enum type {
	ECHO_REQUEST = 128,
	ECHO_REPLY,
	ROUTER_SOLICIT = 133,
	ROUTER_ADVERT,
	NEIGHBOR_SOLICIT,
	NEIGHBOR_ADVERT,
	REDIRECT,
};

/** Messages, and where the options of neighbor discovery begin in them; 0: they have none. */
static const struct {
	uint8_t type;
	/** Bytes that are kept. */
	uint8_t len;
	uint8_t opts;
	uint64_t rare;
} messages[] = {
	{ ECHO_REQUEST, ECHO_LEN, 0, STEER_RARE_ECHO_REQUEST },
	{ ECHO_REPLY, ECHO_LEN, 0, STEER_RARE_ECHO_REPLY },
	{ ROUTER_SOLICIT, HEAD_LEN, 8, 0 },
	{ ROUTER_ADVERT, HEAD_LEN, 16, 0 },
	{ NEIGHBOR_SOLICIT, SOLICIT_LEN, SOLICIT_LEN, STEER_RARE_ND_NS },
	{ NEIGHBOR_ADVERT, SOLICIT_LEN, SOLICIT_LEN, STEER_RARE_ND_NA },
	{ REDIRECT, HEAD_LEN, 40, 0 },
};

/** The first of each kind with an Ethernet address. */
static void
keep_address(struct steer_cursor *c, const uint8_t opt[OPT_UNIT])
{
	if (opt[1] != 1)
		return;
	if (opt[0] == OPT_SOURCE && !(c->rare_meta & STEER_RARE_SLA)) {
		memcpy(c->rare->sla, opt, OPT_UNIT);
		c->rare_meta |= STEER_RARE_SLA;
	}
	if (opt[0] == OPT_TARGET && !(c->rare_meta & STEER_RARE_TLA)) {
		memcpy(c->rare->tla, opt, OPT_UNIT);
		c->rare_meta |= STEER_RARE_TLA;
	}
}

/** @param at  Where they begin, behind the cursor. */
static void
parse_options(struct steer_cursor *c, uint32_t at)
{
	for (unsigned int n = 0; n < OPTS_MAX; n++) {
		uint8_t buf[OPT_UNIT];
		const uint8_t *opt = steer_look(c, at, OPT_UNIT, buf);

		/* Each is as long as it says, and none is nothing. */
		if (opt == NULL || opt[1] == 0 || steer_left(c) < at + opt[1] * OPT_UNIT)
			return;
		if (n < STEER_ND_OPTS_MAX) {
			memcpy(c->rare->nd_opts + 2 * n, opt, 2);
			c->rare_meta |= STEER_RARE_ND_OPT(n);
		}
		keep_address(c, opt);
		at += opt[1] * OPT_UNIT;
	}
}

void
steer_parse_icmp6(struct steer_cursor *c, struct steer_stack *stack)
{
	uint8_t buf[SOLICIT_LEN];
	unsigned int i = 0, len;
	const uint8_t *rest;

	while (messages[i].type != stack->l4[0])
		if (++i == RTE_DIM(messages))
			return;
	len = messages[i].len - HEAD_LEN;
	if (len > 0) {
		/* Not for no bytes: behind the last one mbufs have nothing to read. */
		rest = steer_look(c, 0, len, buf);
		if (rest == NULL)
			return;
		memcpy(stack->l4 + HEAD_LEN, rest, len);
	}
	c->rare_meta |= messages[i].rare;
	if (messages[i].opts != 0)
		parse_options(c, messages[i].opts - HEAD_LEN);
}
