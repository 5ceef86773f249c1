/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

#include <rte_mbuf.h>

#include "change_reader.h"
#include "compare_verdict.h"
#include "gen_mbuf.h"

void
change_unpin(void)
{
	cpu_set_t all;

	CPU_ZERO(&all);
	for (long i = 0; i < sysconf(_SC_NPROCESSORS_ONLN); i++)
		CPU_SET(i, &all);
	pthread_setaffinity_np(pthread_self(), sizeof(all), &all);
}

static bool
is_state(const struct change_reader *r, uint64_t state, unsigned int first, unsigned int n)
{
	const struct ref_verdict *v = &r->scene->script->verdicts[state % CHANGE_STEPS][first];
	struct verdict_copies want = { .n = 0 };

	for (unsigned int i = 0; i < n; i++) {
		if (!verdict_agrees(&v[i], false, r->mbufs[first + i], r->queues[i],
				    r->flags[first + i]))
			return false;
		verdict_want_copies(&want, v[i].made);
	}
	return verdict_copies_agree(&want, r->copies, r->lost);
}

static void
report_packet(const struct ref_verdict *v, const struct rte_mbuf *m, uint16_t queue)
{
	printf("  queue %#x flags %#" PRIx64 " mark %#x hash %#x, is %#x, %d%d %#x %d %#x; bytes "
	       "are %s\n", queue, m->ol_flags, m->hash.fdir.hi, m->hash.rss, verdict_queue(v),
	       v->flagged, v->marked, v->mark, v->spread, v->hash,
	       verdict_bytes_agree(&v->out, m) ? "as wanted" : "others");
}

/* The first one that is as no state has it. */
static void
report(const struct change_reader *r, uint64_t from, uint64_t to, unsigned int first,
       unsigned int n)
{
	const struct change_script *script = r->scene->script;

	for (uint64_t state = from; state <= to && state < from + 4; state++) {
		const struct ref_verdict *v = script->verdicts[state % CHANGE_STEPS];
		unsigned int copies = 0;

		printf("seed %" PRIu64 " states %" PRIu64 "..%" PRIu64 ", in %" PRIu64 ":\n",
		       r->scene->seed, from, to, state);
		for (unsigned int i = first; i < first + n; i++) {
			const uint16_t queue = r->queues[i - first];

			copies += v[i].made->n_copies;
			if (verdict_agrees(&v[i], false, r->mbufs[i], queue, r->flags[i]))
				continue;
			printf("  packet %u:", i);
			report_packet(&v[i], r->mbufs[i], queue);
		}
		printf("  %u copies and %u lost, is %u\n",
		       r->copies != NULL ? r->copies->n : 0, r->lost, copies);
	}
}

void
change_reader_mbuf(struct change_reader *r, unsigned int i)
{
	const uint64_t stale = RTE_MBUF_F_RX_FDIR | RTE_MBUF_F_RX_FDIR_ID | RTE_MBUF_F_RX_RSS_HASH;

	r->mbufs[i] = gen_mbuf(&r->random, r->scene->pool, &r->scene->script->packets[i]);
	r->flags[i] = r->mbufs[i]->ol_flags | stale;
}

/* What has been changed, or is another mbuf, is made anew. */
static void
put_back(struct change_reader *r, struct rte_mbuf *const *were, unsigned int first, unsigned int n)
{
	for (unsigned int i = first; i < first + n; i++) {
		const struct ref_input in = gen_input(&r->scene->script->packets[i]);

		if (r->mbufs[i] == were[i - first] && verdict_bytes_agree(&in, r->mbufs[i]))
			continue;
		rte_pktmbuf_free(r->mbufs[i]);
		change_reader_mbuf(r, i);
		r->changed++;
	}
	for (unsigned int i = 0; r->copies != NULL && i < r->copies->n; i++)
		rte_pktmbuf_free(r->copies->pkts[i]);
}

static void
judge(struct change_reader *r, uint64_t from, uint64_t to, unsigned int first, unsigned int n)
{
	if (to - from >= CHANGE_STEPS)
		to = from + CHANGE_STEPS - 1;
	for (uint64_t state = from; state <= to; state++)
		if (is_state(r, state, first, n))
			return;
	if (r->bad++ == 0)
		report(r, from, to, first, n);
}

void
change_reader_burst(struct change_reader *r, unsigned int first, unsigned int n)
{
	struct rte_mbuf *were[STEER_BURST_MAX];
	struct steer_burst_stats stats;
	uint64_t from, to;

	for (unsigned int i = first; i < first + n; i++) {
		r->mbufs[i]->ol_flags = r->flags[i];
		r->mbufs[i]->hash.fdir.hi = 0xbad;
		r->bytes += r->mbufs[i]->pkt_len;
		were[i - first] = r->mbufs[i];
	}
	from = atomic_load(&r->scene->done);
	steer_engine_burst(r->scene->engine, r->slot, r->slot, &r->mbufs[first], n, r->queues,
			   &stats);
	to = atomic_load(&r->scene->begun);
	r->copies = stats.copies > 0 ? steer_engine_copies(r->scene->engine, r->slot) : NULL;
	r->lost = stats.uncopied;
	r->copied += stats.copies;
	r->bursts++;
	r->packets += n;
	r->narrow += to - from <= 1;
	judge(r, from, to, first, n);
	put_back(r, were, first, n);
}

void *
change_reader_main(void *arg)
{
	struct change_reader *r = arg;

	change_unpin();
	do {
		const unsigned int n = gen_between(&r->random, 1, STEER_BURST_MAX);

		change_reader_burst(r, gen_below(&r->random, CHANGE_PACKETS - n + 1), n);
	} while (!r->scene->over);
	return NULL;
}
