/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* All rules of an engine in the programs' terms. */

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>

#include "steer_compat.h"
#include "steer_kernel_private.h"
#include "steer_listed.h"
#include "steer_rss.h"
#include "steer_rss_pair.h"
#include "steer_rss_plan.h"
#include "steer_toeplitz.h"

static_assert(STEER_RSS_L3_SRC == 1u << 0 && STEER_RSS_L3_DST == 1u << 1 &&
	      STEER_RSS_L4_SRC == 1u << 2 && STEER_RSS_L4_DST == 1u << 3 &&
	      STEER_RSS_IPV6 == 1u << 4 && STEER_RSS_PLANNED == 1u << 7,
	      "fields of the programs' RSS are the same");
static_assert(STEER_KERNEL_INPUT == STEER_TOEPLITZ_INPUT, "so is the longest input");
static_assert(sizeof(((struct steer_rss *)0)->fields) == STEER_KERNEL_KINDS, "and the kinds");

/** One of the masks is for rules of all those that there is no room for. */
#define MASKS_EXACT (STEER_KERNEL_MASKS - 1)

/* RSS */

static uint32_t
order_of(enum rte_eth_hash_function func)
{
	if (func == RTE_ETH_HASH_FUNCTION_SIMPLE_XOR)
		return STEER_KERNEL_SIMPLE_XOR;
	switch (steer_rss_order(func)) {
	case STEER_RSS_XORED:
		return STEER_KERNEL_XORED;
	case STEER_RSS_SORTED:
		return STEER_KERNEL_SORTED;
	default:
		return STEER_KERNEL_AS_IS;
	}
}

/** @return 0; -ENOMEM. */
static int
add_rss(struct steer_kernel_image *image, const struct steer_rss *rss)
{
	const size_t len = STEER_KERNEL_INPUT * sizeof(steer_toeplitz_row);
	struct steer_kernel_rss *to = &image->conf->rss[image->n_rss];

	image->tables[image->n_rss] = calloc(1, len);
	if (image->tables[image->n_rss] == NULL)
		return -ENOMEM;
	if (rss != NULL) {
		memcpy(image->tables[image->n_rss], rss->toeplitz, len);
		memcpy(to->fields, rss->fields, sizeof(to->fields));
		to->inner = rss->inner;
		to->order = order_of(rss->func);
		to->reta_size = rss->reta_size;
		memcpy(to->reta, rss->reta, rss->reta_size * sizeof(to->reta[0]));
		if (rss->inner != 0)
			image->conf->flags |= STEER_KERNEL_TUNNELS;
	} else {
		to->reta_size = 1;
	}
	image->rss[image->n_rss++] = rss;
	return 0;
}

/** @return number of a context; 0, the port's, and *known false if there is no room for it. */
static int
find_rss(struct steer_kernel_image *image, const struct steer_rss *rss, bool *known)
{
	uint32_t i;

	*known = true;
	if (rss == NULL)
		return 0;
	for (i = 0; i < image->n_rss; i++)
		if (image->rss[i] == rss)
			return (int)i;
	if (i == STEER_KERNEL_RSS || rss->reta_size > STEER_KERNEL_RETA) {
		*known = false;
		return 0;
	}
	return add_rss(image, rss) == 0 ? (int)i : -ENOMEM;
}

/* Out of the engine */

static int
no_memory(struct steer_kernel_image *image)
{
	return steer_kernel_fail(image->trouble, "rules", ENOMEM, "no memory for %u rules",
				 image->room);
}

