/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * What the files of the reference decoder share.
 */

#ifndef REF_DECODE_H
#define REF_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ref_packet.h"

#define TYPE_IPV4 0x0800
#define TYPE_ARP 0x0806
#define TYPE_TEB 0x6558 /* transparent Ethernet bridging: a whole frame */
#define TYPE_IPV6 0x86dd
#define TYPE_MPLS 0x8847
#define TYPE_MPLSM 0x8848

/** The packet with its stripped tags put back. */
struct bytes {
	uint8_t data[REF_FRAME_MAX + 8];
	size_t len;
};

static inline unsigned int
be16(const uint8_t *p)
{
	return p[0] << 8 | p[1];
}

/** Are @p need bytes there from @p at on? */
static inline bool
there(size_t at, size_t end, size_t need)
{
	return at <= end && end - at >= need;
}

/**
 * Ethernet from @p at on, and what follows it.
 *
 * @param restored  Tags put back in front of what is in the mbuf.
 */
void ref_decode_eth(const struct bytes *b, size_t at, size_t end, unsigned int restored,
		    struct ref_stack *s);

/** An E-tag, if the type says so. @return true if it is wholly there, or there is none. */
bool ref_decode_etag(const struct bytes *b, unsigned int *type, size_t *at, size_t end,
		     struct ref_stack *s);

/** What an EtherType behind L2 says: PPPoE, MPLS, L3. */
void ref_decode_type(const struct bytes *b, unsigned int type, size_t at, size_t end,
		     struct ref_stack *s);

/** L3 of a type from @p at on, and what follows it. */
void ref_decode_l3(const struct bytes *b, unsigned int type, size_t at, size_t end,
		   struct ref_stack *s);

/** What UDP carries in this stack, if it is no tunnel. */
void ref_decode_udp(const struct bytes *b, struct ref_stack *s);

/** Neighbor discovery in ICMPv6. */
void ref_decode_nd(const struct bytes *b, struct ref_stack *s);

/** The tunnel that a stack carries, if it does, and what is inside. */
void ref_decode_tunnel(const struct bytes *b, const struct ref_stack *outer, struct ref_packet *p);

#endif /* REF_DECODE_H */
