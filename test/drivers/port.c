/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ethdev_driver.h>
#include <rte_bus_vdev.h>
#include <rte_errno.h>
#include <rte_eth_ring.h>
#include <rte_ethdev.h>
#include <rte_log.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>
#include <rte_ring.h>

#include "eal.h"
#include "port.h"
#include "steer_compat.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* To an RTS ring, what a preempted thread is taking out and all behind it is still there, up to an
 * eighth of the ring, and a mempool forgets what does not fit: the ring must be larger by that. */
#define POOL_SIZE 7000
#define N_DESC 256

static struct rte_mempool *pool;

/* What a test must leave as it was. */
struct state {
	unsigned int ports;
	unsigned int mbufs;
	struct rte_malloc_socket_stats heap;
};

static struct state before;

static struct {
	FILE *stream;
	char *text;
	size_t size;
} log_kept;

static int
init(const char *lcores)
{
	const char *const args[] = { "--log-level=pmd.net.steer:notice", lcores, NULL };

	if (test_eal_init(args) != 0)
		return -1;
	return test_driver_prepare();
}

int
test_driver_prepare(void)
{
	/* Tests have more threads than a machine cores: none may wait for one that is preempted. */
	pool = rte_pktmbuf_pool_create_by_ops("test", POOL_SIZE, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE,
		SOCKET_ID_ANY, "ring_mt_rts");
	if (pool == NULL)
		return -1;

	/* ethdev and the driver allocate some things once and keep them. */
	test_log_begin();
	rte_vdev_init("net_steer_once", "iface=none");
	rte_vdev_uninit("net_steer_once");
	test_log_end(NULL);
	return 0;
}

void
test_driver_join(void)
{
	pool = rte_mempool_lookup("test");
	assert_non_null(pool);
}

int
test_driver_init(void)
{
	return init(NULL);
}

int
test_driver_init_lcores(unsigned int n)
{
	/* EAL keeps it. */
	static char lcores[1024];
	cpu_set_t allowed;
	size_t len;
	int cpu;

	if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0)
		return -1;
	len = snprintf(lcores, sizeof(lcores), "--lcores=(0-%u)@(", n - 1);
	for (cpu = 0; cpu < CPU_SETSIZE && len < sizeof(lcores) - 8; cpu++)
		if (CPU_ISSET(cpu, &allowed))
			len += snprintf(&lcores[len], sizeof(lcores) - len, "%d,", cpu);
	lcores[len - 1] = ')';
	return init(lcores);
}

struct rte_mempool *
test_pool(void)
{
	return pool;
}

static void
look(struct state *s)
{
	s->ports = rte_eth_dev_count_total();
	s->mbufs = rte_mempool_avail_count(pool);
	rte_malloc_get_socket_stats(0, &s->heap);
}

int
test_begin(void **state __rte_unused)
{
	look(&before);
	return 0;
}

static int
check_same(const struct state *then)
{
	struct state now;

	look(&now);
	if (now.ports == then->ports && now.mbufs == then->mbufs &&
			now.heap.alloc_count == then->heap.alloc_count &&
			now.heap.heap_allocsz_bytes == then->heap.heap_allocsz_bytes)
		return 0;
	fprintf(stderr, "left behind: %d ports, %d mbufs missing, %d allocations, %ld bytes\n",
		(int)(now.ports - then->ports), (int)(then->mbufs - now.mbufs),
		(int)(now.heap.alloc_count - then->heap.alloc_count),
		(long)(now.heap.heap_allocsz_bytes - then->heap.heap_allocsz_bytes));
	return -1;
}

/* What a failed test leaves behind would make the next ones fail. */
static void
clear_ports(void)
{
	char name[RTE_ETH_NAME_MAX_LEN];
	uint16_t port;

	for (port = 0; port < RTE_MAX_ETHPORTS; port++) {
		if (!rte_eth_dev_is_valid_port(port))
			continue;
		rte_eth_dev_stop(port);
		if (rte_eth_dev_get_name_by_port(port, name) == 0)
			rte_vdev_uninit(name);
	}
}

int
test_end(void **state __rte_unused)
{
	int ret;

	if (log_kept.stream != NULL)
		test_log_end(NULL);
	ret = check_same(&before);
	if (ret != 0)
		clear_ports();
	return ret;
}

void
test_log_begin(void)
{
	free(log_kept.text);
	log_kept.text = NULL;
	log_kept.stream = open_memstream(&log_kept.text, &log_kept.size);
	assert_non_null(log_kept.stream);
	rte_openlog_stream(log_kept.stream);
}

const char *
test_log_end(unsigned int *lines)
{
	const char *c;

	rte_openlog_stream(NULL);
	fclose(log_kept.stream);
	log_kept.stream = NULL;
	if (lines != NULL) {
		*lines = 0;
		for (c = log_kept.text; *c != '\0'; c++)
			*lines += *c == '\n';
	}
	return log_kept.text;
}

