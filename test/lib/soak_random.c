/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * The engine against the reference for as long as wanted, with sets of 1 to 2,000 rules:
 *
 *	soak-random PAIRS [SEED]
 *
 * Says every second how far it has come, and ends with a line for devtools/soak.sh. Without SEED it
 * is another one each time. STEER_TEST_SET runs one set alone: that of a difference reported.
 */

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <rte_flow.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>

#include "compare.h"
#include "eal.h"
#include "soak.h"

#define PACKETS 1024
#define RULES 2000
/** So many sets are as good as any other number to have all items and actions matched. */
#define COVERING_PAIRS 1000000

static void
show_progress(const struct compare_stats *stats, uint64_t pairs, time_t *last)
{
	time_t now = time(NULL);

	/* A log needs less of it than a terminal. */
	if (now - *last < (isatty(STDOUT_FILENO) ? 1 : 60))
		return;
	*last = now;
	printf("%s%" PRIu64 " of %" PRIu64 " pairs, %" PRIu64 " differences%s",
	       isatty(STDOUT_FILENO) ? "\r" : "", stats->pairs, pairs, stats->differences,
	       isatty(STDOUT_FILENO) ? "" : "\n");
	fflush(stdout);
}

static void
run(struct compare_config *config, uint64_t pairs, struct compare_stats *stats)
{
	time_t last = time(NULL);

	while (stats->pairs < pairs) {
		compare_run(config, stats);
		config->first_set++;
		show_progress(stats, pairs, &last);
	}
	printf("\n");
}

/** @return what was found: differences, lost mbufs, items and actions that were never matched. */
static uint64_t
findings(const struct compare_stats *stats, const struct rte_mempool *pool)
{
	uint64_t n = stats->differences + rte_mempool_in_use_count(pool);

	if (stats->pairs < COVERING_PAIRS)
		return n;
	compare_cover_print(stdout, &stats->cover);
	return n + compare_cover_missing(&stats->cover);
}

static int
soak(uint64_t pairs, uint64_t seed)
{
	struct compare_stats stats = { 0 };
	struct compare_config config = {
		.seed = seed,
		.n_sets = 1,
		.packets = PACKETS,
		.rules = RULES,
		.dpvs = 8,
		.report = stdout,
	};
	uint64_t n;

	if (getenv("STEER_TEST_SET") != NULL) {
		config.first_set = strtoul(getenv("STEER_TEST_SET"), NULL, 0);
		pairs = 1;
	}
	config.pool = rte_pktmbuf_pool_create("soak", 16383, 0, 0, 2048 + RTE_PKTMBUF_HEADROOM,
					      SOCKET_ID_ANY);
	if (config.pool == NULL)
		return 2;
	printf("seed %#" PRIx64 "\n", seed);
	run(&config, pairs, &stats);
	compare_print(stdout, &stats);
	n = findings(&stats, config.pool);
	rte_mempool_free(config.pool);
	soak_result("%" PRIu64 " pairs, seed %#" PRIx64 ", %" PRIu64 " findings", stats.pairs, seed,
		    n);
	return n == 0 ? 0 : 1;
}

int
main(int argc, char **argv)
{
	uint64_t pairs = argc > 1 ? strtoull(argv[1], NULL, 0) : 0;
	uint64_t seed = argc > 2 && argv[2][0] != '\0' ? strtoull(argv[2], NULL, 0)
						       : (uint64_t)time(NULL);
	int rc;

	if (pairs == 0) {
		fprintf(stderr, "usage: soak-random PAIRS [SEED]\n");
		return 2;
	}
	if (test_eal_init(NULL) != 0 || rte_flow_dynf_metadata_register() != 0)
		return 2;
	rc = soak(pairs, seed);
	test_eal_cleanup();
	return rc;
}
