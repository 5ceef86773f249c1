/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <rte_mbuf.h>

#include "steer_engine_private.h"
#include "steer_parse.h"
#include "steer_ptype.h"

void
steer_engine_types(const struct steer_engine *e, struct rte_mbuf *m)
{
	const uint32_t ptypes = __atomic_load_n(&e->ptypes, __ATOMIC_RELAXED);
	struct steer_key key;

	m->packet_type = RTE_PTYPE_UNKNOWN;
	if (ptypes == 0)
		return;
	steer_parse(m, steer_ptype_depth(ptypes), &key);
	m->packet_type = steer_ptype(m, &key) & ptypes;
}
