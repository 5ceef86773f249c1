/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * RSS context: key -> hash -> queue.
 *
 * A context is immutable once made; a change makes a new one, which readers get by RCU. The port
 * has one; each distinct RSS action has one. The expensive tables of a key are shared.
 *
 * Which fields enter the hash follows from the packet's layers and from the types. Addresses and
 * ports:
 *  - IPv4 and IPv6, not a fragment, with TCP, UDP or SCTP, and that type is asked for (or, for
 *    IPv6, the _EX type): source and destination address, source and destination port;
 *  - else, where the plain IP type, the type of the packet (FRAG for any fragment, OTHER for
 *    what has no ports, TCP... ) or IPV6_EX is asked for: source and destination address;
 *    plain RTE_ETH_RSS_IPV4/IPV6 covers every packet of its family;
 *  - with RTE_ETH_RSS_PORT, ports wherever there are some;
 *  - else nothing: hash 0.
 *  L3_SRC_ONLY, L3_DST_ONLY, L4_SRC_ONLY, L4_DST_ONLY restrict the fields (the input is the
 *  concatenation of what is left); both of a pair together restrict nothing.
 * What other types add stands in steer_rss_plan.h.
 * Level 0 and 1 use the outer stack, level 2 the inner one where IP is inside, else the outer.
 *
 * Functions: TOEPLITZ (also DEFAULT), SYMMETRIC_TOEPLITZ (source and destination are both
 * replaced by their XOR), SYMMETRIC_TOEPLITZ_SORT (the lower one comes first; addresses and ports
 * each on their own) and SIMPLE_XOR (XOR of the input's 32-bit big-endian words, the two ports
 * together being one word). With only one of a pair used it stands for itself.
 */

#ifndef STEER_RSS_H
#define STEER_RSS_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_branch_prediction.h>
#include <rte_ethdev.h>
#include <rte_flow.h>

#include "steer_key.h"
#include "steer_retire.h"
#include "steer_rss_plan.h"
#include "steer_simd.h"
#include "steer_toeplitz.h"

/** Entries of a RETA where nobody says how many. */
#define STEER_RETA_SIZE 128

/** Types over addresses and ports, hashed without a plan. */
#define STEER_RSS_TYPES_TUPLE \
	(RTE_ETH_RSS_IPV4 | RTE_ETH_RSS_FRAG_IPV4 | RTE_ETH_RSS_NONFRAG_IPV4_TCP | \
	 RTE_ETH_RSS_NONFRAG_IPV4_UDP | RTE_ETH_RSS_NONFRAG_IPV4_SCTP | \
	 RTE_ETH_RSS_NONFRAG_IPV4_OTHER | RTE_ETH_RSS_IPV6 | RTE_ETH_RSS_FRAG_IPV6 | \
	 RTE_ETH_RSS_NONFRAG_IPV6_TCP | RTE_ETH_RSS_NONFRAG_IPV6_UDP | \
	 RTE_ETH_RSS_NONFRAG_IPV6_SCTP | RTE_ETH_RSS_NONFRAG_IPV6_OTHER | RTE_ETH_RSS_IPV6_EX | \
	 RTE_ETH_RSS_IPV6_TCP_EX | RTE_ETH_RSS_IPV6_UDP_EX | RTE_ETH_RSS_PORT | \
	 RTE_ETH_RSS_L3_SRC_ONLY | RTE_ETH_RSS_L3_DST_ONLY | RTE_ETH_RSS_L4_SRC_ONLY | \
	 RTE_ETH_RSS_L4_DST_ONLY)

/** Types that only rules can have: what differs within a flow, or does not tell flows apart. */
#define STEER_RSS_TYPES_RULE \
	(RTE_ETH_RSS_IPV4_CHKSUM | RTE_ETH_RSS_L4_CHKSUM | STEER_RSS_IPV6_FLOW_LABEL | \
	 STEER_RSS_TYPES_PREFIX)

/** Types that say less of what others ask for. */
#define STEER_RSS_TYPES_LESS \
	(RTE_ETH_RSS_L2_SRC_ONLY | RTE_ETH_RSS_L2_DST_ONLY | RTE_ETH_RSS_L3_SRC_ONLY | \
	 RTE_ETH_RSS_L3_DST_ONLY | RTE_ETH_RSS_L4_SRC_ONLY | RTE_ETH_RSS_L4_DST_ONLY | \
	 STEER_RSS_TYPES_PREFIX | RTE_ETH_RSS_LEVEL_MASK)

/** Types that can be hashed, those that say less included. */
#define STEER_RSS_TYPES \
	(STEER_RSS_TYPES_TUPLE | STEER_RSS_TYPES_PLANNED | STEER_RSS_TYPES_LESS)

/**
 * Those that the port can have. Some applications ask for all of them: it must be harmless.
 */
#define STEER_RSS_TYPES_PORT (STEER_RSS_TYPES & ~(uint64_t)STEER_RSS_TYPES_RULE)

