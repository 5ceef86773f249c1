/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <rte_common.h>
#include <rte_errno.h>

#include "pattern_cases.h"
#include "steer_compat.h"
#include "steer_match.h"
#include "steer_port_item.h"
#include "steer_type_name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* Every refusal: its code, the type of the error, what it points at, and the words. */

static unsigned int n_refused;

/* The item of index cause must be refused. */
static void
assert_refused(const struct rte_flow_item *pattern, unsigned int cause, int code,
	       enum rte_flow_error_type type, const char *words)
{
	struct rte_flow_error error = { 0 };
	struct steer_match match;

	rte_errno = 0;
	assert_int_equal(steer_pattern_parse(pattern, &match, &error), -code);
	assert_int_equal(rte_errno, code);
	assert_non_null(error.message);
	if (strstr(error.message, words) == NULL)
		fail_msg("'%s' does not say '%s'", error.message, words);
	assert_int_equal(error.type, type);
	assert_ptr_equal(error.cause, &pattern[cause]);
	/* Nobody needs to want to know why. */
	assert_int_equal(steer_pattern_parse(pattern, &match, NULL), -code);
	n_refused++;
}

#define T(name) RTE_FLOW_ITEM_TYPE_##name
#define I(name) { .type = T(name) }
#define ANY(n) { .type = T(ANY), .spec = &num[n], .mask = &num_max }

static const struct rte_flow_item_any num[] = {
	{ .num = 0 }, { .num = 1 }, { .num = 2 }, { .num = 3 }, { .num = 4 },
};
static const struct rte_flow_item_any num_max = { .num = UINT32_MAX };
static const struct rte_flow_item_eth no_vlan = { .has_vlan = 0 };
static const struct rte_flow_item_eth some_vlan = { .has_vlan = 1 };
static const struct rte_flow_item_vlan no_more = { .has_more_vlan = 0 };
static const struct rte_flow_item_vlan some_more = { .has_more_vlan = 1 };
static const struct rte_flow_item_ipv6 no_frag = { .has_frag_ext = 0 };
static const struct rte_flow_item_ipv6 some_frag = { .has_frag_ext = 1 };

#define NO_VLAN { .type = T(ETH), .spec = &no_vlan, .mask = &some_vlan }
#define NO_MORE { .type = T(VLAN), .spec = &no_more, .mask = &some_more }
#define NO_FRAG { .type = T(IPV6), .spec = &no_frag, .mask = &some_frag }

static const struct rte_flow_item_gre no_key = { .c_rsvd0_ver = 0 };
static const struct rte_flow_item_gre some_key = { .c_rsvd0_ver = RTE_BE16(0x2000) };
static const struct rte_flow_item_gre_opt options = { .key = { .key = 5 } };

#define NO_KEY { .type = T(GRE), .spec = &no_key, .mask = &some_key }
#define ALL_OPTIONS { .type = T(GRE_OPTION), .spec = &options }

