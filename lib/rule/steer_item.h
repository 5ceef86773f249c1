/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * The pattern items we know, as a table: where each one's header stands in the key, and its fields
 * by the names that testpmd gives them. Whoever adds an item adds a row.
 */

#ifndef STEER_ITEM_H
#define STEER_ITEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <rte_flow.h>

#include "steer_key.h"

/**
 * Order of layers in a pattern. Within one stack each item must be of a higher layer, but for those
 * that may be there more than once, and those of EXT and ND, which may stand in any order.
 */
enum steer_layer {
	STEER_LAYER_NONE, /**< Nothing yet. */
	STEER_LAYER_ETH,
	STEER_LAYER_ETAG,
	STEER_LAYER_VLAN,
	STEER_LAYER_PPPOE,
	STEER_LAYER_PPP,
	STEER_LAYER_MPLS,
	STEER_LAYER_L3,
	STEER_LAYER_EXT, /**< IPv6 extension headers, AH. */
	STEER_LAYER_L4,
	STEER_LAYER_ND,  /**< Options of neighbor discovery. */
	STEER_LAYER_UDP, /**< What UDP carries in the same stack. */
	STEER_LAYER_TUNNEL,
};

/** How a field reads best. */
enum steer_field_format {
	STEER_FORMAT_UINT,
	STEER_FORMAT_HEX,
	STEER_FORMAT_MAC,
	STEER_FORMAT_IPV4,
	STEER_FORMAT_IPV6,
};

struct steer_item_field {
	/** Empty: the item's only field, which testpmd gives no name. */
	const char *name;
	/** Byte in the item and in its header alike, and bytes. */
	uint8_t off;
	uint8_t len;
	/** Bits of a field that shares its bytes with others, else 0. */
	uint32_t bits;
	enum steer_field_format format;
};

/** A bit of the item that stands for a bit of meta. */
struct steer_item_bit {
	const char *name;
	/** Bit of the 32-bit word behind the header. */
	uint8_t bit;
	/** STEER_META_* of the outer stack. VLAN: of the first tag, the second's is the next. */
	uint64_t meta;
};

/** Items that may stand behind that of their tunnel, in any order, each once. */
#define STEER_BEHIND_GRE_KEY (1u << 0)
#define STEER_BEHIND_GRE_OPTION (1u << 1)
#define STEER_BEHIND_GTP_PSC (1u << 2)

struct steer_item {
	enum rte_flow_item_type type;
	const char *name;
	enum steer_layer layer;
	/** Headers of its kind in one stack that can be matched, one behind the other; 0: one. */
	uint8_t most;
	/** Bytes of header at the item's beginning, copied as they are. */
	uint8_t len;
	/** Byte in struct steer_key, for the outer stack. */
	uint16_t slot;
	/** Meta bits that say that the layer is there: mask and value, of the outer stack. */
	uint64_t meta_mask;
	uint64_t meta_spec;
	/** Bits of the key's rare word that must be set as well; those of the next one follow. */
	uint64_t rare;
	/** L3 types below which the item makes sense: bits 1 << enum steer_l3; 0: all. */
	uint8_t below_l3;
	/** TUNNEL: what carries it, UDP or (NONE) IP itself. */
	uint8_t over;
	/** TUNNEL: one of STEER_BEHIND_* for what is a part of the tunnel's header, else 0. */
	uint8_t behind;
	/** TUNNEL: bits of the header's first byte without which the item is not there. */
	uint8_t needs;
	/** The same for each of the fields; NULL: none. */
	const uint8_t *field_needs;
	const void *default_mask;
	const struct steer_item_field *fields;
	uint8_t n_fields;
	const struct steer_item_bit *bits;
	uint8_t n_bits;
};

/**
 * @param below  L4 item before it: what is behind UDP may have a row of its own.
 * @return       The row of an item type; NULL if it is none of ours (VOID, ANY, FUZZY have none).
 */
const struct steer_item *steer_item(enum rte_flow_item_type type, enum steer_l4 below);

/** @return the i-th row, NULL behind the last one. */
const struct steer_item *steer_item_at(unsigned int i);

/** Size of an item structure: header and, where it has them, the word of bits. */
static inline size_t
steer_item_size(const struct steer_item *item)
{
	return item->len + (item->n_bits > 0 ? sizeof(uint32_t) : 0);
}

/** @return the row's word of bits inside an item structure; 0 where it has none. */
uint32_t steer_item_bits(const struct steer_item *item, const void *spec);

/**
 * Offset in struct steer_key of an item's header.
 *
 * @param nth    Which one of its kind, where there may be many.
 * @param inner  Which stack.
 */
size_t steer_item_offset(const struct steer_item *item, unsigned int nth, bool inner);

struct steer_match;

/**
 * Is an item of a tunnel needed to say what a match asks for? Of several that say the same the one
 * that says most is. For printing.
 */
bool steer_item_tunnel_asked(const struct steer_item *item, const struct steer_match *match);

/** Bits of a key's first word that tell of an item, at their place in that word. */
static inline uint64_t
steer_item_meta(const struct steer_item *item, uint64_t meta, unsigned int nth, bool inner)
{
	if (item->layer == STEER_LAYER_TUNNEL)
		return meta;
	return meta << (item->layer == STEER_LAYER_VLAN ? nth : 0) <<
	       (inner ? STEER_META_INNER : 0);
}

/** The same of the word that tells of rare headers. */
static inline uint64_t
steer_item_rare(const struct steer_item *item, unsigned int nth, bool inner)
{
	return item->rare << nth << (inner ? STEER_RARE_INNER : 0);
}

/** Does a match ask for the nth header of its kind? Of a tunnel: see above. */
bool steer_item_asked(const struct steer_item *item, const struct steer_match *match,
		      unsigned int nth, bool inner);

#endif /* STEER_ITEM_H */
