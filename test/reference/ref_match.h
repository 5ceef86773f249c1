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
 *  - IPV6_EXT and ICMP6_ND_OPT items count from the first extension header, the first option.
 *  - MPLS items count from the outermost label.
 *  - ANY with num n demands the n layers behind that of the item before it. The layers are: 1 ETH
 *    (with its tags, PPPoE, MPLS), 2 a known L3 (with its extension headers), 3 a known L4.
 *    Behind a tunnel item they count anew in the inner stack, where layer 1 is the inner ETH even
 *    for a tunnel that carries IP without one. More than 3 never match. ANY without num demands
 *    nothing and stands nowhere: the item after it decides.
 *  - An item of a tunnel demands that tunnel, whatever the packet has inside. GRE_KEY, GRE_OPTION
 *    and GTP_PSC do so without the item of their tunnel as well. What they ask for must be there:
 *    the key, the fields that GRE_OPTION has a mask for, the container.
 *  - NVGRE is GRE with a key, without checksum and sequence number, that carries Ethernet.
 *  - IPV4 or IPV6 behind IPV4 or IPV6 is that of IP in IP, MPLS behind UDP that of MPLS over UDP.
 *  - IPV6_FRAG_EXT needs no IPV6 item before it, AH none of IP. The order of the two says nothing.
 *  - ESP behind a UDP item is ESP in UDP, else it is ESP over IP.
 *  - INVERT, wherever it stands, inverts all else together.
 *  - RAW looks at the bytes of the mbuf, without the tags that were stripped. A relative place is
 *    counted from the end of the header of the item before it: behind ETH's 14 bytes, behind the
 *    tag, behind the options of IPv4, TCP or GENEVE, behind IPv6's 40 bytes. ANY stands for its
 *    last layer; VOID, FUZZY and items without spec are passed over. Behind a stripped tag are the
 *    14 bytes of Ethernet.
 *  - A search finds the first place where the bytes are, at most limit bytes behind the offset (0:
 *    as far as the packet goes). It does not go back when an item behind it does not match.
 *  - Nothing (length 0) is where its place lies in the packet, or just behind it.
 */

#ifndef REF_MATCH_H
#define REF_MATCH_H

#include <stdbool.h>
#include <stddef.h>

#include <rte_flow.h>

struct ref_packet;

/** @return true if the packet matches; patterns must be valid. */
bool ref_match(const struct rte_flow_item pattern[], const struct ref_packet *p);

/**
 * The same for a pattern without INVERT, and where it has ended: the first byte behind what its
 * last item has matched.
 */
bool ref_match_end(const struct rte_flow_item pattern[], const struct ref_packet *p, size_t *end);

/** MARK, META, TAG: items that ask what rules before have set. */
bool ref_is_reg(enum rte_flow_item_type type);

#endif /* REF_MATCH_H */
