/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <rte_common.h>

#include "kernel_set.h"
#include "ref_rss.h"
#include "steer_engine.h"
#include "steer_kernel.h"

static void
decode(const struct gen_packet *p, struct ref_packet *decoded)
{
	struct ref_input in = gen_input(p);

	ref_decode(&in, decoded);
}

static void
random_packet(struct gen_random *r, struct gen_packet *p)
{
	gen_packet_any(r, p);
	/* Tags are in the packet. */
	p->ol_flags = 0;
}

void
kernel_set_rss(struct kernel_set *s)
{
	struct gen_random *r = &s->random;
	uint16_t reta[512];
	struct steer_rss_conf conf = {
		.func = (enum rte_eth_hash_function)gen_below(r, REF_RSS_SORT + 1),
		.level = gen_below(r, 3),
		.types = gen_chance(r, 70) ? RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP | RTE_ETH_RSS_UDP
					   : gen_rss_types(r, false),
		.reta = reta,
		.reta_size = gen_chance(r, 60) ? 128 : 1 + gen_below(r, RTE_DIM(reta)),
	};

	gen_bytes(r, conf.key, sizeof(conf.key));
	for (unsigned int i = 0; i < conf.reta_size; i++)
		reta[i] = (uint16_t)gen_below(r, KERNEL_QUEUES);
	assert_int_equal(steer_engine_port_rss(s->engine, gen_chance(r, 90) ? &conf : NULL), 0);
	steer_engine_want_hash(s->engine, gen_chance(r, 50));
}

/** Have it leave packets to the kernel: they are known by their mark. */
static void
let_stay(struct gen_rule *rule)
{
	rule->mark.id = KERNEL_STAY_MARK;
	rule->n_actions = 0;
	gen_action(rule, RTE_FLOW_ACTION_TYPE_MARK, &rule->mark);
	gen_action(rule, RTE_FLOW_ACTION_TYPE_SEND_TO_KERNEL, NULL);
	gen_action(rule, RTE_FLOW_ACTION_TYPE_END, NULL);
	rule->attr.group = 0;
}

/** Without what user space has to do, so that the kernel has a verdict of its own. */
static void
simplify(struct gen_rule *rule)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < rule->n_actions; i++) {
		const enum rte_flow_action_type type = rule->actions[i].type;

		if (type != RTE_FLOW_ACTION_TYPE_COUNT && type != RTE_FLOW_ACTION_TYPE_AGE)
			rule->actions[n++] = rule->actions[i];
	}
	rule->n_actions = n;
	rule->actions[n].type = RTE_FLOW_ACTION_TYPE_END;
}

static void
add_rule(struct kernel_set *s)
{
	struct gen_rule *rule = &s->rules[s->n_flows];
	struct gen_random *r = &s->random;
	struct steer_kernel_trouble trouble;
	struct rte_flow_error error = { 0 };
	struct ref_packet decoded;
	struct steer_flow *flow;

	decode(&s->packets[gen_below(r, RTE_DIM(s->packets))], &decoded);
	memset(rule, 0, sizeof(*rule));
	gen_rule(r, &s->style, &decoded, rule);
	if (gen_chance(r, 80))
		simplify(rule);
	if ((s->kernel == s->xdp || s->remote != NULL) && gen_chance(r, 10))
		let_stay(rule);
	flow = steer_engine_flow_create(s->engine, &rule->attr, rule->pattern, rule->actions,
					&error);
	if (flow == NULL)
		return;
	s->tally->rules++;
	if (steer_kernel_check(s->kernel, s->engine, flow, &trouble) == 0) {
		s->flows[s->n_flows++] = flow;
		return;
	}
	s->tally->refused++;
	assert_int_equal(trouble.code, ENOTSUP);
	steer_engine_flow_destroy(s->engine, flow, &error);
}

