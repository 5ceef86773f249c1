/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * One packet's way through the rules of an engine, step by step, for who wants to know why it goes
 * where it goes. Tables, RSS and changes are those of bursts; nothing is counted or noted, and no
 * copy is made, so that it can be asked of a port that is at work.
 */

#ifndef STEER_PATH_H
#define STEER_PATH_H

#include <stdbool.h>
#include <stdint.h>

struct rte_mbuf;
struct steer_engine;
struct steer_key;
struct steer_match;

/** A rule that a search has come to. */
struct steer_path_rule {
	/** Its number, as in a dump. */
	uint64_t rule;
	uint32_t group;
	uint32_t prio;
	/** Its queue does not exist: it is not looked at. */
	bool inactive;
	/** It is what the tables have found. All others of its search they have passed over. */
	bool found;
	const struct steer_match *match;
	/** Of the one that is found: as in a dump, without the end of the line. Else NULL. */
	const char *text;
	/** Where it comes from, as steer_engine_flow_keep() was told; may be NULL. */
	const char *note;
};

/**
 * Told of each rule of a group in the order in which rules are tried, until one is found; behind a
 * PASSTHRU of those behind it; behind a JUMP of those of the group that it leads to.
 *
 * @param rule  Valid during the call, and the engine must not be called.
 * @param key   Of the packet as it is by then, all layers.
 */
typedef void (*steer_path_rule_cb)(const struct steer_path_rule *rule, const struct steer_key *key,
				   void *arg);

/** Where it led. */
struct steer_path {
	/** Or STEER_DROP_*. */
	uint16_t queue;
	/** A header is cut short. */
	bool malformed;
	/** Some rule has matched; rule is the last one's number. */
	bool hit;
	uint64_t rule;
	/** As the mbuf would tell. */
	bool marked;
	bool flagged;
	bool hashed;
	uint32_t mark;
	uint32_t hash;
};

/**
 * Follow a packet. Rules with RANDOM and SAMPLE go by chance, each time anew.
 *
 * @param m     In one segment and nobody else's: rules change it as they would.
 * @param port  For the commands in dumps.
 * @param cb    NULL: nobody is told.
 * @param path  Filled.
 * @return      0; -ENOMEM. Thread-safe; takes time for each rule if somebody is told.
 */
int steer_engine_path(struct steer_engine *e, struct rte_mbuf *m, unsigned int port,
		      steer_path_rule_cb cb, void *arg, struct steer_path *path);

#endif /* STEER_PATH_H */
