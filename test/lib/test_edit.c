/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * Rules that change packets, and copy them: bytes before and after, however a packet lies in
 * memory; buffers of others, which stay as they are; no mbufs left; what rules behind see.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_mbuf.h>
#include <rte_random.h>

#include "alloc.h"
#include "eal.h"
#include "edit_cases.h"
#include "steer_engine.h"
#include "steer_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define QUEUES 4
#define PACKET_MAX 512
#define POOL 255

static struct steer_engine *engine;
static struct rte_mempool *pool;
static struct steer_text_samples samples;

static int
begin(void **state __rte_unused)
{
	engine = steer_engine_create(QUEUES, SOCKET_ID_ANY);
	if (engine == NULL || steer_engine_configure(engine, QUEUES, 1) != 0)
		return -1;
	steer_engine_ptypes(engine, UINT32_MAX);
	steer_engine_pool(engine, pool);
	return 0;
}

static int
end(void **state __rte_unused)
{
	steer_engine_free(engine);
	steer_text_samples_free(&samples);
	return rte_mempool_avail_count(pool) == POOL ? 0 : -1;
}

/* Rules */

static struct steer_flow *
add_rule(const char *line)
{
	struct rte_flow_error error = { 0 };
	struct steer_text_rule *rule;
	struct steer_text_error bad;
	struct steer_flow *flow;

	if (steer_text_parse_among(line, strlen(line), &samples, &rule, &bad) != 0)
		fail_msg("%s: %s", line, bad.message);
	flow = steer_engine_flow_create(engine, &rule->attr, rule->pattern, rule->actions, &error);
	if (flow == NULL)
		fail_msg("%s: %s", line, error.message);
	steer_text_free(rule);
	return flow;
}

static struct steer_flow *
add_for_all(const char *actions)
{
	char line[640];

	snprintf(line, sizeof(line), "ingress pattern end actions %s / end", actions);
	return add_rule(line);
}

/* Packets */

struct bytes {
	uint32_t len;
	uint8_t data[PACKET_MAX];
};

static void
from_hex(const char *hex, struct bytes *b)
{
	unsigned int byte;

	for (b->len = 0; sscanf(hex, "%2x", &byte) == 1; hex += 2)
		b->data[b->len++] = (uint8_t)byte;
}

static struct rte_mbuf *
make_plain(const uint8_t *data, uint32_t len)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(pool);

	assert_non_null(m);
	memcpy(rte_pktmbuf_append(m, (uint16_t)len), data, len);
	return m;
}

/* Segments of so many bytes. */
static struct rte_mbuf *
make_segments(const struct bytes *b, uint32_t each)
{
	struct rte_mbuf *head = NULL;

	for (uint32_t at = 0; at < b->len; at += each) {
		struct rte_mbuf *m = make_plain(b->data + at, RTE_MIN(each, b->len - at));

		if (head == NULL)
			head = m;
		else
			assert_int_equal(rte_pktmbuf_chain(head, m), 0);
	}
	return head;
}

static void
keep_memory(void *memory __rte_unused, void *arg __rte_unused)
{
}

/* How a packet lies in memory. */
enum memory {
	PLAIN,
	NO_HEADROOM,
	SEGMENTS, /* From here on 1, 3, 7 and 20 bytes each. */
	SEGMENTS_LAST = SEGMENTS + 3,
	/* From here on others may see it. */
	REFERENCED,
	CLONED,
	EXTERNAL,
	MEMORIES,
};

/* A packet, and what of it must not change, if there is such. */
struct packet {
	struct rte_mbuf *m;
	struct rte_mbuf *other;
	const uint8_t *kept;
	struct rte_mbuf_ext_shared_info shared;
	struct bytes external;
};

