/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * What differs between DPDK releases. RTE_VERSION is tested here and nowhere else.
 */

#ifndef STEER_COMPAT_H
#define STEER_COMPAT_H

#include <stdint.h>

#include <rte_version.h>

#if RTE_VERSION < RTE_VERSION_NUM(22, 11, 0, 0)
#error "net_steer needs DPDK 22.11 or later"
#endif

/* The release we were built for. */
#define STEER_DPDK_YEAR RTE_VER_YEAR
#define STEER_DPDK_MONTH RTE_VER_MONTH

/* Telemetry: unsigned numbers of a dictionary got another name. */
#if RTE_VERSION >= RTE_VERSION_NUM(23, 3, 0, 0)
#define STEER_TEL_DICT_UINT(d, name, value) rte_tel_data_add_dict_uint(d, name, value)
#else
#define STEER_TEL_DICT_UINT(d, name, value) rte_tel_data_add_dict_u64(d, name, value)
#endif

/* dev_supported_ptypes_get: the number of types is returned instead of an end mark. */
#if RTE_VERSION >= RTE_VERSION_NUM(24, 3, 0, 0)
#define STEER_PTYPES_PARAM , size_t *count
#define STEER_PTYPES_ARG , count
#define STEER_PTYPES_COUNT(n) (*count = (n))
#else
#define STEER_PTYPES_PARAM
#define STEER_PTYPES_ARG
#define STEER_PTYPES_COUNT(n) do { } while (0)
#endif

/* stats_get: queues' statistics are a struct of their own (or NULL), with the same names. */
#if RTE_VERSION >= RTE_VERSION_NUM(25, 11, 0, 0)
#define STEER_QSTATS_PARAM , struct eth_queue_stats *qstats
#define STEER_QSTATS_ARG , qstats
#define STEER_QSTATS(stats) (qstats)
#define STEER_QSTATS_STRUCT struct eth_queue_stats
#define STEER_QSTATS_GET(dev, qstats) \
	(dev)->dev_ops->stats_get((dev), &(struct rte_eth_stats){0}, (qstats))
#else
#define STEER_QSTATS_PARAM
#define STEER_QSTATS_ARG
#define STEER_QSTATS(stats) (stats)
#define STEER_QSTATS_STRUCT struct rte_eth_stats
#define STEER_QSTATS_GET(dev, qstats) (dev)->dev_ops->stats_get((dev), (qstats))
#endif

/*
 * rte_eth_rss_conf names the hash function, and the device information says which ones there are:
 * ethdev refuses others.
 */
#if RTE_VERSION >= RTE_VERSION_NUM(23, 11, 0, 0)
#define STEER_INFO_SET_RSS_FUNCS(info, funcs) ((info)->rss_algo_capa = (funcs))
#define STEER_RSS_CONF_FUNC(conf) ((conf)->algorithm)
#define STEER_RSS_CONF_SET_FUNC(conf, func) ((conf)->algorithm = (func))
#else
#define STEER_INFO_SET_RSS_FUNCS(info, funcs) RTE_SET_USED(funcs)
#define STEER_RSS_CONF_FUNC(conf) RTE_ETH_HASH_FUNCTION_DEFAULT
#define STEER_RSS_CONF_SET_FUNC(conf, func)
#endif

/*
 * A hash function that has source and destination in one order. Before, no rule and no port could
 * name it, but it is there.
 */
#if RTE_VERSION >= RTE_VERSION_NUM(23, 11, 0, 0)
#define STEER_HAS_SYMMETRIC_TOEPLITZ_SORT
#define STEER_HASH_FUNCTION_SORT RTE_ETH_HASH_FUNCTION_SYMMETRIC_TOEPLITZ_SORT
#else
#define STEER_HASH_FUNCTION_SORT ((enum rte_eth_hash_function)RTE_ETH_HASH_FUNCTION_MAX)
#endif

