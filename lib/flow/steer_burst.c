/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <rte_branch_prediction.h>
#include <rte_byteorder.h>
#include <rte_flow.h>
#include <rte_mbuf.h>
#include <rte_prefetch.h>

#include "steer_engine_private.h"
#include "steer_parse.h"
#include "steer_plain.h"
#include "steer_ptype.h"
#include "steer_restore.h"
#include "steer_rss_plain.h"

/* Keys of a batch stay in L1 between parsing, classifying and spreading. */
#define BATCH 32

#define RX_STEER_FLAGS (RTE_MBUF_F_RX_FDIR | RTE_MBUF_F_RX_FDIR_ID | RTE_MBUF_F_RX_RSS_HASH)

/** What readers saw when the batch began. */
struct batch {
	struct steer_engine *e;
	/** Where copies go; NULL: no rule makes any. */
	struct steer_copies *copies;
	const struct steer_view *view;
	struct steer_cache *cache;
	uint64_t version;
	const struct steer_rss *port_rss;
	uint32_t depth;
	uint32_t ptypes;
	unsigned int shard;
	/** Time, for AGE; 0 where no rule has it. */
	uint64_t now;
	bool isolated;
	bool want_hash;
	/** Registers are kept. */
	bool regs;
	/** Plain packets are told from others. */
	bool plain;
};

/** Packets of a batch that have yet to be judged in the groups that they jump to. */
struct jumped {
	unsigned int n;
	uint8_t which[BATCH];
	/** The rule by which each one jumps. */
	const struct steer_rule *by[BATCH];
};

static inline void
prefetch_headers(struct rte_mbuf **pkts, uint16_t n)
{
	for (uint16_t i = 0; i < n; i++)
		rte_prefetch0(rte_pktmbuf_mtod(pkts[i], void *));
}

/** The lower port's types follow other rules than ours: they are replaced, be it by none. */
static inline uint32_t
ptype_of(const struct batch *b, const struct rte_mbuf *m, const struct steer_key *key)
{
	return b->ptypes != 0 ? steer_ptype(m, key) & b->ptypes : RTE_PTYPE_UNKNOWN;
}

/** What the packet type of a plain packet is to be. */
static inline uint32_t
plain_ptype_of(const struct batch *b, uint32_t meta)
{
	return steer_plain_ptype(meta) & b->ptypes;
}

/** A packet that is not plain. @return whether it is malformed. */
static __rte_noinline bool
parse_other(const struct batch *b, struct rte_mbuf *m, struct steer_key *key)
{
	const bool malformed = !steer_parse(m, b->depth, key);

	m->packet_type = ptype_of(b, m, key);
	return malformed;
}

/**
 * A plain packet in a tunnel. @return false: it is something else.
 * @param plain  A copy: were its address taken, it would not stay in registers where others are.
 */
static inline bool
parse_tunnel(const struct batch *b, struct steer_plain plain, struct rte_mbuf *m,
	     struct steer_key *key)
{
	if (!steer_plain_vxlan(&plain, m, b->depth, key))
		return false;
	m->packet_type = steer_plain_vxlan_ptype(key->meta) & b->ptypes;
	return true;
}

/** Keys of packets; what the mbufs tell of them from the lower port is replaced. */
static uint16_t
parse_batch(const struct batch *b, struct rte_mbuf **pkts, uint16_t n, struct steer_key *keys)
{
	struct steer_plain plain;
	uint16_t malformed = 0;

	prefetch_headers(pkts, n);
	for (uint16_t i = 0; i < n; i++) {
		struct rte_mbuf *m = pkts[i];
		bool done = false;

		if (likely(b->plain)) {
			steer_plain_look(m, b->depth, &plain);
			done = plain.meta != 0;
			if (likely(done)) {
				steer_plain_key(&plain, m, b->depth, &keys[i]);
				m->packet_type = plain_ptype_of(b, plain.meta);
			} else if (plain.around != 0) {
				done = parse_tunnel(b, plain, m, &keys[i]);
			}
		}
		if (unlikely(!done))
			malformed += parse_other(b, m, &keys[i]);
		m->ol_flags &= ~RX_STEER_FLAGS;
	}
	return malformed;
}

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
carry_mark(const struct batch *b, const struct steer_rule *rule, struct steer_key *key)
{
	if (likely(!b->regs) || (rule->flags & STEER_RULE_MARK) == 0)
		return;
	key->regs.mark = rte_cpu_to_be_32(steer_rule_mark(rule));
	key->regs.marked = UINT32_MAX;
}

/** What came after the burst began may need more than was parsed. */
static inline void
deepen(const struct batch *b, uint32_t depth, const struct rte_mbuf *m, struct steer_key *key)
{
	if (unlikely((depth & ~b->depth) != 0))
		steer_parse(m, STEER_DEPTH_ALL | b->depth | depth, key);
}

