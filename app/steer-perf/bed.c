/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdio.h>
#include <stdlib.h>

#include <rte_debug.h>
#include <rte_dev.h>
#include <rte_ethdev.h>
#include <rte_errno.h>
#include <rte_mbuf.h>

#include "bed.h"
#include "synthetic.h"

#define DESCRIPTORS 1024
/* What a NIC's driver and a pool's cache would hold back. */
#define SPARE 4096

struct rte_mempool *
perf_pool_create(unsigned int lower_queues)
{
	struct rte_mempool *pool =
		rte_pktmbuf_pool_create("perf", lower_queues * SYNTHETIC_MBUFS + SPARE, 256, 0,
					RTE_PKTMBUF_HEADROOM + SYNTHETIC_LEN, SOCKET_ID_ANY);

	if (pool == NULL)
		rte_exit(EXIT_FAILURE, "steer-perf: no memory for %u mbufs: %s\n",
			 lower_queues * SYNTHETIC_MBUFS + SPARE, rte_strerror(rte_errno));
	return pool;
}

static uint16_t
plug(const char *name, const char *args)
{
	uint16_t port;
	int rc = rte_eal_hotplug_add("vdev", name, args);

	if (rc == 0)
		rc = rte_eth_dev_get_port_by_name(name, &port);
	if (rc != 0)
		rte_exit(EXIT_FAILURE, "steer-perf: no device %s,%s: %s\n", name, args,
			 rte_strerror(-rc));
	return port;
}

static int
start(uint16_t port, struct rte_mempool *pool)
{
	const struct rte_eth_conf conf = {
		.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS,
		.rx_adv_conf.rss_conf.rss_hf = RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP | RTE_ETH_RSS_UDP,
	};
	struct rte_eth_dev_info info;
	struct rte_eth_conf wanted = conf;
	int rc = rte_eth_dev_info_get(port, &info);

	if (rc != 0)
		return rc;
	wanted.rx_adv_conf.rss_conf.rss_hf &= info.flow_type_rss_offloads;
	rc = rte_eth_dev_configure(port, PERF_QUEUES, 1, &wanted);
	for (uint16_t q = 0; rc == 0 && q < PERF_QUEUES; q++)
		rc = rte_eth_rx_queue_setup(port, q, DESCRIPTORS, SOCKET_ID_ANY, NULL, pool);
	if (rc == 0)
		rc = rte_eth_tx_queue_setup(port, 0, DESCRIPTORS, SOCKET_ID_ANY, NULL);
	return rc == 0 ? rte_eth_dev_start(port) : rc;
}

void
perf_bed_open(struct perf_bed *bed, uint16_t lower_queues, struct rte_mempool *pool)
{
	static unsigned int beds;
	char name[32], args[64];
	int rc;

	bed->id = beds++;
	snprintf(name, sizeof(name), "net_synthetic%u", bed->id);
	snprintf(args, sizeof(args), "queues=%u", lower_queues);
	bed->lower = plug(name, args);
	snprintf(args, sizeof(args), "iface=%s", name);
	snprintf(name, sizeof(name), "net_steer%u", bed->id);
	bed->port = plug(name, args);
	rc = start(bed->port, pool);
	if (rc != 0)
		rte_exit(EXIT_FAILURE, "steer-perf: %s does not start: %s\n", name,
			 rte_strerror(-rc));
}

static void
unplug(const char *name)
{
	const int rc = rte_eal_hotplug_remove("vdev", name);

	if (rc != 0)
		rte_exit(EXIT_FAILURE, "steer-perf: %s does not go: %s\n", name, rte_strerror(-rc));
}

void
perf_bed_close(struct perf_bed *bed)
{
	char name[32];

	rte_eth_dev_stop(bed->port);
	snprintf(name, sizeof(name), "net_steer%u", bed->id);
	unplug(name);
	snprintf(name, sizeof(name), "net_synthetic%u", bed->id);
	unplug(name);
}

uint64_t
perf_bed_missed(const struct perf_bed *bed)
{
	struct rte_eth_stats stats;

	return rte_eth_stats_get(bed->port, &stats) == 0 ? stats.imissed : 0;
}

uint64_t
perf_bed_run(void *bed, uint64_t packets)
{
	const uint16_t port = ((const struct perf_bed *)bed)->port;
	struct rte_mbuf *pkts[PERF_BURST];
	uint64_t done = 0;

	while (done < packets)
		for (uint16_t q = 0; q < PERF_QUEUES; q++)
			done += rte_eth_rx_burst(port, q, pkts, PERF_BURST);
	return done;
}

uint64_t
perf_bed_run_lower(void *bed, uint64_t packets)
{
	const uint16_t port = ((const struct perf_bed *)bed)->lower;
	struct rte_mbuf *pkts[PERF_BURST];
	uint64_t done = 0;

	while (done < packets)
		done += rte_eth_rx_burst(port, 0, pkts, PERF_BURST);
	return done;
}
