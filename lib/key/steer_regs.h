/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Registers: what rules set on a packet for the rules behind them. They are part of the key, 0
 * where the packet begins, and filled only while some rule in force sets or asks one.
 */

#ifndef STEER_REGS_H
#define STEER_REGS_H

#include <stdbool.h>
#include <stdint.h>

/** Tags of SET_TAG: numbers below this. */
#define STEER_TAGS 8

/** Registers that are set under a mask: META, then the tags. */
#define STEER_REG_META 0
#define STEER_REG_TAG(n) (1 + (n))
#define STEER_REGS (1 + STEER_TAGS)

/** In network byte order, as all of the key. A multiple of 8 bytes. */
struct steer_regs {
	/** Id of the last MARK, and all ones if there was one. */
	uint32_t mark;
	uint32_t marked;
	uint32_t reg[STEER_REGS];
	uint32_t unused;
};

/** What one rule sets: reg = (reg & ~mask) | data. data has no bit outside mask. */
struct steer_sets {
	uint32_t mask[STEER_REGS];
	uint32_t data[STEER_REGS];
};

/** Set more: later values replace earlier ones. @p mask and @p data in network byte order. */
static inline void
steer_sets_add(struct steer_sets *sets, unsigned int reg, uint32_t mask, uint32_t data)
{
	sets->data[reg] = (sets->data[reg] & ~mask) | (data & mask);
	sets->mask[reg] |= mask;
}

static inline bool
steer_sets_any(const struct steer_sets *sets)
{
	uint32_t any = 0;

	for (unsigned int i = 0; i < STEER_REGS; i++)
		any |= sets->mask[i];
	return any != 0;
}

static inline void
steer_regs_apply(struct steer_regs *regs, const struct steer_sets *sets)
{
	for (unsigned int i = 0; i < STEER_REGS; i++)
		regs->reg[i] = (regs->reg[i] & ~sets->mask[i]) | sets->data[i];
}

#endif /* STEER_REGS_H */
