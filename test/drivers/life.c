/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netinet/in.h>

#include <rte_common.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_flow.h>
#include <rte_mbuf.h>

#include "chance.h"
#include "life.h"
#include "port.h"
#include "rule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define BURST 32
/* Operations of rules between two moments at which the port may go. */
#define AT_ONCE 16

/* Polling */

/* One in so many bursts goes back to where it came from. */
static void
dispose(struct life *l, unsigned int id, struct rte_mbuf **pkts, uint16_t n, bool back)
{
	uint16_t sent = 0;

	if (back && id < l->n_txq) {
		/* Whoever receives it has a count to compare with. */
		atomic_fetch_add(&l->sent, n);
		pthread_mutex_lock(&l->tx[id]);
		sent = rte_eth_tx_burst(l->port, id, pkts, n);
		pthread_mutex_unlock(&l->tx[id]);
		atomic_fetch_sub(&l->sent, n - sent);
		atomic_fetch_add(&l->sent_back, sent);
	}
	if (sent < n)
		rte_pktmbuf_free_bulk(&pkts[sent], n - sent);
}

static unsigned int
poll_port(struct life *l, unsigned int id, unsigned int turn)
{
	struct rte_mbuf *pkts[BURST];
	unsigned int all = 0;
	uint16_t n;

	for (uint16_t q = id; q < l->n_rxq; q += LIFE_POLLERS) {
		pthread_mutex_lock(&l->rx[q]);
		n = rte_eth_rx_burst(l->port, q, pkts, BURST);
		pthread_mutex_unlock(&l->rx[q]);
		for (uint16_t i = 0; i < n; i++)
			if (pkts[i]->port != l->port)
				test_fault_note(&l->fault, "a packet of port %u", pkts[i]->port);
		atomic_fetch_add(&l->received, n);
		dispose(l, id, pkts, n, turn % 8 == 0);
		all += n;
	}
	return all;
}

static void *
poll_main(void *poller)
{
	struct life_poller *p = poller;
	struct life *l = p->life;
	unsigned int n;

	for (unsigned int turn = 0; !atomic_load(&l->stop); turn++) {
		n = 0;
		pthread_rwlock_rdlock(&l->polled);
		if (l->plugged && l->started)
			n = poll_port(l, p->id, turn);
		pthread_rwlock_unlock(&l->polled);
		atomic_fetch_add(&l->turns, 1);
		if (n == 0)
			sched_yield();
	}
	return NULL;
}

/* Rules */

struct ruler {
	struct life *life;
	uint64_t random;
	unsigned int incarnation;
	struct rte_flow *rules[LIFE_RULES];
	/* By the flow queue, in pairs: a rule that comes, and goes. */
	struct rte_flow_pattern_template *pattern;
	struct rte_flow_actions_template *actions;
	struct rte_flow_template_table *table;
};

static void
refused(struct life *l, const char *what, int rc, const struct rte_flow_error *error)
{
	test_fault_note(&l->fault, "%s: %s: %s", what, rte_strerror(-rc),
		error->message != NULL ? error->message : "no message");
}

static void
make_rule(struct ruler *r, struct test_rule *rule)
{
	const uint32_t x = test_chance(&r->random);

	test_rule(rule, x & 3);
	test_item(rule, RTE_FLOW_ITEM_TYPE_ETH);
	test_item_ip_dst(rule, x & 4, 1 + (x >> 3 & 3));
	if (x & 0x20)
		test_item_dst_port(rule, IPPROTO_UDP, x >> 6 & 15, x & 0x400 ? UINT16_MAX : 3);
	if (x & 0x800)
		test_action(rule, RTE_FLOW_ACTION_TYPE_COUNT);
	if (x & 0x1000)
		test_action_mark(rule, x);
	if ((x & 0xe000) == 0)
		test_action(rule, RTE_FLOW_ACTION_TYPE_DROP);
	else if ((x & 0xe000) == 0x2000)
		test_action_rss(rule, RTE_ETH_RSS_IPV4, x >> 16 & 3, 2);
	else
		test_action_queue(rule, x >> 16 & (LIFE_QUEUES - 1));
}

