/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * The flow engine of one port: rte_flow rules in, a queue for each packet out.
 *
 * Two sides meet here.
 *
 * Control: rules, the port's RSS, isolation. Any thread, an EAL lcore or not, also one that polls;
 * several at once. Calls take the engine's mutex against each other and never wait for readers:
 * what readers may still see is freed later, by a later call.
 *
 * Readers: steer_engine_burst(). They neither lock nor wait. Each reader has a slot of its own
 * (the RX queue it polls); two threads never use one slot at once. Counters are sharded: two
 * threads never use one shard at once (the drain lock of the lower queue sees to it).
 *
 * Each burst is judged as of one moment: it sees all of a change or nothing of it, and changes in
 * the order they were made. So who creates a new rule and then destroys the old one leaves no
 * packet without either; a flush takes all rules away at once.
 *
 * Semantics: lowest priority value wins; at equal priority the earlier rule. PASSTHRU goes on with
 * the next matching rule, keeping MARK and FLAG (a later MARK replaces an earlier one) and COUNT.
 * Where no rule ends the search with a fate, the port's default holds: RSS, or queue 0 if no RSS
 * is configured; when isolated and no rule matched at all, drop. A rule without a fate (MARK,
 * FLAG, COUNT alone) ends the search with the port's RSS.
 */

#ifndef STEER_ENGINE_H
#define STEER_ENGINE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <rte_common.h>
#include <rte_flow.h>

#include "steer_rss.h"

struct rte_mbuf;
struct rte_mempool;
struct steer_engine;
struct steer_flow;
struct steer_indirect;

/** Most RX queues, and so reader slots. */
#define STEER_QUEUES_MAX 64

/** Entries of the flow cache: by default, and at most. */
#define STEER_CACHE_ENTRIES 32768
#define STEER_CACHE_ENTRIES_MAX (1u << 22)

/** Instead of a queue: the packet is to be freed. */
#define STEER_DROP_RULE UINT16_MAX               /**< A rule says DROP. */
#define STEER_DROP_ISOLATED (UINT16_MAX - 1)     /**< Isolated, and no rule matched. */
#define STEER_DROP_NO_MBUF (UINT16_MAX - 2)      /**< A rule changes it, and needs an mbuf. */
#define STEER_IS_DROP(queue) ((queue) >= STEER_DROP_NO_MBUF)

/** What a burst was, for statistics. */
struct steer_burst_stats {
	uint16_t malformed; /**< Packets with a header cut short. */
	uint16_t hits;      /**< Packets that some rule matched. */
	uint16_t cached;    /**< Packets whose rule, or that there is none, the flow cache knew. */
	uint16_t copies;    /**< Copies that rules have made: steer_engine_copies(). */
	uint16_t uncopied;  /**< Copies that there was no mbuf for, or no room. */
};

/** Most copies of one burst. */
#define STEER_COPIES_MAX 256

/** What rules with SAMPLE made of one burst. */
struct steer_copies {
	uint16_t n;
	uint16_t lost;
	uint16_t queues[STEER_COPIES_MAX];
	struct rte_mbuf *pkts[STEER_COPIES_MAX];
} __rte_cache_aligned;

/**
 * Make an engine without rules: all packets to queue 0 until steer_engine_port_rss().
 *
 * @param max_queues  Queues that rules may ever name, 1..STEER_QUEUES_MAX.
 * @param socket      NUMA node of what readers touch.
 * @return            NULL with rte_errno (EINVAL, ENOMEM).
 */
struct steer_engine *steer_engine_create(uint16_t max_queues, int socket);

/** Free all, rules included. No reader may be active. NULL is allowed. */
void steer_engine_free(struct steer_engine *e);

/**
 * Set how many queues exist and how many shards count. Rules to queues that are gone become
 * inactive (as if they were not there), those whose queues are back become active again; RSS
 * rules use those of their queues that exist. No reader may be active.
 *
 * @return 0; -EINVAL, -ENOMEM (then nothing changed).
 */
int steer_engine_configure(struct steer_engine *e, uint16_t n_queues, unsigned int n_shards);

/**
 * Set the port's default RSS. Thread-safe, also while readers are active.
 *
 * @param conf  NULL or types 0: no hash. Without a hash every packet has hash 0, so its queue is
 *              the first entry of the RETA (queue 0 without conf).
 * @return      0; -EINVAL, -ENOMEM (then nothing changed).
 */
int steer_engine_port_rss(struct steer_engine *e, const struct steer_rss_conf *conf);

