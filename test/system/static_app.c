/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * An application with DPDK linked in, as DPVS is: net_steer comes as plug-in, and steers by
 * rte_flow what the ring port below loops back.
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_ether.h>
#include <rte_flow.h>
#include <rte_ip.h>
#include <rte_mbuf.h>
#include <rte_udp.h>

#define QUEUES 2
#define STEERED 1
#define MARK 7
#define DNS 53

static void
fail(const char *what, int rc)
{
	printf("not ok %s: %s\n", what, rte_strerror(rc < 0 ? -rc : rc));
	exit(1);
}

static uint16_t
start_port(struct rte_mempool *pool)
{
	struct rte_eth_conf conf;
	uint16_t port;
	int rc;

	memset(&conf, 0, sizeof(conf));
	rc = rte_eth_dev_get_port_by_name("net_steer0", &port);
	if (rc != 0)
		fail("net_steer0 is a port", rc);
	rc = rte_eth_dev_configure(port, QUEUES, QUEUES, &conf);
	if (rc != 0)
		fail("configure", rc);
	for (uint16_t q = 0; q < QUEUES; q++) {
		rc = rte_eth_rx_queue_setup(port, q, 256, SOCKET_ID_ANY, NULL, pool);
		if (rc == 0)
			rc = rte_eth_tx_queue_setup(port, q, 256, SOCKET_ID_ANY, NULL);
		if (rc != 0)
			fail("queue setup", rc);
	}
	rc = rte_eth_dev_start(port);
	if (rc != 0)
		fail("start", rc);
	return port;
}

static struct rte_flow *
steer_dns(uint16_t port)
{
	struct rte_flow_attr attr = { .ingress = 1 };
	struct rte_flow_item_udp spec, mask;
	struct rte_flow_action_mark mark = { .id = MARK };
	struct rte_flow_action_queue queue = { .index = STEERED };
	struct rte_flow_item pattern[] = {
		{ .type = RTE_FLOW_ITEM_TYPE_ETH },
		{ .type = RTE_FLOW_ITEM_TYPE_IPV4 },
		{ .type = RTE_FLOW_ITEM_TYPE_UDP, .spec = &spec, .mask = &mask },
		{ .type = RTE_FLOW_ITEM_TYPE_END },
	};
	struct rte_flow_action actions[] = {
		{ .type = RTE_FLOW_ACTION_TYPE_MARK, .conf = &mark },
		{ .type = RTE_FLOW_ACTION_TYPE_QUEUE, .conf = &queue },
		{ .type = RTE_FLOW_ACTION_TYPE_END },
	};
	struct rte_flow_error error = { .message = NULL };
	struct rte_flow *flow;

	memset(&spec, 0, sizeof(spec));
	memset(&mask, 0, sizeof(mask));
	spec.hdr.dst_port = rte_cpu_to_be_16(DNS);
	mask.hdr.dst_port = RTE_BE16(0xffff);
	flow = rte_flow_create(port, &attr, pattern, actions, &error);
	if (flow == NULL)
		fail(error.message != NULL ? error.message : "flow create", rte_errno);
	return flow;
}

static void
send_udp(uint16_t port, struct rte_mempool *pool, uint16_t dst_port)
{
	struct {
		struct rte_ether_hdr eth;
		struct rte_ipv4_hdr ip;
		struct rte_udp_hdr udp;
		uint8_t payload[32];
	} frame; /* without gaps, as the headers are packed */
	struct rte_mbuf *m = rte_pktmbuf_alloc(pool);
	void *data = m == NULL ? NULL : rte_pktmbuf_append(m, sizeof(frame));

	if (data == NULL)
		fail("mbuf", ENOMEM);
	memset(&frame, 0, sizeof(frame));
	frame.eth.ether_type = RTE_BE16(RTE_ETHER_TYPE_IPV4);
	frame.ip.version_ihl = RTE_IPV4_VHL_DEF;
	frame.ip.total_length = rte_cpu_to_be_16(sizeof(frame) - sizeof(frame.eth));
	frame.ip.time_to_live = 64;
	frame.ip.next_proto_id = IPPROTO_UDP;
	frame.ip.src_addr = RTE_BE32(RTE_IPV4(10, 0, 0, 1));
	frame.ip.dst_addr = RTE_BE32(RTE_IPV4(10, 0, 0, 9));
	frame.udp.src_port = RTE_BE16(1024);
	frame.udp.dst_port = rte_cpu_to_be_16(dst_port);
	frame.udp.dgram_len = rte_cpu_to_be_16(sizeof(frame.udp) + sizeof(frame.payload));
	memcpy(data, &frame, sizeof(frame));
	if (rte_eth_tx_burst(port, 0, &m, 1) != 1)
		fail("tx burst", EAGAIN);
}

/* The one packet that some queue has; rx in turn, as each may find it for another. */
static struct rte_mbuf *
receive(uint16_t port, uint16_t *queue)
{
	struct rte_mbuf *m;

	for (unsigned int i = 0; i < 1000; i++) {
		*queue = i % QUEUES;
		if (rte_eth_rx_burst(port, *queue, &m, 1) == 1)
			return m;
	}
	fail("a packet comes back", ETIMEDOUT);
	return NULL;
}

static int
expect(const char *what, uint16_t port, uint16_t want_queue, int want_mark)
{
	uint16_t queue;
	struct rte_mbuf *m = receive(port, &queue);
	int marked = (m->ol_flags & RTE_MBUF_F_RX_FDIR_ID) != 0 && m->hash.fdir.hi == MARK;
	int good = queue == want_queue && marked == want_mark;

	printf("%s %s: queue %u, %smarked\n", good ? "ok" : "not ok", what, queue,
	       marked ? "" : "not ");
	rte_pktmbuf_free(m);
	return good;
}

int
main(int argc, char **argv)
{
	struct rte_mempool *pool;
	struct rte_flow *flow;
	uint16_t port;
	int good, rc;

	rc = rte_eal_init(argc, argv);
	if (rc < 0)
		fail("EAL", rte_errno);
	pool = rte_pktmbuf_pool_create("pool", 2047, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE,
				       SOCKET_ID_ANY);
	if (pool == NULL)
		fail("pool", rte_errno);
	port = start_port(pool);
	flow = steer_dns(port);

	send_udp(port, pool, DNS);
	good = expect("by the rule", port, STEERED, 1);
	send_udp(port, pool, DNS + 1);
	good &= expect("by no rule", port, 0, 0);
	rc = rte_flow_destroy(port, flow, NULL);
	if (rc != 0)
		fail("flow destroy", rc);
	send_udp(port, pool, DNS);
	good &= expect("with the rule destroyed", port, 0, 0);

	rte_eth_dev_stop(port);
	rte_eth_dev_close(port);
	rte_eal_cleanup();
	return good ? 0 : 1;
}