/* A queue that there is not, yet or any more, is a reason to refuse. */
static void
create(struct ruler *r, struct rte_flow **flow)
{
	struct rte_flow_error error = { .message = NULL };
	struct test_rule rule;

	make_rule(r, &rule);
	*flow = rte_flow_create(r->life->port, &rule.attr, rule.pattern, rule.actions, &error);
	if (*flow != NULL)
		atomic_fetch_add(&r->life->rules_made, 1);
	else if (rte_errno != EINVAL || error.message == NULL ||
			strstr(error.message, "queue") == NULL)
		refused(r->life, "create", -rte_errno, &error);
}

static void
destroy(struct ruler *r, struct rte_flow **flow)
{
	struct rte_flow_error error = { .message = NULL };
	int rc = rte_flow_destroy(r->life->port, *flow, &error);

	if (rc != 0)
		refused(r->life, "destroy", rc, &error);
	*flow = NULL;
}

static void
query(struct ruler *r, struct rte_flow *flow)
{
	const struct rte_flow_action count[] = {
		{ .type = RTE_FLOW_ACTION_TYPE_COUNT }, { .type = RTE_FLOW_ACTION_TYPE_END },
	};
	struct rte_flow_query_count value = { .reset = 1 };

	rte_flow_query(r->life->port, flow, count, &value, NULL);
}

static void
flush(struct ruler *r)
{
	struct rte_flow_error error = { .message = NULL };
	int rc = rte_flow_flush(r->life->port, &error);

	if (rc != 0)
		refused(r->life, "flush", rc, &error);
	memset(r->rules, 0, sizeof(r->rules));
}

/* At any moment of a port's life, as telemetry does. */
static void
ask(struct ruler *r)
{
	struct rte_eth_xstat xstats[512];
	struct rte_eth_rss_conf hash = { .rss_key = NULL };
	struct rte_eth_dev_info info;
	struct rte_eth_stats stats;
	struct rte_eth_link link;
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	rte_flow_dev_dump(r->life->port, NULL, f, NULL);
	fclose(f);
	free(text);
	if (rte_eth_stats_get(r->life->port, &stats) != 0)
		test_fault_note(&r->life->fault, "no statistics");
	if (rte_eth_xstats_get(r->life->port, xstats, RTE_DIM(xstats)) > (int)RTE_DIM(xstats))
		test_fault_note(&r->life->fault, "more statistics than room");
	if (rte_eth_dev_info_get(r->life->port, &info) != 0)
		test_fault_note(&r->life->fault, "no limits");
	if (rte_eth_link_get_nowait(r->life->port, &link) != 0)
		test_fault_note(&r->life->fault, "no link");
	if (rte_eth_dev_rss_hash_conf_get(r->life->port, &hash) != 0)
		test_fault_note(&r->life->fault, "no RSS");
}

/* Flow queues */

static void
make_table(struct ruler *r)
{
	static const struct rte_flow_item_udp all = { .hdr.dst_port = RTE_BE16(UINT16_MAX) };
	static const struct rte_flow_action_queue any = { .index = 0 };
	const struct rte_flow_item pattern[] = {
		{ .type = RTE_FLOW_ITEM_TYPE_UDP, .mask = &all },
		{ .type = RTE_FLOW_ITEM_TYPE_END },
	};
	const struct rte_flow_action actions[] = {
		{ .type = RTE_FLOW_ACTION_TYPE_QUEUE, .conf = &any },
		{ .type = RTE_FLOW_ACTION_TYPE_END },
	};
	const struct rte_flow_pattern_template_attr in = { .ingress = 1 };
	const struct rte_flow_actions_template_attr do_in = { .ingress = 1 };
	const struct rte_flow_template_table_attr attr = {
		.flow_attr = { .ingress = 1, .priority = 2 }, .nb_flows = 64,
	};
	const uint16_t port = r->life->port;

	r->pattern = rte_flow_pattern_template_create(port, &in, pattern, NULL);
	r->actions = rte_flow_actions_template_create(port, &do_in, actions, actions, NULL);
	r->table = rte_flow_template_table_create(port, &attr, &r->pattern, 1, &r->actions, 1,
		NULL);
	if (r->pattern == NULL || r->actions == NULL || r->table == NULL)
		test_fault_note(&r->life->fault, "no table of templates");
}

