/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_BAD_RULES_H_
#define _TEST_BAD_RULES_H_

#include <rte_flow.h>

/*
 * Rules that a port with queues 0 to 3 refuses, of which groups 0, 20, 21 and 22 jump each to the
 * next one.
 */

struct bad_rule {
	/* Positive. */
	int code;
	enum rte_flow_error_type type;
	/* In testpmd's words. The cause of the error is what the word behind '^' stands for. */
	const char *line;
	/* All of it; where it ends with "...", what stands before that. */
	const char *message;
};

#define BAD_RULE(code, type, line, message) { code, RTE_FLOW_ERROR_TYPE_##type, line, message }

struct bad_rules {
	const struct bad_rule *rules;
	unsigned int n;
};

extern const struct bad_rules bad_patterns;
extern const struct bad_rules bad_actions;

/* All of them, one after the other; NULL: that was the last one. */
const struct bad_rule *bad_rule(unsigned int i);

/* Lines to be read first: actions that "sample" names by its index. */
extern const char *const bad_rule_samples[];
extern const unsigned int n_bad_rule_samples;

#endif /* _TEST_BAD_RULES_H_ */
