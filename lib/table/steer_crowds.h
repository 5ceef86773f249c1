/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * The crowds (steer_crowd.h) of a filter, by their rows. A row has one from when more subtables
 * than are cheap to search have rules there; it stays as long as the filter.
 *
 * One writer, any number of readers under RCU.
 */

#ifndef STEER_CROWDS_H
#define STEER_CROWDS_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_branch_prediction.h>

#include "steer_crowd.h"

struct steer_subtable;

/** More subtables than that are a crowd. */
#define STEER_CROWDED 4

static inline bool
steer_crowded(uint64_t bits)
{
	return unlikely(__builtin_popcountll(bits) > STEER_CROWDED);
}

struct steer_crowd_place {
	uint32_t row;
	/** NULL: it is free. */
	struct steer_crowd *crowd;
};

struct steer_crowds {
	/* Readers */
	/** NULL: there are none, and will be none. */
	struct steer_crowd_place *places;
	uint32_t mask;
	/** Which bytes of a key are compared. */
	uint16_t key_byte[STEER_CROWD_BYTES];

	/* Control */
	uint32_t n;
	unsigned int n_bytes;
	/** The same bytes of the words of a rule, or of a subtable's mask. */
	uint8_t byte[STEER_CROWD_BYTES];
	int socket;
};

/** A rule of a crowded row; the subtable's bit in the filter. */
struct steer_crowd_rule {
	uint32_t row;
	uint32_t bit;
	const struct steer_rule *rule;
};

/**
 * Have none, of a filter's subtables, which all have the same words. Masks that do not differ are
 * told apart by no crowd: then there will be none.
 */
void steer_crowds_init(struct steer_crowds *crowds, struct steer_subtable *const *subtables,
		       unsigned int n, int socket);
/**
 * Make those of the rules in crowded rows, before any reader is there. Some rows have none: if
 * memory is short, or where so many rules are of so few subtables that these are searched faster.
 *
 * @param rules    Which are reordered.
 * @param n_slots  Of all subtables: how much is to come.
 */
void steer_crowds_make(struct steer_crowds *crowds, struct steer_subtable *const *subtables,
		       struct steer_crowd_rule *rules, size_t n, uint64_t n_slots);
/** Free them; no reader may use any. */
void steer_crowds_free(struct steer_crowds *crowds);

/**
 * A rule comes to a row that is crowded, now or before; readers active, none of which sees it.
 * @param bits  The row's without it.
 * @param bit   The subtable's.
 */
void steer_crowds_add(struct steer_crowds *crowds, uint32_t row, uint64_t bits,
		      const struct steer_subtable *st, unsigned int bit,
		      const struct steer_rule *rule, struct steer_retire *retire);
/** A rule of a row is taken out: no reader sees it any more. */
void steer_crowds_forget(struct steer_crowds *crowds, uint32_t row,
			 const struct steer_subtable *st, unsigned int bit,
			 const struct steer_rule *rule);

/** There is no place for another one. */
static inline bool
steer_crowds_full(const struct steer_crowds *crowds)
{
	return crowds->places != NULL && crowds->n > crowds->mask / 4 * 3;
}

/* Readers */

/** A row's crowd; NULL: it has none. */
static inline struct steer_crowd *
steer_crowds_find(const struct steer_crowds *crowds, uint32_t row)
{
	for (uint32_t i = row & crowds->mask;; i = (i + 1) & crowds->mask) {
		struct steer_crowd *c =
			__atomic_load_n(&crowds->places[i].crowd, __ATOMIC_ACQUIRE);

		if (c == NULL || crowds->places[i].row == row)
			return c;
	}
}

/** Does a row have a crowd? */
static inline bool
steer_crowds_have(const struct steer_crowds *crowds, uint32_t row)
{
	return crowds->places != NULL && steer_crowds_find(crowds, row) != NULL;
}

#endif /* STEER_CROWDS_H */