/* What is under way when the port stops, or goes, stays so, or goes with it. */
static void
by_queue(struct ruler *r)
{
	const struct rte_flow_op_attr attr = { .postpone = test_chance(&r->random) & 1 };
	const struct rte_flow_item_udp udp = { .hdr.dst_port = RTE_BE16(7) };
	const struct rte_flow_item pattern[] = {
		{ .type = RTE_FLOW_ITEM_TYPE_UDP, .spec = &udp },
		{ .type = RTE_FLOW_ITEM_TYPE_END },
	};
	const struct rte_flow_action_queue to = { .index = test_chance(&r->random) & 1 };
	const struct rte_flow_action actions[] = {
		{ .type = RTE_FLOW_ACTION_TYPE_QUEUE, .conf = &to },
		{ .type = RTE_FLOW_ACTION_TYPE_END },
	};
	const uint16_t port = r->life->port;
	struct rte_flow_op_result res[8];
	struct rte_flow *flow;

	if (r->table == NULL)
		make_table(r);
	flow = rte_flow_async_create(port, 0, &attr, r->table, pattern, 0, actions, 0, NULL, NULL);
	if (flow != NULL)
		rte_flow_async_destroy(port, 0, &attr, flow, NULL, NULL);
	rte_flow_push(port, 0, NULL);
	if (rte_flow_pull(port, 0, res, RTE_DIM(res), NULL) < 0)
		test_fault_note(&r->life->fault, "no results of a flow queue");
}

static void
rule_op(struct ruler *r)
{
	const uint32_t x = test_chance(&r->random);
	struct rte_flow **flow = &r->rules[x >> 8 & (LIFE_RULES - 1)];

	if (r->incarnation != r->life->incarnation) {
		memset(r->rules, 0, sizeof(r->rules));
		r->table = NULL;
		r->incarnation = r->life->incarnation;
	}
	atomic_fetch_add(&r->life->rule_ops, 1);
	if ((x & 0xff) == 0)
		flush(r);
	else if ((x & 0xff) < 4)
		ask(r);
	else if ((x & 0xff) < 32 && r->life->flow_queues)
		by_queue(r);
	else if (*flow == NULL)
		create(r, flow);
	else if (x & 0x80)
		destroy(r, flow);
	else
		query(r, *flow);
}

static void *
rule_main(void *life)
{
	struct life *l = life;
	struct ruler r = { .life = l, .random = l->seed + 1 };

	while (!atomic_load(&l->stop)) {
		pthread_rwlock_rdlock(&l->ruled);
		for (unsigned int i = 0; i < AT_ONCE && atomic_load(&l->configured); i++)
			rule_op(&r);
		pthread_rwlock_unlock(&l->ruled);
		sched_yield();
	}
	return NULL;
}

/* Threads */

void
life_others_start(struct life *l)
{
	struct life_poller *p;

	for (unsigned int i = 0; i < LIFE_POLLERS; i++) {
		p = &l->pollers[i];
		*p = (struct life_poller){ .life = l, .id = i };
		assert_int_equal(pthread_create(&p->thread, NULL, poll_main, p), 0);
	}
	assert_int_equal(pthread_create(&l->ruler, NULL, rule_main, l), 0);
}

void
life_others_stop(struct life *l)
{
	atomic_store(&l->stop, true);
	for (unsigned int i = 0; i < LIFE_POLLERS; i++)
		pthread_join(l->pollers[i].thread, NULL);
	pthread_join(l->ruler, NULL);
}
