/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <rte_bus_vdev.h>
#include <rte_common.h>
#include <rte_cycles.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "../../drivers/net/steer/steer_port.h"
#include "eal.h"
#include "netdev.h"
#include "packet.h"
#include "port.h"
#include "rule.h"
#include "verified.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define SKIPPED 77
#define PORT "net_steer0"
#define QUEUES 2
#define N_DESC 64
#define LINE 256
/* Until a packet comes that the kernel has taken. */
#define PATIENCE_S 10

uint16_t netdev_port;
/* A packet socket for all that is sent: the kernel takes long to close one. */
static int sender = -1;

struct steer_port *
netdev_steer_port(void)
{
	return steer_port(&rte_eth_devices[netdev_port]);
}

/* Network */

/* IPv6 would send what nobody has asked for. */
static bool
make_network(void)
{
	if (unshare(CLONE_NEWNET) == 0 &&
			(sender = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0)) >= 0 &&
			system("for c in all default; do "
			       "echo 1 >/proc/sys/net/ipv6/conf/$c/disable_ipv6; done 2>/dev/null; "
			       "ip link add " NETDEV_VETH " type veth peer name veth1 && "
			       "ip link add " NETDEV_JUMBO " mtu 9000 type veth "
			       "peer name jumbo1 mtu 9000 && "
			       "ip link set " NETDEV_VETH " up && ip link set veth1 up && "
			       "ip link set " NETDEV_JUMBO " up && ip link set jumbo1 up") == 0)
		return true;
	printf("skipped: no network namespace or veth pair: %s\n", strerror(errno));
	return false;
}

/* @return how many lines of a file of the network's have this in them. */
static unsigned int
lines_with(const char *path, const char *netdev, const char *text)
{
	FILE *file = fopen(path, "r");
	unsigned int n = 0;
	char line[LINE];

	assert_non_null(file);
	while (fgets(line, sizeof(line), file) != NULL)
		n += strstr(line, netdev) != NULL && strstr(line, text) != NULL;
	fclose(file);
	return n;
}

bool
netdev_receives(const char *netdev, const char *group)
{
	return lines_with("/proc/net/dev_mcast", netdev, group) > 0;
}

/* No program, no membership of a socket; no TAP device, but where it could not be removed. */
static void
check_nothing_left(bool tap_too)
{
	static const char *const netdevs[] = { NETDEV_VETH, NETDEV_JUMBO };
	unsigned int i;

	for (i = 0; i < RTE_DIM(netdevs); i++) {
		const int ifindex = (int)if_nametoindex(netdevs[i]);
		__u32 program = 0, n = 0;

		assert_int_equal(bpf_xdp_query_id(ifindex, 0, &program), 0);
		assert_int_equal(program, 0);
		/* Before Linux 6.6 there are none. */
		if (bpf_prog_query(ifindex, (enum bpf_attach_type)46, 0, NULL, NULL, &n) == 0)
			assert_int_equal(n, 0);
	}
	if (tap_too)
		assert_int_equal(if_nametoindex(NETDEV_TAP), 0);
	/* But for what the columns are, and ours. */
	assert_int_equal(lines_with("/proc/net/packet", "", "\n"), 2);
}

/* Set-up */

static void
drain(void)
{
	struct rte_mbuf *got[TEST_BURST];
	uint16_t q, n;

	for (q = 0; q < QUEUES; q++) {
		n = rte_eth_rx_burst(netdev_port, q, got, TEST_BURST);
		rte_pktmbuf_free_bulk(got, n);
	}
}

static void
make_rule(struct test_rule *r, uint16_t udp_port, uint16_t queue)
{
	test_rule(r, 1);
	test_item(r, RTE_FLOW_ITEM_TYPE_IPV4);
	test_item_dst_port(r, IPPROTO_UDP, udp_port, UINT16_MAX);
	test_action_mark(r, udp_port);
	test_action_queue(r, queue);
}

int
netdev_plug(const struct fault_case *c)
{
	/* Wanting nothing of a port that is there already. */
	int ret = rte_vdev_init(PORT, c->args);

	if (ret == 0)
		netdev_port = test_port_of(PORT);
	return ret;
}

int
netdev_configure(const struct fault_case *c __rte_unused)
{
	struct rte_eth_conf conf = { .rxmode.mq_mode = RTE_ETH_MQ_RX_RSS };
	uint16_t i;
	int ret;

	conf.rx_adv_conf.rss_conf.rss_hf = RTE_ETH_RSS_IP;
	ret = rte_eth_dev_configure(netdev_port, QUEUES, QUEUES, &conf);
	for (i = 0; i < QUEUES && ret == 0; i++)
		ret = rte_eth_rx_queue_setup(netdev_port, i, N_DESC, 0, NULL, test_pool());
	for (i = 0; i < QUEUES && ret == 0; i++)
		ret = rte_eth_tx_queue_setup(netdev_port, i, N_DESC, 0, NULL);
	return ret;
}

