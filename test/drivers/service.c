/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <sched.h>
#include <stdint.h>

#include <rte_launch.h>
#include <rte_service.h>

#include "flows.h"
#include "port.h"
#include "service.h"
#include "traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define STREAMS 32

static struct test_flow streams[STREAMS];

void
test_cores_add(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		assert_int_equal(rte_service_lcore_add(TEST_FIRST_CORE + i), 0);
}

void
test_core_stop(unsigned int lcore)
{
	const int ret = rte_service_lcore_stop(lcore);

	/* It may not have been started, or even not quite yet. */
	assert_true(ret == 0 || ret == -EALREADY);
	rte_eal_wait_lcore(lcore);
}

void
test_cores_remove(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		test_core_stop(TEST_FIRST_CORE + i);
		assert_int_equal(rte_service_lcore_del(TEST_FIRST_CORE + i), 0);
	}
}

uint32_t
test_service_id(const char *name)
{
	uint32_t id;

	assert_int_equal(rte_service_get_by_name(name, &id), 0);
	return id;
}

void
test_service_absent(const char *name)
{
	uint32_t id;

	assert_int_equal(rte_service_get_by_name(name, &id), -ENODEV);
}

void
test_service_mapped(const char *name, unsigned int lcore)
{
	const uint32_t id = test_service_id(name);
	unsigned int i;

	for (i = 0; i < (unsigned int)rte_service_lcore_count(); i++)
		assert_int_equal(rte_service_map_lcore_get(id, TEST_FIRST_CORE + i),
			TEST_FIRST_CORE + i == lcore);
}

void
test_service_streams(const struct test_world *w)
{
	test_streams_make(w->port, streams, STREAMS, TEST_SERVICE_QUEUES);
}

struct test_flow *
test_service_stream(unsigned int stream)
{
	return &streams[stream];
}

void
test_service_send(struct test_world *w, unsigned int n)
{
	unsigned int i, stream;

	for (i = 0; i < n; i++) {
		stream = i * 7 % STREAMS;
		test_send(w, &streams[stream], stream / TEST_SERVICE_QUEUES % w->n_lower);
	}
}

void
test_service_receive(struct test_world *w)
{
	unsigned int patience = TEST_PATIENCE, n;
	uint16_t q;

	while (test_received(w) < w->sent && patience-- > 0) {
		for (q = 0, n = 0; q < w->n_queues; q++)
			n += test_poll(w, q, TEST_BURST);
		if (n > 0)
			patience = TEST_PATIENCE;
		else
			sched_yield();
	}
	test_world_check(w);
	assert_int_equal(test_received(w), w->sent);
}
