/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <netinet/in.h>

#include <rte_bus_vdev.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_mempool.h>

#include "handover.h"
#include "life.h"
#include "packet.h"
#include "port.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* The port below, which comes and goes, and what is sent into it. */

/* Of the pool's mbufs, how many may be away. */
#define AWAY 4000

bool
life_has_below(void)
{
	uint16_t port;

	return rte_eth_dev_get_port_by_name(LIFE_BELOW_DEVICE, &port) == 0;
}

unsigned int
life_waiting(const struct life *l)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < LIFE_LOWER; i++)
		n += rte_ring_count(l->below[i]);
	return n;
}

void
life_plug_below(struct life *l)
{
	life_say(l, "below comes", 0);
	test_plug_rings(LIFE_BELOW, l->below, LIFE_LOWER);
}

void
life_unplug_below(struct life *l)
{
	life_say(l, "below goes", 0);
	rte_vdev_uninit(LIFE_BELOW_DEVICE);
	assert_false(life_has_below());
	l->lower_lost = true;
}

void
life_send_some(struct life *l)
{
	const uint32_t n = life_any(l, 64), lower = life_any(l, LIFE_LOWER);

	life_say(l, "send", n);
	for (uint32_t i = 0; i < n; i++) {
		const struct test_packet packet = {
			.v6 = life_any(l, 2), .dst = 1 + life_any(l, 5),
			.proto = life_any(l, 8) ? IPPROTO_UDP : IPPROTO_TCP,
			.dport = life_any(l, 16),
			/* One mbuf each. */
			.memory = life_any(l, 2) ? TEST_PLAIN : TEST_EXTERNAL,
		};
		struct rte_mbuf *m;

		if (rte_mempool_in_use_count(test_pool()) > AWAY ||
				(m = test_packet_make(&packet)) == NULL)
			return;
		atomic_fetch_add(&l->sent, 1);
		test_give(m);
		if (rte_ring_enqueue(l->below[lower], m) == 0)
			continue;
		atomic_fetch_sub(&l->sent, 1);
		rte_pktmbuf_free(m);
		return;
	}
}
