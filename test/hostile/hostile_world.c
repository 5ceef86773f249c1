/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_bus_vdev.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_flow.h>
#include <rte_mempool.h>
#include <rte_ring.h>

#include "hostile_mold.h"
#include "hostile_world.h"
#include "port.h"
#include "ref_print.h"

#define POOL 32767
#define BELOW 2048
#define N_DESC 512
#define FINDINGS_SHOWN 20
#define RINGS_SMALL 64
#define RINGS_ROOMY 8192

void
hostile_find(struct hostile_stats *stats, const char *format, ...)
{
	va_list args;

	if (++stats->findings > FINDINGS_SHOWN)
		return;
	printf("finding: seed %#" PRIx64 " set %" PRIu64 ": ", stats->seed, stats->set);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	fflush(stdout);
}

static void
must(bool done, const char *what)
{
	if (done)
		return;
	fprintf(stderr, "hostile: %s: %s\n", what, rte_strerror(rte_errno));
	abort();
}

/* Rules name the port by an id, which it has if these are before it. */
static void
pad_ports(struct rte_ring *ring)
{
	char name[16];

	for (unsigned int i = 0; i < GEN_PORT - 1; i++) {
		snprintf(name, sizeof(name), "pad%u", i);
		test_plug_rings(name, &ring, 1);
	}
}

int
hostile_world_init(struct hostile_world *w, struct hostile_stats *stats)
{
	char name[16];

	w->stats = stats;
	w->pool = hostile_pool(POOL);
	if (w->pool == NULL || hostile_mold_register() != 0 ||
			rte_flow_dynf_metadata_register() != 0)
		return -1;
	for (unsigned int i = 0; i < HOSTILE_LOWER_MAX; i++) {
		snprintf(name, sizeof(name), "below%u", i);
		w->below[i] = test_ring(name, BELOW);
	}
	pad_ports(w->below[0]);
	return 0;
}

void
hostile_world_fini(struct hostile_world *w)
{
	char name[32];

	for (unsigned int i = 0; i < GEN_PORT - 1; i++) {
		snprintf(name, sizeof(name), "net_ring_pad%u", i);
		rte_vdev_uninit(name);
	}
	for (unsigned int i = 0; i < HOSTILE_LOWER_MAX; i++)
		rte_ring_free(w->below[i]);
	hostile_pool_free(w->pool);
}

/* The port */

static void
start(struct hostile_world *w, uint16_t n_queues)
{
	struct rte_eth_conf conf = { .rxmode.mq_mode = RTE_ETH_MQ_RX_RSS };

	if (w->want_hash)
		conf.rxmode.offloads = RTE_ETH_RX_OFFLOAD_RSS_HASH;
	must(rte_eth_dev_configure(w->port, n_queues, 1, &conf) == 0, "configure");
	for (uint16_t q = 0; q < n_queues; q++)
		must(rte_eth_rx_queue_setup(w->port, q, N_DESC, 0, NULL, test_pool()) == 0,
		     "RX queue");
	must(rte_eth_tx_queue_setup(w->port, 0, N_DESC, 0, NULL) == 0, "TX queue");
	if (gen_chance(&w->random, 50))
		rte_eth_dev_set_ptypes(w->port, RTE_PTYPE_UNKNOWN, NULL, 0);
	must(rte_eth_dev_start(w->port) == 0, "start");
}

void
hostile_world_up(struct hostile_world *w, uint64_t seed)
{
	struct gen_random *r = &w->random;
	struct rte_flow_error error;
	uint16_t n_queues;
	char args[96];

	r->state = seed;
	w->n_lower = (uint16_t)gen_between(r, 1, HOSTILE_LOWER_MAX);
	n_queues = (uint16_t)gen_between(r, 1, HOSTILE_QUEUES_MAX);
	snprintf(args, sizeof(args), "iface=net_ring_below,ring_size=%u%s%s%s",
		 gen_chance(r, 25) ? RINGS_SMALL : RINGS_ROOMY,
		 gen_chance(r, 30) ? ",cache=0" : "", gen_chance(r, 30) ? ",simd=off" : "",
		 gen_chance(r, 30) ? ",count=all" : "");
	test_plug_rings("below", w->below, w->n_lower);
	w->port = test_plug("net_steer0", args);
	must(w->port == GEN_PORT, "the port's id");
	ref_port_init(&w->ref, n_queues);
	w->ref.isolated = gen_chance(r, 20);
	w->want_hash = gen_chance(r, 50);
	if (w->ref.isolated)
		must(rte_flow_isolate(w->port, 1, &error) == 0, "isolate");
	start(w, n_queues);
}

