/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <string.h>

#include <rte_common.h>
#include <rte_ethdev.h>

#include "eal.h"
#include "port.h"
#include "rss_port.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define RETA_SIZE 128
#define RETA_MAX RTE_ETH_RSS_RETA_SIZE_512

struct reta {
	struct rte_eth_rss_reta_entry64 group[RETA_MAX / RTE_ETH_RETA_GROUP_SIZE];
};

static void
reta_select_all(struct reta *reta)
{
	unsigned int i;

	memset(reta, 0, sizeof(*reta));
	for (i = 0; i < RTE_DIM(reta->group); i++)
		reta->group[i].mask = UINT64_MAX;
}

static uint16_t *
entry(struct reta *reta, unsigned int i)
{
	return &reta->group[i / RTE_ETH_RETA_GROUP_SIZE].reta[i % RTE_ETH_RETA_GROUP_SIZE];
}

static void
query(struct reta *reta)
{
	reta_select_all(reta);
	assert_int_equal(rte_eth_dev_rss_reta_query(rss_port, reta->group, RETA_SIZE), 0);
}

static void
assert_default_reta(uint16_t n_queues)
{
	struct reta reta;
	unsigned int i;

	query(&reta);
	for (i = 0; i < RETA_SIZE; i++)
		assert_int_equal(*entry(&reta, i), i % n_queues);
}

/* Entry i names queue (i / 3) % n_queues: not the default for any number but one. */
static void
set_own_reta(uint16_t n_queues)
{
	struct reta reta;
	unsigned int i;

	reta_select_all(&reta);
	for (i = 0; i < RETA_SIZE; i++)
		*entry(&reta, i) = i / 3 % n_queues;
	assert_int_equal(rte_eth_dev_rss_reta_update(rss_port, reta.group, RETA_SIZE), 0);
}

static void
assert_own_reta(uint16_t n_queues)
{
	struct reta reta;
	unsigned int i;

	query(&reta);
	for (i = 0; i < RETA_SIZE; i++)
		assert_int_equal(*entry(&reta, i), i / 3 % n_queues);
}

static void
test_reta_size(void **state __rte_unused)
{
	struct rte_eth_rss_reta_entry64 big[16];

	memset(big, 0, sizeof(big));
	big[0].mask = 1;
	test_log_begin();
	assert_int_equal(rte_eth_dev_rss_reta_update(rss_port, big, 513), -EINVAL);
	test_log_end_with("net_steer0", "513");
	test_log_begin();
	assert_int_equal(rte_eth_dev_rss_reta_query(rss_port, big, 1024), -EINVAL);
	test_log_end_with("net_steer0", "1 to 512");
	assert_default_reta(N_QUEUES);
}

static void
assert_reported(uint16_t size)
{
	struct rte_eth_dev_info info;

	assert_int_equal(rte_eth_dev_info_get(rss_port, &info), 0);
	assert_int_equal(info.reta_size, size);
}

static void
update_all(uint16_t size, unsigned int step)
{
	struct reta reta;

	reta_select_all(&reta);
	for (unsigned int i = 0; i < size; i++)
		*entry(&reta, i) = i / step % N_QUEUES;
	assert_int_equal(rte_eth_dev_rss_reta_update(rss_port, reta.group, size), 0);
}

/* The table as a query of @p size shows it, if it was made by update_all(@p made, step). */
static void
assert_table(uint16_t size, uint16_t made, unsigned int step)
{
	struct reta reta;

	memset(&reta, 0xff, sizeof(reta));
	assert_int_equal(rte_eth_dev_rss_reta_query(rss_port, reta.group, size), 0);
	for (unsigned int i = 0; i < size; i++)
		assert_int_equal(*entry(&reta, i), i % made / step % N_QUEUES);
	/* And no more than was asked for. */
	for (unsigned int i = size; i < RETA_MAX; i++)
		assert_int_equal(*entry(&reta, i), UINT16_MAX);
}

/* The table takes the size of the update; a query of another size repeats it. */
static void
test_reta_any_size(void **state __rte_unused)
{
	static const uint16_t sizes[] = { 1, 7, 64, 128, 200, 512 };

	for (unsigned int i = 0; i < RTE_DIM(sizes); i++) {
		update_all(sizes[i], 5);
		for (unsigned int j = 0; j < RTE_DIM(sizes); j++)
			assert_table(sizes[j], sizes[i], 5);
		assert_reported(RETA_SIZE);
	}
	for (uint16_t size = 1; size <= RETA_MAX; size++) {
		update_all(size, 3);
		assert_table(RETA_MAX, size, 3);
	}
}

/* What an update of another size does not select is as it was, repeated or cut. */
static void
test_reta_partly(void **state __rte_unused)
{
	struct reta reta;

	update_all(100, 3);
	memset(&reta, 0, sizeof(reta));
	reta.group[4].mask = RTE_BIT64(1);
	*entry(&reta, 257) = 2;
	assert_int_equal(rte_eth_dev_rss_reta_update(rss_port, reta.group, 300), 0);
	reta_select_all(&reta);
	assert_int_equal(rte_eth_dev_rss_reta_query(rss_port, reta.group, 300), 0);
	for (unsigned int i = 0; i < 300; i++)
		assert_int_equal(*entry(&reta, i), i == 257 ? 2 : i % 100 / 3 % N_QUEUES);

	memset(&reta, 0, sizeof(reta));
	reta.group[0].mask = RTE_BIT64(0);
	*entry(&reta, 0) = 3;
	assert_int_equal(rte_eth_dev_rss_reta_update(rss_port, reta.group, 10), 0);
	reta_select_all(&reta);
	assert_int_equal(rte_eth_dev_rss_reta_query(rss_port, reta.group, 20), 0);
	for (unsigned int i = 0; i < 20; i++)
		assert_int_equal(*entry(&reta, i), i % 10 == 0 ? 3 : i % 10 / 3);
}

