/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <rte_branch_prediction.h>
#include <rte_byteorder.h>
#include <rte_flow.h>
#include <rte_mbuf.h>
#include <rte_prefetch.h>

#include "steer_burst.h"
#include "steer_plain.h"
#include "steer_restore.h"

/** Packets of a batch that have yet to be judged in the groups that they jump to. */
struct jumped {
	unsigned int n;
	uint8_t which[STEER_BATCH];
	/** The rule by which each one jumps. */
	const struct steer_rule *by[STEER_BATCH];
};

/** Before the first rule, nothing has been set. */
static __rte_noinline void
clear_regs(struct steer_key *keys, uint16_t n)
{
	for (uint16_t i = 0; i < n; i++)
		memset(&keys[i].regs, 0, sizeof(keys[i].regs));
}

/** What a rule sets, where rules behind it see it; META also where the application does. */
static __rte_noinline void
set_regs(const struct steer_sets *sets, struct rte_mbuf *m, struct steer_key *key)
{
	steer_regs_apply(&key->regs, sets);
	if (sets->mask[STEER_REG_META] == 0 || !rte_flow_dynf_metadata_avail())
		return;
	rte_flow_dynf_metadata_set(m, rte_be_to_cpu_32(key->regs.reg[STEER_REG_META]));
	m->ol_flags |= RTE_MBUF_DYNFLAG_RX_METADATA;
}

/** The mark of a rule, for those behind it. */
static inline void
carry_mark(const struct steer_batch *b, const struct steer_rule *rule, struct steer_key *key)
{
	if (likely(!b->regs) || (rule->flags & STEER_RULE_MARK) == 0)
		return;
	key->regs.mark = rte_cpu_to_be_32(steer_rule_mark(rule));
	key->regs.marked = UINT32_MAX;
}

/** The same of what few rules do. @return false: the packet, which may be another, is to go. */
static __rte_noinline bool
apply_rare(const struct steer_batch *b, const struct steer_rule *rule, struct rte_mbuf **pkt,
	   struct steer_key *key)
{
	const struct steer_changer changer = {
		.engine = b->e, .copies = b->copies, .shard = b->shard, .ptypes = b->ptypes,
	};

	if (rule->flags & STEER_RULE_SETS)
		set_regs(rule->more->sets, *pkt, key);
	if ((rule->flags & STEER_RULE_DECAP) && !steer_change_decap(&changer, pkt, key))
		return false;
	return (rule->flags & STEER_RULE_EDITS) == 0 || steer_change(&changer, rule, pkt, key);
}

/**
 * What a rule does besides saying where to: marks, counts, and what few rules do.
 * @return as apply_rare().
 */
static inline bool
apply(const struct steer_batch *b, const struct steer_rule *rule, struct rte_mbuf **pkt,
      struct steer_key *key)
{
	struct rte_mbuf *m = *pkt;

	if (rule->flags & STEER_RULE_MARK) {
		m->hash.fdir.hi = steer_rule_mark(rule);
		m->ol_flags |= RTE_MBUF_F_RX_FDIR | RTE_MBUF_F_RX_FDIR_ID;
	}
	if (rule->flags & STEER_RULE_FLAG)
		m->ol_flags |= RTE_MBUF_F_RX_FDIR;
	if (rule->flags & STEER_RULE_COUNT)
		steer_count_add(steer_count_at(&b->e->count, b->shard, steer_rule_count(rule)),
				m->pkt_len);
	if (rule->flags & STEER_RULE_AGE)
		steer_count_stamp(steer_count_at(&b->e->ages.stamps, b->shard, rule->more->age),
				  b->now);
	return likely((rule->flags & STEER_RULE_RARE) == 0) || apply_rare(b, rule, pkt, key);
}

/**
 * Queue of one packet, the i-th of its batch, whose first matching rule of the view's group is
 * @p rule; 0 if it goes on in another group.
 */
