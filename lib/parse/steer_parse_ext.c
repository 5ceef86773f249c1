/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <assert.h>
#include <netinet/in.h>
#include <string.h>

#include "steer_cursor.h"
#include "steer_parse.h"

static_assert(STEER_NEXT_MAX == STEER_EXT_MAX, "all that are looked through");

/** Bytes of an authentication header in front of its ICV. */
#define AH_LEN 12

/** @return index of an extension header in STEER_META_EXT(), or -1. */
static inline int
ext_of(uint8_t proto)
{
	switch (proto) {
	case IPPROTO_HOPOPTS:
		return STEER_EXT_HOP;
	case IPPROTO_ROUTING:
		return STEER_EXT_ROUTE;
	case IPPROTO_FRAGMENT:
		return STEER_EXT_FRAG;
	case IPPROTO_AH:
		return STEER_EXT_AUTH;
	case IPPROTO_ESP:
		return STEER_EXT_ESP;
	case IPPROTO_DSTOPTS:
		return STEER_EXT_DEST;
	case 135:
		return STEER_EXT_MOBIL;
	case 139:
		return STEER_EXT_HIP;
	case 140:
		return STEER_EXT_SHIM6;
	default:
		return -1;
	}
}

static inline uint32_t
ext_len(int ext, const uint8_t *hdr)
{
	if (ext == STEER_EXT_FRAG)
		return 8;
	if (ext == STEER_EXT_AUTH)
		return (hdr[1] + 2u) * 4;
	return (hdr[1] + 1u) * 8;
}

/** The first one is kept, if it is as long as it must be. */
static void
keep_ah(struct steer_cursor *c, uint32_t len)
{
	uint8_t buf[AH_LEN];

	if (c->rare == NULL || (c->rare_meta & STEER_RARE_AH) || len < AH_LEN)
		return;
	c->at.ah = (uint16_t)c->off;
	memcpy(c->rare->ah, steer_peek(c, AH_LEN, buf), AH_LEN);
	c->rare_meta |= STEER_RARE_AH;
}

/** @return true if the fragment has what follows its header: it is the first one. */
static bool
keep_frag(struct steer_stack *stack, const uint8_t *hdr, uint64_t *meta)
{
	memcpy(stack->frag, hdr, sizeof(stack->frag));
	*meta |= STEER_META_FRAG;
	if ((steer_load_be16(hdr + 2) & 0xfff8) == 0)
		return true;
	*meta |= STEER_META_NONFIRST;
	return false;
}

/** Next header of the n-th one; the first bytes of the first routing header. */
static void
keep_ext(struct steer_cursor *c, unsigned int n, bool route, const uint8_t hdr[8])
{
	if (c->rare == NULL)
		return;
	c->rare->next[n] = hdr[0];
	c->rare_meta |= STEER_RARE_NEXT(n);
	if (route)
		memcpy(c->rare->route, hdr, sizeof(c->rare->route));
}

/**
 * Step over one extension header.
 * @param hdr  Its first 8 bytes, copied here.
 * @return     True if it is wholly there.
 */
static bool
skip_ext(struct steer_cursor *c, int ext, uint8_t hdr[8])
{
	uint8_t buf[8];
	const uint8_t *at = steer_peek(c, sizeof(buf), buf);
	uint32_t len;

	if (at == NULL)
		return false;
	memcpy(hdr, at, sizeof(buf));
	len = ext_len(ext, hdr);
	if (steer_left(c) < len) {
		c->malformed = true;
		return false;
	}
	if (ext == STEER_EXT_AUTH)
		keep_ah(c, len);
	c->off += len;
	return true;
}

bool
steer_parse_exts(struct steer_cursor *c, struct steer_stack *stack, uint8_t *proto, uint64_t *meta)
{
	uint8_t hdr[8];
	int ext;

	for (unsigned int n = 0; (ext = ext_of(*proto)) >= 0; n++) {
		if (n == STEER_EXT_MAX)
			return false;
		if (ext == STEER_EXT_ESP) {
			/* Known by its protocol alone; its header, if there, is L4. */
			*meta |= STEER_META_EXT(ext);
			return true;
		}
		if (ext == STEER_EXT_FRAG)
			c->at.frag = (uint16_t)c->off;
		if (!skip_ext(c, ext, hdr))
			return false;
		keep_ext(c, n, ext == STEER_EXT_ROUTE && !(*meta & STEER_META_EXT(ext)), hdr);
		*meta |= STEER_META_EXT(ext);
		*proto = hdr[0];
		if (ext == STEER_EXT_FRAG && !keep_frag(stack, hdr, meta))
			return false;
	}
	return true;
}

bool
steer_parse_ah(struct steer_cursor *c, uint8_t *proto)
{
	uint8_t hdr[8];

	if (!skip_ext(c, STEER_EXT_AUTH, hdr))
		return false;
	*proto = hdr[0];
	return true;
}
