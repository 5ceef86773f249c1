/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <string.h>

#include <rte_bus_vdev.h>
#include <rte_common.h>
#include <rte_ethdev.h>
#include <rte_flow.h>
#include <rte_ring.h>

#include "eal.h"
#include "port.h"
#include "steer_compat.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define RETA_SIZE 128
#define KEY_LEN 40
#define N_QUEUES 4
#define BELOW "net_ring_below"
#define RETA_MAX RTE_ETH_RSS_RETA_SIZE_512

static struct rte_ring *ring;
static uint16_t port;

struct reta {
	struct rte_eth_rss_reta_entry64 group[RETA_MAX / RTE_ETH_RETA_GROUP_SIZE];
};

static void
configure(uint16_t n_queues, uint64_t rss_hf, uint8_t *key, uint8_t key_len, int expected)
{
	struct rte_eth_conf conf;

	memset(&conf, 0, sizeof(conf));
	conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
	conf.rx_adv_conf.rss_conf.rss_hf = rss_hf;
	conf.rx_adv_conf.rss_conf.rss_key = key;
	conf.rx_adv_conf.rss_conf.rss_key_len = key_len;
	assert_int_equal(rte_eth_dev_configure(port, n_queues, 1, &conf), expected);
}

static void
start(void)
{
	uint16_t i;

	for (i = 0; i < N_QUEUES; i++)
		assert_int_equal(rte_eth_rx_queue_setup(port, i, 128, 0, NULL, test_pool()), 0);
	assert_int_equal(rte_eth_tx_queue_setup(port, 0, 128, 0, NULL), 0);
	assert_int_equal(rte_eth_dev_start(port), 0);
}

static int
begin(void **state)
{
	test_begin(state);
	test_plug_rings("below", &ring, 1);
	port = test_plug("net_steer0", "iface=" BELOW);
	configure(N_QUEUES, RTE_ETH_RSS_IP, NULL, 0, 0);
	return 0;
}

static int
end(void **state)
{
	rte_eth_dev_stop(port);
	rte_vdev_uninit("net_steer0");
	rte_vdev_uninit(BELOW);
	return test_end(state);
}

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
	assert_int_equal(rte_eth_dev_rss_reta_query(port, reta->group, RETA_SIZE), 0);
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
	assert_int_equal(rte_eth_dev_rss_reta_update(port, reta.group, RETA_SIZE), 0);
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
	assert_int_equal(rte_eth_dev_rss_reta_update(port, big, 513), -EINVAL);
	test_log_end_with("net_steer0", "513");
	test_log_begin();
	assert_int_equal(rte_eth_dev_rss_reta_query(port, big, 1024), -EINVAL);
	test_log_end_with("net_steer0", "1 to 512");
	assert_default_reta(N_QUEUES);
}

static void
assert_reported(uint16_t size)
{
	struct rte_eth_dev_info info;

	assert_int_equal(rte_eth_dev_info_get(port, &info), 0);
	assert_int_equal(info.reta_size, size);
}

static void
update_all(uint16_t size, unsigned int step)
{
	struct reta reta;

	reta_select_all(&reta);
	for (unsigned int i = 0; i < size; i++)
		*entry(&reta, i) = i / step % N_QUEUES;
	assert_int_equal(rte_eth_dev_rss_reta_update(port, reta.group, size), 0);
}

