/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * Rules change at full speed while others classify: one thread plays a random script of changes
 * (rules, also by a flow queue, what groups do on a miss, RSS that rules share), another one asks
 * for all that can be asked, and two classify. Some rules change packets, and copy them. Before and
 * after each change the player says how far it has come, so a reader knows which states there were
 * during its burst (see change_reader.h).
 *
 * STEER_CHANGE_SECONDS: so long, and not just some scripts; STEER_TEST_SEED: another first script.
 */

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <rte_common.h>
#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>

#include "change_reader.h"
#include "change_script.h"
#include "eal.h"
#include "soak.h"
#include "steer_async.h"
#include "steer_engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define SEED 20261121
#define SCRIPTS 6
/* How often each one is played. */
#define PLAYS 12
#define READERS 2
#define FLOW_QUEUE 0
#define RESULTS 8

/* A rule of the script in the engine. */
struct made {
	struct steer_flow *flow;
	struct steer_template_table *table;
};

static struct change_scene scene;
static struct change_script *script;
static struct steer_indirect *handle;
static struct steer_flow *base;
static struct made made[CHANGE_RULES];
static struct change_reader readers[READERS];
static char failure[256];

static struct {
	uint64_t changes, by_queue, bursts, packets, narrow, changed, copied;
} total;

/* Changes */

static void
note(const char *what, const struct rte_flow_error *error)
{
	if (failure[0] == '\0')
		snprintf(failure, sizeof(failure), "%s: %s (%s)", what,
			 error->message != NULL ? error->message : "-", rte_strerror(rte_errno));
}

/* Whoever takes part in asking may hold the lock: then the queue does it later. */
static void
await_result(struct rte_flow_error *error)
{
	struct rte_flow_op_result res[RESULTS];
	int n;

	while ((n = steer_async_pull(scene.engine, FLOW_QUEUE, res, RESULTS, error)) == 0)
		steer_async_push(scene.engine, FLOW_QUEUE, error);
	if (n != 1 || res[0].status != RTE_FLOW_OP_SUCCESS)
		note("result", error);
	total.by_queue++;
}

static void
create(unsigned int which, struct rte_flow_error *error)
{
	const struct change_rule *rule = &script->rules[which];
	struct made *m = &made[which];

	if (m->table != NULL) {
		m->flow = steer_async_create(scene.engine, FLOW_QUEUE, false, m->table,
					     rule->gen.pattern, 0, rule->gen.actions, 0, NULL,
					     error);
		if (m->flow != NULL)
			await_result(error);
	} else {
		m->flow = steer_engine_flow_create(scene.engine, &rule->gen.attr, rule->gen.pattern,
						   rule->shared ? rule->shared_actions
								: rule->gen.actions, error);
	}
	if (m->flow == NULL)
		note("create", error);
}

static void
destroy(unsigned int which, struct rte_flow_error *error)
{
	struct made *m = &made[which];
	int rc;

	if (m->table != NULL) {
		rc = steer_async_destroy(scene.engine, FLOW_QUEUE, false, m->flow, NULL, error);
		if (rc == 0)
			await_result(error);
	} else {
		rc = steer_engine_flow_destroy(scene.engine, m->flow, error);
	}
	if (rc != 0)
		note("destroy", error);
}

static void
set_miss(const struct change_step *step, struct rte_flow_error *error)
{
	const struct rte_flow_action_queue queue = { .index = step->queue };
	struct rte_flow_action actions[2] = { { .type = RTE_FLOW_ACTION_TYPE_END } };

	if (step->kind == CHANGE_MISS && step->queue == CHANGE_QUEUES)
		actions[0].type = RTE_FLOW_ACTION_TYPE_DROP;
	else if (step->kind == CHANGE_MISS)
		actions[0] = (struct rte_flow_action){ .type = RTE_FLOW_ACTION_TYPE_QUEUE,
						       .conf = &queue };
	if (steer_engine_group_miss(scene.engine, gen_groups[step->which], actions, error) != 0)
		note("group miss", error);
}

static void
spread(unsigned int which, struct rte_flow_error *error)
{
	const struct rte_flow_action rss = { .type = RTE_FLOW_ACTION_TYPE_RSS,
					     .conf = &script->spreads[which] };

	if (steer_engine_indirect_update(scene.engine, handle, &rss, error) != 0)
		note("indirect update", error);
}

static void
change(const struct change_step *step)
{
	struct rte_flow_error error = { 0 };

	switch (step->kind) {
	case CHANGE_CREATE:
		create(step->which, &error);
		break;
	case CHANGE_DESTROY:
		destroy(step->which, &error);
		break;
	case CHANGE_MISS:
	case CHANGE_FORGET:
		set_miss(step, &error);
		break;
	case CHANGE_SPREAD:
		spread(step->which, &error);
		break;
	}
}

