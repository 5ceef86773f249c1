/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_errno.h>

#include "steer_hand_private.h"
#include "steer_raw.h"
#include "steer_tunnel.h"

/*
 * Rules looked at to tell whether a new one overlaps with another of equal priority: where more
 * would have to be, software keeps the rules.
 */
#define OVERLAP_BUDGET 8192

/* Copies */

static const struct rte_flow_action *
find_action(const struct rte_flow_action *a, enum rte_flow_action_type type)
{
	for (; a->type != RTE_FLOW_ACTION_TYPE_END; a++)
		if (a->type == type)
			return a;
	return NULL;
}

/** What takes the place of an item's structures. */
struct complete {
	struct rte_flow_item_raw mask;
	struct rte_flow_item_geneve_opt last;
};

/**
 * rte_flow_conv() reads as many bytes as the lengths of an item say, also where it does not have
 * them: of RAW a mask without bytes, which means all ones, and a last, which is no range; of
 * GENEVE_OPT the data of last, which means nothing.
 */
static void
complete_item(struct rte_flow_item *item, struct complete *c)
{
	/* The engine has taken the item: it is not longer. */
	static const uint8_t ones[STEER_RAW_MAX] = { [0 ... STEER_RAW_MAX - 1] = 0xff };

	if (item->type == RTE_FLOW_ITEM_TYPE_RAW) {
		const struct rte_flow_item_raw *mask = item->mask;

		item->last = NULL;
		if (mask == NULL || mask->pattern != NULL)
			return;
		c->mask = *mask;
		c->mask.pattern = ones;
		item->mask = &c->mask;
	} else if (item->type == RTE_FLOW_ITEM_TYPE_GENEVE_OPT && item->last != NULL) {
		c->last = *(const struct rte_flow_item_geneve_opt *)item->last;
		c->last.data = NULL;
		item->last = &c->last;
	}
}

/** A pattern that rte_flow_conv() can copy; to be freed. @return NULL: no memory. */
static struct rte_flow_item *
complete_pattern(const struct rte_flow_item *pattern)
{
	struct rte_flow_item *items;
	struct complete *c;
	size_t n = 1;

	while (pattern[n - 1].type != RTE_FLOW_ITEM_TYPE_END)
		n++;
	items = calloc(n, sizeof(*items) + sizeof(*c));
	if (items == NULL)
		return NULL;
	c = (struct complete *)(items + n);
	memcpy(items, pattern, n * sizeof(*items));
	for (size_t i = 0; i < n; i++)
		complete_item(&items[i], &c[i]);
	return items;
}

static struct handed_rule *
copy_rule(const struct rte_flow_conv_rule *from)
{
	struct rte_flow_conv_rule size_only;
	struct handed_rule *r;
	int size = rte_flow_conv(RTE_FLOW_CONV_OP_RULE, &size_only, 0, from, NULL);

	if (size < 0)
		return NULL;
	r = calloc(1, offsetof(struct handed_rule, rule) + (size_t)size);
	if (r == NULL)
		return NULL;
	if (rte_flow_conv(RTE_FLOW_CONV_OP_RULE, &r->rule, (size_t)size, from, NULL) < 0) {
		free(r);
		return NULL;
	}
	r->count = find_action(r->rule.actions_ro, RTE_FLOW_ACTION_TYPE_COUNT);
	return r;
}

struct handed_rule *
steer_handed_copy(const struct rte_flow_attr *attr, const struct rte_flow_item *pattern,
		  const struct rte_flow_action *actions)
{
	struct rte_flow_item *items = complete_pattern(pattern);
	const struct rte_flow_conv_rule from = {
		.attr_ro = attr, .pattern_ro = items, .actions_ro = actions,
	};
	struct handed_rule *r = items != NULL ? copy_rule(&from) : NULL;

	free(items);
	return r;
}

/* Counts */

static int
query(const struct steer_port *port, const struct handed_rule *r, struct tally *now,
      struct rte_flow_error *error)
{
	const struct rte_flow_action actions[] = {
		*r->count, { .type = RTE_FLOW_ACTION_TYPE_END },
	};
	struct rte_flow_query_count count = { .reset = 0 };
	int rc = rte_flow_query(port->lower.port_id, r->lower, actions, &count, error);

