/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <string.h>

#include <rte_common.h>

#include "gen_item.h"
#include "gen_packet.h"
#include "gen_rule.h"
#include "ref_integrity.h"
#include "ref_packet.h"

/* Data stands behind the item's structure, in its own store. */
#define AT sizeof(struct rte_flow_item_geneve_opt)
#define MOST ((GEN_ITEM_SIZE - AT) / 4)

/* Options */

void
gen_item_geneve_opt_repoint(struct gen_rule *rule, unsigned int n)
{
	struct rte_flow_item_geneve_opt *spec =
		(struct rte_flow_item_geneve_opt *)rule->store[n].spec;
	struct rte_flow_item_geneve_opt *mask =
		(struct rte_flow_item_geneve_opt *)rule->store[n].mask;

	spec->data = spec->data != NULL ? (uint32_t *)(rule->store[n].spec + AT) : NULL;
	mask->data = mask->data != NULL ? (uint32_t *)(rule->store[n].mask + AT) : NULL;
}

/** Some option of the packet. @return NULL: none. */
static const uint8_t *
some_option(struct gen_random *r, const struct ref_packet *p)
{
	const uint8_t *end = p->in.data + p->tunnel_end - p->restored;
	const uint8_t *option = end - 4 * (p->tunnel_header[0] & 0x3f);
	const uint8_t *some = NULL;

	while (end - option >= 4 && end - option >= 4 + 4 * (option[3] & 0x1f)) {
		if (some == NULL || gen_chance(r, 40))
			some = option;
		option += 4 + 4 * (option[3] & 0x1f);
	}
	return some;
}

static void
fill_mask(struct gen_random *r, struct rte_flow_item_geneve_opt *mask)
{
	mask->option_class = gen_chance(r, 40) ? 0 : gen_chance(r, 60) ? UINT16_MAX : gen_u64(r);
	mask->option_type = gen_chance(r, 60) ? UINT8_MAX : gen_u64(r);
	mask->option_len = gen_chance(r, 40) ? UINT8_MAX : gen_chance(r, 50) ? 0x1f : 0;
}

static void
fill_data(struct gen_random *r, const uint8_t *data, unsigned int n, struct gen_rule *rule)
{
	struct rte_flow_item_geneve_opt *spec =
		(struct rte_flow_item_geneve_opt *)rule->store[n].spec;
	struct rte_flow_item_geneve_opt *mask =
		(struct rte_flow_item_geneve_opt *)rule->store[n].mask;

	if (spec->option_len > MOST)
		return;
	memcpy(rule->store[n].spec + AT, data, 4 * spec->option_len);
	if (gen_chance(r, 30))
		gen_bytes(r, rule->store[n].mask + AT, 4 * MOST);
	else
		memset(rule->store[n].mask + AT, 0xff, 4 * MOST);
	if (gen_chance(r, 15))
		rule->store[n].spec[AT] ^= 1;
	spec->data = (uint32_t *)(rule->store[n].spec + AT);
	mask->data = (uint32_t *)(rule->store[n].mask + AT);
}

void
gen_item_geneve_opt(struct gen_random *r, const struct ref_packet *p, struct gen_rule *rule)
{
	const uint8_t *option = some_option(r, p);
	unsigned int n = rule->n_items;
	struct rte_flow_item *item = gen_item_bare(rule, RTE_FLOW_ITEM_TYPE_GENEVE_OPT);
	struct rte_flow_item_geneve_opt *spec =
		(struct rte_flow_item_geneve_opt *)rule->store[n].spec;
	struct rte_flow_item_geneve_opt *last =
		(struct rte_flow_item_geneve_opt *)rule->store[n].last;

	if (option == NULL || gen_chance(r, 10))
		return;
	memcpy(&spec->option_class, option, 2);
	spec->option_type = option[2];
	spec->option_len = option[3] & 0x1f;
	item->spec = spec;
	if (gen_chance(r, 10))
		return;
	fill_mask(r, (struct rte_flow_item_geneve_opt *)rule->store[n].mask);
	item->mask = rule->store[n].mask;
	if (gen_chance(r, 80))
		fill_data(r, option + 4, n, rule);
	if (!gen_chance(r, 20))
		return;
	last->option_type = spec->option_type | gen_u64(r);
	item->last = last;
}

