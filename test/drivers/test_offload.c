/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* Offloads are the port's below: shown as it has them, asked of it, and done by it. */

#include <errno.h>
#include <string.h>

#include <rte_bus_vdev.h>
#include <rte_common.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_ip.h>
#include <rte_mbuf.h>
#include <rte_ring.h>

#include "eal.h"
#include "overlay.h"
#include "port.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define BELOW "net_ring_below"
#define N_DESC 256
#define LRO_SIZE 9000
#define SEGS_MAX 17

#define RX_OFFLOADS \
	(RTE_ETH_RX_OFFLOAD_SCATTER | RTE_ETH_RX_OFFLOAD_TCP_LRO | RTE_ETH_RX_OFFLOAD_CHECKSUM | \
	 RTE_ETH_RX_OFFLOAD_VLAN | RTE_ETH_RX_OFFLOAD_QINQ_STRIP | RTE_ETH_RX_OFFLOAD_TIMESTAMP)
#define TX_OFFLOADS \
	(RTE_ETH_TX_OFFLOAD_TCP_TSO | RTE_ETH_TX_OFFLOAD_TCP_CKSUM | \
	 RTE_ETH_TX_OFFLOAD_IPV4_CKSUM | RTE_ETH_TX_OFFLOAD_MULTI_SEGS)

static struct rte_ring *ring;
static const struct eth_dev_ops *ring_ops;
static struct rte_eth_dev *lower;
static uint16_t below, port;
/* What the port below was asked last. */
static int vlan_mask, vlan_id;
static unsigned int prepared;
/* What it offers. */
static uint64_t tx_offloads;

static int
infos_get(struct rte_eth_dev *dev, struct rte_eth_dev_info *info)
{
	int ret = ring_ops->dev_infos_get(dev, info);

	info->rx_offload_capa = RX_OFFLOADS;
	/* Its queues may have them each for itself; ours share them. */
	info->rx_queue_offload_capa = RX_OFFLOADS;
	info->tx_offload_capa = tx_offloads;
	info->tx_queue_offload_capa = tx_offloads;
	info->max_lro_pkt_size = LRO_SIZE;
	info->tx_desc_lim.nb_seg_max = SEGS_MAX;
	info->err_handle_mode = RTE_ETH_ERROR_HANDLE_MODE_PROACTIVE;
	return ret;
}

/* Which modes result is the driver's to say, at start. */
static int
dev_start(struct rte_eth_dev *dev)
{
	const uint64_t offloads = dev->data->dev_conf.rxmode.offloads;

	dev->data->scattered_rx = (offloads & RTE_ETH_RX_OFFLOAD_SCATTER) != 0;
	dev->data->lro = (offloads & RTE_ETH_RX_OFFLOAD_TCP_LRO) != 0;
	return ring_ops->dev_start(dev);
}

static int
vlan_offload_set(struct rte_eth_dev *dev __rte_unused, int mask)
{
	vlan_mask = mask;
	return 0;
}

static int
vlan_filter_set(struct rte_eth_dev *dev __rte_unused, uint16_t id, int on)
{
	vlan_id = on ? id : -id;
	return 0;
}

/* The second packet asks for too much. */
static uint16_t
tx_prepare(void *queue __rte_unused, struct rte_mbuf **pkts, uint16_t n)
{
	prepared = n;
	if (n < 2)
		return n;
	pkts[0]->ol_flags |= RTE_MBUF_F_TX_TCP_CKSUM;
	rte_errno = EINVAL;
	return 1;
}

static void
begin(void)
{
	struct eth_dev_ops *ops;

	tx_offloads = TX_OFFLOADS;
	below = test_plug_rings("below", &ring, 1);
	lower = &rte_eth_devices[below];
	ring_ops = lower->dev_ops;
	ops = test_overlay_begin(below);
	ops->dev_infos_get = infos_get;
	ops->dev_start = dev_start;
	ops->vlan_offload_set = vlan_offload_set;
	ops->vlan_filter_set = vlan_filter_set;
	lower->tx_pkt_prepare = tx_prepare;
	port = test_plug("net_steer0", "iface=" BELOW);
}

