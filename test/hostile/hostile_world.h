/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * A net_steer port on a port of rings, and the reference with the same rules.
 */

#ifndef HOSTILE_WORLD_H
#define HOSTILE_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "gen_rule.h"
#include "ref_rules.h"

#define HOSTILE_LOWER_MAX 2
#define HOSTILE_QUEUES_MAX 8
#define HOSTILE_RULES_MAX 96

struct rte_mempool;
struct rte_ring;

struct hostile_rule {
	struct gen_rule gen;
	struct ref_rule ref;
	struct rte_flow *flow;
};

struct hostile_stats {
	uint64_t seed;
	uint64_t set;
	uint64_t packets;
	uint64_t distinct; /**< Packets, each with the rules of its set. */
	uint64_t rules;
	uint64_t refused;
	uint64_t delivered;
	uint64_t dropped;  /**< By rules, and as isolated. */
	uint64_t changed;
	uint64_t copied;
	uint64_t overflown; /**< Lost as a ring was full. */
	uint64_t stopped;   /**< And as the port was stopped. */
	uint64_t findings;
	/** What has been made up and has matched. */
	uint64_t items[256], actions[256];
};

struct hostile_world {
	struct hostile_stats *stats;
	struct gen_random random;
	struct rte_mempool *pool;
	struct rte_ring *below[HOSTILE_LOWER_MAX];
	uint16_t n_lower;
	uint16_t port;
	struct gen_style style;
	struct ref_port ref;
	bool want_hash;
	struct hostile_rule rules[HOSTILE_RULES_MAX];
	unsigned int n_rules;
};

/** What the port has counted. */
struct hostile_counts {
	uint64_t hits, misses, rule, isolated, no_mbuf, sampled, unsampled;
	uint64_t packets, bytes, ring_full, stopped, stop_drops;
};

/** Once, behind EAL's start. @return 0; -1. */
int hostile_world_init(struct hostile_world *w, struct hostile_stats *stats);
void hostile_world_fini(struct hostile_world *w);

/** Plug and start a port of some form, which the seed says. */
void hostile_world_up(struct hostile_world *w, uint64_t seed);
/** Stop it: what is in its rings goes. */
void hostile_world_stop(struct hostile_world *w);
void hostile_world_down(struct hostile_world *w);

/** Random rules, made after packets that are given. */
void hostile_world_rules(struct hostile_world *w, bool edits,
			 void (*decode)(void *arg, struct gen_random *r, struct ref_packet *p),
			 void *arg);
/** Compare what they counted with the reference, which had each packet once; destroy them. */
void hostile_world_forget(struct hostile_world *w, uint64_t repeats);

void hostile_world_counts(const struct hostile_world *w, struct hostile_counts *c);

/** Something is wrong. */
void hostile_find(struct hostile_stats *stats, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif /* HOSTILE_WORLD_H */