/* The table as a query of @p size shows it, if it was made by update_all(@p made, step). */
static void
assert_table(uint16_t size, uint16_t made, unsigned int step)
{
	struct reta reta;

	memset(&reta, 0xff, sizeof(reta));
	assert_int_equal(rte_eth_dev_rss_reta_query(port, reta.group, size), 0);
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
	assert_int_equal(rte_eth_dev_rss_reta_update(port, reta.group, 300), 0);
	reta_select_all(&reta);
	assert_int_equal(rte_eth_dev_rss_reta_query(port, reta.group, 300), 0);
	for (unsigned int i = 0; i < 300; i++)
		assert_int_equal(*entry(&reta, i), i == 257 ? 2 : i % 100 / 3 % N_QUEUES);

	memset(&reta, 0, sizeof(reta));
	reta.group[0].mask = RTE_BIT64(0);
	*entry(&reta, 0) = 3;
	assert_int_equal(rte_eth_dev_rss_reta_update(port, reta.group, 10), 0);
	reta_select_all(&reta);
	assert_int_equal(rte_eth_dev_rss_reta_query(port, reta.group, 20), 0);
	for (unsigned int i = 0; i < 20; i++)
		assert_int_equal(*entry(&reta, i), i % 10 == 0 ? 3 : i % 10 / 3);
}

/* Size and all survive configure as long as the queues do; then comes the size reported. */
static void
test_reta_size_stays(void **state __rte_unused)
{
	struct reta reta;

	update_all(300, 3);
	configure(N_QUEUES + 1, RTE_ETH_RSS_IP, NULL, 0, 0);
	assert_table(RETA_MAX, 300, 3);
	configure(N_QUEUES - 1, RTE_ETH_RSS_IP, NULL, 0, 0);
	assert_default_reta(N_QUEUES - 1);
	configure(3, RTE_ETH_RSS_IP, NULL, 0, 0);
	/* 128 is no multiple of 3: entry 128 tells that the table has 128. */
	reta_select_all(&reta);
	assert_int_equal(rte_eth_dev_rss_reta_query(port, reta.group, 256), 0);
	assert_int_equal(*entry(&reta, 127), 127 % 3);
	assert_int_equal(*entry(&reta, 128), 0);
}

/* reta_size= is what is reported, and what the default table has. */
static void
test_reta_reported(void **state __rte_unused)
{
	struct reta reta;

	rte_vdev_uninit("net_steer0");
	rte_vdev_uninit(BELOW);
	test_plug_rings("below", &ring, 1);
	port = test_plug("net_steer0", "reta_size=10,iface=" BELOW);
	assert_reported(10);
	configure(N_QUEUES, RTE_ETH_RSS_IP, NULL, 0, 0);
	assert_reported(10);
	reta_select_all(&reta);
	assert_int_equal(rte_eth_dev_rss_reta_query(port, reta.group, 30), 0);
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
	assert_int_equal(rte_eth_dev_rss_reta_update(port, reta.group, RETA_SIZE), 0);
	query(&reta);
	assert_int_equal(*entry(&reta, 64 + 3), 3);
	assert_int_equal(*entry(&reta, 64 + 2), (64 + 2) / 3 % N_QUEUES);
	assert_int_equal(*entry(&reta, 3), 3 / 3 % N_QUEUES);

	/* Only what is asked for is answered. */
	memset(&reta, 0xff, sizeof(reta));
	reta.group[0].mask = RTE_BIT64(0);
	reta.group[1].mask = 0;
	assert_int_equal(rte_eth_dev_rss_reta_query(port, reta.group, RETA_SIZE), 0);
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
	assert_int_equal(rte_eth_dev_rss_reta_update(port, reta.group, RETA_SIZE), -EINVAL);
	test_log_end(NULL);
	assert_default_reta(N_QUEUES);
}

static void
test_reta_stays(void **state __rte_unused)
{
	start();
	set_own_reta(N_QUEUES);
	test_stop(port);
	assert_int_equal(rte_eth_dev_start(port), 0);
	assert_own_reta(N_QUEUES);
	test_stop(port);
	configure(N_QUEUES, RTE_ETH_RSS_IP, NULL, 0, 0);
	assert_own_reta(N_QUEUES);
	configure(N_QUEUES + 1, RTE_ETH_RSS_IP, NULL, 0, 0);
	assert_own_reta(N_QUEUES);
}

