/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_SAME_RULE_H_
#define _TEST_SAME_RULE_H_

#include <stdbool.h>

#include "steer_action.h"
#include "steer_match.h"

/* Do two rules mean the same to the engine? */

bool same_match(const struct steer_match *a, const struct steer_match *b);
bool same_actions(const struct steer_actions *a, const struct steer_actions *b);

#endif /* _TEST_SAME_RULE_H_ */
