/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdlib.h>

#include "steer_reader.h"

/* Command and attributes */

static int
parse_command(struct steer_reader *p)
{
	struct steer_text_rule *rule = &p->t->rule;
	struct steer_word w = steer_reader_peek(p);
	uint64_t port;
	int rc;

	rule->port = -1;
	if (!steer_word_is(w, "flow"))
		return 0;
	steer_reader_next(p);
	w = steer_reader_next(p);
	rule->validate = steer_word_is(w, "validate");
	rule->handle = p->samples != NULL && steer_word_is(w, "indirect_action");
	if (!rule->validate && !rule->handle && !steer_word_is(w, "create"))
		return steer_reader_refuse(p, w, ": accepted behind flow are create, validate%s",
					   p->samples != NULL ? ", indirect_action" : "");
	rc = steer_reader_number(p, "the port", UINT16_MAX, &port);
	rule->port = (int32_t)port;
	return rc;
}

static int
parse_number_attr(struct steer_reader *p, const char *name, struct steer_text_place *place,
		  uint32_t *value)
{
	uint64_t number = 0;
	int rc;

	*place = steer_reader_place(p, steer_reader_peek(p));
	rc = steer_reader_number(p, name, UINT32_MAX, &number);
	*value = (uint32_t)number;
	return rc;
}

/** @return 1: "pattern" was read. */
static int
parse_attr(struct steer_reader *p)
{
	struct rte_flow_attr *attr = &p->t->rule.attr;
	const struct steer_word w = steer_reader_next(p);

	if (steer_word_is(w, "group"))
		return parse_number_attr(p, "group", &p->t->at_group, &attr->group);
	if (steer_word_is(w, "priority"))
		return parse_number_attr(p, "priority", &p->t->at_priority, &attr->priority);
	if (steer_word_is(w, "pattern")) {
		p->t->at_pattern = steer_reader_place(p, w);
		return 1;
	}
	if (steer_word_is(w, "ingress")) {
		attr->ingress = 1;
		return 0;
	}
	if (steer_word_is(w, "tunnel_set") || steer_word_is(w, "tunnel_match"))
		return steer_reader_refuse(p, w,
					   ": tunnels are made by applications, a text cannot "
					   "name one");
	if (steer_word_is(w, "egress"))
		attr->egress = 1;
	else if (steer_word_is(w, "transfer"))
		attr->transfer = 1;
	else
		return steer_reader_refuse(
			p, w,
			": accepted are %sgroup, priority, ingress, egress, transfer, "
			"pattern",
			w.at == p->line ? "flow, " : "");
	p->t->at_direction = steer_reader_place(p, w);
	return 0;
}

/* Rules */

static int
parse_rule(struct steer_reader *p)
{
	int rc = parse_command(p);

	if (rc == 0 && p->t->rule.handle)
		return steer_read_handle(p);
	while (rc == 0)
		rc = parse_attr(p);
	if (rc == 1)
		rc = steer_read_pattern(p);
	if (rc == 0)
		rc = steer_read_actions(p);
	return rc;
}

/* Samples */

/** @return the number; -EINVAL. */
static int
parse_set(struct steer_reader *p)
{
	uint64_t number = 0;
	struct steer_word w;
	int rc;

	steer_reader_next(p);
	w = steer_reader_next(p);
	if (!steer_word_is(w, "sample_actions"))
		return steer_reader_refuse(p, w, ": accepted behind set is sample_actions");
	rc = steer_reader_number(p, "sample_actions", STEER_TEXT_SAMPLES - 1, &number);
	if (rc == 0)
		rc = steer_read_actions(p);
	return rc < 0 ? rc : (int)number;
}

void
steer_text_samples_free(struct steer_text_samples *samples)
{
	for (unsigned int i = 0; i < STEER_TEXT_SAMPLES; i++) {
		steer_text_free(samples->set[i]);
		samples->set[i] = NULL;
	}
}

