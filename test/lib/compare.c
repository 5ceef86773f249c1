/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdlib.h>
#include <string.h>

#include <rte_errno.h>
#include <rte_mbuf.h>

#include "compare.h"
#include "compare_handle.h"
#include "compare_trace.h"
#include "compare_verdict.h"
#include "compare_world.h"
#include "gen_mbuf.h"
#include "gen_packet.h"
#include "gen_rule.h"
#include "ref_packet.h"
#include "ref_print.h"
#include "steer_engine.h"
#include "steer_trace.h"

#define CHECKSUM_FLAGS \
	(RTE_MBUF_F_RX_IP_CKSUM_MASK | RTE_MBUF_F_RX_L4_CKSUM_MASK | \
	 RTE_MBUF_F_RX_OUTER_IP_CKSUM_BAD | RTE_MBUF_F_RX_OUTER_L4_CKSUM_MASK)

/** One packet on its way through both. */
struct flight {
	struct gen_packet packet;
	struct ref_packet decoded;
	struct ref_verdict verdict;
	struct ref_made made;
	uint64_t flags_before;
	/** Of some. */
	struct steer_trace *trace;
};

/** One packet in so many is followed step by step, too. */
#define TRACED 4

static void
free_copies(const struct steer_copies *copies)
{
	for (unsigned int i = 0; i < copies->n; i++)
		rte_pktmbuf_free(copies->pkts[i]);
}

/**
 * Does a fresh engine with some of the rules still differ from the reference?
 *
 * @param keep  For each rule of the reference, in its order.
 */
static bool
still_differs(const struct world *w, const struct flight *f, const bool *keep)
{
	struct gen_random r = { .state = 1 };
	struct steer_engine *e = world_engine(w, keep);
	struct rte_mbuf *m = gen_mbuf(&r, w->config->pool, &f->packet);
	uint64_t flags = m->ol_flags |= f->flags_before & CHECKSUM_FLAGS;
	struct steer_burst_stats stats;
	struct flight alone = *f;
	struct ref_port port;
	uint16_t queue;
	bool differs;

	world_subset(w, keep, &port);
	ref_port_classify(&port, &f->decoded, &alone.made, &alone.verdict);
	steer_engine_burst(e, 0, 0, &m, 1, &queue, &stats);
	differs = !verdict_agrees(&alone.verdict, w->want_hash, m, queue, flags);
	rte_pktmbuf_free(m);
	if (stats.copies > 0)
		free_copies(steer_engine_copies(e, 0));
	steer_engine_free(e);
	return differs;
}

/** Report the rules that it takes for the difference, with all others left out. */
static void
shrink(const struct world *w, const struct flight *f)
{
	FILE *out = w->config->report;
	bool keep[REF_RULES_MAX];

	memset(keep, true, sizeof(keep));
	if (!still_differs(w, f, keep)) {
		fprintf(out, "a fresh engine with the same rules agrees\n");
		return;
	}
	for (unsigned int i = 0; i < w->port.n_rules; i++) {
		keep[i] = false;
		keep[i] = !still_differs(w, f, keep);
	}
	fprintf(out, "it takes:\n");
	for (unsigned int i = 0; i < w->port.n_rules; i++) {
		const struct ref_rule *rule = w->port.rules[i];

		if (keep[i])
			ref_print_rule(out, rule->attr, rule->pattern, rule->actions);
	}
}

