/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * A port of the engine with random rules, which the programs in the kernel have as well, and
 * packets that both judge.
 */

#ifndef KERNEL_SET_H
#define KERNEL_SET_H

#include <stdbool.h>
#include <stdint.h>

#include "gen_packet.h"
#include "gen_rule.h"
#include "ref_packet.h"

#define KERNEL_RULES 60
#define KERNEL_QUEUES 16

struct rte_mempool;
struct steer_engine;
struct steer_flow;
struct steer_kernel;

/** How the engine is given a packet that the kernel has as it is. */
typedef void (*kernel_change_packet)(struct gen_packet *p, const struct ref_packet *decoded);

struct kernel_tally {
	uint64_t packets;
	uint64_t verdicts; /**< The kernel's own. */
	uint64_t matched;
	uint64_t refined;
	uint64_t stayed;
	uint64_t copied;
	uint64_t dropped;
	uint64_t hashed;
	uint64_t marked;
	uint64_t fragments;
	uint64_t exts;
	uint64_t tunnels;
	uint64_t rules;
	uint64_t refused;
	uint64_t differences;
};

struct kernel_set {
	struct gen_random random;
	struct gen_style style;
	struct steer_engine *engine;
	struct steer_flow *flows[KERNEL_RULES];
	unsigned int n_flows;
	struct gen_packet packets[64];
	struct gen_rule rules[KERNEL_RULES];
	bool isolated;
	/** The one that is judged: XDP, TAP, or a remote netdev's. */
	struct steer_kernel *kernel;
	/** What a remote one was told; NULL: it is none. */
	struct steer_kernel_remote *remote;
	/** XDP. Where TAP is judged, it says whether the kernel is sure. */
	struct steer_kernel *xdp;
	struct rte_mempool *pool;
	struct kernel_tally *tally;
	/** A bug; NULL: none. */
	kernel_change_packet change;
	/** Say what differs. */
	bool report;
};

/** Packets of the engine come from s->pool; s->kernel, s->xdp and s->tally are set. */
void kernel_set_begin(struct kernel_set *s, uint64_t seed);
void kernel_set_end(struct kernel_set *s);
/** Other RSS, of the engine alone. */
void kernel_set_rss(struct kernel_set *s);

/* kernel_judge.c */

/** So many packets of the set, or for its rules, through both. */
void kernel_set_packets(struct kernel_set *s, unsigned int n);
void kernel_tally_print(const struct kernel_tally *t);

/* kernel_bugs.c */

/** What one side has and the other has not. */
struct kernel_bug {
	const char *name;
	void (*plant)(struct kernel_set *s);
	kernel_change_packet change;
};

/** @return NULL behind the last one. */
const struct kernel_bug *kernel_bug_at(unsigned int i);

/** Of rules with SEND_TO_KERNEL. */
#define KERNEL_STAY_MARK 0x57a7

#endif /* KERNEL_SET_H */
