/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <rte_common.h>
#include <rte_flow.h>

#include "kernel_set.h"
#include "steer_engine.h"

static void
bug_isolation(struct kernel_set *s)
{
	steer_engine_isolate(s->engine, !s->isolated);
}

static void
bug_rss(struct kernel_set *s)
{
	kernel_set_rss(s);
}

static void
bug_rule(struct kernel_set *s)
{
	struct rte_flow_error error;

	if (s->n_flows > 0)
		steer_engine_flow_destroy(s->engine, s->flows[--s->n_flows], &error);
}

/** All rules have the actions of one. */
static void
update(struct kernel_set *s, const struct rte_flow_action *actions)
{
	struct rte_flow_error error;

	for (unsigned int i = 0; i < s->n_flows; i++)
		if (steer_engine_flow_update(s->engine, s->flows[i], actions, &error) != 0)
			fail_msg("update: %s", error.message);
}

static void
bug_queue(struct kernel_set *s)
{
	const struct rte_flow_action_queue queue = { .index = 3 };
	const struct rte_flow_action actions[] = {
		{ .type = RTE_FLOW_ACTION_TYPE_QUEUE, .conf = &queue },
		{ .type = RTE_FLOW_ACTION_TYPE_END },
	};

	update(s, actions);
}

static void
bug_mark(struct kernel_set *s)
{
	const struct rte_flow_action_mark mark = { .id = 77 };
	const struct rte_flow_action actions[] = {
		{ .type = RTE_FLOW_ACTION_TYPE_MARK, .conf = &mark },
		{ .type = RTE_FLOW_ACTION_TYPE_END },
	};

	update(s, actions);
}

static void
bug_fragments(struct gen_packet *p, const struct ref_packet *decoded)
{
	if (decoded->outer.l3 == REF_L3_IPV4 && decoded->outer.fragment)
		memset(p->data + decoded->outer.l3_at + 6, 0, 2);
}

/** The fragment header of IPv6 says that it is the first one, which it is not. */
static void
bug_first_fragment(struct gen_packet *p, const struct ref_packet *decoded)
{
	if (decoded->outer.has_frag_ext)
		memset(p->data + decoded->outer.frag_at + 2, 0, 2);
}

static void
bug_tag(struct gen_packet *p, const struct ref_packet *decoded)
{
	if (decoded->outer.n_tags > 0)
		p->data[decoded->outer.tag_at[decoded->outer.n_tags - 1] + 1] ^= 1;
}

static void
bug_port(struct gen_packet *p, const struct ref_packet *decoded)
{
	if (decoded->outer.l4 == REF_L4_TCP)
		p->data[decoded->outer.l4_at] ^= 1;
}

static void
bug_inner(struct gen_packet *p, const struct ref_packet *decoded)
{
	if (decoded->tunnel == REF_TUNNEL_VXLAN && decoded->inner.l3 == REF_L3_IPV4)
		p->data[decoded->inner.l3_at + 15] ^= 1;
}

static const struct kernel_bug bugs[] = {
	{ "isolation", bug_isolation, NULL },
	{ "RSS", bug_rss, NULL },
	{ "a rule less", bug_rule, NULL },
	{ "another queue", bug_queue, NULL },
	{ "another mark", bug_mark, NULL },
	{ "IPv4 fragments", NULL, bug_fragments },
	{ "IPv6 fragments", NULL, bug_first_fragment },
	{ "VLAN tags", NULL, bug_tag },
	{ "TCP ports", NULL, bug_port },
	{ "inner addresses", NULL, bug_inner },
};

const struct kernel_bug *
kernel_bug_at(unsigned int i)
{
	return i < RTE_DIM(bugs) ? &bugs[i] : NULL;
}
