/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Items of a pattern that are no header: they make a condition.
 */

#ifndef STEER_PATTERN_EXTRA_H
#define STEER_PATTERN_EXTRA_H

#include <stdbool.h>

#include <rte_flow.h>

#include "steer_condition.h"
#include "steer_item.h"
#include "steer_raw.h"

/** What such items, and the headers between them, have left behind. */
struct steer_extra {
	struct rte_flow_error *error;
	/** NULL: none yet. */
	struct steer_condition *condition;
	/** INVERT; NULL: none. */
	const struct rte_flow_item *invert;
	/** Where a relative place is counted from now, and from which stack. */
	enum steer_raw_from from;
	bool inner;
};

/**
 * Take an item.
 * @return 0; -EINVAL, -ENOTSUP, -ENOMEM with the error set; 1: no such item.
 */
int steer_extra_item(struct steer_extra *x, const struct rte_flow_item *item);

/** May an item of a header, of that name, follow? @return 0; -ENOTSUP with the error set. */
int steer_extra_may_follow(const struct steer_extra *x, const struct rte_flow_item *item,
			   const char *name);

/** Where the header of an item ends, the @p nth of its kind. */
enum steer_raw_from steer_extra_end(const struct steer_item *row, unsigned int nth);

/** The pattern goes on behind a header. */
void steer_extra_passed(struct steer_extra *x, enum steer_raw_from end, bool inner);

/**
 * The pattern has ended: give what was made to the match.
 * @return 0; -EINVAL, -ENOMEM with the error set, and nothing is left.
 */
int steer_extra_finish(struct steer_extra *x, struct steer_match *match);

/** The pattern was refused. */
void steer_extra_abort(struct steer_extra *x);

/** Of one option of the GENEVE header that was passed last. @return as steer_extra_item(). */
int steer_extra_geneve_opt(struct steer_extra *x, const struct rte_flow_item *item);

/* For steer_extra_item() */

/** INTEGRITY, PTYPE, RANDOM. @return as steer_extra_item(). */
int steer_extra_check(struct steer_extra *x, const struct rte_flow_item *item);

/** COMPARE, where DPDK has it. @return as steer_extra_item(). */
int steer_extra_compare(struct steer_extra *x, const struct rte_flow_item *item);

/**
 * testpmd's name of the i-th field that COMPARE takes, a value among them, and its number in
 * rte_flow; NULL behind the last one. Only where DPDK has the item.
 */
const char *steer_compare_field_at(unsigned int i, uint32_t *number);

/** @return 0; -EINVAL with the error set: a mask or last without spec. */
int steer_extra_spec(const struct steer_extra *x, const struct rte_flow_item *item,
		     const char *name);

/**
 * Add a check made by malloc(), which is freed on failure, or NULL if there was no memory.
 * @param depth  STEER_DEPTH_* that it needs besides STEER_DEPTH_PACKET.
 * @return       0; -ENOMEM with the error set.
 */
int steer_extra_add(struct steer_extra *x, const struct rte_flow_item *item, const char *name,
		    struct steer_check *check, uint32_t depth);

#endif /* STEER_PATTERN_EXTRA_H */
