/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <rte_byteorder.h>
#include <rte_common.h>
#include <rte_debug.h>
#include <rte_ether.h>
#include <rte_ip.h>
#include <rte_udp.h>
#include <rte_vxlan.h>

#include "random.h"
#include "traffic.h"

#define HUGE_PAGE (2u << 20)

const uint8_t perf_ipv6_prefix[12] = { 0x20, 0x01, 0x0d, 0xb8 };

/* Without the checksum: 60 bytes where the headers leave room for less. */
#define FRAME 60

static uint16_t
put_ether(struct synthetic_layout *l, uint16_t at, uint16_t type)
{
	const struct rte_ether_hdr eth = {
		.dst_addr = { { 2, 0, 0, 0, 0, 1 } },
		.src_addr = { { 2, 0, 0, 0, 0, 2 } },
		.ether_type = rte_cpu_to_be_16(type),
	};

	memcpy(&l->bytes[at], &eth, sizeof(eth));
	return (uint16_t)(at + sizeof(eth));
}

static uint16_t
put_ipv4(struct synthetic_layout *l, uint16_t at)
{
	const struct rte_ipv4_hdr ip = {
		.version_ihl = RTE_IPV4_VHL_DEF,
		.total_length = rte_cpu_to_be_16((uint16_t)(l->len - at)),
		.time_to_live = 64,
		.next_proto_id = IPPROTO_UDP,
		.src_addr = RTE_BE32(RTE_IPV4(192u, 0, 2, 1)),
		.dst_addr = RTE_BE32(RTE_IPV4(192u, 0, 2, 2)),
	};

	memcpy(&l->bytes[at], &ip, sizeof(ip));
	l->src = (uint16_t)(at + offsetof(struct rte_ipv4_hdr, src_addr));
	l->dst = (uint16_t)(at + offsetof(struct rte_ipv4_hdr, dst_addr));
	l->proto = (uint16_t)(at + offsetof(struct rte_ipv4_hdr, next_proto_id));
	return (uint16_t)(at + sizeof(ip));
}

static uint16_t
put_ipv6(struct synthetic_layout *l, uint16_t at)
{
	uint8_t *ip = &l->bytes[at];
	const uint16_t len = rte_cpu_to_be_16((uint16_t)(l->len - at - 40));

	ip[0] = 0x60;
	memcpy(ip + 4, &len, sizeof(len));
	ip[7] = 64;
	memcpy(ip + 8, perf_ipv6_prefix, sizeof(perf_ipv6_prefix));
	memcpy(ip + 24, perf_ipv6_prefix, sizeof(perf_ipv6_prefix));
	l->src = (uint16_t)(at + 20);
	l->dst = (uint16_t)(at + 36);
	l->proto = (uint16_t)(at + 6);
	return (uint16_t)(at + 40);
}

/** TCP and UDP at once: what is the length of UDP is TCP's sequence number. */
static uint16_t
put_l4(struct synthetic_layout *l, uint16_t at, uint16_t port)
{
	const struct rte_udp_hdr udp = {
		.dst_port = rte_cpu_to_be_16(port),
		.dgram_len = rte_cpu_to_be_16((uint16_t)(l->len - at)),
	};

	memcpy(&l->bytes[at], &udp, sizeof(udp));
	if (port == 0)
		l->bytes[at + 12] = 5 << 4; /* TCP's own length */
	l->ports = at;
	return (uint16_t)(at + sizeof(udp));
}

static void
make_layout(struct synthetic_layout *l, enum perf_kind kind)
{
	static const uint16_t len[] = { FRAME, 14 + 40 + 20, 14 + 20 + 8 + 8 + FRAME };
	uint16_t at;

	memset(l, 0, sizeof(*l));
	l->len = len[kind];
	at = put_ether(l, 0, kind == PERF_IPV6 ? RTE_ETHER_TYPE_IPV6 : RTE_ETHER_TYPE_IPV4);
	if (kind == PERF_VXLAN) {
		at = put_ipv4(l, at);
		at = put_l4(l, at, RTE_VXLAN_DEFAULT_PORT);
		l->bytes[at] = 0x08; /* there is a VNI */
		at = put_ether(l, (uint16_t)(at + 8), RTE_ETHER_TYPE_IPV4);
	}
	at = kind == PERF_IPV6 ? put_ipv6(l, at) : put_ipv4(l, at);
	put_l4(l, at, 0);
}

void
perf_traffic_make(struct perf_traffic *t, enum perf_kind kind, uint32_t n, perf_flow_fn flow,
		  const void *arg)
{
	size_t len;

	make_layout(&t->layout, kind);
	t->n = rte_align32pow2(n);
	len = RTE_ALIGN_CEIL(t->n * sizeof(t->flows[0]), HUGE_PAGE);
	t->flows = aligned_alloc(HUGE_PAGE, len);
	if (t->flows == NULL)
		rte_exit(EXIT_FAILURE, "steer-perf: no memory for %u packets\n", t->n);
	/* They are read on end as packets come: no page faults and few misses of the TLB. */
	madvise(t->flows, len, MADV_HUGEPAGE);
	memset(t->flows, 0, len);
	for (uint32_t i = 0; i < t->n; i++)
		flow(arg, i, &t->flows[i]);
}

void
perf_traffic_start(const struct perf_traffic *t, uint16_t lower, uint16_t queue)
{
	if (synthetic_traffic(lower, queue, &t->layout, t->flows, t->n) != 0)
		rte_exit(EXIT_FAILURE, "steer-perf: queue %u of port %u takes no packets\n", queue,
			 lower);
}

void
perf_traffic_free(struct perf_traffic *t)
{
	free(t->flows);
	t->flows = NULL;
}

void
perf_flow_any(const void *unused, uint64_t i, struct synthetic_flow *flow)
{
	const uint64_t a = perf_mix(2 * i), b = perf_mix(2 * i + 1);

	RTE_SET_USED(unused);
	*flow = (struct synthetic_flow){
		.src = (rte_be32_t)a,
		.dst = (rte_be32_t)(a >> 32),
		.ports = { (rte_be16_t)b, (rte_be16_t)(b >> 16) },
		.proto = b >> 32 & 1 ? IPPROTO_TCP : IPPROTO_UDP,
	};
}