static void
end(void)
{
	test_overlay_end();
	test_unplug("net_steer0");
	assert_int_equal(rte_vdev_uninit(BELOW), 0);
}

static void
start(uint64_t rx, uint64_t tx)
{
	const struct rte_eth_conf conf = {
		.rxmode.offloads = rx,
		.rxmode.max_lro_pkt_size = rx & RTE_ETH_RX_OFFLOAD_TCP_LRO ? LRO_SIZE : 0,
		.txmode.offloads = tx,
	};

	assert_int_equal(rte_eth_dev_configure(port, 1, 1, &conf), 0);
	assert_int_equal(rte_eth_rx_queue_setup(port, 0, N_DESC, 0, NULL, test_pool()), 0);
	assert_int_equal(rte_eth_tx_queue_setup(port, 0, N_DESC, 0, NULL), 0);
	assert_int_equal(rte_eth_dev_start(port), 0);
}

static void
test_shown(void **state __rte_unused)
{
	struct rte_eth_dev_info info;

	begin();
	assert_int_equal(rte_eth_dev_info_get(port, &info), 0);
	assert_int_equal(info.rx_offload_capa, RX_OFFLOADS | RTE_ETH_RX_OFFLOAD_RSS_HASH);
	assert_int_equal(info.tx_offload_capa, TX_OFFLOADS);
	assert_int_equal(info.rx_queue_offload_capa, 0);
	assert_int_equal(info.tx_queue_offload_capa, 0);
	assert_int_equal(info.max_lro_pkt_size, LRO_SIZE);
	assert_int_equal(info.tx_desc_lim.nb_seg_max, SEGS_MAX);
	assert_int_equal(info.err_handle_mode, RTE_ETH_ERROR_HANDLE_MODE_PROACTIVE);
	end();
}

static void
test_modes(void **state __rte_unused)
{
	const struct rte_eth_dev_data *data;
	static struct rte_eth_rxq_info info; /* The sanitizers keep no alignment on the stack. */

	begin();
	data = rte_eth_devices[port].data;
	start(RTE_ETH_RX_OFFLOAD_SCATTER | RTE_ETH_RX_OFFLOAD_TCP_LRO, TX_OFFLOADS);
	assert_int_equal(lower->data->dev_conf.rxmode.offloads,
		RTE_ETH_RX_OFFLOAD_SCATTER | RTE_ETH_RX_OFFLOAD_TCP_LRO);
	assert_int_equal(lower->data->dev_conf.rxmode.max_lro_pkt_size, LRO_SIZE);
	assert_int_equal(lower->data->dev_conf.txmode.offloads, TX_OFFLOADS);
	assert_true(data->scattered_rx);
	assert_true(data->lro);
	assert_int_equal(rte_eth_rx_queue_info_get(port, 0, &info), 0);
	assert_true(info.scattered_rx);

	test_stop(port);
	start(0, 0);
	assert_false(data->scattered_rx);
	assert_false(data->lro);
	test_stop(port);
	end();
}

/* ethdev refuses what is asked for one queue and not for the port. */
static void
test_of_one_queue(void **state __rte_unused)
{
	const struct rte_eth_rxconf rx = { .offloads = RTE_ETH_RX_OFFLOAD_SCATTER };
	const struct rte_eth_txconf tx = { .offloads = RTE_ETH_TX_OFFLOAD_TCP_TSO };
	struct rte_eth_conf conf = { 0 };

	begin();
	assert_int_equal(rte_eth_dev_configure(port, 1, 1, &conf), 0);
	test_log_begin();
	assert_int_equal(rte_eth_rx_queue_setup(port, 0, N_DESC, 0, &rx, test_pool()), -EINVAL);
	assert_int_equal(rte_eth_tx_queue_setup(port, 0, N_DESC, 0, &tx), -EINVAL);
	test_log_end(NULL);

	/* What the port has, a queue may ask for. */
	conf.rxmode.offloads = rx.offloads;
	conf.txmode.offloads = tx.offloads;
	assert_int_equal(rte_eth_dev_configure(port, 1, 1, &conf), 0);
	assert_int_equal(rte_eth_rx_queue_setup(port, 0, N_DESC, 0, &rx, test_pool()), 0);
	assert_int_equal(rte_eth_tx_queue_setup(port, 0, N_DESC, 0, &tx), 0);
	assert_int_equal(rte_eth_dev_start(port), 0);
	test_stop(port);
	end();
}