static void
make_packet(struct packet *p, const struct bytes *b, enum memory memory)
{
	static const uint32_t lengths[] = { 1, 3, 7, 20 };
	uint16_t size = PACKET_MAX;

	p->other = NULL;
	p->kept = NULL;
	p->m = make_segments(b, memory >= SEGMENTS && memory <= SEGMENTS_LAST ?
					lengths[memory - SEGMENTS] : PACKET_MAX);
	switch (memory) {
	case NO_HEADROOM:
		memmove(p->m->buf_addr, rte_pktmbuf_mtod(p->m, void *), b->len);
		p->m->data_off = 0;
		break;
	case REFERENCED:
		rte_mbuf_refcnt_update(p->m, 1);
		p->other = p->m;
		p->kept = rte_pktmbuf_mtod(p->m, const uint8_t *);
		break;
	case CLONED:
		p->other = p->m;
		p->m = rte_pktmbuf_clone(p->m, pool);
		p->kept = rte_pktmbuf_mtod(p->m, const uint8_t *);
		break;
	case EXTERNAL:
		p->external = *b;
		p->shared.free_cb = keep_memory;
		rte_mbuf_ext_refcnt_set(&p->shared, 1);
		rte_pktmbuf_attach_extbuf(p->m, p->external.data,
					  (rte_iova_t)(uintptr_t)p->external.data, size,
					  &p->shared);
		p->m->data_len = (uint16_t)b->len;
		p->m->data_off = 0;
		p->kept = p->external.data;
		break;
	default:
		break;
	}
}

/* Only it, through an engine. */
static uint16_t
run(struct rte_mbuf **m, struct steer_burst_stats *stats)
{
	uint16_t queue;

	steer_engine_burst(engine, 0, 0, m, 1, &queue, stats);
	return queue;
}

static void
assert_bytes(const char *what, const struct rte_mbuf *m, const struct bytes *want)
{
	uint8_t room[PACKET_MAX];
	const uint8_t *data;

	rte_mbuf_sanity_check(m, 1);
	if (m->pkt_len != want->len)
		fail_msg("%s: %u bytes, not %u", what, m->pkt_len, want->len);
	data = rte_pktmbuf_read(m, 0, want->len, room);
	for (uint32_t i = 0; i < want->len; i++)
		if (data[i] != want->data[i])
			fail_msg("%s: byte %u is %02x, not %02x", what, i, data[i], want->data[i]);
}

static void
assert_kept(const char *what, struct packet *p, const struct bytes *before)
{
	if (p->kept != NULL && memcmp(p->kept, before->data, before->len) != 0)
		fail_msg("%s: a buffer of others has changed", what);
	if (p->other != NULL)
		rte_pktmbuf_free(p->other);
}

/* Changes */

static void
try_case(const struct edit_case *c, enum memory memory)
{
	const struct edit_mbuf *now = &c->mbuf_after;
	struct steer_burst_stats stats;
	struct bytes before, after;
	struct packet p;
	char what[128];

	snprintf(what, sizeof(what), "%s, memory %d", c->what, memory);
	from_hex(c->before, &before);
	from_hex(c->after, &after);
	make_packet(&p, &before, memory);
	p.m->ol_flags |= c->mbuf_before.flags;
	p.m->vlan_tci = c->mbuf_before.vlan_tci;
	p.m->vlan_tci_outer = c->mbuf_before.vlan_tci_outer;
	assert_int_equal(run(&p.m, &stats), 3);
	assert_bytes(what, p.m, &after);
	assert_int_equal(p.m->ol_flags & ~(RTE_MBUF_F_INDIRECT | RTE_MBUF_F_EXTERNAL), now->flags);
	assert_int_equal(p.m->vlan_tci, now->vlan_tci);
	assert_int_equal(p.m->vlan_tci_outer, now->vlan_tci_outer);
	rte_pktmbuf_free(p.m);
	assert_kept(what, &p, &before);
}

static void
test_cases(void **state __rte_unused)
{
	for (unsigned int i = 0; i < n_edit_cases; i++) {
		const struct edit_case *c = &edit_cases[i];
		char actions[512];
		struct steer_flow *flow;

		snprintf(actions, sizeof(actions), "%s / queue index 3", c->actions);
		flow = add_for_all(actions);
		for (enum memory memory = PLAIN; memory < MEMORIES; memory++)
			try_case(c, memory);
		assert_int_equal(steer_engine_flow_destroy(engine, flow, NULL), 0);
	}
}

