/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdio.h>
#include <string.h>

#include <rte_cycles.h>

#include "contract.h"

/** Descriptors of each queue, as in DPVS's sample configuration. */
#define DESCRIPTORS 1024
#define LINK_UP_MS 30000
#define RETA_MAX RTE_ETH_RSS_RETA_SIZE_512
#define RETA_GROUPS (RETA_MAX / RTE_ETH_RETA_GROUP_SIZE)
#define TX_CHECKSUMS (RTE_ETH_TX_OFFLOAD_IPV4_CKSUM | RTE_ETH_TX_OFFLOAD_TCP_CKSUM | \
		      RTE_ETH_TX_OFFLOAD_UDP_CKSUM)

/* What of the port's description changes DPVS's ways, or breaks them. */
static void
check_info(const struct contract *c, uint16_t port, const struct rte_eth_dev_info *info)
{
	const uint64_t checksums = info->tx_offload_capa & TX_CHECKSUMS;

	if (c->n_pollers > info->max_rx_queues || c->n_pollers > info->max_tx_queues)
		fail("dpdk%u has %u rx and %u tx queues at most, and %u are needed", port,
		     info->max_rx_queues, info->max_tx_queues, c->n_pollers);
	if (c->plain)
		return;
	must(c, port, "device", info->device == NULL ? -ENODEV : 0);
	must(c, port, "table of 1 to 512 entries",
	     info->reta_size > 0 && info->reta_size <= RETA_MAX ? 0 : -ERANGE);
	must(c, port, "numa node", rte_eth_dev_socket_id(port) < 0 ? -ERANGE : 0);
	must(c, port, "driver of the general kind",
	     strcmp(info->driver_name, "net_steer") == 0 ? 0 : -EINVAL);
	must(c, port, "tx checksums of all kinds or none",
	     checksums == 0 || checksums == TX_CHECKSUMS ? 0 : -EINVAL);
}

static void
configure(const struct contract *c, uint16_t port, const struct rte_eth_dev_info *info,
	  uint64_t *tx_offloads)
{
	struct rte_eth_conf conf;

	memset(&conf, 0, sizeof(conf));
	conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
	conf.rxmode.mtu = RTE_ETHER_MTU;
	conf.rxmode.offloads = info->rx_offload_capa &
		(RTE_ETH_RX_OFFLOAD_IPV4_CKSUM | RTE_ETH_RX_OFFLOAD_VLAN_STRIP);
	conf.rx_adv_conf.rss_conf.rss_hf = info->flow_type_rss_offloads &
		(RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP | RTE_ETH_RSS_UDP);
	conf.txmode.mq_mode = RTE_ETH_MQ_TX_NONE;
	/* DPVS asks for checksums as well: here they are always done by hand */
	conf.txmode.offloads = info->tx_offload_capa & RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE;
	*tx_offloads = conf.txmode.offloads;
	must(c, port, "configure",
	     rte_eth_dev_configure(port, c->n_pollers, c->n_pollers, &conf));
}

static void
set_up_queues(const struct contract *c, uint16_t port, const struct rte_eth_dev_info *info,
	      uint64_t tx_offloads)
{
	const int socket = rte_eth_dev_socket_id(port);

	for (uint16_t q = 0; q < c->n_pollers; q++)
		must(c, port, "rx queue setup", rte_eth_rx_queue_setup(port, q, DESCRIPTORS,
				socket, NULL, c->pool));
	for (uint16_t q = 0; q < c->n_pollers; q++) {
		struct rte_eth_txconf conf = info->default_txconf;

		conf.offloads = tx_offloads;
		must(c, port, "tx queue setup", rte_eth_tx_queue_setup(port, q, DESCRIPTORS,
				socket, &conf));
	}
}

static void
wait_link_up(uint16_t port)
{
	struct rte_eth_link link;

	memset(&link, 0, sizeof(link));
	for (int ms = 0; ms < LINK_UP_MS; ms++) {
		if (rte_eth_link_get_nowait(port, &link) == 0 && link.link_status)
			return;
		rte_delay_ms(1);
	}
	fail("the link of dpdk%u does not come up", port);
}

