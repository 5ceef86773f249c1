/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * The key: what is known of a packet, in a flat and fixed layout.
 *
 * Headers are copied as they stand in the packet (network byte order) into slots: one stack of
 * slots for the outer headers, one for those inside a tunnel, one for the tunnel header itself.
 * So every bit of every header can be matched by "(key & mask) == spec" on 64-bit words.
 *
 * The first word, @e meta, tells which layers are present. Slots of absent layers are NOT cleared:
 * whoever looks at a slot must also demand its layer in meta. What few packets have stands at the
 * end, with a word of its own that tells of it, @e rare: neither is touched where no rule asks.
 */

#ifndef STEER_KEY_H
#define STEER_KEY_H

#include <stddef.h>
#include <stdint.h>

/* The programs in the kernel have the same key. */
#ifndef __bpf__
#include <rte_common.h>
#endif

#include "steer_regs.h"

struct rte_mbuf;

/** Header slots of one stack. Each begins at an 8-byte boundary. */
struct steer_stack {
	/** Ethernet header (14), first VLAN tag (TCI, type: 4), second VLAN tag (4). */
	uint8_t l2[24];
	/** IPv4 without options (20), IPv6 (40), struct rte_flow_item_arp_eth_ipv4. */
	uint8_t l3[40];
	/** IPv6 fragment header. */
	uint8_t frag[8];
	/**
	 * TCP without options (20), UDP (8), SCTP (12), ICMP (8), ICMPv6 (4), ESP (8), IGMP (8),
	 * L2TPv3 over IP (4). ICMPv6 with what echo (8) and neighbor discovery (24) add, if asked
	 * for. Behind UDP's 8: ESP (8), struct rte_flow_item_pfcp (16).
	 */
	uint8_t l4[24];
};

/** Labels of an MPLS stack that are kept, and looked through. */
#define STEER_MPLS_MAX 5
/** IPv6 extension headers and options of neighbor discovery that are kept. */
#define STEER_NEXT_MAX 8
#define STEER_ND_OPTS_MAX 4

/** Slots of one stack for what few packets have. */
struct steer_rare {
	/** E-tag without its TPID, with the type behind it (8). */
	uint8_t etag[8];
	/** PPPoE header (6), PPP protocol (2). */
	uint8_t pppoe[8];
	/** MPLS labels (4 each). */
	uint8_t mpls[24];
	/** Authentication header without its ICV (12). */
	uint8_t ah[16];
	/** Next header fields of the IPv6 extension headers, one byte each. */
	uint8_t next[STEER_NEXT_MAX];
	/** IPv6 routing header, the first 8 bytes. */
	uint8_t route[8];
	/** Type and length of the options of neighbor discovery (2 each). */
	uint8_t nd_opts[2 * STEER_ND_OPTS_MAX];
	/** Options with the Ethernet addresses of source and target. */
	uint8_t sla[8];
	uint8_t tla[8];
};

/** Where headers of one stack begin in the mbuf. Of absent layers: anything. */
struct steer_places {
	uint16_t l2;
	uint16_t l3;
	uint16_t frag;
	uint16_t l4;
	uint16_t ah;
	uint16_t tags; /**< Behind an E-tag: where VLAN tags begin. */
	uint16_t pppoe;
	uint16_t mpls;
};

/** All that rules and RSS may ask of a packet. */
struct steer_key {
	/** STEER_META_* of the outer stack, of the inner one, and the tunnel's type. */
	uint64_t meta;
	struct steer_stack outer;
	/** VXLAN, VXLAN-GPE, GENEVE base header (8); see STEER_GRE_* and STEER_GTP_* for others. */
	uint8_t tunnel[24];
	struct steer_stack inner;
	/** STEER_RARE_* of the outer stack and, above STEER_RARE_INNER, of the inner one. */
	uint64_t rare;
	struct steer_rare outer_rare;
	struct steer_rare inner_rare;
	struct steer_regs regs;

	/*
	 * Not compared: for conditions of rules (steer_condition.h), and filled only for them.
	 */
	const struct rte_mbuf *packet;
	/** Outer and inner stack, and where the tunnel's header ends. */
	struct steer_places at[2];
	uint16_t tunnel_end;
	/** Ends of what the headers of each stack contain. */
	uint32_t end[2];
	/** Drawn for this packet: the same for all rules. */
	uint32_t random;
};

