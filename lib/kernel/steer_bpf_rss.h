/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * RSS as steer_rss.c has it: hash and queue of a packet that has been parsed.
 */

#ifndef STEER_BPF_RSS_H
#define STEER_BPF_RSS_H

#include "steer_bpf_packet.h"

/* Of steer_rss_plan.h: the user's side asserts that they are the same. */
#define RSS_L3_SRC (1u << 0)
#define RSS_L3_DST (1u << 1)
#define RSS_L4_SRC (1u << 2)
#define RSS_L4_DST (1u << 3)
#define RSS_IPV6 (1u << 4)
#define RSS_PLANNED (1u << 7)

/** From here on the compiler knows nothing of the variable, which is in a register. */
#define OPAQUE(variable) __asm__ volatile("" : "+r"(variable))

/** Toeplitz: what each value of each byte of the input adds. */
struct tables {
	__u32 row[STEER_KERNEL_INPUT * 256];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2 * STEER_KERNEL_RSS);
	__type(key, __u32);
	__type(value, struct tables);
} steer_tables SEC(".maps");

/** Source and destination of a pair: changed where the function is a symmetric one. */
static __always_inline void
order_pair(struct packet *p, __u32 order, int len)
{
	bool swap = false, known = false;

	if (order == STEER_KERNEL_XORED) {
		for (int i = 0; i < len; i++)
			p->src[i] = p->dst[i] = p->src[i] ^ p->dst[i];
		return;
	}
	if (order != STEER_KERNEL_SORTED)
		return;
	for (int i = 0; i < len; i++) {
		if (!known && p->src[i] != p->dst[i]) {
			known = true;
			swap = p->src[i] > p->dst[i];
		}
	}
	for (int i = 0; swap && i < len; i++) {
		const __u8 b = p->src[i];

		p->src[i] = p->dst[i];
		p->dst[i] = b;
	}
}

static __always_inline __u32
toeplitz(const struct tables *t, const __u8 *in, __u32 pos, int len)
{
	__u32 hash = 0;

	for (int i = 0; i < len; i++) {
		/* Of a register's size: what was compared is a copy otherwise. */
		__u64 at = (__u64)(pos + i) * 256 + in[i];

		/* What the compiler knows of it, and would not compare, the verifier does not. */
		OPAQUE(at);
		if (at < STEER_KERNEL_INPUT * 256) {
			OPAQUE(at);
			hash ^= t->row[at];
		}
	}
	return hash;
}

/** One pair, which begins at @p pos of the input. */
static __always_inline __u32
hash_pair(struct packet *p, const struct tables *t, __u32 order, __u32 which, __u32 pos, int len)
{
	__u32 hash = 0;

	if (which == 3)
		order_pair(p, order, len);
	if (which & 1) {
		hash = toeplitz(t, p->src, pos, len);
		pos += len;
	}
	if (which & 2)
		hash ^= toeplitz(t, p->dst, pos, len);
	return hash;
}

static __always_inline __u32
xor_words(const __u8 *b, int len)
{
	__u32 hash = 0;

	for (int i = 0; i < len; i += 4)
		hash ^= (__u32)b[i] << 24 | (__u32)b[i + 1] << 16 | (__u32)b[i + 2] << 8 | b[i + 3];
	return hash;
}

static __always_inline __u32
hash_simple(const struct steer_stack *stack, __u32 fields)
{
	const int len = fields & RSS_IPV6 ? 16 : 4;
	const __u8 *src = stack->l3 + (fields & RSS_IPV6 ? 8 : 12);
	__u32 hash = xor_words(stack->l4, 4);

	hash &= (fields & RSS_L4_SRC ? 0xffff0000 : 0) | (fields & RSS_L4_DST ? 0xffff : 0);
	if (len == 16) {
		if (fields & RSS_L3_SRC)
			hash ^= xor_words(stack->l3 + 8, 16);
		if (fields & RSS_L3_DST)
			hash ^= xor_words(stack->l3 + 24, 16);
		return hash;
	}
	if (fields & RSS_L3_SRC)
		hash ^= xor_words(src, 4);
	if (fields & RSS_L3_DST)
		hash ^= xor_words(src + 4, 4);
	return hash;
}

