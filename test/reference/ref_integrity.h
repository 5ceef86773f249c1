/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Checksums, and INTEGRITY items. Where the rte_flow documentation leaves room, this is how its
 * bits are read here:
 *  - Level 0 and 1 are the outer headers, 2 those inside the tunnel; without a tunnel an item of
 *    level 2 does not match. Mask or no mask, the level is what spec says.
 *  - l2_ok: there is an Ethernet header. l2_crc_ok: always, others do not come in.
 *  - l3_len_ok: there is an L3 header, and what it says of its length fits into what is around it.
 *  - ipv4_csum_ok: IPv4, and its checksum is right.
 *  - l3_ok: l3_len_ok and, of IPv4, ipv4_csum_ok.
 *  - l4_csum_ok: TCP, UDP, SCTP, ICMP or ICMPv6 in one piece, and the checksum is right. UDP may do
 *    without one (0).
 *  - l4_ok: there is an L4 header and, of these five in one piece, l4_csum_ok; of others, the port
 *    has not said that it is bad.
 *  - packet_ok: l2_ok (outer headers), and l3_ok and l4_ok where there is such a header.
 *  - What the port says of checksums counts for the outer headers: GOOD and NONE are right. In
 *    packets with a tunnel it is its word on outer headers that counts.
 */

#ifndef REF_INTEGRITY_H
#define REF_INTEGRITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <rte_flow.h>

struct ref_packet;

bool ref_integrity_matches(const struct rte_flow_item *item, const struct ref_packet *p);

/** The sum of 16-bit words, folded; @p start is such a sum. */
uint16_t ref_sum(const uint8_t *bytes, size_t len, uint16_t start);

/** Sum of the pseudo header of TCP, UDP or ICMPv6 over IPv4 or IPv6. */
uint16_t ref_pseudo_sum(const uint8_t *l3_header, bool ipv6, uint8_t proto, size_t len);

/** CRC-32C of a packet with the four bytes at @p hole taken as zeros. */
uint32_t ref_crc32c(const uint8_t *bytes, size_t len, size_t hole);

#endif /* REF_INTEGRITY_H */
