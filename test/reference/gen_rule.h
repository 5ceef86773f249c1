/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Random rules. Each is made after a packet: it asks for layers the packet has (leaving some out),
 * for values the packet has under masks of all kinds, or for ranges that hold them; now and then
 * for something else. So rules match, and where two overlap the priorities decide.
 */

#ifndef GEN_RULE_H
#define GEN_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_flow.h>

#include "gen_random.h"
#include "ref_rss.h"

struct ref_packet;

#define GEN_ITEMS 40
#define GEN_ACTIONS 20
#define GEN_EDITS 5
#define GEN_EDIT_SIZE 16
#define GEN_ITEM_SIZE 48
#define GEN_RSS_QUEUES 200
#define GEN_GROUPS 6
#define GEN_HANDLES 8
/** The port's id. */
#define GEN_PORT 7

/** An action that rules may name by a handle. */
struct gen_handle {
	enum rte_flow_action_type type; /**< RSS, COUNT or AGE. */
	const void *handle;
};

/** What all rules of a set have in common. */
struct gen_style {
	uint16_t n_queues;      /**< Queues that rules may name. */
	unsigned int strict;    /**< Percent of fields that are asked for in full. */
	unsigned int n_priorities;
	bool dpvs;              /**< Only rules as DPVS makes them. */
	unsigned int conditions; /**< Percent of patterns with items that are no headers. */
	unsigned int regs;      /**< Percent of rules that ask registers, and that set them. */
	unsigned int passing;   /**< Percent of rules with PASSTHRU, of those without JUMP. */
	unsigned int edits;     /**< Percent of rules that change packets. */
	unsigned int samples;   /**< Percent of those that copy them, too. */
	unsigned int n_groups;  /**< At most GEN_GROUPS; 0: as 1. */
	unsigned int n_handles;
	struct gen_handle handles[GEN_HANDLES];
};

struct gen_rss {
	struct rte_flow_action_rss conf;
	uint8_t key[REF_RSS_KEY_MAX];
	uint16_t queues[GEN_RSS_QUEUES];
};

struct gen_rule {
	struct rte_flow_attr attr;
	struct rte_flow_item pattern[GEN_ITEMS + 1];
	struct rte_flow_action actions[GEN_ACTIONS + 1];
	unsigned int n_items;
	unsigned int n_actions;

	/* What they point to. */
	struct {
		uint8_t spec[GEN_ITEM_SIZE], last[GEN_ITEM_SIZE], mask[GEN_ITEM_SIZE];
	} store[GEN_ITEMS] __rte_aligned(8);
	struct rte_flow_action_queue queue;
	struct rte_flow_action_mark mark;
	struct rte_flow_action_count count;
	struct rte_flow_action_jump jump;
	struct rte_flow_action_age age;
	struct rte_flow_action_set_meta set_meta;
	struct rte_flow_action_set_tag set_tag[2];
	uint8_t edits[GEN_EDITS][GEN_EDIT_SIZE] __rte_aligned(8);
	struct rte_flow_action_sample sample;
	struct rte_flow_action sampled[4];
	struct rte_flow_action_queue sample_queue;
	struct rte_flow_action_mark sample_mark;
	struct gen_rss rss;
};

/** A rule that matches @p p more often than not. */
void gen_rule(struct gen_random *r, const struct gen_style *style, const struct ref_packet *p,
	      struct gen_rule *rule);

/** The same rule once more, perhaps with other actions or another priority. */
void gen_rule_again(struct gen_random *r, const struct gen_style *style,
		    const struct gen_rule *old, struct gen_rule *rule);

/** The same rule with other actions. */
void gen_rule_update(struct gen_random *r, const struct gen_style *style,
		     const struct gen_rule *old, struct gen_rule *rule);

/** Only the pattern: @p rule is zeroed first. */
void gen_pattern(struct gen_random *r, const struct gen_style *style, const struct ref_packet *p,
		 struct gen_rule *rule);

/** As DPVS makes it: address and the low bits of the port. */
void gen_pattern_dpvs(struct gen_random *r, const struct ref_packet *p, struct gen_rule *rule);

/** Numbers of groups; where rules jump only to later ones there is no loop. */
extern const uint32_t gen_groups[GEN_GROUPS];

/** Only the actions; after the attributes. */
void gen_actions(struct gen_random *r, const struct gen_style *style, struct gen_rule *rule);

/** Add an action. */
void gen_action(struct gen_rule *rule, enum rte_flow_action_type type, const void *conf);

/** Some that change packets, or copy them. @p counts: the rule has a COUNT. */
void gen_edits(struct gen_random *r, const struct gen_style *style, bool counts,
	       struct gen_rule *rule);

/**
 * RSS types that can be hashed; at least one that is no mere restriction.
 *
 * @param rule  Also those that only rules can have.
 */
uint64_t gen_rss_types(struct gen_random *r, bool rule);

/** Any that DPDK has a name for. */
enum rte_eth_hash_function gen_rss_func(struct gen_random *r);

/** The configuration of an RSS action; it points into @p rss. */
void gen_rss(struct gen_random *r, const struct gen_style *style, struct gen_rss *rss);

/** Seconds of an AGE action: mostly few. */
uint32_t gen_timeout(struct gen_random *r);

#endif /* GEN_RULE_H */
