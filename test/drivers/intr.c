/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdbool.h>
#include <stdint.h>
#include <unistd.h>

#include <netinet/in.h>
#include <sys/epoll.h>

#include <rte_ethdev.h>
#include <rte_interrupts.h>
#include <rte_mbuf.h>

#include "fake_intr.h"
#include "flows.h"
#include "intr.h"
#include "packet.h"
#include "port.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define DESC 256

void
test_intr_start(uint16_t port, uint16_t n_rxq, bool intr)
{
	struct rte_eth_conf conf = { .intr_conf.rxq = intr };
	uint16_t i;

	assert_int_equal(rte_eth_dev_configure(port, n_rxq, 1, &conf), 0);
	for (i = 0; i < n_rxq; i++)
		assert_int_equal(rte_eth_rx_queue_setup(port, i, DESC, 0, NULL, test_pool()), 0);
	assert_int_equal(rte_eth_tx_queue_setup(port, 0, DESC, 0, NULL), 0);
	assert_int_equal(rte_eth_dev_start(port), 0);
}

void
test_intr_rules(uint16_t port, uint16_t n_queues)
{
	uint16_t i;

	for (i = 0; i < n_queues; i++)
		test_flow_to(port, i);
}

struct rte_mbuf *
test_intr_packet(uint16_t queue)
{
	const struct test_packet p = { .dst = 1, .proto = IPPROTO_UDP, .dport = 100 + queue };

	return test_packet_make(&p);
}

void
test_intr_arrive(uint16_t lower, uint16_t lower_queue, uint16_t queue)
{
	struct rte_mbuf *m = test_intr_packet(queue);

	assert_non_null(m);
	assert_true(test_fake_receive(lower, lower_queue, m));
}

unsigned int
test_intr_take(uint16_t port, uint16_t queue)
{
	struct rte_mbuf *pkts[TEST_BURST];
	uint16_t n = rte_eth_rx_burst(port, queue, pkts, TEST_BURST);

	rte_pktmbuf_free_bulk(pkts, n);
	return n;
}

int
test_intr_listen(uint16_t port, uint16_t queue)
{
	int epfd = epoll_create1(EPOLL_CLOEXEC);

	assert_true(epfd >= 0);
	assert_int_equal(rte_eth_dev_rx_intr_ctl_q(port, queue, epfd, RTE_INTR_EVENT_ADD,
		(void *)(uintptr_t)queue), 0);
	return epfd;
}

void
test_intr_listen_end(uint16_t port, uint16_t queue, int epfd)
{
	assert_int_equal(rte_eth_dev_rx_intr_ctl_q(port, queue, epfd, RTE_INTR_EVENT_DEL, NULL), 0);
	close(epfd);
}

int
test_intr_woken(int epfd, int timeout)
{
	struct rte_epoll_event event;

	return rte_epoll_wait(epfd, &event, 1, timeout);
}
