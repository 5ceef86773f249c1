/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * The engine's inside: steer_engine.c (its life and the port's RSS), steer_burst.c (readers),
 * steer_request.c (rules as they are asked for), steer_draft.c (most of them in short),
 * steer_flow.c (rules come and go), steer_holding.c (what they hold), steer_update.c (other actions
 * for them), steer_kept.c (rules that the application does not know), steer_miss.c (what a group
 * does without one), steer_query.c (what they tell), steer_dump.c (rules as text), steer_list.c
 * and steer_list_tables.c (for operators), steer_listed.c (for who carries them out as well),
 * steer_path.c (for who follows a packet), steer_indirect.c (actions that rules share),
 * steer_aged.c (who is told of what has aged), steer_change.c (packets that rules change and copy),
 * steer_offload.c (tunnels);
 * steer_group.c (groups of rules),
 * steer_context.c (RSS of rules), steer_age.c (when rules were hit), steer_tunnels.c (tunnels that
 * there are) and steer_restore.c (what mbufs tell of them) are for themselves.
 */

#ifndef STEER_ENGINE_PRIVATE_H
#define STEER_ENGINE_PRIVATE_H

#include <assert.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include <rte_common.h>
#include <rte_prefetch.h>

#include "steer_action.h"
#include "steer_age.h"
#include "steer_aside.h"
#include "steer_cache.h"
#include "steer_context.h"
#include "steer_count.h"
#include "steer_engine.h"
#include "steer_group.h"
#include "steer_match.h"
#include "steer_flow_pool.h"
#include "steer_repeat.h"
#include "steer_retire.h"
#include "steer_subtable.h"
#include "steer_table.h"
#include "steer_template.h"
#include "steer_tunnels.h"

/** An action of its own, that rules name by its handle. */
struct steer_indirect {
	/** First: rules are parsed by it. */
	struct steer_shared shared;
	struct steer_engine *engine;
	TAILQ_ENTRY(steer_indirect) link;
	/** The handle is not valid any more. */
	bool destroyed;
	/** Rules that name it; and those of them too that are gone, but not for all readers. */
	uint64_t rules;
	uint64_t holders;
	/** SHARE_RSS, _COUNT, _AGE */
	uint16_t context;
	uint32_t count;
	struct steer_age *age;
};

TAILQ_HEAD(steer_indirect_list, steer_indirect);

/* A call that creates or destroys one rule may come from a thread that polls: it frees a few that
 * others left, more than it adds, but not all of them. */
#define STEER_RECLAIM_MAX 32

/** A rule that is asked for, translated. */
struct steer_request {
	struct steer_match match;
	struct steer_actions actions;
	/** tunnel_match: the one that the group is of; NULL: none. */
	struct steer_app_tunnel *tunnel;
	uint32_t group;
	uint32_t prio;
};

static inline void
steer_request_attr(struct steer_request *req, const struct rte_flow_attr *attr)
{
	req->tunnel = NULL;
	req->group = attr->group;
	req->prio = attr->priority;
}

/**
 * A rule as the application holds it, in one cache line: there may be millions. What readers see of
 * it is a steer_rule; what few have stands aside.
 */
struct steer_flow {
	union {
		/** Of the engine's flows, or of those that a change takes away. */
		TAILQ_ENTRY(steer_flow) link;
		/** When it is neither. */
		struct steer_retired retired;
	};
	union {
		/** The table of templates that it was made from, or NULL. */
		struct steer_template_table *table;
		/** When it is destroyed. */
		struct steer_tomb tomb;
	};
	/** As the table has it, or would; NULL before steer_flow_begin(). */
	struct steer_rule *rule;
	union {
		/** in_table: where the rule stands, in its group's table. */
		struct steer_subtable *subtable;
		/** Else: the group, held; or NULL. See steer_flow_group(). */
		struct steer_group *group;
	};
	/** Never NULL. */
	const struct steer_aside *aside;
	/** Operations on it in flow queues: should it go otherwise, its memory stays until then. */
	uint32_t awaited;
	/** Bytes of the rule, which are the table's; 0: they are not. */
	uint16_t size;
	bool in_table : 1;
	/** Not a rule of the application, but what its group does on a miss. */
	bool miss : 1;
	/** On its way out; the handle is not valid any more. */
	bool destroyed : 1;
	/** It has gone, and is awaited. */
	bool gone : 1;
	/** It sets or asks registers. */
	bool regs : 1;
	/** Its counter is another one's to release. */
	bool lent : 1;
	/** It counts for operators alone: nobody asked it to. */
	bool quiet : 1;
};

