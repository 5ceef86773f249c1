/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_FUZZ_RULE_H_
#define _TEST_FUZZ_RULE_H_

#include <rte_flow.h>

#include "fuzz.h"
#include "steer_tunnel.h"

/*
 * A rule out of a stream of bytes, however hostile. All that it points to lies in memory of just
 * its size.
 */

#define FUZZ_ITEMS 12
#define FUZZ_ACTIONS 6
#define FUZZ_HANDLES 4
#define FUZZ_TUNNELS 8

/* What the engine has given out, that rules may name. */
struct fuzz_given {
	unsigned int n_handles;
	const void *handles[FUZZ_HANDLES];
	/* Also those that are gone. */
	unsigned int n_tunnels;
	struct steer_tunnel_name tunnels[FUZZ_TUNNELS];
};

struct fuzz_rule {
	struct rte_flow_attr attr;
	struct rte_flow_item pattern[FUZZ_ITEMS + 1];
	struct rte_flow_action actions[FUZZ_ACTIONS + 1];
	/* Everything that was allocated. */
	void *memory[9 * FUZZ_ITEMS + 12 * FUZZ_ACTIONS];
	unsigned int n_memory;
	const struct fuzz_given *given;
};

void fuzz_rule_read(struct fuzz_stream *s, const struct fuzz_given *given, struct fuzz_rule *rule);
/* Only the actions. */
void fuzz_rule_read_actions(struct fuzz_stream *s, const struct fuzz_given *given,
			    struct fuzz_rule *rule);
/* One that lies elsewhere; @rule has what it points to. */
void fuzz_rule_read_action(struct fuzz_stream *s, const struct fuzz_given *given,
			   struct fuzz_rule *rule, struct rte_flow_action *action);
void fuzz_rule_free(struct fuzz_rule *rule);

#endif /* _TEST_FUZZ_RULE_H_ */