/* Wrong checksums stay wrong by as much, so that who checks them is not deceived. */
static void
test_wrong_sums(void **state __rte_unused)
{
	const struct edit_case *c = &edit_cases[0];
	struct steer_burst_stats stats;
	struct bytes before, after;
	struct packet p;

	from_hex(c->before, &before);
	from_hex(c->after, &after);
	add_for_all("dec_ttl / queue index 3");
	before.data[14 + 11] ^= 1;
	after.data[14 + 11] ^= 1;
	before.data[14 + 20 + 16] ^= 0x80;
	after.data[14 + 20 + 16] ^= 0x80;
	make_packet(&p, &before, PLAIN);
	p.m->ol_flags |= RTE_MBUF_F_RX_IP_CKSUM_BAD | RTE_MBUF_F_RX_L4_CKSUM_BAD;
	assert_int_equal(run(&p.m, &stats), 3);
	assert_bytes("wrong", p.m, &after);
	assert_int_equal(p.m->ol_flags, RTE_MBUF_F_RX_IP_CKSUM_BAD | RTE_MBUF_F_RX_L4_CKSUM_BAD);
	rte_pktmbuf_free(p.m);
}

/* A packet of TCP over IPv4, with a tag in front if wanted. */
static struct rte_mbuf *
tcp_packet(bool tagged)
{
	struct bytes b;
	struct packet p;

	from_hex(edit_cases[0].before, &b);
	if (tagged) {
		memmove(b.data + 16, b.data + 12, b.len - 12);
		memcpy(b.data + 12, "\x81\x00\x00\x07", 4);
		b.len += 4;
	}
	make_packet(&p, &b, PLAIN);
	return p.m;
}

static uint16_t
queue_of(struct rte_mbuf *m)
{
	struct steer_burst_stats stats;
	const uint16_t queue = run(&m, &stats);

	rte_pktmbuf_free(m);
	return queue;
}

/* Rules behind, in the same group or in others, see what it has become; so does the port's RSS. */
static void
test_seen(void **state __rte_unused)
{
	add_rule("ingress priority 0 pattern eth / vlan vid is 7 / end "
		 "actions of_pop_vlan / set_tp_dst port 443 / passthru / end");
	add_rule("ingress priority 1 pattern eth / vlan / end actions queue index 1 / end");
	add_rule("ingress priority 2 pattern tcp dst is 443 / end "
		 "actions set_ipv4_dst ipv4_addr 192.0.2.1 / jump group 5 / end");
	add_rule("ingress group 5 pattern ipv4 dst is 192.0.2.1 / tcp dst is 443 / end "
		 "actions queue index 2 / end");
	add_rule("ingress group 5 pattern end actions queue index 1 / end");
	assert_int_equal(queue_of(tcp_packet(true)), 2);
	assert_int_equal(queue_of(tcp_packet(false)), 0);
}

static void
test_ptype(void **state __rte_unused)
{
	struct rte_mbuf *m = tcp_packet(true);
	struct steer_burst_stats stats;

	add_for_all("of_pop_vlan / set_ttl ttl_value 9");
	run(&m, &stats);
	assert_int_equal(m->packet_type, RTE_PTYPE_L2_ETHER | RTE_PTYPE_L3_IPV4 | RTE_PTYPE_L4_TCP);
	rte_pktmbuf_free(m);
}

/* Out of the pool. */
static unsigned int
take_all(struct rte_mbuf **taken)
{
	unsigned int n = 0;

	while (n < POOL && (taken[n] = rte_pktmbuf_alloc(pool)) != NULL)
		n++;
	return n;
}

/* A packet that others see cannot be changed without an mbuf: it is dropped, and says so. */
static void
test_no_mbuf(void **state __rte_unused)
{
	struct rte_mbuf *taken[POOL], *shared = tcp_packet(false), *plain = tcp_packet(false), *m;
	struct steer_burst_stats stats;
	unsigned int n = take_all(taken);

	add_for_all("dec_ttl / queue index 3");
	m = shared;
	rte_mbuf_refcnt_update(shared, 1);
	assert_int_equal(run(&m, &stats), STEER_DROP_NO_MBUF);
	assert_ptr_equal(m, shared);
	assert_int_equal(run(&plain, &stats), 3);
	rte_pktmbuf_free_bulk(taken, n);
	/* As soon as there are some again; and where there never are any. */
	assert_int_equal(run(&m, &stats), 3);
	assert_ptr_not_equal(m, shared);
	assert_int_equal(rte_mbuf_refcnt_read(shared), 1);
	assert_int_equal(rte_pktmbuf_mtod(shared, uint8_t *)[14 + 8], 64);
	assert_int_equal(rte_pktmbuf_mtod(m, uint8_t *)[14 + 8], 63);
	rte_pktmbuf_free(m);
	steer_engine_pool(engine, NULL);
	m = shared;
	rte_mbuf_refcnt_update(shared, 1);
	assert_int_equal(run(&m, &stats), STEER_DROP_NO_MBUF);
	rte_pktmbuf_free(shared);
	rte_pktmbuf_free(shared);
	rte_pktmbuf_free(plain);
}

