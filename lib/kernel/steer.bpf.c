// SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
/* Copyright(c) 2026 net_steer contributors */

/*
 * The programs: XDP for AF_XDP sockets (xsk_def_prog), and for TAP its queue (steer_tap_queue) and
 * its filter (steer_tap_filter). For another netdev that TAP is to have packets of: XDP that judges
 * and drops them (steer_remote_judge), tc's that takes them over or copies them
 * (steer_remote_move), and tc's that sends what comes out of TAP there (steer_remote_send). All of
 * them judge by the same rules.
 */

#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "steer_bpf_packet.h"
#include "steer_bpf_parse.h"
#include "steer_bpf_remote.h"
#include "steer_bpf_rss.h"
#include "steer_kernel_abi.h"

struct {
	__uint(type, BPF_MAP_TYPE_XSKMAP);
	__uint(max_entries, STEER_KERNEL_QUEUES);
	__type(key, __u32);
	__type(value, __u32);
} xsks_map SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct packet);
} steer_packet SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, struct steer_kernel_conf);
} steer_conf SEC(".maps");

struct rules {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct steer_kernel_key);
	__type(value, struct steer_kernel_rule);
};

/** Of either configuration; the third one is for waiting: the kernel does after each change. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 3);
	__type(key, __u32);
	__array(values, struct rules);
} steer_rules SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, STEER_KERNEL_COUNTS);
	__type(key, __u32);
	__type(value, __u64);
} steer_counts SEC(".maps");

/** The generation in force, whose lowest bit says which configuration it is; 0: none. */
volatile __u32 steer_active;

/** Interface indexes of TAP and of the remote netdev. */
volatile __u32 steer_tap;
volatile __u32 steer_remote;

/** By these two libxdp knows a program of its kind, and puts sockets into xsks_map. */
__uint(xsk_prog_version, 1) SEC("xdp_metadata");
char _license[] SEC("license") = "Dual BSD/GPL";

/* Rules */

static __always_inline void
look_up(struct packet *p, void *rules, const struct steer_kernel_mask *mask, __u32 i)
{
	const struct steer_kernel_rule *r;

	p->key.mask = i;
	p->key.unused = 0;
	for (int w = 0; w < STEER_KERNEL_WORDS; w++)
		p->key.word[w] = p->word[mask->index[w] & (STEER_KERNEL_KEY_WORDS - 1)] &
				 mask->word[w];
	r = bpf_map_lookup_elem(rules, &p->key);
	if (r == NULL)
		return;
	if (r->pass < p->best.pass)
		p->best.pass = r->pass;
	if (r->rank < p->best.rank) {
		p->best.rank = r->rank;
		p->best.mark = r->mark;
		p->best.flags = r->flags;
		p->best.target = r->target;
	}
}

/** The first rule that ends the search, and whether one before it does not. */
static __noinline int
search(struct packet *p, const struct steer_kernel_conf *conf, __u32 slot)
{
	void *rules = bpf_map_lookup_elem(&steer_rules, &slot);

	p->best.rank = STEER_KERNEL_NO_RANK;
	p->best.pass = STEER_KERNEL_NO_RANK;
	p->best.mark = 0;
	p->best.flags = STEER_KERNEL_SPREAD;
	p->best.target = 0;
	if (rules == NULL)
		return 0;
	for (__u32 i = 0; i < STEER_KERNEL_MASKS; i++) {
		if (i >= conf->n_masks || conf->mask[i].first > p->best.rank)
			break;
		/* Most packets are of other protocols than most masks are for. */
		if ((p->meta & conf->mask[i].layers) == conf->mask[i].layers_spec)
			look_up(p, rules, &conf->mask[i], i);
	}
	return 0;
}

