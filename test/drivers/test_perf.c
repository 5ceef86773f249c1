/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_mempool.h>
#include <rte_thash.h>

#include "bed.h"
#include "eal.h"
#include "floor.h"
#include "instructions.h"
#include "port.h"
#include "profile.h"
#include "random.h"
#include "stats.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* That steer-perf measures what it says, whatever the cycles are. */

/* Rules and flows are fewer by so much. */
#define SCALE 250
#define PACKETS 16384
/* Whose hits are to be alike: as the sets with many masks have them, rule by rule in turn. */
#define GROUPS 16

static struct rte_mempool *pool;

/** A bed, and what there was before it. */
struct world {
	struct perf_bed bed;
	unsigned int mbufs;
};

static void
open_world(struct world *w)
{
	w->mbufs = rte_mempool_avail_count(pool);
	perf_bed_open(&w->bed, 1, pool);
}

static void
close_world(struct world *w)
{
	assert_int_equal(perf_bed_missed(&w->bed), 0);
	perf_bed_close(&w->bed);
	assert_int_equal(rte_mempool_avail_count(pool), w->mbufs);
}

static uint64_t
ipackets(uint16_t port)
{
	struct rte_eth_stats stats;

	assert_int_equal(rte_eth_stats_get(port, &stats), 0);
	return stats.ipackets;
}

/* Profiles */

/** Rules of a profile on a port, and what packets have hit. */
struct hits {
	const struct perf_profile *profile;
	struct perf_traffic traffic;
	struct rte_flow **flows;
	/** In which order they were created: their marks tell. */
	uint32_t *order;
	uint32_t n_rules;
	uint32_t all;
	uint32_t group[GROUPS];
};

static bool
same(const void *a, const void *b, const void *mask, size_t len)
{
	const uint8_t *x = a, *y = b, *m = mask;

	for (size_t i = 0; i < len; i++)
		if ((x[i] ^ y[i]) & m[i])
			return false;
	return true;
}

/** By its bytes: does a rule match this packet? */
static bool
matches(const struct perf_rule *r, const struct synthetic_layout *l, const uint8_t *data)
{
	const uint16_t port = (uint16_t)(data[l->ports + 2] << 8 | data[l->ports + 3]);

	if (!same(&r->value.src, data + l->src, &r->mask.src, 4) ||
	    !same(&r->value.dst, data + l->dst, &r->mask.dst, 4) ||
	    !same(&r->value.ports[0], data + l->ports, &r->mask.ports[0], 2) ||
	    r->value.proto != data[l->proto])
		return false;
	if (r->last_port != 0)
		return port >= rte_be_to_cpu_16(r->value.ports[1]) &&
		       port <= rte_be_to_cpu_16(r->last_port);
	return same(&r->value.ports[1], data + l->ports + 2, &r->mask.ports[1], 2);
}

static void
check_packet(struct hits *h, const struct rte_mbuf *m, uint16_t queue)
{
	const bool marked = m->ol_flags & RTE_MBUF_F_RX_FDIR_ID;
	struct perf_rule rule;
	uint32_t i;

	assert_int_equal(marked, h->profile->rule != NULL && !h->profile->miss);
	if (!marked)
		return;
	assert_in_range(m->hash.fdir.hi, 1, h->n_rules);
	i = h->order[m->hash.fdir.hi - 1];
	h->profile->rule(i, &rule);
	assert_true(matches(&rule, &h->traffic.layout, rte_pktmbuf_mtod(m, const uint8_t *)));
	if (h->profile->actions != PERF_MARK_RSS)
		assert_int_equal(queue, rule.queue);
	h->all++;
	h->group[i % GROUPS]++;
}

static void
receive(const struct world *w, struct hits *h)
{
	struct rte_mbuf *pkts[PERF_BURST];
	uint32_t done = 0, by_queue[PERF_QUEUES] = { 0 };

	while (done < PACKETS) {
		for (uint16_t q = 0; q < PERF_QUEUES; q++) {
			const uint16_t n = rte_eth_rx_burst(w->bed.port, q, pkts, PERF_BURST);

			for (uint16_t i = 0; i < n; i++)
				check_packet(h, pkts[i], q);
			done += n;
			by_queue[q] += n;
		}
	}
	/* A few flows need not be spread well. */
	for (uint16_t q = 0; h->profile->n_flows == 0 && q < PERF_QUEUES; q++)
		assert_in_range(by_queue[q], PACKETS / 8, PACKETS / 2);
}