static __rte_always_inline uint16_t
decide_here(const struct steer_batch *b, const struct steer_view *view,
	    const struct steer_rule *rule, struct rte_mbuf **pkt, struct steer_key *key,
	    unsigned int i, struct jumped *jumped)
{
	const bool any = rule != NULL;
	unsigned int fate;

	/* Most rules do nothing else. */
	if (likely(any && rule->flags == STEER_FATE_QUEUE && !b->want_hash))
		return rule->target;
	while (rule != NULL) {
		if (unlikely(!apply(b, rule, pkt, key)))
			return STEER_DROP_NO_MBUF;
		fate = rule->flags & STEER_RULE_FATE;
		if (likely(fate < STEER_FATE_PASSTHRU))
			return steer_batch_rule_queue(b, rule, *pkt, key);
		carry_mark(b, rule, key);
		if (fate == STEER_FATE_JUMP) {
			jumped->which[jumped->n] = (uint8_t)i;
			jumped->by[jumped->n++] = rule;
			return 0;
		}
		rule = steer_table_next(view, b->version, key, rule);
	}
	if (unlikely(b->isolated && !any))
		return STEER_DROP_ISOLATED;
	return steer_batch_spread(b, b->port_rss, *pkt, key);
}

/** The same for loops that are not for all packets. */
static __rte_noinline uint16_t
decide(const struct steer_batch *b, const struct steer_view *view, const struct steer_rule *rule,
       struct rte_mbuf **pkt, struct steer_key *key, unsigned int i, struct jumped *jumped)
{
	return decide_here(b, view, rule, pkt, key, i, jumped);
}

/** Take those that jump to the same group as the first one. @return how many. */
static unsigned int
take_same(struct jumped *jumped, uint8_t *same)
{
	const struct steer_table *t = jumped->by[0]->more->jump;
	unsigned int n = 0, left = 0;

	for (unsigned int k = 0; k < jumped->n; k++) {
		if (jumped->by[k]->more->jump == t) {
			same[n++] = jumped->which[k];
		} else {
			jumped->which[left] = jumped->which[k];
			jumped->by[left++] = jumped->by[k];
		}
	}
	jumped->n = left;
	return n;
}

/** Packets come to a group of a tunnel: until a rule delivers them there, they have missed. */
static void
enter_tunnel(const struct steer_more *more, struct rte_mbuf **pkts, const uint8_t *which,
	     unsigned int n)
{
	for (unsigned int k = 0; k < n; k++)
		steer_restore_set(pkts[which[k]], more->tunnel, more->group);
}

/** Group by group until all packets have arrived. There is no loop of groups in any version. */
static __rte_noinline void
follow_jumps(const struct steer_batch *b, struct rte_mbuf **pkts, struct steer_key *keys,
	     uint16_t *queues, struct jumped *jumped)
{
	const struct steer_rule *found[STEER_BATCH];
	uint8_t same[STEER_BATCH];

	while (jumped->n > 0) {
		const struct steer_more *more = jumped->by[0]->more;
		const struct steer_view *view = steer_table_view(more->jump);
		const unsigned int n = take_same(jumped, same);

		if (more->tunnel != 0)
			enter_tunnel(more, pkts, same, n);
		for (unsigned int k = 0; k < n; k++)
			steer_batch_deepen(b, view->depth, pkts[same[k]], &keys[same[k]]);
		steer_table_lookup_some(view, b->version, keys, same, n, found);
		for (unsigned int k = 0; k < n; k++) {
			const uint8_t i = same[k];

			queues[i] = decide(b, view, found[i], &pkts[i], &keys[i], i, jumped);
			/* A rule has sent it here, and the application is to go on with it. */
			if (more->tunnel != 0 && queues[i] == STEER_DROP_ISOLATED)
				queues[i] = steer_batch_spread(b, b->port_rss, pkts[i], &keys[i]);
		}
	}
}

/** Where rules note that packets of a batch hit them. */
struct noted {
	struct steer_count_value *count[STEER_BATCH];
	struct steer_count_value *stamp[STEER_BATCH];
};

