/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Groups of rules: a table for each, made when the first rule in it or to it comes, freed when
 * none of either is left. All are of the version that group 0's table has, so that a burst is
 * judged as of one moment across them.
 *
 * A tunnel has groups of its own, of the same numbers: rules with tunnel_set jump to them, rules
 * with tunnel_match stand in them, and none leads out.
 *
 * Jumps are edges between groups. A jump that would close a loop of them is refused when its rule
 * is made, active or not, so there is no version in which a packet could go round for ever.
 *
 * One writer. Readers come to a group's table through rules that jump to it, which hold the group.
 */

#ifndef STEER_GROUP_H
#define STEER_GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "steer_table.h"

#define STEER_GROUP_BUCKETS 1024

/** Group of that number, of a tunnel or (0) of none. */
#define STEER_GROUP_ID(tunnel, number) ((uint64_t)(tunnel) << 32 | (number))

struct steer_flow;

/** All rules of one group that jump to another one. */
struct steer_jump {
	LIST_ENTRY(steer_jump) link;
	struct steer_group *from;
	uint64_t n_rules;
};

LIST_HEAD(steer_jump_list, steer_jump);

struct steer_groups;

/** Owner of its table. */
struct steer_group {
	struct steer_groups *set;
	LIST_ENTRY(steer_group) link;
	LIST_ENTRY(steer_group) link_untidy;
	/** STEER_GROUP_ID() */
	uint64_t id;
	bool untidy;
	/** Rules in it, and to it. */
	uint64_t users;
	struct steer_table *table;
	/** For packets that no rule of it matches; NULL: the port's default. */
	struct steer_flow *miss;
	/** Those that lead here. */
	struct steer_jump_list jumps;
	/* Of the last search for a loop that came here: which one, from where, what is next. */
	uint64_t search;
	struct steer_group *towards;
	struct steer_group *next;
};

LIST_HEAD(steer_group_list, steer_group);

struct steer_groups {
	/** For readers: the union of what the views of all groups but 0 need; an early hint. */
	uint32_t depth;

	/* Control */
	struct steer_group root;
	uint64_t n; /**< Without that one. */
	struct steer_group_list buckets[STEER_GROUP_BUCKETS];
	struct steer_group_list untidy;
	uint64_t search;
};

/** @param root  Table of group 0, which is always there. */
void steer_groups_init(struct steer_groups *set, struct steer_table *root);
/** No reader may be active. A zeroed set is allowed. */
void steer_groups_fini(struct steer_groups *set);

static inline uint32_t
steer_group_number(const struct steer_group *group)
{
	return (uint32_t)group->id;
}

/** The group of that id; NULL if there is none. */
struct steer_group *steer_group_find(struct steer_groups *set, uint64_t id);
/** The group of that id, and hold it. @return NULL if memory is short. */
struct steer_group *steer_group_get(struct steer_groups *set, uint64_t id);
/** Let go of it: no reader can come to it any more for what it was held for. */
void steer_group_put(struct steer_groups *set, struct steer_group *group);

/** Another rule of @p from jumps to @p to. Both are held. @return NULL if memory is short. */
struct steer_jump *steer_group_jump(struct steer_group *from, struct steer_group *to);
/** It does not any more: for new versions it is gone. */
void steer_group_jump_end(struct steer_jump *jump);

/**
 * Would a rule of one group that jumps to another one close a loop?
 * @param path  If so, filled with the groups on the way: "0 -> 2 -> 0".
 */
bool steer_groups_loop(struct steer_groups *set, uint64_t from, uint64_t to, char *path,
		       size_t size);

/** A rule was added to the group's table: parse as deep as it asks from now on. */
void steer_group_deepen(struct steer_groups *set, const struct steer_group *group);
/** steer_table_remove(); steer_groups_tidy() is needed. */
void steer_group_remove(struct steer_groups *set, struct steer_group *group,
			const struct steer_place *place);
/** steer_table_tidy() for all groups that need it. */
void steer_groups_tidy(struct steer_groups *set);

#endif /* STEER_GROUP_H */
