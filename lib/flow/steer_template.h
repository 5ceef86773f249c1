/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Templates: what many rules of an application have in common, copied once. A table names the
 * templates that its rules are made from; a rule gives what the templates leave open.
 *
 * Templates and tables do not change. They are made and destroyed by one thread at a time, and read
 * by the flow queues' own threads; the application sees to it that nothing is destroyed that a
 * queue is still using.
 */

#ifndef STEER_TEMPLATE_H
#define STEER_TEMPLATE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include <rte_flow.h>

/** Items or actions of a template at most, END included. */
#define STEER_TEMPLATE_MAX 64

struct steer_plan;
struct steer_templates;

/** What both kinds of templates begin with. */
struct steer_template {
	LIST_ENTRY(steer_template) link;
	struct steer_templates *owner;
	uint32_t tables; /**< That name it. */
	/** Its items or actions, END included, and their number. */
	void *list;
	unsigned int n;
};

/** How a pattern's items are compared: their masks, and the ends of their ranges. */
struct steer_pattern_template {
	struct steer_template head;
	/** Layers without a mask are not asked for. */
	bool relaxed;
	/** NULL: rules are translated one by one. */
	struct steer_plan *plan;
};

struct steer_actions_template {
	struct steer_template head;
	/** By number of the action: its configuration is the template's, whatever the rule says. */
	uint64_t fixed;
};

struct steer_template_table {
	LIST_ENTRY(steer_template_table) link;
	struct steer_templates *owner;
	struct rte_flow_attr attr;
	/** It may be resized, and is being so: rules need nothing for that. */
	bool resizable;
	bool resizing;
	/** Rules made from it, until they are destroyed; under the engine's lock. */
	uint64_t rules;
	uint8_t n_patterns;
	uint8_t n_actions;
	struct steer_pattern_template **patterns;
	struct steer_actions_template **actions;
};

/** All of a port. Zeroed: none. */
struct steer_templates {
	LIST_HEAD(, steer_template) patterns;
	LIST_HEAD(, steer_template) actions;
	LIST_HEAD(, steer_template_table) tables;
};

/** Free what is left; no rule of a table is. */
void steer_templates_fini(struct steer_templates *set);

/** Is a handle that an action names of the port whose templates these are? See steer_indirect.c. */
bool steer_templates_own(const struct steer_templates *set, const struct rte_flow_action *action);

/* NULL with rte_errno and error; templates of another set are refused. */

struct steer_pattern_template *
steer_pattern_template_create(struct steer_templates *set,
			      const struct rte_flow_pattern_template_attr *attr,
			      const struct rte_flow_item pattern[], struct rte_flow_error *error);
struct steer_actions_template *
steer_actions_template_create(struct steer_templates *set,
			      const struct rte_flow_actions_template_attr *attr,
			      const struct rte_flow_action actions[],
			      const struct rte_flow_action masks[], struct rte_flow_error *error);
struct steer_template_table *
steer_template_table_create(struct steer_templates *set,
			    const struct rte_flow_template_table_attr *attr,
			    struct steer_pattern_template *patterns[], uint8_t n_patterns,
			    struct steer_actions_template *actions[], uint8_t n_actions,
			    struct rte_flow_error *error);

/* @return 0; -EBUSY while it is used, -EINVAL if it is of another set. */

int steer_pattern_template_destroy(struct steer_templates *set, struct steer_pattern_template *t,
				   struct rte_flow_error *error);
int steer_actions_template_destroy(struct steer_templates *set, struct steer_actions_template *t,
				   struct rte_flow_error *error);
int steer_template_table_destroy(struct steer_templates *set, struct steer_template_table *table,
				 struct rte_flow_error *error);

/* A table holds as many rules as there are: another size is only noted. @return 0; -EINVAL. */

int steer_template_table_resize(struct steer_templates *set, struct steer_template_table *table,
				struct rte_flow_error *error);
int steer_template_table_resized(struct steer_templates *set, struct steer_template_table *table,
				 struct rte_flow_error *error);

/**
 * A rule's pattern: what it gives, with the template's masks.
 *
 * @param out  Filled; STEER_TEMPLATE_MAX items. It points to what both point to.
 * @return     0; -EINVAL.
 */
int steer_pattern_template_fill(const struct steer_pattern_template *t,
				const struct rte_flow_item pattern[], struct rte_flow_item *out,
				struct rte_flow_error *error);
int steer_actions_template_fill(const struct steer_actions_template *t,
				const struct rte_flow_action actions[], struct rte_flow_action *out,
				struct rte_flow_error *error);

#endif /* STEER_TEMPLATE_H */
