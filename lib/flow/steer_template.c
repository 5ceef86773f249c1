/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_errno.h>

#include "steer_action.h"
#include "steer_compat.h"
#include "steer_error.h"
#include "steer_item.h"
#include "steer_plan.h"
#include "steer_template.h"
#include "steer_tunnel.h"
#include "steer_type_name.h"

#define REFUSE(error, cause, code, type, ...) \
	steer_error(error, code, RTE_FLOW_ERROR_TYPE_##type, cause, __VA_ARGS__)

static int
check_owner(const struct steer_templates *set, const struct steer_templates *theirs,
	    const void *cause, struct rte_flow_error *error)
{
	if (set != theirs)
		return REFUSE(error, cause, EINVAL, UNSPECIFIED,
			      "template: not a template or table of this port");
	return 0;
}

static int
check_directions(const void *attr, bool ingress, struct rte_flow_error *error)
{
	if (!ingress)
		return REFUSE(error, attr, ENOTSUP, ATTR_INGRESS,
			      "template: not for ingress: ingress rules are accepted");
	return 0;
}

static int
check_number(unsigned int n, struct rte_flow_error *error)
{
	if (n > STEER_TEMPLATE_MAX)
		return REFUSE(error, NULL, ENOTSUP, UNSPECIFIED,
			      "template: %u items or actions: at most %u are accepted", n - 1,
			      STEER_TEMPLATE_MAX - 1);
	return 0;
}

static int
check_use(const void *cause, uint64_t users, const char *what, struct rte_flow_error *error)
{
	if (users != 0)
		return REFUSE(error, cause, EBUSY, UNSPECIFIED,
			      "template: in use by %llu %s%s: destroy %s first",
			      (unsigned long long)users, what, users == 1 ? "" : "s",
			      users == 1 ? "it" : "them");
	return 0;
}

/** A deep copy of a list. @return NULL with rte_errno. */
static void *
copy(enum rte_flow_conv_op op, const void *list, struct rte_flow_error *error)
{
	int size = rte_flow_conv(op, NULL, 0, list, error);
	void *to;

	if (size < 0)
		return NULL;
	to = malloc((size_t)size);
	if (to == NULL) {
		REFUSE(error, NULL, ENOMEM, UNSPECIFIED, "template: no memory for another one");
	} else if (rte_flow_conv(op, to, (size_t)size, list, error) < 0) {
		free(to);
		to = NULL;
	}
	return to;
}

/** @return NULL with rte_errno. */
static void *
allocate(size_t size, struct rte_flow_error *error)
{
	void *p = calloc(1, size);

	if (p == NULL)
		REFUSE(error, NULL, ENOMEM, UNSPECIFIED, "template: no memory for another one");
	return p;
}

/** The head of a template of @p n items or actions, copied. @return NULL with rte_errno. */
static void *
make_template(struct steer_templates *set, size_t size, enum rte_flow_conv_op op, const void *list,
	      unsigned int n, struct rte_flow_error *error)
{
	struct steer_template *t = allocate(size, error);

	if (t == NULL)
		return NULL;
	t->owner = set;
	t->n = n;
	t->list = copy(op, list, error);
	if (t->list == NULL) {
		free(t);
		return NULL;
	}
	return t;
}

static int
check_destroy(const struct steer_templates *set, const struct steer_template *t,
	      struct rte_flow_error *error)
{
	int rc = check_owner(set, t->owner, t, error);

	return rc == 0 ? check_use(t, t->tables, "table", error) : rc;
}

static void
free_template(struct steer_template *t)
{
	LIST_REMOVE(t, link);
	free(t->list);
	free(t);
}

/* Patterns */

static unsigned int
count_items(const struct rte_flow_item *items)
{
	unsigned int n = 1;

	while (items[n - 1].type != RTE_FLOW_ITEM_TYPE_END)
		n++;
	return n;
}

/** How many bytes a mask or last of these has is known from a spec alone, which comes later. */
static int
check_item_masks(const struct rte_flow_item *items, struct rte_flow_error *error)
{
	for (; items->type != RTE_FLOW_ITEM_TYPE_END; items++)
		if ((items->type == RTE_FLOW_ITEM_TYPE_RAW ||
		     items->type == RTE_FLOW_ITEM_TYPE_GENEVE_OPT) &&
		    (items->mask != NULL || items->last != NULL))
			return REFUSE(error, items, ENOTSUP, ITEM_MASK,
				      "template: raw and geneve_opt are accepted without mask and "
				      "last");
	return 0;
}

/** Rules of tunnels are made one by one: which tunnel it is, a template does not know. */
static int
check_item_types(const struct rte_flow_item *items, struct rte_flow_error *error)
{
	for (; items->type != RTE_FLOW_ITEM_TYPE_END; items++)
		if (items->type == STEER_ITEM_TUNNEL)
			return REFUSE(error, items, ENOTSUP, ITEM,
				      "template: tunnel_match: rules of templates are not for "
				      "tunnels");
	return 0;
}

/** Only layers go without saying: what INVERT or RAW mean does not depend on a mask. */
static bool
is_ignored(const struct steer_pattern_template *t, const struct rte_flow_item *item)
{
	return t->relaxed && item->mask == NULL && steer_item(item->type, STEER_L4_NONE) != NULL;
}

static void
make_plan(struct steer_pattern_template *t)
{
	const struct rte_flow_item *items = t->head.list;
	uint64_t ignored = 0;

	for (unsigned int i = 0; i < t->head.n; i++)
		ignored |= (uint64_t)is_ignored(t, &items[i]) << i;
	t->plan = steer_plan_create(items, ignored);
}

static void
free_pattern(struct steer_template *t)
{
	steer_plan_free(((struct steer_pattern_template *)t)->plan);
	free_template(t);
}

struct steer_pattern_template *
steer_pattern_template_create(struct steer_templates *set,
			      const struct rte_flow_pattern_template_attr *attr,
			      const struct rte_flow_item pattern[], struct rte_flow_error *error)
{
	struct steer_pattern_template *t;

	if (check_directions(attr, attr->ingress, error) < 0 ||
	    check_number(count_items(pattern), error) < 0 || check_item_masks(pattern, error) < 0 ||
	    check_item_types(pattern, error) < 0)
		return NULL;
	t = make_template(set, sizeof(*t), RTE_FLOW_CONV_OP_PATTERN, pattern, count_items(pattern),
			  error);
	if (t == NULL)
		return NULL;
	t->relaxed = attr->relaxed_matching;
	make_plan(t);
	LIST_INSERT_HEAD(&set->patterns, &t->head, link);
	return t;
}

int
steer_pattern_template_destroy(struct steer_templates *set, struct steer_pattern_template *t,
			       struct rte_flow_error *error)
{
	int rc = check_destroy(set, &t->head, error);

	if (rc == 0)
		free_pattern(&t->head);
	return rc;
}

int
steer_pattern_template_fill(const struct steer_pattern_template *t,
			    const struct rte_flow_item pattern[], struct rte_flow_item *out,
			    struct rte_flow_error *error)
{
	const struct rte_flow_item *ours = t->head.list;

	for (unsigned int i = 0; i < t->head.n; i++, ours++) {
		if (pattern[i].type != ours->type)
			return REFUSE(error, &pattern[i], EINVAL, ITEM,
				      "item %u is %s: the template has %s there", i,
				      steer_item_type_name(pattern[i].type).text,
				      steer_item_type_name(ours->type).text);
		out[i] = (struct rte_flow_item){ .type = ours->type };
		if (is_ignored(t, ours)) {
			out[i].type = RTE_FLOW_ITEM_TYPE_VOID;
		} else if (pattern[i].spec != NULL) {
			out[i].spec = pattern[i].spec;
			out[i].last = ours->last;
			out[i].mask = ours->mask;
		}
	}
	return 0;
}

/* Actions */

static unsigned int
count_actions(const struct rte_flow_action *actions)
{
	unsigned int n = 1;

	while (actions[n - 1].type != RTE_FLOW_ACTION_TYPE_END)
		n++;
	return n;
}

/** What of a mask says whether the template's configuration holds. */
static size_t
mask_size(enum rte_flow_action_type type)
{
	size_t size;

	switch (type) {
	case RTE_FLOW_ACTION_TYPE_QUEUE:
		return sizeof(struct rte_flow_action_queue);
	case RTE_FLOW_ACTION_TYPE_RSS:
		return sizeof(struct rte_flow_action_rss);
	case RTE_FLOW_ACTION_TYPE_AGE:
		return sizeof(struct rte_flow_action_age);
	default:
		if (steer_action_edits(type, &size))
			return size;
		/* MARK, JUMP and others of a number; what has more begins with one. */
		return sizeof(uint32_t);
	}
}

/** A mask of zeros, or none, leaves the configuration to the rule. */
static bool
is_fixed(const struct rte_flow_action *action, const struct rte_flow_action *mask)
{
	const uint8_t *bytes = mask->conf;

	if (bytes == NULL || action->conf == NULL)
		return false;
	/* It is no configuration, but a handle. */
	if (action->type == RTE_FLOW_ACTION_TYPE_INDIRECT)
		return true;
	for (size_t i = 0; i < mask_size(action->type); i++)
		if (bytes[i] != 0)
			return true;
	return false;
}

/** Which actions a sample has is copied with a template as a pointer alone. */
static int
check_samples(const struct rte_flow_action *actions, const struct rte_flow_action *masks,
	      struct rte_flow_error *error)
{
	for (unsigned int i = 0; actions[i].type != RTE_FLOW_ACTION_TYPE_END; i++)
		if (actions[i].type == RTE_FLOW_ACTION_TYPE_SAMPLE &&
		    is_fixed(&actions[i], &masks[i]))
			return REFUSE(error, &masks[i], ENOTSUP, ACTION,
				      "template: a mask for sample: rules have their own, it is "
				      "accepted without");
	return 0;
}

static int
check_masks(const struct rte_flow_action *actions, const struct rte_flow_action *masks,
	    struct rte_flow_error *error)
{
	for (unsigned int i = 0; actions[i].type != RTE_FLOW_ACTION_TYPE_END; i++)
		if (masks[i].type != actions[i].type &&
		    actions[i].type != RTE_FLOW_ACTION_TYPE_INDIRECT)
			return REFUSE(error, &masks[i], EINVAL, ACTION,
				      "mask %u is of %s: the action is %s", i,
				      steer_action_type_name(masks[i].type).text,
				      steer_action_type_name(actions[i].type).text);
	return 0;
}

static int
check_handles(const struct steer_templates *set, const struct rte_flow_action *actions,
	      const struct rte_flow_action *masks, struct rte_flow_error *error)
{
	for (unsigned int i = 0; actions[i].type != RTE_FLOW_ACTION_TYPE_END; i++)
		if (actions[i].type == RTE_FLOW_ACTION_TYPE_INDIRECT &&
		    is_fixed(&actions[i], &masks[i]) && !steer_templates_own(set, &actions[i]))
			return REFUSE(error, actions[i].conf, EINVAL, ACTION_CONF,
				      "indirect: not a handle of this port");
	return 0;
}

static int
check_action_types(const struct rte_flow_action *actions, struct rte_flow_error *error)
{
	for (; actions->type != RTE_FLOW_ACTION_TYPE_END; actions++)
		if (actions->type == STEER_ACTION_TUNNEL)
			return REFUSE(error, actions, ENOTSUP, ACTION,
				      "template: tunnel_set: rules of templates are not for "
				      "tunnels");
	return 0;
}

/** What it says for its rules has to be there as long as it is. */
static void
hold_handles(const struct steer_actions_template *t, bool hold)
{
	const struct rte_flow_action *actions = t->head.list;

	for (unsigned int i = 0; i < t->head.n; i++)
		if ((t->fixed >> i & 1) != 0 && actions[i].type == RTE_FLOW_ACTION_TYPE_INDIRECT)
			steer_shared_hold(actions[i].conf, hold);
}

struct steer_actions_template *
steer_actions_template_create(struct steer_templates *set,
			      const struct rte_flow_actions_template_attr *attr,
			      const struct rte_flow_action actions[],
			      const struct rte_flow_action masks[], struct rte_flow_error *error)
{
	struct steer_actions_template *t;

	if (check_directions(attr, attr->ingress, error) < 0 ||
	    check_number(count_actions(actions), error) < 0 ||
	    check_masks(actions, masks, error) < 0 || check_samples(actions, masks, error) < 0 ||
	    check_action_types(actions, error) < 0 ||
	    check_handles(set, actions, masks, error) < 0)
		return NULL;
	t = make_template(set, sizeof(*t), RTE_FLOW_CONV_OP_ACTIONS, actions,
			  count_actions(actions), error);
	if (t == NULL)
		return NULL;
	for (unsigned int i = 0; i < t->head.n - 1; i++)
		t->fixed |= (uint64_t)is_fixed(&actions[i], &masks[i]) << i;
	hold_handles(t, true);
	LIST_INSERT_HEAD(&set->actions, &t->head, link);
	return t;
}

int
steer_actions_template_destroy(struct steer_templates *set, struct steer_actions_template *t,
			       struct rte_flow_error *error)
{
	int rc = check_destroy(set, &t->head, error);

	if (rc < 0)
		return rc;
	hold_handles(t, false);
	free_template(&t->head);
	return 0;
}

int
steer_actions_template_fill(const struct steer_actions_template *t,
			    const struct rte_flow_action actions[], struct rte_flow_action *out,
			    struct rte_flow_error *error)
{
	const struct rte_flow_action *ours = t->head.list;

	for (unsigned int i = 0; i < t->head.n; i++) {
		if (actions[i].type != ours[i].type)
			return REFUSE(error, &actions[i], EINVAL, ACTION,
				      "action %u is %s: the template has %s there", i,
				      steer_action_type_name(actions[i].type).text,
				      steer_action_type_name(ours[i].type).text);
		out[i] = (t->fixed >> i & 1) != 0 ? ours[i] : actions[i];
	}
	return 0;
}

/* Tables */

static void
free_table(struct steer_template_table *table)
{
	free(table->patterns);
	free(table->actions);
	free(table);
}

static int
check_templates(struct steer_templates *set, struct steer_pattern_template *patterns[],
		uint8_t n_patterns,
		struct steer_actions_template *actions[], uint8_t n_actions,
		struct rte_flow_error *error)
{
	int rc = 0;

	if (n_patterns == 0 || n_actions == 0)
		return REFUSE(error, NULL, EINVAL, UNSPECIFIED,
			      "table: %u pattern and %u actions templates: at least one of each is "
			      "needed", n_patterns, n_actions);
	for (unsigned int i = 0; i < n_patterns && rc == 0; i++)
		rc = check_owner(set, patterns[i]->head.owner, patterns[i], error);
	for (unsigned int i = 0; i < n_actions && rc == 0; i++)
		rc = check_owner(set, actions[i]->head.owner, actions[i], error);
	return rc;
}

struct steer_template_table *
steer_template_table_create(struct steer_templates *set,
			    const struct rte_flow_template_table_attr *attr,
			    struct steer_pattern_template *patterns[], uint8_t n_patterns,
			    struct steer_actions_template *actions[], uint8_t n_actions,
			    struct rte_flow_error *error)
{
	struct steer_template_table *table;

	if (STEER_TABLE_BY_INDEX(attr)) {
		REFUSE(error, attr, ENOTSUP, UNSPECIFIED,
		       "table: rules by index: rules by pattern are accepted");
		return NULL;
	}
	if (check_templates(set, patterns, n_patterns, actions, n_actions, error) < 0)
		return NULL;
	table = allocate(sizeof(*table), error);
	if (table == NULL)
		return NULL;
	table->owner = set;
	table->attr = attr->flow_attr;
	table->resizable = STEER_TABLE_RESIZABLE(attr);
	table->n_patterns = n_patterns;
	table->n_actions = n_actions;
	table->patterns = allocate(n_patterns * sizeof(patterns[0]), error);
	table->actions = allocate(n_actions * sizeof(actions[0]), error);
	if (table->patterns == NULL || table->actions == NULL) {
		free_table(table);
		return NULL;
	}
	memcpy(table->patterns, patterns, n_patterns * sizeof(patterns[0]));
	memcpy(table->actions, actions, n_actions * sizeof(actions[0]));
	for (unsigned int i = 0; i < n_patterns; i++)
		patterns[i]->head.tables++;
	for (unsigned int i = 0; i < n_actions; i++)
		actions[i]->head.tables++;
	LIST_INSERT_HEAD(&set->tables, table, link);
	return table;
}

int
steer_template_table_destroy(struct steer_templates *set, struct steer_template_table *table,
			     struct rte_flow_error *error)
{
	int rc = check_owner(set, table->owner, table, error);

	if (rc == 0)
		rc = check_use(table, table->rules, "rule", error);
	if (rc < 0)
		return rc;
	for (unsigned int i = 0; i < table->n_patterns; i++)
		table->patterns[i]->head.tables--;
	for (unsigned int i = 0; i < table->n_actions; i++)
		table->actions[i]->head.tables--;
	LIST_REMOVE(table, link);
	free_table(table);
	return 0;
}

int
steer_template_table_resize(struct steer_templates *set, struct steer_template_table *table,
			    struct rte_flow_error *error)
{
	int rc = check_owner(set, table->owner, table, error);

	if (rc < 0)
		return rc;
	if (!table->resizable)
		return REFUSE(error, table, EINVAL, UNSPECIFIED,
			      "table: made without RTE_FLOW_TABLE_SPECIALIZE_RESIZABLE");
	table->resizing = true;
	return 0;
}

int
steer_template_table_resized(struct steer_templates *set, struct steer_template_table *table,
			     struct rte_flow_error *error)
{
	int rc = check_owner(set, table->owner, table, error);

	if (rc < 0)
		return rc;
	if (!table->resizing)
		return REFUSE(error, table, EINVAL, UNSPECIFIED,
			      "table: it is not being resized");
	table->resizing = false;
	return 0;
}

void
steer_templates_fini(struct steer_templates *set)
{
	while (!LIST_EMPTY(&set->tables)) {
		LIST_FIRST(&set->tables)->rules = 0;
		steer_template_table_destroy(set, LIST_FIRST(&set->tables), NULL);
	}
	while (!LIST_EMPTY(&set->patterns))
		free_pattern(LIST_FIRST(&set->patterns));
	/* The handles that they name are gone. */
	while (!LIST_EMPTY(&set->actions))
		free_template(LIST_FIRST(&set->actions));
}
