/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <netinet/in.h>

#include <rte_common.h>
#include <rte_ethdev.h>

#include "rule.h"
#include "storm.h"

/* Behind those of slots; each owner has a group of its own, besides group 0. */
#define LOOSE_PRIORITY 2
#define LOOSE_PRIORITIES 4
#define NO_SUCH_QUEUE 60

/* Numbers */

uint32_t
storm_number(struct storm_owner *o)
{
	struct storm_life *life;

	/* Not one whose packets may still be under way. */
	do {
		o->last_number = (o->last_number + 1) % STORM_NUMBERS;
		life = &o->lives[o->last_number];
	} while (o->last_number == STORM_NUMBER_ANY || (atomic_load(&life->born) != 0 &&
		atomic_load(&life->gone) + 100000 > storm_now(o->storm)));
	atomic_store(&life->gone, UINT64_MAX / 2);
	/* The clock begins at 1. */
	atomic_store(&life->born, storm_now(o->storm));
	return o->last_number;
}

void
storm_gone(struct storm_owner *o, uint32_t number, uint64_t when)
{
	atomic_store(&o->lives[number].gone, when);
}

uint32_t
storm_mark(const struct storm_owner *o, uint32_t number, uint8_t where)
{
	return (uint32_t)(o->id + 1) << 28 | number << 8 | where;
}

uint16_t
storm_queue(struct storm_owner *o)
{
	return 2 * o->id + (test_chance(&o->random) & 1);
}

/* Patterns */

/* Always the owner's address, and then whatever it may be. */
static void
loose_items(struct storm_owner *o, struct test_rule *r)
{
	const uint32_t x = test_chance(&o->random);

	test_item(r, RTE_FLOW_ITEM_TYPE_ETH);
	/* Matches nothing. */
	if (x % 16 == 0)
		test_item_vlan(r, 1 + (x >> 8 & 0xff));
	test_item_ip_dst(r, x >> 4 & 1, storm_address(o->id));
	switch (x >> 16 & 3) {
	case 0:
		test_item_udp_range(r, x >> 20 & 31, 32 + (x >> 20 & 31));
		break;
	case 1:
		test_item_dst_port(r, x >> 5 & 1 ? IPPROTO_TCP : IPPROTO_UDP, x >> 20,
			1u << (x >> 6 & 3) | 1u << (x >> 8 & 3));
		break;
	case 2:
		test_item_dst_port(r, x >> 5 & 1 ? IPPROTO_TCP : IPPROTO_UDP,
			(x >> 20) % STORM_SLOTS, UINT16_MAX);
		break;
	default:
		break;
	}
}

/* Actions */

/* To one queue, to some, nowhere, to whatever the port or another rule says. */
static void
loose_fate(struct storm_owner *o, struct test_rule *r, uint32_t number)
{
	const uint32_t x = test_chance(&o->random);
	uint16_t queue = storm_queue(o);

	switch (x & 7) {
	case 0:
		test_action_mark(r, storm_mark(o, number, STORM_TO_OWN));
		test_action_rss(r, RTE_ETH_RSS_IPV4, 2 * o->id, 2);
		break;
	case 1:
		test_action(r, RTE_FLOW_ACTION_TYPE_DROP);
		break;
	case 2:
		test_action_mark(r, storm_mark(o, number, STORM_ANYWHERE));
		test_action(r, RTE_FLOW_ACTION_TYPE_PASSTHRU);
		break;
	case 3:
		test_action_mark(r, storm_mark(o, number, STORM_ANYWHERE));
		if (r->attr.group == 0)
			test_action_jump(r, STORM_GROUP_FIRST + o->id);
		break;
	default:
		test_action_mark(r, storm_mark(o, number, queue));
		test_action_queue(r, queue);
	}
}

static void
age(struct storm_owner *o, struct test_rule *r)
{
	if (o->storm->ages)
		test_action_age(r, 1 + (test_chance(&o->random) & 1), o);
}

