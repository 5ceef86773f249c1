/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdint.h>

#include <rte_ether.h>

#include "steer_device.h"
#include "steer_port.h"

/* TX offloads that are not ours to offer, as STEER_RX_OFFLOADS_NOT. */
#define TX_OFFLOADS_NOT \
	(RTE_ETH_TX_OFFLOAD_MT_LOCKFREE | RTE_ETH_TX_OFFLOAD_SECURITY | \
	 RTE_ETH_TX_OFFLOAD_MACSEC_INSERT)

#define DESC_MAX 32768

static void
own_info(const struct steer_port *port, struct rte_eth_dev_info *info)
{
	info->max_rx_queues = port->args.queues;
	info->max_tx_queues = port->args.queues;
	/* Nothing known yet must not keep ethdev from asking us. */
	info->min_mtu = RTE_ETHER_MIN_MTU;
	info->max_mtu = UINT16_MAX;
	info->max_rx_pktlen = UINT16_MAX + RTE_ETHER_HDR_LEN + RTE_ETHER_CRC_LEN;
	/* Also over a lower with room for less: see steer_ether.c. */
	info->max_mac_addrs = STEER_MAC_ADDRS;
	/* Whatever the size of the table set: some compare it before and after. */
	info->reta_size = port->args.reta_size;
	info->hash_key_size = STEER_RSS_KEY_LEN;
	info->flow_type_rss_offloads = STEER_RSS_TYPES_PORT;
	STEER_INFO_SET_RSS_FUNCS(info, RTE_BIT32(STEER_HASH_FUNCTION_SORT + 1) - 1);
	info->rx_offload_capa = RTE_ETH_RX_OFFLOAD_RSS_HASH;
	info->dev_capa = RTE_ETH_DEV_CAPA_FLOW_RULE_KEEP |
			 RTE_ETH_DEV_CAPA_FLOW_SHARED_OBJECT_KEEP |
			 RTE_ETH_DEV_CAPA_RUNTIME_RX_QUEUE_SETUP |
			 RTE_ETH_DEV_CAPA_RUNTIME_TX_QUEUE_SETUP;
	info->rx_desc_lim = (struct rte_eth_desc_lim){
		.nb_max = DESC_MAX, .nb_min = 1, .nb_align = 1,
	};
	info->tx_desc_lim = info->rx_desc_lim;
	info->default_rxportconf = (struct rte_eth_dev_portconf){
		.burst_size = 32, .ring_size = 1024, .nb_queues = 1,
	};
	info->default_txportconf = info->default_rxportconf;
}

/**
 * Applications want checksums of IPv4, TCP and UDP together, or none of them. The first one, which
 * virtio lacks, is little work (steer_tx.c).
 */
static uint64_t
tx_offloads(uint64_t lower)
{
	const uint64_t l4 = RTE_ETH_TX_OFFLOAD_TCP_CKSUM | RTE_ETH_TX_OFFLOAD_UDP_CKSUM;

	if ((lower & l4) == l4)
		lower |= RTE_ETH_TX_OFFLOAD_IPV4_CKSUM;
	return lower & ~(uint64_t)TX_OFFLOADS_NOT;
}

static void
show_lower(const struct steer_port *port, const struct rte_eth_dev_info *lower,
	   struct rte_eth_dev_info *info)
{
	info->rx_offload_capa |= lower->rx_offload_capa & ~(uint64_t)STEER_RX_OFFLOADS_NOT;
	info->tx_offload_capa = tx_offloads(lower->tx_offload_capa);
	/* Freeing fast takes one pool for each lower queue: several of ours may share one. */
	if (lower->max_tx_queues < port->args.queues)
		info->tx_offload_capa &= ~(uint64_t)RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE;
	info->min_mtu = lower->min_mtu;
	info->max_mtu = lower->max_mtu;
	info->min_rx_bufsize = lower->min_rx_bufsize;
	info->max_rx_pktlen = lower->max_rx_pktlen;
	info->max_lro_pkt_size = lower->max_lro_pkt_size;
	info->speed_capa = lower->speed_capa;
	info->err_handle_mode = lower->err_handle_mode;
	info->default_rxconf = lower->default_rxconf;
	info->default_rxconf.offloads = 0;
	info->default_txconf = lower->default_txconf;
	info->default_txconf.offloads = 0;
	info->tx_desc_lim.nb_seg_max = lower->tx_desc_lim.nb_seg_max;
	info->tx_desc_lim.nb_mtu_seg_max = lower->tx_desc_lim.nb_mtu_seg_max;
}

int
steer_dev_infos_get(struct rte_eth_dev *dev, struct rte_eth_dev_info *info)
{
	struct steer_port *port = steer_port(dev);
	struct rte_eth_dev_info lower;
	uint16_t lower_id;
	int rc;

	own_info(port, info);
	lower_id = steer_lower_ask(port);
	if (lower_id == RTE_MAX_ETHPORTS)
		return 0;
	rc = rte_eth_dev_info_get(lower_id, &lower);
	steer_lower_told(port);
	if (rc == 0)
		show_lower(port, &lower, info);
	return rc;
}
