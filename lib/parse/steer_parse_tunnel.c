/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <netinet/in.h>
#include <string.h>

#include <rte_common.h>
#include <rte_ether.h>

#include "steer_cursor.h"
#include "steer_parse.h"

#define BASE_LEN 8 /* VXLAN, VXLAN-GPE, GENEVE and GTP alike */

static void
set_tunnel(struct steer_key *key, enum steer_tunnel tunnel)
{
	key->meta |= (uint64_t)tunnel << STEER_META_TUNNEL_SHIFT;
}

/** @return EtherType of IP that begins at the cursor, by its version; 0: it is not IP. */
static uint16_t
ip_type(struct steer_cursor *c)
{
	uint8_t buf[1];
	const uint8_t *ip = steer_peek(c, sizeof(buf), buf);

	if (ip == NULL)
		return 0;
	switch (ip[0] >> 4) {
	case 4:
		return RTE_ETHER_TYPE_IPV4;
	case 6:
		return RTE_ETHER_TYPE_IPV6;
	default:
		return 0;
	}
}

/* Over UDP */

static uint16_t
parse_vxlan(struct steer_cursor *c, struct steer_key *key)
{
	uint8_t buf[BASE_LEN];
	const uint8_t *hdr = steer_peek(c, BASE_LEN, buf);

	if (hdr == NULL)
		return 0;
	memcpy(key->tunnel, hdr, BASE_LEN);
	set_tunnel(key, STEER_TUNNEL_VXLAN);
	c->off += BASE_LEN;
	return RTE_ETHER_TYPE_TEB;
}

static uint16_t
parse_vxlan_gpe(struct steer_cursor *c, struct steer_key *key)
{
	/* Next protocol, which is there if this flag is set. */
	static const uint16_t types[] = {
		[1] = RTE_ETHER_TYPE_IPV4, [2] = RTE_ETHER_TYPE_IPV6, [3] = RTE_ETHER_TYPE_TEB,
		[5] = RTE_ETHER_TYPE_MPLS,
	};
	const uint8_t next_is_there = 0x04;
	uint8_t buf[BASE_LEN];
	const uint8_t *hdr = steer_peek(c, BASE_LEN, buf);

	if (hdr == NULL)
		return 0;
	memcpy(key->tunnel, hdr, BASE_LEN);
	set_tunnel(key, STEER_TUNNEL_VXLAN_GPE);
	c->off += BASE_LEN;
	if (!(hdr[0] & next_is_there) || hdr[3] >= RTE_DIM(types))
		return 0;
	return types[hdr[3]];
}

static uint16_t
parse_geneve(struct steer_cursor *c, struct steer_key *key)
{
	uint8_t buf[BASE_LEN];
	const uint8_t *hdr = steer_peek(c, BASE_LEN, buf);
	uint32_t len;

	if (hdr == NULL || hdr[0] >> 6 != 0)
		return 0;
	len = BASE_LEN + (hdr[0] & 0x3fu) * 4;
	if (steer_left(c) < len) {
		c->malformed = true;
		return 0;
	}
	memcpy(key->tunnel, hdr, BASE_LEN);
	set_tunnel(key, STEER_TUNNEL_GENEVE);
	c->off += len;
	return steer_load_be16(hdr + 2);
}

/* GTP */

#define GTP_OPTIONAL_LEN 4
#define GTP_E 0x04        /* an extension header follows */
#define GTP_OPTIONAL 0x07 /* any of these flags: the optional fields are there */
#define GTP_DATA 255      /* message type of user data */
#define GTP_EXT_PSC 0x85

/** Keep the first PDU session container. */
static void
keep_psc(struct steer_key *key, const uint8_t *hdr)
{
	const uint64_t psc = (uint64_t)(STEER_TUNNEL_GTPU_PSC & ~STEER_TUNNEL_GTPU)
			     << STEER_META_TUNNEL_SHIFT;

	if (key->meta & psc)
		return;
	memcpy(key->tunnel + STEER_GTP_PSC, hdr, 4);
	key->meta |= psc;
}

/** Step over one extension header. @return true if it is wholly there; *next follows. */
static bool
skip_gtp_ext(struct steer_cursor *c, struct steer_key *key, uint8_t *next)
{
	uint8_t buf[4];
	const uint8_t *hdr = steer_peek(c, sizeof(buf), buf);
	uint32_t len;

	if (hdr == NULL)
		return false;
	len = hdr[0] * 4u;
	if (len == 0 || steer_left(c) < len) {
		c->malformed = true;
		return false;
	}
	if (*next == GTP_EXT_PSC)
		keep_psc(key, hdr);
	/* What follows is said at its end. */
	c->off += len - 1;
	*next = *steer_peek(c, 1, buf);
	c->off++;
	return true;
}

static bool
skip_gtp_exts(struct steer_cursor *c, struct steer_key *key, uint8_t next)
{
	for (unsigned int n = 0; next != 0; n++)
		if (n == STEER_GTP_EXT_MAX || !skip_gtp_ext(c, key, &next))
			return false;
	return true;
}

