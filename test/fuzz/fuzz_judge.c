/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * Packets through the engine, and through a search of all rules one after the other. What a rule
 * changes in a packet is judged elsewhere: here both do it by the same functions.
 */

#include <errno.h>

#include <rte_byteorder.h>
#include <rte_common.h>

#include "steer_edit.h"
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
first_match(struct world *w, uint64_t group, const struct steer_key *key, const struct known *after)
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

#define MAX_BURST 4

/* Mark and flag as they must be, and the packet. */
struct meant {
	bool any, mark, flag;
	/* A rule changes the packet, and there is no mbuf for that. */
	bool no_mbuf;
	/* Some rule matched in the group where the search ended. */
	bool any_last;
	uint32_t mark_id;
	const struct known *last;
	/* The group of a tunnel that it came to, and was not taken out of; 0: none. */
	uint64_t tunnel_group;
	unsigned int copies;
	struct rte_mbuf *m;
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
	else if (!k->actions.edits.sample.count)
		k->hits++;
}

/* Who delivers a packet of a tunnel takes it out of it, before all else. */
static bool
decap(const struct known *k, struct steer_key *key, struct meant *meant)
{
	struct steer_editor editor = { .m = meant->m, .key = key };
	int rc;

	if (k->group <= UINT32_MAX || k->actions.fate >= STEER_FATE_DROP)
		return true;
	rc = steer_edit_decap(&editor);
	if (rc == 0)
		meant->tunnel_group = 0;
	steer_edit_end(&editor);
	return rc != -ENOMEM;
}

/* There is no mbuf for copies of packets. */
static bool
edit(struct known *k, struct steer_key *key, struct meant *meant)
{
	struct steer_editor editor = { .m = meant->m, .key = key };
	const struct steer_edits *edits = &k->actions.edits;
	bool done = true;

	for (unsigned int i = 0; i < edits->n && done; i++) {
		if (edits->edit[i].type != RTE_FLOW_ACTION_TYPE_SAMPLE) {
			done = steer_edit(&editor, &edits->edit[i]);
		} else {
			meant->copies++;
			k->hits += edits->sample.count;
		}
	}
	if (edits->n > 0)
		steer_edit_end(&editor);
	return done;
}

static void
judge(struct world *w, struct steer_key *key, struct meant *meant)
{
	struct known *k = NULL;
	uint64_t group = 0;

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
		if (!decap(k, key, meant) || !edit(k, key, meant)) {
			meant->no_mbuf = true;
			return;
		}
		if (k->actions.fate == STEER_FATE_JUMP) {
			group = k->next_group;
			k = NULL;
			meant->any_last = false;
			if (group > UINT32_MAX)
				meant->tunnel_group = group;
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

	if (meant->no_mbuf) {
		FUZZ_CHECK(queue == STEER_DROP_NO_MBUF);
		return;
	}
	if (fate == STEER_FATE_DROP) {
		FUZZ_CHECK(queue == STEER_DROP_RULE);
		return;
	}
	if (w->isolated && !meant->any_last && meant->tunnel_group == 0) {
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
	FUZZ_CHECK(m->nb_segs == 1 && m->data_len == meant->m->data_len);
	FUZZ_CHECK(m->pkt_len == m->data_len && m->vlan_tci == meant->m->vlan_tci);
	FUZZ_CHECK(memcmp(rte_pktmbuf_mtod(m, const void *),
			  rte_pktmbuf_mtod(meant->m, const void *), m->data_len) == 0);
}

/* It tells where it missed in a tunnel, and nothing where it did not. */
static void
check_restore(const struct world *w, const struct meant *meant, const struct rte_mbuf *m)
{
	struct rte_flow_restore_info info;
	const struct asked *t;

	if (meant->tunnel_group == 0) {
		FUZZ_CHECK(steer_engine_restore_info(w->e, m, &info, NULL) == -EINVAL);
		return;
	}
	t = fuzz_tunnel(w, (uint32_t)(meant->tunnel_group >> 32));
	FUZZ_CHECK(t != NULL && steer_engine_restore_info(w->e, m, &info, NULL) == 0);
	FUZZ_CHECK(info.group_id == (uint32_t)meant->tunnel_group);
	FUZZ_CHECK(memcmp(&info.tunnel, &t->tunnel, sizeof(t->tunnel)) == 0);
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

/* With chance in it, the rules say nothing of a packet alone. */
static void
check_drawn(const struct world *w, const struct steer_burst_stats *stats, uint16_t n,
	    const uint16_t *queues)
{
	FUZZ_CHECK(stats->copies == 0 && stats->hits <= n);
	for (unsigned int i = 0; i < n; i++)
		FUZZ_CHECK(STEER_IS_DROP(queues[i]) || queues[i] < RTE_MAX(w->n_queues, 1));
}

static void
check_burst(struct world *w, struct steer_key *keys, struct meant *meant,
	    const struct steer_burst_stats *stats, struct rte_mbuf **pkts, uint16_t n,
	    const uint16_t *queues)
{
	unsigned int hits = 0, copies = 0;

	for (unsigned int i = 0; i < n; i++) {
		judge(w, &keys[i], &meant[i]);
		hits += meant[i].any;
		copies += meant[i].copies;
		check_queue(w, &meant[i], queues[i]);
		if (meant[i].no_mbuf)
			continue;
		check_mbuf(&meant[i], pkts[i]);
		check_restore(w, &meant[i], pkts[i]);
	}
	FUZZ_CHECK(stats->hits == hits);
	FUZZ_CHECK(stats->copies == 0 && stats->uncopied == copies);
}

void
fuzz_burst(struct world *w, struct fuzz_stream *s)
{
	const uint8_t n = 1 + fuzz_u8(s) % MAX_BURST;
	struct meant meant[MAX_BURST] = { { .any = false } };
	struct steer_key keys[MAX_BURST];
	struct steer_burst_stats stats;
	struct rte_mbuf *pkts[MAX_BURST];
	uint16_t queues[MAX_BURST];
	uint16_t malformed = 0;

	for (unsigned int i = 0; i < n; i++) {
		pkts[i] = read_packet(s);
		pkts[i]->ol_flags = RTE_MBUF_F_RX_FDIR | RTE_MBUF_F_RX_FDIR_ID;
		meant[i].m = packet_mbuf(rte_pktmbuf_mtod(pkts[i], const uint8_t *),
					 pkts[i]->data_len, NULL, 0);
		malformed += !steer_parse(meant[i].m, STEER_DEPTH_ALL | STEER_DEPTH_PACKET,
					  &keys[i]);
	}
	steer_engine_burst(w->e, fuzz_u8(s) % STEER_QUEUES_MAX, 0, pkts, n, queues, &stats);
	if (w->drawn)
		check_drawn(w, &stats, n, queues);
	else
		check_burst(w, keys, meant, &stats, pkts, n, queues);
	/* A shallower look may find nothing wrong. */
	FUZZ_CHECK(stats.malformed <= malformed);
	for (unsigned int i = 0; i < n; i++) {
		packet_mbuf_free(pkts[i]);
		packet_mbuf_free(meant[i].m);
	}
}