/* RSS types that came later; 0: not there. */
#if RTE_VERSION >= RTE_VERSION_NUM(23, 11, 0, 0)
#define STEER_HAS_RSS_IPV6_FLOW_LABEL
#define STEER_RSS_IPV6_FLOW_LABEL RTE_ETH_RSS_IPV6_FLOW_LABEL
#else
#define STEER_RSS_IPV6_FLOW_LABEL UINT64_C(0)
#endif
#if RTE_VERSION >= RTE_VERSION_NUM(25, 7, 0, 0)
#define STEER_HAS_RSS_IB_BTH
#endif

/* Operations of flow queues: in a table of their own, or in rte_flow_ops. */
#if RTE_VERSION >= RTE_VERSION_NUM(24, 3, 0, 0)
#define STEER_FLOW_FP_OPS 1
#else
#define STEER_FLOW_FP_OPS 0
#endif

/* Where struct rte_flow_item_arp_eth_ipv4 has its addresses: with a rte_arp_hdr as on the wire. */
#if RTE_VERSION >= RTE_VERSION_NUM(23, 3, 0, 0)
#define STEER_ARP_SPA 14
#define STEER_ARP_TPA 24
#else
#define STEER_ARP_SPA 16
#define STEER_ARP_TPA 28
#endif

/* Operations of flows that came later: what groups do on a miss, other actions for a rule, lists
 * behind a handle, rules by index; then tables of another size; then index and pattern. */
#if RTE_VERSION >= RTE_VERSION_NUM(23, 11, 0, 0)
#define STEER_FLOW_OPS_23_11 1
#else
#define STEER_FLOW_OPS_23_11 0
#endif
#define STEER_FLOW_OPS_24_03 STEER_FLOW_FP_OPS
#if RTE_VERSION >= RTE_VERSION_NUM(24, 11, 0, 0)
#define STEER_FLOW_OPS_24_11 1
#else
#define STEER_FLOW_OPS_24_11 0
#endif

/* What tables of templates say of themselves: rules are put in by index; another size may come. */
#if STEER_FLOW_OPS_23_11
#define STEER_TABLE_BY_INDEX(attr) \
	((attr)->insertion_type != RTE_FLOW_TABLE_INSERTION_TYPE_PATTERN)
#else
#define STEER_TABLE_BY_INDEX(attr) ((void)(attr), false)
#endif
#if STEER_FLOW_OPS_24_03
#define STEER_TABLE_RESIZABLE(attr) \
	(((attr)->specialize & RTE_FLOW_TABLE_SPECIALIZE_RESIZABLE) != 0)
#else
#define STEER_TABLE_RESIZABLE(attr) ((void)(attr), false)
#endif

/* Items that came later. */
#if RTE_VERSION >= RTE_VERSION_NUM(23, 3, 0, 0)
#define STEER_HAS_ITEM_IPV6_ROUTING_EXT
#define STEER_HAS_ITEM_ICMP6_ECHO
#endif
#if RTE_VERSION >= RTE_VERSION_NUM(23, 11, 0, 0)
#define STEER_HAS_ITEM_PTYPE
#endif
#if RTE_VERSION >= RTE_VERSION_NUM(24, 3, 0, 0)
#define STEER_HAS_ITEM_RANDOM
#endif
#if RTE_VERSION >= RTE_VERSION_NUM(24, 11, 0, 0)
#define STEER_HAS_ITEM_COMPARE
#endif

/* Actions that came later. */
#if RTE_VERSION >= RTE_VERSION_NUM(23, 11, 0, 0)
#define STEER_HAS_ACTION_QUOTA /* ... to PROG */
#endif
#if RTE_VERSION >= RTE_VERSION_NUM(24, 3, 0, 0)
#define STEER_HAS_ACTION_NAT64
#endif
#if RTE_VERSION >= RTE_VERSION_NUM(24, 11, 0, 0)
#define STEER_HAS_ACTION_JUMP_TO_TABLE_INDEX
#endif

/* rx_queue_count. */
#if RTE_VERSION >= RTE_VERSION_NUM(25, 11, 0, 0)
typedef int steer_rx_queue_count_t;
#else
typedef uint32_t steer_rx_queue_count_t;
#endif

#endif /* STEER_COMPAT_H */