static const struct refused {
	struct rte_flow_item pattern[10];
	unsigned int cause;
	int code;
	enum rte_flow_error_type type;
	const char *words;
} refused[] = {
#define BAD(cause, ...) { { __VA_ARGS__, I(END) }, cause, EINVAL, RTE_FLOW_ERROR_TYPE_ITEM
#define UNSUPPORTED(cause, ...) { { __VA_ARGS__, I(END) }, cause, ENOTSUP, RTE_FLOW_ERROR_TYPE_ITEM
	/* Tags */
	UNSUPPORTED(3, I(ETH), I(VLAN), I(VLAN), I(VLAN)), "vlan: the third one: at most two" },
	UNSUPPORTED(2, I(VLAN), I(VLAN), I(VLAN)), "at most two tags" },
	UNSUPPORTED(5, I(VXLAN), I(ETH), I(VLAN), I(VLAN), I(VOID), I(VLAN)), "the third one" },
	/* Tunnels */
	UNSUPPORTED(1, I(VXLAN), I(VXLAN)), "vxlan: a tunnel inside a tunnel" },
	UNSUPPORTED(1, I(VXLAN), I(GENEVE)), "geneve: a tunnel inside a tunnel" },
	UNSUPPORTED(5, I(UDP), I(GENEVE), I(ETH), I(IPV4), I(UDP), I(VXLAN)), "one level" },
	BAD(1, I(TCP), I(VXLAN)), "vxlan: is carried by udp only" },
	BAD(1, I(SCTP), I(GENEVE)), "geneve: is carried by udp only" },
	BAD(2, I(IPV4), I(ICMP), I(VXLAN)), "is carried by udp only" },
	BAD(1, I(ARP_ETH_IPV4), I(VXLAN)), "is carried by udp only" },
	/* Headers that come once */
	UNSUPPORTED(2, I(IPV4), I(AH), I(AH)), "ah: number 2 of them: at most 1" },
	UNSUPPORTED(3, I(AH), I(IPV6_FRAG_EXT), I(VOID), I(IPV6_FRAG_EXT)),
	  "ipv6_frag_ext: number 2 of them" },
	UNSUPPORTED(3, I(VXLAN), I(AH), I(IPV6_FRAG_EXT), I(AH)), "ah: number 2" },
	UNSUPPORTED(5, I(MPLS), I(MPLS), I(MPLS), I(MPLS), I(MPLS), I(MPLS)),
	  "mpls: number 6 of them: at most 5" },
	UNSUPPORTED(7, I(VXLAN), I(ETH), I(MPLS), I(MPLS), I(MPLS), I(MPLS), I(MPLS), I(MPLS)),
	  "mpls: number 6 of them" },
	UNSUPPORTED(2, I(ICMP6), I(ICMP6_ND_OPT_SLA_ETH), I(ICMP6_ND_OPT_SLA_ETH)),
	  "icmp6_nd_opt_sla_eth: number 2 of them: at most 1" },
	UNSUPPORTED(5, I(ICMP6_ND_NS), I(ICMP6_ND_OPT), I(ICMP6_ND_OPT), I(ICMP6_ND_OPT),
		    I(ICMP6_ND_OPT), I(ICMP6_ND_OPT)), "icmp6_nd_opt: number 5 of them" },
	UNSUPPORTED(8, I(IPV6_EXT), I(IPV6_EXT), I(IPV6_EXT), I(IPV6_EXT), I(IPV6_EXT), I(IPV6_EXT),
		    I(IPV6_EXT), I(IPV6_EXT), I(IPV6_EXT)), "ipv6_ext: number 9 of them" },
	/* What ICMPv6 and UDP carry */
	BAD(1, I(TCP), I(ICMP6_ND_OPT)), "icmp6_nd_opt: is carried by icmp6 only" },
	BAD(1, I(ICMP), I(ICMP6_ND_OPT_TLA_ETH)), "tla_eth: is carried by icmp6 only" },
	BAD(1, I(IPV4), I(ICMP6_ND_NS)), "icmp6_nd_ns: never follows" },
	BAD(1, I(IPV4), I(ICMP6_ND_OPT)), "icmp6_nd_opt: never follows" },
	BAD(1, I(IPV4), I(IPV6_EXT)), "ipv6_ext: never follows" },
	BAD(1, I(ICMP6), I(ICMP6_ND_NA)), "icmp6_nd_na: cannot follow L4" },
	BAD(1, I(TCP), I(PFCP)), "pfcp: is carried by udp only" },
	BAD(2, I(IPV6), I(ESP), I(PFCP)), "pfcp: is carried by udp only" },
	/* Discovery carries no packet */
	BAD(2, I(ETH), I(PPPOED), I(PPPOE_PROTO_ID)), "pppoe_proto_id: nothing follows pppoed" },
	BAD(1, I(PPPOED), I(IPV4)), "ipv4: nothing follows pppoed" },
	BAD(1, I(PPPOED), I(MPLS)), "mpls: nothing follows pppoed" },
	BAD(2, I(VXLAN), I(PPPOED), I(UDP)), "udp: nothing follows pppoed" },
	/* What UDP carries */
	BAD(2, I(UDP), I(ESP), I(ESP)), "esp: cannot follow what udp carries" },
	BAD(1, I(TCP), I(ESP)), "esp: cannot follow L4" },
	BAD(1, I(ESP), I(UDP)), "udp: cannot follow L4" },
	BAD(1, I(ESP), I(VXLAN)), "vxlan: is carried by udp only" },
	BAD(1, I(UDP), I(GRE)), "gre: is carried by ipv4 and ipv6 only" },
	BAD(2, I(ETH), I(ARP_ETH_IPV4), I(NVGRE)), "nvgre: is carried by ipv4 and ipv6 only" },
	BAD(2, I(IPV4), I(TCP), I(GRE_KEY)), "gre_key: is carried by ipv4 and ipv6 only" },
	BAD(1, ANY(3), I(GRE)), "gre: is carried by ipv4 and ipv6 only" },
	BAD(1, I(TCP), I(GTPU)), "gtpu: is carried by udp only" },
	BAD(1, I(SCTP), I(GTPC)), "gtpc: is carried by udp only" },
	BAD(1, I(ICMP), I(GTP)), "gtp: is carried by udp only" },
	BAD(1, I(TCP), I(VXLAN_GPE)), "vxlan-gpe: is carried by udp only" },
	UNSUPPORTED(1, I(GRE), I(GRE)), "gre: a tunnel inside a tunnel" },
	UNSUPPORTED(3, I(GTPU), I(IPV4), I(UDP), I(GTPU)), "gtpu: a tunnel inside a tunnel" },
	UNSUPPORTED(2, I(IPV4), I(IPV4), I(GRE)), "gre: a tunnel inside a tunnel" },
	UNSUPPORTED(2, I(IPV4), I(IPV6), I(IPV4)), "ipv4: a tunnel inside a tunnel" },
	UNSUPPORTED(2, I(GRE), I(IPV4), I(IPV6)), "ipv6: a tunnel inside a tunnel" },
	UNSUPPORTED(3, I(GRE), I(IPV4), I(UDP), I(MPLS)), "mpls: a tunnel inside a tunnel" },
	UNSUPPORTED(3, I(UDP), I(MPLS), I(IPV4), I(IPV4)), "ipv4: a tunnel inside a tunnel" },
	BAD(1, I(TCP), I(MPLS)), "mpls: cannot follow L4" },
	BAD(2, I(UDP), I(ESP), I(MPLS)), "mpls: cannot follow what udp carries" },
	/* Parts of a tunnel's header */
	BAD(2, I(GRE), I(IPV4), I(GRE_KEY)), "gre_key: stands right behind the item" },
	BAD(2, I(GTPU), I(IPV4), I(GTP_PSC)), "gtp_psc: stands right behind" },
	BAD(2, I(IPV4), I(IPV6), I(GRE_OPTION)), "gre_option: stands right behind" },
	BAD(2, I(GRE), I(GRE_KEY), I(GRE_KEY)), "gre_key: the second one of a tunnel" },
	BAD(3, I(GRE_KEY), I(GRE_OPTION), I(VOID), I(GRE_KEY)), "gre_key: the second one" },
	BAD(2, I(GTP), I(GTP_PSC), I(GTP_PSC)), "gtp_psc: the second one of a tunnel" },
	BAD(1, I(VXLAN), I(GRE_KEY)), "gre_key: contradicts an item before it" },
	BAD(1, I(GRE), I(GTP_PSC)), "gtp_psc: contradicts an item before it" },
	BAD(1, I(GTPC), I(GRE_OPTION)), "gre_option: contradicts an item before it" },
	BAD(1, NO_KEY, I(GRE_KEY)), "gre_key: contradicts an item before it" },
	BAD(1, NO_KEY, ALL_OPTIONS), "gre_option: contradicts an item before it" },
	/* L4 below what never has it */
	BAD(1, I(ARP_ETH_IPV4), I(ESP)), "esp: never follows" },
	BAD(1, I(ARP_ETH_IPV4), I(AH)), "ah: never follows" },
	BAD(2, I(IPV4), I(AH), I(IPV6_FRAG_EXT)), "ipv6_frag_ext: never follows" },
	BAD(1, I(IPV6), I(IGMP)), "igmp: never follows" },
	BAD(1, I(ARP_ETH_IPV4), I(L2TPV3OIP)), "l2tpv3oip: never follows" },
	BAD(1, I(ARP_ETH_IPV4), I(TCP)), "tcp: never follows arp_eth_ipv4: ipv4 and ipv6 are" },
	BAD(1, I(ARP_ETH_IPV4), I(UDP)), "udp: never follows" },
	BAD(2, I(ETH), I(ARP_ETH_IPV4), I(SCTP)), "sctp: never follows" },
	BAD(1, I(IPV6), I(ICMP)), "icmp: never follows" },
	BAD(1, I(ARP_ETH_IPV4), I(ICMP)), "icmp: never follows" },
	BAD(1, I(IPV4), I(ICMP6)), "icmp6: never follows" },
	BAD(1, I(ARP_ETH_IPV4), I(ICMP6)), "icmp6: never follows" },
	BAD(1, I(IPV4), I(IPV6_FRAG_EXT)), "ipv6_frag_ext: never follows" },
	BAD(1, I(ARP_ETH_IPV4), I(IPV6_FRAG_EXT)), "ipv6_frag_ext: never follows" },
	BAD(3, I(VXLAN), I(IPV4), I(VOID), I(IPV6_FRAG_EXT)), "ipv6_frag_ext: never follows" },
	BAD(2, I(VXLAN), I(IPV6), I(ICMP)), "icmp: never follows" },
	/* What an item before it rules out */
	BAD(1, NO_VLAN, I(VLAN)), "vlan: contradicts an item before it" },
	BAD(2, I(VXLAN), NO_VLAN, I(VLAN)), "vlan: contradicts" },
	BAD(1, NO_MORE, I(VLAN)), "vlan: contradicts" },
	BAD(2, I(ETH), NO_MORE, I(VLAN)), "vlan: contradicts" },
	BAD(1, NO_FRAG, I(IPV6_FRAG_EXT)), "ipv6_frag_ext: contradicts" },
	BAD(2, I(GENEVE), NO_FRAG, I(IPV6_FRAG_EXT)), "ipv6_frag_ext: contradicts" },
	/* Order */
	BAD(1, ANY(1), I(ETH)), "eth: cannot follow L2" },
	BAD(1, ANY(2), I(IPV4)), "ipv4: cannot follow L3" },
	BAD(1, ANY(2), I(VLAN)), "vlan: cannot follow L3" },
	BAD(1, ANY(3), I(TCP)), "tcp: cannot follow L4" },
