/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* Packets through the engine, and through a search of all rules one after the other. */

#include <rte_byteorder.h>
#include <rte_common.h>

#include "steer_parse.h"

#include "fuzz_flow.h"
#include "parse_expect.h"

static bool
matches(const struct known *k, const struct steer_key *key)
{
	const uint64_t *words = steer_key_words(key);

	for (unsigned int i = 0; i < STEER_KEY_WORDS; i++)
		if ((words[i] & k->match.mask[i]) != k->match.spec[i])
			return false;
	for (unsigned int i = 0; i < k->match.n_ranges; i++) {
		const steer_u128 v = steer_field_value(&k->match.fields[i], key);

		if (v < k->match.bounds[i].lo || v > k->match.bounds[i].hi)
			return false;
	}
	return k->match.condition == NULL || steer_condition_holds(k->match.condition, key);
}

/* First match of a group behind *after in order of priority and coming, in which known[] is. */
static struct known *
first_match(struct world *w, uint32_t group, const struct steer_key *key, const struct known *after)
{
	struct known *best = NULL;

	for (struct known *k = w->known; k < w->known + w->n; k++) {
		if (k->group != group || !fuzz_active(w, k) || !matches(k, key))
			continue;
		if (after != NULL && (k->prio < after->prio ||
				      (k->prio == after->prio && k <= after)))
			continue;
		if (best == NULL || k->prio < best->prio)
			best = k;
	}
	return best;
}

/* Mark and flag as they must be. */
struct meant {
	bool any, mark, flag;
	/* Some rule matched in the group where the search ended. */
	bool any_last;
	uint32_t mark_id;
	const struct known *last;
};

static void
set_regs(const struct steer_actions *a, struct steer_regs *regs)
{
	steer_regs_apply(regs, &a->sets);
	if (a->mark) {
		regs->mark = rte_cpu_to_be_32(a->mark_id);
		regs->marked = UINT32_MAX;
	}
}

static void
count(struct world *w, struct known *k)
{
	struct held *held = fuzz_held(w, k, STEER_SHARE_COUNT);

	if (held != NULL)
		held->hits++;
	else
		k->hits++;
}

static void
judge(struct world *w, struct steer_key *key, struct meant *meant)
{
	struct known *k = NULL;
	uint32_t group = 0;

	memset(meant, 0, sizeof(*meant));
	memset(&key->regs, 0, sizeof(key->regs));
	while ((k = first_match(w, group, key, k)) != NULL) {
		meant->any = true;
		meant->any_last = true;
		meant->last = k;
		count(w, k);
		meant->flag |= k->actions.flag || k->actions.mark;
		meant->mark |= k->actions.mark;
		set_regs(&k->actions, &key->regs);
		if (k->actions.mark)
			meant->mark_id = k->actions.mark_id;
		if (k->actions.fate == STEER_FATE_JUMP) {
			group = k->next_group;
			k = NULL;
			meant->any_last = false;
		} else if (k->actions.fate != STEER_FATE_PASSTHRU) {
			return;
		}
	}
	meant->last = NULL;
}

static void
check_queue(const struct world *w, const struct meant *meant, uint16_t queue)
{
	const enum steer_fate fate = meant->last != NULL ? meant->last->actions.fate
							  : STEER_FATE_NONE;

	if (fate == STEER_FATE_DROP) {
		FUZZ_CHECK(queue == STEER_DROP_RULE);
		return;
	}
	if (w->isolated && !meant->any_last) {
		FUZZ_CHECK(queue == STEER_DROP_ISOLATED);
		return;
	}
	FUZZ_CHECK(queue < RTE_MAX(w->n_queues, 1));
	if (fate == STEER_FATE_QUEUE)
		FUZZ_CHECK(queue == meant->last->actions.queue);
	if (fate == STEER_FATE_RSS && fuzz_queues(w, meant->last) != 0)
		FUZZ_CHECK(fuzz_queues(w, meant->last) >> queue & 1);
}

static void
check_mbuf(const struct meant *meant, const struct rte_mbuf *m)
{
	FUZZ_CHECK(!!(m->ol_flags & RTE_MBUF_F_RX_FDIR) == meant->flag);
	FUZZ_CHECK(!!(m->ol_flags & RTE_MBUF_F_RX_FDIR_ID) == meant->mark);
	if (meant->mark)
		FUZZ_CHECK(m->hash.fdir.hi == meant->mark_id);
}

/* Bytes as they come, or a packet as it should be with a few bytes changed. */
static struct rte_mbuf *
read_packet(struct fuzz_stream *s)
{
	const uint8_t kind = fuzz_u8(s);
	struct packet p;

	if (kind < 0x80) {
		p.len = (uint32_t)RTE_MIN(s->left, (size_t)kind);
		for (uint32_t i = 0; i < p.len; i++)
			p.data[i] = fuzz_u8(s);
	} else {
		packet_make_plain(&p, parse_chains[(kind & 0x7f) % parse_n_chains]);
		for (uint8_t n = fuzz_u8(s) % 4; n > 0; n--) {
			const uint32_t at = fuzz_u8(s) % p.len;

			p.data[at] = fuzz_u8(s);
		}
	}
	return packet_mbuf(p.data, p.len, NULL, 0);
}

void
fuzz_burst(struct world *w, struct fuzz_stream *s)
{
	const uint8_t n = 1 + fuzz_u8(s) % 4;
	struct steer_burst_stats stats;
	struct rte_mbuf *pkts[4];
	uint16_t queues[4];
	uint16_t hits = 0, malformed = 0;

	for (unsigned int i = 0; i < n; i++) {
		pkts[i] = read_packet(s);
		pkts[i]->ol_flags = RTE_MBUF_F_RX_FDIR | RTE_MBUF_F_RX_FDIR_ID;
	}
	steer_engine_burst(w->e, fuzz_u8(s) % STEER_QUEUES_MAX, 0, pkts, n, queues, &stats);
	for (unsigned int i = 0; i < n; i++) {
		struct steer_key key;
		struct meant meant;

		malformed += !steer_parse(pkts[i], STEER_DEPTH_ALL | STEER_DEPTH_PACKET, &key);
		judge(w, &key, &meant);
		hits += meant.any;
		check_queue(w, &meant, queues[i]);
		check_mbuf(&meant, pkts[i]);
		packet_mbuf_free(pkts[i]);
	}
	FUZZ_CHECK(stats.hits == hits);
	/* A shallower look may find nothing wrong. */
	FUZZ_CHECK(stats.malformed <= malformed);
}
