/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Reference decoder: the bytes of a packet -> its headers, one struct for each stack.
 *
 * Slow and obvious on purpose: it judges the parser of the library and shares nothing with it.
 * Tags that the lower port has stripped are put back into a copy of the packet first; then the
 * copy is read from front to back.
 *
 * Where the rte_flow documentation leaves room, this is how it is read here:
 *  - A header that is cut short is absent, and so is all behind it.
 *  - With RX_QINQ_STRIPPED but without RX_VLAN_STRIPPED only the outer tag is put back: the inner
 *    one still stands in the packet (rte_mbuf_core.h).
 *  - Nothing is put back where not even an Ethernet header is (less than 14 bytes).
 *  - The third VLAN tag is noted when all its bytes are there, but not looked through.
 *  - An E-tag is known only directly behind the MAC addresses of the mbuf (or of the inner packet).
 *  - PPPoE of another version or type than 1 is none. The PPP protocol has two bytes.
 *  - Five MPLS labels are noted. A sixth is not, and nothing behind it. Behind the last label is IP
 *    if its first four bits say so.
 *  - PPPoE and MPLS are no layers of their own: the L3 behind them is the stack's.
 *  - IPv6 extension headers end with a fragment header that is not the first fragment's: what
 *    follows is payload. A fragment header whose offset is 0 is walked over.
 *  - ESP needs no bytes of its own to be noted as an extension header (the walk ends there anyway),
 *    and counts as one: as the ninth it is not noted. With its 8 bytes it is an L4 header as well.
 *  - The first AH of 12 bytes or more is kept. Over IPv4 one is walked over; a second one ends it.
 *  - IPV6_EXT speaks of the extension headers that are walked over, ESP not among them.
 *  - Options of neighbor discovery stand where the type of the message says. Eight are looked at,
 *    and none behind one that is cut or has length 0. Of those with an Ethernet address (length 1)
 *    the first of each type counts.
 *  - UDP from or to port 8805 carries PFCP of version 1, and a SEID if S is set.
 *  - UDP from or to port 4500 carries ESP if there are 8 bytes, the first four of which are not 0.
 *  - VXLAN is known by its UDP port alone; its flags are not looked at. So are VXLAN-GPE and GTP,
 *    but what they carry is known only by the flag of the next protocol, and in version 1.
 *  - The optional fields of GRE, and those of GTP that its flags announce, are part of the header:
 *    where they are cut short there is no tunnel. Extension headers of GTP are not.
 *  - GRE with the routing of RFC 1701, or of another version than 0, is GRE, with nothing inside.
 *  - GTP carries IP in messages of type 255 to the user data port, of the version that IP says.
 *  - IP in IP is a tunnel by the protocol alone, whatever is there; so is MPLS by its UDP port.
 */

#ifndef REF_PACKET_H
#define REF_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Longest packet. */
#define REF_PACKET_MAX 2048
/** The same with what rules may have put into it. */
#define REF_PACKET_ROOM (REF_PACKET_MAX + 512)
/** Longest that is decoded: of packets that no rule changes. */
#define REF_FRAME_MAX 66000
/** Tags noted per stack; the last one only for has_more_vlan. */
#define REF_TAGS 3
/** Labels noted per stack. */
#define REF_LABELS 5
/** Options of neighbor discovery noted by number, and looked at. */
#define REF_OPTS 4
#define REF_OPTS_MAX 8
/** Most IPv6 extension headers walked over. */
#define REF_EXT_MAX 8
/** Most extension headers of GTP walked over. */
#define REF_GTP_EXT_MAX 8
/** Tags that rules can set. */
#define REF_REG_TAGS 8

enum ref_l3 { REF_L3_NONE, REF_L3_IPV4, REF_L3_IPV6, REF_L3_ARP };
enum ref_l4 {
	REF_L4_NONE,
	REF_L4_TCP,
	REF_L4_UDP,
	REF_L4_SCTP,
	REF_L4_ICMP,
	REF_L4_ICMP6,
	REF_L4_ESP,
	REF_L4_IGMP,
	REF_L4_L2TPV3,
};
enum ref_pppoe { REF_PPPOE_NONE, REF_PPPOE_SESSION, REF_PPPOE_DISCOVERY };
/** What UDP carries in the same stack. */
enum ref_udp { REF_UDP_NONE, REF_UDP_ESP, REF_UDP_PFCP };
enum ref_nd { REF_ND_NONE, REF_ND_NS, REF_ND_NA };
enum ref_tunnel {
	REF_TUNNEL_NONE,
	REF_TUNNEL_VXLAN,
	REF_TUNNEL_GENEVE,
	REF_TUNNEL_VXLAN_GPE,
	REF_TUNNEL_GRE, /**< NVGRE, too. */
	REF_TUNNEL_IP,
	REF_TUNNEL_GTPU,
	REF_TUNNEL_GTPC,
	REF_TUNNEL_MPLS, /**< Over UDP. */
};

