/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <rte_alarm.h>
#include <rte_errno.h>
#include <rte_malloc.h>

#include "steer_async.h"
#include "steer_engine_private.h"

/* Rules that are gone stay in the table until no burst sees them: look soon, and not at so many at
 * a time that a caller would have to wait for us. */
#define RECLAIM_US 10000
#define RECLAIM_ALARM 1024

/** What the port does before anyone configures RSS: everything to queue 0. */
static const uint16_t one_queue[] = { 0 };

static void
default_port_conf(struct steer_rss_conf *conf)
{
	memset(conf, 0, sizeof(*conf));
	memcpy(conf->key, steer_rss_default_key, sizeof(conf->key));
	conf->reta = one_queue;
	conf->reta_size = RTE_DIM(one_queue);
}

/* Flow cache */

static bool
wants_cache(const struct steer_engine *e)
{
	return e->cache_entries > 0 && e->table.view->costly &&
	       e->table.view->layout != e->no_cache_layout;
}

/** Is there a cache that should not be there, or none, or one for other masks? */
static bool
cache_unfit(const struct steer_engine *e)
{
	if (!wants_cache(e))
		return e->cache != NULL;
	return e->cache == NULL || e->cache->layout != e->table.view->layout;
}

/** Is there something to be fitted to the rules? */
static bool
unfit(const struct steer_engine *e)
{
	return steer_table_unfit(&e->table) || cache_unfit(e);
}

static void
free_cache(struct steer_retired *r)
{
	steer_cache_free(RTE_PTR_SUB(r, offsetof(struct steer_cache, retired)));
}

static uint32_t
shard_entries(const struct steer_engine *e)
{
	const uint32_t n = rte_align32prevpow2(RTE_MAX(e->cache_entries / e->n_shards, 1u));

	return RTE_MAX(n, (uint32_t)STEER_CACHE_MIN);
}

static void
fit_cache(struct steer_engine *e)
{
	struct steer_cache *old = e->cache, *cache = NULL;

	if (!cache_unfit(e))
		return;
	if (wants_cache(e)) {
		cache = steer_cache_create(&e->table, shard_entries(e), e->n_shards, e->socket);
		if (cache == NULL)
			e->no_cache_layout = e->table.view->layout;
	}
	__atomic_store_n(&e->cache, cache, __ATOMIC_RELEASE);
	if (old != NULL)
		steer_retire(&e->retire, &old->retired, free_cache);
}

/** Filters first: the cache is for a view. */
static void
fit(struct steer_engine *e)
{
	if (steer_table_unfit(&e->table))
		steer_table_fit(&e->table);
	fit_cache(e);
}

/** No reader is active, and what was found before may hold no more. */
static void
drop_cache(struct steer_engine *e)
{
	steer_cache_free(e->cache);
	e->cache = NULL;
	e->no_cache_layout = UINT32_MAX;
}

int
steer_engine_cache(struct steer_engine *e, uint32_t n_entries)
{
	if (n_entries > STEER_CACHE_ENTRIES_MAX)
		return -EINVAL;
	pthread_mutex_lock(&e->lock);
	e->cache_entries = n_entries;
	e->no_cache_layout = UINT32_MAX;
	steer_engine_unlock(e, UINT_MAX);
	return 0;
}

/* Later */

static void on_alarm(void *arg);

void
steer_engine_unlock(struct steer_engine *e, unsigned int max)
{
	if (max <= STEER_RECLAIM_MAX)
		steer_retire_reclaim_lazily(&e->retire, max);
	else
		steer_retire_reclaim_some(&e->retire, max);
	steer_groups_tidy(&e->groups);
	/* Without an alarm, the next call frees what this one leaves, and there is no cache. */
	if ((e->retire.head != NULL || unfit(e)) && !e->alarm_set)
		e->alarm_set = rte_eal_alarm_set(RECLAIM_US, on_alarm, e) == 0;
	pthread_mutex_unlock(&e->lock);
}

