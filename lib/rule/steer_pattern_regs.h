/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Items of a pattern that ask for registers: MARK, META, TAG.
 */

#ifndef STEER_PATTERN_REGS_H
#define STEER_PATTERN_REGS_H

#include <rte_flow.h>

#include "steer_item.h"
#include "steer_match.h"

/** An item that asks for a register, checked. */
struct steer_reg_item {
	const char *name;
	/** Of the value. */
	const char *field_name;
	struct steer_field field;
	steer_u128 spec;
	steer_u128 last; /**< 0: no range. */
};

/**
 * Take an item.
 * @param seen  Registers that the pattern has asked for, a bit each; 0 at first.
 * @return      0, @p reg filled; -EINVAL, -ENOTSUP with the error set; 1: no such item.
 */
int steer_reg_item(const struct rte_flow_item *item, uint32_t *seen, struct steer_reg_item *reg,
		   struct rte_flow_error *error);

#endif /* STEER_PATTERN_REGS_H */
