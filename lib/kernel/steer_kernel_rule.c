/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* One rule in the programs' terms: at most so many words of the key, and what they must be. */

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include <rte_common.h>

#include "steer_kernel_private.h"
#include "steer_key.h"
#include "steer_listed.h"
#include "steer_match.h"

/** Words that programs fill: up to the inner stack. */
#define WORDS (offsetof(struct steer_key, rare) / sizeof(uint64_t))
#define WORD_OF(member) (offsetof(struct steer_key, member) / sizeof(uint64_t))
/** Behind these it is not known what a packet is. */
#define L2_WORDS (offsetof(struct steer_key, outer.l3) / sizeof(uint64_t))
#define L2_META (STEER_META_ETH | STEER_META_VLAN0 | STEER_META_VLAN1 | STEER_META_VLAN2)
#define INNER_META (~(uint64_t)0 << STEER_META_INNER)
#define L25_META (STEER_META_L25 | STEER_META_L25 << STEER_META_INNER)

static_assert(WORDS <= STEER_KERNEL_KEY_WORDS, "the programs have all of these words");
static_assert(sizeof(struct steer_kernel_key) == 64, "a key is a cache line");
static_assert(STEER_META_KINDS == STEER_KERNEL_KINDS, "kinds of packets are the same");

/** A mask of words that some of the packets have that the rule is for, and others. */
struct wide {
	uint64_t mask[WORDS];
	bool inexact;
};

static void
leave_out(struct wide *w, size_t begin, size_t end)
{
	for (size_t i = begin; i < end; i++) {
		w->inexact |= w->mask[i] != 0;
		w->mask[i] = 0;
	}
}

static void
leave_out_meta(struct wide *w, uint64_t bits)
{
	w->inexact |= (w->mask[0] & bits) != 0;
	w->mask[0] &= ~bits;
}

/** Programs look into VXLAN and GENEVE alone. */
static bool
is_known_tunnel(const struct steer_match *m)
{
	const uint64_t tunnel = m->spec[0] & STEER_META_TUNNEL;

	return (m->mask[0] & STEER_META_TUNNEL) == STEER_META_TUNNEL &&
	       (tunnel == (uint64_t)STEER_TUNNEL_VXLAN << STEER_META_TUNNEL_SHIFT ||
		tunnel == (uint64_t)STEER_TUNNEL_GENEVE << STEER_META_TUNNEL_SHIFT);
}

/** What of a match programs can say. */
static void
widen(const struct steer_match *m, struct wide *w)
{
	memcpy(w->mask, m->mask, sizeof(w->mask));
	w->inexact = m->n_ranges != 0 || m->condition != NULL;
	for (size_t i = WORDS; i < STEER_KEY_WORDS; i++)
		w->inexact |= m->mask[i] != 0;
	if ((m->spec[0] & L25_META) != 0 || m->mask[STEER_KEY_RARE] != 0) {
		/* Behind what is not looked through everything is something else. */
		leave_out(w, L2_WORDS, WORDS);
		leave_out_meta(w, ~L2_META);
		w->inexact = true;
	}
	if ((w->mask[0] & INNER_META) != 0 && !is_known_tunnel(m)) {
		leave_out(w, WORD_OF(tunnel), WORDS);
		leave_out_meta(w, INNER_META);
	}
}

static void
fill_words(const struct steer_match *m, struct wide *w, struct steer_kernel_entry *entry)
{
	unsigned int n = 0;

	memset(&entry->mask, 0, sizeof(entry->mask));
	memset(entry->word, 0, sizeof(entry->word));
	for (unsigned int i = 0; i < WORDS; i++) {
		if (w->mask[i] == 0)
			continue;
		if (n == STEER_KERNEL_WORDS) {
			w->inexact = true;
			break;
		}
		entry->mask.index[n] = (uint8_t)i;
		entry->mask.word[n] = w->mask[i];
		entry->word[n++] = m->spec[i] & w->mask[i];
	}
}

static uint16_t
flags_of(const struct steer_listed *rule)
{
	uint16_t flags = 0;

	if (rule->mark)
		flags |= STEER_KERNEL_MARK;
	if (rule->flag)
		flags |= STEER_KERNEL_FLAG;
	if (rule->more || rule->fate == STEER_FATE_JUMP)
		flags |= STEER_KERNEL_REFINE;
	if (rule->fate == STEER_FATE_DROP)
		flags |= STEER_KERNEL_DROP;
	else if (rule->fate == STEER_FATE_KERNEL)
		flags |= STEER_KERNEL_STAY;
	else if (rule->fate != STEER_FATE_QUEUE)
		flags |= STEER_KERNEL_SPREAD;
	return flags;
}

void
steer_kernel_entry(const struct steer_listed *rule, uint32_t context,
		   struct steer_kernel_entry *entry)
{
	struct wide w;

	widen(rule->match, &w);
	fill_words(rule->match, &w, entry);
	entry->rule = (struct steer_kernel_rule){
		.mark = rule->mark ? rule->mark_id : 0,
		.flags = flags_of(rule),
		.target = rule->fate == STEER_FATE_QUEUE ? rule->queue : (uint16_t)context,
	};
	entry->seq = rule->seq;
	entry->prio = rule->prio;
	entry->number = 0;
	entry->inexact = w.inexact;
	entry->passes = rule->fate == STEER_FATE_PASSTHRU;
	entry->jumps = rule->fate == STEER_FATE_JUMP;
}

void
steer_kernel_entry_widen(struct steer_kernel_entry *entry)
{
	memset(&entry->mask, 0, sizeof(entry->mask));
	memset(entry->word, 0, sizeof(entry->word));
	entry->inexact = true;
}

/** What comes up cannot go back. */
static const char *
why_exact(const struct steer_kernel_entry *entry, enum steer_kernel_kind kind, bool isolated)
{
	if (entry->rule.flags & STEER_KERNEL_STAY)
		return "send_to_kernel with";
	if (kind == STEER_KERNEL_REMOTE)
		return "the remote netdev keeps what is not matched, and this is";
	return isolated ? "the port is isolated, and this is" : NULL;
}

int
steer_kernel_entry_check(const struct steer_kernel_entry *entry, enum steer_kernel_kind kind,
			 bool isolated, struct steer_kernel_trouble *trouble)
{
	const char *why = why_exact(entry, kind, isolated);

	/* What comes to a TAP's reader too much is dropped there. */
	if (why == NULL || kind == STEER_KERNEL_TAP)
		return 0;
	if (entry->jumps)
		return steer_kernel_fail(trouble, "rules", ENOTSUP,
					 "rule %" PRIu64 ": %s a jump: what the group does not "
					 "match could not stay with the kernel: rules of group 0 "
					 "without jump are accepted", entry->seq, why);
	if (!entry->inexact)
		return 0;
	return steer_kernel_fail(trouble, "rules", ENOTSUP,
				 "rule %" PRIu64 ": %s a pattern that the kernel cannot judge "
				 "exactly: values under masks of Ethernet, VLAN, IP, TCP, UDP, "
				 "VXLAN, GENEVE and others up to L4 are accepted, in %u words and "
				 "%u masks", entry->seq, why, STEER_KERNEL_WORDS,
				 STEER_KERNEL_MASKS - 1);
}
