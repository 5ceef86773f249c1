/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * RSS in the kernel against the reference: random keys, redirection tables, types, levels and hash
 * functions, without a rule. The queue that TAP's program chooses is the one of the reference's
 * hash, which XDP's program says as well; but for packets that programs leave to user space, as
 * XDP's says.
 *
 * STEER_TEST_SEED is another seed.
 */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <rte_common.h>
#include <rte_ether.h>

#include "eal.h"
#include "gen_packet.h"
#include "gen_rule.h"
#include "ref_packet.h"
#include "ref_rss.h"
#include "steer_engine.h"
#include "steer_kernel.h"

#define SKIPPED 77
#define SEED 20261122
#define SETS 250
#define PACKETS 200
#define QUEUES 16

static struct steer_kernel *xdp;
static struct steer_kernel *tap;

static struct tally {
	unsigned int sure;
	unsigned int hashed;
	unsigned int inner;
	unsigned int odd; /**< Of redirection tables whose size is no power of two. */
	unsigned int queues[QUEUES];
} tally;

static uint64_t
seed(void)
{
	const char *text = getenv("STEER_TEST_SEED");

	return text != NULL ? strtoull(text, NULL, 0) : SEED;
}

static void
random_rss(struct gen_random *r, struct ref_rss *rss)
{
	uint8_t key[STEER_RSS_KEY_LEN];

	memset(rss, 0, sizeof(*rss));
	rss->func = (enum rte_eth_hash_function)gen_below(r, REF_RSS_SORT + 1);
	rss->level = gen_below(r, 3);
	rss->types = gen_chance(r, 50) ? RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP | RTE_ETH_RSS_UDP
				       : gen_rss_types(r, false);
	gen_bytes(r, key, sizeof(key));
	ref_rss_set_key(rss, key, sizeof(key));
	rss->reta_size = gen_chance(r, 60) ? 128 : 1 + gen_below(r, 512);
	for (unsigned int i = 0; i < rss->reta_size; i++)
		rss->reta[i] = (uint16_t)gen_below(r, QUEUES);
}

/** The same for the engine, and from it for both programs. */
static struct steer_engine *
make_engine(const struct ref_rss *rss)
{
	struct steer_engine *e = steer_engine_create(QUEUES, SOCKET_ID_ANY);
	struct steer_rss_conf conf = {
		.func = rss->func,
		.level = rss->level,
		.types = rss->types,
		.reta = rss->reta,
		.reta_size = rss->reta_size,
	};
	struct steer_kernel_trouble trouble;

	assert_non_null(e);
	memcpy(conf.key, rss->key, sizeof(conf.key));
	assert_int_equal(steer_engine_configure(e, QUEUES, 1), 0);
	assert_int_equal(steer_engine_port_rss(e, &conf), 0);
	steer_engine_want_hash(e, true);
	assert_int_equal(steer_kernel_sync(xdp, e, &trouble), 0);
	assert_int_equal(steer_kernel_sync(tap, e, &trouble), 0);
	return e;
}

static void
report(const struct ref_rss *rss, const struct gen_packet *p)
{
	printf("function %u level %u types %#lx, %u entries, packet:", rss->func, rss->level,
	       (unsigned long)rss->types, rss->reta_size);
	for (uint32_t i = 0; i < p->len; i++)
		printf("%s%02x", i % 4 == 0 ? " " : "", p->data[i]);
	putchar('\n');
}

static void
try_packet(const struct ref_rss *rss, const struct gen_packet *p)
{
	const struct ref_input in = gen_input(p);
	struct steer_kernel_run by_xdp, by_tap;
	struct ref_packet decoded;
	uint16_t queue;
	uint32_t hash;

	ref_decode(&in, &decoded);
	hash = ref_rss_hash(rss, &decoded);
	queue = ref_rss_queue(rss, hash);
	assert_int_equal(steer_kernel_test(xdp, p->data, p->len, 1, &by_xdp), 0);
	assert_int_equal(steer_kernel_test(tap, p->data, p->len, 1, &by_tap), 0);
	if (by_xdp.meta.flags & STEER_KERNEL_REFINE)
		return;
	if (by_tap.meta.queue != queue || by_xdp.meta.queue != queue || by_xdp.meta.hash != hash)
		report(rss, p);
	assert_int_equal(by_tap.meta.queue, queue);
	assert_int_equal(by_xdp.meta.queue, queue);
	assert_int_equal(by_xdp.meta.hash, hash);
	assert_int_equal((by_xdp.meta.flags & STEER_KERNEL_HASH) != 0, hash != 0);
	tally.sure++;
	tally.hashed += hash != 0;
	tally.inner += hash != 0 && rss->level == 2 && decoded.tunnel != REF_TUNNEL_NONE;
	tally.odd += hash != 0 && !rte_is_power_of_2(rss->reta_size);
	tally.queues[queue]++;
}

static void
test_reference(void **state __rte_unused)
{
	struct gen_random r = { .state = seed() };
	struct steer_engine *e;
	struct gen_packet p;
	struct ref_rss rss;

	printf("seed %lu\n", (unsigned long)seed());
	for (unsigned int i = 0; i < SETS; i++) {
		random_rss(&r, &rss);
		e = make_engine(&rss);
		for (unsigned int n = 0; n < PACKETS; n++) {
			gen_packet_any(&r, &p);
			/* Tags are in the packet. */
			p.ol_flags = 0;
			if (p.len >= RTE_ETHER_HDR_LEN)
				try_packet(&rss, &p);
		}
		steer_engine_free(e);
	}
	printf("%u packets: %u hashed, %u of them by what is in a tunnel, %u by an odd table\n",
	       tally.sure, tally.hashed, tally.inner, tally.odd);
	assert_true(tally.sure > SETS * PACKETS / 4);
	assert_true(tally.hashed > 5000 && tally.inner > 100 && tally.odd > 1000);
	for (unsigned int i = 0; i < QUEUES; i++)
		assert_true(tally.queues[i] > 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_reference) };
	struct steer_kernel_trouble trouble;
	int rc;

	xdp = steer_kernel_open(STEER_KERNEL_XDP, &trouble);
	if (xdp == NULL || (tap = steer_kernel_open(STEER_KERNEL_TAP, &trouble)) == NULL) {
		printf("skipped: %s\n", trouble.text);
		/* What the verifier refuses is our fault. */
		return trouble.code == EACCES ? 1 : SKIPPED;
	}
	if (test_eal_init(NULL) != 0)
		return 1;
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	steer_kernel_close(xdp);
	steer_kernel_close(tap);
	test_eal_cleanup();
	return rc;
}
