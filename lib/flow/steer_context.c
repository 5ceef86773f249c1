/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_errno.h>

#include "steer_context.h"

/** What a context was made from, so that it can be made anew and found again. */
struct steer_context {
	uint32_t refs;
	/** It may change by itself: nobody else is given it. */
	bool own;
	/** Made by prepare, not yet seen by readers. */
	struct steer_rss *next;
	/** Until the version is there for which an update made another one. */
	struct steer_rss *replaced;
	enum rte_eth_hash_function func;
	uint32_t level;
	uint64_t types;
	/** Behind the queues; of length 0: the port's. */
	uint8_t *key;
	uint32_t key_len;
	uint32_t n_queues;
	uint16_t queue[];
};

int
steer_contexts_init(struct steer_contexts *set, int socket)
{
	memset(set, 0, sizeof(*set));
	set->socket = socket;
	/* Pages of these arrays exist only once contexts of their numbers do. */
	set->rss = calloc(STEER_CONTEXTS, sizeof(set->rss[0]));
	set->context = calloc(STEER_CONTEXTS, sizeof(set->context[0]));
	if (set->rss == NULL || set->context == NULL) {
		steer_contexts_fini(set);
		return -ENOMEM;
	}
	return 0;
}

void
steer_contexts_fini(struct steer_contexts *set)
{
	for (uint32_t i = 0; i < set->n; i++) {
		steer_rss_free(set->rss[i]);
		free(set->context[i]);
	}
	free(set->rss);
	free(set->context);
	memset(set, 0, sizeof(*set));
}

/* Making */

/** Entries of a RETA that spreads evenly enough over @p n queues. */
static uint32_t
reta_size(uint32_t n)
{
	return RTE_MAX(rte_align32pow2(n), (uint32_t)STEER_RETA_SIZE);
}

/** RETA over those of a list that exist. @return NULL with rte_errno: ENOENT (none), ENOMEM. */
static uint16_t *
fill_reta(const struct steer_context *c, uint16_t n_queues, uint32_t *size)
{
	uint16_t *list = malloc(c->n_queues * sizeof(*list));
	uint16_t *reta = NULL;
	uint32_t n = 0;

	rte_errno = ENOMEM;
	if (list == NULL)
		return NULL;
	for (uint32_t i = 0; i < c->n_queues; i++)
		if (c->queue[i] < n_queues)
			list[n++] = c->queue[i];
	*size = reta_size(n);
	if (n > 0)
		reta = malloc(*size * sizeof(*reta));
	else
		rte_errno = ENOENT;
	for (uint32_t i = 0; reta != NULL && i < *size; i++)
		reta[i] = list[i % n];
	free(list);
	return reta;
}

/** @return NULL if memory is short, or none of its queues exists (rte_errno ENOENT). */
static struct steer_rss *
make_rss(const struct steer_contexts *set, const struct steer_context *c,
	 const struct steer_rss_conf *port, uint16_t n_queues)
{
	struct steer_rss_conf conf = *port;
	struct steer_rss *rss;
	uint16_t *reta = NULL;

	if (c->level != 0)
		conf.level = c->level;
	if (c->func != RTE_ETH_HASH_FUNCTION_DEFAULT)
		conf.func = c->func;
	if (c->types != 0)
		conf.types = c->types;
	if (c->key_len > 0) {
		conf.other_key = c->key;
		conf.other_key_len = c->key_len;
	}
	if (c->n_queues > 0) {
		reta = fill_reta(c, n_queues, &conf.reta_size);
		if (reta == NULL)
			return NULL;
		conf.reta = reta;
	}
	rss = steer_rss_create(&conf, set->socket);
	free(reta);
	return rss;
}