	if (rc < 0)
		return rc;
	now->hits = count.hits_set ? count.hits : 0;
	now->bytes = count.bytes_set ? count.bytes : 0;
	return 0;
}

void
steer_handed_begin(const struct steer_port *port, struct handed_rule *r)
{
	if (r->count != NULL)
		query(port, r, &r->base, NULL);
}

int
steer_handed_count(const struct steer_port *port, struct handed_rule *r,
		   struct rte_flow_error *error)
{
	struct tally now;
	int rc;

	if (r->count == NULL || r->lower == NULL)
		return 0;
	rc = query(port, r, &now, error);
	if (rc < 0)
		return rc;
	r->carried.hits += now.hits - r->base.hits;
	r->carried.bytes += now.bytes - r->base.bytes;
	r->base = now;
	return 0;
}

/* Below */

static bool
asks_regs(const struct rte_flow_item *item)
{
	for (; item->type != RTE_FLOW_ITEM_TYPE_END; item++)
		if (item->type == RTE_FLOW_ITEM_TYPE_MARK ||
		    item->type == RTE_FLOW_ITEM_TYPE_META || item->type == RTE_FLOW_ITEM_TYPE_TAG)
			return true;
	return false;
}

/** It stands in a group of a tunnel, then, also where its number is 0. */
static bool
is_of_tunnel(const struct rte_flow_item *item)
{
	for (; item->type != RTE_FLOW_ITEM_TYPE_END; item++)
		if (item->type == STEER_ITEM_TUNNEL)
			return true;
	return false;
}

const char *
steer_handed_unfit(const struct rte_flow_attr *attr, const struct rte_flow_item *pattern,
		   const struct rte_flow_action *actions)
{
	/* Where a packet goes that a group has no rule for differs from driver to driver. */
	if (attr->group != 0 || is_of_tunnel(pattern) ||
	    find_action(actions, RTE_FLOW_ACTION_TYPE_JUMP) != NULL)
		return "rules in groups are kept in software";
	if (asks_regs(pattern) || find_action(actions, RTE_FLOW_ACTION_TYPE_SET_META) != NULL ||
	    find_action(actions, RTE_FLOW_ACTION_TYPE_SET_TAG) != NULL)
		return "rules with tags or metadata are kept in software";
	/* When it was hit while software steered, the lower does not know, nor the other way. */
	if (find_action(actions, RTE_FLOW_ACTION_TYPE_AGE) != NULL)
		return "rules with age are kept in software";
	/* Copies may be for any of our queues, and the lower's may not be independent. */
	if (find_action(actions, RTE_FLOW_ACTION_TYPE_SAMPLE) != NULL)
		return "rules with sample are kept in software";
	if (find_action(actions, RTE_FLOW_ACTION_TYPE_INDIRECT) != NULL)
		return "rules that share actions are kept in software";
	return NULL;
}

int
steer_handed_create(const struct steer_port *port, struct handed_rule *r, struct refusal *no)
{
	const char *unfit = steer_handed_unfit(r->rule.attr_ro, r->rule.pattern_ro,
					       r->rule.actions_ro);
	int rc;

	no->flow = r->flow;
	if (unfit != NULL)
		return steer_refuse(no, ENOTSUP, unfit);
	rc = steer_engine_flow_overlaps(port->engine, r->flow, OVERLAP_BUDGET);
	if (rc > 0)
		return steer_refuse(no, ENOTSUP,
				    "it overlaps with another rule of equal priority, and the "
				    "lower port need not keep their order");
	if (rc < 0)
		return steer_refuse(no, E2BIG,
				    "too many rules to tell whether one of equal priority "
				    "overlaps");
	r->base = (struct tally){ .hits = 0 };
	r->lower = rte_flow_create(port->lower.port_id, r->rule.attr_ro, r->rule.pattern_ro,
				   r->rule.actions_ro, &no->error);
	return r->lower != NULL ? 0 : -rte_errno;
}

int
steer_handed_destroy(const struct steer_port *port, struct handed_rule *r,
		     struct rte_flow_error *error)
{
	int rc;

	if (r->lower == NULL)
		return 0;
	/* A count that cannot be read is lost. */
	steer_handed_count(port, r, NULL);
	rc = rte_flow_destroy(port->lower.port_id, r->lower, error);
	if (rc == 0)
		r->lower = NULL;
	return rc;
}