/** What COUNT says must be what came. */
static void
check_counts(const struct world *w, const struct hits *h)
{
	const struct rte_flow_action count[] = {
		{ .type = RTE_FLOW_ACTION_TYPE_COUNT },
		{ .type = RTE_FLOW_ACTION_TYPE_END },
	};
	uint64_t all = 0;

	for (uint32_t i = 0; i < h->n_rules; i++) {
		struct rte_flow_query_count query = { .reset = 0 };

		assert_int_equal(rte_flow_query(w->bed.port, h->flows[i], count, &query, NULL), 0);
		all += query.hits;
	}
	/* More were received from the lower port than have come out. */
	assert_in_range(all, h->all, ipackets(w->bed.lower));
	if (h->profile->miss)
		assert_int_equal(all, 0);
}

static void
run_profile(const struct world *w, const struct perf_profile *profile)
{
	const enum perf_actions actions = profile->actions == PERF_MARK_RSS ?
						  PERF_MARK_RSS : PERF_QUEUE_MARK_COUNT_AGE;
	struct hits h = { .profile = profile,
			  .n_rules = perf_profile_rules(profile, SCALE) };

	perf_profile_traffic(profile, SCALE, &h.traffic);
	if (profile->rule != NULL) {
		h.order = perf_shuffled(h.n_rules);
		h.flows = perf_ruleset_create(w->bed.port, profile->kind, profile->rule, h.n_rules,
					      actions);
	}
	perf_traffic_start(&h.traffic, w->bed.lower, 0);
	receive(w, &h);
	if (profile->rule != NULL && !profile->miss)
		assert_in_range(h.all, PACKETS, PACKETS + PERF_QUEUES * PERF_BURST);
	for (unsigned int g = 0; h.all != 0 && profile->n_flows == 0 && g < GROUPS; g++)
		assert_in_range(h.group[g], PACKETS / GROUPS * 3 / 4, PACKETS / GROUPS * 5 / 4);
	if (profile->rule != NULL && actions != PERF_MARK_RSS)
		check_counts(w, &h);
	if (profile->rule != NULL)
		perf_ruleset_destroy(w->bed.port, h.flows, h.n_rules);
	perf_traffic_free(&h.traffic);
	free(h.flows);
	free(h.order);
}

/* Each packet of each profile hits the rule that it was made for, and they hit all alike. */
static void
test_profiles(void **state __rte_unused)
{
	struct world w;

	for (unsigned int i = 0; i < perf_profiles_number; i++) {
		open_world(&w);
		run_profile(&w, &perf_profiles_all[i]);
		close_world(&w);
	}
}

/* A set has so many masks as its name says, and no rule twice. */
static void
test_masks(void **state __rte_unused)
{
	static const struct {
		perf_rule_fn rule;
		unsigned int masks;
	} sets[] = {
		{ perf_rule_masks_1, 1 }, { perf_rule_masks_4, 4 }, { perf_rule_masks_16, 16 },
		{ perf_rule_masks_64, 64 }, { perf_rule_exact, 1 }, { perf_rule_dpvs, 1 },
	};
	struct perf_rule rules[128];

	for (unsigned int s = 0; s < RTE_DIM(sets); s++) {
		unsigned int masks = 0;

		for (unsigned int i = 0; i < RTE_DIM(rules); i++) {
			bool seen = false;

			sets[s].rule(i, &rules[i]);
			for (unsigned int j = 0; j < i; j++) {
				seen |= memcmp(&rules[i].mask, &rules[j].mask,
					       sizeof(rules[i].mask)) == 0;
				assert_true(memcmp(&rules[i], &rules[j], sizeof(rules[i])) != 0);
			}
			masks += !seen;
		}
		assert_int_equal(masks, sets[s].masks);
	}
}

/* The floor */

struct floor_world {
	struct world w;
	uint8_t key[40];
	struct perf_traffic traffic;
	struct perf_floor *floor;
};