/**
 * Set the size of the flow cache: entries in all, shared out among the shards. It is there only
 * while the rules in force make searching costly. Thread-safe.
 * @param n_entries  0 (none) .. STEER_CACHE_ENTRIES_MAX.
 * @return           0; -EINVAL.
 */
int steer_engine_cache(struct steer_engine *e, uint32_t n_entries);

/**
 * Do now what changes have left to be done in a while: free what no reader sees, fit the flow
 * cache to the rules. An alarm does it otherwise. Thread-safe.
 */
void steer_engine_settle(struct steer_engine *e);

/** Deliver the RSS hash of every packet (mbuf hash.rss), also where no queue is chosen by it. */
void steer_engine_want_hash(struct steer_engine *e, bool on);

/**
 * Which layers mbuf packet_type tells, and so how deep is parsed at least.
 *
 * @param mask  Any of RTE_PTYPE_L2_MASK ... RTE_PTYPE_INNER_L4_MASK. 0, as it begins: packet_type
 *              is RTE_PTYPE_UNKNOWN.
 */
void steer_engine_ptypes(struct steer_engine *e, uint32_t mask);

/** May rules have SEND_TO_KERNEL? At first not. Those that have it keep it. Thread-safe. */
void steer_engine_kernel(struct steer_engine *e, bool on);

/**
 * Have rules that are made from now on count their hits and bytes, asked to or not: operators see
 * it (struct steer_flow_line), the application does not. A rule that there is no counter for is
 * made without one. Thread-safe.
 */
void steer_engine_count_all(struct steer_engine *e, bool on);

/** Set a packet's packet_type, where somebody else has judged it. It is complete up to L4. */
void steer_engine_types(const struct steer_engine *e, struct rte_mbuf *m);

/** The port's id, which rules may name; until then they may name none. Thread-safe. */
void steer_engine_port_id(struct steer_engine *e, uint16_t port_id);

/**
 * Where packets are copied into that a rule changes, and others may see; and those that a rule
 * samples. NULL, as it begins: the former are dropped, the latter not made. It must last as long
 * as bursts. No reader may be active.
 */
void steer_engine_pool(struct steer_engine *e, struct rte_mempool *pool);

/** Isolated mode: packets without a matching rule are dropped. Thread-safe. */
void steer_engine_isolate(struct steer_engine *e, bool on);
bool steer_engine_isolated(const struct steer_engine *e);

/*
 * rte_flow, as in rte_flow.h: errors are negative errno with the rte_flow_error filled (type,
 * cause at the offending structure, message). Thread-safe.
 */
int steer_engine_validate(struct steer_engine *e, const struct rte_flow_attr *attr,
			  const struct rte_flow_item pattern[],
			  const struct rte_flow_action actions[], struct rte_flow_error *error);
/** @return the rule; NULL with rte_errno and error set. */
struct steer_flow *steer_engine_flow_create(struct steer_engine *e,
					    const struct rte_flow_attr *attr,
					    const struct rte_flow_item pattern[],
					    const struct rte_flow_action actions[],
					    struct rte_flow_error *error);
/**
 * What becomes of packets that come to a group and that no rule ends the search for there: as if
 * there were a rule for all packets of the last priority. An empty list: the port's default again.
 * A flush takes these, too.
 *
 * @param group  Not 0.
 * @return       0; -EINVAL, -ENOTSUP, -ENOMEM with error set, and all is as before. Thread-safe.
 */
int steer_engine_group_miss(struct steer_engine *e, uint32_t group,
			    const struct rte_flow_action actions[], struct rte_flow_error *error);
/**
 * Other actions for a rule. Each packet is judged by the old or the new ones. The rule keeps its
 * place among those of equal priority and, where old and new actions count, its counter; its age
 * begins anew. A rule whose queue did not exist comes last within its priority.
 *
 * @return  0; -EINVAL, -ENOTSUP, -ENOMEM, -ENOSPC with error set, and it has the old actions still.
 *          Thread-safe.
 */
int steer_engine_flow_update(struct steer_engine *e, struct steer_flow *flow,
			     const struct rte_flow_action actions[], struct rte_flow_error *error);
/** Destroying never fails, except for what is no rule of this engine (-EINVAL). */
int steer_engine_flow_destroy(struct steer_engine *e, struct steer_flow *flow,
			      struct rte_flow_error *error);
/** Destroy all rules but those that are kept: see steer_kept.h. */
int steer_engine_flow_flush(struct steer_engine *e, struct rte_flow_error *error);
/** Query COUNT or AGE: @p data is struct rte_flow_query_count or rte_flow_query_age. */
int steer_engine_flow_query(struct steer_engine *e, struct steer_flow *flow,
			    const struct rte_flow_action *action, void *data,
			    struct rte_flow_error *error);
