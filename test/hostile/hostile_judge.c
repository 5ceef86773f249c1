/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_mbuf.h>

#include "compare_verdict.h"
#include "hostile_judge.h"
#include "ref_match.h"
#include "ref_print.h"

#define HEX_MOST 512u

/* Before */

/* What is in it is moved, too. */
static void
keep_made(struct hostile_flight *f, const struct ref_made *made)
{
	const uint8_t *from = made->edited.data;

	f->made = malloc(sizeof(*made));
	if (f->made == NULL)
		abort();
	f->made->edited = made->edited;
	f->made->n_copies = made->n_copies;
	memcpy(f->made->copies, made->copies, made->n_copies * sizeof(made->copies[0]));
	f->verdict.made = f->made;
	if (f->verdict.out.data == from)
		f->verdict.out.data = f->made->edited.data;
	for (unsigned int i = 0; i < made->n_copies; i++)
		if (made->copies[i].in.data == made->copies[i].bytes.data)
			f->made->copies[i].in.data = f->made->copies[i].bytes.data;
}

void
hostile_judge_before(struct hostile_batch *b, struct hostile_flight *f)
{
	static struct ref_made made;

	ref_port_classify(&b->world->ref, &f->decoded, &made, &f->verdict);
	if (f->verdict.n_edits > 0 || made.n_copies > 0)
		keep_made(f, &made);
}

/* One packet */

static void
report(struct hostile_world *w, const struct hostile_flight *f, const struct rte_mbuf *m,
       uint16_t queue, const char *what)
{
	static const char *const memories[] = { "exact", "direct", "indirect", "shared",
						"attached" };
	const struct ref_verdict *v = &f->verdict;
	const struct hostile_mold *mold = &f->mold;

	hostile_find(w->stats, "%s: %s, %u bytes, %u segments, %s, flags %#" PRIx64, what,
		     mold->kind, mold->len, mold->n_segments, memories[mold->memory],
		     mold->ol_flags);
	if (w->stats->findings > 5)
		return;
	ref_print_hex(stdout, mold->data, RTE_MIN(mold->len, HEX_MOST));
	printf("\n");
	ref_print_packet(stdout, &f->decoded);
	for (unsigned int i = 0; i < w->ref.n_rules; i++)
		if (ref_match(w->ref.rules[i]->pattern, &f->decoded))
			ref_print_rule(stdout, w->ref.rules[i]->attr, w->ref.rules[i]->pattern,
				       w->ref.rules[i]->actions);
	printf("reference: queue %#x flag %d mark %d %#x hash %d %#x meta %d %#x, %u edits, flags "
	       "%#" PRIx64 ", %u bytes, tci %#x %#x\n", verdict_queue(v), v->flagged, v->marked,
	       v->mark, v->spread, v->hash, v->meta_set, v->meta, v->n_edits, v->out.ol_flags,
	       v->out.len, v->out.vlan_tci, v->out.vlan_tci_outer);
	printf("delivered %d, %u of %u copies\n", f->delivered, f->n_copies,
	       f->made != NULL ? f->made->n_copies : 0);
	if (m != NULL)
		printf("port: queue %#x flags %#" PRIx64 " mark %#x hash %#x type %#x, %u bytes, "
		       "tci %#x %#x\n", queue, m->ol_flags, m->hash.fdir.hi, m->hash.rss,
		       m->packet_type, m->pkt_len, m->vlan_tci, m->vlan_tci_outer);
	fflush(stdout);
}

static bool
take_copy(struct hostile_flight *f, const struct rte_mbuf *m, uint16_t queue)
{
	for (unsigned int i = 0; f->made != NULL && i < f->made->n_copies; i++) {
		if ((f->copies & 1u << i) || !verdict_is_copy(&f->made->copies[i], m, queue))
			continue;
		f->copies |= 1u << i;
		f->n_copies++;
		return true;
	}
	return false;
}