static void
test_prepare(void **state __rte_unused)
{
	struct rte_mbuf *pkts[3];

	begin();
	start(0, TX_OFFLOADS);
	assert_int_equal(rte_pktmbuf_alloc_bulk(test_pool(), pkts, RTE_DIM(pkts)), 0);
	pkts[0]->ol_flags = RTE_MBUF_F_TX_TCP_SEG;
	prepared = 0;
	rte_errno = 0;
	assert_int_equal(rte_eth_tx_prepare(port, 0, pkts, RTE_DIM(pkts)), 1);
	assert_int_equal(prepared, RTE_DIM(pkts));
	assert_int_equal(rte_errno, EINVAL);
	assert_int_equal(pkts[0]->ol_flags, RTE_MBUF_F_TX_TCP_SEG | RTE_MBUF_F_TX_TCP_CKSUM);
	rte_pktmbuf_free_bulk(pkts, RTE_DIM(pkts));
	test_stop(port);
	end();
}

/* What is asked of the port below is left to it. */
static void
send_untouched(uint64_t flags)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(test_pool()), *out;

	assert_non_null(m);
	memset(rte_pktmbuf_append(m, 60), 0, 60);
	m->l2_len = 14;
	m->l3_len = 20;
	m->ol_flags = flags;
	assert_int_equal(rte_eth_tx_burst(port, 0, &m, 1), 1);
	assert_int_equal(rte_ring_dequeue(ring, (void **)&out), 0);
	assert_int_equal(m->ol_flags, flags);
	rte_pktmbuf_free(m);
}

/* A packet with a header of IPv4 at off: is its checksum written? */
static void
send_ipv4(uint32_t off, uint32_t l3_len, uint64_t flags, bool written)
{
	static const uint8_t header[24] = {
		0x46, 0, 0, 60, 0x1c, 0x46, 0x40, 0, 0x40, 6, 0xde, 0xad,
		172, 16, 10, 99, 172, 16, 10, 12, 1, 1, 1, 0,
	};
	struct rte_mbuf *m = rte_pktmbuf_alloc(test_pool()), *out;
	struct rte_ipv4_hdr *ip;

	assert_non_null(m);
	memset(rte_pktmbuf_append(m, 60), 0, 60);
	ip = rte_pktmbuf_mtod_offset(m, struct rte_ipv4_hdr *, off);
	memcpy(ip, header, sizeof(header));
	m->l2_len = 14;
	if (flags & RTE_MBUF_F_TX_OUTER_IPV4) {
		m->outer_l2_len = off - 14;
		m->outer_l3_len = 0;
	}
	m->l3_len = l3_len;
	m->ol_flags = flags;
	assert_int_equal(rte_eth_tx_burst(port, 0, &m, 1), 1);
	assert_int_equal(rte_ring_dequeue(ring, (void **)&out), 0);
	assert_ptr_equal(out, m);
	assert_int_equal(m->ol_flags, flags & ~RTE_MBUF_F_TX_IP_CKSUM);
	if (written)
		assert_int_equal(rte_raw_cksum(ip, sizeof(header)), UINT16_MAX);
	else
		assert_memory_equal(ip, header, sizeof(header));
	rte_pktmbuf_free(m);
}

