/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_FUZZ_RULE_H_
#define _TEST_FUZZ_RULE_H_

#include <rte_flow.h>

#include "fuzz.h"

/*
 * A rule out of a stream of bytes, however hostile. All that it points to lies in memory of just
 * its size.
 */

#define FUZZ_ITEMS 12
#define FUZZ_ACTIONS 6

struct fuzz_rule {
	struct rte_flow_attr attr;
	struct rte_flow_item pattern[FUZZ_ITEMS + 1];
	struct rte_flow_action actions[FUZZ_ACTIONS + 1];
	/* Everything that was allocated. */
	void *memory[6 * FUZZ_ITEMS + 3 * FUZZ_ACTIONS];
	unsigned int n_memory;
	/* That INDIRECT actions name. */
	const void *const *handles;
	unsigned int n_handles;
};

void fuzz_rule_read(struct fuzz_stream *s, const void *const *handles, unsigned int n_handles,
		    struct fuzz_rule *rule);
/* Only the actions. */
void fuzz_rule_read_actions(struct fuzz_stream *s, const void *const *handles,
			    unsigned int n_handles, struct fuzz_rule *rule);
/* One that lies elsewhere; @rule has what it points to. */
void fuzz_rule_read_action(struct fuzz_stream *s, const void *const *handles,
			   unsigned int n_handles, struct fuzz_rule *rule,
			   struct rte_flow_action *action);
void fuzz_rule_free(struct fuzz_rule *rule);

#endif /* _TEST_FUZZ_RULE_H_ */