/* What holds for any packet that a port delivers. */
static const char *
unsound(const struct hostile_world *w, const struct rte_mbuf *m)
{
	const char *reason;

	if (m->port != w->port)
		return "another port's";
	if (m->packet_type & HOSTILE_STALE_TYPE)
		return "packet type of before";
	return rte_mbuf_check(m, 1, &reason) == 0 ? NULL : reason;
}

void
hostile_judge(struct hostile_world *w, struct rte_mbuf *m, uint16_t queue,
	      struct hostile_sums *sums)
{
	struct hostile_flight *f = (struct hostile_flight *)hostile_mold_of(m);
	const char *wrong = unsound(w, m);

	sums->received++;
	sums->bytes += m->pkt_len;
	if (wrong != NULL)
		report(w, f, m, queue, wrong);
	else if (!f->out)
		report(w, f, m, queue, "comes though it was not sent");
	else if (!f->delivered && verdict_agrees(&f->verdict, w->want_hash, m, queue,
						 f->mold.ol_flags))
		f->delivered = true;
	else if (!take_copy(f, m, queue))
		report(w, f, m, queue, "judged otherwise");
	rte_pktmbuf_free(m);
}

void
hostile_judge_end(struct hostile_world *w, struct hostile_flight *f, struct hostile_sums *sums)
{
	const unsigned int n_copies = f->made != NULL ? f->made->n_copies : 0;
	const struct ref_verdict *v = &f->verdict;
	const char *wrong = hostile_mold_end(&f->mold);

	if (wrong != NULL)
		report(w, f, NULL, 0, wrong);
	sums->sent++;
	sums->matched += v->n_matched > 0;
	sums->rule += v->fate == REF_DROP_RULE;
	sums->isolated += v->fate == REF_DROP_ISOLATED;
	sums->missing += (v->fate == REF_QUEUE && !f->delivered) + n_copies - f->n_copies;
	w->stats->changed += v->n_edits > 0;
	w->stats->copied += f->n_copies;
	f->out = f->delivered = false;
	f->n_copies = 0;
	f->copies = 0;
}

/* All of them */

static void
must_be(struct hostile_world *w, const char *what, uint64_t is, uint64_t wanted)
{
	if (is != wanted)
		hostile_find(w->stats, "%s: %" PRIu64 ", not %" PRIu64, what, is, wanted);
}

void
hostile_judge_sums(struct hostile_world *w, const struct hostile_sums *sums,
		   const struct hostile_counts *before, const struct hostile_counts *after)
{
	const uint64_t dropped = after->rule + after->isolated + after->no_mbuf -
				 (before->rule + before->isolated + before->no_mbuf);
	const uint64_t lost = after->ring_full + after->stopped -
			      (before->ring_full + before->stopped);
	const uint64_t packets = after->packets - before->packets;
	const uint64_t sampled = after->sampled - before->sampled;
	const uint64_t freed = after->stop_drops - before->stop_drops;

	must_be(w, "hits", after->hits - before->hits, sums->matched);
	must_be(w, "hits and misses", after->hits + after->misses - before->hits - before->misses,
		sums->sent);
	must_be(w, "dropped by rules", after->rule - before->rule, sums->rule);
	must_be(w, "dropped as isolated", after->isolated - before->isolated, sums->isolated);
	must_be(w, "dropped without mbuf", after->no_mbuf, 0);
	must_be(w, "dropped and delivered", dropped + lost + packets, sums->sent + sampled);
	must_be(w, "delivered", packets, sums->received + sums->waiting);
	must_be(w, "freed by stop", freed, sums->waiting);
	if (sums->waiting == 0)
		must_be(w, "bytes delivered", after->bytes - before->bytes, sums->bytes);
	must_be(w, "missing", sums->missing,
		lost + after->unsampled - before->unsampled + freed);
	w->stats->packets += sums->sent;
	w->stats->delivered += sums->received;
	w->stats->dropped += dropped;
	w->stats->overflown += lost;
	w->stats->stopped += freed;
}