static_assert(sizeof(struct steer_flow) == 64, "a rule takes more memory than it should");

TAILQ_HEAD(steer_flow_list, steer_flow);

struct steer_engine {
	/* Readers */
	/** Group 0; its version is that of all. */
	struct steer_table table;
	struct steer_groups groups;
	/** The port's RSS; NULL: everything to queue 0. */
	struct steer_rss *port_rss;
	struct steer_contexts contexts;
	struct rte_rcu_qsbr *qsbr;
	/** For views of its layout; NULL: none. */
	struct steer_cache *cache;
	bool isolated;
	bool want_hash;
	/** Registers are kept: some rule sets or asks them. */
	bool regs;
	uint32_t ptypes;
	struct steer_count count;
	struct steer_ages ages;
	/** Where copies of packets come from that take one; NULL: there are none. */
	struct rte_mempool *pool;
	/** One for each slot; NULL before there is a rule with SAMPLE. */
	struct steer_copies *copies;

	/* Control */
	pthread_mutex_t lock;
	struct steer_retire retire;
	struct steer_slab flow_pool;
	/** Last patterns of steer_engine_flow_create(), for what repeats them. */
	struct steer_repeat repeat;
	struct steer_flow_list flows;
	uint64_t n_flows;
	/** Those of them, and of those on their way out, with regs. */
	uint64_t n_regs;
	struct steer_tunnels tunnels;
	struct steer_indirect_list indirects;
	uint32_t next_indirect;
	struct steer_templates templates;
	/** Flow queues; NULL: none. */
	struct steer_async *async;
	/** Who is told of what has aged; NULL: nobody. */
	steer_aged_cb aged_cb;
	void *aged_arg;
	bool age_alarm_set;
	/** Version of the next change: seq of a rule that comes, died of one that goes. */
	uint64_t next_version;
	/** An alarm will free what is retired then. */
	bool alarm_set;
	int socket;
	/** Entries of the cache, all shards together; 0: no cache. */
	uint32_t cache_entries;
	unsigned int n_shards;
	/** There is no memory for a cache of this layout, or it would be too wide. */
	uint32_t no_cache_layout;
	/** UINT32_MAX: not known. */
	uint32_t port_id;
	uint16_t max_queues;
	uint16_t n_queues; /**< 0: not configured yet. Written with the lock. */
	bool kernel; /**< Rules may send packets to it. */
	bool count_all; /**< Rules count, asked to or not. */
	/** port_rss as it was set, for contexts that leave something open. */
	struct steer_rss_conf port_conf;
	uint16_t *port_reta;
};

static inline bool
steer_flow_active(const struct steer_flow *flow)
{
	return flow->aside->match == NULL;
}

/** The group that it stands in; NULL: it is no rule yet. */
static inline struct steer_group *
steer_flow_group(const struct steer_flow *flow)
{
	return flow->in_table ? flow->subtable->table->owner : flow->group;
}

/** Whose rule it is; NULL: it is no rule yet. */
static inline struct steer_engine *
steer_flow_engine(const struct steer_flow *flow)
{
	const struct steer_group *group = steer_flow_group(flow);

	return group != NULL ? container_of(group->set, struct steer_engine, groups) : NULL;
}

/** Where it stands in its group's table, if active. */
static inline struct steer_place
steer_flow_stands(const struct steer_flow *flow)
{
	return (struct steer_place){
		.subtable = flow->subtable, .rule = flow->rule, .size = flow->size,
	};
}

/** tunnel_match; else its tunnel, if it has one, is that of tunnel_set. */
static inline bool
steer_flow_matches_tunnel(const struct steer_flow *flow)
{
	return steer_flow_group(flow)->id > UINT32_MAX;
}