void
hostile_world_stop(struct hostile_world *w)
{
	must(rte_eth_dev_stop(w->port) == 0, "stop");
}

/* All mbufs are back. */
static void
check_pool(struct hostile_world *w, const struct rte_mempool *pool)
{
	if (!rte_mempool_full(pool))
		hostile_find(w->stats, "%u mbufs of pool %s are lost",
			     rte_mempool_in_use_count(pool), pool->name);
}

void
hostile_world_down(struct hostile_world *w)
{
	must(rte_vdev_uninit("net_steer0") == 0, "unplug");
	must(rte_vdev_uninit("net_ring_below") == 0, "unplug the lower one");
	check_pool(w, w->pool);
	check_pool(w, test_pool());
}

/* Rules */

static void
random_rss(struct hostile_world *w)
{
	struct rte_eth_rss_reta_entry64 reta[RTE_ETH_RSS_RETA_SIZE_512 / RTE_ETH_RETA_GROUP_SIZE];
	struct gen_random *r = &w->random;
	struct ref_rss *rss = &w->ref.rss;
	uint8_t key[REF_RSS_KEY_LEN];
	struct rte_eth_rss_conf conf = { .rss_key = key, .rss_key_len = sizeof(key) };
	struct rte_eth_dev_info info;

	must(rte_eth_dev_info_get(w->port, &info) == 0, "info");
	gen_bytes(r, key, sizeof(key));
	rss->types = gen_rss_types(r, false) & info.flow_type_rss_offloads;
	rss->func = RTE_ETH_HASH_FUNCTION_DEFAULT;
	rss->level = gen_below(r, 3);
	ref_rss_set_key(rss, key, sizeof(key));
	conf.rss_hf = rss->types | (uint64_t)rss->level << 50;
	must(rte_eth_dev_rss_hash_update(w->port, &conf) == 0, "RSS");
	rss->reta_size = info.reta_size;
	memset(reta, 0xff, sizeof(reta));
	for (unsigned int i = 0; i < rss->reta_size; i++) {
		rss->reta[i] = (uint16_t)gen_below(r, w->ref.n_queues);
		reta[i / RTE_ETH_RETA_GROUP_SIZE].reta[i % RTE_ETH_RETA_GROUP_SIZE] = rss->reta[i];
	}
	must(rte_eth_dev_rss_reta_update(w->port, reta, info.reta_size) == 0, "RETA");
}

static void
random_style(struct hostile_world *w, bool edits)
{
	struct gen_random *r = &w->random;

	w->style = (struct gen_style){
		.n_queues = w->ref.n_queues,
		.strict = gen_pick(r, ((const unsigned int[]){ 0, 0, 20, 50, 100 })),
		.n_priorities = gen_pick(r, ((const unsigned int[]){ 1, 2, 8 })),
		.dpvs = gen_chance(r, 5),
		.conditions = gen_pick(r, ((const unsigned int[]){ 0, 10, 30, 60 })),
		.regs = gen_pick(r, ((const unsigned int[]){ 0, 0, 30, 70 })),
		.passing = gen_pick(r, ((const unsigned int[]){ 0, 15, 60 })),
		.edits = edits ? gen_pick(r, ((const unsigned int[]){ 10, 20, 60 })) : 0,
		.samples = edits ? 20 : 0,
		.n_groups = gen_pick(r, ((const unsigned int[]){ 1, 2, 3, GEN_GROUPS })),
	};
}

static void
add_rule(struct hostile_world *w)
{
	struct hostile_rule *rule = &w->rules[w->n_rules];
	struct rte_flow_error error = { 0 };

	rule->ref = (struct ref_rule){
		.attr = &rule->gen.attr,
		.pattern = rule->gen.pattern,
		.actions = rule->gen.actions,
	};
	if (ref_port_loops(&w->ref, &rule->ref))
		return;
	rule->flow = rte_flow_create(w->port, &rule->gen.attr, rule->gen.pattern,
				     rule->gen.actions, &error);
	if (rule->flow == NULL) {
		w->stats->refused++;
		hostile_find(w->stats, "rule refused: %s", error.message);
		ref_print_rule(stdout, &rule->gen.attr, rule->gen.pattern, rule->gen.actions);
		return;
	}
	ref_port_add(&w->ref, &rule->ref);
	w->stats->rules++;
	w->n_rules++;
}

