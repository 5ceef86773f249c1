/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include <rte_byteorder.h>

#include "steer_action.h"
#include "steer_compat.h"
#include "steer_error.h"
#include "steer_rss.h"
#include "steer_tunnel.h"
#include "steer_type_name.h"
#include "steer_words_rss.h"

/** Entries of the largest RETA that a queue list is spread over. */
#define STEER_RSS_QUEUES_MAX 32768u

/** Seconds: 24 bits. */
#define STEER_AGE_MAX ((1u << 24) - 1)

#ifdef STEER_HAS_SYMMETRIC_TOEPLITZ_SORT
#define RSS_FUNCS \
	"default, toeplitz, simple_xor, symmetric_toeplitz, symmetric_toeplitz_sort"
#else
#define RSS_FUNCS "default, toeplitz, simple_xor, symmetric_toeplitz"
#endif

/** The level has a member of its own. */
#define RSS_TYPES (STEER_RSS_TYPES & ~RTE_ETH_RSS_LEVEL_MASK)

#define ACCEPTED \
	"void, queue, rss, mark, flag, drop, count, passthru, jump, set_meta, set_tag, age, " \
	"indirect, sample, of_pop_vlan, of_push_vlan, of_set_vlan_vid, of_set_vlan_pcp, dec_ttl, " \
	"set_ttl, set_ipv4_*, set_ipv6_*, set_tp_*, inc_tcp_*, dec_tcp_*, set_mac_*, mac_swap"
/** As actions of SAMPLE. */
#define SAMPLED "queue, mark, count, void as actions of sample"

