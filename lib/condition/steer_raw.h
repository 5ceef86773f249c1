/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * RAW: bytes at some place of the packet.
 *
 * A place is counted from the packet's first byte, or from the end of what the item before has
 * matched. Bytes are those in the mbuf, over segment borders too: a tag that the lower port has
 * taken out is not there. A search takes the first place where the bytes are, and does not come
 * back to try the next one.
 */

#ifndef STEER_RAW_H
#define STEER_RAW_H

#include <stdbool.h>
#include <stdint.h>

#include "steer_condition.h"

/** Most bytes of one item. */
#define STEER_RAW_MAX 256

/** What a relative place is counted from. */
enum steer_raw_from {
	STEER_FROM_START,  /**< The packet's first byte. */
	STEER_FROM_RAW,    /**< The end of what the RAW item before has matched. */
	STEER_FROM_ETH,    /**< The ends of headers. */
	STEER_FROM_ETAG,
	STEER_FROM_VLAN0,
	STEER_FROM_VLAN1,
	STEER_FROM_PPPOE,
	STEER_FROM_PPP,
	STEER_FROM_MPLS, /**< The first label, */
	STEER_FROM_MPLS_LAST = STEER_FROM_MPLS + STEER_MPLS_MAX - 1, /**< and those behind it. */
	STEER_FROM_L3,
	STEER_FROM_FRAG,
	STEER_FROM_AH,
	STEER_FROM_L4,
	STEER_FROM_ICMP6_ECHO,
	STEER_FROM_ICMP6_ND,
	STEER_FROM_UDP_ESP,
	STEER_FROM_PFCP,
	STEER_FROM_TUNNEL,
	STEER_FROM_UNKNOWN, /**< No place: nothing is counted from there. */
};

struct steer_raw {
	struct steer_check check;
	enum steer_raw_from from;
	/** From headers of the inner stack. */
	bool inner;
	bool search;
	/** All bits of the bytes count. */
	bool exact;
	int32_t offset;
	/** Most bytes between the offset and where a search finds something. */
	uint32_t limit;
	uint32_t length;
	/** What is asked for, within the mask. */
	uint8_t spec[STEER_RAW_MAX];
	uint8_t mask[STEER_RAW_MAX];
};

/**
 * Are the bytes there?
 *
 * @param at  In: end of the last RAW item's bytes. Out, if they are there: of this one's.
 */
bool steer_raw_holds(const struct steer_raw *raw, const struct steer_key *key, uint32_t *at);

#endif /* STEER_RAW_H */
