/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Views and filters of a table, for those who change it (under its lock): steer_view.c and
 * steer_filters.c. What readers see of them is in steer_table.h.
 */

#ifndef STEER_VIEW_H
#define STEER_VIEW_H

#include "steer_table.h"

/** Up to so many subtables are searched as fast as a search is remembered. */
#define STEER_CHEAP_SUBTABLES 3

/* steer_view.c */

/** A view of @p n entries, which are to be filled. @return NULL if memory is short. */
struct steer_view *steer_view_alloc(uint32_t n, int socket);
/** Have readers see a view, whose entries are there, in any order, and nothing else. */
void steer_view_publish(struct steer_table *t, struct steer_view *view);
/** Have readers see a subtable with another entry than before; it may be new: 0, or -ENOMEM. */
int steer_view_set(struct steer_table *t, const struct steer_view_entry *e);
/** Have readers see the same subtables anew. @return 0; -ENOMEM. */
int steer_view_again(struct steer_table *t);

/* steer_filters.c */

/** A rule comes into a subtable: before it is there, since readers go by filters. */
void steer_filters_tell(struct steer_table *t, struct steer_subtable *st,
			const struct steer_rule *rule);
/** A rule of a subtable is taken out: no reader sees it any more. */
void steer_filters_forget(struct steer_subtable *st, const struct steer_rule *rule);
/** Free them; no reader may be active. */
void steer_filters_free(struct steer_table *t);

#endif /* STEER_VIEW_H */