static __always_inline __u32
hash_fields(struct packet *p, const struct steer_stack *stack, const struct tables *t,
	    __u32 order, __u32 fields)
{
	const __u32 l3 = fields & 3, l4 = fields >> 2 & 3;
	__u32 hash, pos;

	if (order == STEER_KERNEL_SIMPLE_XOR)
		return hash_simple(stack, fields);
	if (fields & RSS_IPV6) {
		__builtin_memcpy(p->src, stack->l3 + 8, 16);
		__builtin_memcpy(p->dst, stack->l3 + 24, 16);
		hash = hash_pair(p, t, order, l3, 0, 16);
		pos = 16 * ((l3 & 1) + (l3 >> 1));
	} else {
		__builtin_memcpy(p->src, stack->l3 + 12, 4);
		__builtin_memcpy(p->dst, stack->l3 + 16, 4);
		hash = hash_pair(p, t, order, l3, 0, 4);
		pos = 4 * ((l3 & 1) + (l3 >> 1));
	}
	if (l4 == 0)
		return hash;
	__builtin_memcpy(p->src, stack->l4, 2);
	__builtin_memcpy(p->dst, stack->l4 + 2, 2);
	return hash ^ hash_pair(p, t, order, l4, pos, 2);
}

static __always_inline bool
is_ip(__u64 meta)
{
	const __u64 l3 = (meta & STEER_META_L3) >> STEER_META_L3_SHIFT;

	return l3 == STEER_L3_IPV4 || l3 == STEER_L3_IPV6;
}

/** Hash of a stack, into found. */
static __noinline int
hash_outer(struct packet *p, const struct tables *t, __u32 order, __u32 fields)
{
	p->found.hash = hash_fields(p, &p->outer, t, order, fields);
	return 0;
}

static __noinline int
hash_inner(struct packet *p, const struct tables *t, __u32 order, __u32 fields)
{
	p->found.hash = hash_fields(p, &p->inner, t, order, fields);
	return 0;
}

/** Queue and hash by an RSS context. @p choose: the queue as well. */
static __noinline int
spread(struct packet *p, const struct steer_kernel_conf *conf, __u32 slot, __u32 context,
       bool choose)
{
	const struct steer_kernel_rss *rss = &conf->rss[context & (STEER_KERNEL_RSS - 1)];
	__u32 number = slot * STEER_KERNEL_RSS + (context & (STEER_KERNEL_RSS - 1));
	const struct tables *t = bpf_map_lookup_elem(&steer_tables, &number);
	const bool inside = rss->inner != 0 && is_ip(p->meta >> STEER_META_INNER);
	const __u64 meta = inside ? p->meta >> STEER_META_INNER : p->meta;
	const __u32 fields = rss->fields[STEER_META_KIND(meta)];
	__u32 size = rss->reta_size;

	if (t == NULL)
		return 0;
	if (fields & RSS_PLANNED)
		p->found.flags |= STEER_KERNEL_REFINE;
	else if (fields != 0 && inside)
		hash_inner(p, t, rss->order, fields);
	else if (fields != 0)
		hash_outer(p, t, rss->order, fields);
	if (p->found.hash != 0)
		p->found.flags |= STEER_KERNEL_HASH;
	if (!choose)
		return 0;
	if (size == 0)
		size = 1;
	/* Most are powers of two. */
	if ((size & (size - 1)) == 0)
		size = p->found.hash & (size - 1);
	else
		size = p->found.hash % size;
	p->found.queue = rss->reta[size & (STEER_KERNEL_RETA - 1)];
	return 0;
}

#endif /* STEER_BPF_RSS_H */
