/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <rte_ether.h>

#include "steer_cursor.h"

#define ETAG_LEN 8

/** One tag in front of @p type. */
static void
restore_tag(uint8_t *l2, unsigned int n, uint16_t tpid, uint16_t tci, uint16_t type)
{
	steer_store_be16(l2 + STEER_L2_VLAN(n) - 2, tpid);
	steer_store_be16(l2 + STEER_L2_VLAN(n), tci);
	steer_store_be16(l2 + STEER_L2_VLAN(n) + 2, type);
}

/**
 * Put the tags that the lower port took out back in front of @p type, so that a rule sees the
 * packet as it came over the wire. A port may take out the outer one alone.
 *
 * @return tags put into @p l2 (always room for two).
 */
static unsigned int
restore_stripped(const struct rte_mbuf *m, uint8_t *l2, uint16_t type)
{
	unsigned int n = 0;

	if ((m->ol_flags & RTE_MBUF_F_RX_QINQ_STRIPPED) != 0)
		restore_tag(l2, n++, RTE_ETHER_TYPE_QINQ, m->vlan_tci_outer, type);
	if ((m->ol_flags & RTE_MBUF_F_RX_VLAN_STRIPPED) != 0)
		restore_tag(l2, n++, RTE_ETHER_TYPE_VLAN, m->vlan_tci, type);
	return n;
}

/**
 * Tags in the packet, behind @p n that were restored.
 *
 * @param type  EtherType so far.
 * @return      EtherType behind the tags that were looked through.
 */
static uint16_t
parse_tags(struct steer_cursor *c, uint8_t *l2, uint16_t type, unsigned int *n)
{
	while (steer_is_tpid(type) && *n < 2) {
		uint8_t buf[4];
		const uint8_t *tag = steer_peek(c, sizeof(buf), buf);

		if (tag == NULL)
			return 0;
		memcpy(l2 + STEER_L2_VLAN(*n), tag, sizeof(buf));
		type = steer_load_be16(tag + 2);
		c->off += sizeof(buf);
		(*n)++;
	}
	return type;
}

/** Is the tag that would be the third one wholly there? */
static bool
third_tag(struct steer_cursor *c, uint16_t type)
{
	uint8_t buf[4];

	return steer_is_tpid(type) && steer_peek(c, sizeof(buf), buf) != NULL;
}

/**
 * An E-tag (802.1BR), which may stand directly behind the MAC addresses.
 * @return EtherType behind it, 0 if it is cut.
 */
static uint16_t
parse_etag(struct steer_cursor *c)
{
	uint8_t buf[ETAG_LEN];
	const uint8_t *tag = steer_peek(c, sizeof(buf), buf);

	if (tag == NULL)
		return 0;
	c->off += sizeof(buf);
	if (c->rare != NULL)
		memcpy(c->rare->etag, tag, sizeof(buf));
	c->rare_meta |= STEER_RARE_ETAG;
	return steer_load_be16(tag + 6);
}

uint16_t
steer_parse_tags(struct steer_cursor *c, uint8_t *l2, uint16_t type, bool stripped,
		 uint64_t *meta)
{
	unsigned int n = stripped ? restore_stripped(c->m, l2, type) : 0;

	if (type == RTE_ETHER_TYPE_ETAG)
		type = parse_etag(c);
	c->at.tags = (uint16_t)c->off;
	type = parse_tags(c, l2, type, &n);
	if (n > 0)
		*meta |= STEER_META_VLAN0;
	if (n > 1)
		*meta |= STEER_META_VLAN1;
	if (n == 2 && third_tag(c, type))
		*meta |= STEER_META_VLAN2;
	return type;
}