#define REFUSE(error, cause, code, type, ...) \
	steer_error(error, code, RTE_FLOW_ERROR_TYPE_##type, cause, __VA_ARGS__)

static const char *const fate_names[] = {
	[STEER_FATE_NONE] = "none", [STEER_FATE_QUEUE] = "queue",	[STEER_FATE_RSS] = "rss",
	[STEER_FATE_DROP] = "drop", [STEER_FATE_KERNEL] = "send_to_kernel",
	[STEER_FATE_PASSTHRU] = "passthru", [STEER_FATE_JUMP] = "jump",
};

static const char *const share_names[] = {
	[STEER_SHARE_RSS] = "rss", [STEER_SHARE_COUNT] = "count", [STEER_SHARE_AGE] = "age",
};

static int
set_fate(struct steer_actions *out, enum steer_fate fate, const struct rte_flow_action *action,
	 struct rte_flow_error *error)
{
	if (out->fate != STEER_FATE_NONE)
		return REFUSE(error, action, EINVAL, ACTION,
			      "%s: the rule has %s already: one fate is accepted", fate_names[fate],
			      fate_names[out->fate]);
	out->fate = fate;
	return 0;
}

static int
parse_queue(const struct rte_flow_action *action, uint16_t n_queues, struct steer_actions *out,
	    struct rte_flow_error *error)
{
	const struct rte_flow_action_queue *conf = action->conf;

	if (conf == NULL)
		return REFUSE(error, action, EINVAL, ACTION, "queue: no index given");
	if (conf->index >= n_queues)
		return REFUSE(error, conf, EINVAL, ACTION_CONF,
			      "queue: index %u: the port has queues 0..%u", conf->index,
			      n_queues - 1u);
	out->queue = conf->index;
	return set_fate(out, STEER_FATE_QUEUE, action, error);
}

static int
check_rss_queues(const struct rte_flow_action_rss *conf, uint16_t n_queues,
		 struct rte_flow_error *error)
{
	if (conf->queue_num != 0 && conf->queue == NULL)
		return REFUSE(error, conf, EINVAL, ACTION_CONF, "rss: %u queues, but no list",
			      conf->queue_num);
	if (conf->queue_num > STEER_RSS_QUEUES_MAX)
		return REFUSE(error, conf, ENOTSUP, ACTION_CONF,
			      "rss: %u queues: at most %u are accepted", conf->queue_num,
			      STEER_RSS_QUEUES_MAX);
	for (uint32_t i = 0; i < conf->queue_num; i++)
		if (conf->queue[i] >= n_queues)
			return REFUSE(error, conf, EINVAL, ACTION_CONF,
				      "rss: queue %u: the port has queues 0..%u", conf->queue[i],
				      n_queues - 1u);
	return 0;
}

static int
check_rss_key(const struct rte_flow_action_rss *conf, struct rte_flow_error *error)
{
	if (conf->key == NULL || conf->key_len == 0)
		return 0;
	if (conf->key_len > STEER_RSS_KEY_MAX)
		return REFUSE(error, conf, ENOTSUP, ACTION_CONF,
			      "rss: key of %u bytes: 1 to %u are accepted", conf->key_len,
			      STEER_RSS_KEY_MAX);
	return 0;
}

static bool
rss_func_is_known(enum rte_eth_hash_function func)
{
#ifndef STEER_HAS_SYMMETRIC_TOEPLITZ_SORT
	if (func == STEER_HASH_FUNCTION_SORT)
		return false;
#endif
	return steer_rss_has_func(func);
}

static int
check_rss_types(const struct rte_flow_action_rss *conf, struct rte_flow_error *error)
{
	const uint64_t unknown = conf->types & ~(uint64_t)RSS_TYPES;
	const uint64_t prefixes = conf->types & STEER_RSS_TYPES_PREFIX;
	char names[STEER_WORDS_RSS_MAX], accepted[STEER_WORDS_RSS_MAX];

	if (unknown != 0)
		return REFUSE(error, conf, ENOTSUP, ACTION_CONF,
			      "rss: types%s are not hashed: accepted are%s",
			      steer_words_rss_types_text(unknown, names),
			      steer_words_rss_types_text(RSS_TYPES, accepted));
	if ((prefixes & (prefixes - 1)) != 0)
		return REFUSE(error, conf, EINVAL, ACTION_CONF,
			      "rss: types%s: one prefix is accepted",
			      steer_words_rss_types_text(prefixes, names));
	if (conf->types != 0 && (conf->types & ~(uint64_t)STEER_RSS_TYPES_LESS) == 0)
		return REFUSE(error, conf, EINVAL, ACTION_CONF,
			      "rss: types%s hash nothing by themselves: they say less of others, "
			      "as ipv4 or eth", steer_words_rss_types_text(conf->types, names));
	return 0;
}

static int
parse_rss(const struct rte_flow_action *action, uint16_t n_queues, struct steer_actions *out,
	  struct rte_flow_error *error)
{
	const struct rte_flow_action_rss *conf = action->conf;
	int rc;

	if (conf == NULL)
		return REFUSE(error, action, EINVAL, ACTION, "rss: no configuration given");
	if (!rss_func_is_known(conf->func))
		return REFUSE(error, conf, ENOTSUP, ACTION_CONF,
			      "rss: func %d: accepted are " RSS_FUNCS, (int)conf->func);
	if (conf->level > 2)
		return REFUSE(error, conf, ENOTSUP, ACTION_CONF,
			      "rss: level %u: 0, 1 (outer) and 2 (inner) are accepted",
			      conf->level);
	rc = check_rss_types(conf, error);
	if (rc == 0)
		rc = check_rss_key(conf, error);
	if (rc == 0)
		rc = check_rss_queues(conf, n_queues, error);
	if (rc < 0)
		return rc;
	out->rss = conf;
	return set_fate(out, STEER_FATE_RSS, action, error);
}

static int
parse_jump(const struct rte_flow_action *action, struct steer_actions *out,
	   struct rte_flow_error *error)
{
	if (action->conf == NULL)
		return REFUSE(error, action, EINVAL, ACTION, "jump: no group given");
	out->jump = action->conf;
	return set_fate(out, STEER_FATE_JUMP, action, error);
}

static int
parse_set_meta(const struct rte_flow_action *action, struct steer_actions *out,
	       struct rte_flow_error *error)
{
	const struct rte_flow_action_set_meta *conf = action->conf;

	if (conf == NULL)
		return REFUSE(error, action, EINVAL, ACTION, "set_meta: no data given");
	steer_sets_add(&out->sets, STEER_REG_META, rte_cpu_to_be_32(conf->mask),
		       rte_cpu_to_be_32(conf->data));
	return 0;
}

static int
parse_set_tag(const struct rte_flow_action *action, struct steer_actions *out,
	      struct rte_flow_error *error)
{
	const struct rte_flow_action_set_tag *conf = action->conf;

	if (conf == NULL)
		return REFUSE(error, action, EINVAL, ACTION, "set_tag: no data given");
	if (conf->index >= STEER_TAGS)
		return REFUSE(error, conf, EINVAL, ACTION_CONF,
			      "set_tag: index %u: there are 0..%u", conf->index, STEER_TAGS - 1);
	steer_sets_add(&out->sets, STEER_REG_TAG(conf->index), rte_cpu_to_be_32(conf->mask),
		       rte_cpu_to_be_32(conf->data));
	return 0;
}

static int
parse_mark(const struct rte_flow_action *action, struct steer_actions *out,
	   struct rte_flow_error *error)
{
	const struct rte_flow_action_mark *conf = action->conf;

	if (conf == NULL)
		return REFUSE(error, action, EINVAL, ACTION, "mark: no id given");
	out->mark = true;
	out->mark_id = conf->id;
	return 0;
}

static int
parse_count(const struct rte_flow_action *action, struct steer_actions *out,
	    struct rte_flow_error *error)
{
	if (out->shared[STEER_SHARE_COUNT] != NULL)
		return REFUSE(error, action, EINVAL, ACTION,
			      "count: the rule has one by a handle already: one is accepted");
	out->count = true;
	return 0;
}

static int
parse_age(const struct rte_flow_action *action, struct steer_actions *out,
	  struct rte_flow_error *error)
{
	const struct rte_flow_action_age *conf = action->conf;

	if (conf == NULL)
		return REFUSE(error, action, EINVAL, ACTION, "age: no timeout given");
	if (out->age != NULL || out->shared[STEER_SHARE_AGE] != NULL)
		return REFUSE(error, action, EINVAL, ACTION,
			      "age: the rule has age already: one is accepted");
	if (conf->timeout == 0)
		return REFUSE(error, conf, EINVAL, ACTION_CONF,
			      "age: timeout 0: 1..%u seconds are accepted", STEER_AGE_MAX);
	if (conf->reserved != 0)
		return REFUSE(error, conf, EINVAL, ACTION_CONF, "age: reserved %u: 0 is accepted",
			      conf->reserved);
	out->age = conf;
	return 0;
}

/** The handle takes the place of the configuration. */
static int
parse_indirect(const struct rte_flow_action *action, struct steer_actions *out,
	       struct rte_flow_error *error)
{
	const struct steer_shared *shared = action->conf;
	bool has;

	if (shared == NULL)
		return REFUSE(error, action, EINVAL, ACTION, "indirect: no handle given");
	has = out->shared[shared->kind] != NULL;
	has |= shared->kind == STEER_SHARE_COUNT && out->count;
	has |= shared->kind == STEER_SHARE_AGE && out->age != NULL;
	if (has)
		return REFUSE(error, action, EINVAL, ACTION,
			      "indirect: the rule has %s already: one is accepted",
			      share_names[shared->kind]);
	out->shared[shared->kind] = shared;
	if (shared->kind == STEER_SHARE_RSS)
		return set_fate(out, STEER_FATE_RSS, action, error);
	return 0;
}

/** It says for which tunnel the rules of the group are that the rule jumps to. */
static int
parse_tunnel(const struct rte_flow_action *action, struct steer_actions *out,
	     struct rte_flow_error *error)
{
	if (action->conf == NULL)
		return REFUSE(error, action, EINVAL, ACTION, "tunnel_set: no tunnel given");
	if (out->tunnel != NULL)
		return REFUSE(error, action, EINVAL, ACTION,
			      "tunnel_set: the rule has one already: one is accepted");
	out->tunnel = action;
	return 0;
}

/* Samples */

static int
parse_sampled(const struct rte_flow_action *action, uint16_t n_queues, struct steer_actions *sub,
	      struct rte_flow_error *error)
{
	switch (action->type) {
	case RTE_FLOW_ACTION_TYPE_VOID:
		return 0;
	case RTE_FLOW_ACTION_TYPE_QUEUE:
		return parse_queue(action, n_queues, sub, error);
	case RTE_FLOW_ACTION_TYPE_MARK:
		return parse_mark(action, sub, error);
	case RTE_FLOW_ACTION_TYPE_COUNT:
		sub->count = true;
		return 0;
	default:
		return steer_action_refuse(action, SAMPLED, error);
	}
}

static int
check_sample(const struct rte_flow_action *action, const struct steer_actions *out,
	     struct rte_flow_error *error)
{
	const struct rte_flow_action_sample *conf = action->conf;

	if (conf == NULL)
		return REFUSE(error, action, EINVAL, ACTION, "sample: no ratio given");
	if (out->edits.sample.ratio != 0)
		return REFUSE(error, action, EINVAL, ACTION,
			      "sample: the rule has sample already: one is accepted");
	if (out->edits.n == STEER_EDITS_MAX)
		return REFUSE(error, action, ENOTSUP, ACTION,
			      "sample: the rule changes packets %u times already: no more are "
			      "accepted", STEER_EDITS_MAX);
	if (conf->ratio == 0)
		return REFUSE(error, conf, EINVAL, ACTION_CONF,
			      "sample: ratio 0: 1 (each packet) and more are accepted");
	if (conf->actions == NULL)
		return REFUSE(error, conf, EINVAL, ACTION_CONF, "sample: no actions given");
	return 0;
}

static int
parse_sample(const struct rte_flow_action *action, uint16_t n_queues, struct steer_actions *out,
	     struct rte_flow_error *error)
{
	const struct rte_flow_action_sample *conf = action->conf;
	struct steer_actions sub = { .fate = STEER_FATE_NONE };
	const struct rte_flow_action *a;
	int rc = check_sample(action, out, error);

	if (rc < 0)
		return rc;
	for (a = conf->actions; a->type != RTE_FLOW_ACTION_TYPE_END; a++) {
		rc = parse_sampled(a, n_queues, &sub, error);
		if (rc < 0)
			return rc;
	}
	if (sub.fate != STEER_FATE_QUEUE)
		return REFUSE(error, conf, EINVAL, ACTION_CONF,
			      "sample: no queue among its actions: one is needed");
	out->edits.edit[out->edits.n++].type = RTE_FLOW_ACTION_TYPE_SAMPLE;
	out->edits.sample = (struct steer_sample){
		.ratio = conf->ratio, .queue = sub.queue, .mark = sub.mark,
		.mark_id = sub.mark_id, .count = sub.count,
	};
	return 0;
}

static int
parse_action(const struct rte_flow_action *action, uint16_t n_queues, struct steer_actions *out,
	     struct rte_flow_error *error)
{
	size_t size;

	if (action->type == STEER_ACTION_TUNNEL)
		return parse_tunnel(action, out, error);
	switch (action->type) {
	case RTE_FLOW_ACTION_TYPE_VOID:
		return 0;
	case RTE_FLOW_ACTION_TYPE_QUEUE:
		return parse_queue(action, n_queues, out, error);
	case RTE_FLOW_ACTION_TYPE_RSS:
		return parse_rss(action, n_queues, out, error);
	case RTE_FLOW_ACTION_TYPE_DROP:
		return set_fate(out, STEER_FATE_DROP, action, error);
	case RTE_FLOW_ACTION_TYPE_SEND_TO_KERNEL:
		out->kernel = action;
		return set_fate(out, STEER_FATE_KERNEL, action, error);
	case RTE_FLOW_ACTION_TYPE_PASSTHRU:
		return set_fate(out, STEER_FATE_PASSTHRU, action, error);
	case RTE_FLOW_ACTION_TYPE_JUMP:
		return parse_jump(action, out, error);
	case RTE_FLOW_ACTION_TYPE_SET_META:
		return parse_set_meta(action, out, error);
	case RTE_FLOW_ACTION_TYPE_SET_TAG:
		return parse_set_tag(action, out, error);
	case RTE_FLOW_ACTION_TYPE_MARK:
		return parse_mark(action, out, error);
	case RTE_FLOW_ACTION_TYPE_FLAG:
		out->flag = true;
		return 0;
	case RTE_FLOW_ACTION_TYPE_COUNT:
		return parse_count(action, out, error);
	case RTE_FLOW_ACTION_TYPE_AGE:
		return parse_age(action, out, error);
	case RTE_FLOW_ACTION_TYPE_INDIRECT:
		return parse_indirect(action, out, error);
	case RTE_FLOW_ACTION_TYPE_SAMPLE:
		return parse_sample(action, n_queues, out, error);
	default:
		if (steer_action_edits(action->type, &size))
			return steer_action_parse_edit(action, out, error);
		return steer_action_refuse(action, ACCEPTED, error);
	}
}

/** There is one to query the rule by. */
static int
check_counts(const struct rte_flow_action *actions, const struct steer_actions *out,
	     struct rte_flow_error *error)
{
	if (!out->edits.sample.count || (!out->count && out->shared[STEER_SHARE_COUNT] == NULL))
		return 0;
	while (actions->type != RTE_FLOW_ACTION_TYPE_SAMPLE)
		actions++;
	return REFUSE(error, actions, EINVAL, ACTION,
		      "count: the rule has one besides that of its sample: one is accepted");
}

static bool
any_shared(const struct steer_actions *out)
{
	for (unsigned int i = 0; i < STEER_SHARES; i++)
		if (out->shared[i] != NULL)
			return true;
	return false;
}

/** Does the list say more than its fate? */
static bool
any_extra(const struct steer_actions *out)
{
	return out->mark || out->flag || out->count || steer_sets_any(&out->sets) ||
	       out->edits.n != 0 || out->age != NULL || any_shared(out);
}

/** Nothing of it could be done. */
static int
check_kernel(const struct steer_actions *out, struct rte_flow_error *error)
{
	if (out->fate != STEER_FATE_KERNEL || !any_extra(out))
		return 0;
	return REFUSE(error, out->kernel, ENOTSUP, ACTION,
		      "send_to_kernel: the kernel gets the packet as it is, and does not count: "
		      "no other action is accepted");
}

int
steer_actions_no_kernel(const struct steer_actions *actions, struct rte_flow_error *error)
{
	return steer_action_refuse(actions->kernel, ACCEPTED, error);
}

int
steer_actions_parse(const struct rte_flow_action actions[], uint16_t n_queues,
		    struct steer_actions *out, struct rte_flow_error *error)
{
	const struct rte_flow_action *action;
	int rc;

	memset(out, 0, sizeof(*out));
	if (actions == NULL)
		return REFUSE(error, NULL, EINVAL, ACTION_NUM, "no actions");
	for (action = actions; action->type != RTE_FLOW_ACTION_TYPE_END; action++) {
		rc = parse_action(action, n_queues, out, error);
		if (rc < 0)
			return rc;
	}
	if (out->tunnel != NULL && out->fate != STEER_FATE_JUMP)
		return REFUSE(error, out->tunnel, EINVAL, ACTION,
			      "tunnel_set: no jump: one is needed, to the group whose rules have "
			      "tunnel_match");
	if (out->fate == STEER_FATE_NONE && !any_extra(out))
		return REFUSE(error, actions, EINVAL, ACTION,
			      "the rule does nothing: one of queue, rss, drop, passthru, jump, "
			      "mark, flag, count, age, sample, or one that changes the packet or "
			      "its metadata, is needed (set_meta and set_tag: with a mask)");
	rc = check_kernel(out, error);
	return rc == 0 ? check_counts(actions, out, error) : rc;
}

int
steer_action_parse_shared(const struct rte_flow_action *action, uint16_t n_queues,
			  enum steer_share *kind, struct rte_flow_error *error)
{
	struct steer_actions out = { .fate = STEER_FATE_NONE };

	switch (action->type) {
	case RTE_FLOW_ACTION_TYPE_RSS:
		*kind = STEER_SHARE_RSS;
		return parse_rss(action, n_queues, &out, error);
	case RTE_FLOW_ACTION_TYPE_COUNT:
		*kind = STEER_SHARE_COUNT;
		return 0;
	case RTE_FLOW_ACTION_TYPE_AGE:
		*kind = STEER_SHARE_AGE;
		return parse_age(action, &out, error);
	default:
		return REFUSE(error, action, ENOTSUP, ACTION,
			      "indirect: %s: rss, count and age are accepted",
			      steer_action_type_name(action->type).text);
	}
}
