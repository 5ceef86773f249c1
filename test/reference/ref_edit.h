/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Reference of actions that change the packet: bytes in, bytes out.
 *
 * Where the rte_flow documentation leaves room, this is how it is read here:
 *  - All speak of the outermost header of their kind. A packet that has none is left as it is.
 *  - The outermost tag may be one that the lower port has stripped. Otherwise it stands behind the
 *    MAC addresses, or behind an E-tag there.
 *  - A tag that is pushed begins as a copy of the outermost one, or as 0. Stripped tags go back
 *    into the packet then, since the new one is in front of them.
 *  - TTL and hop limit do not go below 0, and the packet is not dropped.
 *  - Ports are those of TCP and UDP.
 *  - Checksums of IPv4, TCP, UDP and ICMPv6 change as their words do; wrong ones stay wrong. A UDP
 *    checksum of 0 is none. Where the port says that the checksum in the packet is not the right
 *    one (L4_CKSUM_NONE), it is that of the pseudo header.
 *  - With a routing header and addresses left, the destination is not part of the pseudo header.
 */

#ifndef REF_EDIT_H
#define REF_EDIT_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_flow.h>

#include "ref_packet.h"

/** Whose bytes can be changed. */
struct ref_edited {
	uint8_t data[REF_PACKET_ROOM];
};

bool ref_is_edit(enum rte_flow_action_type type);

/**
 * Change a packet, and decode it again; what rules have set on it stays.
 * @param p  The first time its bytes are copied to @p to.
 */
void ref_edit(const struct rte_flow_action *action, struct ref_packet *p, struct ref_edited *to);

#endif /* REF_EDIT_H */