static void *
player(void *arg)
{
	change_unpin();
	for (unsigned int i = 0; i < PLAYS && failure[0] == '\0'; i++) {
		for (unsigned int n = 0; n < CHANGE_STEPS && failure[0] == '\0'; n++) {
			atomic_fetch_add(&scene.begun, 1);
			change(&script->steps[n]);
			atomic_fetch_add(&scene.done, 1);
		}
	}
	total.changes += atomic_load(&scene.done);
	scene.over = true;
	return arg;
}

/* What changes nothing. */
static void *
asker(void *arg)
{
	const struct rte_flow_action count = { .type = RTE_FLOW_ACTION_TYPE_COUNT };
	struct rte_flow_query_count value = { 0 };
	FILE *null = fopen("/dev/null", "w");

	change_unpin();
	while (!scene.over && null != NULL) {
		steer_engine_flow_dump(scene.engine, 0, NULL, null, NULL);
		steer_engine_flow_query(scene.engine, base, &count, &value, NULL);
		steer_engine_flow_count(scene.engine);
		steer_engine_settle(scene.engine);
		sched_yield();
	}
	if (null != NULL)
		fclose(null);
	return arg;
}

/* The world of one script */

static void
make_handle(void)
{
	const struct rte_flow_indir_action_conf conf = { .ingress = 1 };
	const struct rte_flow_action rss = { .type = RTE_FLOW_ACTION_TYPE_RSS,
					     .conf = &script->spreads[0] };

	handle = steer_engine_indirect_create(scene.engine, &conf, &rss, NULL);
	assert_non_null(handle);
	change_script_share(script, handle);
}

static void
set_port(void)
{
	static struct ref_rss rss;
	struct steer_rss_conf conf = { .reta = rss.reta };

	change_script_port_rss(&rss);
	conf.types = rss.types;
	conf.reta_size = (uint16_t)rss.reta_size;
	memcpy(conf.key, rss.key, sizeof(conf.key));
	assert_int_equal(steer_engine_port_rss(scene.engine, &conf), 0);
	steer_engine_isolate(scene.engine, script->isolated);
	steer_engine_port_id(scene.engine, GEN_PORT);
}

/* All that a template can have for its own. */
static void
fix_actions(const struct rte_flow_action *actions, struct rte_flow_action *masks)
{
	do {
		*masks = *actions;
		if (actions->type == RTE_FLOW_ACTION_TYPE_SAMPLE)
			masks->conf = NULL;
		masks++;
	} while ((actions++)->type != RTE_FLOW_ACTION_TYPE_END);
}

/* A table for the one rule, if a template can be made of it: then a flow queue makes the rule. */
static void
make_table(const struct change_rule *rule, struct made *m)
{
	const struct rte_flow_pattern_template_attr in = { .ingress = 1 };
	const struct rte_flow_actions_template_attr do_in = { .ingress = 1 };
	const struct rte_flow_template_table_attr attr = { .flow_attr = rule->gen.attr };
	struct steer_templates *set = steer_async_templates(scene.engine);
	struct rte_flow_action masks[GEN_ACTIONS + 1];
	struct steer_pattern_template *pattern;
	struct steer_actions_template *actions;

	memset(m, 0, sizeof(*m));
	if (!rule->async)
		return;
	pattern = steer_pattern_template_create(set, &in, rule->gen.pattern, NULL);
	if (pattern == NULL)
		return;
	fix_actions(rule->gen.actions, masks);
	actions = steer_actions_template_create(set, &do_in, rule->gen.actions, masks, NULL);
	assert_non_null(actions);
	m->table = steer_template_table_create(set, &attr, &pattern, 1, &actions, 1, NULL);
	assert_non_null(m->table);
}

static void
world_up(void)
{
	const struct rte_flow_queue_attr size = { .size = RESULTS };
	const struct rte_flow_queue_attr *sizes[] = { &size };

	change_script_make(script, scene.seed);
	scene.engine = steer_engine_create(CHANGE_QUEUES, SOCKET_ID_ANY);
	assert_non_null(scene.engine);
	assert_int_equal(steer_engine_configure(scene.engine, CHANGE_QUEUES, READERS), 0);
	steer_engine_pool(scene.engine, scene.pool);
	assert_int_equal(steer_async_configure(scene.engine, 1, sizes, NULL), 0);
	set_port();
	base = steer_engine_flow_create(scene.engine, &script->base.attr, script->base.pattern,
					script->base.actions, NULL);
	assert_non_null(base);
	make_handle();
	for (unsigned int i = 0; i < script->n_rules; i++)
		make_table(&script->rules[i], &made[i]);
	for (unsigned int i = 0; i < READERS; i++) {
		readers[i] = (struct change_reader){ .scene = &scene, .slot = i,
						     .random = { .state = scene.seed + i } };
		for (unsigned int k = 0; k < CHANGE_PACKETS; k++)
			change_reader_mbuf(&readers[i], k);
	}
	scene.begun = scene.done = 0;
	scene.over = false;
}

