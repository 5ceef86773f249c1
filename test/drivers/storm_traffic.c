/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <inttypes.h>
#include <sched.h>
#include <time.h>

#include <netinet/in.h>

#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_mbuf_dyn.h>
#include <rte_mempool.h>
#include <rte_ring.h>

#include "handover.h"
#include "packet.h"
#include "port.h"
#include "steer_kept.h"
#include "../../drivers/net/steer/steer_port.h"
#include "storm.h"
#include "traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define WITNESS_ADDRESS 0x0a020000
#define WITNESS_MARK 0xf0000000
/* Packets under way: a ring of the port holds more. */
#define UNDER_WAY 900
#define BURST 32
/* As in traffic.c. */
#define IDLE_ROUNDS 200

/* So long nothing has come: what was sent is lost. */
#define LOST_SECONDS 60

/* Behind each mbuf's metadata. */
struct tag {
	uint64_t sent : 40; /* By the clock. */
	uint64_t owner : 8; /* STORM_OWNERS: it is a witness. */
	uint64_t slot : 16;
};

static int tag_offset;

static struct tag *
tag_of(struct rte_mbuf *m)
{
	return RTE_MBUF_DYNFIELD(m, tag_offset, struct tag *);
}

int
storm_traffic_init(void)
{
	const struct rte_mbuf_dynfield field = {
		.name = "test_storm",
		.size = sizeof(struct tag),
		.align = __alignof__(struct tag),
	};

	tag_offset = rte_mbuf_dynfield_register(&field);
	return tag_offset < 0 ? -1 : 0;
}

/* Flows */

bool
storm_slot_v6(unsigned int slot)
{
	return slot < STORM_SLOTS && slot & 1;
}

uint8_t
storm_slot_proto(unsigned int slot)
{
	return slot < STORM_SLOTS && slot & 2 ? IPPROTO_TCP : IPPROTO_UDP;
}

bool
storm_slot_queued(unsigned int slot)
{
	return (slot & 7) == 4;
}

static struct test_packet
packet_of(unsigned int owner, unsigned int slot)
{
	const bool twin = slot >= STORM_TWIN(0);

	if (owner == STORM_OWNERS)
		return (struct test_packet){ .dst = WITNESS_ADDRESS, .proto = IPPROTO_UDP,
					     .src = 1, .dport = slot };
	if (twin)
		slot -= STORM_TWIN(0);
	return (struct test_packet){ .v6 = storm_slot_v6(slot), .dst = storm_address(owner),
				     .src = 2, .proto = storm_slot_proto(slot), .sport = twin,
				     .dport = slot };
}

/* Their rules stay when all rules are flushed, as those of a file do. */
void
storm_witnesses_make(struct storm *s)
{
	struct rte_eth_dev *dev = &rte_eth_devices[s->port];
	struct test_rule r;

	for (unsigned int i = 0; i < STORM_WITNESSES; i++) {
		test_rule(&r, STORM_WITNESS_PRIORITY);
		test_item(&r, RTE_FLOW_ITEM_TYPE_ETH);
		test_item_ip_dst(&r, false, WITNESS_ADDRESS);
		test_item_dst_port(&r, IPPROTO_UDP, i, UINT16_MAX);
		test_action_mark(&r, WITNESS_MARK | i);
		test_action(&r, RTE_FLOW_ACTION_TYPE_COUNT);
		test_action_queue(&r, i % STORM_QUEUES);
		s->witness[i] = test_create(s->port, &r);
		assert_int_equal(steer_engine_flow_keep(steer_port(dev)->engine,
			(struct steer_flow *)s->witness[i], "witness"), 0);
	}
}

/* Sending */

bool
storm_send_one(struct storm *s, unsigned int owner, unsigned int slot)
{
	const struct test_packet packet = packet_of(owner, slot);
	struct rte_mbuf *m = test_packet_make(&packet);

	if (m == NULL)
		return false;
	*tag_of(m) = (struct tag){ .owner = owner, .slot = slot };
	if (owner == STORM_OWNERS)
		s->sent_witness[slot]++;
	s->sent++;
	tag_of(m)->sent = atomic_fetch_add(&s->clock, 1);
	test_give(m);
	/* It is large enough for all that are under way. */
	if (rte_ring_enqueue(test_below(slot / STORM_QUEUES % STORM_LOWER), m) != 0)
		test_fault_note(&s->fault, "no room below");
	return true;
}

void
storm_await(struct storm *s)
{
	const time_t begin = time(NULL);

	while (rte_mempool_in_use_count(test_pool()) > 0 && !test_fault_found(&s->fault)) {
		if (time(NULL) - begin > LOST_SECONDS)
			test_fault_note(&s->fault, "packets are lost");
		sched_yield();
	}
}

static bool
send_some(struct storm *s, uint32_t x)
{
	const unsigned int owner = (x & 0xf) < 4 ? STORM_OWNERS : x % STORM_OWNERS;

	return rte_mempool_in_use_count(test_pool()) < UNDER_WAY &&
		storm_send_one(s, owner, (x >> 8) % (owner == STORM_OWNERS ?
			STORM_WITNESSES : STORM_SLOTS));
}

void
storm_send(struct storm *s, uint64_t *random)
{
	bool sent;

	while (__atomic_load_n(&s->working, __ATOMIC_ACQUIRE) > 0) {
		pthread_rwlock_rdlock(&s->calm_lock);
		sent = send_some(s, test_chance(random));
		pthread_rwlock_unlock(&s->calm_lock);
		if (!sent)
			sched_yield();
	}
}

/* Receiving */

static uint32_t
mark_of(const struct rte_mbuf *m)
{
	return m->ol_flags & RTE_MBUF_F_RX_FDIR_ID ? m->hash.fdir.hi : 0;
}

