/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Reference matcher: rte_flow pattern x packet -> does it match?
 *
 * The items are applied one after the other, as they stand in the pattern. Each demands that its
 * header is present in the stack it speaks of and that every field agrees. Items need not be
 * complete: layers that the pattern leaves out may be anything.
 *
 * Where the rte_flow documentation leaves room, this is how it is read here:
 *  - ETH type is the two bytes behind the MACs, whatever follows the item: `eth type is 0x8100 /
 *    ipv4` matches tagged packets, `eth type is 0x0800 / ipv4` only untagged ones.
 *  - VLAN items count from the outermost tag, also where the pattern has no ETH item.
 *  - ANY with num n demands the n layers behind that of the item before it. The layers are: 1 ETH
 *    (with its tags), 2 a known L3 (with its extension headers), 3 a known L4. Behind a tunnel
 *    item they count anew in the inner stack, where layer 1 is the inner ETH even for a tunnel
 *    that carries IP without one. More than 3 never match. ANY without num demands nothing and
 *    stands nowhere: the item after it decides.
 *  - IPV6_FRAG_EXT needs no IPV6 item before it.
 */

#ifndef REF_MATCH_H
#define REF_MATCH_H

#include <stdbool.h>

#include <rte_flow.h>

struct ref_packet;

/** @return true if the packet matches; patterns must be valid. */
bool ref_match(const struct rte_flow_item pattern[], const struct ref_packet *p);

#endif /* REF_MATCH_H */