/** What the kernel cannot have goes, the last rules first. */
static void
sync(struct kernel_set *s)
{
	const uint32_t before = steer_kernel_generation(s->kernel);
	struct steer_kernel_trouble trouble = { .code = 0 };
	struct rte_flow_error error;
	int rc;

	while ((rc = steer_kernel_sync(s->kernel, s->engine, &trouble)) == -ENOTSUP) {
		assert_true(s->n_flows > 0);
		assert_int_equal(steer_kernel_generation(s->kernel), before);
		steer_engine_flow_destroy(s->engine, s->flows[--s->n_flows], &error);
		s->tally->refused++;
	}
	if (rc != 0)
		print_error("%s\n", trouble.text);
	assert_int_equal(rc, 0);
	assert_int_not_equal(steer_kernel_generation(s->kernel), before);
}

/** Where a TAP's program says only the queue, XDP's says whether it is sure. */
static void
sync_both(struct kernel_set *s)
{
	struct steer_kernel_trouble trouble;

	steer_engine_isolate(s->engine, false);
	assert_int_equal(steer_kernel_sync(s->xdp, s->engine, &trouble), 0);
	steer_engine_isolate(s->engine, s->isolated);
}

/** Some to each kind of group: none of them is rare. */
static void
address_groups(struct kernel_set *s)
{
	static const struct rte_ether_addr groups[] = {
		{ { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } }, { { 0x33, 0x33, 0, 0, 0, 1 } },
		{ { 0x01, 0x00, 0x5e, 1, 2, 3 } }, { { 0x33, 0x34, 0, 0, 0, 1 } },
	};

	for (unsigned int i = 0; i < RTE_DIM(s->packets); i++)
		if (gen_chance(&s->random, 30))
			memcpy(s->packets[i].data, &groups[gen_below(&s->random, RTE_DIM(groups))],
			       sizeof(groups[0]));
}

/** Addresses of some of the packets, and what a port may be set to. */
static void
set_remote(struct kernel_set *s)
{
	struct steer_kernel_remote *to = s->remote;
	struct gen_random *r = &s->random;
	const uint8_t *mac;

	address_groups(s);
	memset(to, 0, sizeof(*to));
	to->promiscuous = gen_chance(r, 25);
	to->all_multicast = gen_chance(r, 25);
	for (uint32_t n = gen_below(r, 8); to->n_macs < n; to->n_macs++) {
		mac = s->packets[gen_below(r, RTE_DIM(s->packets))].data;
		for (unsigned int i = 0; i < RTE_ETHER_ADDR_LEN; i++)
			to->mac[to->n_macs] = to->mac[to->n_macs] << 8 | mac[i];
	}
	steer_kernel_remote_set(s->kernel, to);
}

void
kernel_set_begin(struct kernel_set *s, uint64_t seed)
{
	struct gen_random *r = &s->random;
	unsigned int n;

	r->state = seed;
	s->n_flows = 0;
	s->style = (struct gen_style){
		.n_queues = KERNEL_QUEUES,
		.strict = gen_below(r, 2) * 50 + 50,
		.n_priorities = 1 + gen_below(r, 4),
		.conditions = gen_chance(r, 20) ? 10 : 0,
		.regs = gen_chance(r, 10) ? 20 : 0,
		.passing = gen_chance(r, 30) ? 15 : 0,
		.n_groups = 1 + gen_chance(r, 20),
	};
	s->engine = steer_engine_create(KERNEL_QUEUES, SOCKET_ID_ANY);
	assert_non_null(s->engine);
	assert_int_equal(steer_engine_configure(s->engine, KERNEL_QUEUES, 1), 0);
	steer_engine_port_id(s->engine, GEN_PORT);
	steer_engine_kernel(s->engine, true);
	kernel_set_rss(s);
	/* What a rule matches that jumps is TAP's reader's, whatever becomes of it there. */
	s->isolated = (s->style.n_groups == 1 || s->kernel == s->xdp) && gen_chance(r, 40);
	steer_engine_isolate(s->engine, s->isolated);
	for (unsigned int i = 0; i < RTE_DIM(s->packets); i++)
		random_packet(r, &s->packets[i]);
	n = gen_chance(r, 50) ? gen_below(r, 8) : gen_below(r, KERNEL_RULES + 1);
	for (unsigned int i = 0; i < n; i++)
		add_rule(s);
	if (s->remote != NULL)
		set_remote(s);
	sync(s);
	if (s->kernel != s->xdp && s->remote == NULL)
		sync_both(s);
}

void
kernel_set_end(struct kernel_set *s)
{
	steer_engine_free(s->engine);
}
