/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <inttypes.h>

#include <rte_common.h>

#include "steer_compat.h"
#include "steer_value.h"
#include "steer_words_rss.h"

/* Groups first: they are printed where they are there in full. */
static const struct {
	const char *name;
	uint64_t types;
} types_names[] = {
	{ "ip", RTE_ETH_RSS_IP },
	{ "udp", RTE_ETH_RSS_UDP },
	{ "tcp", RTE_ETH_RSS_TCP },
	{ "sctp", RTE_ETH_RSS_SCTP },
	{ "tunnel", RTE_ETH_RSS_TUNNEL },
	{ "vlan", RTE_ETH_RSS_VLAN },
	{ "ipv4", RTE_ETH_RSS_IPV4 },
	{ "ipv4-frag", RTE_ETH_RSS_FRAG_IPV4 },
	{ "ipv4-tcp", RTE_ETH_RSS_NONFRAG_IPV4_TCP },
	{ "ipv4-udp", RTE_ETH_RSS_NONFRAG_IPV4_UDP },
	{ "ipv4-sctp", RTE_ETH_RSS_NONFRAG_IPV4_SCTP },
	{ "ipv4-other", RTE_ETH_RSS_NONFRAG_IPV4_OTHER },
	{ "ipv6", RTE_ETH_RSS_IPV6 },
	{ "ipv6-frag", RTE_ETH_RSS_FRAG_IPV6 },
	{ "ipv6-tcp", RTE_ETH_RSS_NONFRAG_IPV6_TCP },
	{ "ipv6-udp", RTE_ETH_RSS_NONFRAG_IPV6_UDP },
	{ "ipv6-sctp", RTE_ETH_RSS_NONFRAG_IPV6_SCTP },
	{ "ipv6-other", RTE_ETH_RSS_NONFRAG_IPV6_OTHER },
	{ "l2-payload", RTE_ETH_RSS_L2_PAYLOAD },
	{ "ipv6-ex", RTE_ETH_RSS_IPV6_EX },
	{ "ipv6-tcp-ex", RTE_ETH_RSS_IPV6_TCP_EX },
	{ "ipv6-udp-ex", RTE_ETH_RSS_IPV6_UDP_EX },
	{ "port", RTE_ETH_RSS_PORT },
	{ "vxlan", RTE_ETH_RSS_VXLAN },
	{ "geneve", RTE_ETH_RSS_GENEVE },
	{ "nvgre", RTE_ETH_RSS_NVGRE },
	{ "gtpu", RTE_ETH_RSS_GTPU },
	{ "eth", RTE_ETH_RSS_ETH },
	{ "s-vlan", RTE_ETH_RSS_S_VLAN },
	{ "c-vlan", RTE_ETH_RSS_C_VLAN },
	{ "esp", RTE_ETH_RSS_ESP },
	{ "ah", RTE_ETH_RSS_AH },
	{ "l2tpv3", RTE_ETH_RSS_L2TPV3 },
	{ "pfcp", RTE_ETH_RSS_PFCP },
	{ "pppoe", RTE_ETH_RSS_PPPOE },
	{ "ecpri", RTE_ETH_RSS_ECPRI },
	{ "mpls", RTE_ETH_RSS_MPLS },
	{ "ipv4-chksum", RTE_ETH_RSS_IPV4_CHKSUM },
	{ "l4-chksum", RTE_ETH_RSS_L4_CHKSUM },
	{ "l2tpv2", RTE_ETH_RSS_L2TPV2 },
#ifdef STEER_HAS_RSS_IPV6_FLOW_LABEL
	{ "ipv6-flow-label", RTE_ETH_RSS_IPV6_FLOW_LABEL },
#endif
#ifdef STEER_HAS_RSS_IB_BTH
	{ "ib-bth", RTE_ETH_RSS_IB_BTH },
#endif
	{ "l3-pre96", RTE_ETH_RSS_L3_PRE96 },
	{ "l3-pre64", RTE_ETH_RSS_L3_PRE64 },
	{ "l3-pre56", RTE_ETH_RSS_L3_PRE56 },
	{ "l3-pre48", RTE_ETH_RSS_L3_PRE48 },
	{ "l3-pre40", RTE_ETH_RSS_L3_PRE40 },
	{ "l3-pre32", RTE_ETH_RSS_L3_PRE32 },
	{ "l2-dst-only", RTE_ETH_RSS_L2_DST_ONLY },
	{ "l2-src-only", RTE_ETH_RSS_L2_SRC_ONLY },
	{ "l4-dst-only", RTE_ETH_RSS_L4_DST_ONLY },
	{ "l4-src-only", RTE_ETH_RSS_L4_SRC_ONLY },
	{ "l3-dst-only", RTE_ETH_RSS_L3_DST_ONLY },
	{ "l3-src-only", RTE_ETH_RSS_L3_SRC_ONLY },
	{ "all", RTE_ETH_RSS_ETH | RTE_ETH_RSS_VLAN | RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP |
		 RTE_ETH_RSS_UDP | RTE_ETH_RSS_SCTP | RTE_ETH_RSS_L2_PAYLOAD | RTE_ETH_RSS_L2TPV3 |
		 RTE_ETH_RSS_ESP | RTE_ETH_RSS_AH | RTE_ETH_RSS_PFCP | RTE_ETH_RSS_GTPU |
		 RTE_ETH_RSS_ECPRI | RTE_ETH_RSS_MPLS | RTE_ETH_RSS_L2TPV2 },
	{ "none", 0 },
};

