/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * What an mbuf says of where rules of a tunnel left its packet: a dynamic field, and the dynamic
 * flag that DPDK 23.07 has for that. They are registered when an application first asks for a
 * tunnel, and until then cost nothing.
 */

#ifndef STEER_RESTORE_H
#define STEER_RESTORE_H

#include <stdbool.h>
#include <stdint.h>

struct rte_mbuf;

struct steer_restore {
	uint32_t tunnel;
	uint32_t group;
};

/** Have room for it in all mbufs of the process; once is enough. @return 0; -ENOSPC. */
int steer_restore_register(void);

/* Of readers, after it is registered. */
void steer_restore_set(struct rte_mbuf *m, uint32_t tunnel, uint32_t group);
void steer_restore_clear(struct rte_mbuf *m);

/** Any thread, at any time. @return false: the mbuf says nothing. */
bool steer_restore_get(const struct rte_mbuf *m, struct steer_restore *restore);

#endif /* STEER_RESTORE_H */
