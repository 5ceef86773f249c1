/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * What the programs in the kernel and their users both know. The programs are built from it as
 * well: no header but the kernel's own, and enums only of numbers.
 */

#ifndef STEER_KERNEL_ABI_H
#define STEER_KERNEL_ABI_H

#include <linux/types.h>

/** Most different masks of rules. */
#define STEER_KERNEL_MASKS 32
/** Words of the key (struct steer_key) that one mask touches, at most. */
#define STEER_KERNEL_WORDS 7
/** The key's first words, from meta to the inner stack: a power of two, and 28 are used. */
#define STEER_KERNEL_KEY_WORDS 32
/** RX queues of the netdev, at most. */
#define STEER_KERNEL_QUEUES 256
/** RSS contexts: the port's is number 0. */
#define STEER_KERNEL_RSS 16
/** Entries of a RETA, at most: a power of two. */
#define STEER_KERNEL_RETA 512
/** Bytes of the longest hash input. */
#define STEER_KERNEL_INPUT 36
/** STEER_META_KINDS, and a power of two. */
#define STEER_KERNEL_KINDS 128
/** MAC addresses that a remote netdev's packets are looked for, groups among them. */
#define STEER_KERNEL_MACS 128
/** No rule has this rank. */
#define STEER_KERNEL_NO_RANK 0xffffffffu

/** In memory "SteK": struct steer_kernel_meta is in front of a packet. */
#define STEER_KERNEL_MAGIC 0x4b657453u

/** Flags of what the kernel found. */
#define STEER_KERNEL_MATCHED (1u << 0) /**< Some rule; else the port's default. */
#define STEER_KERNEL_MARK (1u << 1)    /**< mark: FDIR and FDIR_ID of the mbuf. */
#define STEER_KERNEL_FLAG (1u << 2)    /**< FDIR. */
#define STEER_KERNEL_HASH (1u << 3)    /**< hash, which is not 0: RSS_HASH. */
/** Not all that the rule does, or that is to be known, is here: classify in user space. */
#define STEER_KERNEL_REFINE (1u << 4)
#define STEER_KERNEL_DROP (1u << 5)
#define STEER_KERNEL_STAY (1u << 6) /**< It is the kernel's. */
/** Of a rule, for the programs: its target is an RSS context, not a queue. */
#define STEER_KERNEL_SPREAD (1u << 7)
/** Of a remote netdev: it is the kernel's and the port's. */
#define STEER_KERNEL_COPY (1u << 8)

/** Flags of struct steer_kernel_conf. */
#define STEER_KERNEL_ISOLATED (1u << 0)
#define STEER_KERNEL_WANT_HASH (1u << 1) /**< The port's hash, also where a rule names a queue. */
#define STEER_KERNEL_TUNNELS (1u << 2)   /**< Somebody asks for what is inside. */
/** Of a remote netdev: copies of all its packets, of all those to groups. */
#define STEER_KERNEL_PROMISCUOUS (1u << 3)
#define STEER_KERNEL_ALL_MULTICAST (1u << 4)

/** What XDP writes in front of a packet that goes to user space; a remote's, for tc's program. */
struct steer_kernel_meta {
	__u32 magic;
	/** Of the rules that it was judged by: steer_kernel_generation(). */
	__u32 generation;
	__u32 mark;
	__u32 hash;
	__u16 queue;
	__u16 flags;
};

/** What the programs count, for each CPU. */
enum steer_kernel_count {
	STEER_KERNEL_TO_USER,
	STEER_KERNEL_TO_KERNEL,
	STEER_KERNEL_DROPPED,
	/** To user space, but there was no socket or no metadata. */
	STEER_KERNEL_NO_SOCKET,
	STEER_KERNEL_NO_META,
	/** From a remote netdev to TAP, and to the kernel as well. */
	STEER_KERNEL_COPIED,
	STEER_KERNEL_COUNTS,
};

/** Rules with equal masks: which words of the key they ask for. */
struct steer_kernel_mask {
	/** Lowest rank of them: masks stand in this order. */
	__u32 first;
	__u32 unused;
	/** Of words that are not used: 0, as is their mask. */
	__u8 index[8];
	__u64 word[STEER_KERNEL_WORDS];
	/** Bits of the key's first word, which tells layers, that all of them ask for alike. */
	__u64 layers;
	__u64 layers_spec;
};

/** How the hash is taken: as enum rte_eth_hash_function says, by what there is to do. */
enum steer_kernel_order {
	STEER_KERNEL_AS_IS,
	STEER_KERNEL_XORED,
	STEER_KERNEL_SORTED,
	STEER_KERNEL_SIMPLE_XOR,
};

struct steer_kernel_rss {
	/** What enters, for each kind of packet: bits of steer_rss_plan.h. */
	__u8 fields[STEER_KERNEL_KINDS];
	/** 0, or the shift of the inner stack's bits in meta. */
	__u32 inner;
	__u32 order;
	__u32 reta_size;
	__u32 unused;
	__u16 reta[STEER_KERNEL_RETA];
};

/** All but the rules themselves. There are two, of which one is in force. */
struct steer_kernel_conf {
	__u32 generation;
	__u32 flags;
	__u32 n_masks;
	__u32 n_macs;
	struct steer_kernel_mask mask[STEER_KERNEL_MASKS];
	struct steer_kernel_rss rss[STEER_KERNEL_RSS];
	/** As numbers: the first byte is the highest of six. */
	__u64 mac[STEER_KERNEL_MACS];
};

/** By what a rule is found: 64 bytes. */
struct steer_kernel_key {
	__u32 mask;
	__u32 unused;
	__u64 word[STEER_KERNEL_WORDS];
};

/** All rules with the same key: the first one that ends the search, and what comes before it. */
struct steer_kernel_rule {
	/** Lower is better. STEER_KERNEL_NO_RANK: none ends the search. */
	__u32 rank;
	/** First one that does not end it: user space is to look. */
	__u32 pass;
	__u32 mark;
	__u16 flags;
	__u16 target;
};

#endif /* STEER_KERNEL_ABI_H */