static const struct {
	const char *name;
	enum rte_eth_hash_function func;
} func_names[] = {
	{ "default", RTE_ETH_HASH_FUNCTION_DEFAULT },
	{ "toeplitz", RTE_ETH_HASH_FUNCTION_TOEPLITZ },
	{ "simple_xor", RTE_ETH_HASH_FUNCTION_SIMPLE_XOR },
	{ "symmetric_toeplitz", RTE_ETH_HASH_FUNCTION_SYMMETRIC_TOEPLITZ },
#ifdef STEER_HAS_SYMMETRIC_TOEPLITZ_SORT
	{ "symmetric_toeplitz_sort", RTE_ETH_HASH_FUNCTION_SYMMETRIC_TOEPLITZ_SORT },
#endif
};

bool
steer_words_rss_types(struct steer_word w, uint64_t *types)
{
	for (unsigned int i = 0; i < RTE_DIM(types_names); i++) {
		if (steer_word_is(w, types_names[i].name)) {
			*types = types_names[i].types;
			return true;
		}
	}
	return steer_read_number(w, UINT64_MAX, types);
}

const char *
steer_words_rss_types_text(uint64_t types, char text[STEER_WORDS_RSS_MAX])
{
	uint64_t left = types;
	int len = 0;

	if (types == 0)
		len = snprintf(text, STEER_WORDS_RSS_MAX, " none");
	for (unsigned int i = 0; i < RTE_DIM(types_names); i++) {
		const uint64_t these = types_names[i].types;

		if ((these & ~types) != 0 || (these & left) == 0)
			continue;
		len += snprintf(text + len, STEER_WORDS_RSS_MAX - len, " %s", types_names[i].name);
		left &= ~these;
	}
	if (left != 0)
		snprintf(text + len, STEER_WORDS_RSS_MAX - len, " 0x%" PRIx64, left);
	return text;
}

void
steer_words_print_rss_types(FILE *file, uint64_t types)
{
	char text[STEER_WORDS_RSS_MAX];

	fputs(steer_words_rss_types_text(types, text), file);
}

bool
steer_words_rss_func(struct steer_word w, enum rte_eth_hash_function *func)
{
	for (unsigned int i = 0; i < RTE_DIM(func_names); i++) {
		if (steer_word_is(w, func_names[i].name)) {
			*func = func_names[i].func;
			return true;
		}
	}
	return false;
}

const char *
steer_words_rss_func_name(enum rte_eth_hash_function func)
{
	for (unsigned int i = 0; i < RTE_DIM(func_names); i++)
		if (func_names[i].func == func)
			return func_names[i].name;
	return NULL;
}

const char *
steer_words_rss_func_at(unsigned int i)
{
	return i < RTE_DIM(func_names) ? func_names[i].name : NULL;
}

const char *
steer_words_rss_type_at(unsigned int i)
{
	return i < RTE_DIM(types_names) ? types_names[i].name : NULL;
}