static void
test_reta_goes(void **state __rte_unused)
{
	/* A default one follows the number of queues. */
	configure(N_QUEUES + 1, RTE_ETH_RSS_IP, NULL, 0, 0);
	assert_default_reta(N_QUEUES + 1);

	/* One of the application's has lost a queue, and does not come back with it. */
	set_own_reta(N_QUEUES + 1);
	configure(N_QUEUES, RTE_ETH_RSS_IP, NULL, 0, 0);
	assert_default_reta(N_QUEUES);
	configure(N_QUEUES + 1, RTE_ETH_RSS_IP, NULL, 0, 0);
	assert_default_reta(N_QUEUES + 1);
	configure(1, RTE_ETH_RSS_IP, NULL, 0, 0);
	assert_default_reta(1);
}

static void
assert_key(const uint8_t *expected)
{
	uint8_t key[KEY_LEN];
	struct rte_eth_rss_conf conf = { .rss_key = key, .rss_key_len = sizeof(key) };

	memset(key, 0, sizeof(key));
	assert_int_equal(rte_eth_dev_rss_hash_conf_get(port, &conf), 0);
	assert_int_equal(conf.rss_key_len, KEY_LEN);
	assert_memory_equal(key, expected, KEY_LEN);
}

static void
assert_types(uint64_t expected)
{
	struct rte_eth_rss_conf conf = { .rss_key = NULL };

	assert_int_equal(rte_eth_dev_rss_hash_conf_get(port, &conf), 0);
	assert_int_equal(conf.rss_hf, expected);
}

static void
make_key(uint8_t *key, uint8_t first)
{
	unsigned int i;

	for (i = 0; i < KEY_LEN; i++)
		key[i] = first + i;
}

/* Microsoft's, which most drivers begin with. */
static const uint8_t default_key_start[] = { 0x6d, 0x5a, 0x56, 0xda };

static void
test_key(void **state __rte_unused)
{
	struct rte_eth_rss_conf conf = { .rss_hf = RTE_ETH_RSS_IP, .rss_key_len = KEY_LEN };
	uint8_t key[KEY_LEN], other[KEY_LEN];

	conf.rss_key = key;
	assert_int_equal(rte_eth_dev_rss_hash_conf_get(port, &conf), 0);
	assert_memory_equal(key, default_key_start, sizeof(default_key_start));

	make_key(key, 1);
	conf.rss_hf = RTE_ETH_RSS_IP;
	assert_int_equal(rte_eth_dev_rss_hash_update(port, &conf), 0);
	assert_key(key);

	/* No key: that one stays; also when the port is configured anew. */
	conf.rss_key = NULL;
	conf.rss_key_len = 0;
	assert_int_equal(rte_eth_dev_rss_hash_update(port, &conf), 0);
	assert_key(key);
	configure(N_QUEUES, RTE_ETH_RSS_IP, NULL, 0, 0);
	assert_key(key);

	make_key(other, 100);
	configure(N_QUEUES, RTE_ETH_RSS_IP, other, KEY_LEN, 0);
	assert_key(other);
}

static void
test_key_bad_length(void **state __rte_unused)
{
	struct rte_eth_rss_conf conf = { .rss_hf = RTE_ETH_RSS_UDP };
	static const uint8_t lengths[] = { 0, 1, 39, 41, 52 };
	uint8_t key[KEY_LEN], longer[64];
	unsigned int i;

	make_key(key, 1);
	configure(N_QUEUES, RTE_ETH_RSS_IP, key, KEY_LEN, 0);
	memset(longer, 0xee, sizeof(longer));
	conf.rss_key = longer;
	for (i = 0; i < RTE_DIM(lengths); i++) {
		conf.rss_key_len = lengths[i];
		test_log_begin();
		assert_int_equal(rte_eth_dev_rss_hash_update(port, &conf), -EINVAL);
		test_log_end(NULL);
		assert_key(key);
		assert_types(RTE_ETH_RSS_IP);
	}
	test_log_begin();
	configure(N_QUEUES, RTE_ETH_RSS_IP, longer, 52, -EINVAL);
	assert_non_null(strstr(test_log_end(NULL), "52"));
}

