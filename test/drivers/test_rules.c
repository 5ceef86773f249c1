/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <netinet/in.h>

#include <rte_bus_vdev.h>
#include <rte_common.h>
#include <rte_ethdev.h>
#include <rte_flow.h>

#include "eal.h"
#include "hand.h"
#include "port.h"
#include "rule.h"
#include "traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* Rules of a file. */

#define QUEUES 4
#define RULE "flow create 0 ingress pattern eth / ipv4 / udp dst is "

static char path[] = "/tmp/steer-rules-XXXXXX";
static char args[64];

static const struct test_packet udp_53 = { .dst = 1, .proto = IPPROTO_UDP, .dport = 53 };
static const struct test_packet udp_54 = { .dst = 1, .proto = IPPROTO_UDP, .dport = 54 };

static void
write_file(const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

/** To be freed. */
static char *
dump(uint16_t port)
{
	/* Static, as the compiler does not see that the stream forgets them when closed. */
	static char *text;
	static size_t size;
	FILE *f = open_memstream(&text, &size);

	assert_non_null(f);
	assert_int_equal(rte_flow_dev_dump(port, NULL, f, NULL), 0);
	fclose(f);
	return text;
}

static unsigned int
count_lines(const char *text)
{
	unsigned int n = 0;

	for (; *text != '\0'; text++)
		n += *text == '\n';
	return n;
}

static unsigned int
count_rules(uint16_t port)
{
	char *text = dump(port);
	const unsigned int n = count_lines(text);

	free(text);
	return n;
}

static void
expect_dumped(uint16_t port, const char *part)
{
	char *text = dump(port);

	if (strstr(text, part) == NULL)
		fail_msg("dumped is \"%s\", without \"%s\"", text, part);
	free(text);
}

/* They are there with the first packet; comments, blank lines and other ends of lines are none. */
static void
test_installed(void **state __rte_unused)
{
	char note[64];
	struct test_world w;

	write_file("# a comment\n"
		   "\n" RULE "53 / end actions mark id 7 / queue index 3 / end # trailing\r\n"
		   "   \t\n"
		   "flow validate 0 ingress pattern eth / end actions drop / end\n"
		   "ingress pattern eth / ipv4 / udp dst is 54 / end actions drop / end");
	test_world_up(&w, 1, QUEUES, args);
	test_expect(&w, &udp_53, 3, 7);
	test_expect(&w, &udp_54, TEST_NOWHERE, 0);
	assert_int_equal(count_rules(w.port), 2);
	snprintf(note, sizeof(note), "# rule 0, rules=%s:3\n", path);
	expect_dumped(w.port, note);
	snprintf(note, sizeof(note), "# rule 1, rules=%s:6\n", path);
	expect_dumped(w.port, note);
	/* Once. */
	test_stop(w.port);
	write_file("nonsense");
	test_start(w.port, QUEUES, 1);
	assert_int_equal(count_rules(w.port), 2);
	test_expect(&w, &udp_53, 3, 7);
	test_world_down(&w);
}

/* What rules share, by number; a dump has it in front of them, and can be the file again. */
#define SHARED \
	"flow indirect_action 0 create action_id 5 ingress action rss queues 3 end / end\n" \
	"flow indirect_action 0 create action_id 2 ingress action count / end\n" \
	RULE "53 / end actions indirect 5 / indirect 2 / end\n" \
	RULE "54 / end actions indirect 2 / queue index 1 / end\n"

static void
test_shared(void **state __rte_unused)
{
	struct test_world w;
	char *text;

	write_file(SHARED);
	for (unsigned int i = 0; i < 2; i++) {
		test_world_up(&w, 1, QUEUES, args);
		test_expect(&w, &udp_53, 3, 0);
		test_expect(&w, &udp_54, 1, 0);
		assert_int_equal(rte_flow_flush(w.port, NULL), 0);
		assert_int_equal(count_rules(w.port), 4);
		expect_dumped(w.port, "create action_id 0 ingress action rss func");
		expect_dumped(w.port, "actions indirect 0 / indirect 1 / end # rule 0");
		text = dump(w.port);
		test_world_down(&w);
		write_file(text);
		free(text);
	}
}

/* What the application flushes are its own rules. */
static void
test_flush(void **state __rte_unused)
{
	struct test_world w;
	struct test_rule r;

	write_file(RULE "53 / end actions queue index 2 / end\n");
	test_world_up(&w, 1, QUEUES, args);
	test_rule(&r, 0);
	test_item_dst_port(&r, IPPROTO_UDP, 54, UINT16_MAX);
	test_action_queue(&r, 3);
	test_create(w.port, &r);
	assert_int_equal(count_rules(w.port), 2);
	for (unsigned int i = 0; i < 2; i++) {
		assert_int_equal(rte_flow_flush(w.port, NULL), 0);
		assert_int_equal(count_rules(w.port), 1);
		test_expect(&w, &udp_53, 2, 0);
	}
	test_world_down(&w);
}

/* A port below, which refused ones leave as it is. */
static struct rte_ring *ring;
#define IFACE "iface=net_ring_rules"

static const struct {
	const char *text;
	/* Line and column, message, and the caret below the line. */
	const char *where, *message, *caret;
} bad[] = {
	{ "flow", ":1:6: ", "the line ends too early: accepted behind flow are create, validate",
	  "\n\tflow\n\t     ^\n" },
	{ "# one\n\nflow create 0 pattern ipv5 / end\n", ":3:23: ", "\"ipv5\": items are end,",
	  "\n\tflow create 0 pattern ipv5 / end\n\t                      ^~~~\n" },
	{ RULE "66666 / end actions drop / end", ":1:55: ", "udp dst takes a number 0..65535",
	  "^~~~~\n" },
	/* What the engine refuses. */
	{ "pattern eth / end actions drop / end", ":1:1: ", "neither ingress nor egress",
	  "\t^~~~~~~\n" },
	{ "group 0 egress pattern eth / end actions drop / end", ":1:9: ", "egress",
	  "\t        ^~~~~~\n" },
	{ "ingress pattern tcp / ipv4 / end actions drop / end", ":1:23: ", "ipv4: cannot follow",
	  "^~~~\n" },
	{ "ingress pattern eth / end actions flag / queue index 4 / end",
	  ":1:42: ", "queue: index 4: the port has queues 0..3", "^~~~~\n" },
	{ "ingress pattern eth / end actions end", ":1:", "", "^" },
	{ "ingress pattern eth / end actions indirect 3 / end", ":1:44: ",
	  "\"3\": there is no \"flow indirect_action 0 create action_id 3\" before it", "^\n" },
	{ "flow indirect_action 0 create action_id 3 action count / end", ":1:43: ",
	  "indirect: not for ingress", "^~~~~~\n" },
	{ "flow indirect_action 0 create action_id 3 ingress action drop / end", ":1:58: ",
	  "rss, count and age are accepted", "^~~~\n" },
	{ SHARED "flow indirect_action 0 create action_id 2 ingress action count / end", ":5:1: ",
	  "a line before it has made a handle of this action_id", "\t^\n" },
};

static void
expect_refused(unsigned int i)
{
	char all[128], where[96];
	unsigned int lines;
	const char *text;
	int ret;

	snprintf(all, sizeof(all), IFACE ",queues=%d,%s", QUEUES, args);
	snprintf(where, sizeof(where), "net_steer: net_steer1: %s%s", path, bad[i].where);
	write_file(bad[i].text);
	test_log_begin();
	ret = rte_vdev_init("net_steer1", all);
	text = test_log_end(&lines);
	if (ret != -EINVAL && ret != -ENOTSUP)
		fail_msg("case %u: %d", i, ret);
	if (lines != 3 || strncmp(text, where, strlen(where)) != 0 ||
	    strstr(text, bad[i].message) == NULL || strstr(text, bad[i].caret) == NULL)
		fail_msg("case %u: logged is \"%s\"", i, text);
}

/* Nothing of the port is left: test_end() sees to that. */
static void
test_bad_lines(void **state __rte_unused)
{
	test_plug_rings("rules", &ring, 1);
	for (unsigned int i = 0; i < RTE_DIM(bad); i++)
		expect_refused(i);
	test_unplug("net_ring_rules");
}

static void
test_bad_files(void **state __rte_unused)
{
	char all[96];

	snprintf(all, sizeof(all), IFACE ",%s", args);
	test_plug_rings("rules", &ring, 1);
	test_plug_refused("net_steer0", IFACE ",rules=/tmp/steer-no-such-file",
			  "rules=/tmp/steer-no-such-file: ", "No such file");
	test_plug_refused("net_steer0", IFACE ",rules=/tmp", "rules=/tmp: ", "regular file");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	test_plug_refused("net_steer0", all, path, "regular file");
	assert_int_equal(unlink(path), 0);
	write_file("");
	assert_int_equal(truncate(path, (64 << 20) + 1), 0);
	test_plug_refused("net_steer0", all, path, "64 MiB");
	test_unplug("net_ring_rules");
}

static int
start_with(uint16_t port, uint16_t n_queues)
{
	struct rte_eth_conf conf = { .rxmode.mq_mode = RTE_ETH_MQ_RX_NONE };

	assert_int_equal(rte_eth_dev_configure(port, n_queues, 1, &conf), 0);
	for (uint16_t q = 0; q < n_queues; q++)
		assert_int_equal(rte_eth_rx_queue_setup(port, q, 64, 0, NULL, test_pool()), 0);
	assert_int_equal(rte_eth_tx_queue_setup(port, 0, 64, 0, NULL), 0);
	return rte_eth_dev_start(port);
}

/* How many queues there are is known at the first start, which fails whole. */
static void
test_too_few_queues(void **state __rte_unused)
{
	char all[96], where[128];
	const char *text;
	uint16_t port;

	write_file(RULE "54 / end actions drop / end\n" RULE
			"53 / end actions queue index 3 / end\n");
	test_plug_rings("rules", &ring, 1);
	snprintf(all, sizeof(all), IFACE ",%s", args);
	port = test_plug("net_steer0", all);
	test_log_begin();
	assert_int_equal(start_with(port, 3), -EINVAL);
	text = test_log_end(NULL);
	snprintf(where, sizeof(where),
		 "net_steer0: %s:2:72: queue: index 3: the port has queues 0..2\n", path);
	if (strstr(text, where) == NULL)
		fail_msg("logged is \"%s\"", text);
	assert_int_equal(count_rules(port), 0);
	assert_int_equal(start_with(port, QUEUES), 0);
	assert_int_equal(count_rules(port), 2);
	/* From here on they are rules like others: inactive without their queue. */
	test_stop(port);
	assert_int_equal(start_with(port, 2), 0);
	expect_dumped(port, "# inactive, its queue does not exist: flow create");
	test_stop(port);
	test_unplug("net_steer0");
	assert_int_equal(rte_vdev_uninit("net_ring_rules"), 0);
}

/* Handles as well. */
static void
test_handle_too_few_queues(void **state __rte_unused)
{
	char all[96];
	uint16_t port;

	write_file(SHARED);
	test_plug_rings("rules", &ring, 1);
	snprintf(all, sizeof(all), IFACE ",%s", args);
	port = test_plug("net_steer0", all);
	test_log_begin();
	assert_int_equal(start_with(port, 3), -EINVAL);
	assert_non_null(strstr(test_log_end(NULL),
			       ":1:58: rss: queue 3: the port has queues 0..2"));
	assert_int_equal(count_rules(port), 0);
	assert_int_equal(start_with(port, QUEUES), 0);
	assert_int_equal(count_rules(port), 4);
	test_stop(port);
	test_unplug("net_steer0");
	assert_int_equal(rte_vdev_uninit("net_ring_rules"), 0);
}

static const char many[] =
	"ingress priority 3 pattern eth / vlan vid is 7 / ipv6 dst spec 2001:db8:: dst prefix 32 / "
	"end actions count / rss func toeplitz level 2 types ipv6 udp end key "
	"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222324252627 "
	"queues 3 1 1 end / end\n"
	"ingress pattern udp dst spec 1 dst last 9 dst mask 0xffff / vxlan / eth / ipv4 / end "
	"actions flag / passthru / end\n"
	"ingress pattern invert / udp / raw relative is 1 search is 1 pattern is foo / end "
	"actions mark id 3 / end\n"
	"ingress pattern end actions rss / end\n";

/* What is dumped makes the same rules, on whatever port. */
static void
test_reload(void **state __rte_unused)
{
	char *first, *second, *saved;
	struct test_world w;

	write_file(many);
	test_world_up(&w, 1, QUEUES, args);
	first = dump(w.port);
	assert_int_equal(count_lines(first), 4);
	test_world_down(&w);
	write_file(first);
	test_world_up(&w, 1, QUEUES, args);
	second = dump(w.port);
	/* But for the numbers of lines where they come from. */
	for (char *a = strtok_r(first, "\n", &saved), *b = second; a != NULL;
	     a = strtok_r(NULL, "\n", &saved), b = strchr(b, '\n') + 1) {
		*strstr(a, " # ") = '\0';
		assert_memory_equal(a, b, strlen(a));
	}
	free(first);
	free(second);
	test_world_down(&w);
}

/* Handed down as others are; after a flush again. */
static void
test_handed_down(void **state __rte_unused)
{
	struct flow_spy spy = { .rules = 0 };
	struct test_world w;

	write_file(RULE "101 / end actions mark id 101 / count / queue index 2 / end\n");
	test_hand_up(&w, &spy, args);
	assert_int_equal(spy.rules, 1);
	test_hand_create(&w, 102, 3);
	assert_int_equal(spy.rules, 2);
	assert_int_equal(rte_flow_flush(w.port, NULL), 0);
	assert_int_equal(spy.rules, 1);
	test_hand_expect(&w, 101, 2);
	test_hand_expect(&w, 102, TEST_ANYWHERE);
	expect_dumped(w.port, "# handed down");
	test_world_down(&w);
}

/* What a dump has of them is such a file again. */
static void
test_sampled(void **state __rte_unused)
{
	struct test_world w;
	char *text;

	write_file("set sample_actions 3 mark id 7 / queue index 3 / end\n"
		   RULE "53 / end actions sample ratio 1 index 3 / drop / end\n");
	test_world_up(&w, 1, QUEUES, args);
	test_expect(&w, &udp_53, 3, 7);
	expect_dumped(w.port, "set sample_actions 0 mark id 7 / queue index 3 / end\nflow create");
	text = dump(w.port);
	test_world_down(&w);
	write_file(text);
	free(text);
	test_world_up(&w, 1, QUEUES, args);
	test_expect(&w, &udp_53, 3, 7);
	test_world_down(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_installed, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_sampled, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_shared, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_flush, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_bad_lines, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_bad_files, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_too_few_queues, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_handle_too_few_queues, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_reload, test_begin, test_end),
		cmocka_unit_test_setup_teardown(test_handed_down, test_begin, test_end),
	};
	int ret, fd = mkstemp(path);

	if (fd < 0 || test_driver_init() != 0 || test_traffic_init() != 0)
		return 1;
	close(fd);
	snprintf(args, sizeof(args), "rules=%s", path);
	ring = test_ring("rules", 64);
	ret = cmocka_run_group_tests_name("rules", tests, NULL, NULL);
	test_eal_cleanup();
	unlink(path);
	return ret;
}