#undef BAD
#define BAD(cause, type, ...)                                                                      \
	{ { __VA_ARGS__, I(END) }, cause, EINVAL, RTE_FLOW_ERROR_TYPE_ITEM_##type
	/* Any */
	BAD(0, SPEC, ANY(4)), "any: num 4 goes beyond L4: 0..3 are" },
	BAD(1, SPEC, I(ETH), ANY(3)), "beyond L4" },
	BAD(1, SPEC, I(VLAN), ANY(3)), "beyond L4" },
	BAD(1, SPEC, I(IPV4), ANY(2)), "beyond L4" },
	BAD(1, SPEC, I(IPV6_FRAG_EXT), ANY(2)), "beyond L4" },
	BAD(1, SPEC, I(UDP), ANY(1)), "beyond L4" },
	BAD(1, SPEC, I(VXLAN), ANY(4)), "beyond L4" },
	BAD(3, SPEC, ANY(1), ANY(1), ANY(1), ANY(1)), "beyond L4" },
	BAD(0, SPEC, { .type = T(ANY), .spec = &num_max, .mask = &num_max }), "beyond L4" },
	BAD(0, LAST, { .type = T(ANY), .spec = &num[3], .last = &num[2],
	    .mask = &num_max }), "any: last of num" },
	BAD(0, LAST, { .type = T(ANY), .spec = &num_max, .last = &num[3],
	    .mask = &num_max }), "any: last of num" },
	/* Something that points nowhere */
	BAD(0, MASK, { .type = T(ANY), .mask = &num_max }), "any: mask without spec" },
	BAD(0, LAST, { .type = T(ANY), .last = &num_max }), "any: last without spec" },
	BAD(1, MASK, I(ETH), { .type = T(FUZZY), .mask = &num_max }), "fuzzy: mask without spec" },
	BAD(1, LAST, I(ETH), { .type = T(FUZZY), .last = &num_max }), "fuzzy: last without spec" },
};