bool
steer_engine_recover(struct steer_engine *e)
{
	return steer_retire_reclaim(&e->retire) > 0;
}

static void
on_alarm(void *arg)
{
	struct steer_engine *e = arg;

	pthread_mutex_lock(&e->lock);
	e->alarm_set = false;
	fit(e);
	steer_engine_unlock(e, RECLAIM_ALARM);
}

void
steer_engine_settle(struct steer_engine *e)
{
	pthread_mutex_lock(&e->lock);
	fit(e);
	steer_engine_unlock(e, UINT_MAX);
}

/* Life */

static int
init_qsbr(struct steer_engine *e)
{
	const size_t size = rte_rcu_qsbr_get_memsize(STEER_QUEUES_MAX);

	e->qsbr = rte_zmalloc_socket("steer_qsbr", size, RTE_CACHE_LINE_SIZE, e->socket);
	if (e->qsbr == NULL)
		return -ENOMEM;
	rte_rcu_qsbr_init(e->qsbr, STEER_QUEUES_MAX);
	for (unsigned int i = 0; i < STEER_QUEUES_MAX; i++)
		rte_rcu_qsbr_thread_register(e->qsbr, i);
	steer_retire_init(&e->retire, e->qsbr);
	return 0;
}

static int
init_parts(struct steer_engine *e)
{
	int rc = init_qsbr(e);

	if (rc == 0)
		rc = steer_table_init(&e->table, &e->retire, e->socket);
	if (rc == 0)
		steer_groups_init(&e->groups, &e->table);
	if (rc == 0)
		rc = steer_contexts_init(&e->contexts, e->socket);
	if (rc == 0)
		rc = steer_count_init(&e->count, 1, e->socket);
	return rc;
}

struct steer_engine *
steer_engine_create(uint16_t max_queues, int socket)
{
	struct steer_engine *e;
	int rc;

	if (max_queues == 0 || max_queues > STEER_QUEUES_MAX) {
		rte_errno = EINVAL;
		return NULL;
	}
	e = rte_zmalloc_socket("steer_engine", sizeof(*e), RTE_CACHE_LINE_SIZE, socket);
	if (e == NULL) {
		rte_errno = ENOMEM;
		return NULL;
	}
	e->socket = socket;
	e->max_queues = max_queues;
	e->cache_entries = STEER_CACHE_ENTRIES;
	e->n_shards = 1;
	e->port_id = UINT32_MAX;
	e->no_cache_layout = UINT32_MAX;
	TAILQ_INIT(&e->flows);
	TAILQ_INIT(&e->indirects);
	pthread_mutex_init(&e->lock, NULL);
	default_port_conf(&e->port_conf);
	steer_ages_init(&e->ages, socket);
	steer_slab_init(&e->flow_pool, socket);
	rc = init_parts(e);
	if (rc < 0) {
		steer_engine_free(e);
		rte_errno = -rc;
		return NULL;
	}
	return e;
}

void
steer_engine_free(struct steer_engine *e)
{
	struct steer_flow *flow;

	if (e == NULL)
		return;
	rte_eal_alarm_cancel(on_alarm, e);
	steer_aged_fini(e);
	steer_async_free(e);
	if (e->qsbr != NULL)
		steer_retire_flush(&e->retire);
	drop_cache(e);
	while ((flow = TAILQ_FIRST(&e->flows)) != NULL) {
		TAILQ_REMOVE(&e->flows, flow, link);
		/* Its subtable still points to its rule; the table frees both. */
		flow->group = steer_flow_group(flow);
		flow->in_table = false;
		flow->size = 0;
		steer_flow_free(e, flow);
	}
	steer_slab_fini(&e->flow_pool);
	steer_groups_fini(&e->groups);
	steer_table_fini(&e->table);
	steer_indirect_fini(e);
	steer_tunnels_fini(&e->tunnels);
	steer_templates_fini(&e->templates);
	steer_contexts_fini(&e->contexts);
	steer_count_fini(&e->count);
	steer_ages_fini(&e->ages);
	rte_free(e->copies);
	steer_rss_free(e->port_rss);
	free(e->port_reta);
	rte_free(e->qsbr);
	pthread_mutex_destroy(&e->lock);
	rte_free(e);
}

