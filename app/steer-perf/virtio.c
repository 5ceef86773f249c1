/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_common.h>
#include <rte_cycles.h>
#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_ether.h>
#include <rte_mbuf.h>
#include <rte_prefetch.h>

#include "race.h"

/*
 * A virtual machine's port, net_virtio_user against net_vhost, as it is and with net_steer on it.
 * The main lcore is the host, that sends as fast as it can, the other one receives.
 */

#define DESCRIPTORS 1024
/* Different packets that the host sends. */
#define PACKETS 4096
/* And those that are received into, by both guests. */
#define MBUFS (PACKETS + 4 * 2 * DESCRIPTORS)
/* Until both ends have found each other. */
#define WAIT_MS 2000

/** One port of a virtual machine, and its host. */
struct guest {
	unsigned int id;
	uint16_t host;
	/** What is received from: the virtio port, or net_steer. */
	uint16_t port;
	uint16_t n_queues;
	struct rte_mbuf **pkts;
	uint32_t next;
	/** Of what was read, so that it is read. */
	uint64_t sum;
};

static uint64_t
host_sends(void *guest)
{
	struct guest *g = guest;
	struct rte_mbuf **pkts = &g->pkts[g->next];
	uint16_t sent;

	/* What is sent is copied: one reference is given away, one stays. */
	for (unsigned int i = 0; i < PERF_BURST; i++)
		rte_mbuf_refcnt_set(pkts[i], 2);
	sent = rte_eth_tx_burst(g->host, 0, pkts, PERF_BURST);
	for (unsigned int i = sent; i < PERF_BURST; i++)
		rte_mbuf_refcnt_set(pkts[i], 1);
	g->next = (g->next + PERF_BURST) % PACKETS;
	return 0;
}

/** As an application does, it looks at each header: the other lcore has written it. */
static void
read_headers(struct guest *g, struct rte_mbuf **pkts, uint16_t n)
{
	for (uint16_t i = 0; i < n; i++)
		rte_prefetch0(rte_pktmbuf_mtod(pkts[i], const void *));
	for (uint16_t i = 0; i < n; i++)
		g->sum += rte_pktmbuf_mtod(pkts[i], const struct rte_ether_hdr *)->ether_type;
}

static uint64_t
guest_receives(void *guest)
{
	struct guest *g = guest;
	struct rte_mbuf *pkts[PERF_BURST];
	uint64_t all = 0;

	for (uint16_t q = 0; q < g->n_queues; q++) {
		const uint16_t n = rte_eth_rx_burst(g->port, q, pkts, PERF_BURST);

		read_headers(g, pkts, n);
		rte_pktmbuf_free_bulk(pkts, n);
		all += n;
	}
	return all;
}

/* Ports */

/** By RSS, where the port has it: packets for one queue alone would fill that one's rings. */
static int
start(uint16_t port, uint16_t n_queues, struct rte_mempool *pool)
{
	const uint64_t types = RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP | RTE_ETH_RSS_UDP;
	struct rte_eth_conf conf = { 0 };
	struct rte_eth_dev_info info;
	int rc = rte_eth_dev_info_get(port, &info);

	if (rc != 0)
		return rc;
	conf.rx_adv_conf.rss_conf.rss_hf = info.flow_type_rss_offloads & types;
	if (conf.rx_adv_conf.rss_conf.rss_hf != 0)
		conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
	rc = rte_eth_dev_configure(port, n_queues, 1, &conf);
	for (uint16_t q = 0; rc == 0 && q < n_queues; q++)
		rc = rte_eth_rx_queue_setup(port, q, DESCRIPTORS, SOCKET_ID_ANY, NULL, pool);
	if (rc == 0)
		rc = rte_eth_tx_queue_setup(port, 0, DESCRIPTORS, SOCKET_ID_ANY, NULL);
	return rc == 0 ? rte_eth_dev_start(port) : rc;
}

/** @return its port; negative: errno. */
static int
plug(const char *name, unsigned int id, const char *args)
{
	char device[32];
	uint16_t port;
	int rc;

	snprintf(device, sizeof(device), "%s%u", name, id);
	rc = rte_eal_hotplug_add("vdev", device, args);
	if (rc == 0)
		rc = rte_eth_dev_get_port_by_name(device, &port);
	return rc == 0 ? port : rc;
}

/** If it is there. */
static void
unplug(const char *name, unsigned int id)
{
	char device[32];
	uint16_t port;

	snprintf(device, sizeof(device), "%s%u", name, id);
	if (rte_eth_dev_get_port_by_name(device, &port) != 0)
		return;
	rte_eth_dev_stop(port);
	rte_eal_hotplug_remove("vdev", device);
}

