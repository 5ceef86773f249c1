/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>

#include "steer_reader.h"
#include "steer_words_rss.h"

/* RSS */

static int
parse_rss_func(struct steer_reader *p, struct rte_flow_action_rss *rss)
{
	const struct steer_word w = steer_reader_next(p);
	struct steer_list list = { .n = 0 };

	if (steer_words_rss_func(w, &rss->func))
		return 0;
	for (unsigned int i = 0; steer_words_rss_func_at(i) != NULL; i++)
		steer_list_add(&list, steer_words_rss_func_at(i));
	return steer_reader_refuse(p, w, ": accepted behind func are %s", list.text);
}

static int
parse_rss_level(struct steer_reader *p, struct rte_flow_action_rss *rss)
{
	uint64_t level = 0;
	const int rc = steer_reader_number(p, "level", UINT32_MAX, &level);

	rss->level = (uint32_t)level;
	return rc;
}

static int
parse_rss_types(struct steer_reader *p, struct rte_flow_action_rss *rss)
{
	struct steer_list list = { .n = 0 };
	struct steer_word w;
	uint64_t types;

	rss->types = 0;
	while (!steer_word_is(w = steer_reader_next(p), "end")) {
		if (steer_words_rss_types(w, &types)) {
			rss->types |= types;
			continue;
		}
		steer_list_add(&list, "end");
		for (unsigned int i = 0; steer_words_rss_type_at(i) != NULL; i++)
			steer_list_add(&list, steer_words_rss_type_at(i));
		return steer_reader_refuse(p, w, ": accepted in types are %s", list.text);
	}
	return 0;
}

static int
parse_rss_key(struct steer_reader *p, struct rte_flow_action_rss *rss)
{
	uint8_t *key = p->t->confs[p->t->n_actions].key;
	const struct steer_word w = steer_reader_next(p);
	const int n = steer_read_hex(w, key, STEER_READ_KEY_MAX);

	if (n < 0)
		return steer_reader_refuse(p, w,
					   ": a key is 1..%u bytes, each of two hexadecimal digits",
					   STEER_READ_KEY_MAX);
	rss->key = key;
	rss->key_len = (uint32_t)n;
	return 0;
}

static int
parse_rss_key_len(struct steer_reader *p, struct rte_flow_action_rss *rss)
{
	uint64_t len = 0;
	const int rc = steer_reader_number(p, "key_len", STEER_READ_KEY_MAX, &len);

	rss->key_len = (uint32_t)len;
	return rc;
}

static int
parse_rss_queues(struct steer_reader *p, struct rte_flow_action_rss *rss)
{
	uint16_t *queues;
	unsigned int n = 0;
	struct steer_word w;
	uint64_t queue;

	p->t->n_arena = RTE_ALIGN_CEIL(p->t->n_arena, sizeof(*queues));
	queues = (uint16_t *)(void *)(p->t->arena + p->t->n_arena);
	while (!steer_word_is(w = steer_reader_next(p), "end")) {
		if (!steer_read_number(w, UINT16_MAX, &queue))
			return steer_reader_refuse(p, w,
						   ": accepted in queues are numbers 0..%u and end",
						   UINT16_MAX);
		queues[n++] = (uint16_t)queue;
	}
	p->t->n_arena += n * sizeof(*queues);
	rss->queue_num = n;
	rss->queue = n > 0 ? queues : NULL;
	return 0;
}