static inline uint16_t
spread(const struct batch *b, const struct steer_rss *rss, struct rte_mbuf *m,
       struct steer_key *key)
{
	uint32_t hash;

	if (rss == NULL)
		return 0;
	deepen(b, steer_rss_depth(rss), m, key);
	hash = steer_rss_hash(rss, key);
	if (hash != 0) {
		m->hash.rss = hash;
		m->ol_flags |= RTE_MBUF_F_RX_RSS_HASH;
	}
	return steer_rss_queue(rss, hash);
}

/** The same of what few rules do. @return false: the packet, which may be another, is to go. */
static __rte_noinline bool
apply_rare(const struct batch *b, const struct steer_rule *rule, struct rte_mbuf **pkt,
	   struct steer_key *key)
{
	const struct steer_changer changer = {
		.engine = b->e, .copies = b->copies, .shard = b->shard, .ptypes = b->ptypes,
	};

	if (rule->flags & STEER_RULE_AGE)
		steer_count_stamp(&b->e->ages.stamps, b->shard, rule->more->age, b->now);
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
apply(const struct batch *b, const struct steer_rule *rule, struct rte_mbuf **pkt,
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
		steer_count_add(&b->e->count, b->shard, steer_rule_count(rule), m->pkt_len);
	return likely((rule->flags & STEER_RULE_RARE) == 0) || apply_rare(b, rule, pkt, key);
}

static inline uint16_t
rule_queue(const struct batch *b, const struct steer_rule *rule, struct rte_mbuf *m,
	   struct steer_key *key)
{
	switch (rule->flags & STEER_RULE_FATE) {
	case STEER_FATE_QUEUE:
		if (b->want_hash)
			spread(b, b->port_rss, m, key);
		return rule->target;
	case STEER_FATE_DROP:
		return STEER_DROP_RULE;
	case STEER_FATE_RSS:
		if (rule->target != STEER_CONTEXT_PORT)
			return spread(b,
				      steer_rss_at(__atomic_load_n(
							   &b->e->contexts.rss[rule->target],
							   __ATOMIC_ACQUIRE),
						   b->version),
				      m, key);
		/* fallthrough */
	default:
		return spread(b, b->port_rss, m, key);
	}
}

/**
 * Queue of one packet, the i-th of its batch, whose first matching rule of the view's group is
 * @p rule; 0 if it goes on in another group.
 */
static inline uint16_t
decide(const struct batch *b, const struct steer_view *view, const struct steer_rule *rule,
       struct rte_mbuf **pkt, struct steer_key *key, unsigned int i, struct jumped *jumped)
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
			return rule_queue(b, rule, *pkt, key);
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
	return spread(b, b->port_rss, *pkt, key);
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
follow_jumps(const struct batch *b, struct rte_mbuf **pkts, struct steer_key *keys,
	     uint16_t *queues, struct jumped *jumped)
{
	const struct steer_rule *found[BATCH];
	uint8_t same[BATCH];

	while (jumped->n > 0) {
		const struct steer_more *more = jumped->by[0]->more;
		const struct steer_view *view = steer_table_view(more->jump);
		const unsigned int n = take_same(jumped, same);

		if (more->tunnel != 0)
			enter_tunnel(more, pkts, same, n);
		for (unsigned int k = 0; k < n; k++)
			deepen(b, view->depth, pkts[same[k]], &keys[same[k]]);
		steer_table_lookup_some(view, b->version, keys, same, n, found);
		for (unsigned int k = 0; k < n; k++) {
			const uint8_t i = same[k];

			queues[i] = decide(b, view, found[i], &pkts[i], &keys[i], i, jumped);
			/* A rule has sent it here, and the application is to go on with it. */
			if (more->tunnel != 0 && queues[i] == STEER_DROP_ISOLATED)
				queues[i] = spread(b, b->port_rss, pkts[i], &keys[i]);
		}
	}
}

/** What rules write to when packets hit them: they are many, and each has memory of its own. */
static __rte_noinline void
prefetch_written(const struct batch *b, const struct steer_rule **found, uint16_t n)
{
	for (uint16_t i = 0; i < n; i++)
		if (found[i] != NULL && (found[i]->flags & STEER_RULE_MORE) != 0)
			rte_prefetch0(found[i]->more);
	for (uint16_t i = 0; i < n; i++) {
		const struct steer_rule *rule = found[i];

		if (rule == NULL)
			continue;
		if (rule->flags & STEER_RULE_COUNT)
			rte_prefetch0_write(steer_count_at(&b->e->count, b->shard,
							   steer_rule_count(rule)));
		if (rule->flags & STEER_RULE_AGE)
			rte_prefetch0_write(steer_count_at(&b->e->ages.stamps, b->shard,
							   rule->more->age));
	}
}

static void
run_batch(const struct batch *b, struct rte_mbuf **pkts, uint16_t n, uint16_t *queues,
	  struct steer_burst_stats *stats)
{
	const struct steer_rule *found[BATCH];
	struct steer_key keys[BATCH];
	struct jumped jumped;
	bool hinted = false;