/**
 * Write rules as "flow create" commands for @p port, one a line; all if @p flow is NULL. Those that
 * are inactive are comments.
 * @return 0; -EINVAL (no rule of this engine).
 */
int steer_engine_flow_dump(struct steer_engine *e, unsigned int port,
			   const struct steer_flow *flow, FILE *file,
			   struct rte_flow_error *error);
/** A rule, as operators see it. */
struct steer_flow_line {
	/** Its number, as in a dump. */
	uint64_t rule;
	/** As in a dump, without the end of the line. */
	const char *text;
	/** Where it comes from, if it is kept (steer_kept.h); NULL: it is the application's. */
	const char *note;
	bool counted;
	struct rte_flow_query_count count;
	bool ages;
	struct rte_flow_query_age age;
};
/** The line is valid during the call, and the engine must not be called. */
typedef void (*steer_flow_line_cb)(const struct steer_flow_line *line, void *arg);
/**
 * Tell of at most @p n rules behind the first @p skip, in the order of a dump.
 * @return whether there was memory for their lines; without, it ended early.
 */
bool steer_engine_flow_list(struct steer_engine *e, unsigned int port, uint64_t skip,
			    unsigned int n, steer_flow_line_cb cb, void *arg);
/** Tell of the rule with this number. @return whether there is one. */
bool steer_engine_flow_tell(struct steer_engine *e, unsigned int port, uint64_t rule,
			    steer_flow_line_cb cb, void *arg);
/** A subtable, as operators see it: all rules of a group that ask for the same bits. */
struct steer_table_line {
	uint32_t group;
	/** Of which tunnel (steer_tunnels.h) the group is; 0: of none. */
	uint32_t tunnel;
	/** As a pattern without values, in the words of one of its rules. */
	const char *mask;
	/** Of its best rule. */
	uint32_t priority;
	uint64_t rules;
	/** Distinct values that rules ask for. */
	uint64_t values;
	uint32_t buckets;
	/** Memory of its hash and of its rules. */
	uint64_t bytes;
	/** It is searched only where a filter says so. */
	bool filtered;
};
/** The line is valid during the call, and the engine must not be called. */
typedef void (*steer_table_line_cb)(const struct steer_table_line *line, void *arg);
/**
 * Tell of at most @p n subtables (and at most 32) behind the first @p skip: of each group in the
 * order in which they are searched. @return how many there are in all.
 */
uint64_t steer_engine_table_list(struct steer_engine *e, uint64_t skip, unsigned int n,
				 steer_table_line_cb cb, void *arg);
/** Is there a flow cache now? */
bool steer_engine_cached(struct steer_engine *e);

/**
 * As rte_flow_get_aged_flows(): contexts of rules and handles whose AGE has timed out, or the rule
 * or handle itself. They are told again until they are hit or gone.
 */
int steer_engine_aged(struct steer_engine *e, void **contexts, uint32_t n,
		      struct rte_flow_error *error);
/**
 * Have @p cb called when something has aged, from the thread of EAL's alarms, without any lock;
 * once until steer_engine_aged() is called. NULL: nobody is told. Not while another thread is told.
 */
typedef void (*steer_aged_cb)(void *arg);
void steer_engine_on_aged(struct steer_engine *e, steer_aged_cb cb, void *arg);
/** Look now for what has aged, and tell. An alarm does it otherwise, once a second. */
void steer_engine_look_aged(struct steer_engine *e);

/*
 * Actions that rules share by a handle (type INDIRECT): RSS, COUNT, AGE. They stay until destroyed,
 * whatever becomes of rules, of the number of queues and of the port's RSS.
 */
/** @return the handle; NULL with rte_errno and error set. */
struct steer_indirect *steer_engine_indirect_create(struct steer_engine *e,
						    const struct rte_flow_indir_action_conf *conf,
						    const struct rte_flow_action *action,
						    struct rte_flow_error *error);
/** One that the application does not know: it is not told of its age. Thread-safe. */
void steer_engine_indirect_keep(struct steer_engine *e, struct steer_indirect *handle);
/** @return 0; -EBUSY while a rule names it, -EINVAL for what is no handle of this engine. */
int steer_engine_indirect_destroy(struct steer_engine *e, struct steer_indirect *handle,
				  struct rte_flow_error *error);