/* Nothing of the script is left, and nothing was lost: the base has seen all. */
static void
world_down(void)
{
	const struct rte_flow_action count = { .type = RTE_FLOW_ACTION_TYPE_COUNT };
	struct rte_flow_query_count seen = { 0 };
	uint64_t packets = 0, bytes = 0, bad = 0;

	for (unsigned int i = 0; i < READERS; i++) {
		packets += readers[i].packets;
		bytes += readers[i].bytes;
		bad += readers[i].bad;
		total.bursts += readers[i].bursts;
		total.narrow += readers[i].narrow;
		total.changed += readers[i].changed;
		total.copied += readers[i].copied;
		rte_pktmbuf_free_bulk(readers[i].mbufs, CHANGE_PACKETS);
	}
	total.packets += packets;
	assert_string_equal(failure, "");
	assert_int_equal(bad, 0);
	assert_int_equal(steer_engine_flow_query(scene.engine, base, &count, &seen, NULL), 0);
	assert_int_equal(seen.hits, packets);
	assert_int_equal(seen.bytes, bytes);
	assert_int_equal(steer_engine_flow_count(scene.engine), 1);
	assert_int_equal(steer_engine_indirect_destroy(scene.engine, handle, NULL), 0);
	steer_engine_free(scene.engine);
	change_script_free(script);
}

/* Nobody else is there: each state is seen whole. */
static void
test_each_state(void **state)
{
	RTE_SET_USED(state);
	for (scene.seed = SEED; scene.seed < SEED + SCRIPTS; scene.seed++) {
		world_up();
		for (unsigned int i = 0; i < CHANGE_STEPS; i++) {
			atomic_fetch_add(&scene.begun, 1);
			change(&script->steps[i]);
			atomic_fetch_add(&scene.done, 1);
			change_reader_burst(&readers[0], 0, STEER_BURST_MAX);
			change_reader_burst(&readers[0], STEER_BURST_MAX,
					    CHANGE_PACKETS - STEER_BURST_MAX);
		}
		world_down();
	}
}

static unsigned int
blocks(void)
{
	struct rte_malloc_socket_stats stats;
	unsigned int n = 0;

	for (unsigned int i = 0; i < rte_socket_count(); i++)
		if (rte_malloc_get_socket_stats(rte_socket_id_by_idx(i), &stats) == 0)
			n += stats.alloc_count;
	return n;
}

static void
play(void)
{
	const unsigned int mbufs = rte_mempool_avail_count(scene.pool), before = blocks();
	pthread_t changing, asking;

	world_up();
	for (unsigned int i = 0; i < READERS; i++)
		assert_int_equal(pthread_create(&readers[i].thread, NULL, change_reader_main,
						&readers[i]), 0);
	assert_int_equal(pthread_create(&asking, NULL, asker, NULL), 0);
	assert_int_equal(pthread_create(&changing, NULL, player, NULL), 0);
	pthread_join(changing, NULL);
	pthread_join(asking, NULL);
	for (unsigned int i = 0; i < READERS; i++)
		pthread_join(readers[i].thread, NULL);
	world_down();
	assert_int_equal(rte_mempool_avail_count(scene.pool), mbufs);
	assert_int_equal(blocks(), before);
}

static void
test_change(void **state)
{
	const char *seconds = getenv("STEER_CHANGE_SECONDS"), *first = getenv("STEER_TEST_SEED");
	const time_t until = time(NULL) + (seconds != NULL ? atoi(seconds) : 0);
	unsigned int n;

	RTE_SET_USED(state);
	scene.seed = first != NULL ? strtoull(first, NULL, 0) : SEED;
	for (n = 0; seconds != NULL ? time(NULL) < until : n < SCRIPTS; n++) {
		printf("seed %" PRIu64 "\n", scene.seed);
		play();
		scene.seed++;
	}
	printf("%u scripts, %" PRIu64 " changes (%" PRIu64 " by a flow queue), %" PRIu64
	       " bursts (%" PRIu64 " with one change meanwhile at most), %" PRIu64 " packets (%"
	       PRIu64 " changed), %" PRIu64 " copies\n",
	       n, total.changes, total.by_queue, total.bursts, total.narrow, total.packets,
	       total.changed, total.copied);
	assert_true(total.narrow > 0 && total.by_queue > 0);
	assert_true(total.changed > 0 && total.copied > 0);
	soak_result("%" PRIu64 " changes, %" PRIu64 " packets, 0 findings", total.changes,
		    total.packets);
}

static int
set_up(void **state)
{
	RTE_SET_USED(state);
	scene.pool = rte_pktmbuf_pool_create("change", 8191, 0, 0, 2048 + RTE_PKTMBUF_HEADROOM,
					     SOCKET_ID_ANY);
	scene.script = script = calloc(1, sizeof(*script));
	return scene.pool != NULL && script != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	RTE_SET_USED(state);
	rte_mempool_free(scene.pool);
	free(script);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_state),
		cmocka_unit_test(test_change),
	};
	int rc;

	if (test_eal_init(NULL) != 0 || rte_flow_dynf_metadata_register() != 0)
		return 1;
	rc = cmocka_run_group_tests(tests, set_up, tear_down);
	test_eal_cleanup();
	return rc;
}
