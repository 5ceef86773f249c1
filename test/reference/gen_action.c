/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <assert.h>

#include <rte_common.h>
#include <rte_ethdev.h>

#include "gen_rule.h"

void
gen_action(struct gen_rule *rule, enum rte_flow_action_type type, const void *conf)
{
	struct rte_flow_action *a = &rule->actions[rule->n_actions];

	assert(rule->n_actions < GEN_ACTIONS);
	rule->n_actions++;
	*a = (struct rte_flow_action){ .type = type, .conf = conf };
	a[1] = (struct rte_flow_action){ .type = RTE_FLOW_ACTION_TYPE_END };
}

static const uint64_t ip_types[] = {
	RTE_ETH_RSS_IPV4,
	RTE_ETH_RSS_FRAG_IPV4,
	RTE_ETH_RSS_NONFRAG_IPV4_TCP,
	RTE_ETH_RSS_NONFRAG_IPV4_UDP,
	RTE_ETH_RSS_NONFRAG_IPV4_SCTP,
	RTE_ETH_RSS_NONFRAG_IPV4_OTHER,
	RTE_ETH_RSS_IPV6,
	RTE_ETH_RSS_FRAG_IPV6,
	RTE_ETH_RSS_NONFRAG_IPV6_TCP,
	RTE_ETH_RSS_NONFRAG_IPV6_UDP,
	RTE_ETH_RSS_NONFRAG_IPV6_SCTP,
	RTE_ETH_RSS_NONFRAG_IPV6_OTHER,
	RTE_ETH_RSS_IPV6_EX,
	RTE_ETH_RSS_IPV6_TCP_EX,
	RTE_ETH_RSS_IPV6_UDP_EX,
	RTE_ETH_RSS_PORT,
};

static const uint64_t other_types[] = {
	RTE_ETH_RSS_ETH,
	RTE_ETH_RSS_S_VLAN,
	RTE_ETH_RSS_C_VLAN,
	RTE_ETH_RSS_L2_PAYLOAD,
	RTE_ETH_RSS_PPPOE,
	RTE_ETH_RSS_MPLS,
	RTE_ETH_RSS_AH,
	RTE_ETH_RSS_ESP,
	RTE_ETH_RSS_L2TPV3,
	RTE_ETH_RSS_PFCP,
	RTE_ETH_RSS_VXLAN,
	RTE_ETH_RSS_GENEVE,
	RTE_ETH_RSS_NVGRE,
	RTE_ETH_RSS_GTPU,
};

static const uint64_t rule_types[] = {
	RTE_ETH_RSS_IPV4_CHKSUM,
	RTE_ETH_RSS_L4_CHKSUM,
#ifdef RTE_ETH_RSS_IPV6_FLOW_LABEL
	RTE_ETH_RSS_IPV6_FLOW_LABEL,
#endif
};

static const uint64_t prefixes[] = {
	RTE_ETH_RSS_L3_PRE32, RTE_ETH_RSS_L3_PRE40, RTE_ETH_RSS_L3_PRE48,
	RTE_ETH_RSS_L3_PRE56, RTE_ETH_RSS_L3_PRE64, RTE_ETH_RSS_L3_PRE96,
};

static const uint64_t only_types[] = {
	RTE_ETH_RSS_L2_SRC_ONLY, RTE_ETH_RSS_L2_DST_ONLY, RTE_ETH_RSS_L3_SRC_ONLY,
	RTE_ETH_RSS_L3_DST_ONLY, RTE_ETH_RSS_L4_SRC_ONLY, RTE_ETH_RSS_L4_DST_ONLY,
};

/** Some of a list, each with this chance in percent. */
static uint64_t
some_of(struct gen_random *r, const uint64_t *list, unsigned int n, unsigned int percent)
{
	uint64_t types = 0;

	for (unsigned int i = 0; i < n; i++)
		types |= gen_chance(r, percent) ? list[i] : 0;
	return types;
}

uint64_t
gen_rss_types(struct gen_random *r, bool rule)
{
	uint64_t types = gen_chance(r, 80) ? gen_pick(r, ip_types) : gen_pick(r, other_types);

	types |= some_of(r, ip_types, RTE_DIM(ip_types), gen_chance(r, 50) ? 85 : 30);
	if (gen_chance(r, 40))
		types |= some_of(r, other_types, RTE_DIM(other_types),
				 gen_chance(r, 50) ? 80 : 15);
	if (rule && gen_chance(r, 20))
		types |= some_of(r, rule_types, RTE_DIM(rule_types), 50);
	if (rule && gen_chance(r, 20))
		types |= gen_pick(r, prefixes);
	return types | some_of(r, only_types, RTE_DIM(only_types), 15);
}