static void
test_table(void **state)
{
	RTE_SET_USED(state);
	for (unsigned int i = 0; i < RTE_DIM(refused); i++)
		assert_refused(refused[i].pattern, refused[i].cause, refused[i].code,
			       refused[i].type, refused[i].words);
}

static void
test_no_pattern(void **state)
{
	struct rte_flow_error error = { 0 };
	struct steer_match match;

	RTE_SET_USED(state);
	assert_int_equal(steer_pattern_parse(NULL, &match, &error), -EINVAL);
	assert_int_equal(error.type, RTE_FLOW_ERROR_TYPE_ITEM_NUM);
	assert_null(error.cause);
	assert_string_equal(error.message, "no pattern");
}

/* mask or last without spec */
static void
test_no_spec(void **state)
{
	static const uint8_t zero[CASE_ITEM_MAX];
	struct rte_flow_item pattern[3] = { I(VOID), I(VOID), I(END) };
	char words[64];

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < case_n_items; i++) {
		pattern[1] = (struct rte_flow_item){ .type = case_items[i].type, .mask = zero };
		snprintf(words, sizeof(words), "%s: mask without spec", case_items[i].name);
		assert_refused(pattern, 1, EINVAL, RTE_FLOW_ERROR_TYPE_ITEM_MASK, words);
		pattern[1] = (struct rte_flow_item){ .type = case_items[i].type, .last = zero };
		snprintf(words, sizeof(words), "%s: last without spec", case_items[i].name);
		assert_refused(pattern, 1, EINVAL, RTE_FLOW_ERROR_TYPE_ITEM_LAST, words);
	}
}

