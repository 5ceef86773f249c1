/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Randomised comparison of the engine with the reference.
 *
 * A set is one port of its own: rules that come and go, RSS, queues and isolation that change, and
 * bursts of packets in between. For each packet the engine and the reference must agree on queue
 * or drop, mark, flag and hash; for each rule and each handle of a shared action on what it counted
 * and when it was hit. All of a set follows from the seed and its number, so that one set can be
 * run again alone.
 */

#ifndef COMPARE_H
#define COMPARE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "compare_cover.h"
#include "ref_bugs.h"

struct rte_mempool;

struct compare_config {
	uint64_t seed;
	unsigned int first_set;
	unsigned int n_sets;
	unsigned int packets; /**< Packets in each set. */
	unsigned int rules;   /**< Most rules in a set. */
	unsigned int least_rules; /**< And least, where it is at its biggest. */
	unsigned int dpvs;    /**< Percent of sets with rules of DPVS's form alone. */
	struct rte_mempool *pool;
	bool every_length;           /**< Packets cut at every length, one byte after the other. */
	enum ref_bug bug;            /**< Of the reference. */
	unsigned int stop_after;     /**< Differences; 0: never. */
	FILE *report;                /**< NULL: count only. */
};

/** Kinds of packets, by what they hold and by what becomes of them. */
#define COMPARE_KINDS(X) \
	X(MATCHED, "matched by a rule") \
	X(SEVERAL, "by several rules") \
	X(QUEUED, "to a queue by a rule") \
	X(SPREAD, "by RSS of a rule") \
	X(DEFAULT, "by the port's default") \
	X(DROPPED, "dropped by a rule") \
	X(ISOLATED, "dropped as isolated") \
	X(MARKED, "marked") \
	X(FLAGGED, "flagged without mark") \
	X(JUMPED, "through several groups") \
	X(META, "with metadata") \
	X(CHANGED, "changed") \
	X(COPIED, "copied") \
	X(MISSED, "that a group had no rule for") \
	X(PASSED, "past PASSTHRU rules") \
	X(PASSED_SEVERAL, "past several of them") \
	X(PASSED_MARKED, "marked by them") \
	X(PASSED_COUNTED, "counted by them") \
	X(PASSED_IN_GROUP, "past them behind a JUMP") \
	X(PASSED_ENDED, "past them to a rule that ends the search") \
	X(PASSED_MISSED, "past them to none that does") \
	X(TAGGED, "with VLAN tags") \
	X(TAGGED_TWICE, "with two tags") \
	X(TAGGED_THRICE, "with three") \
	X(STRIPPED, "with stripped tags") \
	X(IPV4, "IPv4") \
	X(IPV6, "IPv6") \
	X(ARP, "ARP") \
	X(NO_L3, "no known L3") \
	X(EXTS, "IPv6 extension headers") \
	X(FRAGMENTS, "fragments") \
	X(NO_L4, "IP without known L4") \
	X(VXLAN, "VXLAN") \
	X(VXLAN_GPE, "VXLAN-GPE") \
	X(GENEVE, "GENEVE") \
	X(GRE, "GRE") \
	X(IP_IN_IP, "IP in IP") \
	X(GTPU, "GTP user data") \
	X(GTPC, "GTP control") \
	X(MPLS_IN_UDP, "MPLS over UDP") \
	X(INNER_IP, "with IP inside") \
	X(SEGMENTS, "of several segments")

#define COMPARE_ENUM(name, text) COMPARE_##name,
enum compare_kind { COMPARE_KINDS(COMPARE_ENUM) COMPARE_N_KINDS };
#undef COMPARE_ENUM

struct compare_stats {
	uint64_t sets;
	uint64_t rules;   /**< Created. */
	uint64_t hit;     /**< Of them, matched some packet. */
	uint64_t updates; /**< Rules that got other actions. */
	uint64_t handles; /**< Of shared actions. */
	uint64_t aged;    /**< How often a rule or a handle was told to have aged. */
	uint64_t pairs;
	uint64_t differences;
	uint64_t refused; /**< Rules that the engine did not take. */
	uint64_t loops;   /**< Rules that it must not take, as they would close a loop of groups. */
	uint64_t kinds[COMPARE_N_KINDS];
	struct compare_cover cover;
};

/** Run sets; @p stats is added to. */
void compare_run(const struct compare_config *config, struct compare_stats *stats);

void compare_print(FILE *f, const struct compare_stats *stats);

#endif /* COMPARE_H */
