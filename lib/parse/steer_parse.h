/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Packet -> key, only as deep as asked for.
 *
 * Every byte of a packet is taken as hostile: each header is checked against the bytes that are
 * there and against the lengths of the headers around it, over segment borders too. A header that
 * is cut short is absent, and nothing behind it is looked at.
 *
 * - Up to two VLAN tags (TPID 0x8100, 0x88a8, 0x9100) are looked through. Tags that the lower port
 *   has stripped (RTE_MBUF_F_RX_VLAN_STRIPPED, _QINQ_STRIPPED) appear as if they were still there.
 * - In front of them may be an E-tag (802.1BR).
 * - PPPoE sessions (EtherType 0x8864, PPP protocols IPv4, IPv6 and MPLS) and up to STEER_MPLS_MAX
 *   labels of MPLS (0x8847, 0x8848) are looked through. Behind the last label IP is told by its
 *   version. The headers behind them are of the same stack.
 * - IPv4 options and up to STEER_EXT_MAX IPv6 extension headers are skipped, and one authentication
 *   header over IPv4. Of several authentication headers the first one is kept.
 * - Fragments other than the first have no L4 header.
 * - UDP from or to port 4500 carries ESP if its first four bytes, the SPI, are not 0 (that is IKE).
 * - UDP from or to port 8805 carries PFCP, version 1.
 * - Of neighbor discovery eight options are looked at.
 * - Tunnels are known by what carries them, IP's protocol or UDP's destination port, and entered:
 *   VXLAN (port 4789), VXLAN-GPE (4790), GENEVE (6081, version 0, any options), GTP (2152, 2123;
 *   user data only), GRE (any flags; the routing that RFC 1701 had and other versions than 0 are
 *   not looked through), IPv4 and IPv6 in IPv4 and IPv6, MPLS (6635, and in those that tell what
 *   they carry by a type). A tunnel inside a tunnel is not entered.
 */

#ifndef STEER_PARSE_H
#define STEER_PARSE_H

#include <stdbool.h>
#include <stdint.h>

#include "steer_key.h"

struct rte_mbuf;

/** Most IPv6 extension headers looked through; a longer chain ends at its L3 header. */
#define STEER_EXT_MAX 8

/** How deep to parse. Each implies those before it, MAC excepted; RARE implies L4. */
#define STEER_DEPTH_MAC (1u << 0)    /**< Fill the L2 slots (else only meta tells of L2). */
#define STEER_DEPTH_L3 (1u << 1)     /**< Outer L3. */
#define STEER_DEPTH_L4 (1u << 2)     /**< Outer L4, and IPv6 extension headers. */
#define STEER_DEPTH_TUNNEL (1u << 3) /**< Tunnel header and the whole inner stack. */
/** Slots of rare headers, and the word that tells of them; with TUNNEL also those inside. */
#define STEER_DEPTH_RARE (1u << 4)
#define STEER_DEPTH_ALL 0x1fu
/** No depth of its own: tell of the packet and where the headers that are parsed are in it. */
#define STEER_DEPTH_PACKET (1u << 8)
/** Nor is this: draw a random number. */
#define STEER_DEPTH_RANDOM (1u << 9)
/**
 * Nor this: of TCP not its ports and sequence number alone. steer_parse() has it anyway; see
 * steer_plain.h.
 */
#define STEER_DEPTH_TCP (1u << 10)

/** UDP destination ports of tunnels. */
#define STEER_PORT_VXLAN 4789
#define STEER_PORT_GENEVE 6081
#define STEER_PORT_VXLAN_GPE 4790
#define STEER_PORT_GTPU 2152
#define STEER_PORT_GTPC 2123
#define STEER_PORT_MPLS 6635

/** Most extension headers of GTP looked through; behind a longer chain nothing is looked for. */
#define STEER_GTP_EXT_MAX 8

/** UDP port, source or destination, of ESP that crosses NAT (RFC 3948). */
#define STEER_PORT_ESP 4500
/** UDP port, source or destination, of PFCP (3GPP TS 29.244). */
#define STEER_PORT_PFCP 8805

/**
 * Parse one packet.
 *
 * @param m      Packet, any number of segments; only read.
 * @param depth  STEER_DEPTH_* bits.
 * @param key    Filled; slots of absent layers keep what was there.
 * @return       True; false if some header was cut short or contradicted itself (the key then
 *               holds the layers before it).
 */
bool steer_parse(const struct rte_mbuf *m, uint32_t depth, struct steer_key *key);

/**
 * Depth that a mask of key words asks for.
 *
 * @param mask  STEER_KEY_WORDS words in the layout of struct steer_key.
 */
uint32_t steer_parse_depth(const uint64_t *mask);

#endif /* STEER_PARSE_H */