/* Port RSS */

static int
check_reta(const struct steer_engine *e, const struct steer_rss_conf *conf)
{
	for (uint32_t i = 0; i < conf->reta_size; i++)
		if (conf->reta[i] >= RTE_MAX(e->n_queues, 1))
			return -EINVAL;
	return 0;
}

static void
free_rss(struct steer_retired *r)
{
	steer_rss_free(RTE_PTR_SUB(r, offsetof(struct steer_rss, retired)));
}

/** Have readers see @p rss as the port's; @p reta becomes the engine's. */
static void
swap_port_rss(struct steer_engine *e, struct steer_rss *rss, const struct steer_rss_conf *conf,
	      uint16_t *reta)
{
	struct steer_rss *old = e->port_rss;

	__atomic_store_n(&e->port_rss, rss, __ATOMIC_RELEASE);
	if (old != NULL)
		steer_retire(&e->retire, &old->retired, free_rss);
	free(e->port_reta);
	e->port_reta = reta;
	e->port_conf = *conf;
	if (reta != NULL)
		e->port_conf.reta = reta;
}

static int
set_port_rss(struct steer_engine *e, const struct steer_rss_conf *conf)
{
	const size_t size = conf->reta_size * sizeof(conf->reta[0]);
	struct steer_rss *rss;
	uint16_t *reta;
	int rc;

	rc = check_reta(e, conf);
	if (rc < 0)
		return rc;
	rss = steer_rss_create(conf, e->socket);
	if (rss == NULL)
		return -rte_errno;
	reta = malloc(size);
	if (reta == NULL || steer_contexts_prepare(&e->contexts, conf, e->n_queues) < 0) {
		free(reta);
		steer_rss_free(rss);
		return -ENOMEM;
	}
	memcpy(reta, conf->reta, size);
	steer_contexts_commit(&e->contexts, &e->retire);
	swap_port_rss(e, rss, conf, reta);
	return 0;
}

int
steer_engine_port_rss(struct steer_engine *e, const struct steer_rss_conf *conf)
{
	struct steer_rss_conf none;
	int rc;

	if (conf == NULL) {
		default_port_conf(&none);
		conf = &none;
	}
	pthread_mutex_lock(&e->lock);
	rc = set_port_rss(e, conf);
	steer_engine_unlock(e, UINT_MAX);
	return rc;
}

void
steer_engine_want_hash(struct steer_engine *e, bool on)
{
	__atomic_store_n(&e->want_hash, on, __ATOMIC_RELAXED);
}

void
steer_engine_ptypes(struct steer_engine *e, uint32_t mask)
{
	__atomic_store_n(&e->ptypes, mask, __ATOMIC_RELAXED);
}

void
steer_engine_isolate(struct steer_engine *e, bool on)
{
	__atomic_store_n(&e->isolated, on, __ATOMIC_RELAXED);
}

void
steer_engine_count_all(struct steer_engine *e, bool on)
{
	pthread_mutex_lock(&e->lock);
	e->count_all = on;
	pthread_mutex_unlock(&e->lock);
}

void
steer_engine_kernel(struct steer_engine *e, bool on)
{
	__atomic_store_n(&e->kernel, on, __ATOMIC_RELAXED);
}

void
steer_engine_port_id(struct steer_engine *e, uint16_t port_id)
{
	pthread_mutex_lock(&e->lock);
	e->port_id = port_id;
	pthread_mutex_unlock(&e->lock);
}

bool
steer_engine_isolated(const struct steer_engine *e)
{
	return __atomic_load_n(&e->isolated, __ATOMIC_RELAXED);
}

/* Queues */