enum rte_eth_hash_function
gen_rss_func(struct gen_random *r)
{
	return (enum rte_eth_hash_function)gen_below(r, RTE_ETH_HASH_FUNCTION_MAX);
}

static void
fill_queues(struct gen_random *r, const struct gen_style *style, struct gen_rss *rss)
{
	unsigned int n = gen_between(r, 1, 6);

	if (gen_chance(r, 20))
		n = 0;
	else if (gen_chance(r, 5))
		n = gen_between(r, 7, GEN_RSS_QUEUES);
	for (unsigned int i = 0; i < n; i++)
		rss->queues[i] = gen_below(r, style->n_queues);
	rss->conf.queue_num = n;
	rss->conf.queue = n > 0 || gen_chance(r, 50) ? rss->queues : NULL;
}

void
gen_rss(struct gen_random *r, const struct gen_style *style, struct gen_rss *rss)
{
	rss->conf = (struct rte_flow_action_rss){
		.func = gen_rss_func(r),
		.level = gen_below(r, 3),
		.types = gen_chance(r, 25) ? 0 : gen_rss_types(r, true),
	};
	if (gen_chance(r, 40)) {
		gen_bytes(r, rss->key, sizeof(rss->key));
		rss->conf.key = rss->key;
		rss->conf.key_len = gen_chance(r, 50) ? REF_RSS_KEY_LEN
						      : gen_between(r, 1, sizeof(rss->key));
	}
	fill_queues(r, style, rss);
}

uint32_t
gen_timeout(struct gen_random *r)
{
	return gen_chance(r, 80) ? gen_between(r, 1, 4) : gen_between(r, 1, (1 << 24) - 1);
}

/** By a handle, if there are some for this action. @return false: by none. */
static bool
add_shared(struct gen_random *r, const struct gen_style *style, enum rte_flow_action_type type,
	   struct gen_rule *rule)
{
	const struct gen_handle *h;

	if (style->n_handles == 0 || gen_chance(r, 30))
		return false;
	h = &style->handles[gen_below(r, style->n_handles)];
	if (h->type != type)
		return false;
	gen_action(rule, RTE_FLOW_ACTION_TYPE_INDIRECT, h->handle);
	return true;
}

static void
add_rss(struct gen_random *r, const struct gen_style *style, struct gen_rule *rule)
{
	if (add_shared(r, style, RTE_FLOW_ACTION_TYPE_RSS, rule))
		return;
	gen_rss(r, style, &rule->rss);
	gen_action(rule, RTE_FLOW_ACTION_TYPE_RSS, &rule->rss.conf);
}

/** Mostly to later groups, which is never a loop; now and then to any one. */
static void
add_jump(struct gen_random *r, const struct gen_style *style, struct gen_rule *rule)
{
	unsigned int from = 0;

	while (gen_groups[from] != rule->attr.group)
		from++;
	rule->jump.group = gen_groups[gen_below(r, style->n_groups)];
	if (from + 1 < style->n_groups && gen_chance(r, 90))
		rule->jump.group = gen_groups[gen_between(r, from + 1, style->n_groups - 1)];
	gen_action(rule, RTE_FLOW_ACTION_TYPE_JUMP, &rule->jump);
}

/** @return false if the rule has no fate. */
static bool
add_fate(struct gen_random *r, const struct gen_style *style, struct gen_rule *rule)
{
	unsigned int what = gen_below(r, 100);

	if (style->n_groups > 1 && gen_chance(r, rule->attr.group == 0 ? 30 : 15)) {
		add_jump(r, style, rule);
	} else if (gen_chance(r, style->passing)) {
		gen_action(rule, RTE_FLOW_ACTION_TYPE_PASSTHRU, NULL);
	} else if (what < 60) {
		rule->queue.index = gen_below(r, style->n_queues);
		gen_action(rule, RTE_FLOW_ACTION_TYPE_QUEUE, &rule->queue);
	} else if (what < 72) {
		gen_action(rule, RTE_FLOW_ACTION_TYPE_DROP, NULL);
	} else if (what < 90) {
		add_rss(r, style, rule);
	} else {
		return false;
	}
	return true;
}