/* Who polls its queue is the only one to look. */
static void
check_witness(struct storm *s, uint16_t queue, const struct rte_mbuf *m, const struct tag *t)
{
	if (queue != t->slot % STORM_QUEUES || mark_of(m) != (WITNESS_MARK | t->slot))
		test_fault_note(&s->fault, "witness %u came from queue %u with mark %x", t->slot,
			queue, mark_of(m));
	if (t->sent <= s->last_witness[t->slot])
		test_fault_note(&s->fault, "witness %u: sent at %" PRIu64 ", came after that of %"
			PRIu64, t->slot, (uint64_t)t->sent, s->last_witness[t->slot]);
	s->last_witness[t->slot] = t->sent;
	s->came_witness[t->slot]++;
	atomic_fetch_add_explicit(&s->received_witness, 1, memory_order_relaxed);
}

/* The rule was there all the time from sending to now, and none is better. */
static void
check_must(struct storm *s, uint16_t queue, const struct rte_mbuf *m, const struct tag *t)
{
	const uint64_t must = atomic_load(&s->owners[t->owner].must[t->slot]);
	const uint32_t number = STORM_MUST_NUMBER(must) == STORM_NUMBER_ANY ? mark_of(m) :
		mark_of(m) >> 8 & (STORM_NUMBERS - 1);

	if (must == 0 || STORM_MUST_SINCE(must) > t->sent)
		return;
	atomic_fetch_add_explicit(&s->judged, 1, memory_order_relaxed);
	if (STORM_MUST_DROP(must))
		test_fault_note(&s->fault, "slot %u of %u: came with mark %x, and rule %" PRIu64
			" drops it", t->slot, t->owner, mark_of(m), STORM_MUST_NUMBER(must));
	else if (number != STORM_MUST_NUMBER(must))
		test_fault_note(&s->fault, "slot %u of %u: mark %x, sent at %" PRIu64 ", and rule %"
			PRIu64 " is there since %" PRIu64, t->slot, t->owner, mark_of(m),
			(uint64_t)t->sent, STORM_MUST_NUMBER(must), STORM_MUST_SINCE(must));
	else if (STORM_MUST_WHERE(must) != STORM_ANYWHERE && queue != STORM_MUST_WHERE(must))
		test_fault_note(&s->fault, "slot %u of %u: in queue %u, and rule %" PRIu64
			" sends to %" PRIu64 " since %" PRIu64, t->slot, t->owner, queue,
			STORM_MUST_NUMBER(must), STORM_MUST_WHERE(must), STORM_MUST_SINCE(must));
}

/* The rule may have been there, and sends where the packet has come. */
static void
check_life(struct storm *s, uint32_t mark, const struct tag *t)
{
	const uint32_t number = mark >> 8 & (STORM_NUMBERS - 1);
	const struct storm_life *life = &s->owners[t->owner].lives[number];

	if (number == STORM_NUMBER_ANY)
		return;
	if (atomic_load(&life->born) > storm_now(s))
		test_fault_note(&s->fault, "slot %u of %u: mark %x before its rule", t->slot,
			t->owner, mark);
	if (t->sent >= atomic_load(&life->gone))
		test_fault_note(&s->fault, "slot %u of %u: mark %x, sent at %" PRIu64 " after its "
			"rule was gone at %" PRIu64, t->slot, t->owner, mark, (uint64_t)t->sent,
			atomic_load(&life->gone));
}

static void
check_mark(struct storm *s, uint16_t queue, const struct rte_mbuf *m, const struct tag *t)
{
	const uint32_t mark = mark_of(m);
	const uint8_t where = mark & 0xff;

	if (mark == 0)
		return;
	atomic_fetch_add_explicit(&s->marked, 1, memory_order_relaxed);
	if (mark >> 28 != t->owner + 1u)
		test_fault_note(&s->fault, "slot %u of %u: mark %x of another one", t->slot,
			t->owner, mark);
	if (where == STORM_TO_OWN ? queue / 2 != t->owner :
			where != STORM_ANYWHERE && where != queue)
		test_fault_note(&s->fault, "slot %u of %u: mark %x in queue %u", t->slot, t->owner,
			mark, queue);
	check_life(s, mark, t);
}

static unsigned int
poll_queue(struct storm *s, uint16_t queue)
{
	struct rte_mbuf *pkts[BURST];
	const uint16_t n = rte_eth_rx_burst(s->port, queue, pkts, BURST);

	for (uint16_t i = 0; i < n; i++) {
		const struct tag t = *tag_of(pkts[i]);

		if (t.owner == STORM_OWNERS) {
			check_witness(s, queue, pkts[i], &t);
		} else {
			check_must(s, queue, pkts[i], &t);
			check_mark(s, queue, pkts[i], &t);
		}
		rte_pktmbuf_free(pkts[i]);
	}
	atomic_fetch_add_explicit(&s->received, n, memory_order_relaxed);
	return n;
}

static unsigned int
poll_all(struct storm *s, uint64_t queues)
{
	unsigned int n = 0;

	for (uint16_t q = 0; q < STORM_QUEUES; q++)
		if (queues & RTE_BIT64(q))
			n += poll_queue(s, q);
	return n;
}

int
storm_poll(void *poller)
{
	const struct storm_poller *p = poller;

	while (!atomic_load(&p->storm->stop))
		if (poll_all(p->storm, p->queues) == 0)
			sched_yield();
	return 0;
}

void
storm_poll_rest(struct storm *s)
{
	for (unsigned int idle = 0; idle < IDLE_ROUNDS; idle++)
		if (poll_all(s, UINT64_MAX) > 0)
			idle = 0;
}
