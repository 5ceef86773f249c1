/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * What a rule does with a packet: one fate at most, and what comes on top.
 */

#ifndef STEER_ACTION_H
#define STEER_ACTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <rte_flow.h>

#include "steer_edit.h"
#include "steer_regs.h"

/**
 * Where a packet goes. NONE: the port's RSS, and the search ends. From PASSTHRU on it does not end
 * with the rule.
 */
enum steer_fate {
	STEER_FATE_NONE,
	STEER_FATE_QUEUE,
	STEER_FATE_RSS,
	STEER_FATE_DROP,
	/** The kernel's, if a program there steers. What comes here nevertheless is dropped. */
	STEER_FATE_KERNEL,
	STEER_FATE_PASSTHRU,
	STEER_FATE_JUMP,
};

/** Actions that rules may share by a handle. */
enum steer_share {
	STEER_SHARE_RSS,
	STEER_SHARE_COUNT,
	STEER_SHARE_AGE,
	STEER_SHARES,
};

/** What a handle begins with: all that has to be known of it here. */
struct steer_shared {
	enum steer_share kind;
	/** Its name where it is printed. */
	uint32_t number;
	/** Templates, and operations that wait in flow queues, that name it; see hold. */
	uint32_t held;
};

/** Have a handle stay, or not any more: by any thread. */
static inline void
steer_shared_hold(const struct steer_shared *shared, bool hold)
{
	/* Const is what the application handed us. */
	uint32_t *held = &((struct steer_shared *)(uintptr_t)shared)->held;

	__atomic_fetch_add(held, hold ? 1 : UINT32_MAX, __ATOMIC_RELAXED);
}

struct steer_actions {
	enum steer_fate fate;
	uint16_t queue;
	bool flag;
	bool count;
	bool mark;
	uint32_t mark_id;
	/** FATE_RSS: the application's own structure, valid only during its call. */
	const struct rte_flow_action_rss *rss;
	/** FATE_JUMP: the same, and its group. */
	const struct rte_flow_action_jump *jump;
	/** SET_META and SET_TAG. */
	struct steer_sets sets;
	/** FATE_KERNEL: the same. */
	const struct rte_flow_action *kernel;
	/** tunnel_set: the application's own as well; NULL: none. */
	const struct rte_flow_action *tunnel;
	/** What it changes in packets; and copies that it makes of them. */
	struct steer_edits edits;
	/** The application's own as well; NULL: none. */
	const struct rte_flow_action_age *age;
	/** By handle; NULL: not so. Whose handles these are is the caller's to check. */
	const struct steer_shared *shared[STEER_SHARES];
};

/**
 * One action for a handle, as in a list of its own.
 *
 * @param kind  Filled.
 * @return      0; -EINVAL, -ENOTSUP.
 */
int steer_action_parse_shared(const struct rte_flow_action *action, uint16_t n_queues,
			      enum steer_share *kind, struct rte_flow_error *error);

/**
 * Translate an rte_flow action list.
 *
 * @param actions   Up to and including END; only read.
 * @param n_queues  Queues that may be named.
 * @param out       Filled.
 * @param error     rte_flow_error with type, cause and message; may be NULL.
 * @return          0; -EINVAL, -ENOTSUP. Thread-safe.
 */
int steer_actions_parse(const struct rte_flow_action actions[], uint16_t n_queues,
			struct steer_actions *out, struct rte_flow_error *error);

/** Say of actions with the fate KERNEL that nothing in the kernel steers. @return -ENOTSUP. */
int steer_actions_no_kernel(const struct steer_actions *actions, struct rte_flow_error *error);

/* steer_action_edit.c */

/**
 * Is it an action that changes the packet?
 * @param size  Set to the bytes of its configuration.
 */
bool steer_action_edits(enum rte_flow_action_type type, size_t *size);

/** Add such an action to the rule's. @return 0; -EINVAL, -ENOTSUP. */
int steer_action_parse_edit(const struct rte_flow_action *action, struct steer_actions *out,
			    struct rte_flow_error *error);

/* steer_action_refused.c */

/** Say of an action that it is not accepted, where @p list would be. @return -ENOTSUP. */
int steer_action_refuse(const struct rte_flow_action *action, const char *list,
			struct rte_flow_error *error);

#endif /* STEER_ACTION_H */