static int
take_port(const struct steer_listed_port *port, void *arg)
{
	struct steer_kernel_image *image = arg;
	const bool fits = port->rss == NULL || port->rss->reta_size <= STEER_KERNEL_RETA;

	if (port->n_rules > STEER_KERNEL_RULES_MAX)
		return steer_kernel_fail(image->trouble, "rules", ENOSPC,
					 "%" PRIu64 " rules: the kernel is given up to %u",
					 port->n_rules, STEER_KERNEL_RULES_MAX);
	image->room = (uint32_t)port->n_rules;
	image->conf = calloc(1, sizeof(*image->conf));
	image->entries = calloc(RTE_MAX(image->room, 1u), sizeof(image->entries[0]));
	image->keys = calloc(RTE_MAX(image->room, 1u), sizeof(image->keys[0]));
	image->rules = calloc(RTE_MAX(image->room, 1u), sizeof(image->rules[0]));
	if (image->conf == NULL || image->entries == NULL || image->keys == NULL ||
	    image->rules == NULL || add_rss(image, fits ? port->rss : NULL) < 0)
		return no_memory(image);
	if (!fits)
		/* As if each kind of packet were planned: user space does it. */
		memset(image->conf->rss[0].fields, STEER_RSS_PLANNED, STEER_KERNEL_KINDS);
	if (port->isolated)
		image->conf->flags |= STEER_KERNEL_ISOLATED;
	if (port->want_hash)
		image->conf->flags |= STEER_KERNEL_WANT_HASH;
	return 0;
}

static int
take_rule(const struct steer_listed *rule, void *arg)
{
	struct steer_kernel_image *image = arg;
	struct steer_kernel_entry *entry = &image->entries[image->n_entries];
	bool known;
	int context = find_rss(image, rule->rss, &known);

	if (context < 0)
		return no_memory(image);
	steer_kernel_entry(rule, (uint32_t)context, entry);
	if (!known)
		entry->rule.flags |= STEER_KERNEL_REFINE;
	image->n_entries++;
	return 0;
}

/* In order */