/* Some ask for the types only, some with too little room for the key. */
static void
test_key_room(void **state __rte_unused)
{
	uint8_t key[KEY_LEN] = { 0 };
	struct rte_eth_rss_conf conf = { .rss_key = key, .rss_key_len = 16 };

	int ret;

	test_log_begin();
	ret = rte_eth_dev_rss_hash_conf_get(port, &conf);
	test_log_end(NULL);
	assert_int_equal(key[0], 0);
	/* ethdev refuses it itself since 23.11. */
	if (ret == -EINVAL)
		return;
	assert_int_equal(ret, 0);
	assert_int_equal(conf.rss_hf, RTE_ETH_RSS_IP);
	assert_int_equal(conf.rss_key_len, KEY_LEN);
}

static void
test_types(void **state __rte_unused)
{
	static const uint64_t types[] = {
		RTE_ETH_RSS_IPV4,
		RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP | RTE_ETH_RSS_UDP | RTE_ETH_RSS_SCTP,
		RTE_ETH_RSS_NONFRAG_IPV4_UDP | RTE_ETH_RSS_L4_DST_ONLY,
		RTE_ETH_RSS_IP | RTE_ETH_RSS_LEVEL_OUTERMOST,
		RTE_ETH_RSS_IP | RTE_ETH_RSS_LEVEL_INNERMOST,
		0,
	};
	struct rte_eth_rss_conf conf = { .rss_key = NULL };
	unsigned int i;

	start();
	for (i = 0; i < RTE_DIM(types); i++) {
		conf.rss_hf = types[i];
		assert_int_equal(rte_eth_dev_rss_hash_update(port, &conf), 0);
		assert_types(types[i]);
	}
	/* There is no level 3: what was before stays. */
	conf.rss_hf = RTE_ETH_RSS_IPV4;
	assert_int_equal(rte_eth_dev_rss_hash_update(port, &conf), 0);
	conf.rss_hf = RTE_ETH_RSS_IPV6 | RTE_ETH_RSS_LEVEL_MASK;
	test_log_begin();
	assert_int_equal(rte_eth_dev_rss_hash_update(port, &conf), -EINVAL);
	test_log_end_with("net_steer0", "RSS");
	assert_types(RTE_ETH_RSS_IPV4);
}

static int
rule_with(uint64_t types)
{
	static const struct rte_flow_item all[] = { { .type = RTE_FLOW_ITEM_TYPE_END } };
	const struct rte_flow_attr attr = { .ingress = 1 };
	const struct rte_flow_action_rss rss = { .types = types };
	const struct rte_flow_action actions[] = {
		{ .type = RTE_FLOW_ACTION_TYPE_RSS, .conf = &rss },
		{ .type = RTE_FLOW_ACTION_TYPE_END },
	};
	struct rte_flow_error error;

	return rte_flow_validate(port, &attr, all, actions, &error);
}

/* What a port that offered all would tear flows by. */
#define RULES_ONLY \
	(RTE_ETH_RSS_IPV4_CHKSUM | RTE_ETH_RSS_L4_CHKSUM | STEER_RSS_IPV6_FLOW_LABEL | \
	 RTE_ETH_RSS_L3_PRE32 | RTE_ETH_RSS_L3_PRE40 | RTE_ETH_RSS_L3_PRE48 | \
	 RTE_ETH_RSS_L3_PRE56 | RTE_ETH_RSS_L3_PRE64 | RTE_ETH_RSS_L3_PRE96)

