/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <string.h>

#include <rte_bus_vdev.h>
#include <rte_common.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_ring.h>

#include "eal.h"
#include "port.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* Packet types of what is received: which are told is the application's choice. */

#define BELOW "net_ring_below"
#define UDP_IN_IPV4 (RTE_PTYPE_L2_ETHER | RTE_PTYPE_L3_IPV4 | RTE_PTYPE_L4_UDP)
#define WHOLE \
	(UDP_IN_IPV4 | RTE_PTYPE_TUNNEL_VXLAN | RTE_PTYPE_INNER_L2_ETHER | \
	 RTE_PTYPE_INNER_L3_IPV4 | RTE_PTYPE_INNER_L4_UDP)

static struct rte_ring *ring;
static uint16_t port;

static int
begin(void **state)
{
	test_begin(state);
	test_plug_rings("below", &ring, 1);
	port = test_plug("net_steer0", "iface=" BELOW);
	test_start(port, 1, 1);
	return 0;
}

static int
end(void **state)
{
	/* All may be gone with the one on top. */
	if (rte_eth_dev_is_valid_port(port))
		test_stop(port);
	rte_vdev_uninit("net_steer0");
	rte_vdev_uninit(BELOW);
	return test_end(state);
}

/* Ethernet, IPv4 and UDP with so many bytes behind. */
static char *
put_udp(char *to, uint16_t dst, uint16_t behind)
{
	static const uint8_t headers[14 + 20 + 8] = {
		[12] = 0x08, [14] = 0x45, [14 + 8] = 64, 17, [14 + 15] = 1, [14 + 19] = 2,
	};

	memcpy(to, headers, sizeof(headers));
	to[17] = (char)(20 + 8 + behind);
	to[36] = (char)(dst >> 8);
	to[37] = (char)dst;
	to[39] = (char)(8 + behind);
	return to + sizeof(headers);
}

/* Received with the type that a lower port might say. */
static uint32_t
received(uint32_t below)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(test_pool());
	uint32_t ptype;
	char *at;

	assert_non_null(m);
	at = rte_pktmbuf_append(m, 42 + 8 + 42);
	at = put_udp(at, 4789, 8 + 42);
	memset(at, 0, 8);
	at[0] = 0x08;
	put_udp(at + 8, 5, 0);
	m->packet_type = below;
	assert_int_equal(rte_ring_enqueue(ring, m), 0);
	assert_int_equal(rte_eth_rx_burst(port, 0, &m, 1), 1);
	ptype = m->packet_type;
	rte_pktmbuf_free(m);
	return ptype;
}

static void
test_told(void **state __rte_unused)
{
	assert_int_equal(received(0), WHOLE);
	/* The lower's own is no help, be it right or wrong. */
	assert_int_equal(received(RTE_PTYPE_L2_ETHER | RTE_PTYPE_L3_IPV6_EXT_UNKNOWN), WHOLE);
}

static void
test_set(void **state __rte_unused)
{
	static const uint32_t masks[] = {
		RTE_PTYPE_L2_MASK, RTE_PTYPE_L3_MASK, RTE_PTYPE_L4_MASK,
		RTE_PTYPE_L3_MASK | RTE_PTYPE_L4_MASK, RTE_PTYPE_TUNNEL_MASK,
		RTE_PTYPE_INNER_L4_MASK, 0, RTE_PTYPE_ALL_MASK,
	};
	uint32_t set[64];

	for (unsigned int i = 0; i < RTE_DIM(masks); i++) {
		assert_int_equal(rte_eth_dev_set_ptypes(port, masks[i], set, RTE_DIM(set)), 0);
		for (unsigned int k = 0; set[k] != RTE_PTYPE_UNKNOWN; k++)
			assert_int_not_equal(set[k] & masks[i], 0);
		assert_int_equal(set[0] == RTE_PTYPE_UNKNOWN, masks[i] == 0);
		assert_int_equal(received(RTE_PTYPE_ALL_MASK), WHOLE & masks[i]);
	}
	/* Parts of a layer are ethdev's to refuse. */
	assert_int_equal(rte_eth_dev_set_ptypes(port, RTE_PTYPE_L4_UDP, set, 1), -EINVAL);
}

/* The choice survives configure. */
static void
test_stays(void **state __rte_unused)
{
	assert_int_equal(rte_eth_dev_set_ptypes(port, RTE_PTYPE_L3_MASK, NULL, 0), 0);
	test_stop(port);
	test_start(port, 1, 1);
	assert_int_equal(received(0), RTE_PTYPE_L3_IPV4);
}

/* Every type that may come is among those that are supported. */
static void
test_supported(void **state __rte_unused)
{
	uint32_t ptypes[64], all = 0;
	int n;

	n = rte_eth_dev_get_supported_ptypes(port, RTE_PTYPE_ALL_MASK, ptypes, RTE_DIM(ptypes));
	assert_in_range(n, 1, RTE_DIM(ptypes));
	for (int i = 0; i < n; i++)
		all |= ptypes[i];
	assert_int_equal(WHOLE & ~all, 0);
	n = rte_eth_dev_get_supported_ptypes(port, RTE_PTYPE_TUNNEL_MASK, ptypes, RTE_DIM(ptypes));
	assert_in_range(n, 2, RTE_DIM(ptypes));
	for (int i = 0; i < n; i++)
		assert_int_equal(ptypes[i] & ~RTE_PTYPE_TUNNEL_MASK, 0);
}

/* A net_steer port below leaves it to the one on top. */
static void
test_stack(void **state __rte_unused)
{
	const uint16_t lower = port;

	test_stop(port);
	port = test_plug("net_steer1", "iface=net_steer0");
	test_start(port, 1, 1);
	assert_int_equal(received(0), WHOLE);
	test_stop(port);
	test_unplug("net_steer1");
	assert_false(rte_eth_dev_is_valid_port(lower));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_told),
		TEST(test_set),
		TEST(test_stays),
		TEST(test_supported),
		TEST(test_stack),
	};
	int ret;

	if (test_driver_init() != 0)
		return 1;
	ring = test_ring("ptypes", 64);
	ret = cmocka_run_group_tests_name("ptypes", tests, NULL, NULL);
	test_eal_cleanup();
	return ret;
}
