/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * A storm of life cycles (see life.h). Each time the port is unplugged, all memory is back.
 *
 * STEER_STORM_SECONDS: so long, and not just some steps; STEER_TEST_SEED: another sequence of them;
 * STEER_STORM_TRACE: say each.
 */

#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include <rte_log.h>
#include <rte_mbuf.h>
#include <rte_ring.h>

#include "chance.h"
#include "eal.h"
#include "life.h"
#include "port.h"
#include "soak.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define SEED 20261122
#define STEPS 1500
#define RING_SIZE 1024

static struct life life;

/* Who reads is always there: who writes must come before. */
static void
gate_init(pthread_rwlock_t *gate)
{
	pthread_rwlockattr_t attr;

	assert_int_equal(pthread_rwlockattr_init(&attr), 0);
	assert_int_equal(pthread_rwlockattr_setkind_np(&attr,
		PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP), 0);
	assert_int_equal(pthread_rwlock_init(gate, &attr), 0);
	pthread_rwlockattr_destroy(&attr);
}

static void
storm_up(void)
{
	char name[16];

	life.seed = test_setting("STEER_TEST_SEED", SEED);
	printf("seed %" PRIu64 "\n", life.seed);
	gate_init(&life.polled);
	gate_init(&life.ruled);
	for (unsigned int i = 0; i < LIFE_QUEUES; i++)
		assert_int_equal(pthread_mutex_init(&life.rx[i], NULL), 0);
	for (unsigned int i = 0; i < LIFE_TX_QUEUES; i++)
		assert_int_equal(pthread_mutex_init(&life.tx[i], NULL), 0);
	for (unsigned int i = 0; i < LIFE_LOWER; i++) {
		snprintf(name, sizeof(name), "life%u", i);
		life.below[i] = rte_ring_create(name, RING_SIZE, SOCKET_ID_ANY, 0);
		assert_non_null(life.below[i]);
	}
	life_begin(&life);
}

static void
storm_down(void)
{
	struct rte_mbuf *m;

	life_end();
	for (unsigned int i = 0; i < LIFE_LOWER; i++) {
		while (rte_ring_dequeue(life.below[i], (void **)&m) == 0)
			rte_pktmbuf_free(m);
		rte_ring_free(life.below[i]);
	}
	pthread_rwlock_destroy(&life.polled);
	pthread_rwlock_destroy(&life.ruled);
	for (unsigned int i = 0; i < LIFE_QUEUES; i++)
		pthread_mutex_destroy(&life.rx[i]);
	for (unsigned int i = 0; i < LIFE_TX_QUEUES; i++)
		pthread_mutex_destroy(&life.tx[i]);
}

/* There may be fewer processors than threads: what happens meanwhile is the point of it. */
static void
let_others(void)
{
	const uint64_t ops = atomic_load(&life.rule_ops) + 16;
	const uint64_t turns = atomic_load(&life.turns) + 16;

	for (unsigned int i = 0; i < 100; i++) {
		if (atomic_load(&life.turns) >= turns &&
				(!life.configured || atomic_load(&life.rule_ops) >= ops))
			return;
		sched_yield();
	}
}

static void
tell(void)
{
	printf("%" PRIu64 " steps: plugged %" PRIu64 " times, configured %" PRIu64 ", started %"
	       PRIu64 ", reset %" PRIu64 ", below went %" PRIu64 ", sums checked %" PRIu64 "\n",
	       life.total.steps, life.total.plugged, life.total.configured, life.total.started,
	       life.total.reset, life.total.lower_gone, life.total.checked);
	printf("%" PRIu64 " packets sent (%" PRIu64 " back), %" PRIu64 " received; %" PRIu64
	       " operations of rules, %" PRIu64 " made\n",
	       life.sent, life.sent_back, life.received, life.rule_ops, life.rules_made);
	/* Not in vain. */
	assert_true(life.total.plugged > 1 && life.total.started > 10 && life.total.lower_gone > 0);
	assert_true(life.total.checked > 10 && life.received > 0 && life.rules_made > 0);
	soak_result("%" PRIu64 " steps, %" PRIu64 " packets, seed %" PRIu64 ", 0 findings",
		    life.total.steps, life.sent, life.seed);
}

static void
test_life_storm(void **state __rte_unused)
{
	const uint64_t seconds = test_setting("STEER_STORM_SECONDS", 0);
	const time_t until = time(NULL) + (time_t)seconds;

	storm_up();
	life_others_start(&life);
	while (!test_fault_found(&life.fault) &&
			(seconds > 0 ? time(NULL) < until : life.total.steps < STEPS)) {
		life_step();
		let_others();
	}
	life_others_stop(&life);
	test_fault_check(&life.fault);
	storm_down();
	tell();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_life_storm, test_begin, test_end),
	};
	int ret;

	if (test_driver_init() != 0)
		return 1;
	/* Whatever is refused here is refused with a line. */
	rte_log_set_level_pattern("*", RTE_LOG_EMERG);
	ret = cmocka_run_group_tests_name("life_storm", tests, NULL, NULL);
	/* An assertion that failed has left threads behind, which use what would go now. */
	if (ret != 0) {
		fflush(stdout);
		_exit(1);
	}
	test_eal_cleanup();
	return 0;
}