static void
report(const struct world *w, const struct flight *f, const struct rte_mbuf *m, uint16_t queue)
{
	const struct ref_verdict *v = &f->verdict;
	FILE *out = w->config->report;

	fprintf(out, "difference: seed %#" PRIx64 " set %u, %u rules, %u queues%s\n",
		w->config->seed, w->set, w->port.n_rules, w->port.n_queues,
		w->port.isolated ? ", isolated" : "");
	ref_print_rss(out, &w->port.rss);
	fprintf(out, "packet of %u bytes, %u segments, first %u, flags %#" PRIx64
		     ", tci %#x, outer %#x\n", m->pkt_len, m->nb_segs, m->data_len,
		f->packet.ol_flags, f->packet.vlan_tci, f->packet.vlan_tci_outer);
	ref_print_hex(out, f->packet.data, f->packet.len);
	fprintf(out, "\n");
	ref_print_packet(out, &f->decoded);
	world_print_handles(w);
	world_print_matches(w, &f->decoded);
	shrink(w, f);
	fprintf(out, "reference: queue %#x flag %d mark %d %#x hash %d %#x\n", verdict_queue(v),
		v->flagged, v->marked, v->mark, v->spread, v->hash);
	fprintf(out, "engine:    queue %#x flag %d mark %d %#x hash %d %#x\n\n", queue,
		(m->ol_flags & RTE_MBUF_F_RX_FDIR) != 0,
		(m->ol_flags & RTE_MBUF_F_RX_FDIR_ID) != 0, m->hash.fdir.hi,
		(m->ol_flags & RTE_MBUF_F_RX_RSS_HASH) != 0, m->hash.rss);
}

static void
note_layers(const struct ref_packet *p, uint64_t *kinds)
{
	const struct ref_stack *s = &p->outer;
	bool ip = s->l3 == REF_L3_IPV4 || s->l3 == REF_L3_IPV6;

	kinds[COMPARE_TAGGED] += s->n_tags > 0;
	kinds[COMPARE_TAGGED_TWICE] += s->n_tags == 2;
	kinds[COMPARE_TAGGED_THRICE] += s->n_tags == 3;
	kinds[COMPARE_IPV4] += s->l3 == REF_L3_IPV4;
	kinds[COMPARE_IPV6] += s->l3 == REF_L3_IPV6;
	kinds[COMPARE_ARP] += s->l3 == REF_L3_ARP;
	kinds[COMPARE_NO_L3] += s->l3 == REF_L3_NONE;
	kinds[COMPARE_EXTS] += s->exts != 0;
	kinds[COMPARE_FRAGMENTS] += s->fragment;
	kinds[COMPARE_NO_L4] += ip && s->l4 == REF_L4_NONE;
	kinds[COMPARE_VXLAN] += p->tunnel == REF_TUNNEL_VXLAN;
	kinds[COMPARE_VXLAN_GPE] += p->tunnel == REF_TUNNEL_VXLAN_GPE;
	kinds[COMPARE_GRE] += p->tunnel == REF_TUNNEL_GRE;
	kinds[COMPARE_IP_IN_IP] += p->tunnel == REF_TUNNEL_IP;
	kinds[COMPARE_GTPU] += p->tunnel == REF_TUNNEL_GTPU;
	kinds[COMPARE_GTPC] += p->tunnel == REF_TUNNEL_GTPC;
	kinds[COMPARE_MPLS_IN_UDP] += p->tunnel == REF_TUNNEL_MPLS;
	kinds[COMPARE_GENEVE] += p->tunnel == REF_TUNNEL_GENEVE;
	kinds[COMPARE_INNER_IP] += p->inner.l3 == REF_L3_IPV4 || p->inner.l3 == REF_L3_IPV6;
}