/** Bytes of the longest key of a rule. Hashes use fewer. */
#define STEER_RSS_KEY_MAX 256

/** The key used where none is given: Microsoft's, as most drivers have it. */
extern const uint8_t steer_rss_default_key[STEER_RSS_KEY_LEN];

/** What a context is made of. Two equal ones give the same queues. */
struct steer_rss_conf {
	enum rte_eth_hash_function func;
	/** 0 and 1: outer, 2: inner. */
	uint32_t level;
	/** RTE_ETH_RSS_* within STEER_RSS_TYPES; level bits are ignored here (see level). */
	uint64_t types;
	uint8_t key[STEER_RSS_KEY_LEN];
	/** One of another length, at least 1, in place of @p key; or NULL. */
	const uint8_t *other_key;
	uint32_t other_key_len;
	/** Queue of each entry. */
	const uint16_t *reta;
	/** Entries of reta, 1..32768. A power of two is the fastest. */
	uint32_t reta_size;
	/** By which instructions; the hashes are the same. */
	enum steer_simd simd;
};

struct steer_rss_tables;
struct steer_toeplitz_gfni;

struct steer_rss {
	/** For who takes a context away from readers. */
	struct steer_retired retired;
	/** Bursts up to this version are to use @p older. 0: none are. */
	uint64_t since;
	const struct steer_rss *older;
	/** What enters the hash, by STEER_META_KIND(): bits of steer_rss_plan.h. */
	uint8_t fields[STEER_META_KINDS];
	/**
	 * Bytes that enter of plain packets, by enum steer_l3: addresses, or addresses and ports.
	 * Only if has_plain: else something else enters, or enters otherwise.
	 */
	uint8_t plain[STEER_L3_ARP + 1];
	bool has_plain;
	/** 0 outer, else the shift of the inner stack's bits in meta. */
	uint8_t inner;
	enum rte_eth_hash_function func;
	uint32_t level;
	uint32_t depth;
	uint64_t types;
	/** Shared among contexts with the same key. */
	struct steer_rss_tables *tables;
	const steer_toeplitz_row *toeplitz;
	/** The tables' matrices; NULL: hashes are by rows. */
	const struct steer_toeplitz_gfni *gfni;
	/** NULL: no kind of packet is planned. */
	struct steer_rss_plan *plan;
	uint32_t reta_size;
	/** Of a size that is a power of two: the size less one. Any other: see reta_inverse. */
	uint32_t reta_mask;
	/** 2^64 divided by the size, rounded up; 0 where reta_mask does it. */
	uint64_t reta_inverse;
	uint16_t reta[];
};

/**
 * Make a context.
 *
 * @param conf    Copied.
 * @param socket  NUMA node of the memory.
 * @return        The context; NULL with rte_errno EINVAL (func, level, types or reta_size not as
 *                above, simd not of this CPU) or ENOMEM. Not thread-safe: control path, under the
 *                engine's lock.
 */
struct steer_rss *steer_rss_create(const struct steer_rss_conf *conf, int socket);

/** Functions that steer_rss_create() accepts. */
bool steer_rss_has_func(enum rte_eth_hash_function func);

/** Free a context that no reader uses any more. NULL is allowed. Not thread-safe. */
void steer_rss_free(struct steer_rss *rss);

/** Key of the context, repeated: at least STEER_RSS_KEY_LEN bytes. */
const uint8_t *steer_rss_key(const struct steer_rss *rss);

/** The context as a burst of @p version is to see it. NULL is allowed. */
static inline const struct steer_rss *
steer_rss_at(const struct steer_rss *rss, uint64_t version)
{
	while (rss != NULL && unlikely(rss->since >= version))
		rss = rss->older;
	return rss;
}

/** Depth of parsing (STEER_DEPTH_*) that the context needs. */
static inline uint32_t
steer_rss_depth(const struct steer_rss *rss)
{
	return rss->depth;
}

/** Can plain packets be hashed as they are (steer_rss_plain.h)? */
static inline bool
steer_rss_has_plain(const struct steer_rss *rss)
{
	return rss->has_plain;
}

/** Hash of a packet; 0 if no field enters it. Thread-safe. */
uint32_t steer_rss_hash(const struct steer_rss *rss, const struct steer_key *key);

/**
 * Queue for a hash: the entry of number hash % size, without a division. Low 64 bits of hash times
 * the inverse are the fraction of hash / size, and times the size the remainder: exact for all
 * 32-bit numbers (Lemire, Kaser and Kurz, "Faster remainder by direct computation", 2019).
 */
static inline uint16_t
steer_rss_queue(const struct steer_rss *rss, uint32_t hash)
{
	uint64_t fraction;

	if (likely(rss->reta_inverse == 0))
		return rss->reta[hash & rss->reta_mask];
	fraction = rss->reta_inverse * hash;
	return rss->reta[(__extension__ (unsigned __int128)fraction * rss->reta_size) >> 64];
}

#endif /* STEER_RSS_H */
