/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * The engine against the reference, with random rules and random packets.
 *
 * STEER_TEST_SEED is another seed, STEER_TEST_SETS another number of sets, STEER_TEST_SET runs one
 * set alone: that of a difference reported.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <rte_flow.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>

#include "compare.h"
#include "eal.h"

#define SEED 20260711
#define SETS 2500
#define PACKETS 256
#define RULES 300
/** Sets that a deliberate bug has to be found in. */
#define BUG_SETS 2400

static struct rte_mempool *pool;

static uint64_t
from_environment(const char *name, uint64_t otherwise)
{
	const char *value = getenv(name);

	return value != NULL ? strtoull(value, NULL, 0) : otherwise;
}

static struct compare_config
config(unsigned int n_sets)
{
	struct compare_config c = {
		.seed = from_environment("STEER_TEST_SEED", SEED),
		.n_sets = n_sets,
		.packets = PACKETS,
		.rules = RULES,
		.dpvs = 8,
		.pool = pool,
		.report = stdout,
	};

	if (getenv("STEER_TEST_SET") != NULL) {
		c.first_set = from_environment("STEER_TEST_SET", 0);
		c.n_sets = 1;
	}
	return c;
}

/** Run sets that must agree, and give back all mbufs. */
static void
run(const struct compare_config *c, struct compare_stats *stats)
{
	unsigned int before = rte_mempool_avail_count(pool);

	printf("seed %#" PRIx64 "\n", c->seed);
	compare_run(c, stats);
	compare_print(stdout, stats);
	assert_int_equal(stats->differences, 0);
	assert_int_equal(rte_mempool_avail_count(pool), before);
}

/** Some pairs of each kind, and many that match. */
static void
check_coverage(const struct compare_stats *stats)
{
	assert_true(stats->pairs >= 300000);
	assert_true(stats->kinds[COMPARE_MATCHED] * 10 > stats->pairs * 3);
	for (unsigned int i = 0; i < COMPARE_N_KINDS; i++)
		assert_true(stats->kinds[i] * 100 > stats->pairs);
	assert_true(stats->hit * 20 > stats->rules);
	assert_true(stats->loops > 1000);
	compare_cover_print(stdout, &stats->cover);
	assert_int_equal(compare_cover_missing(&stats->cover), 0);
	assert_true(stats->updates > 5000);
	assert_true(stats->handles > 2000);
	assert_true(stats->aged > 1000);
}

static void
test_no_difference(void **state __rte_unused)
{
	struct compare_config c = config(from_environment("STEER_TEST_SETS", SETS));
	struct compare_stats stats = { 0 };

	run(&c, &stats);
	if (c.n_sets >= SETS)
		check_coverage(&stats);
}

/** Many rules of few shapes, and many of many. */
static void
test_many_rules(void **state __rte_unused)
{
	struct compare_config c = config(12);
	struct compare_stats stats = { 0 };

	c.packets = 2048;
	c.rules = 4096;
	c.least_rules = 1024;
	c.dpvs = 50;
	run(&c, &stats);
}

static void
test_every_length(void **state __rte_unused)
{
	struct compare_config c = config(20);
	struct compare_stats stats = { 0 };

	c.packets = 4096;
	c.every_length = true;
	run(&c, &stats);
}

#ifndef __SANITIZE_ADDRESS__

/** @return true if the comparison notices the bug. */
static bool
bug_is_found(enum ref_bug bug)
{
	struct compare_config c = config(BUG_SETS);
	struct compare_stats stats = { 0 };

	c.bug = bug;
	c.report = NULL;
	c.stop_after = 1;
	compare_run(&c, &stats);
	if (stats.differences == 0)
		printf("not found: %s\n", ref_bug_text(bug));
	else
		printf("found after %6" PRIu64 " pairs: %s\n", stats.pairs, ref_bug_text(bug));
	return stats.differences > 0;
}

static void
test_bugs_are_found(void **state __rte_unused)
{
	unsigned int missed = 0;

	for (enum ref_bug bug = REF_BUG_NONE + 1; bug < REF_BUG_COUNT; bug++)
		missed += !bug_is_found(bug);
	assert_int_equal(missed, 0);
}

#endif

static int
set_up(void **state __rte_unused)
{
	if (test_eal_init(NULL) != 0 || rte_flow_dynf_metadata_register() != 0)
		return -1;
	pool = rte_pktmbuf_pool_create("random", 16383, 0, 0, 2048 + RTE_PKTMBUF_HEADROOM,
				       SOCKET_ID_ANY);
	return pool != NULL ? 0 : -1;
}

static int
tear_down(void **state __rte_unused)
{
	rte_mempool_free(pool);
	test_eal_cleanup();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_difference),
		cmocka_unit_test(test_many_rules),
		cmocka_unit_test(test_every_length),
#ifndef __SANITIZE_ADDRESS__
		/* the longest one by far, of the test and not of what it tests */
		cmocka_unit_test(test_bugs_are_found),
#endif
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
