/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * What a rule changes in a packet: its outer headers, checksums included.
 *
 * A packet without the header in question is left as it is. Buffers that others may see as well
 * (indirect, external, or with several references) are never written: the packet is copied first.
 *
 * Checksums are brought up to date, not made anew: one that was wrong stays wrong. A UDP checksum
 * of 0 stays 0. Where the lower port says RTE_MBUF_F_RX_L4_CKSUM_NONE the field is taken to hold
 * the sum of the pseudo header, as virtio ports leave it.
 */

#ifndef STEER_EDIT_H
#define STEER_EDIT_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_flow.h>

struct rte_mbuf;
struct rte_mempool;
struct steer_key;

/** Most changes of one rule, its SAMPLE included. */
#define STEER_EDITS_MAX 16
/** Bytes of the largest configuration: an IPv6 address. */
#define STEER_EDIT_CONF 16

/** One change: an action of rte_flow, its configuration copied. */
struct steer_edit {
	enum rte_flow_action_type type;
	uint8_t conf[STEER_EDIT_CONF];
};

/** A copy of one packet in so many, which goes to a queue of its own. */
struct steer_sample {
	uint32_t ratio; /**< 0: the rule makes no copies. */
	uint16_t queue;
	bool mark;
	bool count;
	uint32_t mark_id;
};

/** Changes in their order. One of them may be of type SAMPLE: then and there it is made. */
struct steer_edits {
	unsigned int n;
	struct steer_edit edit[STEER_EDITS_MAX];
	struct steer_sample sample;
};

/** A packet that is being changed. */
struct steer_editor {
	/** May become another one. */
	struct rte_mbuf *m;
	/** Where copies come from; NULL: there are none. */
	struct rte_mempool *pool;
	struct steer_key *key;
	/** The key tells which headers there are, and where; not yet what has become of them. */
	bool parsed;
	/** No other sees the packet's buffers. */
	bool owned;
};

/**
 * Change a packet.
 * @param edit  Any but SAMPLE.
 * @return      false if there is no mbuf for a copy that it takes (then the packet is as it was).
 */
bool steer_edit(struct steer_editor *e, const struct steer_edit *edit);

/**
 * Take away the outer headers of a tunnel, and what is behind its end. What has no Ethernet of its
 * own gets that of the packet, without tags. What the lower port says of checksums is forgotten.
 * @return  0; -ENOENT: it has no tunnel whose inside is known, and is as it was; -ENOMEM: no mbuf
 *          for a copy that it takes, and it is of no use any more.
 */
int steer_edit_decap(struct steer_editor *e);

/** It is changed: have the key tell of it as it is now, of all layers. */
void steer_edit_end(struct steer_editor *e);

/** Copy a packet, whatever its buffers are. @return NULL: there is no mbuf. */
struct rte_mbuf *steer_edit_copy(const struct rte_mbuf *m, struct rte_mempool *pool);

#endif /* STEER_EDIT_H */
