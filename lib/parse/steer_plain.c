/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <netinet/in.h>

#include <rte_tcp.h>

#include "steer_plain.h"

#define L4(type, header) \
	((uint32_t)sizeof(header) | \
	 (uint32_t)((uint64_t)(type) << STEER_META_L4_SHIFT | STEER_META_L4_ANY) << 16)

const uint32_t steer_plain_l4[UINT8_MAX + 1] = {
	[IPPROTO_TCP] = L4(STEER_L4_TCP, struct rte_tcp_hdr),
	[IPPROTO_UDP] = L4(STEER_L4_UDP, struct rte_udp_hdr),
};