static int
by_order(const void *a, const void *b)
{
	const struct steer_kernel_entry *x = a, *y = b;

	if (x->prio != y->prio)
		return x->prio < y->prio ? -1 : 1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

/** Same words asked for? What it begins with is not the rule's. */
static bool
masks_equal(const struct steer_kernel_mask *a, const struct steer_kernel_mask *b)
{
	return memcmp(a->index, b->index, sizeof(a->index)) == 0 &&
	       memcmp(a->word, b->word, sizeof(a->word)) == 0;
}

/** Layers that it asks for otherwise than those before it are none that all ask for. */
static void
agree_layers(struct steer_kernel_mask *mask, const struct steer_kernel_entry *entry)
{
	mask->layers &= ~(mask->layers_spec ^ entry->word[0]);
	mask->layers_spec &= mask->layers;
}

/** Number of the entry's mask; masks come in the order of their first rules. */
static void
find_mask(struct steer_kernel_image *image, struct steer_kernel_entry *entry, uint32_t rank)
{
	struct steer_kernel_conf *conf = image->conf;
	const struct steer_kernel_mask all = { .first = 0 };
	uint32_t i;

	for (i = 0; i < conf->n_masks; i++)
		if (masks_equal(&conf->mask[i], &entry->mask))
			break;
	if (i == conf->n_masks && i >= MASKS_EXACT && !masks_equal(&entry->mask, &all)) {
		steer_kernel_entry_widen(entry);
		find_mask(image, entry, rank);
		return;
	}
	entry->number = i;
	if (i < conf->n_masks) {
		agree_layers(&conf->mask[i], entry);
		return;
	}
	conf->mask[i] = entry->mask;
	conf->mask[i].first = rank;
	if (entry->mask.index[0] == 0) {
		conf->mask[i].layers = entry->mask.word[0];
		conf->mask[i].layers_spec = entry->word[0];
	}
	conf->n_masks++;
	if ((entry->mask.word[0] >> STEER_META_INNER) != 0 && entry->mask.index[0] == 0)
		conf->flags |= STEER_KERNEL_TUNNELS;
}

/** What goes before a rule with SEND_TO_KERNEL must be known to match or not. */
static int
check_entry(const struct steer_kernel_image *image, const struct steer_kernel_entry *entry,
	    const struct steer_kernel_entry *inexact)
{
	const bool isolated = image->conf->flags & STEER_KERNEL_ISOLATED;
	int rc = steer_kernel_entry_check(entry, image->kind, isolated, image->trouble);

	if (rc < 0 || inexact == NULL || !(entry->rule.flags & STEER_KERNEL_STAY))
		return rc;
	return steer_kernel_fail(image->trouble, "rules", ENOTSUP,
				 "rule %" PRIu64 ": send_to_kernel behind rule %" PRIu64
				 ", which the kernel cannot judge exactly: put it in front",
				 entry->seq, inexact->seq);
}

static int
rank_entries(struct steer_kernel_image *image)
{
	const struct steer_kernel_entry *inexact = NULL;
	int rc;

	qsort(image->entries, image->n_entries, sizeof(image->entries[0]), by_order);
	for (uint32_t rank = 0; rank < image->n_entries; rank++) {
		struct steer_kernel_entry *entry = &image->entries[rank];

		find_mask(image, entry, rank);
		rc = check_entry(image, entry, inexact);
		if (rc < 0)
			return rc;
		if (entry->inexact && inexact == NULL)
			inexact = entry;
		entry->rule.rank = entry->passes || entry->inexact ? STEER_KERNEL_NO_RANK : rank;
		entry->rule.pass = entry->passes || entry->inexact ? rank : STEER_KERNEL_NO_RANK;
	}
	return 0;
}

/* Rules of the same key are one. */

static uint32_t
place_of(const struct steer_kernel_entry *entry)
{
	return RTE_MIN(entry->rule.rank, entry->rule.pass);
}

static int
by_key(const void *a, const void *b)
{
	const struct steer_kernel_entry *x = a, *y = b;
	int rc;

	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	rc = memcmp(x->word, y->word, sizeof(x->word));
	if (rc != 0)
		return rc;
	return place_of(x) < place_of(y) ? -1 : place_of(x) > place_of(y);
}

/** It comes behind those that the rule stands for already. */
static void
join(struct steer_kernel_rule *rule, const struct steer_kernel_entry *entry)
{
	if (rule->rank != STEER_KERNEL_NO_RANK)
		return;
	if (entry->rule.rank != STEER_KERNEL_NO_RANK) {
		const uint32_t pass = rule->pass;

		*rule = entry->rule;
		rule->pass = pass;
	}
}

static void
merge(struct steer_kernel_image *image)
{
	const struct steer_kernel_entry *last = NULL;

	qsort(image->entries, image->n_entries, sizeof(image->entries[0]), by_key);
	for (uint32_t i = 0; i < image->n_entries; i++) {
		const struct steer_kernel_entry *entry = &image->entries[i];
		struct steer_kernel_key *key = &image->keys[image->n_rules];

		image->n_refined += entry->rule.pass != STEER_KERNEL_NO_RANK ||
				    (entry->rule.flags & STEER_KERNEL_REFINE) != 0;
		if (last != NULL && last->number == entry->number &&
		    memcmp(last->word, entry->word, sizeof(entry->word)) == 0) {
			join(&image->rules[image->n_rules - 1], entry);
			continue;
		}
		key->mask = entry->number;
		memcpy(key->word, entry->word, sizeof(key->word));
		image->rules[image->n_rules++] = entry->rule;
		last = entry;
	}
}

int
steer_kernel_image_make(struct steer_kernel_image *image, struct steer_engine *e)
{
	const struct steer_list_to to = { .port = take_port, .rule = take_rule, .arg = image };
	int rc = steer_engine_list(e, NULL, &to);

	if (rc == 0)
		rc = rank_entries(image);
	if (rc == 0)
		merge(image);
	return rc;
}

void
steer_kernel_image_free(struct steer_kernel_image *image)
{
	for (uint32_t i = 0; i < STEER_KERNEL_RSS; i++)
		free(image->tables[i]);
	free(image->conf);
	free(image->entries);
	free(image->keys);
	free(image->rules);
}
