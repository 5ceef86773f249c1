/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Packets written by hand, in hexadecimal, from headers as string literals.
 */

#ifndef HEX_H
#define HEX_H

#include <stdio.h>
#include <string.h>

#include "ref_packet.h"

#define MACS "020000000002" "020000000001"

/* IPv4: 10.0.0.1 to 10.0.0.2. The length is that of header and L4 header alone. */
#define IPV4(ihl, len, frag, proto) \
	"4" ihl "00" len "1234" frag "40" proto "0000" "0a000001" "0a000002"
#define IPV4_TCP IPV4("5", "0028", "0000", "06")
#define IPV4_UDP IPV4("5", "001c", "0000", "11")

/* IPv6: 2001:db8::1 to 2001:db8::2. */
#define IPV6_ADDRESSES \
	"20010db8000000000000000000000001" "20010db8000000000000000000000002"
#define IPV6(len, next) "60000000" len next "40" IPV6_ADDRESSES

/* From port 1000 to port 80. */
#define TCP "03e80050" "00000001" "00000002" "5010" "1000" "0000" "0000"
#define UDP "03e80050" "0008" "0000"
#define UDP_VXLAN "03e812b5" "0000" "0000"
#define UDP_GENEVE "03e817c1" "0000" "0000"
#define VXLAN "08000000" "00000500"
#define GENEVE(version_options, type) version_options "00" type "00000500"

static inline uint32_t
hex_bytes(const char *hex, uint8_t *bytes)
{
	uint32_t len = 0;
	unsigned int byte;

	for (; sscanf(hex, "%2x", &byte) == 1; hex += 2)
		bytes[len++] = byte;
	return len;
}

/** Decode the first @p len bytes. */
static inline void
hex_decode_cut(const char *hex, uint32_t len, struct ref_packet *p)
{
	uint8_t bytes[REF_PACKET_MAX];
	struct ref_input in = { .data = bytes };

	hex_bytes(hex, bytes);
	in.len = len;
	ref_decode(&in, p);
}

static inline void
hex_decode(const char *hex, struct ref_packet *p)
{
	hex_decode_cut(hex, strlen(hex) / 2, p);
}

#endif /* HEX_H */
