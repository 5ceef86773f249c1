/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>

#include "contract.h"

#define MBUFS 32767
#define MBUF_CACHE 256
#define RULES_MS 10000

static struct contract contract;

void
fail(const char *fmt, ...)
{
	va_list args;

	printf("fail ");
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf("\n");
	fflush(stdout);
	/* other threads are polling: nothing that they use may go */
	_Exit(1);
}

void
must(const struct contract *c, uint16_t port, const char *what, int rc)
{
	if (rc >= 0)
		return;
	if (!c->plain)
		fail("dpdk%u: %s: %s", port, what, rte_strerror(-rc));
	printf("note dpdk%u: %s: %s\n", port, what, rte_strerror(-rc));
}

/* Arguments */

static void
parse_mac(struct rte_ether_addr *mac, const char *text)
{
	if (rte_ether_unformat_addr(text, mac) != 0)
		fail("not an address: %s", text);
}

/* Key and value of an argument; one of two is for dpdk0, then for dpdk1, or for IPv4, then IPv6. */
static void
parse_one(struct contract *c, int key, const char *value)
{
	static unsigned int seen[UINT8_MAX + 1];
	const unsigned int i = seen[key & UINT8_MAX]++ % 2;

	switch (key) {
	case 'w':
		c->n_workers = atoi(value);
		if (c->n_workers < 1 || c->n_workers > WORKERS_MAX)
			fail("%s workers, and not 1 to %u", value, WORKERS_MAX);
		break;
	case 't':
		c->vlan = atoi(value);
		break;
	case 's':
		c->signature = true;
		break;
	case 'p':
		c->plain = true;
		break;
	case 'n':
		parse_mac(&c->peer[i], value);
		break;
	case 'm':
		parse_mac(&c->new_mac[i], value);
		break;
	case 'v':
		address_parse(&c->vip[i], value);
		break;
	case 'l':
		address_parse(&c->lip[i], value);
		break;
	case 'r':
		address_parse(&c->rs[i], value);
		break;
	case 'k':
		address_parse(&c->kernel_ip[i], value);
		break;
	default:
		fail("unknown argument");
	}
}

static void
parse_args(struct contract *c, int argc, char **argv)
{
	static const struct option options[] = {
		{ "workers", required_argument, NULL, 'w' },
		{ "vlan", required_argument, NULL, 't' },
		{ "signature", no_argument, NULL, 's' },
		{ "plain", no_argument, NULL, 'p' },
		{ "neighbour", required_argument, NULL, 'n' },
		{ "mac", required_argument, NULL, 'm' },
		{ "vip", required_argument, NULL, 'v' },
		{ "lip", required_argument, NULL, 'l' },
		{ "rs", required_argument, NULL, 'r' },
		{ "kernel", required_argument, NULL, 'k' },
		{ NULL, 0, NULL, 0 },
	};
	int key;

	optind = 1;
	while ((key = getopt_long(argc, argv, "", options, NULL)) != -1)
		parse_one(c, key, optarg);
	if (c->n_workers == 0)
		fail("--workers is missing");
	/* a plain port has no rules, and so nothing for the kernel's worker */
	c->n_pollers = c->n_workers + (c->plain ? 0 : 1);
}

/* Events */

static void
make_rules(struct contract *c)
{
	if (!c->plain)
		rules_kernel(c);
	/* all at once, while they poll */
	atomic_store(&c->phase, MAKE_RULES);
	for (int ms = 0; ms < RULES_MS && atomic_load(&c->n_ready) < c->n_workers; ms++)
		rte_delay_us_sleep(1000);
	if (atomic_load(&c->n_ready) < c->n_workers)
		fail("the workers' rules are not made");
	for (uint16_t i = 0; i < c->n_workers; i++) {
		if (c->worker[i].n_refused > 0 && !c->plain)
			fail("worker %u: %u rules refused", i, c->worker[i].n_refused);
	}
}

static void
say_ready(const struct contract *c)
{
	char text[RTE_ETHER_ADDR_FMT_SIZE];

	for (uint16_t port = 0; port < PORTS; port++) {
		rte_ether_format_addr(text, sizeof(text), &c->mac[port]);
		printf("address dpdk%u %s\n", port, text);
	}
	printf("ready\n");
	fflush(stdout);
}

static void
report(const struct contract *c)
{
	for (uint16_t i = 0; i < c->n_pollers; i++) {
		const struct worker *w = &c->worker[i];
		const struct counts *n = &w->counts;

		printf("worker id=%u connections=%" PRIu64 " right=%" PRIu64 " wrong=%" PRIu64
		       " unknown=%" PRIu64 " kernel=%" PRIu64 " strayed=%" PRIu64
		       " foreign=%" PRIu64 " unsent=%" PRIu64 " destroyed=%u refused=%u\n",
		       i, n->connections, n->right, n->wrong, n->unknown, n->kernel, n->strayed,
		       n->foreign, n->unsent, w->n_destroyed, w->n_refused);
	}
	fflush(stdout);
}

static void
serve(struct contract *c)
{
	ports_up(c);
	for (uint16_t i = 0; i < c->n_pollers; i++)
		worker_init(c, i);
	rte_eal_mp_remote_launch(worker_lcore, c, SKIP_MAIN);
	ports_operate(c);
	make_rules(c);
	say_ready(c);
	/* until our starter closes it */
	while (getchar() != EOF)
		;
	ports_check(c);
	atomic_store(&c->phase, QUIT);
	rte_eal_mp_wait_lcore();
	report(c);
	ports_down(c);
}

int
main(int argc, char **argv)
{
	struct contract *c = &contract;
	int n = rte_eal_init(argc, argv);

	if (n < 0)
		fail("EAL: %s", rte_strerror(rte_errno));
	parse_args(c, argc - n, argv + n);
	if (rte_lcore_count() < 2)
		fail("no lcore for the workers");
	c->pool = rte_pktmbuf_pool_create("pool", MBUFS, MBUF_CACHE, 0,
					  RTE_MBUF_DEFAULT_BUF_SIZE, rte_socket_id());
	if (c->pool == NULL)
		fail("pool: %s", rte_strerror(rte_errno));
	serve(c);
	rte_eal_cleanup();
	return 0;
}