/* RSS is for the workers; the kernel's queue gets what rules give it. */
static void
spread(const struct contract *c, uint16_t port, uint16_t size)
{
	struct rte_eth_rss_reta_entry64 want[RETA_GROUPS], got[RETA_GROUPS];
	int rc;

	memset(want, 0, sizeof(want));
	for (uint16_t i = 0; i < size; i++) {
		want[i / RTE_ETH_RETA_GROUP_SIZE].mask = UINT64_MAX;
		want[i / RTE_ETH_RETA_GROUP_SIZE].reta[i % RTE_ETH_RETA_GROUP_SIZE] =
			i % c->n_workers;
	}
	rc = rte_eth_dev_rss_reta_update(port, want, size);
	must(c, port, "reta update", rc);
	if (rc != 0)
		return;
	memset(got, 0, sizeof(got));
	for (uint16_t i = 0; i < size; i++)
		got[i / RTE_ETH_RETA_GROUP_SIZE].mask = UINT64_MAX;
	must(c, port, "reta query", rte_eth_dev_rss_reta_query(port, got, size));
	for (uint16_t i = 0; i < size; i++) {
		if (got[i / RTE_ETH_RETA_GROUP_SIZE].reta[i % RTE_ETH_RETA_GROUP_SIZE] !=
		    i % c->n_workers)
			fail("entry %u of dpdk%u's table is not what was set", i, port);
	}
}

static void
bring_up(struct contract *c, uint16_t port)
{
	struct rte_eth_dev_info info;
	uint64_t tx_offloads;
	uint16_t mtu = 0;

	/* once, before configure, and never again */
	must(c, port, "address", rte_eth_macaddr_get(port, &c->mac[port]));
	must(c, port, "address", rte_is_zero_ether_addr(&c->mac[port]) ? -EINVAL : 0);
	must(c, port, "mtu", rte_eth_dev_get_mtu(port, &mtu));
	must(c, port, "info", rte_eth_dev_info_get(port, &info));
	check_info(c, port, &info);

	configure(c, port, &info, &tx_offloads);
	set_up_queues(c, port, &info, tx_offloads);
	must(c, port, "set mtu", rte_eth_dev_set_mtu(port, mtu));
	must(c, port, "start", rte_eth_dev_start(port));
	wait_link_up(port);
	must(c, port, "promiscuous", rte_eth_promiscuous_enable(port));
	must(c, port, "allmulticast", rte_eth_allmulticast_enable(port));
	spread(c, port, info.reta_size);
	c->n_xstats[port] = rte_eth_xstats_get(port, NULL, 0);
	printf("port dpdk%u is %s\n", port, info.driver_name);
}

void
ports_up(struct contract *c)
{
	const uint16_t n = rte_eth_dev_count_avail();

	if (n != PORTS)
		fail("%u ports, and not %u", n, PORTS);
	/* DPVS counts: it does not ask which ids there are */
	for (uint16_t port = 0; port < n; port++)
		bring_up(c, port);
}

/* DPVS adds the address that it sets. */
static void
set_address(struct contract *c, uint16_t port)
{
	struct rte_ether_addr *mac = &c->new_mac[port];
	int rc = rte_eth_dev_mac_addr_add(port, mac, 0);

	must(c, port, "add an address", rc);
	if (rc != 0)
		return;
	rc = rte_eth_dev_default_mac_addr_set(port, mac);
	if (rc == -EEXIST) {
		/* later releases of ethdev refuse an address that the port has */
		must(c, port, "remove an address", rte_eth_dev_mac_addr_remove(port, mac));
		rc = rte_eth_dev_default_mac_addr_set(port, mac);
	}
	must(c, port, "set the address", rc);
	if (rc == 0)
		c->mac[port] = *mac;
}

/* Where it can be set at all, it shows. */
static void
toggle_link(uint16_t port)
{
	struct rte_eth_link link;

	if (rte_eth_dev_set_link_down(port) == 0) {
		if (rte_eth_link_get(port, &link) != 0 || link.link_status)
			fail("dpdk%u's link is up, and was set down", port);
	}
	if (rte_eth_dev_set_link_up(port) == 0)
		wait_link_up(port);
}

void
ports_operate(struct contract *c)
{
	struct rte_ether_addr groups[] = {
		{ .addr_bytes = { 0x01, 0x00, 0x5e, 0, 0, 0x01 } },
		{ .addr_bytes = { 0x33, 0x33, 0, 0, 0, 0x01 } },
	};

	for (uint16_t port = 0; port < PORTS; port++) {
		set_address(c, port);
		if (rte_eth_dev_set_mc_addr_list(port, groups, RTE_DIM(groups)) != 0)
			must(c, port, "allmulticast", rte_eth_allmulticast_enable(port));
		toggle_link(port);
	}
}

void
ports_check(const struct contract *c)
{
	for (uint16_t port = 0; port < PORTS; port++) {
		struct rte_eth_stats stats;

		must(c, port, "statistics", rte_eth_stats_get(port, &stats));
		if (rte_eth_xstats_get(port, NULL, 0) != c->n_xstats[port])
			fail("the number of dpdk%u's extended statistics has changed", port);
	}
}

void
ports_down(const struct contract *c)
{
	for (uint16_t port = 0; port < PORTS; port++) {
		must(c, port, "stop", rte_eth_dev_stop(port));
		must(c, port, "close", rte_eth_dev_close(port));
	}
}