/** What is compared. */
#define STEER_KEY_WORDS (offsetof(struct steer_key, packet) / sizeof(uint64_t))
/** Index of the word that tells of rare headers. */
#define STEER_KEY_RARE (offsetof(struct steer_key, rare) / sizeof(uint64_t))

/** Where, in l4, what UDP carries begins. */
#define STEER_L4_BEHIND_UDP 8

/*
 * Offsets inside tunnel. GRE: header (4) and key (4) as they stand in NVGRE; then checksum (4), key
 * (4) and sequence (4), as struct rte_flow_item_gre_opt has them. Each only if its flag is set.
 */
#define STEER_GRE_KEY 4
#define STEER_GRE_OPTION 8
/* GTP: header without what its flags announce (8), PDU session container (4). */
#define STEER_GTP_PSC 8

/* Flags of GRE, in its first byte. */
#define STEER_GRE_C 0x80 /**< Checksum. */
#define STEER_GRE_R 0x40 /**< Routing: nobody uses it. */
#define STEER_GRE_K 0x20 /**< Key. */
#define STEER_GRE_S 0x10 /**< Sequence number. */

/** Offsets inside steer_stack.l2. */
#define STEER_L2_TYPE 12
#define STEER_L2_VLAN(n) (14 + 4 * (n))

/*
 * Bits of meta for one stack; those of the inner stack are shifted by STEER_META_INNER.
 * L3, L4 and FRAG stand together so that they index a table of 128 (see RSS).
 */
#define STEER_META_ETH (UINT64_C(1) << 0)
#define STEER_META_VLAN0 (UINT64_C(1) << 1) /**< Has at least one tag. */
#define STEER_META_VLAN1 (UINT64_C(1) << 2) /**< Has at least two tags. */
#define STEER_META_VLAN2 (UINT64_C(1) << 3) /**< A third tag follows: not looked through. */
#define STEER_META_L3_SHIFT 4
#define STEER_META_L3 (UINT64_C(0x3) << STEER_META_L3_SHIFT) /**< enum steer_l3. */
#define STEER_META_L4_SHIFT 6
#define STEER_META_L4 (UINT64_C(0xf) << STEER_META_L4_SHIFT) /**< enum steer_l4. */
#define STEER_META_FRAG (UINT64_C(1) << 10)                  /**< Any fragment, also the first. */
#define STEER_META_L3_ANY (UINT64_C(1) << 11)                /**< L3 is not NONE. */
#define STEER_META_L4_ANY (UINT64_C(1) << 12)                /**< L4 is not NONE. */
#define STEER_META_NONFIRST (UINT64_C(1) << 13)              /**< Fragment without L4 header. */
/** IPv6 extension headers seen, in the order of the has_* bits of struct rte_flow_item_ipv6. */
#define STEER_META_EXT_SHIFT 14
#define STEER_META_EXT(n) (UINT64_C(1) << (STEER_META_EXT_SHIFT + (n)))
#define STEER_META_L25 (UINT64_C(1) << 23) /**< PPPoE or MPLS between L2 and L3. */

#define STEER_META_INNER 24

#define STEER_META_TUNNEL_SHIFT 48
#define STEER_META_TUNNEL (UINT64_C(0xf) << STEER_META_TUNNEL_SHIFT) /**< enum steer_tunnel. */

/* Bits of rare for one stack; those of the inner stack are shifted by STEER_RARE_INNER. */
#define STEER_RARE_AH (UINT64_C(1) << 0)      /**< Authentication header. */
#define STEER_RARE_UDP_ESP (UINT64_C(1) << 1) /**< ESP behind UDP. */
#define STEER_RARE_ETAG (UINT64_C(1) << 2)
#define STEER_RARE_PPPOES (UINT64_C(1) << 3)     /**< PPPoE session. */
#define STEER_RARE_PPPOED (UINT64_C(1) << 4)     /**< PPPoE discovery. */
#define STEER_RARE_PPP (UINT64_C(1) << 5)        /**< PPP protocol in a PPPoE session. */
#define STEER_RARE_MPLS(n) (UINT64_C(1) << (6 + (n)))  /**< At least n + 1 labels. */
#define STEER_RARE_NEXT(n) (UINT64_C(1) << (11 + (n))) /**< n + 1 IPv6 extension headers. */
#define STEER_RARE_ND_NS (UINT64_C(1) << 19)
#define STEER_RARE_ND_NA (UINT64_C(1) << 20)
#define STEER_RARE_ECHO_REQUEST (UINT64_C(1) << 21) /**< Of ICMPv6. */
#define STEER_RARE_ECHO_REPLY (UINT64_C(1) << 22)
#define STEER_RARE_SLA (UINT64_C(1) << 23)
#define STEER_RARE_TLA (UINT64_C(1) << 24)
#define STEER_RARE_ND_OPT(n) (UINT64_C(1) << (25 + (n))) /**< n + 1 options. */
#define STEER_RARE_PFCP (UINT64_C(1) << 29)