/* Copies */

static void
set_sample(const char *line)
{
	struct steer_text_rule *rule;
	struct steer_text_error bad;

	if (steer_text_parse_among(line, strlen(line), &samples, &rule, &bad) != 0)
		fail_msg("%s: %s", line, bad.message);
	assert_null(rule);
}

static uint64_t
hits(struct steer_flow *flow)
{
	const struct rte_flow_action count = { .type = RTE_FLOW_ACTION_TYPE_COUNT };
	struct rte_flow_query_count query = { 0 };

	assert_int_equal(steer_engine_flow_query(engine, flow, &count, &query, NULL), 0);
	return query.hits;
}

static unsigned int
ttl_of(const struct rte_mbuf *m)
{
	return rte_pktmbuf_mtod(m, const uint8_t *)[14 + 8];
}

/* As the packet was at that place; with the marks of the sample, and independent of it. */
static void
test_sample(void **state __rte_unused)
{
	struct rte_mbuf *m = tcp_packet(true), *copy;
	const struct steer_copies *copies;
	struct steer_burst_stats stats;
	struct steer_flow *flow;

	set_sample("set sample_actions 3 mark id 9 / count / queue index 2 / end # a comment");
	flow = add_for_all("mark id 5 / of_pop_vlan / set_ttl ttl_value 7 / "
			   "sample ratio 1 index 3 / set_ttl ttl_value 8 / queue index 1");
	assert_int_equal(run(&m, &stats), 1);
	assert_int_equal(stats.copies, 1);
	assert_int_equal(stats.uncopied, 0);
	copies = steer_engine_copies(engine, 0);
	assert_int_equal(copies->queues[0], 2);
	copy = copies->pkts[0];
	assert_int_equal(copy->hash.fdir.hi, 9);
	assert_int_equal(m->hash.fdir.hi, 5);
	assert_int_equal(copy->packet_type, m->packet_type);
	assert_int_equal(copy->packet_type & RTE_PTYPE_L2_MASK, RTE_PTYPE_L2_ETHER);
	assert_int_equal(ttl_of(copy), 7);
	assert_int_equal(ttl_of(m), 8);
	assert_true(RTE_MBUF_DIRECT(copy) && rte_mbuf_refcnt_read(copy) == 1);
	assert_int_equal(hits(flow), 1);
	rte_pktmbuf_free(m);
	rte_pktmbuf_free(copy);
}

/* Without marks of its own it has none, nor a hash. */
static void
test_sample_plain(void **state __rte_unused)
{
	struct rte_mbuf *m = tcp_packet(false), *copy;
	struct steer_burst_stats stats;

	set_sample("set sample_actions 0 queue index 2 / end");
	add_for_all("mark id 5 / sample ratio 1 index 0 / queue index 1");
	m->ol_flags |= RTE_MBUF_F_RX_RSS_HASH;
	run(&m, &stats);
	copy = steer_engine_copies(engine, 0)->pkts[0];
	assert_int_equal(copy->ol_flags, 0);
	assert_int_equal(copy->pkt_len, m->pkt_len);
	rte_pktmbuf_free(m);
	rte_pktmbuf_free(copy);
	/* Of a packet that nobody asked for, neither. */
	steer_engine_flow_flush(engine, NULL);
	m = tcp_packet(false);
	run(&m, &stats);
	assert_int_equal(stats.copies, 0);
	rte_pktmbuf_free(m);
}

/* So many on average: of 8192 packets one in 8, give or take six deviations. */
static void
test_sample_ratio(void **state __rte_unused)
{
	struct rte_mbuf *m = tcp_packet(false);
	struct steer_burst_stats stats;
	unsigned int n = 0;

	rte_srand(20261121);
	set_sample("set sample_actions 0 queue index 2 / end");
	add_for_all("sample ratio 8 index 0 / queue index 1");
	for (unsigned int i = 0; i < 8192; i++) {
		assert_int_equal(run(&m, &stats), 1);
		assert_in_range(stats.copies, 0, 1);
		n += stats.copies;
		if (stats.copies > 0)
			rte_pktmbuf_free(steer_engine_copies(engine, 0)->pkts[0]);
	}
	assert_in_range(n, 1024 - 6 * 30, 1024 + 6 * 30);
	rte_pktmbuf_free(m);
}

