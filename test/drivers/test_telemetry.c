/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <inttypes.h>
#include <netinet/in.h>
#include <string.h>

#include <rte_common.h>
#include <rte_ethdev.h>

#include "eal.h"
#include "port.h"
#include "telemetry.h"
#include "traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* What operators see of tables and rings. */

#define QUEUES 4
#define MASKS 30
#define SENT 50

static void
add(struct test_world *w, const char *format, unsigned int group, unsigned int number)
{
	char text[256];

	snprintf(text, sizeof(text), format, group, number);
	test_ask("/steer/flow_create,%u,%s", w->port, text);
	test_answer_number("flow");
}

static void
test_tables(void **state __rte_unused)
{
	struct test_world w;
	const char *answer;

	test_world_up(&w, 1, QUEUES, TEST_ROOMY ",control=on");
	test_ask("/steer/tables,%u", w.port);
	assert_int_equal(test_answer_number("n_tables"), 0);
	for (unsigned int i = 0; i < 100; i++)
		add(&w, "group %u priority 3 ingress pattern eth / ipv4 / udp dst is %u / end "
		    "actions drop / end", 0, 1 + i / 2);
	answer = test_ask("/steer/tables,%u", w.port);
	assert_non_null(strstr(answer, "\"mask\":[\"pattern eth / ipv4 / udp dst / end\"]"));
	assert_int_equal(test_answer_number("n_tables"), 1);
	assert_int_equal(test_answer_number("rules"), 100);
	assert_int_equal(test_answer_number("values"), 50);
	assert_int_equal(test_answer_number("priority"), 3);
	assert_in_range(test_answer_number("buckets"), 50 / 6, 1000);
	assert_in_range(test_answer_number("bytes"), 100 * 64, 1000000);
	/* In part, of ranges, and in another group. */
	add(&w, "group %u ingress pattern eth / ipv4 src spec 10.0.0.0 src prefix %u / end actions "
	    "jump group 7 / end", 0, 9);
	add(&w, "group %u ingress pattern ipv6 / tcp src spec 1 src last %u src mask 65535 / "
	    "end actions drop / end", 7, 9);
	answer = test_ask("/steer/tables,%u,0", w.port);
	assert_non_null(strstr(answer, "ipv4 src prefix 9 /"));
	assert_non_null(strstr(answer, "pattern ipv6 / tcp src range / end"));
	assert_non_null(strstr(answer, "\"group\":7"));
	assert_int_equal(test_answer_number("n_tables"), 3);
	assert_null(strstr(answer, "\"next\""));
	test_world_down(&w);
}

static void
test_pages(void **state __rte_unused)
{
	unsigned int found = 0;
	struct test_world w;
	uint64_t from = 0;

	test_world_up(&w, 1, QUEUES, TEST_ROOMY ",control=on");
	for (unsigned int i = 1; i <= MASKS; i++)
		add(&w, "group %u ingress pattern eth / ipv4 src spec 128.0.0.0 src prefix %u / "
		    "end actions drop / end", 0, i);
	for (bool more = true; more;) {
		const char *at = test_ask("/steer/tables,%u,%" PRIu64, w.port, from);

		more = strstr(at, "\"next\"") != NULL;
		from = more ? test_answer_number("next") : 0;
		while ((at = strstr(at, "\"mask\"")) != NULL) {
			found++;
			at++;
		}
	}
	assert_int_equal(found, MASKS);
	test_ask("/steer/tables,%u,18446744073709551615", w.port);
	assert_int_equal(test_answer_number("n_tables"), MASKS);
	test_world_down(&w);
}

/* Packets that wait in a ring for a queue that is not polled, and are gone later. */
static void
test_high_water(void **state __rte_unused)
{
	struct test_flow flow = {
		.packet = { .dst = 1, .proto = IPPROTO_UDP, .dport = 9 }, .queue = 2,
	};
	struct test_world w;

	test_world_up(&w, 1, QUEUES, TEST_ROOMY ",control=on");
	add(&w, "group %u ingress pattern udp dst is %u / end actions queue index 2 / end", 0, 9);
	for (unsigned int i = 0; i < SENT; i++)
		test_send_anyhow(&w, &flow, 0);
	test_poll_rest(&w, 1, TEST_BURST);
	test_ask("/steer/queues,%u,2", w.port);
	assert_int_equal(test_answer_number("depth"), SENT);
	assert_int_equal(test_answer_number("high_water"), SENT);
	test_poll_rest(&w, TEST_ALL_QUEUES, TEST_BURST);
	test_send_anyhow(&w, &flow, 0);
	test_poll_rest(&w, TEST_ALL_QUEUES, TEST_BURST);
	test_ask("/steer/queues,%u,2", w.port);
	assert_int_equal(test_answer_number("depth"), 0);
	assert_int_equal(test_answer_number("high_water"), SENT);
	test_ask("/steer/queues,%u,3", w.port);
	assert_int_equal(test_answer_number("high_water"), 0);
	test_stop(w.port);
	assert_int_equal(rte_eth_dev_start(w.port), 0);
	test_ask("/steer/queues,%u,2", w.port);
	assert_int_equal(test_answer_number("high_water"), 0);
	test_world_down(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_tables, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_pages, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_high_water, test_begin, test_end),
	};
	int ret;

	if (test_telemetry_init() != 0 || test_traffic_init() != 0)
		return 1;
	ret = cmocka_run_group_tests_name("telemetry", tests, NULL, NULL);
	test_telemetry_cleanup();
	return ret;
}
