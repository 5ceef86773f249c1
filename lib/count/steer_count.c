/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_malloc.h>

#include "steer_count.h"

/* What control keeps of a counter. */
union count_entry {
	struct steer_count_value base; /* Taken: the sum of the shards at the last reset. */
	uint32_t next_free;            /* Free: the next one, or STEER_COUNT_NONE. */
};

struct steer_count_control {
	int socket;
	unsigned int n_shards;
	unsigned int n_pages;
	uint32_t n_fresh;    /* Counters from this one on were never taken. */
	uint32_t first_free; /* Those given back: the last one first, as it is the warmest. */
	union count_entry *page[STEER_COUNT_PAGES];
};

static inline unsigned int
count_page(uint32_t id)
{
	return id >> STEER_COUNT_PAGE_BITS;
}

static inline unsigned int
count_place(uint32_t id)
{
	return id & (STEER_COUNT_PAGE - 1);
}

static inline union count_entry *
count_entry(const struct steer_count *c, uint32_t id)
{
	return &c->control->page[count_page(id)][count_place(id)];
}

static inline struct steer_count_value *
count_value(const struct steer_count *c, unsigned int shard, uint32_t id)
{
	return &c->shard[shard]->page[count_page(id)][count_place(id)];
}

static struct steer_count_value *
count_page_alloc(const struct steer_count *c)
{
	const size_t size = STEER_COUNT_PAGE * sizeof(struct steer_count_value);

	return rte_zmalloc_socket("steer_count", size, RTE_CACHE_LINE_SIZE, c->control->socket);
}

static void
count_shard_free(const struct steer_count *c, struct steer_count_shard *s)
{
	if (s == NULL)
		return;
	for (unsigned int p = 0; p < c->control->n_pages; p++)
		rte_free(s->page[p]);
	rte_free(s);
}

/* A shard with all the pages that there are. */
static struct steer_count_shard *
count_shard_alloc(const struct steer_count *c)
{
	struct steer_count_shard *s;

	s = rte_zmalloc_socket("steer_count", sizeof(*s), RTE_CACHE_LINE_SIZE, c->control->socket);
	if (s == NULL)
		return NULL;
	for (unsigned int p = 0; p < c->control->n_pages; p++) {
		s->page[p] = count_page_alloc(c);
		if (s->page[p] == NULL) {
			count_shard_free(c, s);
			return NULL;
		}
	}
	return s;
}

/* Free the shards from number n on. */
static void
count_shards_trim(struct steer_count *c, unsigned int n)
{
	for (; n < STEER_COUNT_SHARDS; n++) {
		count_shard_free(c, c->shard[n]);
		c->shard[n] = NULL;
	}
}

int
steer_count_shards(struct steer_count *c, unsigned int n_shards)
{
	struct steer_count_control *ctl = c->control;

	if (n_shards == 0 || n_shards > STEER_COUNT_SHARDS)
		return -EINVAL;
	for (unsigned int n = ctl->n_shards; n < n_shards; n++) {
		c->shard[n] = count_shard_alloc(c);
		if (c->shard[n] == NULL) {
			count_shards_trim(c, ctl->n_shards);
			return -ENOMEM;
		}
	}
	ctl->n_shards = RTE_MAX(ctl->n_shards, n_shards);
	return 0;
}

int
steer_count_init(struct steer_count *c, unsigned int n_shards, int socket)
{
	int ret;

	memset(c, 0, sizeof(*c));
	c->control = calloc(1, sizeof(*c->control));
	if (c->control == NULL)
		return -ENOMEM;
	c->control->socket = socket;
	c->control->first_free = STEER_COUNT_NONE;
	ret = steer_count_shards(c, n_shards);
	if (ret != 0)
		steer_count_fini(c);
	return ret;
}

void
steer_count_fini(struct steer_count *c)
{
	if (c->control == NULL)
		return;
	count_shards_trim(c, 0);
	for (unsigned int p = 0; p < c->control->n_pages; p++)
		free(c->control->page[p]);
	free(c->control);
	memset(c, 0, sizeof(*c));
}