/* Each field's range upside down, the others being none. */
static void
test_last_below_spec(void **state)
{
	uint8_t spec[CASE_ITEM_MAX], last[CASE_ITEM_MAX], mask[CASE_ITEM_MAX];
	struct rte_flow_item pattern[] = {
		I(VOID), { .spec = spec, .last = last, .mask = mask }, I(END),
	};
	char words[64];

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < case_n_fields; i++) {
		const struct case_field *f = &case_fields[i];

		memset(spec, 0xff, sizeof(spec));
		memset(last, 0, sizeof(last));
		memset(mask, 0, sizeof(mask));
		case_full_mask(f, mask + f->off);
		/* The lowest bit of the field. */
		if (f->bits != 0)
			last[f->off + f->len - 1] = (uint8_t)(f->bits & -f->bits);
		else
			last[f->off + f->len - 1] = 1;
		if (f->bits >= 0x100 && (f->bits & 0xff) == 0)
			last[f->off] = (uint8_t)(f->bits >> 8 * (f->len - 1));
		/* One bit that is all of its field cannot be upside down. */
		if (strcmp(f->name, "dei") == 0 || strcmp(f->name, "edei") == 0 ||
		    strcmp(f->name, "s") == 0 || strcmp(f->name, "qmp") == 0)
			continue;
		if (strcmp(f->name, "pcp") == 0 || strcmp(f->name, "epcp") == 0)
			last[f->off] = 0x20;
		if (strcmp(f->name, "rsvd") == 0)
			last[f->off] = 0x40;
		if (strcmp(f->name, "label") == 0)
			last[f->off + 2] = 0x10;
		if (strcmp(f->name, "tc") == 0)
			last[f->off + 1] = 0x10;
		if (strcmp(f->name, "version") == 0 || strcmp(f->name, "data_off") == 0)
			last[f->off] = 0x10;
		pattern[1].type = f->type;
		snprintf(words, sizeof(words), "last of %s is below its spec", f->name);
		assert_refused(pattern, 1, EINVAL, RTE_FLOW_ERROR_TYPE_ITEM_LAST, words);
	}
}

/* A bit that ends higher than it begins. */
static void
test_ranges_of_bits(void **state)
{
	uint8_t spec[CASE_ITEM_MAX] = { 0 }, bit[CASE_ITEM_MAX];
	struct rte_flow_item pattern[] = { { .spec = spec, .last = bit, .mask = bit }, I(END) };
	char words[64];

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < case_n_bits; i++) {
		memset(bit, 0, sizeof(bit));
		bit[case_bits[i].off] = (uint8_t)(1u << case_bits[i].bit);
		pattern[0].type = case_bits[i].type;
		snprintf(words, sizeof(words), "%s is one bit and cannot be a range",
			 case_bits[i].name);
		assert_refused(pattern, 0, EINVAL, RTE_FLOW_ERROR_TYPE_ITEM_LAST, words);
	}
}

static bool
is_ip(enum rte_flow_item_type type)
{
	return type == T(IPV4) || type == T(IPV6);
}

/* May b stand behind a? */
static bool
may_follow(const struct case_item *a, const struct case_item *b)
{
	/* Behind a tunnel the layers begin anew. */
	if (a->layer == 6 || case_order(b) > case_order(a))
		return true;
	/* Two tags are fine, labels, and extension headers in any order. */
	if (a->layer == b->layer &&
	    (a->layer == 2 || a->layer == 23 || a->layer == 4 || a->layer == 51))
		return true;
	/* IP in IP. */
	if (is_ip(a->type) && is_ip(b->type))
		return true;
	/* There are ESP and MPLS in UDP. */
	return a->type == T(UDP) && (b->type == T(ESP) || b->type == T(MPLS));
}

