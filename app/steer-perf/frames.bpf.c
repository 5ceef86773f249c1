// SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
/* Copyright(c) 2026 net_steer contributors */

/* Sends what it is run with by an interface, each time as the next of many flows. */

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define FLOWS 1024

const volatile __u32 netdev;
__u16 flow;

SEC("xdp")
int
frames(struct xdp_md *ctx)
{
	struct iphdr *ip = (void *)(long)ctx->data + ETH_HLEN;

	if ((void *)(ip + 1) > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	flow = (flow + 1) % FLOWS;
	((__u16 *)&ip->daddr)[1] = bpf_htons(flow);
	/* Their sum stays, and so does the checksum. */
	ip->id = bpf_htons((__u16)~flow);
	return bpf_redirect(netdev, 0);
}

char _license[] SEC("license") = "Dual BSD/GPL";