/**
 * @param update  RSS: struct rte_flow_action; AGE: struct rte_flow_update_age. All rules that name
 *                the handle change at once: a burst is judged by the old or by the new.
 */
int steer_engine_indirect_update(struct steer_engine *e, struct steer_indirect *handle,
				 const void *update, struct rte_flow_error *error);
/** @param data  COUNT: struct rte_flow_query_count; AGE: struct rte_flow_query_age. */
int steer_engine_indirect_query(struct steer_engine *e, const struct steer_indirect *handle,
				void *data, struct rte_flow_error *error);
/** Either may be NULL: then only the other is done. Both at once are for AGE. */
int steer_engine_indirect_query_update(struct steer_engine *e, struct steer_indirect *handle,
				       const void *update, void *data, bool update_first,
				       struct rte_flow_error *error);

/*
 * Tunnel offload, as in rte_flow.h. A tunnel is known by its fields. What is given out is given out
 * again for an equal one, and is to be released as often; a tunnel with rules stays until they are
 * gone. A rule with the action must jump; rules with the item stand in groups of the tunnel's own,
 * whatever others of the same number contain, and take the packets they deliver out of it.
 */
/** @return 0; -EINVAL, -ENOTSUP, -ENOMEM, -ENOSPC with error set. Thread-safe. */
int steer_engine_tunnel_set(struct steer_engine *e, const struct rte_flow_tunnel *tunnel,
			    struct rte_flow_action **actions, uint32_t *n,
			    struct rte_flow_error *error);
int steer_engine_tunnel_match(struct steer_engine *e, const struct rte_flow_tunnel *tunnel,
			      struct rte_flow_item **items, uint32_t *n,
			      struct rte_flow_error *error);
/** @return 0; -EINVAL with error set. Thread-safe. */
int steer_engine_tunnel_release_actions(struct steer_engine *e, struct rte_flow_action *actions,
					uint32_t n, struct rte_flow_error *error);
int steer_engine_tunnel_release_items(struct steer_engine *e, struct rte_flow_item *items,
				      uint32_t n, struct rte_flow_error *error);
/**
 * Where rules of a tunnel have left a packet. Never waits.
 * @return 0; -EINVAL: it is none that came to a group of a tunnel and is encapsulated still.
 */
int steer_engine_restore_info(const struct steer_engine *e, const struct rte_mbuf *m,
			      struct rte_flow_restore_info *info, struct rte_flow_error *error);

/** Number of rules, active or not. */
uint64_t steer_engine_flow_count(struct steer_engine *e);

/**
 * A word of the caller's for each rule: NULL at first, and for what is no rule of this engine.
 * @return 0, always for a rule that has had one; -EINVAL: no rule of this engine; -ENOMEM.
 */
int steer_engine_flow_set_cookie(struct steer_engine *e, struct steer_flow *flow, void *cookie);
void *steer_engine_flow_cookie(struct steer_engine *e, const struct steer_flow *flow);

/**
 * Does a rule overlap with another one of equal priority? As steer_table_overlaps(); an inactive
 * rule does not. Thread-safe.
 */
int steer_engine_flow_overlaps(struct steer_engine *e, const struct steer_flow *flow,
			       unsigned int budget);

/**
 * Where each packet of a burst goes.
 *
 * Sets in each mbuf: MARK and FLAG (hash.fdir.hi, RTE_MBUF_F_RX_FDIR, _FDIR_ID) and the RSS hash
 * (hash.rss, RTE_MBUF_F_RX_RSS_HASH) where there is one, and clears these flags where not. Sets
 * packet_type.
 *
 * @param slot    Reader slot, 0..STEER_QUEUES_MAX-1: the RX queue being polled.
 * @param shard   Counter shard: the lower queue the packets came from.
 * @param pkts    Packets. Their metadata is written; and their headers, where a rule says so: then
 *                one may become another mbuf.
 * @param n       At most STEER_BURST_MAX.
 * @param queues  For each packet its queue, or a STEER_DROP_*. Never a queue that is not there.
 * @param stats   Filled.
 */
void steer_engine_burst(struct steer_engine *e, unsigned int slot, unsigned int shard,
			struct rte_mbuf **pkts, uint16_t n, uint16_t *queues,
			struct steer_burst_stats *stats);

/**
 * Copies that rules made of a slot's last burst, if its statistics say that there are. They are the
 * caller's from then on.
 */
const struct steer_copies *steer_engine_copies(const struct steer_engine *e, unsigned int slot);

/** Most packets of one call to steer_engine_burst(). */
#define STEER_BURST_MAX 64

#endif /* STEER_ENGINE_H */