/** These rules are many, and what they write to is in memory of its own: it is fetched. */
static inline void
find_noted(const struct steer_batch *b, const struct steer_rule **found, uint16_t n,
	   struct noted *noted)
{
	const struct steer_count_shard *stamps = b->e->ages.stamps.shard[b->shard];
	const struct steer_count_shard *counts = b->e->count.shard[b->shard];

	for (uint16_t i = 0; i < n; i++)
		if (found[i] != NULL && (found[i]->flags & STEER_RULE_MORE) != 0)
			rte_prefetch0(found[i]->more);
	for (uint16_t i = 0; i < n; i++) {
		const struct steer_rule *rule = found[i];

		if (rule == NULL)
			continue;
		if (rule->flags & STEER_RULE_COUNT) {
			noted->count[i] = steer_count_in(counts, steer_rule_count(rule));
			rte_prefetch0_write(noted->count[i]);
		}
		if (rule->flags & STEER_RULE_AGE) {
			noted->stamp[i] = steer_count_in(stamps, rule->more->age);
			rte_prefetch0_write(noted->stamp[i]);
		}
	}
}

/** Does a rule nothing but mark, count and note the time, and name a queue? */
static inline bool
only_notes(const struct steer_rule *rule)
{
	return (rule->flags & ~(STEER_RULE_MARK | STEER_RULE_COUNT | STEER_RULE_AGE |
				STEER_RULE_MORE)) == STEER_FATE_QUEUE;
}

/** As apply(), of such a rule. */
static inline void
note(const struct steer_batch *b, const struct steer_rule *rule, struct rte_mbuf *m,
     const struct noted *noted, unsigned int i)
{
	if (rule->flags & STEER_RULE_MARK) {
		m->hash.fdir.hi = steer_rule_mark(rule);
		m->ol_flags |= RTE_MBUF_F_RX_FDIR | RTE_MBUF_F_RX_FDIR_ID;
	}
	if (rule->flags & STEER_RULE_COUNT)
		steer_count_add(noted->count[i], m->pkt_len);
	if (rule->flags & STEER_RULE_AGE)
		steer_count_stamp(noted->stamp[i], b->now);
}

/** What a batch has come to, by and by. */
struct judged {
	struct rte_mbuf **pkts;
	struct steer_key *keys;
	const struct steer_rule **found;
	uint16_t *queues;
	struct jumped jumped;
};

/** @param hinted  Queues that are known already are there. @return hits. */
static __rte_always_inline uint32_t
decide_all(const struct steer_batch *b, struct judged *j, uint16_t n, bool hinted)
{
	const struct steer_rule **found = j->found;
	uint16_t *queues = j->queues;
	uint32_t hits = 0;

	for (uint16_t i = 0; i < n; i++) {
		hits += found[i] != NULL;
		if (hinted && likely(queues[i] != STEER_CACHE_NO_QUEUE))
			continue;
		queues[i] = decide_here(b, b->view, found[i], &j->pkts[i], &j->keys[i], i,
					&j->jumped);
	}
	return hits;
}

/** The same where rules note hits. */
static __rte_noinline uint32_t
decide_noting(const struct steer_batch *b, struct judged *j, uint16_t n)
{
	struct noted noted;
	uint32_t hits = 0;

	find_noted(b, j->found, n, &noted);
	for (uint16_t i = 0; i < n; i++) {
		const struct steer_rule *rule = j->found[i];

		hits += rule != NULL;
		if (rule != NULL && likely(only_notes(rule)) && !b->want_hash) {
			note(b, rule, j->pkts[i], &noted, i);
			j->queues[i] = rule->target;
			continue;
		}
		j->queues[i] = decide(b, b->view, rule, &j->pkts[i], &j->keys[i], i, &j->jumped);
	}
	return hits;
}

static void
run_batch(const struct steer_batch *b, struct rte_mbuf **pkts, uint16_t n, uint16_t *queues,
	  struct steer_burst_stats *stats)
{
	const struct steer_rule *found[STEER_BATCH];
	struct steer_key keys[STEER_BATCH];
	bool hinted = false;
	struct judged j;

