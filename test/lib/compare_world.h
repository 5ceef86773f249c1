/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * One port in two worlds: the engine's and the reference's. Whatever is changed is changed in
 * both.
 */

#ifndef COMPARE_WORLD_H
#define COMPARE_WORLD_H

#include <inttypes.h>
#include <stdbool.h>

#include "compare.h"
#include "gen_packet.h"
#include "gen_rule.h"
#include "ref_rules.h"

struct held;
struct steer_engine;
struct steer_flow;

/** A rule that both have. */
struct live {
	struct gen_rule gen;
	struct ref_rule ref;
	struct steer_flow *flow;
};

struct world {
	const struct compare_config *config;
	struct compare_stats *stats;
	unsigned int set;
	struct gen_random random;
	struct gen_style style;
	unsigned int most_rules;
	unsigned int max_queues;
	unsigned int n_shards;

	struct steer_engine *engine;
	struct ref_port port;
	bool has_rss;
	bool want_hash;
	struct live *live[REF_RULES_MAX];
	unsigned int n_live;
	struct held *held[GEN_HANDLES];
	unsigned int n_held;
	unsigned int most_handles;

	/** What rules are made after, and bursts made of. */
	struct gen_packet *packets;
	unsigned int n_packets;
	/** With every_length: which packet is being cut, and how long it has become. */
	unsigned int cutting;
	uint32_t cut_at;
};

struct world *world_create(const struct compare_config *config, unsigned int set,
			   struct compare_stats *stats);

/** Compare what the rules have counted, and end. */
void world_free(struct world *w);

/** Add rules and destroy others; now and then change handles, RSS, queues or isolation. */
void world_change(struct world *w);

/** A packet of the set, or one made for some rule of it. */
void world_packet(struct world *w, struct gen_packet *p);

/** Report all rules that match, in the order of the reference. */
void world_print_matches(const struct world *w, const struct ref_packet *p);

/** A fresh engine with those of the rules that are kept, given in the order of the reference. */
struct steer_engine *world_engine(const struct world *w, const bool *keep);

/** The reference with these rules. It counts for them. */
void world_subset(const struct world *w, const bool *keep, struct ref_port *port);

/** Count and report a difference. */
void world_difference(struct world *w, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif /* COMPARE_WORLD_H */