static struct steer_context *
make_context(const struct rte_flow_action_rss *action)
{
	const uint32_t key_len = action->key != NULL ? action->key_len : 0;
	struct steer_context *c =
		calloc(1, sizeof(*c) + action->queue_num * sizeof(c->queue[0]) + key_len);

	if (c == NULL)
		return NULL;
	c->func = action->func;
	c->level = action->level;
	c->types = action->types;
	c->n_queues = action->queue_num;
	c->key = (uint8_t *)&c->queue[c->n_queues];
	c->key_len = key_len;
	if (key_len > 0)
		memcpy(c->key, action->key, key_len);
	if (c->n_queues > 0)
		memcpy(c->queue, action->queue, c->n_queues * sizeof(c->queue[0]));
	return c;
}

static bool
same_context(const struct steer_context *a, const struct steer_context *b)
{
	return !a->own && !b->own && a->func == b->func && a->level == b->level &&
	       a->types == b->types &&
	       a->key_len == b->key_len && memcmp(a->key, b->key, a->key_len) == 0 &&
	       a->n_queues == b->n_queues &&
	       memcmp(a->queue, b->queue, a->n_queues * sizeof(a->queue[0])) == 0;
}

static bool
is_port(const struct steer_context *c)
{
	return c->func == RTE_ETH_HASH_FUNCTION_DEFAULT && c->level == 0 && c->types == 0 &&
	       c->key_len == 0 && c->n_queues == 0;
}

/** Number of an equal context, else the first free number; -ENOSPC. */
static int
find_number(const struct steer_contexts *set, const struct steer_context *c)
{
	int number = -ENOSPC;

	for (uint32_t i = 0; i < set->n; i++) {
		if (set->context[i] == NULL)
			number = number < 0 ? (int)i : number;
		else if (same_context(set->context[i], c))
			return (int)i;
	}
	if (number < 0 && set->n < STEER_CONTEXTS)
		number = (int)set->n;
	return number;
}

/** Readers look at it meanwhile. */
static void
deepen(struct steer_contexts *set, const struct steer_rss *rss)
{
	__atomic_store_n(&set->depth, set->depth | steer_rss_depth(rss), __ATOMIC_RELAXED);
}

static int
add_context(struct steer_contexts *set, int number, struct steer_context *c,
	    const struct steer_rss_conf *port, uint16_t n_queues)
{
	struct steer_rss *rss = make_rss(set, c, port, n_queues);

	if (rss == NULL && rte_errno != ENOENT)
		return -rte_errno;
	if (rss != NULL)
		deepen(set, rss);
	c->refs = 1;
	set->context[number] = c;
	__atomic_store_n(&set->rss[number], rss, __ATOMIC_RELEASE);
	set->n = RTE_MAX(set->n, (uint32_t)number + 1);
	return number;
}

/** @param c  Becomes the set's, or is freed. */
static int
get(struct steer_contexts *set, struct steer_context *c, const struct steer_rss_conf *port,
    uint16_t n_queues)
{
	int number = find_number(set, c);

	if (number >= 0 && set->context[number] == NULL) {
		number = add_context(set, number, c, port, n_queues);
		if (number >= 0)
			return number;
	} else if (number >= 0) {
		set->context[number]->refs++;
	}
	free(c);
	return number;
}

int
steer_contexts_get(struct steer_contexts *set, const struct rte_flow_action_rss *action,
		   const struct steer_rss_conf *port, uint16_t n_queues)
{
	struct steer_context *c = make_context(action);

	if (c == NULL)
		return -ENOMEM;
	if (is_port(c)) {
		free(c);
		return STEER_CONTEXT_PORT;
	}
	return get(set, c, port, n_queues);
}

int
steer_contexts_get_own(struct steer_contexts *set, const struct rte_flow_action_rss *action,
		       const struct steer_rss_conf *port, uint16_t n_queues)
{
	struct steer_context *c = make_context(action);

	if (c == NULL)
		return -ENOMEM;
	c->own = true;
	return get(set, c, port, n_queues);
}

void
steer_contexts_put(struct steer_contexts *set, uint16_t id)
{
	if (id == STEER_CONTEXT_PORT || --set->context[id]->refs > 0)
		return;
	steer_rss_free(set->rss[id]);
	set->rss[id] = NULL;
	free(set->context[id]);
	set->context[id] = NULL;
	while (set->n > 0 && set->context[set->n - 1] == NULL)
		set->n--;
}

