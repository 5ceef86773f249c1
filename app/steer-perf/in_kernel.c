/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * What a packet costs the programs in the kernel, by the kernel's own count: a UDP packet that the
 * rule of the last mask is for, so that all masks are tried.
 */

#include <stdlib.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_common.h>
#include <rte_debug.h>
#include <rte_ether.h>
#include <rte_flow.h>
#include <rte_ip.h>
#include <rte_udp.h>

#include "perf.h"
#include "steer_engine.h"
#include "steer_kernel.h"

#define QUEUES 4
#define REPEAT 500000
#define REPEAT_QUICK 5000
#define ADDRESS RTE_IPV4(10, 1, 2, 3)

static const struct set {
	const char *name;
	unsigned int n_masks;
	bool rss;
	enum steer_kernel_kind kind;
} sets[] = {
	{ .name = "XDP, no rule" },
	{ .name = "XDP, no rule, RSS", .rss = true },
	{ .name = "XDP, 1 mask", .n_masks = 1 },
	{ .name = "XDP, 4 masks", .n_masks = 4 },
	{ .name = "XDP, 16 masks", .n_masks = 16 },
	{ .name = "XDP, 32 masks", .n_masks = 32 },
	{ .name = "TAP, no rule, RSS", .rss = true, .kind = STEER_KERNEL_TAP },
	{ .name = "TAP, 4 masks", .n_masks = 4, .kind = STEER_KERNEL_TAP },
};

/** A rule for a prefix of that many bits. */
static void
create_rule(struct steer_engine *e, unsigned int bits, bool hit)
{
	const uint32_t mask = bits == 0 ? 0 : UINT32_MAX << (32 - bits);
	const rte_be32_t address = rte_cpu_to_be_32((hit ? ADDRESS : ~ADDRESS) & mask);
	const struct rte_flow_item_ipv4 spec = { .hdr.dst_addr = address };
	const struct rte_flow_item_ipv4 ones = { .hdr.dst_addr = rte_cpu_to_be_32(mask) };
	const struct rte_flow_item pattern[] = {
		{ .type = RTE_FLOW_ITEM_TYPE_ETH },
		{ .type = RTE_FLOW_ITEM_TYPE_IPV4, .spec = &spec, .mask = &ones },
		{ .type = RTE_FLOW_ITEM_TYPE_UDP },
		{ .type = RTE_FLOW_ITEM_TYPE_END },
	};
	const struct rte_flow_action_queue queue = { .index = 1 };
	const struct rte_flow_action actions[] = {
		{ .type = RTE_FLOW_ACTION_TYPE_QUEUE, .conf = &queue },
		{ .type = RTE_FLOW_ACTION_TYPE_END },
	};
	const struct rte_flow_attr attr = { .ingress = 1 };
	struct rte_flow_error error = { 0 };

	/* The last one is for all packets, without a pattern: 32 masks are 31 and this one. */
	if (steer_engine_flow_create(e, &attr, hit ? &pattern[RTE_DIM(pattern) - 1] : pattern,
				     actions, &error) == NULL)
		rte_exit(EXIT_FAILURE, "steer-perf: a rule is refused: %s\n", error.message);
}

static struct steer_engine *
make_engine(const struct set *set)
{
	struct steer_engine *e = steer_engine_create(QUEUES, SOCKET_ID_ANY);
	uint16_t reta[128];
	struct steer_rss_conf rss = {
		.types = RTE_ETH_RSS_IP | RTE_ETH_RSS_UDP,
		.reta = reta,
		.reta_size = RTE_DIM(reta),
	};

	for (unsigned int i = 0; i < RTE_DIM(reta); i++)
		reta[i] = i % QUEUES;
	memcpy(rss.key, steer_rss_default_key, sizeof(rss.key));
	if (e == NULL || steer_engine_configure(e, QUEUES, 1) != 0 ||
	    steer_engine_port_rss(e, set->rss ? &rss : NULL) != 0)
		rte_exit(EXIT_FAILURE, "steer-perf: no memory for an engine\n");
	for (unsigned int i = 0; i < set->n_masks; i++)
		create_rule(e, 32 - i, i == set->n_masks - 1);
	return e;
}

static void
make_packet(uint8_t packet[64])
{
	struct rte_ether_hdr *eth = (struct rte_ether_hdr *)packet;
	struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)(eth + 1);
	struct rte_udp_hdr *udp = (struct rte_udp_hdr *)(ip + 1);

	memset(packet, 0, 64);
	eth->ether_type = rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV4);
	ip->version_ihl = RTE_IPV4_VHL_DEF;
	ip->total_length = rte_cpu_to_be_16(50);
	ip->next_proto_id = IPPROTO_UDP;
	ip->src_addr = rte_cpu_to_be_32(RTE_IPV4(10, 9, 9, 9));
	ip->dst_addr = rte_cpu_to_be_32(ADDRESS);
	udp->src_port = rte_cpu_to_be_16(4000);
	udp->dst_port = rte_cpu_to_be_16(53);
}

/** As often as all else is measured. */
static void
measure(struct perf *p, const struct set *set, struct steer_kernel *k)
{
	double ns[PERF_ROUNDS_MAX];
	struct steer_kernel_run run;
	struct perf_value value;
	uint8_t packet[64];

	make_packet(packet);
	for (unsigned int i = 0; i < p->args.rounds; i++) {
		if (steer_kernel_test(k, packet, sizeof(packet),
				      p->args.quick ? REPEAT_QUICK : REPEAT, &run) != 0)
			rte_exit(EXIT_FAILURE, "steer-perf: a program cannot be run\n");
		ns[i] = run.ns;
	}
	value = perf_value_of(ns, p->args.rounds);
	perf_report_value(&p->report, set->name, &value, "ns");
}

static void
run_set(struct perf *p, const struct set *set, struct steer_kernel *k)
{
	struct steer_engine *e = make_engine(set);
	struct steer_kernel_trouble trouble;

	perf_report_progress(&p->report, "in the kernel: %s ...", set->name);
	if (steer_kernel_sync(k, e, &trouble) == 0)
		measure(p, set, k);
	else
		perf_report_note(&p->report, "%s: not measured: %s", set->name, trouble.text);
	steer_engine_free(e);
}

void
perf_in_kernel(struct perf *p, const char *heading)
{
	struct steer_kernel_trouble trouble;

	perf_report_section(&p->report, heading, NULL);
	for (unsigned int i = 0; i < RTE_DIM(sets); i++) {
		struct steer_kernel *k = steer_kernel_open(sets[i].kind, &trouble);

		if (k == NULL) {
			perf_report_note(&p->report, "not measured: %s", trouble.text);
			return;
		}
		run_set(p, &sets[i], k);
		steer_kernel_close(k);
	}
}