void
hostile_world_rules(struct hostile_world *w, bool edits,
		    void (*decode)(void *arg, struct gen_random *r, struct ref_packet *p),
		    void *arg)
{
	static const unsigned int most[] = { 4, 16, 16, HOSTILE_RULES_MAX };
	const unsigned int n = gen_between(&w->random, 1, gen_pick(&w->random, most));
	static struct ref_packet p;

	random_rss(w);
	random_style(w, edits);
	for (unsigned int i = 0; i < n && w->n_rules < HOSTILE_RULES_MAX; i++) {
		decode(arg, &w->random, &p);
		memset(&w->rules[w->n_rules], 0, sizeof(w->rules[0]));
		gen_rule(&w->random, &w->style, &p, &w->rules[w->n_rules].gen);
		add_rule(w);
	}
}

static bool
counts(const struct rte_flow_action *actions)
{
	const struct rte_flow_action *sample = ref_action(actions, RTE_FLOW_ACTION_TYPE_SAMPLE);

	return ref_action(actions, RTE_FLOW_ACTION_TYPE_COUNT) != NULL ||
	       (sample != NULL &&
		ref_action(((const struct rte_flow_action_sample *)sample->conf)->actions,
			   RTE_FLOW_ACTION_TYPE_COUNT) != NULL);
}

static void
check_count(struct hostile_world *w, const struct hostile_rule *rule, uint64_t repeats)
{
	const struct rte_flow_action action = { .type = RTE_FLOW_ACTION_TYPE_COUNT };
	const struct ref_tally *t = &rule->ref.tally;
	struct rte_flow_query_count count = { 0 };
	struct rte_flow_error error = { 0 };

	if (!counts(rule->gen.actions))
		return;
	if (rte_flow_query(w->port, rule->flow, &action, &count, &error) != 0) {
		hostile_find(w->stats, "query fails: %s", error.message);
		return;
	}
	if (count.hits == t->hits * repeats && count.bytes == t->bytes * repeats)
		return;
	hostile_find(w->stats, "rule counted %" PRIu64 "/%" PRIu64 ", reference %" PRIu64 "/%"
			       PRIu64, count.hits, count.bytes, t->hits * repeats,
		     t->bytes * repeats);
	ref_print_rule(stdout, &rule->gen.attr, rule->gen.pattern, rule->gen.actions);
}

/* What has been there. */
static void
note(struct hostile_stats *stats, const struct hostile_rule *rule)
{
	if (rule->ref.matched == 0)
		return;
	for (unsigned int i = 0; i < rule->gen.n_items; i++)
		if ((unsigned int)rule->gen.pattern[i].type < RTE_DIM(stats->items))
			stats->items[rule->gen.pattern[i].type]++;
	for (unsigned int i = 0; i < rule->gen.n_actions; i++)
		if ((unsigned int)rule->gen.actions[i].type < RTE_DIM(stats->actions))
			stats->actions[rule->gen.actions[i].type]++;
}

void
hostile_world_forget(struct hostile_world *w, uint64_t repeats)
{
	void *aged[HOSTILE_RULES_MAX];
	struct rte_flow_error error;

	if (rte_flow_get_aged_flows(w->port, aged, RTE_DIM(aged), &error) < 0)
		hostile_find(w->stats, "aged rules: %s", error.message);
	while (w->n_rules > 0) {
		struct hostile_rule *rule = &w->rules[--w->n_rules];

		check_count(w, rule, repeats);
		note(w->stats, rule);
		if (rte_flow_destroy(w->port, rule->flow, &error) != 0)
			hostile_find(w->stats, "destroy fails: %s", error.message);
		ref_port_remove(&w->ref, &rule->ref);
	}
}

/* Counts */

static uint64_t
queue_xstat(const struct hostile_world *w, uint16_t queue, const char *what)
{
	char name[RTE_ETH_XSTATS_NAME_SIZE];

	snprintf(name, sizeof(name), "rx_q%u_%s", queue, what);
	return test_xstat(w->port, name);
}

void
hostile_world_counts(const struct hostile_world *w, struct hostile_counts *c)
{
	*c = (struct hostile_counts){
		.hits = test_xstat(w->port, "rx_flow_hits"),
		.misses = test_xstat(w->port, "rx_flow_misses"),
		.rule = test_xstat(w->port, "rx_rule_drops"),
		.isolated = test_xstat(w->port, "rx_isolated_drops"),
		.no_mbuf = test_xstat(w->port, "rx_no_mbuf_drops"),
		.sampled = test_xstat(w->port, "rx_sampled"),
		.unsampled = test_xstat(w->port, "rx_sample_drops"),
		.stop_drops = test_xstat(w->port, "rx_stop_drops"),
	};
	for (uint16_t q = 0; q < w->ref.n_queues; q++) {
		c->packets += queue_xstat(w, q, "packets");
		c->bytes += queue_xstat(w, q, "bytes");
		c->ring_full += queue_xstat(w, q, "ring_full");
		c->stopped += queue_xstat(w, q, "stopped");
	}
}
