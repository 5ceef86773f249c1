/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Items by the words of testpmd: those with a header, as lib/rule's table has them, and those
 * without. Whoever adds an item with a header has nothing to do here.
 */

#ifndef STEER_WORDS_ITEM_H
#define STEER_WORDS_ITEM_H

#include "steer_value.h"

/** Most bytes of an item's structure. */
#define STEER_ITEM_SIZE_MAX 64

struct steer_words_item {
	const char *name;
	enum rte_flow_item_type type;
	/** NULL: no header. */
	const struct steer_item *row;
	/** Without a header. */
	const struct steer_value *fields;
	unsigned int n_fields;
};

/** @return the i-th item; false behind the last one. One may have several rows, one by another. */
bool steer_words_item_at(unsigned int i, struct steer_words_item *item);

bool steer_words_item(struct steer_word w, struct steer_words_item *item);

/**
 * @return the i-th field of an item: of its header, its bits, and then testpmd's names for parts
 *         of the header that go by others in the table; false behind the last one.
 */
bool steer_words_field_at(const struct steer_words_item *item, unsigned int i,
			  struct steer_value *field);

/**
 * testpmd's name for a part of an item's header, where it is to be printed by that.
 * @return the i-th, NULL behind the last one.
 */
const struct steer_value *steer_words_printed_at(enum rte_flow_item_type type, unsigned int i);

bool steer_words_field(const struct steer_words_item *item, struct steer_word w,
		       struct steer_value *field);

#endif /* STEER_WORDS_ITEM_H */