/* Lines */

/** @return 0: it is a rule; 1: it has set something, and what was read belongs to that. */
static int
parse_line(struct steer_reader *p, struct steer_word first, struct steer_text_samples *samples)
{
	int rc;

	if (samples == NULL || !steer_word_is(first, "set")) {
		p->samples = samples;
		return parse_rule(p);
	}
	rc = parse_set(p);
	if (rc < 0)
		return rc;
	steer_text_free(samples->set[rc]);
	samples->set[rc] = &p->t->rule;
	return 1;
}

int
steer_text_parse(const char *line, size_t len, struct steer_text_rule **rule,
		 struct steer_text_error *error)
{
	return steer_text_parse_among(line, len, NULL, rule, error);
}

int
steer_text_parse_among(const char *line, size_t len, struct steer_text_samples *samples,
		       struct steer_text_rule **rule, struct steer_text_error *error)
{
	struct steer_reader p = { .line = line, .at = line, .behind = line, .error = error };
	const struct steer_word first = steer_word(line, line + len);
	int rc;

	*rule = NULL;
	p.end = line + len;
	if (first.len == 0 && (first.at == p.end || *first.at == '#'))
		return 0;
	if (len > STEER_TEXT_LINE_MAX)
		return steer_reader_refuse(&p, first,
					   ": a line of %zu bytes: at most %u are accepted", len,
					   STEER_TEXT_LINE_MAX);
	p.t = calloc(1, sizeof(*p.t) + 2 * len + sizeof(uint16_t));
	if (p.t == NULL)
		return -ENOMEM;
	rc = parse_line(&p, first, samples);
	if (rc == 0)
		*rule = &p.t->rule;
	else if (rc < 0)
		free(p.t);
	return RTE_MIN(rc, 0);
}

void
steer_text_free(struct steer_text_rule *rule)
{
	/* The rule is the first member of what was allocated. */
	free(rule);
}

/* Places */

static bool
within(const void *p, const void *from, size_t size)
{
	return (uintptr_t)p >= (uintptr_t)from && (uintptr_t)p < (uintptr_t)from + size;
}

/** Is it in the actions of a sample? They are a line of their own. */
static bool
is_sampled(const void *p, const struct rte_flow_action *action)
{
	const struct rte_flow_action_sample *sample = action->conf;
	const struct steer_text_rule *set;

	if (action->type != RTE_FLOW_ACTION_TYPE_SAMPLE || sample->actions == NULL)
		return false;
	set = RTE_PTR_SUB(sample->actions, offsetof(struct steer_text_rule, actions));
	return within(p, set, sizeof(struct steer_read_rule));
}

static struct steer_text_place
where_attr(const struct steer_read_rule *t, enum rte_flow_error_type type)
{
	if (type == RTE_FLOW_ERROR_TYPE_ATTR_GROUP && t->at_group.len > 0)
		return t->at_group;
	if (type == RTE_FLOW_ERROR_TYPE_ATTR_PRIORITY && t->at_priority.len > 0)
		return t->at_priority;
	return t->at_direction.len > 0 ? t->at_direction : t->at_pattern;
}

struct steer_text_place
steer_text_where(const struct steer_text_rule *rule, const struct rte_flow_error *error)
{
	const struct steer_read_rule *t = (const struct steer_read_rule *)(const void *)rule;

	for (unsigned int i = 0; i <= t->n_items; i++)
		if (error->cause == &rule->pattern[i] ||
		    (i < t->n_items && within(error->cause, t->specs[i], sizeof(t->specs[i]))))
			return t->at_item[i];
	for (unsigned int i = 0; i <= t->n_actions; i++)
		if (error->cause == &rule->actions[i] ||
		    (i < t->n_actions && (within(error->cause, &t->confs[i], sizeof(t->confs[i])) ||
					  is_sampled(error->cause, &rule->actions[i]))))
			return t->at_action[i];
	return where_attr(t, error->type);
}