/* By a handle of the owner's, or one that all share. */
static void
handle_actions(struct storm_owner *o, struct test_rule *r, struct storm_rule *rule)
{
	const uint32_t x = test_chance(&o->random);
	struct storm_handle *h = &o->handles[x % STORM_HANDLES];

	if (x & 0x100 || h->handle == NULL) {
		test_action_indirect(r, o->storm->shared[x >> 9 & 1 || !o->storm->ages ?
			STORM_COUNT : STORM_AGE].handle);
	} else {
		test_action_indirect(r, h->handle);
		rule->handle = h;
		if (h->kind == STORM_RSS) {
			test_action_mark(r, storm_mark(o, rule->number, STORM_TO_OWN));
			return;
		}
	}
	loose_fate(o, r, rule->number);
}

/* Rules */

void
storm_exact_actions(struct storm_owner *o, struct test_rule *r, struct storm_rule *rule)
{
	const uint32_t x = test_chance(&o->random);
	const uint16_t queue = storm_queue(o);

	rule->counts = x & 1;
	rule->drop = (x & 0x70) == 0;
	rule->bare = !rule->drop && (x & 0xf00) == 0;
	rule->where = rule->bare ? queue : STORM_ANYWHERE;
	if (rule->counts)
		test_action(r, RTE_FLOW_ACTION_TYPE_COUNT);
	if ((x & 0xe) == 0)
		age(o, r);
	if (rule->drop) {
		test_action(r, RTE_FLOW_ACTION_TYPE_DROP);
	} else if (rule->bare) {
		test_action_queue(r, queue);
	} else if (x & 0x80) {
		test_action_mark(r, storm_mark(o, rule->number, STORM_TO_OWN));
		test_action_rss(r, RTE_ETH_RSS_NONFRAG_IPV4_UDP, 2 * o->id, 2);
	} else {
		test_action_mark(r, storm_mark(o, rule->number, queue));
		test_action_queue(r, queue);
	}
}

void
storm_exact_items(struct storm_owner *o, struct test_rule *r, unsigned int slot)
{
	test_rule(r, STORM_EXACT_PRIORITY);
	if (test_chance(&o->random) & 1)
		test_item(r, RTE_FLOW_ITEM_TYPE_ETH);
	test_item_ip_dst(r, storm_slot_v6(slot), storm_address(o->id));
	test_item_dst_port(r, storm_slot_proto(slot), slot, UINT16_MAX);
}

void
storm_exact(struct storm_owner *o, struct test_rule *r, struct storm_rule *rule)
{
	storm_exact_items(o, r, rule->slot);
	storm_exact_actions(o, r, rule);
}

void
storm_loose(struct storm_owner *o, struct test_rule *r, struct storm_rule *rule)
{
	const uint32_t x = test_chance(&o->random);

	test_rule(r, LOOSE_PRIORITY + x % LOOSE_PRIORITIES);
	if ((x & 0x300) == 0)
		r->attr.group = STORM_GROUP_FIRST + o->id;
	loose_items(o, r);
	rule->counts = false;
	if ((x & 0xc00) == 0) {
		handle_actions(o, r, rule);
		return;
	}
	rule->counts = x >> 12 & 1;
	if (rule->counts)
		test_action(r, RTE_FLOW_ACTION_TYPE_COUNT);
	if ((x >> 13 & 7) == 0)
		age(o, r);
	loose_fate(o, r, rule->number);
}

void
storm_anonymous(struct storm_owner *o, struct test_rule *r)
{
	test_rule(r, LOOSE_PRIORITY + LOOSE_PRIORITIES);
	loose_items(o, r);
	loose_fate(o, r, STORM_NUMBER_ANY);
}

void
storm_wrong(struct storm_owner *o, struct test_rule *r)
{
	const uint32_t x = test_chance(&o->random);

	test_rule(r, 1);
	loose_items(o, r);
	switch (x & 3) {
	case 0:
		test_action_queue(r, NO_SUCH_QUEUE + (x >> 8 & 0xff));
		break;
	case 1:
		r->attr.egress = 1;
		test_action_queue(r, 0);
		break;
	case 2:
		test_action(r, RTE_FLOW_ACTION_TYPE_VXLAN_ENCAP);
		break;
	default:
		test_action_queue(r, 0);
		test_action(r, RTE_FLOW_ACTION_TYPE_DROP);
	}
}
