/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Whose a packet of a remote netdev is: STEER_KERNEL_STAY, its kernel's; 0, the port's;
 * STEER_KERNEL_COPY, both's; STEER_KERNEL_DROP, nobody's. Rules come first. Behind them,
 * unless the port is isolated, those that nobody had to make: packets to the port's addresses are
 * the port's; what is for more than one (broadcast, multicast, all of it to a promiscuous port) is
 * both's.
 */

#ifndef STEER_BPF_REMOTE_H
#define STEER_BPF_REMOTE_H

#include <bpf/bpf_endian.h>

#include "steer_bpf_packet.h"

#define MAC_GROUP (1ULL << 40)
#define MAC_BROADCAST 0xffffffffffffULL
/** What groups of IPv6 begin with. */
#define MAC_IPV6_SHIFT 32
#define MAC_IPV6 0x3333

static __always_inline __u32
whose_by_rule(const struct packet *p, bool passes)
{
	const __u32 drop = p->best.flags & (STEER_KERNEL_DROP | STEER_KERNEL_REFINE);

	if (p->best.flags & STEER_KERNEL_STAY)
		return STEER_KERNEL_STAY;
	return !passes && !p->beyond && drop == STEER_KERNEL_DROP ? STEER_KERNEL_DROP : 0;
}

static __always_inline __u32
whose_by_mac(const struct packet *p, const struct steer_kernel_conf *conf)
{
	const __u64 mac = bpf_be64_to_cpu(p->word[1]) >> 16;

	for (__u32 i = 0; i < STEER_KERNEL_MACS; i++) {
		if (i >= conf->n_macs)
			break;
		if (conf->mac[i] == mac)
			return (mac & MAC_GROUP) ? STEER_KERNEL_COPY : 0;
	}
	if (conf->flags & STEER_KERNEL_PROMISCUOUS)
		return STEER_KERNEL_COPY;
	if (!(mac & MAC_GROUP))
		return STEER_KERNEL_STAY;
	return mac == MAC_BROADCAST || mac >> MAC_IPV6_SHIFT == MAC_IPV6 ||
	       (conf->flags & STEER_KERNEL_ALL_MULTICAST) ? STEER_KERNEL_COPY : STEER_KERNEL_STAY;
}

/** @p p has been searched for. */
static __noinline __u32
whose(const struct packet *p, const struct steer_kernel_conf *conf)
{
	const bool passes = p->best.pass < p->best.rank;

	if (p->best.rank != STEER_KERNEL_NO_RANK || passes)
		return whose_by_rule(p, passes);
	return (conf->flags & STEER_KERNEL_ISOLATED) ? STEER_KERNEL_STAY : whose_by_mac(p, conf);
}

#endif /* STEER_BPF_REMOTE_H */