	if (unlikely(b->regs))
		clear_regs(keys, n);
	if (b->cache != NULL &&
	    (!b->view->bearable || steer_cache_worth(b->cache, b->shard, n))) {
		steer_cache_clear(b->cache, keys, n);
		stats->malformed += parse_batch(b, pkts, n, keys);
		stats->cached += steer_cache_lookup(b->cache, b->shard, &b->e->table, b->view,
						    b->version, keys, n, found, queues);
		hinted = !b->want_hash;
	} else {
		stats->malformed += parse_batch(b, pkts, n, keys);
		steer_table_lookup(b->view, b->version, keys, n, found);
	}
	if (b->now != 0)
		prefetch_written(b, found, n);
	jumped.n = 0;
	for (uint16_t i = 0; i < n; i++) {
		stats->hits += found[i] != NULL;
		if (hinted && likely(queues[i] != STEER_CACHE_NO_QUEUE))
			continue;
		queues[i] = decide(b, b->view, found[i], &pkts[i], &keys[i], i, &jumped);
	}
	if (unlikely(jumped.n > 0))
		follow_jumps(b, pkts, keys, queues, &jumped);
}

/* Where no rule is */

/** A packet that is not plain. */
static __rte_noinline uint16_t
default_other(const struct batch *b, struct rte_mbuf *m, struct steer_burst_stats *stats)
{
	struct steer_key key;

	stats->malformed += !steer_parse(m, b->depth, &key);
	m->packet_type = ptype_of(b, m, &key);
	m->ol_flags &= ~RX_STEER_FLAGS;
	return spread(b, b->port_rss, m, &key);
}

/** What run_batch() comes to for packets that nothing but the port's RSS has a say in. */
static void
run_default(const struct batch *b, struct rte_mbuf **pkts, uint16_t n, uint16_t *queues,
	    struct steer_burst_stats *stats)
{
	struct steer_rss_inputs inputs;
	uint32_t hash[BATCH + 1], meta[BATCH];
	struct steer_plain plain;

	inputs.longest = 0;
	prefetch_headers(pkts, n);
	for (uint16_t i = 0; i < n; i++) {
		steer_plain_look(pkts[i], b->depth, &plain);
		steer_rss_inputs_set(&inputs, i, b->port_rss, &plain);
		meta[i] = plain.meta;
	}
	steer_rss_inputs_hash(b->port_rss, &inputs, n, hash);
	for (uint16_t i = 0; i < n; i++) {
		struct rte_mbuf *m = pkts[i];
		uint64_t flags = m->ol_flags & ~RX_STEER_FLAGS;

		if (unlikely(meta[i] == 0)) {
			queues[i] = default_other(b, m, stats);
			continue;
		}
		m->packet_type = plain_ptype_of(b, meta[i]);
		if (likely(hash[i] != 0)) {
			m->hash.rss = hash[i];
			flags |= RTE_MBUF_F_RX_RSS_HASH;
		}
		m->ol_flags = flags;
		queues[i] = steer_rss_queue(b->port_rss, hash[i]);
	}
}

static bool
is_default(const struct batch *b)
{
	return b->view->n == 0 && !b->isolated && b->plain && b->port_rss != NULL &&
	       steer_rss_has_plain(b->port_rss);
}

void
steer_engine_burst(struct steer_engine *e, unsigned int slot, unsigned int shard,
		   struct rte_mbuf **pkts, uint16_t n, uint16_t *queues,
		   struct steer_burst_stats *stats)
{
	void (*run)(const struct batch *b, struct rte_mbuf **pkts, uint16_t n, uint16_t *queues,
		    struct steer_burst_stats *stats);
	struct batch b = { .e = e, .shard = shard };

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
	run = is_default(&b) ? run_default : run_batch;
	for (uint16_t i = 0; i < n; i += BATCH)
		run(&b, pkts + i, RTE_MIN((uint16_t)(n - i), (uint16_t)BATCH), queues + i, stats);
	if (unlikely(b.copies != NULL)) {
		stats->copies = b.copies->n;
		stats->uncopied = b.copies->lost;
	}
	rte_rcu_qsbr_thread_offline(e->qsbr, slot);
}