#define STEER_RARE_INNER 32

/** Bits L3, L4 and FRAG of a stack as an index. */
#define STEER_META_KIND(meta) (((meta) >> STEER_META_L3_SHIFT) & 0x7f)
#define STEER_META_KINDS 128

enum steer_l3 {
	STEER_L3_NONE,
	STEER_L3_IPV4,
	STEER_L3_IPV6,
	STEER_L3_ARP,
};

enum steer_l4 {
	STEER_L4_NONE,
	STEER_L4_TCP,
	STEER_L4_UDP,
	STEER_L4_SCTP,
	STEER_L4_ICMP,
	STEER_L4_ICMP6,
	STEER_L4_ESP,
	STEER_L4_IGMP,
	STEER_L4_L2TPV3,
};

/** Kinds of tunnels. Those of a family have bits in common, so that a mask stands for all. */
enum steer_tunnel {
	STEER_TUNNEL_NONE = 0,
	STEER_TUNNEL_VXLAN = 1,
	STEER_TUNNEL_GENEVE = 2,
	STEER_TUNNEL_VXLAN_GPE = 3,
	STEER_TUNNEL_GRE = 4,   /**< Other than NVGRE. */
	STEER_TUNNEL_NVGRE = 5, /**< GRE with a key alone that carries Ethernet. */
	STEER_TUNNEL_IP = 6,    /**< IP in IP: no header of its own. */
	STEER_TUNNEL_MPLS = 7,  /**< Over UDP: its labels are those of the inner stack. */
	STEER_TUNNEL_GTPU = 8,
	STEER_TUNNEL_GTPC = 9,
	STEER_TUNNEL_GTPU_PSC = 10, /**< With a PDU session container. */
	STEER_TUNNEL_GTPC_PSC = 11,
};

/* Masks of enum steer_tunnel. */
#define STEER_TUNNEL_ONE 0xf
#define STEER_TUNNEL_ANY_GRE 0xe /**< GRE and NVGRE. */
#define STEER_TUNNEL_ANY_GTP 0xc
#define STEER_TUNNEL_ANY_GTPX 0xd /**< GTPU or GTPC, with and without container. */
#define STEER_TUNNEL_ANY_PSC 0xe  /**< GTP with container. */

/** Index of each IPv6 extension header in STEER_META_EXT(). */
enum steer_ext {
	STEER_EXT_HOP,
	STEER_EXT_ROUTE,
	STEER_EXT_FRAG,
	STEER_EXT_AUTH,
	STEER_EXT_ESP,
	STEER_EXT_DEST,
	STEER_EXT_MOBIL,
	STEER_EXT_HIP,
	STEER_EXT_SHIM6,
	STEER_EXT_COUNT,
};

/** Type of the L3 header of one stack; @p meta shifted down for the inner one. */
static inline enum steer_l3
steer_meta_l3(uint64_t meta)
{
	return (enum steer_l3)((meta & STEER_META_L3) >> STEER_META_L3_SHIFT);
}

/** Type of the L4 header of one stack; @p meta shifted down for the inner one. */
static inline enum steer_l4
steer_meta_l4(uint64_t meta)
{
	return (enum steer_l4)((meta & STEER_META_L4) >> STEER_META_L4_SHIFT);
}

/** The key as words: what rules are compared with. */
static inline const uint64_t *
steer_key_words(const struct steer_key *key)
{
	return (const uint64_t *)key;
}

#endif /* STEER_KEY_H */