static inline enum steer_fate
steer_flow_fate(const struct steer_flow *flow)
{
	return (enum steer_fate)(flow->rule->flags & STEER_RULE_FATE);
}

/**
 * End of a control call: free up to @p max of what readers have let go of, unlock. What is left
 * is freed by an alarm, so that dead rules do not linger until somebody calls again.
 */
void steer_engine_unlock(struct steer_engine *e, unsigned int max);
/**
 * Memory is short: what is missing may be what waits for readers to let go of it, as a hash does
 * that was just replaced by one twice as large. @return whether there is some of it now.
 */
bool steer_engine_recover(struct steer_engine *e);

/**
 * Queues that rules may name: before the port is configured, all it may ever have. Also without the
 * lock: a rule that names one that goes meanwhile is kept aside, as others that named it are.
 */
static inline uint16_t
steer_nameable_queues(const struct steer_engine *e)
{
	const uint16_t n_queues = __atomic_load_n(&e->n_queues, __ATOMIC_RELAXED);

	return n_queues != 0 ? n_queues : e->max_queues;
}

/* steer_request.c */

/** @return 0; -EINVAL, -ENOTSUP. */
int steer_flow_check_attr(const struct rte_flow_attr *attr, struct rte_flow_error *error);
/** As steer_pattern_parse() or, with @p repeat, steer_pattern_parse_next(); for this port. */
int steer_flow_pattern(const struct steer_engine *e, struct steer_repeat *repeat,
		       const struct rte_flow_item pattern[], struct steer_match *match,
		       struct rte_flow_error *error);
/** STEER_GROUP_ID() of the group that a rule stands in, and of that which it jumps to. */
uint64_t steer_request_group(const struct steer_request *req);
uint64_t steer_request_next(const struct steer_engine *e, const struct steer_request *req);
/** May these actions send packets to the kernel, if they do? @return 0; -ENOTSUP. */
int steer_request_kernel(const struct steer_engine *e, const struct steer_actions *actions,
		       struct rte_flow_error *error);
/** What the engine has to say of a request. @return 0; -EINVAL (the condition is freed then). */
int steer_flow_check(struct steer_engine *e, const struct steer_request *req,
		     struct rte_flow_error *error);
/**
 * All of a rule, checked and translated. The lock is held.
 * @param repeat  As of steer_flow_pattern(), or NULL.
 * @return 0: the request's condition is the caller's to free; -EINVAL, -ENOTSUP, -ENOMEM.
 */
int steer_request_parse(struct steer_engine *e, struct steer_repeat *repeat,
			const struct rte_flow_attr *attr, const struct rte_flow_item pattern[],
			const struct rte_flow_action actions[], struct steer_request *req,
			struct rte_flow_error *error);

/* steer_holding.c: what a flow holds besides its place in the table */

/** Have room for what does not fit into a steer_rule. @return NULL if memory is short. */
struct steer_more *steer_flow_more(struct steer_flow *flow);
void steer_flow_set_count(struct steer_flow *flow, uint32_t count);
/**
 * Take all that a rule needs. The request's condition is the flow's from now on.
 * @return 0; -ENOMEM, -ENOSPC: what the flow has by then is for steer_flow_clear().
 */
int steer_flow_take(struct steer_engine *e, struct steer_flow *flow,
		    const struct steer_request *req, struct rte_flow_error *error);
/** With count_all, have a counter for a rule that was not asked to count, if there is one. */
void steer_flow_count_quietly(struct steer_engine *e, struct steer_flow *flow);
/** It is no rule any more for who changes rules: what readers do not need is given back. */
void steer_flow_end(struct steer_engine *e, struct steer_flow *flow);
/** Give back all that it has, and its place in the table. No reader can see it. */
void steer_flow_clear(struct steer_engine *e, struct steer_flow *flow);

/* steer_flow.c */

/** Would a rule have somewhere to send packets if there were @p n_queues? */
bool steer_flow_usable(const struct steer_engine *e, const struct steer_flow *flow,
		       uint16_t n_queues);
