/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * The inside: steer_kernel.c (programs come and go), steer_kernel_hook.c (where they are attached),
 * steer_kernel_remote.c (TAP and another netdev),
 * steer_kernel_rule.c (one rule in the programs' terms), steer_kernel_image.c (all rules so),
 * steer_kernel_sync.c (an image into the kernel), steer_kernel_run.c (one packet, for tests).
 */

#ifndef STEER_KERNEL_PRIVATE_H
#define STEER_KERNEL_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "steer_kernel.h"

struct steer_bpf;
struct steer_listed;
struct steer_rss;

/** Most rules: what the kernel's map of them takes is 128 bytes each. */
#define STEER_KERNEL_RULES_MAX (1u << 20)

struct steer_kernel {
	enum steer_kernel_kind kind;
	struct steer_bpf *programs;
	/** The word that says which generation is in force: in memory that programs share. */
	volatile uint32_t *active;
	/** Of the netdev's XDP, of tc on a remote one and on TAP; -1: not attached. */
	int link;
	int move_link;
	int send_link;
	/** Whose addresses a remote netdev's packets are looked for. */
	struct steer_kernel_remote remote;
	/** What was in force last. */
	uint32_t generation;
	/** For all we know, a program still goes by the one before: it is not to be filled. */
	bool in_use;
	struct steer_kernel_info info;
	bool isolated;
	/** Rules with a SEND_TO_KERNEL, inexact rules: the last priority, the first one. */
	uint32_t stay_last;
	uint32_t inexact_first;
	bool any_stay;
	bool any_inexact;
};

/** One rule in the programs' terms. */
struct steer_kernel_entry {
	/** Words of the key, in their order, and what they must be. */
	struct steer_kernel_mask mask;
	uint64_t word[STEER_KERNEL_WORDS];
	struct steer_kernel_rule rule;
	/** Order of rules. */
	uint64_t seq;
	uint32_t prio;
	/** Number of its mask. */
	uint32_t number;
	/** More packets have these words than the rule is for. */
	bool inexact;
	/** The search goes on behind it. */
	bool passes;
	/** It goes on in another group, which the programs do not have. */
	bool jumps;
};

/** All rules, and what else programs go by. */
struct steer_kernel_image {
	enum steer_kernel_kind kind;
	struct steer_kernel_conf *conf;
	struct steer_kernel_entry *entries;
	uint32_t n_entries;
	uint32_t room;
	/** What the programs are given of entries: rules of the same key are one. */
	struct steer_kernel_key *keys;
	struct steer_kernel_rule *rules;
	uint32_t n_rules;
	uint32_t n_refined;
	/** Of contexts, by number. */
	uint32_t (*tables[STEER_KERNEL_RSS])[256];
	const struct steer_rss *rss[STEER_KERNEL_RSS];
	uint32_t n_rss;
	/** Where a failure is told. */
	struct steer_kernel_trouble *trouble;
};

/* steer_kernel.c */

/** What a call of the kernel's says that was not permitted. */
#define STEER_KERNEL_CAPABILITIES \
	"CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN and CAP_NET_RAW are needed, or root"

/** Where a program is attached. */
enum steer_kernel_hook {
	STEER_KERNEL_HOOK_XDP,
	STEER_KERNEL_HOOK_QUEUE,  /**< TAP's choice of a queue. */
	STEER_KERNEL_HOOK_FILTER, /**< TAP's filter. */
	STEER_KERNEL_HOOK_MOVE,   /**< What a remote netdev receives, by tc. */
	STEER_KERNEL_HOOK_SEND,   /**< What TAP's user space sends, by tc. */
};

/** File descriptors of maps, and of programs that this kind has. */
int steer_kernel_map(const struct steer_kernel *k, const char *name);
int steer_kernel_program(const struct steer_kernel *k, enum steer_kernel_hook hook);
/** Tell the programs of a remote netdev where packets go. */
void steer_kernel_devices(struct steer_kernel *k, int tap, int remote);

/* steer_kernel_remote.c */

/** What of k->remote is for the programs. */
void steer_kernel_remote_fill(const struct steer_kernel *k, struct steer_kernel_conf *conf);

/* steer_kernel_rule.c */

/** Words, rank aside, and flags of a rule. @p context: number of its RSS, if it has one. */
void steer_kernel_entry(const struct steer_listed *rule, uint32_t context,
			struct steer_kernel_entry *entry);
/** Have it ask for nothing: there are too many masks. */
void steer_kernel_entry_widen(struct steer_kernel_entry *entry);
/**
 * Can it be left to programs that have an inexact rule?
 * @return 0; -ENOTSUP with trouble.
 */
int steer_kernel_entry_check(const struct steer_kernel_entry *entry, enum steer_kernel_kind kind,
			     bool isolated, struct steer_kernel_trouble *trouble);

/* steer_kernel_image.c */

struct steer_engine;

/** @return 0; -ENOTSUP, -ENOMEM, -ENOSPC with trouble. It is to be freed in any case. */
int steer_kernel_image_make(struct steer_kernel_image *image, struct steer_engine *e);
void steer_kernel_image_free(struct steer_kernel_image *image);

#endif /* STEER_KERNEL_PRIVATE_H */