/** The verdict of a packet that has been parsed. */
static __always_inline void
judge(struct packet *p, const struct steer_kernel_conf *conf, __u32 slot)
{
	const bool ends = p->best.rank != STEER_KERNEL_NO_RANK;
	const bool matched = ends || p->best.pass != STEER_KERNEL_NO_RANK;

	p->found.magic = STEER_KERNEL_MAGIC;
	p->found.generation = conf->generation;
	p->found.mark = p->best.mark;
	p->found.hash = 0;
	p->found.queue = p->best.target;
	p->found.flags = (p->best.flags & ~STEER_KERNEL_SPREAD) |
			 (matched ? STEER_KERNEL_MATCHED : 0);
	if (p->found.flags & STEER_KERNEL_STAY)
		return;
	if (!matched && (conf->flags & STEER_KERNEL_ISOLATED)) {
		p->found.flags |= STEER_KERNEL_STAY;
		return;
	}
	if (p->beyond || p->best.pass < p->best.rank)
		p->found.flags |= STEER_KERNEL_REFINE;
	if (p->best.flags & STEER_KERNEL_SPREAD)
		spread(p, conf, slot, p->best.target, true);
	else if ((conf->flags & STEER_KERNEL_WANT_HASH) && !(p->best.flags & STEER_KERNEL_DROP))
		spread(p, conf, slot, 0, false);
}

static __always_inline void
count(__u32 which)
{
	__u64 *n = bpf_map_lookup_elem(&steer_counts, &which);

	if (n != NULL)
		(*n)++;
}

/* What is dropped here is what nobody has to look at again. */
static __always_inline bool
is_dropped(const struct packet *p)
{
	return (p->found.flags & (STEER_KERNEL_DROP | STEER_KERNEL_REFINE)) == STEER_KERNEL_DROP;
}

/* Hooks */

static __always_inline void
put_meta(struct xdp_md *ctx, const struct packet *p)
{
	int have = (int)(ctx->data - ctx->data_meta);
	struct steer_kernel_meta *meta;
	void *data;

	if (bpf_xdp_adjust_meta(ctx, have - (int)sizeof(*meta)) == 0) {
		meta = (void *)(long)ctx->data_meta;
		data = (void *)(long)ctx->data;
		if ((void *)(meta + 1) <= data)
			*meta = p->found;
	} else {
		count(STEER_KERNEL_NO_META);
	}
}

static __always_inline int
to_user(struct xdp_md *ctx, const struct packet *p)
{
	/* clang would move the pointer to the context, and then read: no verifier takes that. */
	const __u32 queue = *(volatile __u32 *)&ctx->rx_queue_index;
	int action;

	put_meta(ctx, p);
	action = (int)bpf_redirect_map(&xsks_map, queue, XDP_PASS);
	count(action == XDP_REDIRECT ? STEER_KERNEL_TO_USER : STEER_KERNEL_NO_SOCKET);
	return action;
}

/** @return the configuration in force, and its number; NULL: none. */
static __always_inline const struct steer_kernel_conf *
in_force(__u32 *slot)
{
	const __u32 active = steer_active;

	*slot = active & 1;
	return active != 0 ? bpf_map_lookup_elem(&steer_conf, slot) : NULL;
}

static __always_inline void
search_xdp(struct xdp_md *ctx, struct packet *p, const struct steer_kernel_conf *conf, __u32 slot)
{
	p->end = (__u32)bpf_xdp_get_buff_len(ctx);
	p->tagged = 0;
	parse_xdp(ctx, p, conf->flags);
	search(p, conf, slot);
}

SEC("xdp")
int
xsk_def_prog(struct xdp_md *ctx)
{
	__u32 slot, zero = 0;
	const struct steer_kernel_conf *conf = in_force(&slot);
	struct packet *p = bpf_map_lookup_elem(&steer_packet, &zero);

	if (p == NULL || conf == NULL)
		return XDP_PASS;
	search_xdp(ctx, p, conf, slot);
	judge(p, conf, slot);
	if (p->found.flags & STEER_KERNEL_STAY) {
		count(STEER_KERNEL_TO_KERNEL);
		return XDP_PASS;
	}
	if (is_dropped(p)) {
		count(STEER_KERNEL_DROPPED);
		return XDP_DROP;
	}
	return to_user(ctx, p);
}

static __always_inline void
search_skb(struct __sk_buff *skb, struct packet *p, const struct steer_kernel_conf *conf,
	   __u32 slot)
{
	p->end = skb->len;
	p->tagged = skb->vlan_present;
	p->tag = (__u16)skb->vlan_tci;
	p->tag_type = bpf_ntohs((__u16)skb->vlan_proto);
	parse_skb(skb, p, conf->flags);
	search(p, conf, slot);
}

