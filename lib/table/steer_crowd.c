/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <rte_malloc.h>

#include "steer_crowd.h"

struct steer_crowd *
steer_crowd_create(unsigned int n, unsigned int n_bytes, int socket)
{
	/* Some more will come. */
	const uint32_t capacity = RTE_ALIGN_CEIL(n + n / 4 + 1, STEER_CROWD_GROUP);
	const size_t groups = (size_t)capacity * 2 * n_bytes;
	struct steer_crowd *c = rte_zmalloc_socket(
		"steer_crowd",
		sizeof(*c) + groups +
			capacity * (sizeof(c->seq[0]) + sizeof(c->prio[0]) + sizeof(c->bit[0])),
		RTE_CACHE_LINE_SIZE, socket);

	if (c == NULL)
		return NULL;
	c->capacity = capacity;
	c->n_bytes = (uint8_t)n_bytes;
	c->seq = (uint64_t *)RTE_PTR_ADD(c->groups, groups);
	c->prio = (uint32_t *)(c->seq + capacity);
	c->bit = (uint8_t *)(c->prio + capacity);
	return c;
}

void
steer_crowd_free(struct steer_crowd *c)
{
	rte_free(c);
}

/** The mask's byte of an entry; the value's is STEER_CROWD_GROUP behind. */
static uint8_t *
byte_at(const struct steer_crowd *c, uint32_t at, unsigned int byte)
{
	const size_t group = at / STEER_CROWD_GROUP;

	return (uint8_t *)(uintptr_t)c->groups +
	       (group * c->n_bytes + byte) * 2 * STEER_CROWD_GROUP + at % STEER_CROWD_GROUP;
}

static void
put(uint8_t *byte, uint8_t mask, uint8_t value)
{
	__atomic_store_n(byte, mask, __ATOMIC_RELAXED);
	__atomic_store_n(byte + STEER_CROWD_GROUP, value, __ATOMIC_RELAXED);
}

static bool
is_dead(const struct steer_crowd *c, uint32_t at)
{
	const uint8_t *byte = byte_at(c, at, 0);

	return (byte[STEER_CROWD_GROUP] & ~byte[0]) != 0;
}

static bool
is_before(const struct steer_crowd *c, uint32_t at, const struct steer_crowd_entry *e)
{
	return c->prio[at] < e->prio || (c->prio[at] == e->prio && c->seq[at] <= e->seq);
}

bool
steer_crowd_takes(const struct steer_crowd *c, const struct steer_crowd_entry *e)
{
	return c->n < RTE_MIN(c->capacity, (uint32_t)STEER_CROWD_MAX) &&
	       (c->n == 0 || is_before(c, c->n - 1, e));
}

void
steer_crowd_append(struct steer_crowd *c, const struct steer_crowd_entry *e)
{
	const uint32_t at = c->n;

	c->seq[at] = e->seq;
	c->prio[at] = e->prio;
	c->bit[at] = e->bit;
	for (unsigned int i = 0; i < c->n_bytes; i++)
		put(byte_at(c, at, i), e->mask[i], e->value[i]);
	c->n_alive++;
	__atomic_store_n(&c->n, at + 1, __ATOMIC_RELEASE);
}

static void
copy_entry(struct steer_crowd *c, const struct steer_crowd *old, uint32_t at)
{
	struct steer_crowd_entry e = {
		.seq = old->seq[at], .prio = old->prio[at], .bit = old->bit[at],
	};

	for (unsigned int i = 0; i < old->n_bytes; i++) {
		const uint8_t *byte = byte_at(old, at, i);

		e.mask[i] = byte[0];
		e.value[i] = byte[STEER_CROWD_GROUP];
	}
	steer_crowd_append(c, &e);
}

struct steer_crowd *
steer_crowd_with(const struct steer_crowd *old, const struct steer_crowd_entry *e, int socket)
{
	const uint32_t n = old->n_alive + 1;
	struct steer_crowd *c;
	bool added = false;

	if (n > STEER_CROWD_MAX)
		return NULL;
	c = steer_crowd_create(n, old->n_bytes, socket);
	if (c == NULL)
		return NULL;
	c->always = old->always;
	for (uint32_t i = 0; i < old->n; i++) {
		if (!added && !is_before(old, i, e)) {
			steer_crowd_append(c, e);
			added = true;
		}
		if (!is_dead(old, i))
			copy_entry(c, old, i);
	}
	if (!added)
		steer_crowd_append(c, e);
	return c;
}

static bool
is_like(const struct steer_crowd *c, uint32_t at, const struct steer_crowd_entry *e)
{
	unsigned int differ = c->prio[at] != e->prio || c->bit[at] != e->bit;

	for (unsigned int i = 0; differ == 0 && i < c->n_bytes; i++) {
		const uint8_t *byte = byte_at(c, at, i);

		differ = (byte[0] ^ e->mask[i]) | (byte[STEER_CROWD_GROUP] ^ e->value[i]);
	}
	return differ == 0;
}

bool
steer_crowd_kill(struct steer_crowd *c, const struct steer_crowd_entry *e)
{
	for (uint32_t i = 0; i < c->n; i++)
		if (c->seq[i] == e->seq && is_like(c, i, e)) {
			put(byte_at(c, i, 0), 0, UINT8_MAX);
			c->n_alive--;
			return true;
		}
	return false;
}