bool
steer_contexts_usable(const struct steer_contexts *set, uint16_t id, uint16_t n_queues)
{
	const struct steer_context *c;

	if (id == STEER_CONTEXT_PORT)
		return true;
	c = set->context[id];
	for (uint32_t i = 0; i < c->n_queues; i++)
		if (c->queue[i] < n_queues)
			return true;
	return c->n_queues == 0;
}

/* Changing */

int
steer_contexts_prepare(struct steer_contexts *set, const struct steer_rss_conf *port,
		       uint16_t n_queues)
{
	for (uint32_t i = 0; i < set->n; i++) {
		struct steer_context *c = set->context[i];

		if (c == NULL)
			continue;
		c->next = make_rss(set, c, port, n_queues);
		if (c->next == NULL && rte_errno != ENOENT) {
			steer_contexts_abort(set);
			return -ENOMEM;
		}
	}
	return 0;
}

static void
free_rss(struct steer_retired *r)
{
	steer_rss_free(RTE_PTR_SUB(r, offsetof(struct steer_rss, retired)));
}

int
steer_contexts_update(struct steer_contexts *set, uint16_t id,
		      const struct rte_flow_action_rss *action, const struct steer_rss_conf *port,
		      uint16_t n_queues, uint64_t version)
{
	struct steer_context *c = make_context(action), *old = set->context[id];
	struct steer_rss *rss;

	if (c == NULL)
		return -ENOMEM;
	rss = make_rss(set, c, port, n_queues);
	if (rss == NULL && rte_errno != ENOENT) {
		free(c);
		return -ENOMEM;
	}
	/* Without queues nobody comes here; who is still here goes by what was. */
	if (rss != NULL) {
		rss->since = version;
		rss->older = set->rss[id];
		deepen(set, rss);
	}
	c->own = true;
	c->refs = old->refs;
	c->replaced = set->rss[id];
	set->context[id] = c;
	__atomic_store_n(&set->rss[id], rss, __ATOMIC_RELEASE);
	free(old);
	return 0;
}

void
steer_contexts_settle(struct steer_contexts *set, uint16_t id, struct steer_retire *retire)
{
	struct steer_rss *replaced = set->context[id]->replaced;

	set->context[id]->replaced = NULL;
	if (replaced != NULL)
		steer_retire(retire, &replaced->retired, free_rss);
}

void
steer_contexts_commit(struct steer_contexts *set, struct steer_retire *retire)
{
	for (uint32_t i = 0; i < set->n; i++) {
		struct steer_rss *old = set->rss[i];

		if (set->context[i] == NULL)
			continue;
		if (set->context[i]->next != NULL)
			deepen(set, set->context[i]->next);
		__atomic_store_n(&set->rss[i], set->context[i]->next, __ATOMIC_RELEASE);
		set->context[i]->next = NULL;
		if (old != NULL)
			steer_retire(retire, &old->retired, free_rss);
	}
}

void
steer_contexts_abort(struct steer_contexts *set)
{
	for (uint32_t i = 0; i < set->n; i++) {
		if (set->context[i] == NULL)
			continue;
		steer_rss_free(set->context[i]->next);
		set->context[i]->next = NULL;
	}
}

void
steer_contexts_action(const struct steer_contexts *set, uint16_t id,
		      struct rte_flow_action_rss *action)
{
	const struct steer_context *c;

	memset(action, 0, sizeof(*action));
	if (id == STEER_CONTEXT_PORT)
		return;
	c = set->context[id];
	action->func = c->func;
	action->level = c->level;
	action->types = c->types;
	action->key = c->key_len > 0 ? c->key : NULL;
	action->key_len = c->key_len;
	action->queue = c->n_queues > 0 ? c->queue : NULL;
	action->queue_num = c->n_queues;
}
