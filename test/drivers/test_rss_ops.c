/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <string.h>

#include <rte_common.h>
#include <rte_ethdev.h>
#include <rte_flow.h>

#include "eal.h"
#include "port.h"
#include "rss_port.h"
#include "steer_compat.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define KEY_LEN 40

static void
assert_key(const uint8_t *expected)
{
	uint8_t key[KEY_LEN];
	struct rte_eth_rss_conf conf = { .rss_key = key, .rss_key_len = sizeof(key) };

	memset(key, 0, sizeof(key));
	assert_int_equal(rte_eth_dev_rss_hash_conf_get(rss_port, &conf), 0);
	assert_int_equal(conf.rss_key_len, KEY_LEN);
	assert_memory_equal(key, expected, KEY_LEN);
}

static void
assert_types(uint64_t expected)
{
	struct rte_eth_rss_conf conf = { .rss_key = NULL };

	assert_int_equal(rte_eth_dev_rss_hash_conf_get(rss_port, &conf), 0);
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
	assert_int_equal(rte_eth_dev_rss_hash_conf_get(rss_port, &conf), 0);
	assert_memory_equal(key, default_key_start, sizeof(default_key_start));

	make_key(key, 1);
	conf.rss_hf = RTE_ETH_RSS_IP;
	assert_int_equal(rte_eth_dev_rss_hash_update(rss_port, &conf), 0);
	assert_key(key);

	/* No key: that one stays; also when the port is configured anew. */
	conf.rss_key = NULL;
	conf.rss_key_len = 0;
	assert_int_equal(rte_eth_dev_rss_hash_update(rss_port, &conf), 0);
	assert_key(key);
	rss_configure(N_QUEUES, RTE_ETH_RSS_IP, NULL, 0, 0);
	assert_key(key);

	make_key(other, 100);
	rss_configure(N_QUEUES, RTE_ETH_RSS_IP, other, KEY_LEN, 0);
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
	rss_configure(N_QUEUES, RTE_ETH_RSS_IP, key, KEY_LEN, 0);
	memset(longer, 0xee, sizeof(longer));
	conf.rss_key = longer;
	for (i = 0; i < RTE_DIM(lengths); i++) {
		conf.rss_key_len = lengths[i];
		test_log_begin();
		assert_int_equal(rte_eth_dev_rss_hash_update(rss_port, &conf), -EINVAL);
		test_log_end(NULL);
		assert_key(key);
		assert_types(RTE_ETH_RSS_IP);
	}
	test_log_begin();
	rss_configure(N_QUEUES, RTE_ETH_RSS_IP, longer, 52, -EINVAL);
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
	ret = rte_eth_dev_rss_hash_conf_get(rss_port, &conf);
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

	rss_start();
	for (i = 0; i < RTE_DIM(types); i++) {
		conf.rss_hf = types[i];
		assert_int_equal(rte_eth_dev_rss_hash_update(rss_port, &conf), 0);
		assert_types(types[i]);
	}
	/* There is no level 3: what was before stays. */
	conf.rss_hf = RTE_ETH_RSS_IPV4;
	assert_int_equal(rte_eth_dev_rss_hash_update(rss_port, &conf), 0);
	conf.rss_hf = RTE_ETH_RSS_IPV6 | RTE_ETH_RSS_LEVEL_MASK;
	test_log_begin();
	assert_int_equal(rte_eth_dev_rss_hash_update(rss_port, &conf), -EINVAL);
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

	return rte_flow_validate(rss_port, &attr, all, actions, &error);
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

	rss_start();
	assert_int_equal(rte_eth_dev_info_get(rss_port, &info), 0);
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
		assert_int_equal(rte_eth_dev_rss_hash_update(rss_port, &conf),
				 offered ? 0 : -EINVAL);
		if (offered)
			assert_types(RTE_ETH_RSS_IPV4 | type);
		assert_int_equal(rule_with(RTE_ETH_RSS_IPV4 | type), of_rules ? 0 : -ENOTSUP);
	}
	test_log_end(NULL);
	conf.rss_hf = info.flow_type_rss_offloads & ~RTE_ETH_RSS_LEVEL_MASK;
	assert_int_equal(rte_eth_dev_rss_hash_update(rss_port, &conf), 0);
}

/* Where DPDK lets a port have a function of its own, it is any of those that rules can have. */
static void
test_functions(void **state __rte_unused)
{
#ifdef STEER_HAS_SYMMETRIC_TOEPLITZ_SORT
	struct rte_eth_rss_conf conf = { .rss_hf = RTE_ETH_RSS_IP }, got = { .rss_key = NULL };

	rss_start();
	for (int func = 0; func <= STEER_HASH_FUNCTION_SORT; func++) {
		STEER_RSS_CONF_SET_FUNC(&conf, (enum rte_eth_hash_function)func);
		assert_int_equal(rte_eth_dev_rss_hash_update(rss_port, &conf), 0);
		assert_int_equal(rte_eth_dev_rss_hash_conf_get(rss_port, &got), 0);
		assert_int_equal(STEER_RSS_CONF_FUNC(&got), func);
	}
	STEER_RSS_CONF_SET_FUNC(&conf, (enum rte_eth_hash_function)(STEER_HASH_FUNCTION_SORT + 1));
	test_log_begin();
	assert_int_equal(rte_eth_dev_rss_hash_update(rss_port, &conf), -EINVAL);
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
	rss_configure(1, 0, NULL, 0, 0);
	assert_types(0);
	rss_configure(N_QUEUES, RTE_ETH_RSS_UDP | RTE_ETH_RSS_LEVEL_INNERMOST, NULL, 0, 0);
	assert_types(RTE_ETH_RSS_UDP | RTE_ETH_RSS_LEVEL_INNERMOST);

	/* Types without RSS mode mean nothing. */
	memset(&conf, 0, sizeof(conf));
	conf.rx_adv_conf.rss_conf.rss_hf = RTE_ETH_RSS_IP;
	assert_int_equal(rte_eth_dev_configure(rss_port, N_QUEUES, 1, &conf), 0);
	assert_types(0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rss_begin, rss_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_key),
		TEST(test_key_bad_length),
		TEST(test_key_room),
		TEST(test_types),
		TEST(test_types_offered),
		TEST(test_functions),
		TEST(test_configure_types),
	};
	int ret;

	if (rss_set_up() != 0)
		return 1;
	ret = cmocka_run_group_tests_name("rss_ops", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