/* Integrity */

void
gen_item_integrity(struct gen_random *r, const struct ref_packet *p, struct gen_rule *rule)
{
	unsigned int n = rule->n_items;
	struct rte_flow_item *item = gen_item_bare(rule, RTE_FLOW_ITEM_TYPE_INTEGRITY);
	struct rte_flow_item_integrity *spec =
		(struct rte_flow_item_integrity *)rule->store[n].spec;
	struct rte_flow_item_integrity *mask =
		(struct rte_flow_item_integrity *)rule->store[n].mask;

	if (gen_chance(r, 3))
		return;
	spec->level = gen_below(r, 2);
	if (p->tunnel != REF_TUNNEL_NONE && gen_chance(r, 60))
		spec->level = 2;
	spec->value = gen_chance(r, 60) ? 0xff : gen_u64(r) & 0xff;
	item->spec = spec;
	if (gen_chance(r, 5))
		return;
	for (unsigned int bits = gen_between(r, 1, 2); bits > 0; bits--)
		mask->value |= 1u << gen_below(r, 8);
	item->mask = mask;
}

/* Checksums of packets */

static void
put_be16(uint8_t *p, uint16_t v)
{
	p[0] = v >> 8;
	p[1] = v & 0xff;
}

static void
put_l4_sum(const struct ref_stack *s, uint8_t *l4, size_t len)
{
	static const uint8_t sum_at[] = {
		[REF_L4_TCP] = 16, [REF_L4_UDP] = 6, [REF_L4_ICMP] = 2, [REF_L4_ICMP6] = 2,
	};
	static const uint8_t protos[] = {
		[REF_L4_TCP] = 6, [REF_L4_UDP] = 17, [REF_L4_ICMP6] = 58, [REF_L4_ICMP] = 0,
	};
	uint16_t start = 0;
	uint32_t crc;

	if (s->l4 == REF_L4_SCTP) {
		crc = ref_crc32c(l4, len, 8);
		for (unsigned int i = 0; i < 4; i++)
			l4[8 + i] = crc >> 8 * i;
		return;
	}
	if (s->l4 == REF_L4_UDP && len > (size_t)(l4[4] << 8 | l4[5]))
		len = RTE_MAX(l4[4] << 8 | l4[5], 8);
	if (s->l4 != REF_L4_ICMP)
		start = ref_pseudo_sum(s->l3_header, s->l3 == REF_L3_IPV6, protos[s->l4], len);
	put_be16(l4 + sum_at[s->l4], 0);
	put_be16(l4 + sum_at[s->l4], ~ref_sum(l4, len, start));
}

static void
put_sums(const struct ref_packet *p, const struct ref_stack *s, uint8_t *data)
{
	uint8_t *l3 = data + s->l3_at - p->restored, *l4 = data + s->l4_at - p->restored;

	if (s->l3 == REF_L3_IPV4) {
		put_be16(l3 + 10, 0);
		put_be16(l3 + 10, ~ref_sum(l3, 4 * (l3[0] & 0xf), 0));
	}
	if (s->l4 == REF_L4_TCP || s->l4 == REF_L4_UDP || s->l4 == REF_L4_SCTP ||
			s->l4 == REF_L4_ICMP || s->l4 == REF_L4_ICMP6)
		put_l4_sum(s, l4, s->l3_end - s->l4_at);
}

void
gen_fix_sums(struct gen_packet *p)
{
	struct ref_packet decoded;
	struct ref_input in = gen_input(p);

	ref_decode(&in, &decoded);
	/* The outer sums go over the inner ones. */
	if (decoded.tunnel != REF_TUNNEL_NONE)
		put_sums(&decoded, &decoded.inner, p->data);
	put_sums(&decoded, &decoded.outer, p->data);
}