/** Inactive flows keep what they ask for: get the memory before anything is changed. */
static int
keep_matches(struct steer_engine *e, uint16_t n_queues)
{
	struct steer_match match;
	struct steer_flow *flow;

	TAILQ_FOREACH(flow, &e->flows, link) {
		if (!steer_flow_active(flow) || steer_flow_usable(e, flow, n_queues))
			continue;
		steer_flow_match(flow, &match);
		if (steer_flow_keep_match(flow, &match) < 0)
			return -ENOMEM;
	}
	return 0;
}

/** Flows that stand in the table and have a match are on their way out. */
static bool
leaving(const struct steer_flow *flow)
{
	return flow->aside->match != NULL && flow->in_table;
}

static void
forget_matches(struct steer_engine *e)
{
	struct steer_flow *flow;

	TAILQ_FOREACH(flow, &e->flows, link) {
		if (!leaving(flow))
			continue;
		steer_flow_forget_match(flow);
	}
}

/** Flows whose queues are back return to the table; their matches go once all have returned. */
static int
return_flows(struct steer_engine *e, uint16_t n_queues)
{
	struct steer_flow *flow;

	TAILQ_FOREACH(flow, &e->flows, link) {
		if (steer_flow_active(flow) || leaving(flow) ||
		    !steer_flow_usable(e, flow, n_queues))
			continue;
		if (steer_flow_activate(e, flow, flow->aside->match) < 0)
			return -ENOMEM;
	}
	return 0;
}

/** After the fact: each flow stands in the table or has a match, not both. */
static void
settle_flows(struct steer_engine *e, uint16_t n_queues)
{
	struct steer_flow *flow;

	TAILQ_FOREACH(flow, &e->flows, link) {
		if (!leaving(flow))
			continue;
		if (steer_flow_usable(e, flow, n_queues)) {
			steer_flow_forget_match(flow);
		} else {
			steer_flow_deactivate(e, flow);
		}
	}
	steer_groups_tidy(&e->groups);
}

/**
 * No reader is active, so what goes wrong half-way can be put right: flows that had returned
 * leave again.
 */
static int
move_flows(struct steer_engine *e, uint16_t n_queues)
{
	int rc = keep_matches(e, n_queues);

	if (rc < 0) {
		forget_matches(e);
		return rc;
	}
	rc = return_flows(e, n_queues);
	if (rc < 0) {
		settle_flows(e, e->n_queues);
		return rc;
	}
	settle_flows(e, n_queues);
	return 0;
}

int
steer_engine_configure(struct steer_engine *e, uint16_t n_queues, unsigned int n_shards)
{
	struct steer_rss_conf none;
	int rc;

	if (n_queues == 0 || n_queues > e->max_queues)
		return -EINVAL;
	default_port_conf(&none);
	pthread_mutex_lock(&e->lock);
	steer_retire_flush(&e->retire);
	steer_groups_tidy(&e->groups);
	drop_cache(e);
	rc = steer_count_shards(&e->count, n_shards);
	if (rc == 0)
		rc = steer_ages_shards(&e->ages, n_shards);
	if (rc == 0)
		rc = steer_contexts_prepare(&e->contexts, &none, n_queues);
	if (rc == 0) {
		rc = move_flows(e, n_queues);
		if (rc < 0)
			steer_contexts_abort(&e->contexts);
	}
	if (rc == 0) {
		steer_contexts_commit(&e->contexts, &e->retire);
		swap_port_rss(e, NULL, &none, NULL);
		__atomic_store_n(&e->n_queues, n_queues, __ATOMIC_RELAXED);
		e->n_shards = RTE_MAX(e->n_shards, n_shards);
		steer_retire_flush(&e->retire);
	}
	steer_engine_unlock(e, UINT_MAX);
	return rc;
}

uint64_t
steer_engine_flow_count(struct steer_engine *e)
{
	uint64_t n;

	pthread_mutex_lock(&e->lock);
	n = e->n_flows;
	pthread_mutex_unlock(&e->lock);
	return n;
}