/* The packet goes its way, copied or not. */
static void
test_sample_no_mbuf(void **state __rte_unused)
{
	struct rte_mbuf *taken[POOL], *m = tcp_packet(false);
	struct steer_burst_stats stats;
	const unsigned int n = take_all(taken);

	set_sample("set sample_actions 0 queue index 2 / end");
	add_for_all("sample ratio 1 index 0 / dec_ttl / queue index 1");
	assert_int_equal(run(&m, &stats), 1);
	assert_int_equal(stats.copies, 0);
	assert_int_equal(stats.uncopied, 1);
	assert_int_equal(ttl_of(m), 63);
	rte_pktmbuf_free_bulk(taken, n);
	steer_engine_pool(engine, NULL);
	assert_int_equal(run(&m, &stats), 1);
	assert_int_equal(stats.uncopied, 1);
	rte_pktmbuf_free(m);
}

/* More than one burst has room for. */
static void
test_sample_many(void **state __rte_unused)
{
	struct rte_mbuf *m[STEER_BURST_MAX];
	uint16_t queues[STEER_BURST_MAX];
	struct steer_burst_stats stats;
	const unsigned int rules = STEER_COPIES_MAX / STEER_BURST_MAX + 1;
	struct rte_mempool *first = pool;

	pool = rte_pktmbuf_pool_create("many", 511, 0, 0, 2048, SOCKET_ID_ANY);
	assert_non_null(pool);
	steer_engine_pool(engine, pool);
	set_sample("set sample_actions 0 queue index 2 / end");
	for (unsigned int i = 0; i < rules; i++)
		add_for_all("sample ratio 1 index 0 / passthru");
	for (unsigned int i = 0; i < STEER_BURST_MAX; i++)
		m[i] = tcp_packet(false);
	steer_engine_burst(engine, 0, 0, m, STEER_BURST_MAX, queues, &stats);
	assert_int_equal(stats.copies, STEER_COPIES_MAX);
	assert_int_equal(stats.uncopied, rules * STEER_BURST_MAX - STEER_COPIES_MAX);
	for (unsigned int i = 0; i < stats.copies; i++)
		rte_pktmbuf_free(steer_engine_copies(engine, 0)->pkts[i]);
	rte_pktmbuf_free_bulk(m, STEER_BURST_MAX);
	assert_int_equal(rte_mempool_avail_count(pool), 511);
	rte_mempool_free(pool);
	pool = first;
}

/* While the queue of the copies is gone, so is the rule. */
static void
test_sample_gone_queue(void **state __rte_unused)
{
	set_sample("set sample_actions 0 queue index 3 / end");
	add_for_all("sample ratio 1 index 0 / queue index 1");
	assert_int_equal(steer_engine_configure(engine, 2, 1), 0);
	assert_int_equal(queue_of(tcp_packet(false)), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_cases, begin, end),
		cmocka_unit_test_setup_teardown(test_wrong_sums, begin, end),
		cmocka_unit_test_setup_teardown(test_seen, begin, end),
		cmocka_unit_test_setup_teardown(test_ptype, begin, end),
		cmocka_unit_test_setup_teardown(test_no_mbuf, begin, end),
		cmocka_unit_test_setup_teardown(test_sample, begin, end),
		cmocka_unit_test_setup_teardown(test_sample_plain, begin, end),
		cmocka_unit_test_setup_teardown(test_sample_ratio, begin, end),
		cmocka_unit_test_setup_teardown(test_sample_no_mbuf, begin, end),
		cmocka_unit_test_setup_teardown(test_sample_many, begin, end),
		cmocka_unit_test_setup_teardown(test_sample_gone_queue, begin, end),
	};
	int rc;

	if (test_eal_init(NULL) != 0)
		return 1;
	pool = rte_pktmbuf_pool_create("edit", POOL, 0, 0, 2048, SOCKET_ID_ANY);
	rc = pool != NULL ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
	rte_mempool_free(pool);
	test_eal_cleanup();
	return rc;
}
