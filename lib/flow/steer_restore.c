/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdalign.h>

#include <rte_bitops.h>
#include <rte_errno.h>
#include <rte_mbuf.h>
#include <rte_mbuf_dyn.h>

#include "steer_restore.h"

/* Set once, to the same values by whoever comes first. */
static int field = -1;
static uint64_t flag;

int
steer_restore_register(void)
{
	const struct rte_mbuf_dynfield field_desc = {
		.name = "net_steer_dynfield_restore",
		.size = sizeof(struct steer_restore),
		.align = alignof(struct steer_restore),
	};
	/* By this name it is what rte_flow_restore_info_dynflag() returns. */
	const struct rte_mbuf_dynflag flag_desc = { .name = "RTE_MBUF_F_RX_RESTORE_INFO" };
	int offset, bit;

	if (__atomic_load_n(&flag, __ATOMIC_ACQUIRE) != 0)
		return 0;
	offset = rte_mbuf_dynfield_register(&field_desc);
	bit = rte_mbuf_dynflag_register(&flag_desc);
	if (offset < 0 || bit < 0)
		return -ENOSPC;
	__atomic_store_n(&field, offset, __ATOMIC_RELAXED);
	__atomic_store_n(&flag, RTE_BIT64(bit), __ATOMIC_RELEASE);
	return 0;
}

static struct steer_restore *
field_of(const struct rte_mbuf *m)
{
	return RTE_MBUF_DYNFIELD(m, __atomic_load_n(&field, __ATOMIC_RELAXED),
				 struct steer_restore *);
}

void
steer_restore_set(struct rte_mbuf *m, uint32_t tunnel, uint32_t group)
{
	m->ol_flags |= __atomic_load_n(&flag, __ATOMIC_ACQUIRE);
	*field_of(m) = (struct steer_restore){ .tunnel = tunnel, .group = group };
}

void
steer_restore_clear(struct rte_mbuf *m)
{
	m->ol_flags &= ~__atomic_load_n(&flag, __ATOMIC_ACQUIRE);
}

bool
steer_restore_get(const struct rte_mbuf *m, struct steer_restore *restore)
{
	if ((m->ol_flags & __atomic_load_n(&flag, __ATOMIC_ACQUIRE)) == 0)
		return false;
	*restore = *field_of(m);
	return true;
}
