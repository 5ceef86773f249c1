/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <inttypes.h>

#include "steer_reader.h"

/* Handles: lines that make them, and rules that name them. */

static int
read_number(struct steer_reader *p, uint32_t *number)
{
	uint64_t value = 0;
	const int rc = steer_reader_number(p, "action_id", UINT32_MAX, &value);

	*number = (uint32_t)value;
	return rc;
}

/** @return 1: "action" was read. */
static int
read_attr(struct steer_reader *p, bool *numbered)
{
	struct steer_text_rule *rule = &p->t->rule;
	const struct steer_word w = steer_reader_next(p);

	if (steer_word_is(w, "action_id")) {
		*numbered = true;
		return read_number(p, &rule->number);
	}
	if (steer_word_is(w, "action")) {
		p->t->at_pattern = steer_reader_place(p, w);
		if (!*numbered)
			return steer_reader_refuse(p, w, ": action_id must stand before it");
		return 1;
	}
	if (steer_word_is(w, "ingress")) {
		rule->attr.ingress = 1;
		return 0;
	}
	if (steer_word_is(w, "egress"))
		rule->attr.egress = 1;
	else if (steer_word_is(w, "transfer"))
		rule->attr.transfer = 1;
	else
		return steer_reader_refuse(
			p, w, ": accepted are action_id, ingress, egress, transfer, action");
	p->t->at_direction = steer_reader_place(p, w);
	return 0;
}

static int
check_one(struct steer_reader *p)
{
	const struct steer_read_rule *t = p->t;

	if (t->n_actions == 1)
		return 0;
	p->error->place = t->at_action[RTE_MIN(t->n_actions, 1u)];
	snprintf(p->error->message, sizeof(p->error->message),
		 "%u actions: a handle is for one action", t->n_actions);
	return -EINVAL;
}

int
steer_read_handle(struct steer_reader *p)
{
	const struct steer_word w = steer_reader_next(p);
	bool numbered = false;
	int rc = 0;

	if (!steer_word_is(w, "create"))
		return steer_reader_refuse(
			p, w, ": accepted behind indirect_action and a port is create");
	while (rc == 0)
		rc = read_attr(p, &numbered);
	if (rc == 1)
		rc = steer_read_actions(p);
	return rc == 0 ? check_one(p) : rc;
}

int
steer_read_indirect(struct steer_reader *p, struct rte_flow_action *action)
{
	const struct steer_word w = steer_reader_peek(p);
	struct steer_word behind;
	uint32_t number;
	size_t i = 0;
	int rc = read_number(p, &number);

	if (rc < 0)
		return rc;
	while (i < p->samples->n_handles && p->samples->handles[i].number != number)
		i++;
	if (i == p->samples->n_handles)
		return steer_reader_refuse(p, w,
					   ": there is no \"flow indirect_action 0 create "
					   "action_id %" PRIu32 "\" before it", number);
	action->type = RTE_FLOW_ACTION_TYPE_INDIRECT;
	action->conf = p->samples->handles[i].handle;
	behind = steer_reader_next(p);
	if (!steer_word_is(behind, "/"))
		return steer_reader_refuse(p, behind,
					   ": accepted behind indirect and a number is /");
	return 0;
}
