/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_PATTERN_CASES_H_
#define _TEST_PATTERN_CASES_H_

#include <stddef.h>
#include <stdint.h>

#include <rte_flow.h>

#include "steer_key.h"

/*
 * The items and their fields, written down once more from rte_flow.h and steer_key.h: what the
 * library's own table is judged by.
 */

struct case_item {
	enum rte_flow_item_type type;
	const char *name;
	/* Bytes of the item's structure. */
	size_t size;
	/* Where its header stands in the key, if in the outer stack. */
	size_t slot;
	/* Bits of meta of the outer stack, and what they must be. */
	uint64_t meta_mask;
	uint64_t meta_spec;
	/*
	 * 1 L2, 2 VLAN, 3 L3, 4 extension headers, 5 L4, 6 tunnel; 11 E-tag, 21 PPPoE, 22 PPP,
	 * 23 MPLS, 51 options of neighbor discovery, 52 what UDP carries: see case_order().
	 */
	unsigned int layer;
	const void *default_mask;
	/* Bits of the rare word of the outer stack, which must be set. */
	uint64_t rare;
	/* Bits of the tunnel's first byte that it asks for, too. */
	uint8_t needs;
	/* Such headers in one stack that can be matched, if more than one. */
	unsigned int most;
};

struct case_field {
	enum rte_flow_item_type type;
	const char *name;
	size_t off;
	size_t len;
	/* Of fields that share bytes: big-endian bits within len bytes. */
	uint32_t bits;
	/* Bits of the tunnel's first byte that it asks for, too. */
	uint8_t needs;
};

struct case_bit {
	enum rte_flow_item_type type;
	const char *name;
	/* Byte and bit in the item's structure. */
	size_t off;
	uint8_t bit;
	uint64_t meta;
};

extern const struct case_item case_items[];
extern const unsigned int case_n_items;
extern const struct case_field case_fields[];
extern const unsigned int case_n_fields;
extern const struct case_bit case_bits[];
extern const unsigned int case_n_bits;

/* Where a layer stands among the others. */
unsigned int case_order(const struct case_item *item);

const struct case_item *case_item(enum rte_flow_item_type type);

/* Bytes of a field that a mask can have. */
void case_full_mask(const struct case_field *f, uint8_t *bytes);

/* Largest structure of an item. */
#define CASE_ITEM_MAX 64

#endif /* _TEST_PATTERN_CASES_H_ */