int
netdev_start(const struct fault_case *c __rte_unused)
{
	/* To ethdev it runs, if a start failed and could not be undone. */
	rte_eth_dev_stop(netdev_port);
	return rte_eth_dev_start(netdev_port);
}

int
netdev_create(const struct fault_case *c __rte_unused)
{
	static struct test_rule r;

	make_rule(&r, FAULT_PORT + 1, 0);
	return rte_flow_create(netdev_port, &r.attr, r.pattern, r.actions, &fault_error) != NULL ?
		0 : -rte_errno;
}

static void
bring_up(const struct fault_case *c)
{
	static struct test_rule r;

	test_log_begin();
	assert_int_equal(netdev_plug(c), 0);
	assert_int_equal(netdev_configure(c), 0);
	make_rule(&r, FAULT_PORT, QUEUES - 1);
	test_create(netdev_port, &r);
	if (netdev_start(c) != 0)
		fail_msg("%s: %s", c->args, test_log_end(NULL));
	test_log_end(NULL);
}

void
netdev_begin(const char *args)
{
	const struct fault_case c = { .args = args };

	bring_up(&c);
}

void
netdev_end(void)
{
	netdev_down(NULL);
}

void
netdev_up(const struct fault_case *c __rte_unused)
{
	check_nothing_left(true);
}

void
netdev_up_started(const struct fault_case *c)
{
	netdev_up(c);
	bring_up(c);
}

void
netdev_stays(const struct fault_case *c __rte_unused)
{
}

void
netdev_flush(const struct fault_case *c __rte_unused)
{
	static struct test_rule r;

	assert_int_equal(rte_flow_flush(netdev_port, NULL), 0);
	assert_int_equal(rte_flow_isolate(netdev_port, 0, NULL), 0);
	make_rule(&r, FAULT_PORT, QUEUES - 1);
	test_create(netdev_port, &r);
}

void
netdev_down(const struct fault_case *c __rte_unused)
{
	uint16_t id;

	if (rte_eth_dev_get_port_by_name(PORT, &id) == 0) {
		rte_eth_dev_stop(id);
		assert_int_equal(rte_vdev_uninit(PORT), 0);
	}
	rte_vdev_uninit(NETDEV_LOWER);
	check_nothing_left(true);
}

/* Checks */

void
netdev_check_plugged(const struct fault_case *c __rte_unused, bool done)
{
	uint16_t id;

	assert_int_equal(rte_eth_dev_get_port_by_name(PORT, &id) == 0, done);
	if (!done)
		check_nothing_left(!fault_onwards);
}

/* As if TAP's kernel had sent it. */
static void
send_there(const struct test_packet *p)
{
	const struct sockaddr_ll to = {
		.sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(NETDEV_TAP),
	};
	struct rte_mbuf *m = test_packet_make(p);

	assert_non_null(m);
	assert_int_equal(sendto(sender, rte_pktmbuf_mtod(m, void *), m->pkt_len, 0,
		(const struct sockaddr *)&to, sizeof(to)), m->pkt_len);
	rte_pktmbuf_free(m);
}

/* @return the queue it comes to. */
static uint16_t
receive(uint32_t mark)
{
	const uint64_t end = rte_get_timer_cycles() + PATIENCE_S * rte_get_timer_hz();
	struct rte_mbuf *m;
	uint16_t q = 0;
	bool is_it;

	while (rte_get_timer_cycles() < end) {
		q = (q + 1) % QUEUES;
		if (rte_eth_rx_burst(netdev_port, q, &m, 1) == 0)
			continue;
		is_it = (m->ol_flags & RTE_MBUF_F_RX_FDIR_ID) != 0 && m->hash.fdir.hi == mark;
		rte_pktmbuf_free(m);
		if (is_it)
			return q;
	}
	return UINT16_MAX;
}

void
netdev_check_forwards(const struct fault_case *c, bool done)
{
	const struct test_packet p = { .dst = 1, .proto = IPPROTO_UDP, .dport = FAULT_PORT };

	if (!done && c->op == netdev_start)
		return;
	send_there(&p);
	assert_int_equal(receive(FAULT_PORT), QUEUES - 1);
	drain();
}

/* Program */

/* What a driver allocates once and keeps has been, then. */
static bool
possible(const char *args)
{
	struct fault_case c = { .args = args };
	const char *log;
	int ret;

	test_log_begin();
	ret = netdev_plug(&c);
	log = test_log_end(NULL);
	if (ret != 0)
		printf("skipped: %s: %s: %s\n", args, rte_strerror(-ret), log);
	/* What is left of it, the first case sees. */
	rte_vdev_uninit(PORT);
	return ret == 0;
}

int
netdev_main(const char *name, const char *const *ports, const struct fault_group *groups,
	    unsigned int n)
{
	int ret = SKIPPED;

	if (!make_network())
		return SKIPPED;
	if (test_driver_init() != 0)
		return 1;
	while (*ports != NULL && possible(*ports))
		ports++;
	if (*ports == NULL)
		ret = fault_run(name, groups, n);
	verified_end();
	close(sender);
	test_eal_cleanup();
	return ret;
}
