/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#ifndef _TEST_PACKET_H_
#define _TEST_PACKET_H_

#include <stdbool.h>
#include <stdint.h>

struct rte_mbuf;

/* How a packet lies in memory. */
enum test_memory {
	TEST_PLAIN,
	TEST_SEGMENTS, /* Headers cut in two, even within one. */
	TEST_CLONE,    /* Indirect: the data is another mbuf's. */
	TEST_EXTERNAL, /* The data is no mbuf's. */
	TEST_SHARED,   /* Two references: the other is the caller's to give back. */
	TEST_MEMORIES,
};

/* A packet; all in the host's byte order, zeros say that there is none. */
struct test_packet {
	uint16_t vlan[2];  /* Outer first. */
	uint16_t eth_type; /* Neither IPv4 nor IPv6: 46 bytes of it. */
	bool v6;
	uint8_t proto;
	uint32_t src, dst; /* IPv6: the last bytes of 2001:db8::. */
	uint16_t sport, dport;
	uint16_t frag; /* IPv4: the fragment's offset, in units of 8 bytes. */
	uint32_t vni;  /* Sent inside VXLAN, from 192.0.2.1 to 192.0.2.2. */
	uint16_t cut;  /* Ends after so many bytes. */
	enum test_memory memory;
};

/* Room for an IPv6 address of these packets. */
#define TEST_IPV6_PREFIX 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0

/* The packet in an mbuf of test_pool(); NULL if that is empty. */
struct rte_mbuf *test_packet_make(const struct test_packet *p);

#endif /* _TEST_PACKET_H_ */
