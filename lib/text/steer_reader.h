/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Reading a line word by word, and saying what is wrong with one. Private to lib/text.
 */

#ifndef STEER_READER_H
#define STEER_READER_H

#include <rte_common.h>

#include "steer_rss.h"
#include "steer_text.h"
#include "steer_words_action.h"
#include "steer_words_item.h"

/** Most bytes of an RSS key. */
#define STEER_READ_KEY_MAX STEER_RSS_KEY_MAX

/** An action's configuration, and what an RSS action has besides. */
struct steer_read_conf {
	uint8_t bytes[STEER_ACTION_SIZE_MAX];
	uint8_t key[STEER_READ_KEY_MAX];
} __rte_aligned(8);

/** spec, last, mask. */
enum steer_read_param { STEER_READ_SPEC, STEER_READ_LAST, STEER_READ_MASK, STEER_READ_N };

/** What a rule is part of. All is of fixed size, but for what is bound by the line's length. */
struct steer_read_rule {
	struct steer_text_rule rule;
	unsigned int n_items;
	unsigned int n_actions;
	/* Where the words stand, END included. */
	struct steer_text_place at_item[STEER_TEXT_ITEMS_MAX + 1];
	struct steer_text_place at_action[STEER_TEXT_ACTIONS_MAX + 1];
	struct steer_text_place at_group, at_priority, at_direction, at_pattern;
	uint8_t specs[STEER_TEXT_ITEMS_MAX][STEER_READ_N][STEER_ITEM_SIZE_MAX] __rte_aligned(8);
	struct steer_read_conf confs[STEER_TEXT_ACTIONS_MAX];
	/* RSS queues and what fields point to: no more than two bytes for one of the line. */
	size_t n_arena;
	uint8_t arena[] __rte_aligned(8);
};

struct steer_reader {
	const char *line;
	const char *at;
	const char *end;
	/** Where the last word ended. */
	const char *behind;
	struct steer_read_rule *t;
	/** NULL: there are none. */
	const struct steer_text_samples *samples;
	struct steer_text_error *error;
};

/** A list of words. */
struct steer_list {
	char text[900];
	size_t n;
};

/** The next word; it is read then. */
struct steer_word steer_reader_next(struct steer_reader *p);

/** The next word. */
static inline struct steer_word
steer_reader_peek(const struct steer_reader *p)
{
	return steer_word(p->at, p->end);
}

struct steer_text_place steer_reader_place(const struct steer_reader *p, struct steer_word w);

/** Say of a word what stands in @p format behind it. @return -EINVAL. */
int steer_reader_refuse(struct steer_reader *p, struct steer_word w, const char *format, ...)
	__rte_format_printf(3, 4);

void steer_list_add(struct steer_list *list, const char *name);

/** Read a number 0..@p max. @return 0; -EINVAL. */
int steer_reader_number(struct steer_reader *p, const char *of, uint64_t max, uint64_t *number);

/** Read a value of a field. @return 0; -EINVAL. */
int steer_reader_value(struct steer_reader *p, const char *of, const struct steer_value *v,
		       steer_u128 *value);

/** Read what follows "pattern", up to "actions". @return 0; -EINVAL. */
int steer_read_pattern(struct steer_reader *p);

/** Read what follows "actions", to the end. @return 0; -EINVAL. */
int steer_read_actions(struct steer_reader *p);

/* steer_read_handle.c */

/** Read what follows "flow indirect_action PORT". @return 0; -EINVAL. */
int steer_read_handle(struct steer_reader *p);

/** Read what follows the action "indirect". @return 0; -EINVAL. */
int steer_read_indirect(struct steer_reader *p, struct rte_flow_action *action);

#endif /* STEER_READER_H */
