/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <assert.h>
#include <errno.h>
#include <string.h>

#include <rte_malloc.h>

#include "steer_error.h"
#include "steer_tunnels.h"

#define REFUSE(error, cause, code, type, ...) \
	steer_error(error, code, RTE_FLOW_ERROR_TYPE_##type, cause, __VA_ARGS__)

static_assert(sizeof(struct rte_flow_tunnel) % sizeof(uint64_t) == 0, "copied as words");

/** Of all ports: what another one has given out, or has been reused, must not be taken for ours. */
static uint32_t last_id;

/* Life */

void
steer_tunnels_fini(struct steer_tunnels *set)
{
	rte_free(set->slots);
	set->slots = NULL;
}

static int
make_slots(struct steer_tunnels *set)
{
	struct steer_app_tunnel *slots;

	if (set->slots != NULL)
		return 0;
	slots = rte_zmalloc("steer_tunnels", STEER_TUNNELS_MAX * sizeof(slots[0]), 0);
	__atomic_store_n(&set->slots, slots, __ATOMIC_RELEASE);
	return slots != NULL ? 0 : -ENOMEM;
}

/** The first id from the last one on whose slot is free; 0: there is none. */
static uint32_t
next_id(const struct steer_tunnels *set)
{
	for (unsigned int i = 0; i < STEER_TUNNELS_MAX; i++) {
		const uint32_t id = __atomic_add_fetch(&last_id, 1, __ATOMIC_RELAXED);

		if (id != 0 && set->slots[id % STEER_TUNNELS_MAX].id == 0)
			return id;
	}
	return 0;
}

/**
 * Who reads it by an older id, sees that there is another one, or none: what changes is stored, and
 * loaded, behind the id.
 */
static struct steer_app_tunnel *
fill(struct steer_tunnels *set, uint32_t id, const struct rte_flow_tunnel *tunnel)
{
	struct steer_app_tunnel *t = &set->slots[id % STEER_TUNNELS_MAX];
	uint64_t words[STEER_TUNNEL_WORDS];

	memcpy(words, tunnel, sizeof(words));
	for (unsigned int i = 0; i < STEER_TUNNEL_WORDS; i++)
		__atomic_store_n(&t->words[i], words[i], __ATOMIC_RELEASE);
	t->tunnel = *tunnel;
	t->name = (struct steer_tunnel_name){ .id = id, .type = tunnel->type };
	t->action = (struct rte_flow_action){ .type = STEER_ACTION_TUNNEL, .conf = &t->name };
	t->item = (struct rte_flow_item){ .type = STEER_ITEM_TUNNEL, .spec = &t->name };
	__atomic_store_n(&t->id, id, __ATOMIC_RELEASE);
	return t;
}

void
steer_tunnel_settle(struct steer_app_tunnel *t)
{
	if (t->actions_out == 0 && t->items_out == 0 && t->rules == 0)
		__atomic_store_n(&t->id, 0, __ATOMIC_RELAXED);
}

/* Finding */

/** Fields alone: padding, and what of the addresses is not used, may be anything. */
static bool
is_same(const struct rte_flow_tunnel *a, const struct rte_flow_tunnel *b)
{
	const size_t size = a->is_ipv6 ? sizeof(a->ipv6) : sizeof(a->ipv4);

	return a->type == b->type && a->tun_id == b->tun_id && a->is_ipv6 == b->is_ipv6 &&
	       memcmp(&a->ipv6, &b->ipv6, size) == 0 && a->tp_src == b->tp_src &&
	       a->tp_dst == b->tp_dst && a->tun_flags == b->tun_flags && a->tos == b->tos &&
	       a->ttl == b->ttl && a->label == b->label;
}

int
steer_tunnels_get(struct steer_tunnels *set, const struct rte_flow_tunnel *tunnel,
		  struct steer_app_tunnel **found, struct rte_flow_error *error)
{
	uint32_t id;

	if (make_slots(set) < 0)
		return REFUSE(error, NULL, ENOMEM, HANDLE, "tunnel: no memory for another one");
	for (unsigned int i = 0; i < STEER_TUNNELS_MAX; i++) {
		*found = &set->slots[i];
		if ((*found)->id != 0 && is_same(&(*found)->tunnel, tunnel))
			return 0;
	}
	id = next_id(set);
	if (id == 0)
		return REFUSE(error, tunnel, ENOSPC, UNSPECIFIED,
			      "tunnel: there are %u different ones: no more are accepted",
			      STEER_TUNNELS_MAX);
	*found = fill(set, id, tunnel);
	return 0;
}

struct steer_app_tunnel *
steer_tunnels_named(const struct steer_tunnels *set, const void *name)
{
	const uint32_t id = steer_tunnel_name(name).id;
	struct steer_app_tunnel *t = set->slots;

	if (t == NULL || id == 0)
		return NULL;
	t += id % STEER_TUNNELS_MAX;
	return t->id == id ? t : NULL;
}

struct steer_app_tunnel *
steer_tunnels_of_action(const struct steer_tunnels *set, const struct rte_flow_action *action)
{
	for (unsigned int i = 0; set->slots != NULL && i < STEER_TUNNELS_MAX; i++)
		if (action == &set->slots[i].action && set->slots[i].actions_out > 0)
			return &set->slots[i];
	return NULL;
}

struct steer_app_tunnel *
steer_tunnels_of_item(const struct steer_tunnels *set, const struct rte_flow_item *item)
{
	for (unsigned int i = 0; set->slots != NULL && i < STEER_TUNNELS_MAX; i++)
		if (item == &set->slots[i].item && set->slots[i].items_out > 0)
			return &set->slots[i];
	return NULL;
}

bool
steer_tunnels_read(const struct steer_tunnels *set, uint32_t id, struct rte_flow_tunnel *tunnel)
{
	const struct steer_app_tunnel *t = __atomic_load_n(&set->slots, __ATOMIC_ACQUIRE);
	uint64_t words[STEER_TUNNEL_WORDS];

	if (t == NULL)
		return false;
	t += id % STEER_TUNNELS_MAX;
	if (__atomic_load_n(&t->id, __ATOMIC_ACQUIRE) != id)
		return false;
	for (unsigned int i = 0; i < STEER_TUNNEL_WORDS; i++)
		words[i] = __atomic_load_n(&t->words[i], __ATOMIC_ACQUIRE);
	if (__atomic_load_n(&t->id, __ATOMIC_RELAXED) != id)
		return false;
	memcpy(tunnel, words, sizeof(words));
	return true;
}