void
test_log_end_with(const char *part, const char *other)
{
	unsigned int lines;
	const char *text = test_log_end(&lines);

	if (lines != 1 || strncmp(text, "net_steer: ", strlen("net_steer: ")) != 0 ||
			strstr(text, part) == NULL || strstr(text, other) == NULL)
		fail_msg("logged is \"%s\", wanted is one line of net_steer with \"%s\" and \"%s\"",
			text, part, other);
}

void
test_log_end_empty(void)
{
	unsigned int lines;
	const char *text = test_log_end(&lines);

	if (lines != 0)
		fail_msg("logged is \"%s\"", text);
}

uint16_t
test_plug(const char *name, const char *args)
{
	assert_int_equal(rte_vdev_init(name, args), 0);
	return test_port_of(name);
}

uint16_t
test_port_of(const char *name)
{
	uint16_t port = RTE_MAX_ETHPORTS;

	assert_int_equal(rte_eth_dev_get_port_by_name(name, &port), 0);
	return port;
}

void
test_owner_is(uint16_t port, const char *name)
{
	struct rte_eth_dev_owner owner;

	assert_int_equal(rte_eth_dev_owner_get(port, &owner), 0);
	assert_string_equal(owner.name, name);
}

uint16_t
test_plug_waiting(const char *name, const char *args)
{
	uint16_t port;

	test_log_begin();
	port = test_plug(name, args);
	test_log_end_with(name, "waited for");
	return port;
}

void
test_unplug(const char *name)
{
	uint16_t port;

	assert_int_equal(rte_vdev_uninit(name), 0);
	assert_int_not_equal(rte_eth_dev_get_port_by_name(name, &port), 0);
}

void
test_plug_refused(const char *name, const char *args, const char *part, const char *other)
{
	struct state then;
	uint16_t port;
	int ret;

	look(&then);
	test_log_begin();
	ret = rte_vdev_init(name, args);
	test_log_end_with(part, other);
	assert_true(ret < 0);
	assert_int_not_equal(rte_eth_dev_get_port_by_name(name, &port), 0);
	assert_int_equal(check_same(&then), 0);
}

uint16_t
test_plug_rings(const char *name, struct rte_ring *const rings[], unsigned int n)
{
	int port = rte_eth_from_rings(name, rings, n, rings, n, SOCKET_ID_ANY);

	assert_true(port >= 0);
	return port;
}

struct rte_ring *
test_ring(const char *name, unsigned int size)
{
	struct rte_ring *ring = rte_ring_create(name, size, SOCKET_ID_ANY,
		RING_F_SP_ENQ | RING_F_SC_DEQ);

	assert_non_null(ring);
	return ring;
}

void
test_start(uint16_t port, uint16_t n_rxq, uint16_t n_txq)
{
	struct rte_eth_conf conf;
	uint16_t i;

	memset(&conf, 0, sizeof(conf));
	if (n_rxq > 1) {
		conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
		conf.rx_adv_conf.rss_conf.rss_hf = RTE_ETH_RSS_IPV4 | RTE_ETH_RSS_NONFRAG_IPV4_UDP;
	}
	assert_int_equal(rte_eth_dev_configure(port, n_rxq, n_txq, &conf), 0);
	for (i = 0; i < n_rxq; i++)
		assert_int_equal(rte_eth_rx_queue_setup(port, i, N_DESC, 0, NULL, pool), 0);
	for (i = 0; i < n_txq; i++)
		assert_int_equal(rte_eth_tx_queue_setup(port, i, N_DESC, 0, NULL), 0);
	assert_int_equal(rte_eth_dev_start(port), 0);
}

void
test_stop(uint16_t port)
{
	assert_int_equal(rte_eth_dev_stop(port), 0);
}

int
test_link_status(uint16_t port)
{
	struct rte_eth_link link;

	assert_int_equal(rte_eth_link_get_nowait(port, &link), 0);
	return link.link_status;
}

uint64_t
test_xstat(uint16_t port, const char *name)
{
	uint64_t id, value;

	assert_int_equal(rte_eth_xstats_get_id_by_name(port, name, &id), 0);
	assert_int_equal(rte_eth_xstats_get_by_id(port, &id, &value, 1), 1);
	return value;
}

uint64_t
test_q_ipackets(uint16_t port, uint16_t queue)
{
	STEER_QSTATS_STRUCT stats = {0};

	/* from 25.11 on ethdev does not tell those of queues */
	assert_int_equal(STEER_QSTATS_GET(&rte_eth_devices[port], &stats), 0);
	return stats.q_ipackets[queue];
}
