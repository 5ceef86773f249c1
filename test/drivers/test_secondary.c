/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <rte_bus_vdev.h>
#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_flow.h>
#include <rte_mbuf.h>

#include "../../drivers/net/steer/steer_port.h"
#include "huge.h"
#include "port.h"
#include "rule.h"
#include "traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/*
 * The port in a secondary process: this program once more, which the tests of the primary start
 * with the name of one of its cases. Both go on by turns.
 */

#define PORT "net_steer0"
#define BELOW "net_ring_below"
#define N_QUEUES 3
#define QUEUE 1
#define MARK 7
#define PACKETS 10
#define MEGABYTES 192

/* EAL's arguments of both processes. An address that sanitizers leave free, too. */
#define EAL_ARGS                                                                                   \
	"--no-pci", "--huge-dir=" TEST_HUGE_DIR, "--base-virtaddr=0x200000000000",                 \
		"--log-level=*:error", "--log-level=pmd.net.steer:notice"

/* Between the processes */

/* The primary's end, or the secondary's. */
static int link_fd = -1;

/* It is the other one's turn. */
static void
say(void)
{
	assert_int_equal(write(link_fd, "", 1), 1);
}

/* Until it is our turn. The other one's end would be seen. */
static void
listen_for(void)
{
	char c;

	if (read(link_fd, &c, 1) != 1)
		fail_msg("the other process has ended");
}

static void
turn(void)
{
	say();
	listen_for();
}

static pid_t
start_secondary(const char *name)
{
	char fd[16];
	int ends[2];
	pid_t pid;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		close(ends[0]);
		snprintf(fd, sizeof(fd), "%d", ends[1]);
		/* What EAL keeps of the devices that the primary names is never freed. */
		setenv("LSAN_OPTIONS", "detect_leaks=0", 1);
		execl("/proc/self/exe", "test-secondary", name, fd, NULL);
		_exit(127);
	}
	assert_true(pid > 0);
	close(ends[1]);
	link_fd = ends[0];
	return pid;
}

