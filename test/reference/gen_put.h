/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Bytes at the end of a packet that is being made.
 */

#ifndef GEN_PUT_H
#define GEN_PUT_H

#include <assert.h>
#include <string.h>

#include "gen_packet.h"

static inline void
put(struct gen_packet *p, const void *data, size_t len)
{
	assert(p->len + len <= sizeof(p->data));
	memcpy(p->data + p->len, data, len);
	p->len += len;
}

static inline void
put_u8(struct gen_packet *p, uint8_t v)
{
	put(p, &v, 1);
}

static inline void
put_u16(struct gen_packet *p, uint16_t v)
{
	put_u8(p, v >> 8);
	put_u8(p, v & 0xff);
}

static inline void
put_u32(struct gen_packet *p, uint32_t v)
{
	put_u16(p, v >> 16);
	put_u16(p, v & 0xffff);
}

static inline void
put_random(struct gen_random *r, struct gen_packet *p, unsigned int len)
{
	while (len-- > 0)
		put_u8(p, gen_u64(r));
}

static inline void
set_u16(struct gen_packet *p, uint32_t at, uint16_t v)
{
	p->data[at] = v >> 8;
	p->data[at + 1] = v & 0xff;
}

/** Header of the planned tunnel; the inner headers are to follow. In gen_tunnel.c. */
void gen_tunnel_header(struct gen_random *r, const struct gen_plan *plan, struct gen_packet *p);

/** UDP destination port of a tunnel; 0: it is carried by IP. */
uint16_t gen_tunnel_port(enum ref_tunnel tunnel);

/** IP protocol of the planned tunnel that is carried by IP. */
uint8_t gen_tunnel_proto(struct gen_random *r, const struct gen_plan *plan);

/** Is it an item of IP's header? */
bool gen_is_ip_item(enum rte_flow_item_type type);

/* gen_nd.c */

/** ICMPv6 of a kind; NONE: any. */
void gen_put_icmp6(struct gen_random *r, enum ref_nd nd, bool inner, struct gen_packet *p);

void gen_put_esp(struct gen_random *r, struct gen_packet *p);

/** What UDP carries, if it is no tunnel. */
void gen_put_behind_udp(struct gen_random *r, enum ref_udp udp, bool inner, struct gen_packet *p);

#endif /* GEN_PUT_H */