/** What a flow asks for, kept while the table does not have it. @return 0; -ENOMEM. */
int steer_flow_keep_match(struct steer_flow *flow, const struct steer_match *match);
void steer_flow_forget_match(struct steer_flow *flow);
/** Put a flow into the table. @return 0; -ENOMEM. */
int steer_flow_activate(struct steer_engine *e, struct steer_flow *flow,
			const struct steer_match *match);
/**
 * The same with one that asks for words alone and has somewhere to send packets.
 * @return 0; -ENOMEM with error.
 */
int steer_flow_stand(struct steer_engine *e, struct steer_flow *flow, struct steer_form *form,
		     const uint64_t *words, struct rte_flow_error *error);
/** Put a flow into the table that stands for another one, active, to be buried with this change. */
int steer_flow_replace(struct steer_engine *e, struct steer_flow *flow,
		       const struct steer_flow *old);
/** Take one out again, that is to be inactive; no reader is active. */
void steer_flow_deactivate(struct steer_engine *e, struct steer_flow *flow);
/** Into the table, or, if its queue does not exist (yet), kept aside. @return 0; -ENOMEM. */
int steer_flow_place(struct steer_engine *e, struct steer_flow *flow,
		     const struct steer_match *match, struct rte_flow_error *error);
/** What a flow asks for, active or not. */
void steer_flow_match(const struct steer_flow *flow, struct steer_match *match);

/** The lock held: another thread may be destroying the same rule, which is the caller's fault. */
bool steer_flow_is_ours(const struct steer_engine *e, const struct steer_flow *flow);
/** One rule as lines of a dump. */
void steer_flow_print(FILE *file, unsigned int port, const struct steer_flow *flow);
/** As steer_flow_is_ours(). @return 0; -EINVAL. */
int steer_flow_check_handle(const struct steer_engine *e, const struct steer_flow *flow,
			    struct rte_flow_error *error);

/** A rule in a version of its own; the request's condition is its. @return NULL with rte_errno. */
struct steer_flow *steer_flow_create(struct steer_engine *e, const struct steer_request *req,
				     struct rte_flow_error *error);

/** It has the highest number now: flows of one priority are listed as they are tried. */
void steer_flow_last(struct steer_engine *e, struct steer_flow *flow);

/** It will be destroyed soon: have what that takes in the processor's caches. */
static inline void
steer_flow_expect(const struct steer_flow *flow)
{
	rte_prefetch0(flow->rule);
	rte_prefetch0(flow->link.tqe_next);
	rte_prefetch0(flow->link.tqe_prev);
}

/* For changes of several rules in one version, the lock held: fill, update, bury; then commit. */

/** Of a zeroed flow: what it is, before it has anything. @p rule is its own until it is placed. */
void steer_flow_begin(struct steer_engine *e, struct steer_flow *flow,
		      const struct steer_request *req, struct steer_rule *rule);
/**
 * Make a rule of a zeroed flow. The condition is its own from now on.
 * @return 0; -ENOMEM, -ENOSPC (then it has nothing, and the caller frees it).
 */
int steer_flow_fill(struct steer_engine *e, struct steer_flow *flow,
		    const struct steer_request *req, struct rte_flow_error *error);
/** It has all that it takes: it is one of the engine's flows. */
void steer_flow_enlist(struct steer_engine *e, struct steer_flow *flow);
/** A rule is to go. */
void steer_flow_remove(struct steer_engine *e, struct steer_flow *flow,
		       struct steer_flow_list *dead);
/** The same with one that is in no list; it is added to @p dead. */
void steer_flow_bury(struct steer_engine *e, struct steer_flow *flow,
		     struct steer_flow_list *dead);
/** Readers see all of it from now on. What has died is freed once they have. */
void steer_flows_commit(struct steer_engine *e, struct steer_flow_list *dead);

/** Free the memory of a flow that has nothing any more, unless it is awaited. */
void steer_flow_drop(struct steer_engine *e, struct steer_flow *flow);
/** It is awaited no more. */
void steer_flow_unawait(struct steer_engine *e, struct steer_flow *flow);
/** Free a flow that no reader can see; give back its counter and context. */
void steer_flow_free(struct steer_engine *e, struct steer_flow *flow);

/* steer_update.c */

