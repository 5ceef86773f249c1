/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * What a packet is judged by, for the programs alone.
 *
 * It is in memory, and functions are given a pointer to it: the verifier tracks what is on the
 * stack for each way through the program, and would follow all of them.
 */

#ifndef STEER_BPF_PACKET_H
#define STEER_BPF_PACKET_H

#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "steer_kernel_abi.h"
#include "steer_key.h"

/** Headers that begin farther behind are rare. */
#define OFF_DIRECT 512

/** One packet. */
struct packet {
	/** The key, as far as it is needed: struct steer_key. */
	union {
		struct {
			__u64 meta;
			struct steer_stack outer;
			__u8 tunnel[24];
			struct steer_stack inner;
		};
		__u64 word[STEER_KERNEL_KEY_WORDS];
	};
	/** Bits of the stack that is being parsed. */
	__u64 stack_meta;
	__u32 off;
	__u32 end;
	/** EtherType, then IP protocol, of what comes next. */
	__u32 type;
	__u32 proto;
	/** A tag that stands beside the packet, in front of those in it. */
	__u32 tagged;
	__u16 tag_type;
	__u16 tag;
	/** There are headers that are not looked through. */
	__u32 beyond;
	__u8 buf[8];

	struct steer_kernel_key key;
	struct steer_kernel_rule best;
	/** Hash input: the pair that comes next. */
	__u8 src[16];
	__u8 dst[16];
	struct steer_kernel_meta found;
};

/* Reading. What a header's length says can only make the packet shorter. */

static __always_inline __u16
be16(const __u8 *p)
{
	return (__u16)(p[0] << 8 | p[1]);
}

static __always_inline __u32
left(const struct packet *p)
{
	return p->end >= p->off ? p->end - p->off : 0;
}

/** By words: a header may begin anywhere. */
static __always_inline void
copy(void *to, const void *from, __u32 len)
{
	__u32 i = 0;

	for (; i + 8 <= len; i += 8)
		*(__u64 *)(to + i) = *(const __u64 *)(from + i);
	for (; i + 4 <= len; i += 4)
		*(__u32 *)(to + i) = *(const __u32 *)(from + i);
	for (; i + 2 <= len; i += 2)
		*(__u16 *)(to + i) = *(const __u16 *)(from + i);
}

/** What is in the first part of the buffer is read directly: calls take ten times as long. */
static __always_inline bool
load_xdp(struct xdp_md *ctx, __u32 off, void *to, __u32 len)
{
	void *end = (void *)(long)*(volatile __u32 *)&ctx->data_end;
	void *data = (void *)(long)*(volatile __u32 *)&ctx->data;

	if (off < OFF_DIRECT) {
		data += off;
		if (data + len <= end) {
			copy(to, data, len);
			return true;
		}
	}
	return bpf_xdp_load_bytes(ctx, off, to, len) == 0;
}

/** @p len: constant, and even. */
static __always_inline bool
load(void *ctx, bool xdp, const struct packet *p, void *to, __u32 len)
{
	if (left(p) < len)
		return false;
	if (xdp)
		return load_xdp(ctx, p->off, to, len);
	return bpf_skb_load_bytes(ctx, p->off, to, len) == 0;
}

static __always_inline void
cut(struct packet *p, __u32 end)
{
	if (end < p->end)
		p->end = end;
}

#endif /* STEER_BPF_PACKET_H */