/* The port takes what it says it does, alone and all at once, and rules take more. */
static void
test_types_offered(void **state __rte_unused)
{
	struct rte_eth_rss_conf conf = { .rss_key = NULL };
	struct rte_eth_dev_info info;

	start();
	assert_int_equal(rte_eth_dev_info_get(port, &info), 0);
	assert_int_equal(info.flow_type_rss_offloads & RULES_ONLY, 0);
	test_log_begin();
	for (unsigned int bit = 0; bit < 64; bit++) {
		const uint64_t type = RTE_BIT64(bit);
		const bool offered = (info.flow_type_rss_offloads & type) != 0;
		const bool of_rules = offered || (type & RULES_ONLY) != 0;

		/* The two bits of the level are no types. */
		if (type & RTE_ETH_RSS_LEVEL_MASK)
			continue;
		conf.rss_hf = RTE_ETH_RSS_IPV4 | type;
		assert_int_equal(rte_eth_dev_rss_hash_update(port, &conf), offered ? 0 : -EINVAL);
		if (offered)
			assert_types(RTE_ETH_RSS_IPV4 | type);
		assert_int_equal(rule_with(RTE_ETH_RSS_IPV4 | type), of_rules ? 0 : -ENOTSUP);
	}
	test_log_end(NULL);
	conf.rss_hf = info.flow_type_rss_offloads & ~RTE_ETH_RSS_LEVEL_MASK;
	assert_int_equal(rte_eth_dev_rss_hash_update(port, &conf), 0);
}

/* Where DPDK lets a port have a function of its own, it is any of those that rules can have. */
static void
test_functions(void **state __rte_unused)
{
#ifdef STEER_HAS_SYMMETRIC_TOEPLITZ_SORT
	struct rte_eth_rss_conf conf = { .rss_hf = RTE_ETH_RSS_IP }, got = { .rss_key = NULL };

	start();
	for (int func = 0; func <= STEER_HASH_FUNCTION_SORT; func++) {
		STEER_RSS_CONF_SET_FUNC(&conf, (enum rte_eth_hash_function)func);
		assert_int_equal(rte_eth_dev_rss_hash_update(port, &conf), 0);
		assert_int_equal(rte_eth_dev_rss_hash_conf_get(port, &got), 0);
		assert_int_equal(STEER_RSS_CONF_FUNC(&got), func);
	}
	STEER_RSS_CONF_SET_FUNC(&conf, (enum rte_eth_hash_function)(STEER_HASH_FUNCTION_SORT + 1));
	test_log_begin();
	assert_int_equal(rte_eth_dev_rss_hash_update(port, &conf), -EINVAL);
	test_log_end(NULL);
#else
	print_message("struct rte_eth_rss_conf names no function before DPDK 23.11\n");
	skip();
#endif
}

static void
test_configure_types(void **state __rte_unused)
{
	struct rte_eth_conf conf;

	assert_types(RTE_ETH_RSS_IP);
	/* As DPVS does it with one queue. */
	configure(1, 0, NULL, 0, 0);
	assert_types(0);
	configure(N_QUEUES, RTE_ETH_RSS_UDP | RTE_ETH_RSS_LEVEL_INNERMOST, NULL, 0, 0);
	assert_types(RTE_ETH_RSS_UDP | RTE_ETH_RSS_LEVEL_INNERMOST);

	/* Types without RSS mode mean nothing. */
	memset(&conf, 0, sizeof(conf));
	conf.rx_adv_conf.rss_conf.rss_hf = RTE_ETH_RSS_IP;
	assert_int_equal(rte_eth_dev_configure(port, N_QUEUES, 1, &conf), 0);
	assert_types(0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

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
		TEST(test_key),
		TEST(test_key_bad_length),
		TEST(test_key_room),
		TEST(test_types),
		TEST(test_types_offered),
		TEST(test_functions),
		TEST(test_configure_types),
	};
	int ret;

	if (test_driver_init() != 0)
		return 1;
	ring = test_ring("below", 1024);
	ret = cmocka_run_group_tests_name("rss_ops", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
