/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * What would happen to one packet, and why: its headers, the rules that were tried with what
 * refused it, and where it goes. To be asked of any engine, one at work included, since nothing of
 * it changes (see steer_path.h).
 */

#ifndef STEER_TRACE_H
#define STEER_TRACE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "steer_key.h"
#include "steer_path.h"
#include "steer_why.h"

struct rte_mbuf;
struct steer_engine;

/** Most bytes of a packet. */
#define STEER_TRACE_LEN_MAX 65000
/** Rules that are shown of those that one search has passed over, if not all are. */
#define STEER_TRACE_SHOWN 8

/** A rule that was tried. */
struct steer_trace_rule {
	/** As of struct steer_path_rule; text and note are copies. */
	uint64_t rule;
	uint32_t group;
	uint32_t prio;
	bool inactive;
	bool found;
	char *text;
	char *note;
	/** By a walk over what it asks for, without the tables. */
	struct steer_why why;
};

struct steer_trace {
	struct steer_path path;
	/** As it came: before rules changed it. */
	struct steer_key key;
	uint32_t len;
	/** In the order in which they were tried. */
	struct steer_trace_rule *rules;
	uint32_t n_rules;
	uint32_t room;
	/** There was no memory for more. */
	bool cut;
	/**
	 * Rules of which tables and walk do not say the same. Never but for a fault, or where
	 * chance has a say (RANDOM).
	 */
	uint32_t disagree;
};

/**
 * A packet in memory of its own.
 * @param len  At most STEER_TRACE_LEN_MAX: bytes there are, those of @p data first, then zeros.
 * @return     For steer_trace_packet_free(); NULL: no memory, or too long.
 */
struct rte_mbuf *steer_trace_packet(const void *data, uint32_t n, uint32_t len);
void steer_trace_packet_free(struct rte_mbuf *m);
/** Put other bytes into it, as if it were a new one. @return false: too long. */
bool steer_trace_packet_set(struct rte_mbuf *m, const void *data, uint32_t n, uint32_t len);

/**
 * @param m     Of steer_trace_packet(). Rules change it as they would.
 * @param port  For the commands that rules are shown as.
 * @param why   Whether to tell of rules that were tried: it takes time for each.
 * @return      NULL: no memory. Thread-safe.
 */
struct steer_trace *steer_trace_create(struct steer_engine *e, struct rte_mbuf *m,
				       unsigned int port, bool why);
/** NULL is allowed. */
void steer_trace_free(struct steer_trace *t);

/* steer_trace_layers.c */

/** What a header is, and where. */
struct steer_trace_layer {
	const struct steer_item *item;
	unsigned int nth;
	bool inner;
	/** -1: not known. */
	int offset;
};
typedef void (*steer_trace_layer_cb)(const struct steer_trace_layer *layer, void *arg);
/** Tell of a packet's headers, the outermost first. */
void steer_trace_layers(const struct steer_key *key, steer_trace_layer_cb cb, void *arg);
/** The i-th field of a header that is worth telling, or NULL behind the last one. */
const struct steer_item_field *steer_trace_field(const struct steer_key *key,
						 const struct steer_trace_layer *layer, bool all,
						 unsigned int *i, struct steer_value *v,
						 steer_u128 *value);

/* steer_trace_print.c */

/** Of what a trace is printed as. */
struct steer_trace_style {
	/** All rules and all fields. */
	bool all;
	/** In front of each line. */
	const char *indent;
};
/** As text, in lines. */
void steer_trace_print(FILE *file, const struct steer_trace *t,
		       const struct steer_trace_style *style);
/** "queue 3, mark 7, hash 0x1234 (rule 5)" */
void steer_trace_print_verdict(FILE *file, const struct steer_path *path);
/** "queue", or why it is dropped. */
const char *steer_trace_verdict(uint16_t queue);
/** Rules of one search in the order in which they are to be shown: the nearest first. */
uint32_t steer_trace_nearest(const struct steer_trace *t, uint32_t from, uint32_t end,
			     uint32_t shown[STEER_TRACE_SHOWN]);

/* steer_trace_json.c */

/** The members of an object, without its braces. */
void steer_trace_json(FILE *file, const struct steer_trace *t, bool all);
void steer_trace_json_string(FILE *file, const char *text);

#endif /* STEER_TRACE_H */