static uint16_t
parse_gtp(struct steer_cursor *c, enum steer_tunnel tunnel, struct steer_key *key)
{
	uint8_t buf[BASE_LEN + GTP_OPTIONAL_LEN];
	const uint8_t *hdr = steer_peek(c, BASE_LEN, buf);
	uint32_t len = BASE_LEN;
	bool version1;
	uint8_t type;

	if (hdr == NULL)
		return 0;
	/* With the bit that tells GTP from GTP'. Of other versions nothing else is known. */
	version1 = hdr[0] >> 4 == 3;
	if (version1 && (hdr[0] & GTP_OPTIONAL) != 0) {
		len += GTP_OPTIONAL_LEN;
		hdr = steer_peek(c, len, buf);
		if (hdr == NULL)
			return 0;
	}
	memcpy(key->tunnel, hdr, BASE_LEN);
	set_tunnel(key, tunnel);
	c->off += len;
	type = hdr[1];
	if (!version1 ||
	    ((hdr[0] & GTP_E) && !skip_gtp_exts(c, key, hdr[BASE_LEN + GTP_OPTIONAL_LEN - 1])))
		return 0;
	return tunnel == STEER_TUNNEL_GTPU && type == GTP_DATA ? ip_type(c) : 0;
}

uint16_t
steer_parse_tunnel_udp(struct steer_cursor *c, uint16_t port, struct steer_key *key)
{
	switch (port) {
	case STEER_PORT_VXLAN:
		return parse_vxlan(c, key);
	case STEER_PORT_GENEVE:
		return parse_geneve(c, key);
	case STEER_PORT_VXLAN_GPE:
		return parse_vxlan_gpe(c, key);
	case STEER_PORT_GTPU:
		return parse_gtp(c, STEER_TUNNEL_GTPU, key);
	case STEER_PORT_GTPC:
		return parse_gtp(c, STEER_TUNNEL_GTPC, key);
	case STEER_PORT_MPLS:
		set_tunnel(key, STEER_TUNNEL_MPLS);
		return RTE_ETHER_TYPE_MPLS;
	default:
		return 0;
	}
}

/* Over IP */

#define GRE_LEN 4
#define GRE_OPTIONAL_LEN 4
#define GRE_LEN_MAX (GRE_LEN + 3 * GRE_OPTIONAL_LEN)

/** What the flags announce goes to its places. */
static void
keep_gre(struct steer_key *key, const uint8_t *hdr)
{
	uint8_t *option = key->tunnel + STEER_GRE_OPTION;
	const uint8_t *at = hdr + GRE_LEN;

	memcpy(key->tunnel, hdr, GRE_LEN);
	if (hdr[0] & (STEER_GRE_C | STEER_GRE_R)) {
		memcpy(option, at, GRE_OPTIONAL_LEN);
		at += GRE_OPTIONAL_LEN;
	}
	if (hdr[0] & STEER_GRE_K) {
		memcpy(key->tunnel + STEER_GRE_KEY, at, GRE_OPTIONAL_LEN);
		memcpy(option + GRE_OPTIONAL_LEN, at, GRE_OPTIONAL_LEN);
		at += GRE_OPTIONAL_LEN;
	}
	if (hdr[0] & STEER_GRE_S)
		memcpy(option + 2 * GRE_OPTIONAL_LEN, at, GRE_OPTIONAL_LEN);
}

static uint32_t
gre_len(uint8_t flags)
{
	return GRE_LEN + GRE_OPTIONAL_LEN * (!!(flags & (STEER_GRE_C | STEER_GRE_R)) +
					     !!(flags & STEER_GRE_K) + !!(flags & STEER_GRE_S));
}

/** Is it NVGRE: a key, no checksum, no sequence number, and Ethernet inside? */
static bool
is_nvgre(uint8_t flags, uint16_t type)
{
	return type == RTE_ETHER_TYPE_TEB &&
	       (flags & (STEER_GRE_C | STEER_GRE_K | STEER_GRE_S)) == STEER_GRE_K;
}

static uint16_t
parse_gre(struct steer_cursor *c, struct steer_key *key)
{
	const uint8_t version = 0x07;
	uint8_t buf[GRE_LEN_MAX];
	const uint8_t *hdr = steer_peek(c, GRE_LEN, buf);
	uint16_t type;
	uint32_t len;

	if (hdr == NULL)
		return 0;
	len = gre_len(hdr[0]);
	hdr = steer_peek(c, len, buf);
	if (hdr == NULL)
		return 0;
	keep_gre(key, hdr);
	type = steer_load_be16(hdr + 2);
	set_tunnel(key, is_nvgre(hdr[0], type) ? STEER_TUNNEL_NVGRE : STEER_TUNNEL_GRE);
	c->off += len;
	if ((hdr[0] & STEER_GRE_R) || (hdr[1] & version) != 0)
		return 0;
	return type;
}

uint16_t
steer_parse_tunnel_ip(struct steer_cursor *c, uint8_t proto, struct steer_key *key)
{
	switch (proto) {
	case IPPROTO_GRE:
		return parse_gre(c, key);
	case IPPROTO_IPIP:
		set_tunnel(key, STEER_TUNNEL_IP);
		return RTE_ETHER_TYPE_IPV4;
	case IPPROTO_IPV6:
		set_tunnel(key, STEER_TUNNEL_IP);
		return RTE_ETHER_TYPE_IPV6;
	default:
		return 0;
	}
}