static void
open_floor(struct floor_world *w, enum perf_floor_hash hash)
{
	struct rte_eth_rss_conf conf = { .rss_key = w->key, .rss_key_len = sizeof(w->key) };

	open_world(&w->w);
	assert_int_equal(rte_eth_dev_rss_hash_conf_get(w->w.bed.port, &conf), 0);
	w->floor = perf_floor_create(w->w.bed.lower, 0, hash, w->key);
	assert_non_null(w->floor);
	perf_traffic_make(&w->traffic, PERF_IPV4, PACKETS, perf_flow_any, NULL);
	perf_traffic_start(&w->traffic, w->w.bed.lower, 0);
}

static void
close_floor(struct floor_world *w)
{
	perf_floor_free(w->floor);
	perf_traffic_free(&w->traffic);
	close_world(&w->w);
}

static const enum perf_floor_hash hashes[] = { PERF_FLOOR_BEST, PERF_FLOOR_TABLES };

/* Its hash is Toeplitz in both variants, by DPDK's own, and all packets come out. */
static void
test_floor(void **state __rte_unused)
{
	struct floor_world w;
	uint64_t random = 1;

	for (unsigned int h = 0; h < RTE_DIM(hashes); h++) {
		open_floor(&w, hashes[h]);
		for (unsigned int n = 0; n < 1000; n++) {
			uint32_t tuple[4] = { 0 }, words[3];

			for (unsigned int i = 0; i < 3; i++) {
				words[i] = (uint32_t)perf_random(&random);
				tuple[i] = rte_cpu_to_be_32(words[i]);
			}
			assert_int_equal(perf_floor_hash(w.floor, (const uint8_t *)tuple),
					 rte_softrss(words, 3, w.key));
		}
		assert_int_equal(perf_floor_run(w.floor, PACKETS), PACKETS);
		assert_int_equal(ipackets(w.w.bed.lower), PACKETS);
		close_floor(&w);
	}
}

/* It costs what is written there; less would be welcome, and is to be written there then. */
static void
test_floor_instructions(void **state __rte_unused)
{
#ifdef TEST_INSTRUCTIONS
	const bool gfni = perf_floor_has_gfni();
	struct floor_world w;

	for (unsigned int h = 0; h < RTE_DIM(hashes); h++) {
		const bool by_gfni = gfni && hashes[h] == PERF_FLOOR_BEST;
		const double recorded = by_gfni ? PERF_FLOOR_INSTRUCTIONS_GFNI :
						  PERF_FLOOR_INSTRUCTIONS_TABLES;
		double floor, lower;

		open_floor(&w, hashes[h]);
		lower = perf_instructions(perf_bed_run_lower, &w.w.bed, 256);
		floor = perf_instructions(perf_floor_run, w.floor, 256) - lower;
		close_floor(&w);
		if (lower < 0) {
			printf("# skipped: a process cannot be stepped through here\n");
			skip();
		}
		printf("# %s: %.1f instructions, and %.1f of the lower port\n",
		       by_gfni ? "GFNI" : "tables", floor, lower);
		/* Compilers differ. */
		assert_true(floor > recorded * 0.85 && floor < recorded * 1.15);
	}
#else
	printf("# skipped: instructions are counted of optimised code on x86 only\n");
	skip();
#endif
}

/* Statistics */

static void
test_median(void **state __rte_unused)
{
	double odd[] = { 5, 1, 100, 3, 4 }, even[] = { 2, 8, 4, 6 }, one[] = { 7 };
	struct perf_value v = perf_value_of(odd, RTE_DIM(odd));

	assert_true(v.median == 4 && v.low == 3 && v.high == 5);
	assert_true(perf_spread(&v) == 25);
	v = perf_value_of(even, RTE_DIM(even));
	assert_true(v.median == 5 && v.low == 3.5 && v.high == 6.5);
	v = perf_value_of(one, RTE_DIM(one));
	assert_true(v.median == 7 && v.low == 7 && v.high == 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_profiles, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_floor, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_floor_instructions, test_begin, test_end),
		cmocka_unit_test(test_masks),
		cmocka_unit_test(test_median),
	};
	int ret;

	if (test_driver_init() != 0)
		return 1;
	pool = perf_pool_create(1);
	ret = cmocka_run_group_tests_name("perf", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
