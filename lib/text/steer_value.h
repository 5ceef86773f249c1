/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Values of fields as text: numbers, addresses, bits.
 */

#ifndef STEER_VALUE_H
#define STEER_VALUE_H

#include <stdio.h>

#include "steer_item.h"
#include "steer_match.h"
#include "steer_word.h"

/** Most bytes that a field points to. */
#define STEER_BYTES_MAX 1024

/** How a structure holds a field. */
enum steer_order {
	STEER_ORDER_NETWORK, /**< As on the wire. */
	STEER_ORDER_HOST,    /**< A number of the CPU. */
};

enum steer_value_kind {
	STEER_VALUE_NUMBER,  /**< A number, or an address. */
	STEER_VALUE_BOOLEAN, /**< 0 or 1, and words for these. */
	STEER_VALUE_SIGNED,  /**< A number that may be negative. */
	STEER_VALUE_NAME,    /**< A number that goes by a name. */
	STEER_VALUE_PLACED,  /**< Bytes in their place, given in hexadecimal; those left are 0. */
	STEER_VALUE_TEXT,    /**< A pointer to bytes, given as they are. */
	STEER_VALUE_HEX,     /**< A pointer to bytes, given in hexadecimal. */
	STEER_VALUE_DATA,    /**< The same; how many they must be another field says. */
};

/** A field of an item or of an action. */
struct steer_value {
	/** name, where, format. Of ORDER_HOST: len is 1, 2, 4 or 8. */
	struct steer_item_field f;
	enum steer_order order;
	enum steer_value_kind kind;
	/** TEXT, HEX, DATA: where their number goes, 16 bits of the CPU. */
	size_t len_off;
	/** NAME: the i-th name and its number; NULL behind the last one. */
	const char *(*name_at)(unsigned int i, uint32_t *number);
};

/** How many bits. */
unsigned int steer_value_bits(const struct steer_value *v);

/** All bits of the field. */
steer_u128 steer_value_full(const struct steer_value *v);

/** Where a field has its bits, as an integer of its bytes. */
static inline steer_u128
steer_value_mask(const struct steer_value *v)
{
	return v->f.bits != 0 ? v->f.bits : steer_value_full(v);
}

/** The field's bits at their place, @p words being a key or a mask of one. */
static inline steer_u128
steer_value_load(const uint64_t *words, const struct steer_value *v, size_t base)
{
	return steer_load_be((const uint8_t *)words + base + v->f.off, v->f.len) &
	       steer_value_mask(v);
}

void steer_value_print(FILE *file, const struct steer_value *v, steer_u128 value);

/** Print a value that stands at its place. */
static inline void
steer_value_print_placed(FILE *file, const struct steer_value *v, steer_u128 value)
{
	steer_value_print(file, v, v->f.bits != 0 ? value >> __builtin_ctz(v->f.bits) : value);
}

/** @return index of the range of a field whose header begins at @p base in the key, or -1. */
int steer_value_range(const struct steer_match *m, const struct steer_value *v, size_t base);

/** @return false if the word is no value of the field. */
bool steer_value_read(struct steer_word w, const struct steer_value *v, steer_u128 *value);

/** "a number 0..7": what steer_value_read() accepts. */
void steer_value_accepted(const struct steer_value *v, char *buf, size_t size);

/** Put a value into a structure, and nothing else of it. */
void steer_value_store(void *structure, const struct steer_value *v, steer_u128 value);

/** A number as testpmd takes it: decimal, 0x hexadecimal or, with a leading 0, octal. */
bool steer_read_number(struct steer_word w, uint64_t max, uint64_t *number);

/**
 * Bytes as pairs of hexadecimal digits, with or without 0x.
 * @return how many; -1 if they are none, or more than @p max.
 */
int steer_read_hex(struct steer_word w, uint8_t *bytes, size_t max);

#endif /* STEER_VALUE_H */