/* Where the lower has those of TCP and UDP alone, as virtio, we have IPv4's. */
static void
test_ipv4_checksum(void **state __rte_unused)
{
	const uint64_t l4 = RTE_ETH_TX_OFFLOAD_TCP_CKSUM | RTE_ETH_TX_OFFLOAD_UDP_CKSUM;
	const uint64_t all = l4 | RTE_ETH_TX_OFFLOAD_IPV4_CKSUM;
	struct rte_eth_dev_info info;

	begin();
	tx_offloads = RTE_ETH_TX_OFFLOAD_TCP_CKSUM;
	assert_int_equal(rte_eth_dev_info_get(port, &info), 0);
	assert_int_equal(info.tx_offload_capa, RTE_ETH_TX_OFFLOAD_TCP_CKSUM);
	tx_offloads = l4;
	assert_int_equal(rte_eth_dev_info_get(port, &info), 0);
	assert_int_equal(info.tx_offload_capa, all);

	start(0, all);
	assert_int_equal(lower->data->dev_conf.txmode.offloads, l4);
	send_ipv4(14, 24, RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_IP_CKSUM, true);
	send_ipv4(32, 24, RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_IP_CKSUM | RTE_MBUF_F_TX_OUTER_IPV4,
		  true);
	send_ipv4(14, 24, RTE_MBUF_F_TX_IPV4, false);
	/* Lengths that cannot be. */
	send_ipv4(14, 16, RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_IP_CKSUM, false);
	send_ipv4(14, 47, RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_IP_CKSUM, false);
	test_stop(port);

	/* Who does not want it, or whose lower has it, does not pay for it. */
	start(0, l4);
	send_untouched(RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_IP_CKSUM);
	test_stop(port);
	tx_offloads = all;
	start(0, all);
	assert_int_equal(lower->data->dev_conf.txmode.offloads, all);
	send_untouched(RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_IP_CKSUM);
	test_stop(port);
	end();
}

/* Changed at work, and as they were after another start. */
static void
test_vlan(void **state __rte_unused)
{
	begin();
	start(RTE_ETH_RX_OFFLOAD_VLAN_FILTER, 0);
	assert_int_equal(rte_eth_dev_set_vlan_offload(port, RTE_ETH_VLAN_FILTER_OFFLOAD |
		RTE_ETH_VLAN_STRIP_OFFLOAD | RTE_ETH_QINQ_STRIP_OFFLOAD), 0);
	assert_int_equal(vlan_mask, RTE_ETH_VLAN_STRIP_MASK | RTE_ETH_QINQ_STRIP_MASK);
	assert_int_equal(lower->data->dev_conf.rxmode.offloads, RTE_ETH_RX_OFFLOAD_VLAN_FILTER |
		RTE_ETH_RX_OFFLOAD_VLAN_STRIP | RTE_ETH_RX_OFFLOAD_QINQ_STRIP);
	assert_int_equal(rte_eth_dev_vlan_filter(port, 77, 1), 0);
	assert_int_equal(vlan_id, 77);

	vlan_id = 0;
	test_stop(port);
	start(RTE_ETH_RX_OFFLOAD_VLAN_FILTER, 0);
	assert_int_equal(vlan_id, 77);
	assert_int_equal(rte_eth_dev_vlan_filter(port, 77, 0), 0);
	assert_int_equal(vlan_id, -77);
	vlan_id = 0;
	test_stop(port);
	assert_int_equal(rte_eth_dev_start(port), 0);
	assert_int_equal(vlan_id, 0);
	assert_int_equal(rte_eth_dev_set_vlan_offload(port, 0), 0);
	assert_int_equal(vlan_mask, RTE_ETH_VLAN_FILTER_MASK);

	/* Queues share it: ethdev says that there is no such function. */
	assert_int_equal(rte_eth_dev_set_vlan_strip_on_queue(port, 0, 1), -ENOTSUP);
	test_stop(port);
	end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_shown, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_modes, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_of_one_queue, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_prepare, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_ipv4_checksum, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_vlan, test_begin, test_end),
	};
	int ret;

	if (test_driver_init() != 0)
		return 1;
	ring = test_ring("below", 1024);
	ret = cmocka_run_group_tests_name("offload", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