	if (unlikely(b->regs))
		clear_regs(keys, n);
	if (b->cache != NULL &&
	    (!b->view->bearable || steer_cache_worth(b->cache, b->shard, n))) {
		stats->malformed += steer_batch_parse(b, b->cache, pkts, n, keys);
		stats->cached += steer_cache_lookup(b->cache, b->shard, &b->e->table, b->view,
						    b->version, keys, n, found, queues);
		hinted = !b->want_hash;
	} else {
		stats->malformed += steer_batch_parse(b, NULL, pkts, n, keys);
		steer_table_lookup(b->view, b->version, keys, n, found);
	}
	j.pkts = pkts;
	j.keys = keys;
	j.found = found;
	j.queues = queues;
	j.jumped.n = 0;
	if (b->now != 0)
		stats->hits += decide_noting(b, &j, n);
	else if (hinted)
		stats->hits += decide_all(b, &j, n, true);
	else
		stats->hits += decide_all(b, &j, n, false);
	if (unlikely(j.jumped.n > 0))
		follow_jumps(b, pkts, keys, queues, &j.jumped);
}

static bool
is_default(const struct steer_batch *b)
{
	return b->view->n == 0 && !b->isolated && b->plain && b->port_rss != NULL &&
	       steer_rss_has_plain(b->port_rss);
}

void
steer_engine_burst(struct steer_engine *e, unsigned int slot, unsigned int shard,
		   struct rte_mbuf **pkts, uint16_t n, uint16_t *queues,
		   struct steer_burst_stats *stats)
{
	struct steer_batch b = { .e = e, .shard = shard };
	uint16_t part;
	bool alone;

	stats->malformed = 0;
	stats->hits = 0;
	stats->cached = 0;
	stats->copies = 0;
	stats->uncopied = 0;
	rte_rcu_qsbr_thread_online(e->qsbr, slot);
	b.version = steer_table_version(&e->table);
	/* Before a rule with AGE is there, its object is; with it, what time it is matters. */
	b.now = unlikely(__atomic_load_n(&e->ages.n, __ATOMIC_RELAXED) != 0) ? steer_age_now() : 0;
	/* So is the place of copies. */
	b.copies = __atomic_load_n(&e->copies, __ATOMIC_RELAXED);
	if (unlikely(b.copies != NULL)) {
		b.copies += slot;
		b.copies->n = 0;
		b.copies->lost = 0;
	}
	b.view = steer_table_view(&e->table);
	b.cache = __atomic_load_n(&e->cache, __ATOMIC_ACQUIRE);
	if (b.cache != NULL && b.cache->layout != b.view->layout)
		b.cache = NULL;
	b.port_rss = __atomic_load_n(&e->port_rss, __ATOMIC_ACQUIRE);
	b.isolated = __atomic_load_n(&e->isolated, __ATOMIC_RELAXED);
	b.want_hash = __atomic_load_n(&e->want_hash, __ATOMIC_RELAXED);
	b.regs = __atomic_load_n(&e->regs, __ATOMIC_RELAXED);
	b.ptypes = __atomic_load_n(&e->ptypes, __ATOMIC_RELAXED);
	b.depth = b.view->depth | __atomic_load_n(&e->contexts.depth, __ATOMIC_RELAXED) |
		  __atomic_load_n(&e->groups.depth, __ATOMIC_RELAXED) |
		  steer_ptype_depth(b.ptypes);
	if (b.port_rss != NULL)
		b.depth |= steer_rss_depth(b.port_rss);
	b.plain = steer_plain_depth(b.depth);
	alone = is_default(&b);
	for (uint16_t i = 0; i < n; i = (uint16_t)(i + part)) {
		part = RTE_MIN((uint16_t)(n - i), (uint16_t)STEER_BATCH);
		if (alone)
			steer_batch_default(&b, pkts + i, part, queues + i, stats);
		else
			run_batch(&b, pkts + i, part, queues + i, stats);
	}
	if (unlikely(b.copies != NULL)) {
		stats->copies = b.copies->n;
		stats->uncopied = b.copies->lost;
	}
	rte_rcu_qsbr_thread_offline(e->qsbr, slot);
}
