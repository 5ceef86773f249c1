/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <string.h>

#include <rte_malloc.h>

#include "steer_ranges.h"
#include "steer_slots.h"

/** What is hung into a slot to stand for rules with ranges. */
struct range_head {
	struct steer_retired retired;
	/** In the subtable's list of those to be tidied. */
	struct range_head *next_untidy;
	bool untidy;
	struct steer_rule rule;
};

static struct range_head *
range_head(struct steer_rule *rule)
{
	return RTE_PTR_SUB(rule, offsetof(struct range_head, rule));
}

static void
free_map(struct steer_retired *r)
{
	steer_interval_map_free(RTE_PTR_SUB(r, offsetof(struct steer_interval_map, retired)));
}

static void
free_range_head(struct steer_retired *r)
{
	rte_free(r);
}

static struct steer_rule *
create_range_head(struct steer_subtable *st, struct steer_rule *rule)
{
	const size_t words = st->shape.n_words * sizeof(uint64_t);
	struct range_head *head = rte_zmalloc_socket("steer_ranges", sizeof(*head) + words,
						     RTE_CACHE_LINE_SIZE, st->socket);

	if (head == NULL)
		return NULL;
	head->rule.flags = STEER_RULE_RANGES;
	memcpy(head->rule.words, rule->words, words);
	head->rule.map = steer_interval_map_create(NULL, rule, NULL, &st->shape, st->socket);
	if (head->rule.map == NULL) {
		rte_free(head);
		return NULL;
	}
	return &head->rule;
}

static void
swap_map(struct steer_rule *head, struct steer_interval_map *map, struct steer_retire *retire)
{
	struct steer_interval_map *old = head->map;

	__atomic_store_n(&head->map, map, __ATOMIC_RELEASE);
	steer_retire(retire, &old->retired, free_map);
}

int
steer_ranges_add(struct steer_subtable *st, struct steer_rule **slot, struct steer_rule *rule,
		 struct steer_retire *retire)
{
	struct steer_interval_map *map =
		steer_interval_map_create((*slot)->map, rule, NULL, &st->shape, st->socket);

	if (map == NULL)
		return -ENOMEM;
	swap_map(*slot, map, retire);
	return 0;
}

int
steer_ranges_insert(struct steer_subtable *st, struct steer_rule *rule, uint32_t hash,
		    struct steer_retire *retire)
{
	struct steer_rule **slot = steer_slot_find(st, rule, hash);
	struct steer_rule *head;
	int rc;

	if (slot == NULL) {
		head = create_range_head(st, rule);
		if (head == NULL)
			return -ENOMEM;
		rc = steer_slot_add(st, head, hash, retire);
		if (rc < 0) {
			steer_interval_map_free(head->map);
			rte_free(range_head(head));
		}
		return rc;
	}
	return steer_ranges_add(st, slot, rule, retire);
}

/** Only forget the rule: when many go at once, their map is made anew once. */
void
steer_ranges_remove(struct steer_subtable *st, struct steer_rule **slot, struct steer_rule *rule)
{
	struct range_head *head = range_head(*slot);

	steer_interval_map_clear(head->rule.map, rule);
	if (head->untidy)
		return;
	head->untidy = true;
	head->next_untidy = st->untidy;
	st->untidy = head;
}

static void
tidy_head(struct steer_subtable *st, struct range_head *head, struct steer_retire *retire)
{
	struct steer_rule **slot;
	struct steer_interval_map *map;

	head->untidy = false;
	map = steer_interval_map_create(head->rule.map, NULL, NULL, &st->shape, st->socket);
	if (map != NULL) {
		swap_map(&head->rule, map, retire);
		return;
	}
	/* Nothing is left, or no memory: what is cleared is not found, only slower. */
	if (steer_interval_map_count(head->rule.map) > 0)
		return;
	slot = steer_slot_find(st, &head->rule, steer_rule_hash(st, &head->rule));
	__atomic_store_n(slot, NULL, __ATOMIC_RELEASE);
	st->n_slots--;
	steer_retire(retire, &head->rule.map->retired, free_map);
	steer_retire(retire, &head->retired, free_range_head);
}

void
steer_ranges_tidy(struct steer_subtable *st, struct steer_retire *retire)
{
	struct range_head *head;

	while ((head = st->untidy) != NULL) {
		st->untidy = head->next_untidy;
		tidy_head(st, head, retire);
	}
}

void
steer_ranges_free(struct steer_subtable *st)
{
	for (uint32_t i = 0; i < st->hash->n_buckets; i++)
		for (unsigned int j = 0; j < STEER_BUCKET_SLOTS; j++) {
			struct steer_rule *head = st->hash->buckets[i].rule[j];

			if (head == NULL || !(head->flags & STEER_RULE_RANGES))
				continue;
			steer_interval_map_free(head->map);
			rte_free(range_head(head));
		}
}
