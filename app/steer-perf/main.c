/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * steer-perf: what net_steer costs, in cycles and in proportion to the least that any software flow
 * director has to do.
 */

#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_cycles.h>
#include <rte_debug.h>
#include <rte_eal.h>
#include <rte_ethdev.h>
#include <rte_lcore.h>
#include <rte_log.h>
#include <rte_version.h>

#include "perf.h"
#include "race.h"
#include "where.h"

/* At once, of all ports. */
#define LOWER_QUEUES 4

const uint8_t *
perf_rss_key(const struct perf *p)
{
	static uint8_t key[40];
	struct rte_eth_rss_conf conf = { .rss_key = key, .rss_key_len = sizeof(key) };

	if (rte_eth_dev_rss_hash_conf_get(p->bed.port, &conf) != 0)
		rte_exit(EXIT_FAILURE, "steer-perf: the port does not tell its RSS key\n");
	return key;
}

bool
perf_wanted(const struct perf *p, const char *name)
{
	return p->args.only == NULL || strstr(name, p->args.only) != NULL;
}

/** The CPU's name, as the kernel has it. */
static const char *
cpu_name(char *line, size_t len)
{
	FILE *file = fopen("/proc/cpuinfo", "r");
	const char *name = NULL;

	while (file != NULL && name == NULL && fgets(line, (int)len, file) != NULL)
		if (strncmp(line, "model name", 10) == 0)
			name = strchr(line, ':');
	if (file != NULL)
		fclose(file);
	if (name == NULL)
		return "CPU unknown";
	line[strcspn(line, "\n")] = '\0';
	return name + 2;
}

static void
tell_machine(struct perf *p)
{
	char line[256];

	perf_report_note(&p->report, "net_steer %s, %s, %s, TSC %.2f GHz, %u lcores, %s pages",
			 STEER_VERSION, rte_version(), cpu_name(line, sizeof(line)),
			 (double)rte_get_tsc_hz() / 1e9, rte_lcore_count(),
			 rte_eal_has_hugepages() ? "huge" : "small");
	if (p->args.instructions)
		return;
	perf_report_note(&p->report, "medians of %u measurements of %lu packets each; spread: half "
			 "the distance of the quartiles", p->args.rounds,
			 (unsigned long)p->args.packets);
}

/** What is not measured packet by packet; each has ports of its own. */
static const struct part {
	const char *heading;
	void (*run)(struct perf *p, const char *heading);
	/** It takes a second lcore. */
	bool two;
	/** Instructions can be counted. */
	bool counts;
} parts[] = {
	{ .heading = "Hostile rules and packets", .run = perf_hostile, .counts = true },
	{ .heading = "A rule, in and out", .run = perf_rates, .counts = true },
	{ .heading = "Memory of a rule", .run = perf_memory },
	{ .heading = "Changes of rules under load: M packets/s", .run = perf_load, .two = true },
	{ .heading = "Lcores that poll, RSS only: M packets/s", .run = perf_cores, .two = true },
	{ .heading = "From lcore to lcore: cycles", .run = perf_ring, .two = true },
	{ .heading = "A packet in the kernel", .run = perf_in_kernel },
	{ .heading = "A virtual machine's port: M packets/s", .run = perf_virtio, .two = true },
};

static void
run_part(struct perf *p, const struct part *part)
{
	if (!perf_wanted(p, part->heading) || (p->args.instructions && !part->counts))
		return;
	perf_report_progress(&p->report, "%s ...", part->heading);
	if (part->two && !perf_race_possible()) {
		perf_report_section(&p->report, part->heading, NULL);
		perf_report_note(&p->report, "not measured: there is one lcore");
		return;
	}
	part->run(p, part->heading);
}

static void
run(struct perf *p)
{
	p->pool = perf_pool_create(LOWER_QUEUES);
	tell_machine(p);
	perf_bed_open(&p->bed, 1, p->pool);
	perf_profiles(p);
	perf_alternatives(p);
	perf_bed_close(&p->bed);
	for (unsigned int i = 0; i < RTE_DIM(parts); i++)
		run_part(p, &parts[i]);
	if (!p->args.instructions)
		perf_report_targets(&p->report);
}

int
main(int argc, char **argv)
{
	static struct perf p;
	int n;

	setlinebuf(stdout);
	n = rte_eal_init(argc, argv);
	if (n < 0)
		rte_exit(EXIT_FAILURE, "steer-perf: EAL does not start\n");
	n = perf_args_parse(&p.args, argc - n, argv + n);
	if (n == 0 && perf_report_open(&p.report, p.args.csv) != 0)
		n = -1;
	if (n == 0 && p.args.where != NULL && perf_where_open(p.args.where) != 0)
		n = -1;
	if (n == 0) {
		run(&p);
		perf_where_close();
		perf_report_close(&p.report);
	}
	rte_eal_cleanup();
	return n < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