static void
end_secondary(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	close(link_fd);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* What both know */

static struct test_flow
the_flow(void)
{
	return (struct test_flow){
		.packet = { .dst = 1, .proto = IPPROTO_UDP, .dport = 100 },
		.queue = QUEUE,
		.mark = MARK,
	};
}

static void
make_rule(uint16_t port)
{
	struct test_rule r;

	test_rule(&r, 0);
	test_item(&r, RTE_FLOW_ITEM_TYPE_IPV4);
	test_item_dst_port(&r, IPPROTO_UDP, 100, UINT16_MAX);
	test_action_mark(&r, MARK);
	test_action_queue(&r, QUEUE);
	test_create(port, &r);
}

static void
exchange(struct test_world *w, struct test_flow *f)
{
	uint32_t then = f->received;

	for (unsigned int i = 0; i < PACKETS; i++)
		test_send(w, f, 0);
	test_poll_rest(w, TEST_ALL_QUEUES, TEST_BURST);
	assert_int_equal(f->received, then + PACKETS);
}

/* The primary has a port at work, before and after a secondary did its case. */
static void
disturb(const char *name)
{
	struct test_flow f = the_flow();
	struct test_world w;
	pid_t pid;

	test_world_up(&w, 2, N_QUEUES, "");
	make_rule(w.port);
	exchange(&w, &f);
	pid = start_secondary(name);
	listen_for();
	exchange(&w, &f);
	say();
	end_secondary(pid);
	exchange(&w, &f);
	assert_int_equal(test_link_status(w.port), RTE_ETH_LINK_UP);
	test_world_down(&w);
}

/* Secondary: what it sees */

static uint16_t
port_of(const char *name)
{
	uint16_t port = RTE_MAX_ETHPORTS;

	assert_int_equal(rte_eth_dev_get_port_by_name(name, &port), 0);
	return port;
}

static void
check_counts(uint16_t port, uint64_t packets)
{
	struct rte_eth_stats stats;

	assert_int_equal(rte_eth_stats_get(port, &stats), 0);
	assert_int_equal(stats.ipackets, packets);
	assert_int_equal(test_q_ipackets(port, QUEUE), packets);
	assert_int_equal(stats.imissed + stats.ierrors + stats.opackets, 0);
	assert_int_equal(test_xstat(port, "rx_q1_packets"), packets);
	assert_int_equal(test_xstat(port, "rx_flow_hits"), packets);
}

static void
second_stats(void **state __rte_unused)
{
	uint16_t port = port_of(PORT);

	check_counts(port, PACKETS);
	turn();
	check_counts(port, 2 * PACKETS);
	assert_int_equal(rte_eth_stats_reset(port), 0);
	check_counts(port, 0);
	assert_int_equal(rte_eth_xstats_reset(port), 0);
}

static void
second_info(void **state __rte_unused)
{
	struct rte_eth_rss_reta_entry64 reta[16] = { [1] = { .mask = 1 } };
	uint8_t key[40];
	struct rte_eth_rss_conf rss = { .rss_key = key, .rss_key_len = sizeof(key) };
	struct rte_eth_dev_info info, below;
	static struct rte_eth_rxq_info rxq; /* The sanitizers keep no alignment on the stack. */
	static struct rte_eth_txq_info txq; /* The sanitizers keep no alignment on the stack. */
	uint16_t port = port_of(PORT);
	uint32_t ptypes[8];

	assert_int_equal(rte_eth_dev_info_get(port, &info), 0);
	assert_string_equal(info.driver_name, "net_steer");
	assert_int_equal(info.nb_rx_queues, N_QUEUES);
	assert_int_equal(info.max_rx_queues, 64);
	assert_int_equal(rte_eth_dev_info_get(port_of(BELOW), &below), 0);
	assert_int_equal(info.max_rx_pktlen, below.max_rx_pktlen);
	assert_int_equal(test_link_status(port), RTE_ETH_LINK_UP);
	assert_int_equal(rte_eth_rx_queue_info_get(port, N_QUEUES - 1, &rxq), 0);
	assert_string_equal(rxq.mp->name, "test");
	assert_int_equal(rte_eth_tx_queue_info_get(port, 0, &txq), 0);
	assert_int_equal(txq.nb_desc, rxq.nb_desc);
	assert_int_equal(rte_eth_dev_rss_hash_conf_get(port, &rss), 0);
	assert_int_equal(rss.rss_hf, RTE_ETH_RSS_IPV4 | RTE_ETH_RSS_NONFRAG_IPV4_UDP);
	assert_int_equal(key[0], 0x6d);
	assert_int_equal(rte_eth_dev_rss_reta_query(port, reta, 128), 0);
	assert_int_equal(reta[1].reta[0], 64 % N_QUEUES);
	/* The log names the port by what is in shared memory. */
	test_log_begin();
	assert_int_equal(rte_eth_dev_rss_reta_query(port, reta, 1024), -EINVAL);
	test_log_end_with(PORT, "1024");
	assert_int_equal(rte_eth_dev_get_supported_ptypes(port, UINT32_MAX, ptypes, 8), 27);
	turn();
}

/* Without the lower port there are its parts of it all missing. */
static void
second_alone(void **state __rte_unused)
{
	struct rte_eth_dev *below = &rte_eth_devices[port_of(BELOW)];
	const struct eth_dev_ops *ops = below->dev_ops;
	struct rte_eth_dev_info info;
	uint16_t port = port_of(PORT);
	uint32_t ptypes[8];

	below->dev_ops = NULL;
	check_counts(port, PACKETS);
	assert_int_equal(rte_eth_dev_info_get(port, &info), 0);
	assert_int_equal(rte_eth_dev_get_supported_ptypes(port, UINT32_MAX, ptypes, 8), 27);
	below->dev_ops = ops;

	assert_int_equal(rte_vdev_uninit(BELOW), 0);
	check_counts(port, PACKETS);
	assert_int_equal(rte_eth_dev_info_get(port, &info), 0);
	assert_int_equal(info.max_rx_queues, 64);
	assert_int_equal(rte_eth_dev_get_supported_ptypes(port, UINT32_MAX, ptypes, 8), 27);
	assert_int_equal(rte_eth_stats_reset(port), 0);
	turn();
	check_counts(port, PACKETS);
}

/* Secondary: what it may not */

static void
check_bursts(uint16_t port)
{
	struct rte_mempool *mp = rte_mempool_lookup("test");
	struct rte_mbuf *m, *out = NULL;

	assert_non_null(mp);
	m = rte_pktmbuf_alloc(mp);
	assert_non_null(m);
	for (uint16_t q = 0; q < N_QUEUES; q++) {
		assert_int_equal(rte_eth_rx_burst(port, q, &out, 1), 0);
		assert_null(out);
		assert_int_equal(rte_eth_tx_burst(port, q, &m, 1), 0);
		assert_int_equal(rte_eth_tx_prepare(port, q, &m, 1), 0);
		assert_int_equal(rte_eth_rx_queue_count(port, q), -ENOTSUP);
		assert_int_equal(rte_eth_rx_descriptor_status(port, q, 0), -ENOTSUP);
		assert_int_equal(rte_eth_tx_descriptor_status(port, q, 0), -ENOTSUP);
	}
	rte_pktmbuf_free(m);
}

static void
check_flows_refused(uint16_t port)
{
	static const struct rte_flow_attr attr = { .ingress = 1 };
	static const struct rte_flow_item all[] = { { .type = RTE_FLOW_ITEM_TYPE_END } };
	static const struct rte_flow_action drop[] = {
		{ .type = RTE_FLOW_ACTION_TYPE_DROP }, { .type = RTE_FLOW_ACTION_TYPE_END },
	};
	struct rte_flow_error error;

	assert_int_equal(rte_flow_validate(port, &attr, all, drop, &error), -ENOTSUP);
	assert_null(rte_flow_create(port, &attr, all, drop, &error));
	assert_int_equal(rte_errno, ENOTSUP);
	assert_int_equal(rte_flow_flush(port, &error), -ENOTSUP);
	assert_int_equal(rte_flow_isolate(port, 1, &error), -ENOTSUP);
	assert_int_equal(rte_flow_dev_dump(port, NULL, stderr, &error), -ENOTSUP);
}

static void
second_refused(void **state __rte_unused)
{
	struct rte_ether_addr mac = { .addr_bytes = { 2, 0, 0, 0, 0, 9 } };
	struct rte_eth_rss_reta_entry64 reta[2] = { { .mask = 1, .reta = { 2 } } };
	struct rte_eth_conf conf = { .rxmode.mq_mode = RTE_ETH_MQ_RX_NONE };
	struct rte_eth_rss_conf rss = { .rss_hf = RTE_ETH_RSS_IPV4 };
	uint16_t port = port_of(PORT);

	assert_int_equal(rte_eth_dev_configure(port, 1, 1, &conf), -ENOTSUP);
	assert_int_equal(rte_eth_rx_queue_setup(port, 0, 64, 0, NULL, NULL), -ENOTSUP);
	assert_int_equal(rte_eth_tx_queue_setup(port, 0, 64, 0, NULL), -ENOTSUP);
	assert_int_equal(rte_eth_dev_start(port), -ENOTSUP);
	assert_int_equal(rte_eth_dev_stop(port), -ENOTSUP);
	assert_int_equal(rte_eth_dev_reset(port), -ENOTSUP);
	assert_int_equal(rte_eth_dev_set_mtu(port, 1400), -ENOTSUP);
	assert_int_equal(rte_eth_dev_set_link_down(port), -ENOTSUP);
	assert_int_equal(rte_eth_promiscuous_enable(port), -ENOTSUP);
	assert_int_equal(rte_eth_allmulticast_enable(port), -ENOTSUP);
	assert_int_equal(rte_eth_dev_default_mac_addr_set(port, &mac), -ENOTSUP);
	assert_int_equal(rte_eth_dev_mac_addr_add(port, &mac, 0), -ENOTSUP);
	assert_int_equal(rte_eth_dev_rss_reta_update(port, reta, 128), -ENOTSUP);
	assert_int_equal(rte_eth_dev_rss_hash_update(port, &rss), -ENOTSUP);
	check_flows_refused(port);
	check_bursts(port);
	turn();
}

/* Secondary: its end */

static void
second_close(void **state __rte_unused)
{
	uint16_t port = port_of(PORT);

	assert_int_equal(rte_eth_dev_close(port), 0);
	assert_int_equal(rte_eth_dev_is_valid_port(port), 0);
	turn();
	assert_int_equal(rte_vdev_uninit(PORT), 0);
}

/* Killed while it reads statistics. */
static void
second_dies(void **state __rte_unused)
{
	struct rte_eth_dev *dev = &rte_eth_devices[port_of(PORT)];

	steer_counts_lock(steer_port(dev));
	turn();
	/* there will be nobody to say it, where cmocka has told that it runs */
	printf("[       OK ] %s\n", __func__);
	fflush(stdout);
	raise(SIGKILL);
}

static void
second_remove(void **state __rte_unused)
{
	uint16_t port = port_of(PORT);

	assert_int_equal(rte_vdev_uninit(PORT), 0);
	assert_int_equal(rte_eth_dev_is_valid_port(port), 0);
	turn();
	/* And back. */
	assert_int_equal(rte_vdev_init(PORT, NULL), 0);
	check_counts(port_of(PORT), 2 * PACKETS);
	/* What the primary does not have is not made. */
	test_log_begin();
	assert_int_equal(rte_vdev_init("net_steer9", "iface=" BELOW), -ENODEV);
	assert_non_null(strstr(test_log_end(NULL), "net_steer9: a secondary process"));
}

/* Secondary: the primary changes things */

static void
second_waits(void **state __rte_unused)
{
	uint16_t port = port_of(PORT);
	struct rte_eth_dev_info info;
	struct rte_eth_stats stats;

	/* It was there before its queues were. */
	check_bursts(port);
	assert_int_equal(rte_eth_stats_get(port, &stats), 0);
	turn();
	check_bursts(port);
	check_counts(port, 0);

	turn();
	/* Closed; its data have become another port's. */
	check_bursts(port);
	assert_int_equal(rte_eth_stats_get(port, &stats), -ENODEV);
	assert_int_equal(rte_eth_stats_reset(port), -ENODEV);
	assert_int_equal(rte_eth_xstats_get_names(port, NULL, 0), -ENODEV);
	assert_int_equal(rte_eth_dev_info_get(port, &info), -ENODEV);
	assert_int_equal(rte_vdev_uninit(PORT), 0);
	assert_int_equal(rte_eth_dev_is_valid_port(port), 0);
}

static void
second_hotplug(void **state __rte_unused)
{
	struct rte_eth_dev_info info;
	uint16_t port;

	assert_int_not_equal(rte_eth_dev_get_port_by_name("net_steer1", &port), 0);
	turn();
	port = port_of("net_steer1");
	assert_int_equal(rte_eth_dev_info_get(port, &info), 0);
	assert_int_equal(info.max_rx_queues, 8);
	/* net_steer has made it, here too. */
	port_of("net_null1");
	turn();
	assert_int_equal(rte_eth_dev_is_valid_port(port), 0);
}

static const struct CMUnitTest seconds[] = {
	cmocka_unit_test(second_stats),
	cmocka_unit_test(second_info),
	cmocka_unit_test(second_alone),
	cmocka_unit_test(second_refused),
	cmocka_unit_test(second_close),
	cmocka_unit_test(second_dies),
	cmocka_unit_test(second_remove),
	cmocka_unit_test(second_waits),
	cmocka_unit_test(second_hotplug),
};

/* Primary */

static void
test_stats(void **state __rte_unused)
{
	struct test_flow f = the_flow();
	struct rte_eth_stats stats;
	struct test_world w;
	pid_t pid;

	test_world_up(&w, 2, N_QUEUES, "");
	make_rule(w.port);
	exchange(&w, &f);
	pid = start_secondary("second_stats");
	listen_for();
	exchange(&w, &f);
	say();
	end_secondary(pid);
	/* It has set them back. */
	assert_int_equal(rte_eth_stats_get(w.port, &stats), 0);
	assert_int_equal(stats.ipackets, 0);
	exchange(&w, &f);
	assert_int_equal(test_xstat(w.port, "rx_q1_packets"), PACKETS);
	test_world_down(&w);
}

static void
test_info(void **state __rte_unused)
{
	disturb("second_info");
}

static void
test_alone(void **state __rte_unused)
{
	disturb("second_alone");
}

static void
test_refused(void **state __rte_unused)
{
	disturb("second_refused");
}

static void
test_close(void **state __rte_unused)
{
	disturb("second_close");
}

static void
test_dies(void **state __rte_unused)
{
	struct test_flow f = the_flow();
	struct test_world w;
	int status;
	pid_t pid;

	test_world_up(&w, 2, N_QUEUES, "");
	make_rule(w.port);
	pid = start_secondary("second_dies");
	listen_for();
	say();
	assert_int_equal(waitpid(pid, &status, 0), pid);
	close(link_fd);
	assert_true(WIFSIGNALED(status));
	exchange(&w, &f);
	assert_int_equal(test_xstat(w.port, "rx_q1_packets"), PACKETS);
	test_world_down(&w);
}

static void
test_remove(void **state __rte_unused)
{
	disturb("second_remove");
}

static void
test_waits(void **state __rte_unused)
{
	struct rte_ring *ring = test_ring("waits", 64);
	uint16_t port = test_plug_waiting(PORT, "iface=net_ring_waits");
	pid_t pid = start_secondary("second_waits");

	listen_for();
	test_plug_rings("waits", &ring, 1);
	test_start(port, N_QUEUES, 1);
	turn();
	test_stop(port);
	assert_int_equal(rte_eth_dev_close(port), 0);
	assert_int_equal(test_plug("net_null0", ""), port);
	say();
	end_secondary(pid);
	test_unplug("net_null0");
	assert_int_equal(rte_vdev_uninit(PORT), 0);
	assert_int_equal(rte_vdev_uninit("net_ring_waits"), 0);
	rte_ring_free(ring);
}

static void
test_hotplug(void **state __rte_unused)
{
	pid_t pid = start_secondary("second_hotplug");

	listen_for();
	assert_int_equal(rte_eal_hotplug_add("vdev", "net_steer1", "iface=(net_null1),queues=8"),
			 0);
	turn();
	assert_int_equal(rte_eal_hotplug_remove("vdev", "net_steer1"), 0);
	say();
	end_secondary(pid);
	assert_int_equal(rte_eal_hotplug_remove("vdev", "net_null1"), 0);
}

/* Programs */

static int
start_eal(const char *const *args, int n)
{
	if (rte_eal_init(n, (char **)(uintptr_t)args) >= 0)
		return 0;
	fprintf(stderr, "EAL does not start: %s\n", rte_strerror(rte_errno));
	return -1;
}

static int
main_secondary(const char *name, const char *fd)
{
	const char *const args[] = { "test", EAL_ARGS, "--proc-type=secondary" };
	int ret;

	link_fd = atoi(fd);
	if (start_eal(args, RTE_DIM(args)) != 0)
		return 1;
	cmocka_set_test_filter(name);
	ret = cmocka_run_group_tests_name("secondary process", seconds, NULL, NULL);
	return rte_eal_cleanup() == 0 ? ret : 1;
}

static int
main_primary(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_stats, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_info, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_alone, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_refused, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_close, test_begin, test_end),
		/* What EAL has allocated for a process that is killed is never freed. */
		cmocka_unit_test(test_dies),
		cmocka_unit_test_setup_teardown(test_remove, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_waits, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_hotplug, test_begin, test_end),
	};
	const char *const args[] = { "test", EAL_ARGS, "--no-telemetry" };
	int ret = 1;

	if (start_eal(args, RTE_DIM(args)) != 0)
		return 1;
	if (test_driver_prepare() == 0 && test_traffic_init() == 0)
		ret = cmocka_run_group_tests_name("secondary", tests, NULL, NULL);
	rte_eal_cleanup();
	return ret;
}

/* In a child, so that the machine's huge pages are given back also when it is killed. */
static int
run_primary(void)
{
	int status;
	pid_t pid;

	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		exit(main_primary());
	}
	/* Meant for both of us. */
	signal(SIGTERM, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return 1;
	return WEXITSTATUS(status);
}

int
main(int argc, char **argv)
{
	const char *lack;
	int ret;

	if (argc == 3)
		return main_secondary(argv[1], argv[2]);
	lack = test_huge_begin(MEGABYTES / 2);
	if (lack != NULL) {
		printf("%s\n", lack);
		return 77;
	}
	ret = run_primary();
	test_huge_end();
	return ret;
}