/** @return the packet, judged; NULL if no rules are in force. */
static __always_inline struct packet *
judge_skb(struct __sk_buff *skb)
{
	__u32 slot, zero = 0;
	const struct steer_kernel_conf *conf = in_force(&slot);
	struct packet *p = bpf_map_lookup_elem(&steer_packet, &zero);

	if (p == NULL || conf == NULL)
		return NULL;
	search_skb(skb, p, conf, slot);
	judge(p, conf, slot);
	return p;
}

SEC("socket")
int
steer_tap_queue(struct __sk_buff *skb)
{
	const struct packet *p = judge_skb(skb);

	return p != NULL ? p->found.queue : 0;
}

/** Bytes of the packet to be kept. What would stay with the kernel is not for a TAP's reader. */
SEC("socket")
int
steer_tap_filter(struct __sk_buff *skb)
{
	const struct packet *p = judge_skb(skb);

	if (p == NULL || !((p->found.flags & STEER_KERNEL_STAY) || is_dropped(p)))
		return (int)skb->len;
	count(STEER_KERNEL_DROPPED);
	return 0;
}

/*
 * A remote netdev. Natively, XDP is the first to see a packet. It can drop, but neither copy a
 * packet, nor give it to net_tap, which reads a header (struct tun_pi) that tun does not put in
 * front of what XDP has sent to it.
 */

SEC("xdp")
int
steer_remote_judge(struct xdp_md *ctx)
{
	__u32 slot, zero = 0;
	const struct steer_kernel_conf *conf = in_force(&slot);
	struct packet *p = bpf_map_lookup_elem(&steer_packet, &zero);

	if (p == NULL || conf == NULL)
		return XDP_PASS;
	search_xdp(ctx, p, conf, slot);
	p->found.magic = STEER_KERNEL_MAGIC;
	p->found.generation = conf->generation;
	p->found.flags = (__u16)whose(p, conf);
	if (p->found.flags & STEER_KERNEL_DROP) {
		count(STEER_KERNEL_DROPPED);
		return XDP_DROP;
	}
	put_meta(ctx, p);
	return XDP_PASS;
}

/** What steer_remote_judge() has found by the same rules; else it is found now. */
static __always_inline __u32
whose_skb(struct __sk_buff *skb, struct packet *p, const struct steer_kernel_conf *conf, __u32 slot)
{
	const struct steer_kernel_meta *meta = (void *)(long)skb->data_meta;
	const void *data = (void *)(long)skb->data;

	if ((const void *)(meta + 1) <= data && meta->magic == STEER_KERNEL_MAGIC &&
	    meta->generation == conf->generation)
		return meta->flags;
	search_skb(skb, p, conf, slot);
	return whose(p, conf);
}

SEC("tc")
int
steer_remote_move(struct __sk_buff *skb)
{
	__u32 slot, zero = 0;
	const struct steer_kernel_conf *conf = in_force(&slot);
	struct packet *p = bpf_map_lookup_elem(&steer_packet, &zero);

	if (p == NULL || conf == NULL)
		return TC_ACT_UNSPEC;
	switch (whose_skb(skb, p, conf, slot)) {
	case 0:
		count(STEER_KERNEL_TO_USER);
		return (int)bpf_redirect(steer_tap, 0);
	case STEER_KERNEL_DROP:
		count(STEER_KERNEL_DROPPED);
		return TC_ACT_SHOT;
	case STEER_KERNEL_COPY:
		count(STEER_KERNEL_COPIED);
		/* TAP's programs use the same memory: nothing of it is ours any more. */
		bpf_clone_redirect(skb, steer_tap, 0);
		return TC_ACT_UNSPEC;
	default:
		count(STEER_KERNEL_TO_KERNEL);
		return TC_ACT_UNSPEC;
	}
}

/** On TAP: what user space has written. */
SEC("tc")
int
steer_remote_send(struct __sk_buff *skb __attribute__((unused)))
{
	return (int)bpf_redirect(steer_remote, 0);
}
