/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>

#include <rte_ether.h>
#include <rte_mbuf.h>

#include "steer_cursor.h"
#include "steer_editor.h"

/* A tunnel's outer headers are taken away. */

/** What the lower port says of the headers that go. */
#define OUTER_FLAGS \
	(RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED | RTE_MBUF_F_RX_QINQ | \
	 RTE_MBUF_F_RX_QINQ_STRIPPED | RTE_MBUF_F_RX_IP_CKSUM_MASK | RTE_MBUF_F_RX_L4_CKSUM_MASK | \
	 RTE_MBUF_F_RX_OUTER_IP_CKSUM_BAD | RTE_MBUF_F_RX_OUTER_L4_CKSUM_MASK)

/**
 * What a tunnel carries without Ethernet.
 * @param type  Its EtherType.
 * @return      Where it begins; 0: nothing that is known.
 */
static uint32_t
carried_l3(const struct steer_key *key, uint16_t *type)
{
	const uint64_t meta = key->meta >> STEER_META_INNER;

	if (meta & STEER_META_L25) {
		*type = RTE_ETHER_TYPE_MPLS;
		return key->at[1].mpls;
	}
	switch (steer_meta_l3(meta)) {
	case STEER_L3_IPV4:
		*type = RTE_ETHER_TYPE_IPV4;
		return key->at[1].l3;
	case STEER_L3_IPV6:
		*type = RTE_ETHER_TYPE_IPV6;
		return key->at[1].l3;
	default:
		return 0;
	}
}

/** Put Ethernet in front of what is at @p off: addresses as the packet has them. */
static bool
put_ether(struct steer_editor *e, uint32_t off, uint16_t type)
{
	uint8_t header[RTE_ETHER_HDR_LEN];

	if (!steer_editor_own(e))
		return false;
	steer_editor_get(e, 0, header, 2 * RTE_ETHER_ADDR_LEN);
	steer_store_be16(header + 2 * RTE_ETHER_ADDR_LEN, type);
	steer_editor_put(e, off - sizeof(header), header, sizeof(header));
	return true;
}

/** No byte is written for that, but who else sees the mbuf would miss some. */
static bool
cut_in_place(struct rte_mbuf *m, uint32_t off, uint32_t tail)
{
	struct rte_mbuf *last = rte_pktmbuf_lastseg(m);

	if (rte_mbuf_refcnt_read(m) != 1 || off >= rte_pktmbuf_data_len(m))
		return false;
	if (tail > 0 && (rte_mbuf_refcnt_read(last) != 1 || tail >= rte_pktmbuf_data_len(last) ||
			 rte_pktmbuf_trim(m, (uint16_t)tail) < 0))
		return false;
	return rte_pktmbuf_adj(m, (uint16_t)off) != NULL;
}

/** Leave the bytes from @p off to @p end. */
static bool
cut(struct steer_editor *e, uint32_t off, uint32_t end)
{
	struct rte_mbuf *copy;

	if (cut_in_place(e->m, off, rte_pktmbuf_pkt_len(e->m) - end))
		return true;
	copy = steer_editor_copy(e, off, end - off);
	if (copy == NULL)
		return false;
	rte_pktmbuf_free(e->m);
	e->m = copy;
	return true;
}

int
steer_edit_decap(struct steer_editor *e)
{
	const struct steer_key *key = e->key;
	uint16_t type = 0;
	uint32_t off;

	steer_editor_parse(e);
	/* A fragment has a part only of what is inside. */
	if (key->meta & STEER_META_FRAG)
		return -ENOENT;
	off = key->meta & STEER_META_ETH << STEER_META_INNER ? key->at[1].l2
							     : carried_l3(key, &type);
	if (off == 0)
		return -ENOENT;
	if (type != 0) {
		if (!put_ether(e, off, type))
			return -ENOMEM;
		off -= RTE_ETHER_HDR_LEN;
	}
	if (!cut(e, off, key->end[0]))
		return -ENOMEM;
	e->m->ol_flags &= ~OUTER_FLAGS;
	e->m->vlan_tci = 0;
	e->m->vlan_tci_outer = 0;
	e->parsed = false;
	return 0;
}