/* Take page p back from the control side and from every shard. */
static void
count_page_remove(struct steer_count *c, unsigned int p)
{
	struct steer_count_control *ctl = c->control;

	for (unsigned int n = 0; n < ctl->n_shards; n++) {
		rte_free(c->shard[n]->page[p]);
		c->shard[n]->page[p] = NULL;
	}
	free(ctl->page[p]);
	ctl->page[p] = NULL;
}

/* Add a page of counters in every shard. */
static int
count_grow(struct steer_count *c)
{
	struct steer_count_control *ctl = c->control;
	const unsigned int p = ctl->n_pages;

	if (p == STEER_COUNT_PAGES)
		return -ENOSPC;
	ctl->page[p] = calloc(STEER_COUNT_PAGE, sizeof(*ctl->page[p]));
	if (ctl->page[p] == NULL)
		return -ENOMEM;
	for (unsigned int n = 0; n < ctl->n_shards; n++) {
		c->shard[n]->page[p] = count_page_alloc(c);
		if (c->shard[n]->page[p] == NULL) {
			count_page_remove(c, p);
			return -ENOMEM;
		}
	}
	ctl->n_pages++;
	return 0;
}

/* Make a counter zero that nobody uses. */
static void
count_clear(struct steer_count *c, uint32_t id)
{
	for (unsigned int n = 0; n < c->control->n_shards; n++)
		*count_value(c, n, id) = (struct steer_count_value){0};
	count_entry(c, id)->base = (struct steer_count_value){0};
}

uint32_t
steer_count_alloc(struct steer_count *c)
{
	struct steer_count_control *ctl = c->control;
	uint32_t id = ctl->first_free;

	if (id != STEER_COUNT_NONE) {
		ctl->first_free = count_entry(c, id)->next_free;
		count_clear(c, id);
		return id;
	}
	id = ctl->n_fresh;
	if (count_page(id) == ctl->n_pages && count_grow(c) != 0)
		return STEER_COUNT_NONE;
	ctl->n_fresh++;
	return id;
}

void
steer_count_release(struct steer_count *c, uint32_t id)
{
	count_entry(c, id)->next_free = c->control->first_free;
	c->control->first_free = id;
}

/* Sum over the shards since the counter was taken. */
static struct steer_count_value
count_sum(const struct steer_count *c, uint32_t id)
{
	struct steer_count_value sum = {0};

	for (unsigned int n = 0; n < c->control->n_shards; n++) {
		const struct steer_count_value *v = count_value(c, n, id);

		sum.hits += __atomic_load_n(&v->hits, __ATOMIC_RELAXED);
		sum.bytes += __atomic_load_n(&v->bytes, __ATOMIC_RELAXED);
	}
	return sum;
}

static struct steer_count_value
count_since(struct steer_count_value now, struct steer_count_value base)
{
	return (struct steer_count_value){
		.hits = now.hits - base.hits,
		.bytes = now.bytes - base.bytes,
	};
}

struct steer_count_value
steer_count_read(const struct steer_count *c, uint32_t id)
{
	return count_since(count_sum(c, id), count_entry(c, id)->base);
}

struct steer_count_value
steer_count_reset(struct steer_count *c, uint32_t id)
{
	const struct steer_count_value now = count_sum(c, id);
	struct steer_count_value *base = &count_entry(c, id)->base;
	const struct steer_count_value until = count_since(now, *base);

	*base = now;
	return until;
}

uint64_t
steer_count_latest(const struct steer_count *c, uint32_t id)
{
	uint64_t latest = 0;

	for (unsigned int n = 0; n < c->control->n_shards; n++)
		latest = RTE_MAX(latest, __atomic_load_n(&count_value(c, n, id)->hits,
							 __ATOMIC_RELAXED));
	return latest;
}