/** Bits in the order of the has_*_ext members of struct rte_flow_item_ipv6. */
enum ref_ext {
	REF_EXT_HOP,
	REF_EXT_ROUTE,
	REF_EXT_FRAG,
	REF_EXT_AUTH,
	REF_EXT_ESP,
	REF_EXT_DEST,
	REF_EXT_MOBIL,
	REF_EXT_HIP,
	REF_EXT_SHIM6,
};

/** A packet as a lower port delivers it: bytes, and what the mbuf says of stripped tags. */
struct ref_input {
	const uint8_t *data;
	uint32_t len;
	uint64_t ol_flags;
	uint16_t vlan_tci;
	uint16_t vlan_tci_outer;
};

/** Headers of one stack, as they are on the wire. */
struct ref_stack {
	bool has_eth;
	uint8_t eth[14];
	unsigned int n_tags;
	uint8_t tag[REF_TAGS][4]; /**< TCI, then the type of what follows. */
	bool has_etag;
	uint8_t etag[8]; /**< Without its TPID; the type of what follows. */
	enum ref_pppoe pppoe;
	uint8_t pppoe_header[6];
	bool has_ppp;
	uint8_t ppp[2];
	unsigned int n_labels;
	uint8_t label[REF_LABELS][4];
	enum ref_l3 l3;
	uint8_t l3_header[40];
	unsigned int exts; /**< Bits 1 << enum ref_ext. */
	bool has_frag_ext;
	uint8_t frag_ext[8];
	bool fragment; /**< Any fragment, also the first. */
	bool has_ah;
	uint8_t ah[12];
	enum ref_l4 l4;
	uint8_t l4_header[20];
	enum ref_udp udp;
	uint8_t udp_header[12]; /**< PFCP: S, type, length, SEID or 0. */
	unsigned int n_next;
	uint8_t next[REF_EXT_MAX]; /**< Next header of each extension header. */
	enum ref_nd nd;
	uint8_t nd_header[24];
	unsigned int n_opts;
	uint8_t opt[REF_OPTS][2];
	bool has_sla, has_tla;
	uint8_t sla[8], tla[8];

	/* Where headers begin, and where the L3 packet ends, with stripped tags put back. */
	size_t l2_at;
	size_t l3_at;
	size_t l3_end;
	size_t ah_at;
	size_t etag_at;
	size_t tag_at[REF_TAGS];
	size_t pppoe_at;
	size_t label_at[REF_LABELS];
	size_t frag_at;
	size_t l4_at;
	unsigned int carried; /**< Protocol behind L3 and its extension headers; 0: none. */
	size_t carried_at;
};

/** Optional fields of GRE. */
struct ref_gre {
	bool has_checksum, has_key, has_sequence;
	uint8_t checksum[4]; /**< And two reserved bytes. */
	uint8_t key[4];
	uint8_t sequence[4];
};

/** What rules have set on a packet. */
struct ref_regs {
	bool marked;
	uint32_t mark;
	bool meta_set; /**< By SET_META, be it to 0. */
	uint32_t meta;
	uint32_t tag[REF_REG_TAGS];
};

struct ref_packet {
	struct ref_stack outer;
	enum ref_tunnel tunnel;
	uint8_t tunnel_header[8]; /**< GRE: 4 bytes; IP in IP: none. */
	size_t tunnel_end; /**< With all that is between it and what it carries. */
	struct ref_gre gre;
	bool has_psc;
	uint8_t psc[3]; /**< PDU session container of GTP, the first one. */
	struct ref_stack inner;

	/** What it was decoded from; its data must last as long. */
	struct ref_input in;
	/** Bytes of stripped tags put back. */
	size_t restored;
	/** All zeros when decoded. */
	struct ref_regs regs;
};

/** Decode; never fails, what is not there is absent. */
void ref_decode(const struct ref_input *in, struct ref_packet *out);

#endif /* REF_PACKET_H */
