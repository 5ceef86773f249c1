/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Reading and writing a packet's bytes, over segment borders too. Private to lib/edit.
 */

#ifndef STEER_EDITOR_H
#define STEER_EDITOR_H

#include "steer_edit.h"

/** Parse it, unless it is. */
void steer_editor_parse(struct steer_editor *e);

/** Have the packet's buffers to ourselves. @return false: it takes a copy, and there is no mbuf. */
bool steer_editor_own(struct steer_editor *e);

/** Copy bytes that are there. @return NULL: there is no mbuf. */
struct rte_mbuf *steer_editor_copy(const struct steer_editor *e, uint32_t off, uint32_t len);

/** Read bytes that are there. */
void steer_editor_get(const struct steer_editor *e, uint32_t off, void *to, uint32_t len);

/** Write bytes that are there; they are owned. */
void steer_editor_put(struct steer_editor *e, uint32_t off, const void *from, uint32_t len);

/* steer_edit_l2.c */

bool steer_edit_mac(struct steer_editor *e, const struct steer_edit *edit);
bool steer_edit_pop_vlan(struct steer_editor *e);
bool steer_edit_push_vlan(struct steer_editor *e, uint16_t tpid);
/** Set the bits of @p mask in the outermost tag. */
bool steer_edit_tci(struct steer_editor *e, uint16_t mask, uint16_t value);

/* steer_edit_sum.c */

/** Which checksums a field is part of. */
enum steer_sums {
	STEER_SUM_NONE = 0,
	STEER_SUM_IP = 1 << 0,     /**< That of IPv4's header. */
	STEER_SUM_PSEUDO = 1 << 1, /**< That of L4, by its pseudo header. */
	STEER_SUM_L4 = 1 << 2,     /**< That of TCP and UDP. */
};

/**
 * Set a field and the checksums that it is part of. The editor has parsed.
 * @param off  Even, counted from the begin of the header that has the checksum.
 * @param len  Even, at most STEER_EDIT_CONF.
 */
bool steer_edit_field(struct steer_editor *e, uint32_t off, const uint8_t *to, uint32_t len,
		      unsigned int sums);

#endif /* STEER_EDITOR_H */