static void
note_verdict(const struct ref_verdict *v, uint64_t *kinds)
{
	kinds[COMPARE_MATCHED] += v->n_matched > 0;
	kinds[COMPARE_SEVERAL] += v->n_matched > 1;
	kinds[COMPARE_QUEUED] += v->fate == REF_QUEUE && !v->spread;
	kinds[COMPARE_SPREAD] += v->spread && v->ended_by != NULL;
	kinds[COMPARE_DEFAULT] += v->spread && v->ended_by == NULL;
	kinds[COMPARE_DROPPED] += v->fate == REF_DROP_RULE;
	kinds[COMPARE_ISOLATED] += v->fate == REF_DROP_ISOLATED;
	kinds[COMPARE_MARKED] += v->marked;
	kinds[COMPARE_FLAGGED] += v->flagged && !v->marked;
	kinds[COMPARE_CHANGED] += v->n_edits > 0;
	kinds[COMPARE_COPIED] += v->made->n_copies > 0;
	kinds[COMPARE_META] += v->meta_set;
	kinds[COMPARE_JUMPED] += v->n_jumps > 0;
	kinds[COMPARE_MISSED] += v->n_jumps > 0 && v->ended_by == NULL;
	kinds[COMPARE_PASSED] += v->n_passed > 0;
	kinds[COMPARE_PASSED_SEVERAL] += v->n_passed > 1;
	kinds[COMPARE_PASSED_MARKED] += v->passed_marked;
	kinds[COMPARE_PASSED_COUNTED] += v->passed_counted;
	kinds[COMPARE_PASSED_IN_GROUP] += v->passed_behind_jump;
	kinds[COMPARE_PASSED_ENDED] += v->n_passed > 0 && v->ended_by != NULL;
	kinds[COMPARE_PASSED_MISSED] += v->n_passed > 0 && v->ended_by == NULL;
}

/** What a lower port may say of checksums, right or wrong. */
static uint64_t
checksum_flags(struct gen_random *r)
{
	return gen_chance(r, 60) ? 0 : gen_u64(r) & CHECKSUM_FLAGS;
}

/** What a lower port may have left in an mbuf: none of it, but for these, is true any more. */
static void
leave_stale(struct gen_random *r, struct rte_mbuf *m)
{
	m->hash.rss = gen_u64(r);
	m->hash.fdir.hi = gen_u64(r);
	if (gen_chance(r, 30))
		m->ol_flags |= RTE_MBUF_F_RX_FDIR | RTE_MBUF_F_RX_FDIR_ID;
	if (gen_chance(r, 30))
		m->ol_flags |= RTE_MBUF_F_RX_RSS_HASH;
	m->ol_flags |= checksum_flags(r);
}

static struct rte_mbuf *
prepare(struct world *w, struct flight *f)
{
	struct ref_input in;
	struct rte_mbuf *m;

	world_packet(w, &f->packet);
	m = gen_mbuf(&w->random, w->config->pool, &f->packet);
	leave_stale(&w->random, m);
	f->flags_before = m->ol_flags;
	in = gen_input(&f->packet);
	in.ol_flags = m->ol_flags;
	ref_bug = w->config->bug;
	ref_decode(&in, &f->decoded);
	ref_port_classify(&w->port, &f->decoded, &f->made, &f->verdict);
	ref_bug = REF_BUG_NONE;
	return m;
}

static void
judge(struct world *w, const struct flight *f, struct rte_mbuf *m, uint16_t queue)
{
	struct compare_stats *stats = w->stats;

	if (f->trace != NULL && !compare_trace_agrees(f->trace, m, queue)) {
		world_difference(w, "step by step: queue %#x, %u rules explained otherwise; engine "
				 "queue %#x", f->trace->path.queue, f->trace->disagree, queue);
		if (w->config->report != NULL)
			steer_trace_print(w->config->report, f->trace,
					  &(struct steer_trace_style){ .all = true, .indent = "" });
	}
	stats->pairs++;
	note_layers(&f->decoded, stats->kinds);
	note_verdict(&f->verdict, stats->kinds);
	stats->kinds[COMPARE_STRIPPED] += (f->packet.ol_flags & RTE_MBUF_F_RX_VLAN_STRIPPED) != 0;
	stats->kinds[COMPARE_SEGMENTS] += m->nb_segs > 1;
	if (verdict_agrees(&f->verdict, w->want_hash, m, queue, f->flags_before))
		return;
	stats->differences++;
	if (w->config->report != NULL && stats->differences <= 5)
		report(w, f, m, queue);
}

