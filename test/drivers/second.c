/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_flow.h>
#include <rte_mbuf.h>

#include "huge.h"
#include "port.h"
#include "rule.h"
#include "second.h"
#include "traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define MARK 7
#define MEGABYTES 192

/* EAL's arguments of both processes. An address that sanitizers leave free, too. */
#define EAL_ARGS                                                                                   \
	"--no-pci", "--huge-dir=" TEST_HUGE_DIR, "--base-virtaddr=0x200000000000",                 \
		"--log-level=*:error", "--log-level=pmd.net.steer:notice"

/* Between the processes */

/* The primary's end, or the secondary's. */
static int link_fd = -1;

void
test_second_say(void)
{
	assert_int_equal(write(link_fd, "", 1), 1);
}

void
test_second_listen(void)
{
	char c;

	if (read(link_fd, &c, 1) != 1)
		fail_msg("the other process has ended");
}

void
test_second_turn(void)
{
	test_second_say();
	test_second_listen();
}

bool
test_second_emulated(void)
{
	const char *emulator = getenv("MESON_EXE_WRAPPER");

	return emulator != NULL && *emulator != '\0';
}

/* The kernel takes an emulator for the program. */
static void
exec_again(const char *name, const char *fd)
{
	char self[PATH_MAX] = "";

	if (!test_second_emulated())
		execl("/proc/self/exe", "test-secondary", name, fd, NULL);
	else if (readlink("/proc/self/exe", self, sizeof(self) - 1) > 0)
		execl("/bin/sh", "sh", "-c", "exec $MESON_EXE_WRAPPER \"$0\" \"$@\"", self, name,
		      fd, NULL);
}

pid_t
test_second_start(const char *name)
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
		exec_again(name, fd);
		_exit(127);
	}
	assert_true(pid > 0);
	close(ends[1]);
	link_fd = ends[0];
	return pid;
}

int
test_second_wait(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	close(link_fd);
	return status;
}

void
test_second_end(pid_t pid)
{
	const int status = test_second_wait(pid);

	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* What both know */

struct test_flow
test_second_flow(void)
{
	return (struct test_flow){
		.packet = { .dst = 1, .proto = IPPROTO_UDP, .dport = 100 },
		.queue = TEST_SECOND_QUEUE,
		.mark = MARK,
	};
}

void
test_second_rule(uint16_t port)
{
	struct test_rule r;

	test_rule(&r, 0);
	test_item(&r, RTE_FLOW_ITEM_TYPE_IPV4);
	test_item_dst_port(&r, IPPROTO_UDP, 100, UINT16_MAX);
	test_action_mark(&r, MARK);
	test_action_queue(&r, TEST_SECOND_QUEUE);
	test_create(port, &r);
}

void
test_second_exchange(struct test_world *w, struct test_flow *f)
{
	uint32_t then = f->received;

	for (unsigned int i = 0; i < TEST_SECOND_PACKETS; i++)
		test_send(w, f, 0);
	test_poll_rest(w, TEST_ALL_QUEUES, TEST_BURST);
	assert_int_equal(f->received, then + TEST_SECOND_PACKETS);
}

void
test_second_disturb(const char *name)
{
	struct test_flow f = test_second_flow();
	struct test_world w;
	pid_t pid;

	test_world_up(&w, 2, TEST_SECOND_QUEUES, "");
	test_second_rule(w.port);
	test_second_exchange(&w, &f);
	pid = test_second_start(name);
	test_second_listen();
	test_second_exchange(&w, &f);
	test_second_say();
	test_second_end(pid);
	test_second_exchange(&w, &f);
	assert_int_equal(test_link_status(w.port), RTE_ETH_LINK_UP);
	test_world_down(&w);
}

void
test_second_counts(uint16_t port, uint64_t packets)
{
	struct rte_eth_stats stats;

	assert_int_equal(rte_eth_stats_get(port, &stats), 0);
	assert_int_equal(stats.ipackets, packets);
	assert_int_equal(test_q_ipackets(port, TEST_SECOND_QUEUE), packets);
	assert_int_equal(stats.imissed + stats.ierrors + stats.opackets, 0);
	assert_int_equal(test_xstat(port, "rx_q1_packets"), packets);
	assert_int_equal(test_xstat(port, "rx_flow_hits"), packets);
}

void
test_second_bursts(uint16_t port)
{
	struct rte_mempool *mp = rte_mempool_lookup("test");
	struct rte_mbuf *m, *out = NULL;

	assert_non_null(mp);
	m = rte_pktmbuf_alloc(mp);
	assert_non_null(m);
	for (uint16_t q = 0; q < TEST_SECOND_QUEUES; q++) {
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
main_secondary(const char *name, const char *fd, int (*secondary)(void))
{
	const char *const args[] = { "test", EAL_ARGS, "--proc-type=secondary" };
	int ret;

	link_fd = atoi(fd);
	if (start_eal(args, RTE_DIM(args)) != 0)
		return 1;
	cmocka_set_test_filter(name);
	ret = secondary();
	return rte_eal_cleanup() == 0 ? ret : 1;
}

static int
main_primary(int (*primary)(void))
{
	const char *const args[] = { "test", EAL_ARGS, "--no-telemetry" };
	int ret = 1;

	if (start_eal(args, RTE_DIM(args)) != 0)
		return 1;
	if (test_driver_prepare() == 0 && test_traffic_init() == 0)
		ret = primary();
	rte_eal_cleanup();
	return ret;
}

/* In a child, so that the machine's huge pages are given back also when it is killed. */
static int
run_primary(int (*primary)(void))
{
	int status;
	pid_t pid;

	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		exit(main_primary(primary));
	}
	/* Meant for both of us. */
	signal(SIGTERM, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return 1;
	return WEXITSTATUS(status);
}

int
test_second_main(int argc, char **argv, int (*primary)(void), int (*secondary)(void))
{
	const char *lack;
	int ret;

	if (argc == 3)
		return main_secondary(argv[1], argv[2], secondary);
	lack = test_huge_begin(MEGABYTES / 2);
	if (lack != NULL) {
		printf("%s\n", lack);
		return 77;
	}
	ret = run_primary(primary);
	test_huge_end();
	return ret;
}
