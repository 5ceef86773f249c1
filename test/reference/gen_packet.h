/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Random packets: all combinations of layers, with addresses, ports and tags from small pools, so
 * that many packets have something in common and rules made after one match others, too.
 */

#ifndef GEN_PACKET_H
#define GEN_PACKET_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_flow.h>

#include "gen_random.h"
#include "ref_packet.h"

#define GEN_NOWHERE UINT16_MAX

/** Which headers one stack is to have. */
struct gen_layers {
	bool eth;
	bool etag;
	unsigned int n_tags; /**< Up to REF_TAGS. */
	enum ref_pppoe pppoe;
	unsigned int n_labels;
	enum ref_l3 l3;
	bool frag_ext;
	bool ah;
	enum ref_l4 l4;
	enum ref_udp udp;
	enum ref_nd nd; /**< Which message of ICMPv6; NONE: any. */
};

struct gen_plan {
	struct gen_layers outer;
	enum ref_tunnel tunnel;
	uint8_t gre_flags; /**< Those that must be set, in the first byte. */
	bool nvgre;        /**< GRE with a key alone. */
	bool psc;          /**< GTP with a container. */
	struct gen_layers inner;
};

/** Where the headers of one stack begin; GEN_NOWHERE if absent. */
struct gen_offsets {
	uint16_t eth, etag, tag[REF_TAGS], pppoe, label[REF_LABELS], l3, frag_ext, ah, l4, udp;
	uint16_t next[REF_EXT_MAX], opt[REF_OPTS], sla, tla;
};

struct gen_packet {
	uint8_t data[REF_PACKET_MAX];
	uint32_t len;
	uint64_t ol_flags;
	uint16_t vlan_tci;
	uint16_t vlan_tci_outer;
	/** Valid until the packet is changed. */
	struct gen_offsets at[2]; /**< Outer and inner. */
	uint16_t tunnel_at;
	uint16_t gre_key_at;
	uint16_t gre_option_at; /**< Only if all of the optional fields are there. */
	uint16_t psc_at;
};

/** Any combination of layers that can be. */
void gen_plan_random(struct gen_random *r, struct gen_plan *plan);

/** The layers that a pattern demands; those it leaves open at random. */
void gen_plan_pattern(struct gen_random *r, const struct rte_flow_item pattern[],
		      struct gen_plan *plan);

/** A whole and correct packet with these layers. */
void gen_packet(struct gen_random *r, const struct gen_plan *plan, struct gen_packet *p);

/** It has been changed: nobody knows any more where its headers are. */
void gen_packet_forget(struct gen_packet *p);

/** A whole packet that the pattern probably matches. */
void gen_packet_for(struct gen_random *r, const struct rte_flow_item pattern[],
		    struct gen_packet *p);

/** Make its checksums right. */
void gen_fix_sums(struct gen_packet *p);

/** Spoil it: flipped bytes, cut off or padded, wrong lengths. */
void gen_spoil(struct gen_random *r, struct gen_packet *p);

/** Have tags stripped, or say so. */
void gen_strip(struct gen_random *r, struct gen_packet *p);

/** One of the above. */
void gen_packet_any(struct gen_random *r, struct gen_packet *p);

/** As the reference takes it. */
struct ref_input gen_input(const struct gen_packet *p);

#endif /* GEN_PACKET_H */