/* Size and all survive configure as long as the queues do; then comes the size reported. */
static void
test_reta_size_stays(void **state __rte_unused)
{
	struct reta reta;

	update_all(300, 3);
	rss_configure(N_QUEUES + 1, RTE_ETH_RSS_IP, NULL, 0, 0);
	assert_table(RETA_MAX, 300, 3);
	rss_configure(N_QUEUES - 1, RTE_ETH_RSS_IP, NULL, 0, 0);
	assert_default_reta(N_QUEUES - 1);
	rss_configure(3, RTE_ETH_RSS_IP, NULL, 0, 0);
	/* 128 is no multiple of 3: entry 128 tells that the table has 128. */
	reta_select_all(&reta);
	assert_int_equal(rte_eth_dev_rss_reta_query(rss_port, reta.group, 256), 0);
	assert_int_equal(*entry(&reta, 127), 127 % 3);
	assert_int_equal(*entry(&reta, 128), 0);
}

/* reta_size= is what is reported, and what the default table has. */
static void
test_reta_reported(void **state __rte_unused)
{
	struct reta reta;

	rss_unplug();
	rss_plug("reta_size=10,iface=" RSS_BELOW);
	assert_reported(10);
	rss_configure(N_QUEUES, RTE_ETH_RSS_IP, NULL, 0, 0);
	assert_reported(10);
	reta_select_all(&reta);
	assert_int_equal(rte_eth_dev_rss_reta_query(rss_port, reta.group, 30), 0);
	for (unsigned int i = 0; i < 30; i++)
		assert_int_equal(*entry(&reta, i), i % 10 % N_QUEUES);
	update_all(512, 7);
	assert_reported(10);
	assert_table(512, 512, 7);
}

static void
test_reta_update(void **state __rte_unused)
{
	struct reta reta;

	assert_default_reta(N_QUEUES);
	set_own_reta(N_QUEUES);
	assert_own_reta(N_QUEUES);

	/* One entry, and no other. */
	memset(&reta, 0, sizeof(reta));
	reta.group[1].mask = RTE_BIT64(3);
	*entry(&reta, 64 + 3) = 3;
	assert_int_equal(rte_eth_dev_rss_reta_update(rss_port, reta.group, RETA_SIZE), 0);
	query(&reta);
	assert_int_equal(*entry(&reta, 64 + 3), 3);
	assert_int_equal(*entry(&reta, 64 + 2), (64 + 2) / 3 % N_QUEUES);
	assert_int_equal(*entry(&reta, 3), 3 / 3 % N_QUEUES);

	/* Only what is asked for is answered. */
	memset(&reta, 0xff, sizeof(reta));
	reta.group[0].mask = RTE_BIT64(0);
	reta.group[1].mask = 0;
	assert_int_equal(rte_eth_dev_rss_reta_query(rss_port, reta.group, RETA_SIZE), 0);
	assert_int_equal(*entry(&reta, 0), 0);
	assert_int_equal(*entry(&reta, 1), UINT16_MAX);
	assert_int_equal(*entry(&reta, 127), UINT16_MAX);
}

/* A queue too many: nothing is changed, not even what came before it. */
static void
test_reta_bad_queue(void **state __rte_unused)
{
	struct reta reta;
	unsigned int i;

	reta_select_all(&reta);
	for (i = 0; i < RETA_SIZE; i++)
		*entry(&reta, i) = 1;
	*entry(&reta, 100) = N_QUEUES;
	test_log_begin();
	assert_int_equal(rte_eth_dev_rss_reta_update(rss_port, reta.group, RETA_SIZE), -EINVAL);
	test_log_end(NULL);
	assert_default_reta(N_QUEUES);
}

static void
test_reta_stays(void **state __rte_unused)
{
	rss_start();
	set_own_reta(N_QUEUES);
	test_stop(rss_port);
	assert_int_equal(rte_eth_dev_start(rss_port), 0);
	assert_own_reta(N_QUEUES);
	test_stop(rss_port);
	rss_configure(N_QUEUES, RTE_ETH_RSS_IP, NULL, 0, 0);
	assert_own_reta(N_QUEUES);
	rss_configure(N_QUEUES + 1, RTE_ETH_RSS_IP, NULL, 0, 0);
	assert_own_reta(N_QUEUES);
}

static void
test_reta_goes(void **state __rte_unused)
{
	/* A default one follows the number of queues. */
	rss_configure(N_QUEUES + 1, RTE_ETH_RSS_IP, NULL, 0, 0);
	assert_default_reta(N_QUEUES + 1);

	/* One of the application's has lost a queue, and does not come back with it. */
	set_own_reta(N_QUEUES + 1);
	rss_configure(N_QUEUES, RTE_ETH_RSS_IP, NULL, 0, 0);
	assert_default_reta(N_QUEUES);
	rss_configure(N_QUEUES + 1, RTE_ETH_RSS_IP, NULL, 0, 0);
	assert_default_reta(N_QUEUES + 1);
	rss_configure(1, RTE_ETH_RSS_IP, NULL, 0, 0);
	assert_default_reta(1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rss_begin, rss_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_reta_size),
		TEST(test_reta_any_size),
		TEST(test_reta_partly),
		TEST(test_reta_size_stays),
		TEST(test_reta_reported),
		TEST(test_reta_update),
		TEST(test_reta_bad_queue),
		TEST(test_reta_stays),
		TEST(test_reta_goes),
	};
	int ret;

	if (rss_set_up() != 0)
		return 1;
	ret = cmocka_run_group_tests_name("reta", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