/**
 * Give a rule other actions.
 * @return 0: what it was is in @p dead; -EINVAL, -ENOMEM, -ENOSPC: it is as it was.
 */
int steer_flow_update(struct steer_engine *e, struct steer_flow *flow,
		      const struct steer_actions *actions, struct steer_flow_list *dead,
		      struct rte_flow_error *error);

/* steer_query.c */

void steer_engine_query_count(struct steer_engine *e, uint32_t id,
			      struct rte_flow_query_count *query);

/* steer_indirect.c */

/* As in steer_engine.h, the lock held. */
struct steer_indirect *steer_indirect_create(struct steer_engine *e,
					     const struct rte_flow_indir_action_conf *conf,
					     const struct rte_flow_action *action,
					     struct rte_flow_error *error);
int steer_indirect_destroy(struct steer_engine *e, struct steer_indirect *handle,
			   struct rte_flow_error *error);
int steer_indirect_update(struct steer_engine *e, struct steer_indirect *handle,
			  const void *what, struct rte_flow_error *error);
int steer_indirect_query(struct steer_engine *e, const struct steer_indirect *handle, void *data,
			 struct rte_flow_error *error);
int steer_indirect_query_update(struct steer_engine *e, struct steer_indirect *handle,
				const void *what, void *data, bool update_first,
				struct rte_flow_error *error);
/** Are the handles that a rule would name of this engine? @return 0; -EINVAL. */
int steer_indirect_check(const struct steer_engine *e, const struct steer_actions *actions,
			 struct rte_flow_error *error);
/** A flow is to share what its actions name, and does so until put. @return 0; -ENOMEM. */
int steer_indirect_share(struct steer_flow *flow, const struct steer_actions *actions);
/** It is no rule any more: handles may be destroyed. */
void steer_indirect_unshare(struct steer_flow *flow);
/** No reader can see it any more. */
void steer_indirect_put(struct steer_flow *flow);
/** Free all handles; no flow is left. */
void steer_indirect_fini(struct steer_engine *e);

/* steer_change.c */

/** What a flow changes in packets, if it does. @return 0; -ENOMEM. */
int steer_change_take(struct steer_engine *e, struct steer_flow *flow,
		      const struct steer_edits *edits, struct rte_flow_error *error);
/** What a reader has for changes. */
struct steer_changer {
	struct steer_engine *engine;
	/** Of this burst; NULL: no rule makes any. */
	struct steer_copies *copies;
	/** Of counters. */
	unsigned int shard;
	/** Those that are wanted. */
	uint32_t ptypes;
};

/**
 * By a reader: change a packet as a rule does, make copies as it does.
 * @param pkt  May become another one.
 * @param key  As the packet is then; so is its type.
 * @return     false if there is no mbuf for that: the packet is to be dropped.
 */
bool steer_change(const struct steer_changer *changer, const struct steer_rule *rule,
		  struct rte_mbuf **pkt, struct steer_key *key);

/**
 * By a reader: take a tunnel's outer headers away, if they can be.
 * @param pkt   May become another one.
 * @param key   As the packet is then; so is its type.
 * @return      false if there is no mbuf for that: the packet is to be dropped.
 */
bool steer_change_decap(const struct steer_changer *changer, struct rte_mbuf **pkt,
			struct steer_key *key);

/* steer_offload.c */

/**
 * Is the rule for a tunnel? Its pattern has been translated.
 * @return 0: the request has it, and its match asks for it; -EINVAL.
 */
int steer_offload_match(struct steer_engine *e, const struct rte_flow_item pattern[],
			struct steer_request *req, struct rte_flow_error *error);
/** What there is to say of tunnel_set. @return 0; -EINVAL. */
int steer_offload_check(struct steer_engine *e, const struct steer_request *req,
			struct rte_flow_error *error);
/** The tunnel that is matched or set; NULL: none. */
struct steer_app_tunnel *steer_offload_tunnel(const struct steer_engine *e,
					  const struct steer_request *req);

/* steer_aged.c */

/** There is something that may age: look at it in time. */
void steer_aged_watch(struct steer_engine *e);
void steer_aged_fini(struct steer_engine *e);

#endif /* STEER_ENGINE_PRIVATE_H */
