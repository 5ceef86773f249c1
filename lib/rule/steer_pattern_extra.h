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

#endif /* STEER_PATTERN_EXTRA_H */
