/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdbool.h>

#include <rte_common.h>

#include "ref_fields.h"

/** A field at the same place in the item and on the wire. */
#define FIELD(byte, skip, bits, name) { name, 8 * (byte) + (skip), 8 * (byte) + (skip), bits }
/** A field that the compiler's padding has moved in the item. */
#define MOVED(item, member, byte, bits, name) \
	{ name, 8 * offsetof(struct rte_flow_item_##item, member), 8 * (byte), bits }

static const struct ref_field eth_fields[] = {
	FIELD(0, 0, 48, "dst"),
	FIELD(6, 0, 48, "src"),
	FIELD(12, 0, 16, "type"),
};

static const struct ref_field vlan_fields[] = {
	FIELD(0, 0, 3, "pcp"),
	FIELD(0, 3, 1, "dei"),
	FIELD(0, 4, 12, "vid"),
	FIELD(2, 0, 16, "inner_type"),
};

/*
 * In older DPDK the item's structure is not packed: its addresses are aligned, the packet's are
 * not. Since 23.03 it has the header itself, which the default mask then speaks of.
 */
static const struct ref_field arp_aligned_fields[] = {
	MOVED(arp_eth_ipv4, hrd, 0, 16, "hrd"),
	MOVED(arp_eth_ipv4, pro, 2, 16, "pro"),
	MOVED(arp_eth_ipv4, hln, 4, 8, "hln"),
	MOVED(arp_eth_ipv4, pln, 5, 8, "pln"),
	MOVED(arp_eth_ipv4, op, 6, 16, "op"),
	MOVED(arp_eth_ipv4, sha, 8, 48, "sha"),
	MOVED(arp_eth_ipv4, spa, 14, 32, "spa"),
	MOVED(arp_eth_ipv4, tha, 18, 48, "tha"),
	MOVED(arp_eth_ipv4, tpa, 24, 32, "tpa"),
};

static const struct ref_field arp_fields[] = {
	FIELD(0, 0, 16, "hrd"),
	FIELD(2, 0, 16, "pro"),
	FIELD(4, 0, 8, "hln"),
	FIELD(5, 0, 8, "pln"),
	FIELD(6, 0, 16, "op"),
	FIELD(8, 0, 48, "sha"),
	FIELD(14, 0, 32, "spa"),
	FIELD(18, 0, 48, "tha"),
	FIELD(24, 0, 32, "tpa"),
};

static const struct ref_field ipv4_fields[] = {
	FIELD(0, 0, 4, "version"),
	FIELD(0, 4, 4, "ihl"),
	FIELD(1, 0, 8, "tos"),
	FIELD(2, 0, 16, "length"),
	FIELD(4, 0, 16, "packet_id"),
	FIELD(6, 0, 16, "fragment_offset"),
	FIELD(8, 0, 8, "ttl"),
	FIELD(9, 0, 8, "proto"),
	FIELD(10, 0, 16, "cksum"),
	FIELD(12, 0, 32, "src"),
	FIELD(16, 0, 32, "dst"),
};

static const struct ref_field ipv6_fields[] = {
	FIELD(0, 0, 4, "version"),
	FIELD(0, 4, 8, "tc"),
	FIELD(0, 12, 20, "flow"),
	FIELD(4, 0, 16, "payload_len"),
	FIELD(6, 0, 8, "proto"),
	FIELD(7, 0, 8, "hop"),
	FIELD(8, 0, 128, "src"),
	FIELD(24, 0, 128, "dst"),
};

static const struct ref_field frag_ext_fields[] = {
	FIELD(0, 0, 8, "next_hdr"),
	FIELD(1, 0, 8, "reserved"),
	FIELD(2, 0, 16, "frag_data"),
	FIELD(4, 0, 32, "id"),
};

static const struct ref_field tcp_fields[] = {
	FIELD(0, 0, 16, "src"),
	FIELD(2, 0, 16, "dst"),
	FIELD(4, 0, 32, "seq"),
	FIELD(8, 0, 32, "ack"),
	FIELD(12, 0, 4, "data_off"),
	FIELD(12, 4, 4, "reserved"),
	FIELD(13, 0, 8, "flags"),
	FIELD(14, 0, 16, "window"),
	FIELD(16, 0, 16, "cksum"),
	FIELD(18, 0, 16, "urgent"),
};

static const struct ref_field udp_fields[] = {
	FIELD(0, 0, 16, "src"),
	FIELD(2, 0, 16, "dst"),
	FIELD(4, 0, 16, "length"),
	FIELD(6, 0, 16, "cksum"),
};

static const struct ref_field sctp_fields[] = {
	FIELD(0, 0, 16, "src"),
	FIELD(2, 0, 16, "dst"),
	FIELD(4, 0, 32, "tag"),
	FIELD(8, 0, 32, "cksum"),
};

static const struct ref_field icmp_fields[] = {
	FIELD(0, 0, 8, "type"),
	FIELD(1, 0, 8, "code"),
	FIELD(2, 0, 16, "cksum"),
	FIELD(4, 0, 16, "ident"),
	FIELD(6, 0, 16, "seq"),
};

static const struct ref_field icmp6_fields[] = {
	FIELD(0, 0, 8, "type"),
	FIELD(1, 0, 8, "code"),
	FIELD(2, 0, 16, "cksum"),
};

static const struct ref_field vxlan_fields[] = {
	FIELD(0, 0, 8, "flags"),
	FIELD(1, 0, 24, "rsvd0"),
	FIELD(4, 0, 24, "vni"),
	FIELD(7, 0, 8, "rsvd1"),
};

static const struct ref_field geneve_fields[] = {
	FIELD(0, 0, 16, "ver_opt_len"),
	FIELD(2, 0, 16, "protocol"),
	FIELD(4, 0, 24, "vni"),
	FIELD(7, 0, 8, "rsvd1"),
};

static const struct ref_field ah_fields[] = {
	FIELD(0, 0, 8, "next_hdr"),
	FIELD(1, 0, 8, "payload_len"),
	FIELD(2, 0, 16, "reserved"),
	FIELD(4, 0, 32, "spi"),
	FIELD(8, 0, 32, "seq_num"),
};

static const struct ref_field esp_fields[] = {
	FIELD(0, 0, 32, "spi"),
	FIELD(4, 0, 32, "seq"),
};

static const struct ref_field igmp_fields[] = {
	FIELD(0, 0, 8, "type"),
	FIELD(1, 0, 8, "max_resp_time"),
	FIELD(2, 0, 16, "checksum"),
	FIELD(4, 0, 32, "group_addr"),
};

static const struct ref_field l2tpv3oip_fields[] = {
	FIELD(0, 0, 32, "session_id"),
};

static const struct ref_field vxlan_gpe_fields[] = {
	FIELD(0, 0, 8, "flags"),
	FIELD(1, 0, 16, "rsvd0"),
	FIELD(3, 0, 8, "protocol"),
	FIELD(4, 0, 24, "vni"),
	FIELD(7, 0, 8, "rsvd1"),
};

static const struct ref_field gre_fields[] = {
	FIELD(0, 0, 16, "c_rsvd0_ver"),
	FIELD(2, 0, 16, "protocol"),
};

static const struct ref_field nvgre_fields[] = {
	FIELD(0, 0, 16, "c_k_s_rsvd0_ver"),
	FIELD(2, 0, 16, "protocol"),
	FIELD(4, 0, 24, "tni"),
	FIELD(7, 0, 8, "flow_id"),
};

static const struct ref_field gre_key_fields[] = { FIELD(0, 0, 32, "value") };
static const rte_be32_t gre_key_mask = UINT32_MAX;

static const struct ref_field gre_option_fields[] = {
	FIELD(0, 0, 16, "checksum"),
	FIELD(2, 0, 16, "reserved"),
	FIELD(4, 0, 32, "key"),
	FIELD(8, 0, 32, "sequence"),
};

static const struct ref_field gtp_fields[] = {
	FIELD(0, 0, 8, "flags"),
	FIELD(1, 0, 8, "msg_type"),
	FIELD(2, 0, 16, "msg_len"),
	FIELD(4, 0, 32, "teid"),
};

static const struct ref_field gtp_psc_fields[] = {
	FIELD(0, 0, 8, "length"),
	FIELD(1, 0, 4, "type"),
	FIELD(1, 4, 1, "qmp"),
	FIELD(1, 5, 3, "pad"),
	FIELD(2, 0, 2, "spare"),
	FIELD(2, 2, 6, "qfi"),
};

static const struct ref_field e_tag_fields[] = {
	FIELD(0, 0, 3, "epcp"),
	FIELD(0, 3, 1, "edei"),
	FIELD(0, 4, 12, "in_ecid_b"),
	FIELD(2, 0, 2, "rsvd"),
	FIELD(2, 2, 14, "grp_ecid_b"),
	FIELD(4, 0, 8, "in_ecid_e"),
	FIELD(5, 0, 8, "ecid_e"),
	FIELD(6, 0, 16, "inner_type"),
};

static const struct ref_field pppoe_fields[] = {
	FIELD(0, 0, 8, "version_type"),
	FIELD(1, 0, 8, "code"),
	FIELD(2, 0, 16, "session_id"),
	FIELD(4, 0, 16, "length"),
};

static const struct ref_field ppp_fields[] = {
	FIELD(0, 0, 16, "proto_id"),
};

static const struct ref_field mpls_fields[] = {
	FIELD(0, 0, 20, "label"),
	FIELD(2, 4, 3, "tc"),
	FIELD(2, 7, 1, "s"),
	FIELD(3, 0, 8, "ttl"),
};

static const struct ref_field next_fields[] = { FIELD(0, 0, 8, "next_hdr") };

static const struct ref_field nd_fields[] = {
	FIELD(0, 0, 8, "type"),
	FIELD(1, 0, 8, "code"),
	FIELD(2, 0, 16, "checksum"),
	FIELD(4, 0, 32, "reserved"),
	FIELD(8, 0, 128, "target_addr"),
};

static const struct ref_field nd_opt_fields[] = {
	FIELD(0, 0, 8, "type"),
	FIELD(1, 0, 8, "length"),
};

static const struct ref_field nd_address_fields[] = {
	FIELD(0, 0, 8, "type"),
	FIELD(1, 0, 8, "length"),
	FIELD(2, 0, 48, "address"),
};

static const struct ref_field pfcp_fields[] = {
	FIELD(0, 0, 8, "s_field"),
	FIELD(1, 0, 8, "msg_type"),
	FIELD(2, 0, 16, "msg_len"),
	MOVED(pfcp, seid, 4, 64, "seid"),
};

#define ITEM(TYPE, item, wire, mask, fields) \
	{ RTE_FLOW_ITEM_TYPE_##TYPE, #item, sizeof(struct rte_flow_item_##item), wire, mask, \
	  fields, RTE_DIM(fields) }

static const struct ref_item items[] = {
	ITEM(ETH, eth, 14, &rte_flow_item_eth_mask, eth_fields),
	ITEM(VLAN, vlan, 4, &rte_flow_item_vlan_mask, vlan_fields),
	ITEM(ARP_ETH_IPV4, arp_eth_ipv4, 28, &rte_flow_item_arp_eth_ipv4_mask, arp_fields),
	ITEM(IPV4, ipv4, 20, &rte_flow_item_ipv4_mask, ipv4_fields),
	ITEM(IPV6, ipv6, 40, &rte_flow_item_ipv6_mask, ipv6_fields),
	ITEM(IPV6_FRAG_EXT, ipv6_frag_ext, 8, NULL, frag_ext_fields),
	ITEM(TCP, tcp, 20, &rte_flow_item_tcp_mask, tcp_fields),
	ITEM(UDP, udp, 8, &rte_flow_item_udp_mask, udp_fields),
	ITEM(SCTP, sctp, 12, &rte_flow_item_sctp_mask, sctp_fields),
	ITEM(ICMP, icmp, 8, &rte_flow_item_icmp_mask, icmp_fields),
	ITEM(ICMP6, icmp6, 4, &rte_flow_item_icmp6_mask, icmp6_fields),
	ITEM(VXLAN, vxlan, 8, &rte_flow_item_vxlan_mask, vxlan_fields),
	ITEM(GENEVE, geneve, 8, &rte_flow_item_geneve_mask, geneve_fields),
	ITEM(AH, ah, 12, &rte_flow_item_ah_mask, ah_fields),
	ITEM(ESP, esp, 8, &rte_flow_item_esp_mask, esp_fields),
	ITEM(IGMP, igmp, 8, &rte_flow_item_igmp_mask, igmp_fields),
	ITEM(L2TPV3OIP, l2tpv3oip, 4, &rte_flow_item_l2tpv3oip_mask, l2tpv3oip_fields),
	ITEM(VXLAN_GPE, vxlan_gpe, 8, &rte_flow_item_vxlan_gpe_mask, vxlan_gpe_fields),
	ITEM(GRE, gre, 4, &rte_flow_item_gre_mask, gre_fields),
	ITEM(NVGRE, nvgre, 8, &rte_flow_item_nvgre_mask, nvgre_fields),
	{ RTE_FLOW_ITEM_TYPE_GRE_KEY, "gre_key", 4, 4, &gre_key_mask, gre_key_fields,
	  RTE_DIM(gre_key_fields) },
	ITEM(GRE_OPTION, gre_opt, 12, NULL, gre_option_fields),
	ITEM(GTP, gtp, 8, &rte_flow_item_gtp_mask, gtp_fields),
	ITEM(GTPU, gtp, 8, &rte_flow_item_gtp_mask, gtp_fields),
	ITEM(GTPC, gtp, 8, &rte_flow_item_gtp_mask, gtp_fields),
	ITEM(GTP_PSC, gtp_psc, 3, &rte_flow_item_gtp_psc_mask, gtp_psc_fields),
	ITEM(E_TAG, e_tag, 8, &rte_flow_item_e_tag_mask, e_tag_fields),
	{ RTE_FLOW_ITEM_TYPE_PPPOES, "pppoes", sizeof(struct rte_flow_item_pppoe), 6, NULL,
	  pppoe_fields, RTE_DIM(pppoe_fields) },
	{ RTE_FLOW_ITEM_TYPE_PPPOED, "pppoed", sizeof(struct rte_flow_item_pppoe), 6, NULL,
	  pppoe_fields, RTE_DIM(pppoe_fields) },
	ITEM(PPPOE_PROTO_ID, pppoe_proto_id, 2, &rte_flow_item_pppoe_proto_id_mask, ppp_fields),
	ITEM(IPV6_EXT, ipv6_ext, 1, &rte_flow_item_ipv6_ext_mask, next_fields),
	ITEM(ICMP6_ND_NS, icmp6_nd_ns, 24, &rte_flow_item_icmp6_nd_ns_mask, nd_fields),
	ITEM(ICMP6_ND_NA, icmp6_nd_na, 24, &rte_flow_item_icmp6_nd_na_mask, nd_fields),
	ITEM(ICMP6_ND_OPT, icmp6_nd_opt, 2, &rte_flow_item_icmp6_nd_opt_mask, nd_opt_fields),
	ITEM(ICMP6_ND_OPT_SLA_ETH, icmp6_nd_opt_sla_eth, 8,
	     &rte_flow_item_icmp6_nd_opt_sla_eth_mask, nd_address_fields),
	ITEM(ICMP6_ND_OPT_TLA_ETH, icmp6_nd_opt_tla_eth, 8,
	     &rte_flow_item_icmp6_nd_opt_tla_eth_mask, nd_address_fields),
	ITEM(PFCP, pfcp, 12, &rte_flow_item_pfcp_mask, pfcp_fields),
	ITEM(MPLS, mpls, 4, &rte_flow_item_mpls_mask, mpls_fields),
	{ RTE_FLOW_ITEM_TYPE_ANY, "any", sizeof(struct rte_flow_item_any), 0,
	  &rte_flow_item_any_mask, NULL, 0 },
	{ RTE_FLOW_ITEM_TYPE_FUZZY, "fuzzy", sizeof(struct rte_flow_item_fuzzy), 0,
	  &rte_flow_item_fuzzy_mask, NULL, 0 },
	{ RTE_FLOW_ITEM_TYPE_VOID, "void", 0, 0, NULL, NULL, 0 },
	{ RTE_FLOW_ITEM_TYPE_PORT_ID, "port_id", sizeof(struct rte_flow_item_port_id), 0,
	  &rte_flow_item_port_id_mask, NULL, 0 },
	{ RTE_FLOW_ITEM_TYPE_REPRESENTED_PORT, "represented_port",
	  sizeof(struct rte_flow_item_ethdev), 0, &rte_flow_item_ethdev_mask, NULL, 0 },
	{ RTE_FLOW_ITEM_TYPE_MARK, "mark", sizeof(struct rte_flow_item_mark), 0,
	  &rte_flow_item_mark_mask, NULL, 0 },
	{ RTE_FLOW_ITEM_TYPE_META, "meta", sizeof(struct rte_flow_item_meta), 0,
	  &rte_flow_item_meta_mask, NULL, 0 },
	{ RTE_FLOW_ITEM_TYPE_TAG, "tag", sizeof(struct rte_flow_item_tag), 0,
	  &rte_flow_item_tag_mask, NULL, 0 },
	{ RTE_FLOW_ITEM_TYPE_INVERT, "invert", 0, 0, NULL, NULL, 0 },
	{ RTE_FLOW_ITEM_TYPE_GENEVE_OPT, "geneve_opt",
	  sizeof(struct rte_flow_item_geneve_opt), 0, &rte_flow_item_geneve_opt_mask, NULL, 0 },
	{ RTE_FLOW_ITEM_TYPE_INTEGRITY, "integrity", sizeof(struct rte_flow_item_integrity), 0,
	  &rte_flow_item_integrity_mask, NULL, 0 },
	{ RTE_FLOW_ITEM_TYPE_RAW, "raw", sizeof(struct rte_flow_item_raw), 0,
	  &rte_flow_item_raw_mask, NULL, 0 },
};

static const struct ref_item arp_aligned =
	ITEM(ARP_ETH_IPV4, arp_eth_ipv4, 28, &rte_flow_item_arp_eth_ipv4_mask, arp_aligned_fields);

/** Is there padding in front of the sender's IPv4 address, which is masked by default? */
static bool
arp_is_aligned(void)
{
	return ((const uint8_t *)&rte_flow_item_arp_eth_ipv4_mask)[14] == 0;
}

const struct ref_item *
ref_item(enum rte_flow_item_type type)
{
	if (type == RTE_FLOW_ITEM_TYPE_ARP_ETH_IPV4 && arp_is_aligned())
		return &arp_aligned;
	for (unsigned int i = 0; i < RTE_DIM(items); i++) {
		if (items[i].type == type)
			return &items[i];
	}
	return NULL;
}

bool
ref_item_is_tunnel(enum rte_flow_item_type type)
{
	switch (type) {
	case RTE_FLOW_ITEM_TYPE_VXLAN:
	case RTE_FLOW_ITEM_TYPE_VXLAN_GPE:
	case RTE_FLOW_ITEM_TYPE_GENEVE:
	case RTE_FLOW_ITEM_TYPE_GRE:
	case RTE_FLOW_ITEM_TYPE_NVGRE:
	case RTE_FLOW_ITEM_TYPE_GRE_KEY:
	case RTE_FLOW_ITEM_TYPE_GRE_OPTION:
	case RTE_FLOW_ITEM_TYPE_GTP:
	case RTE_FLOW_ITEM_TYPE_GTPU:
	case RTE_FLOW_ITEM_TYPE_GTPC:
	case RTE_FLOW_ITEM_TYPE_GTP_PSC:
		return true;
	default:
		return false;
	}
}

ref_int
ref_ones(unsigned int bits)
{
	return bits == 128 ? ~(ref_int)0 : ((ref_int)1 << bits) - 1;
}

ref_int
ref_get(const void *bytes, unsigned int bit, unsigned int bits)
{
	const uint8_t *p = bytes;
	unsigned int last = bit + bits - 1;
	ref_int value = 0;

	for (unsigned int i = bit / 8; i <= last / 8; i++)
		value = value << 8 | p[i];
	return (value >> (7 - last % 8)) & ref_ones(bits);
}

void
ref_put(void *bytes, unsigned int bit, unsigned int bits, ref_int value)
{
	uint8_t *p = bytes;

	for (unsigned int i = 0; i < bits; i++) {
		unsigned int at = bit + bits - 1 - i;
		uint8_t one = 0x80 >> (at % 8);

		if (value >> i & 1)
			p[at / 8] |= one;
		else
			p[at / 8] &= ~one;
	}
}
