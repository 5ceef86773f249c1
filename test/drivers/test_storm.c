/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * A storm of rules (see storm.h): four lcores do all that rte_flow offers while two poll.
 *
 * STEER_STORM_OPS: so many operations, and not just some; STEER_TEST_SEED: another first one.
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <rte_ethdev.h>
#include <rte_launch.h>
#include <rte_lcore.h>
#include <rte_mempool.h>

#include "eal.h"
#include "port.h"
#include "soak.h"
#include "../../drivers/net/steer/steer_port.h"
#include "storm.h"
#include "traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define SEED 20261122
#define OPS 60000
#define POLLERS 2
/* The first one sends. */
#define LCORES (1 + STORM_OWNERS + POLLERS)

static struct storm storm;
static struct test_world world;
static struct storm_life *lives;

static void
make_owner(struct storm *s, unsigned int id)
{
	struct storm_owner *o = &s->owners[id];

	o->storm = s;
	o->id = id;
	o->random = s->seed + id;
	o->lives = &lives[id * STORM_NUMBERS];
	for (unsigned int i = 0; i < STORM_SLOTS + STORM_CROWD; i++) {
		struct storm_rule *rule = i < STORM_SLOTS ? &o->exact[i] :
			&o->crowd[i - STORM_SLOTS];

		rule->must = &o->must[i];
		rule->slot = i;
	}
}

/* Calm comes also where there is always somebody who works. */
static void
make_locks(struct storm *s)
{
	pthread_rwlockattr_t attr;

	assert_int_equal(pthread_rwlock_init(&s->flush_lock, NULL), 0);
	assert_int_equal(pthread_rwlockattr_init(&attr), 0);
	assert_int_equal(pthread_rwlockattr_setkind_np(&attr,
		PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP), 0);
	assert_int_equal(pthread_rwlock_init(&s->calm_lock, &attr), 0);
	pthread_rwlockattr_destroy(&attr);
}

static void
storm_up(struct storm *s)
{
	lives = calloc(STORM_OWNERS * STORM_NUMBERS, sizeof(*lives));
	assert_non_null(lives);
	test_world_up(&world, STORM_LOWER, STORM_QUEUES, TEST_ROOMY);
	s->port = world.port;
	s->below = world.below;
	s->seed = test_setting("STEER_TEST_SEED", SEED);
	s->ops_wanted = test_setting("STEER_STORM_OPS", OPS) / STORM_OWNERS;
	/* It takes time, and of many operations there are many anyway. */
	s->calm_every = s->ops_wanted > OPS ? 256 : 64;
	s->clock = 1;
	make_locks(s);
	for (unsigned int i = 0; i < STORM_OWNERS; i++)
		make_owner(s, i);
	test_stop(s->port);
	assert_int_equal(storm_async_set_up(s), 0);
	assert_int_equal(rte_eth_dev_start(s->port), 0);
	assert_int_equal(storm_handles_set_up(s), 0);
	storm_witnesses_make(s);
	storm_stones(s, true);
}

/* All that came from below was delivered, or dropped for a reason that is counted. */
static void
check_sums(struct storm *s)
{
	struct rte_eth_stats below, stats;
	uint64_t dropped;

	assert_int_equal(rte_eth_stats_get(s->below, &below), 0);
	assert_int_equal(rte_eth_stats_get(s->port, &stats), 0);
	dropped = test_xstat(s->port, "rx_rule_drops") + test_xstat(s->port, "rx_isolated_drops");
	assert_int_equal(below.ipackets, s->sent);
	assert_int_equal(stats.ipackets, s->received);
	assert_int_equal(stats.imissed, 0);
	assert_int_equal(stats.ipackets + dropped, below.ipackets);
	assert_int_equal(test_xstat(s->port, "rx_flow_hits") +
		test_xstat(s->port, "rx_flow_misses"), below.ipackets);
	assert_int_equal(rte_mempool_in_use_count(test_pool()), 0);
}

static void
check_witnesses(struct storm *s)
{
	uint64_t n = 0;

	for (unsigned int i = 0; i < STORM_WITNESSES; i++) {
		assert_int_equal(s->came_witness[i], s->sent_witness[i]);
		assert_int_equal(test_hits(s->port, s->witness[i], false), s->sent_witness[i]);
		n += s->sent_witness[i];
	}
	assert_int_equal(s->received_witness, n);
}