/** Each copy is there, and no other. */
static void
judge_copies(struct world *w, const struct flight *flights, unsigned int n, unsigned int slot,
	     const struct steer_burst_stats *stats)
{
	const struct steer_copies *copies =
		stats->copies > 0 ? steer_engine_copies(w->engine, slot) : NULL;
	struct verdict_copies want = { .n = 0 };

	for (unsigned int i = 0; i < n; i++)
		verdict_want_copies(&want, &flights[i].made);
	if (!verdict_copies_agree(&want, copies, stats->uncopied))
		world_difference(w, "copies: reference %u, engine %u and %u lost", want.n,
				 stats->copies, stats->uncopied);
	if (copies != NULL)
		free_copies(copies);
}

/** One burst of @p n packets through both. */
static void
burst(struct world *w, unsigned int n)
{
	static struct flight flights[STEER_BURST_MAX];
	struct rte_mbuf *mbufs[STEER_BURST_MAX];
	uint16_t queues[STEER_BURST_MAX];
	struct steer_burst_stats burst_stats;
	const unsigned int slot = gen_below(&w->random, STEER_QUEUES_MAX);
	unsigned int matched = 0;

	for (unsigned int i = 0; i < n; i++) {
		mbufs[i] = prepare(w, &flights[i]);
		matched += flights[i].verdict.n_matched > 0;
		flights[i].trace = i % TRACED == 0 ? compare_trace(w->engine, mbufs[i]) : NULL;
	}
	steer_engine_burst(w->engine, slot, gen_below(&w->random, w->n_shards), mbufs, n, queues,
			   &burst_stats);
	judge_copies(w, flights, n, slot, &burst_stats);
	for (unsigned int i = 0; i < n; i++) {
		judge(w, &flights[i], mbufs[i], queues[i]);
		rte_pktmbuf_free(mbufs[i]);
		steer_trace_free(flights[i].trace);
	}
	if (burst_stats.hits != matched)
		world_difference(w, "hits of a burst: reference %u, engine %u", matched,
				 burst_stats.hits);
}

static bool
enough(const struct world *w)
{
	return w->config->stop_after != 0 && w->stats->differences >= w->config->stop_after;
}

static void
run_set(const struct compare_config *config, unsigned int set, struct compare_stats *stats)
{
	struct world *w = world_create(config, set, stats);
	unsigned int left = config->packets;

	stats->sets++;
	while (left > 0 && !enough(w)) {
		unsigned int phase = RTE_MIN(left, config->packets / 4 + 1);

		world_change(w);
		left -= phase;
		while (phase > 0 && !enough(w)) {
			unsigned int n =
			RTE_MIN(gen_between(&w->random, 1, STEER_BURST_MAX), phase);

			burst(w, n);
			phase -= n;
		}
	}
	world_free(w);
}

void
compare_run(const struct compare_config *config, struct compare_stats *stats)
{
	for (unsigned int i = 0; i < config->n_sets; i++) {
		run_set(config, config->first_set + i, stats);
		if (config->stop_after != 0 && stats->differences >= config->stop_after)
			break;
	}
}

void
compare_print(FILE *f, const struct compare_stats *stats)
{
#define COMPARE_TEXT(name, text) text,
	static const char *const texts[] = { COMPARE_KINDS(COMPARE_TEXT) };
#undef COMPARE_TEXT

	fprintf(f, "%" PRIu64 " sets, %" PRIu64 " rules (%" PRIu64 " of them hit, %" PRIu64
		   " refused, %" PRIu64 " loops, %" PRIu64 " updates), %" PRIu64
		   " handles, %" PRIu64 " times aged, %" PRIu64 " pairs, %" PRIu64
		   " differences\n",
		stats->sets, stats->rules, stats->hit, stats->refused, stats->loops,
		stats->updates, stats->handles, stats->aged, stats->pairs, stats->differences);
	for (unsigned int i = 0; i < COMPARE_N_KINDS; i++)
		fprintf(f, "%8" PRIu64 " %5.1f %% %s\n", stats->kinds[i],
			100.0 * stats->kinds[i] / RTE_MAX(stats->pairs, 1u), texts[i]);
}
