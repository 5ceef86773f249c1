/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <rte_ether.h>
#include <rte_mbuf.h>

#include "gen_mbuf.h"
#include "kernel_set.h"
#include "steer_engine.h"
#include "steer_kernel.h"

static bool
stack_is_beyond(const struct ref_stack *s)
{
	return s->has_etag || s->pppoe != REF_PPPOE_NONE || s->n_labels > 0 || s->has_ah;
}

/** Has it headers that programs do not look through? */
static bool
is_beyond(const struct ref_packet *p)
{
	return stack_is_beyond(&p->outer) || stack_is_beyond(&p->inner) ||
	       (p->tunnel != REF_TUNNEL_NONE && p->tunnel != REF_TUNNEL_VXLAN &&
		p->tunnel != REF_TUNNEL_GENEVE);
}

static bool
same_mark(const struct rte_mbuf *m, const struct steer_kernel_meta *meta)
{
	const bool mark = m->ol_flags & RTE_MBUF_F_RX_FDIR_ID;
	const bool flag = m->ol_flags & RTE_MBUF_F_RX_FDIR;

	if (mark != ((meta->flags & STEER_KERNEL_MARK) != 0))
		return false;
	if (flag != ((meta->flags & (STEER_KERNEL_MARK | STEER_KERNEL_FLAG)) != 0))
		return false;
	return !mark || m->hash.fdir.hi == meta->mark;
}

static bool
same_hash(const struct rte_mbuf *m, const struct steer_kernel_meta *meta)
{
	const bool hash = m->ol_flags & RTE_MBUF_F_RX_RSS_HASH;

	return hash == ((meta->flags & STEER_KERNEL_HASH) != 0) &&
	       (!hash || m->hash.rss == meta->hash);
}

/** Is it the kernel's, as the engine sees it? */
static bool
is_kernels(const struct rte_mbuf *m, uint16_t queue)
{
	return queue == STEER_DROP_ISOLATED ||
	       (queue == STEER_DROP_RULE && (m->ol_flags & RTE_MBUF_F_RX_FDIR_ID) != 0 &&
		m->hash.fdir.hi == KERNEL_STAY_MARK);
}

static bool
agrees(struct kernel_set *s, const struct rte_mbuf *m, uint16_t queue, bool beyond,
       const struct steer_kernel_meta *meta)
{
	struct kernel_tally *t = s->tally;

	if (meta->flags & STEER_KERNEL_STAY) {
		t->stayed++;
		return is_kernels(m, queue) || beyond;
	}
	if (meta->flags & STEER_KERNEL_REFINE) {
		t->refined++;
		return beyond || !is_kernels(m, queue);
	}
	t->verdicts++;
	if (meta->flags & STEER_KERNEL_DROP) {
		t->dropped++;
		return queue == STEER_DROP_RULE && !is_kernels(m, queue);
	}
	t->matched += (meta->flags & STEER_KERNEL_MATCHED) != 0;
	t->hashed += (meta->flags & STEER_KERNEL_HASH) != 0;
	t->marked += (meta->flags & STEER_KERNEL_MARK) != 0;
	return queue == meta->queue && same_mark(m, meta) && same_hash(m, meta) &&
	       meta->generation == steer_kernel_generation(s->kernel);
}

/** TAP: the queue is the engine's, or a guess where it is for user space to say. */
static bool
tap_agrees(struct kernel_set *s, const struct rte_mbuf *m, uint16_t queue, bool beyond,
	   const struct steer_kernel_meta *refined, const struct steer_kernel_meta *meta)
{
	if (meta->flags & STEER_KERNEL_DROP) {
		s->tally->dropped++;
		return STEER_IS_DROP(queue) || beyond;
	}
	if (refined->flags & STEER_KERNEL_REFINE)
		return true;
	s->tally->verdicts++;
	return queue == meta->queue && m->nb_segs > 0;
}

/** Whose a packet is that no rule matches: STAY, COPY, or the port's. */
static uint16_t
by_address(const struct steer_kernel_remote *remote, const struct rte_ether_addr *to)
{
	uint8_t own[RTE_ETHER_ADDR_LEN];
	const bool group = rte_is_multicast_ether_addr(to);

	for (uint32_t i = 0; i < remote->n_macs; i++) {
		for (unsigned int j = 0; j < sizeof(own); j++)
			own[j] = (uint8_t)(remote->mac[i] >> (40 - 8 * j));
		if (memcmp(own, to->addr_bytes, sizeof(own)) == 0)
			return group ? STEER_KERNEL_COPY : 0;
	}
	if (remote->promiscuous || rte_is_broadcast_ether_addr(to) ||
	    (to->addr_bytes[0] == 0x33 && to->addr_bytes[1] == 0x33) ||
	    (group && remote->all_multicast))
		return STEER_KERNEL_COPY;
	return STEER_KERNEL_STAY;
}