static bool
link_comes(uint16_t port)
{
	struct rte_eth_link link;

	for (unsigned int ms = 0; ms < WAIT_MS; ms++) {
		if (rte_eth_link_get_nowait(port, &link) == 0 &&
		    link.link_status == RTE_ETH_LINK_UP)
			return true;
		rte_delay_us_sleep(1000);
	}
	return false;
}

/** @return 0; negative: errno. */
static int
open_ports(struct guest *g, struct rte_mempool *pool, const char *dir, bool steer)
{
	char args[160];
	int port;

	snprintf(args, sizeof(args), "iface=%s/%u.sock,queues=1", dir, g->id);
	port = plug("net_vhost", g->id, args);
	if (port < 0)
		return port;
	g->host = (uint16_t)port;
	port = start(g->host, 1, pool);
	if (port != 0)
		return port;
	snprintf(args, sizeof(args), "path=%s/%u.sock,queues=1,queue_size=1024", dir, g->id);
	port = plug("net_virtio_user", g->id, args);
	if (port >= 0 && steer) {
		snprintf(args, sizeof(args), "iface=net_virtio_user%u", g->id);
		port = plug("net_steer_guest", g->id, args);
	}
	if (port < 0)
		return port;
	g->port = (uint16_t)port;
	g->n_queues = steer ? PERF_QUEUES : 1;
	port = start(g->port, g->n_queues, pool);
	return port != 0 || link_comes(g->host) ? port : -ETIMEDOUT;
}

static void
close_ports(const struct guest *g)
{
	unplug("net_steer_guest", g->id);
	unplug("net_virtio_user", g->id);
	unplug("net_vhost", g->id);
}

/** What the host sends: flows of a profile without rules, so that all queues get some. */
static void
make_packets(struct rte_mempool *pool, struct rte_mbuf **pkts)
{
	struct perf_traffic traffic;

	perf_traffic_make(&traffic, PERF_IPV4, PACKETS, perf_flow_any, NULL);
	if (rte_pktmbuf_alloc_bulk(pool, pkts, PACKETS) != 0)
		rte_exit(EXIT_FAILURE, "steer-perf: no mbufs\n");
	for (unsigned int i = 0; i < PACKETS; i++) {
		char *data = rte_pktmbuf_append(pkts[i], traffic.layout.len);

		if (data == NULL)
			rte_exit(EXIT_FAILURE, "steer-perf: mbufs are too short\n");
		synthetic_write(data, &traffic.layout, &traffic.flows[i]);
	}
	perf_traffic_free(&traffic);
}

static void
compare(struct perf *p, struct guest *guests)
{
	struct perf_race races[2] = {
		{ .name = "net_virtio_user", .n_tasks = 2 },
		{ .name = "net_steer on net_virtio_user", .n_tasks = 2 },
	};
	double ratio = 0;

	for (unsigned int i = 0; i < 2; i++) {
		races[i].tasks[0] = (struct perf_task){ .step = host_sends, .arg = &guests[i] };
		races[i].tasks[1] = (struct perf_task){ .step = guest_receives, .arg = &guests[i] };
	}
	perf_race_measure(races, 2, &p->args);
	for (unsigned int i = 0; i < 2; i++)
		ratio = perf_race_report(p, &races[i], &races[0]);
	if (ratio != 0)
		perf_report_target(&p->report, races[1].name, ratio, 0.85, true,
				   "x without");
}

static void
measure(struct perf *p, const char *dir)
{
	struct rte_mbuf *pkts[PACKETS];
	struct guest guests[2] = { { .id = 0, .pkts = pkts }, { .id = 1, .pkts = pkts } };
	/* A frame may be longer than those of the other measurements. */
	struct rte_mempool *pool = rte_pktmbuf_pool_create("perf_guest", MBUFS, 256, 0,
							   RTE_MBUF_DEFAULT_BUF_SIZE,
							   SOCKET_ID_ANY);
	int rc = pool != NULL ? 0 : -ENOMEM;

	if (rc == 0)
		rc = open_ports(&guests[0], pool, dir, false);
	if (rc == 0)
		rc = open_ports(&guests[1], pool, dir, true);
	if (rc == 0) {
		make_packets(pool, pkts);
		compare(p, guests);
		rte_pktmbuf_free_bulk(pkts, PACKETS);
	} else {
		perf_report_note(&p->report, "not measured: net_vhost and net_virtio_user: %s",
				 rte_strerror(-rc));
	}
	close_ports(&guests[0]);
	close_ports(&guests[1]);
	rte_mempool_free(pool);
}

void
perf_virtio(struct perf *p, const char *heading)
{
	char dir[] = "/tmp/steer_perf_XXXXXX", path[64];

	if (mkdtemp(dir) == NULL)
		rte_exit(EXIT_FAILURE, "steer-perf: no directory %s\n", dir);
	perf_report_section(&p->report, heading, "without");
	measure(p, dir);
	for (unsigned int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/%u.sock", dir, i);
		unlink(path);
	}
	rmdir(dir);
}
