/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * The fields of rte_flow items: where each stands in the item's structure and where on the wire.
 *
 * A field is what a range (rte_flow_item.last) applies to by itself: a member of the header, or
 * its part where a member packs several (VLAN TCI, IPv4 version and IHL, ...). All are unsigned
 * integers in network byte order.
 */

#ifndef REF_FIELDS_H
#define REF_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <rte_flow.h>

/** Wide enough for an IPv6 address. */
__extension__ typedef unsigned __int128 ref_int;

struct ref_field {
	const char *name;
	uint16_t item_bit; /**< First bit in the item's structure; bit 0 is the top of byte 0. */
	uint16_t wire_bit; /**< First bit in the header as it is in the packet. */
	uint16_t bits;
};

/** All there is to know of an item type. */
struct ref_item {
	enum rte_flow_item_type type;
	const char *name;
	size_t size;              /**< Bytes of its spec. */
	size_t wire_size;         /**< Bytes of its header; 0 if it has none. */
	const void *default_mask; /**< NULL if it has none. */
	const struct ref_field *fields;
	unsigned int n_fields;
};

/** @return NULL for types that the reference does not know. */
const struct ref_item *ref_item(enum rte_flow_item_type type);

/** Is it an item of a tunnel's header? */
bool ref_item_is_tunnel(enum rte_flow_item_type type);

/** Read an unsigned integer in network byte order, at any bit. */
ref_int ref_get(const void *bytes, unsigned int bit, unsigned int bits);

/** Write one. */
void ref_put(void *bytes, unsigned int bit, unsigned int bits, ref_int value);

/** All ones. */
ref_int ref_ones(unsigned int bits);

#endif /* REF_FIELDS_H */