/** @param matched  A rule does. What it drops may have to be counted above. */
static bool
remote_agrees(struct kernel_set *s, const struct gen_packet *p, const struct rte_mbuf *m,
	      uint16_t queue, bool matched, const struct steer_kernel_meta *meta)
{
	const struct rte_ether_addr *to = (const struct rte_ether_addr *)p->data;
	uint16_t flags = 0;

	s->tally->matched += matched;
	s->tally->stayed += (meta->flags & STEER_KERNEL_STAY) != 0;
	s->tally->copied += (meta->flags & STEER_KERNEL_COPY) != 0;
	s->tally->dropped += (meta->flags & STEER_KERNEL_DROP) != 0;
	if (!matched)
		flags = s->isolated ? STEER_KERNEL_STAY : by_address(s->remote, to);
	else if (is_kernels(m, queue))
		flags = STEER_KERNEL_STAY;
	else if (queue == STEER_DROP_RULE && meta->flags != 0)
		flags = STEER_KERNEL_DROP;
	return meta->flags == flags;
}

static void
note(struct kernel_tally *t, const struct ref_packet *p)
{
	t->packets++;
	t->fragments += p->outer.fragment;
	t->exts += p->outer.exts != 0;
	t->tunnels += p->tunnel == REF_TUNNEL_VXLAN || p->tunnel == REF_TUNNEL_GENEVE;
}

static void
report(const struct kernel_set *s, const struct gen_packet *p, const struct rte_mbuf *m,
       uint16_t queue, const struct steer_kernel_meta *meta)
{
	struct rte_flow_error error;

	if (!s->report || s->tally->differences > 3)
		return;
	printf("packet of %u bytes:", p->len);
	for (uint32_t i = 0; i < p->len; i++)
		printf("%s%02x", i % 4 == 0 ? " " : "", p->data[i]);
	printf("\n%s, engine: queue %#x flags %#lx mark %#x hash %#x, kernel: queue %u flags %#x "
	       "mark %#x hash %#x\n", s->isolated ? "isolated" : "not isolated", queue,
	       (unsigned long)m->ol_flags, m->hash.fdir.hi, m->hash.rss, meta->queue, meta->flags,
	       meta->mark, meta->hash);
	steer_engine_flow_dump(s->engine, 0, NULL, stdout, &error);
}

static void
try_packet(struct kernel_set *s, struct gen_packet *p)
{
	struct steer_kernel_run run, guess;
	struct steer_burst_stats stats;
	const struct ref_input in = gen_input(p);
	struct ref_packet decoded;
	struct gen_packet seen;
	struct rte_mbuf *m;
	uint16_t queue;
	bool good;

	if (p->len < RTE_ETHER_HDR_LEN)
		return;
	ref_decode(&in, &decoded);
	assert_int_equal(steer_kernel_test(s->kernel, p->data, p->len, 1, &run), 0);
	seen = *p;
	if (s->change != NULL)
		s->change(&seen, &decoded);
	m = gen_mbuf(&s->random, s->pool, &seen);
	steer_engine_burst(s->engine, 0, 0, &m, 1, &queue, &stats);
	note(s->tally, &decoded);
	if (s->remote != NULL) {
		good = is_beyond(&decoded) ||
		       remote_agrees(s, p, m, queue, stats.hits != 0, &run.meta);
	} else if (s->kernel == s->xdp) {
		good = agrees(s, m, queue, is_beyond(&decoded), &run.meta);
	} else {
		assert_int_equal(steer_kernel_test(s->xdp, p->data, p->len, 1, &guess), 0);
		good = tap_agrees(s, m, queue, is_beyond(&decoded), &guess.meta, &run.meta);
	}
	if (!good) {
		s->tally->differences++;
		report(s, p, m, queue, &run.meta);
	}
	rte_pktmbuf_free(m);
}

void
kernel_set_packets(struct kernel_set *s, unsigned int n)
{
	struct gen_random *r = &s->random;
	struct gen_packet p;

	for (unsigned int i = 0; i < n; i++) {
		if (s->n_flows > 0 && gen_chance(r, 60))
			gen_packet_for(r, s->rules[gen_below(r, s->n_flows)].pattern, &p);
		else
			p = s->packets[gen_below(r, RTE_DIM(s->packets))];
		if (gen_chance(r, 15))
			gen_spoil(r, &p);
		p.ol_flags = 0;
		try_packet(s, &p);
	}
}

void
kernel_tally_print(const struct kernel_tally *t)
{
	printf("%lu packets (%lu fragments, %lu with extension headers, %lu in tunnels), %lu rules "
	       "(%lu not for the kernel): %lu verdicts (%lu by a rule, %lu dropped, %lu hashed, "
	       "%lu marked), %lu left to user space, %lu stayed, %lu copied, %lu differ\n",
	       t->packets, t->fragments, t->exts, t->tunnels, t->rules, t->refused, t->verdicts,
	       t->matched, t->dropped, t->hashed, t->marked, t->refined, t->stayed, t->copied,
	       t->differences);
}