/* All pairs of items that stand in the wrong order. */
static void
test_order(void **state)
{
	static const char *const names[] = {
		"L2", "an E-tag", "VLAN", "PPPoE", "a PPP protocol", "MPLS", "L3",
		"an extension header", "L4", "an option of neighbor discovery", "what udp carries",
	};
	char words[64];

	RTE_SET_USED(state);
	for (unsigned int i = 0; i < case_n_items * case_n_items; i++) {
		const struct case_item *a = &case_items[i / case_n_items];
		const struct case_item *b = &case_items[i % case_n_items];
		const struct rte_flow_item pattern[] = {
			{ .type = a->type }, I(VOID), { .type = b->type }, I(END),
		};

		if (may_follow(a, b))
			continue;
		snprintf(words, sizeof(words), "%s: cannot follow %s", b->name,
			 names[case_order(a)]);
		assert_refused(pattern, 2, EINVAL, RTE_FLOW_ERROR_TYPE_ITEM, words);
	}
}

/* Items that we know of and do not take. */
static const struct {
	enum rte_flow_item_type type;
	const char *words;
} not_taken[] = {
	{ T(PORT_REPRESENTOR), "port_representor: means packets that the application sends" },
	{ T(CONNTRACK), "conntrack: connections are not tracked" },
	{ T(FLEX), "flex: needs rte_flow_flex_item_create()" },
	{ T(METER_COLOR), "meter_color: there are no meters" },
	{ T(HIGIG2), "higig2: is in front of Ethernet" },
	{ T(MACSEC), "macsec: what is behind its header is encrypted" },
	{ T(ECPRI), "ecpri: its messages are not parsed" },
	{ T(L2TPV2), "l2tpv2: its header has no fixed layout" },
	{ T(PPP), "ppp: belongs behind l2tpv2" },
	{ T(NSH), "nsh: what it carries is not looked at" },
};

static void
test_not_taken(void **state)
{
	RTE_SET_USED(state);
	for (unsigned int i = 0; i < RTE_DIM(not_taken); i++) {
		const struct rte_flow_item pattern[] = { I(ETH), { .type = not_taken[i].type },
							 I(END) };

		assert_refused(pattern, 1, ENOTSUP, RTE_FLOW_ERROR_TYPE_ITEM, not_taken[i].words);
	}
}

/* Has its own words, or is no header and taken. */
static bool
is_special(enum rte_flow_item_type type)
{
	static const enum rte_flow_item_type taken[] = {
		T(INVERT), T(RAW), T(GENEVE_OPT), T(INTEGRITY), T(PORT_ID), T(REPRESENTED_PORT),
#ifdef STEER_HAS_ITEM_PTYPE
		T(PTYPE),
#endif
#ifdef STEER_HAS_ITEM_RANDOM
		T(RANDOM),
#endif
#ifdef STEER_HAS_ITEM_COMPARE
		T(COMPARE),
#endif
	};

	for (unsigned int i = 0; i < RTE_DIM(taken); i++)
		if (taken[i] == type)
			return true;
	return steer_refused_item(type) != NULL;
}

static void
test_unknown(void **state)
{
	char words[64];

	RTE_SET_USED(state);
	for (int type = -1; type < 100; type++) {
		const struct rte_flow_item pattern[] = {
			I(ETH), { .type = (enum rte_flow_item_type)type }, I(END),
		};

		if (type == T(END) || type == T(VOID) || type == T(ANY) || type == T(FUZZY) ||
		    is_special((enum rte_flow_item_type)type) || type == T(MARK) ||
		    type == T(META) || type == T(TAG) ||
		    case_item((enum rte_flow_item_type)type) != NULL)
			continue;
		snprintf(words, sizeof(words), "%s: accepted are void, any",
			 steer_item_type_name((enum rte_flow_item_type)type).text);
		assert_refused(pattern, 1, ENOTSUP, RTE_FLOW_ERROR_TYPE_ITEM, words);
	}
}

static void
test_enough(void **state)
{
	RTE_SET_USED(state);
	assert_true(n_refused > 300);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_no_pattern),
		cmocka_unit_test(test_no_spec),
		cmocka_unit_test(test_last_below_spec),
		cmocka_unit_test(test_ranges_of_bits),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_not_taken),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_enough),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