static int
parse_rss(struct steer_reader *p, struct rte_flow_action_rss *rss)
{
	static const struct {
		const char *name;
		int (*parse)(struct steer_reader *p, struct rte_flow_action_rss *rss);
	} params[] = {
		{ "func", parse_rss_func },	{ "level", parse_rss_level },
		{ "types", parse_rss_types },	{ "key", parse_rss_key },
		{ "queues", parse_rss_queues }, { "key_len", parse_rss_key_len },
	};
	struct steer_word w;
	unsigned int i;
	int rc;

	while (!steer_word_is(w = steer_reader_next(p), "/")) {
		for (i = 0; i < RTE_DIM(params); i++)
			if (steer_word_is(w, params[i].name))
				break;
		if (i == RTE_DIM(params))
			return steer_reader_refuse(
				p, w,
				": accepted behind rss are /, func, level, types, key, "
				"key_len, queues");
		rc = params[i].parse(p, rss);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* Actions */

static int
refuse_action(struct steer_reader *p, struct steer_word w)
{
	struct steer_list list = { .n = 0 };

	steer_list_add(&list, "end");
	for (unsigned int i = 0; steer_words_action_at(i) != NULL; i++)
		steer_list_add(&list, steer_words_action_at(i)->name);
	if (p->samples != NULL)
		steer_list_add(&list, "indirect");
	return steer_reader_refuse(p, w, ": actions are %s", list.text);
}

/** Which of the actions that lines before have set are the sample's. */
static int
parse_sample_index(struct steer_reader *p, struct rte_flow_action_sample *sample)
{
	const struct steer_word w = steer_reader_peek(p);
	uint64_t i = 0;

	if (steer_reader_number(p, "index", STEER_TEXT_SAMPLES - 1, &i) < 0)
		return -EINVAL;
	if (p->samples == NULL || p->samples->set[i] == NULL)
		return steer_reader_refuse(p, w,
					   ": there is no \"set sample_actions %u\" before it",
					   (unsigned int)i);
	sample->actions = p->samples->set[i]->actions;
	return 0;
}

static bool
is_sample_index(const struct steer_words_action *action, struct steer_word w)
{
	return action->type == RTE_FLOW_ACTION_TYPE_SAMPLE && steer_word_is(w, "index");
}

static int
parse_params(struct steer_reader *p, const struct steer_words_action *action, void *conf)
{
	struct steer_list list = { .n = 0 };
	struct steer_word w;
	steer_u128 value;
	unsigned int i;

	while (!steer_word_is(w = steer_reader_next(p), "/")) {
		for (i = 0; i < action->n_params; i++)
			if (steer_word_is(w, action->params[i].f.name))
				break;
		if (is_sample_index(action, w)) {
			if (parse_sample_index(p, conf) < 0)
				return -EINVAL;
			continue;
		}
		if (i == action->n_params) {
			steer_list_add(&list, "/");
			for (i = 0; i < action->n_params; i++)
				steer_list_add(&list, action->params[i].f.name);
			if (action->type == RTE_FLOW_ACTION_TYPE_SAMPLE)
				steer_list_add(&list, "index");
			return steer_reader_refuse(p, w, ": accepted behind %s is %s", action->name,
						   list.text);
		}
		if (steer_reader_value(p, action->name, &action->params[i], &value) < 0)
			return -EINVAL;
		steer_value_store(conf, &action->params[i], value);
	}
	return 0;
}

/** @param words  NULL: it is "indirect". */
static int
parse_action(struct steer_reader *p, const struct steer_words_action *words)
{
	struct rte_flow_action *action = &p->t->rule.actions[p->t->n_actions];
	uint8_t *conf = p->t->confs[p->t->n_actions].bytes;

	if (words == NULL)
		return steer_read_indirect(p, action);
	action->type = words->type;
	if (words->size > 0)
		action->conf = conf;
	if (words->type == RTE_FLOW_ACTION_TYPE_RSS)
		return parse_rss(p, (struct rte_flow_action_rss *)(void *)conf);
	return parse_params(p, words, conf);
}

int
steer_read_actions(struct steer_reader *p)
{
	const struct steer_words_action *words;
	struct steer_read_rule *t = p->t;
	struct steer_word w;
	int rc;

	while (!steer_word_is(w = steer_reader_next(p), "end")) {
		words = steer_words_action(w);
		if (words == NULL && (p->samples == NULL || !steer_word_is(w, "indirect")))
			return refuse_action(p, w);
		if (t->n_actions == STEER_TEXT_ACTIONS_MAX)
			return steer_reader_refuse(p, w, ": at most %d actions are accepted",
						   STEER_TEXT_ACTIONS_MAX);
		t->at_action[t->n_actions] = steer_reader_place(p, w);
		rc = parse_action(p, words);
		if (rc < 0)
			return rc;
		t->n_actions++;
	}
	t->rule.actions[t->n_actions].type = RTE_FLOW_ACTION_TYPE_END;
	t->at_action[t->n_actions] = steer_reader_place(p, w);
	w = steer_reader_next(p);
	if (w.len > 0)
		return steer_reader_refuse(
			p, w, ": nothing but a comment (#) is accepted behind the rule");
	return 0;
}
