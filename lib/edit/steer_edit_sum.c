/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stddef.h>
#include <string.h>

#include <rte_mbuf.h>

#include "steer_editor.h"
#include "steer_key.h"

/* Where checksums are in their headers. */
#define SUM_IPV4 10
#define SUM_TCP 16
#define SUM_UDP 6
#define SUM_ICMP6 2

/** Ones' complement sum of words that replace others, and of the complements of those. */
static uint32_t
difference(const uint8_t *old, const uint8_t *to, uint32_t len)
{
	uint32_t sum = 0;

	for (uint32_t i = 0; i < len; i += 2) {
		if (memcmp(old + i, to + i, 2) == 0)
			continue;
		sum += 0xffffu - (uint32_t)(old[i] << 8 | old[i + 1]);
		sum += (uint32_t)(to[i] << 8 | to[i + 1]);
	}
	return sum;
}

static uint16_t
fold(uint32_t sum)
{
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

static uint16_t
get16(const struct steer_editor *e, uint32_t off)
{
	uint8_t bytes[2];

	steer_editor_get(e, off, bytes, sizeof(bytes));
	return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static void
put16(struct steer_editor *e, uint32_t off, uint16_t value)
{
	const uint8_t bytes[2] = { (uint8_t)(value >> 8), (uint8_t)value };

	steer_editor_put(e, off, bytes, sizeof(bytes));
}

/** RFC 1624. */
static void
update(struct steer_editor *e, uint32_t off, uint32_t diff)
{
	put16(e, off, (uint16_t)~fold((uint16_t)~get16(e, off) + diff));
}

/** @return where the checksum of L4 is in its header; 0: it has none that the field is part of. */
static uint32_t
l4_sum(const struct steer_key *key, unsigned int sums)
{
	switch (steer_meta_l4(key->meta)) {
	case STEER_L4_TCP:
		return SUM_TCP;
	case STEER_L4_UDP:
		return SUM_UDP;
	case STEER_L4_ICMP6:
		return (sums & STEER_SUM_PSEUDO) != 0 ? SUM_ICMP6 : 0;
	default:
		return 0;
	}
}

static void
update_l4(struct steer_editor *e, uint32_t diff, unsigned int sums)
{
	const bool udp = steer_meta_l4(e->key->meta) == STEER_L4_UDP;
	uint32_t off = l4_sum(e->key, sums);

	if (off == 0)
		return;
	off += e->key->at[0].l4;
	if (udp && get16(e, off) == 0)
		return;
	if ((e->m->ol_flags & RTE_MBUF_F_RX_L4_CKSUM_MASK) == RTE_MBUF_F_RX_L4_CKSUM_NONE) {
		if ((sums & STEER_SUM_PSEUDO) != 0)
			put16(e, off, fold(get16(e, off) + diff));
		return;
	}
	update(e, off, diff);
	/* 0 would say that there is none. */
	if (udp && get16(e, off) == 0)
		put16(e, off, UINT16_MAX);
}

bool
steer_edit_field(struct steer_editor *e, uint32_t off, const uint8_t *to, uint32_t len,
		 unsigned int sums)
{
	uint8_t old[STEER_EDIT_CONF];
	uint32_t diff;

	steer_editor_get(e, off, old, len);
	if (memcmp(old, to, len) == 0)
		return true;
	if (!steer_editor_own(e))
		return false;
	steer_editor_put(e, off, to, len);
	diff = difference(old, to, len);
	if ((sums & STEER_SUM_IP) != 0)
		update(e, e->key->at[0].l3 + SUM_IPV4, diff);
	if ((sums & (STEER_SUM_PSEUDO | STEER_SUM_L4)) != 0)
		update_l4(e, diff, sums);
	return true;
}
