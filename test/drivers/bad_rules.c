/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>

#include <rte_common.h>

#include "bad_rules.h"

static const struct bad_rule rules[] = {
	/* Which way */
	BAD_RULE(ENOTSUP, ATTR_EGRESS, "^egress pattern eth / end actions drop / end",
	    "egress: ingress rules are accepted"),
	BAD_RULE(ENOTSUP, ATTR_EGRESS, "ingress ^egress pattern eth / end actions drop / end",
	    "egress: ingress rules are accepted"),
	BAD_RULE(ENOTSUP, ACTION, "^transfer pattern eth / end actions drop / end",
	    "transfer: the port has no switch, ingress rules are accepted"),
	BAD_RULE(EINVAL, ATTR_INGRESS, "^pattern eth / end actions drop / end",
	    "neither ingress nor egress: ingress rules are accepted"),
	BAD_RULE(EINVAL, ATTR_INGRESS, "group 3 priority 7 ^pattern eth / end actions drop / end",
	    "neither ingress nor egress: ingress rules are accepted"),
	/* What comes first counts */
	BAD_RULE(ENOTSUP, ATTR_EGRESS, "^egress pattern tcp / udp / end actions void / end",
	    "egress: ingress rules are accepted"),
};

static const struct bad_rules bad_as_a_whole = { rules, RTE_DIM(rules) };

static const struct bad_rules *const all[] = { &bad_as_a_whole, &bad_patterns, &bad_actions };

const struct bad_rule *
bad_rule(unsigned int i)
{
	for (unsigned int k = 0; k < RTE_DIM(all); k++) {
		if (i < all[k]->n)
			return &all[k]->rules[i];
		i -= all[k]->n;
	}
	return NULL;
}