/* Rules that are left go by a flush, and with them what they hold. */
static void
storm_down(struct storm *s)
{
	struct steer_engine *e = steer_port(&rte_eth_devices[s->port])->engine;

	check_sums(s);
	check_witnesses(s);
	assert_int_equal(rte_flow_flush(s->port, NULL), 0);
	storm_stones(s, false);
	assert_int_equal(steer_engine_flow_count(e), STORM_WITNESSES);
	for (unsigned int i = 0; i < STORM_WITNESSES; i++)
		test_destroy(s->port, s->witness[i]);
	assert_int_equal(steer_engine_flow_count(e), 0);
	/* None names a handle any more. */
	for (unsigned int i = 0; i < STORM_OWNERS; i++)
		for (unsigned int k = 0; k < STORM_HANDLES; k++)
			s->owners[i].handles[k].rules = 0;
	storm_handles_tear_down(s);
	assert_int_equal(storm_async_tear_down(s), 0);
	test_fault_check(&s->fault);
	test_world_down(&world);
	pthread_rwlock_destroy(&s->calm_lock);
	pthread_rwlock_destroy(&s->flush_lock);
	free(lives);
}

static void
launch(int (*f)(void *), void *arg, unsigned int *lcore)
{
	*lcore = rte_get_next_lcore(*lcore, 1, 0);
	assert_true(*lcore < RTE_MAX_LCORE);
	assert_int_equal(rte_eal_remote_launch(f, arg, *lcore), 0);
}

static void
tell(const struct storm *s)
{
	const uint64_t cached = test_xstat(s->port, "rx_flow_cached");
	uint64_t ops = 0, refused = 0, queued = 0;

	for (unsigned int i = 0; i < STORM_OWNERS; i++) {
		ops += s->owners[i].ops;
		refused += s->owners[i].refused;
		queued += s->owners[i].queued;
	}
	printf("seed %" PRIu64 ": %" PRIu64 " operations (%" PRIu64 " refused as documented, %"
	       PRIu64 " by flow queues), %u flushes, %" PRIu64 " packets (%" PRIu64
	       " of witnesses, %" PRIu64 " marked by others, %" PRIu64 " had to be, %" PRIu64
	       " in calm, %" PRIu64 " from the cache)\n",
	       s->seed, ops, refused, queued, s->flushes, s->sent, s->received_witness, s->marked,
	       s->judged, s->probes, cached);
	/* Not vain. */
	assert_true(s->flushes > 0 && queued > 0 && s->received_witness > 0);
	assert_true(s->marked > 0 && s->judged > 0 && s->probes > 0 && cached > 0);
	soak_result("%" PRIu64 " operations, %" PRIu64 " packets, seed %" PRIu64 ", 0 findings",
		    ops, s->sent, s->seed);
}

static void
test_storm(void **state __rte_unused)
{
	struct storm_poller pollers[POLLERS] = {
		{ &storm, 0x5555555555555555 }, { &storm, 0xaaaaaaaaaaaaaaaa },
	};
	unsigned int lcore = rte_get_main_lcore();
	uint64_t random;

	storm_up(&storm);
	printf("seed %" PRIu64 "\n", storm.seed);
	random = storm.seed + STORM_OWNERS;
	storm.working = STORM_OWNERS;
	for (unsigned int i = 0; i < POLLERS; i++)
		launch(storm_poll, &pollers[i], &lcore);
	for (unsigned int i = 0; i < STORM_OWNERS; i++)
		launch(storm_work, &storm.owners[i], &lcore);
	storm_send(&storm, &random);
	atomic_store(&storm.stop, true);
	rte_eal_mp_wait_lcore();
	storm_poll_rest(&storm);
	test_fault_check(&storm.fault);
	tell(&storm);
	storm_down(&storm);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_storm, test_begin, test_end),
	};
	int ret;

	if (test_driver_init_lcores(LCORES) != 0 || test_traffic_init() != 0 ||
			storm_traffic_init() != 0)
		return 1;
	ret = cmocka_run_group_tests_name("storm", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