static void
add_mark(struct gen_random *r, struct gen_rule *rule)
{
	static const uint32_t ids[] = { 0, 1, 2, 7, 0xffffff, 0xfffffffe };

	rule->mark.id = gen_chance(r, 50) ? gen_pick(r, ids) : gen_below(r, 1 << 24);
	gen_action(rule, RTE_FLOW_ACTION_TYPE_MARK, &rule->mark);
}

static void
add_sets(struct gen_random *r, struct gen_rule *rule)
{
	static const uint32_t masks[] = { UINT32_MAX, 1, 2, 3, 0xfffffffe, 0 };

	if (gen_chance(r, 50)) {
		rule->set_meta.data = gen_below(r, 4) | (gen_chance(r, 10) ? gen_u64(r) : 0);
		rule->set_meta.mask = gen_pick(r, masks);
		gen_action(rule, RTE_FLOW_ACTION_TYPE_SET_META, &rule->set_meta);
	}
	for (unsigned int i = 0; i < RTE_DIM(rule->set_tag); i++) {
		if (gen_chance(r, 30))
			continue;
		rule->set_tag[i].data = gen_below(r, 4) | (gen_chance(r, 10) ? gen_u64(r) : 0);
		rule->set_tag[i].mask = gen_pick(r, masks);
		rule->set_tag[i].index = gen_below(r, 8);
		gen_action(rule, RTE_FLOW_ACTION_TYPE_SET_TAG, &rule->set_tag[i]);
	}
}

static void
add_age(struct gen_random *r, const struct gen_style *style, struct gen_rule *rule)
{
	if (add_shared(r, style, RTE_FLOW_ACTION_TYPE_AGE, rule))
		return;
	rule->age = (struct rte_flow_action_age){ .timeout = gen_timeout(r) };
	gen_action(rule, RTE_FLOW_ACTION_TYPE_AGE, &rule->age);
}

static void
add_count(struct gen_random *r, const struct gen_style *style, struct gen_rule *rule)
{
	if (!add_shared(r, style, RTE_FLOW_ACTION_TYPE_COUNT, rule))
		gen_action(rule, RTE_FLOW_ACTION_TYPE_COUNT,
			   gen_chance(r, 80) ? &rule->count : NULL);
}

static void
add_extras(struct gen_random *r, const struct gen_style *style, bool some, struct gen_rule *rule)
{
	unsigned int before = rule->n_actions;

	if (gen_chance(r, 40))
		add_mark(r, rule);
	if (gen_chance(r, 15))
		gen_action(rule, RTE_FLOW_ACTION_TYPE_FLAG, NULL);
	if (gen_chance(r, 10))
		add_age(r, style, rule);
	if (gen_chance(r, 45) || (some && rule->n_actions == before))
		add_count(r, style, rule);
}

/** Perhaps by a handle. */
static bool
has_count(const struct gen_rule *rule)
{
	for (unsigned int i = 0; i < rule->n_actions; i++)
		if (rule->actions[i].type == RTE_FLOW_ACTION_TYPE_COUNT ||
				rule->actions[i].type == RTE_FLOW_ACTION_TYPE_INDIRECT)
			return true;
	return false;
}

/** The order of actions means nothing here, but among those that change the packet. */
static void
shuffle(struct gen_random *r, struct gen_rule *rule)
{
	for (unsigned int i = rule->n_actions; i > 1; i--) {
		unsigned int other = gen_below(r, i);
		struct rte_flow_action a = rule->actions[other];

		rule->actions[other] = rule->actions[i - 1];
		rule->actions[i - 1] = a;
	}
}

void
gen_actions(struct gen_random *r, const struct gen_style *style, struct gen_rule *rule)
{
	bool fate;

	rule->n_actions = 0;
	fate = add_fate(r, style, rule);
	add_extras(r, style, !fate, rule);
	if (gen_chance(r, style->regs))
		add_sets(r, rule);
	if (gen_chance(r, style->edits))
		gen_edits(r, style, has_count(rule), rule);
	if (gen_chance(r, 5))
		gen_action(rule, RTE_FLOW_ACTION_TYPE_VOID, NULL);
	shuffle(r, rule);
}
