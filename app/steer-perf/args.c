/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "args.h"

static void
usage(FILE *to)
{
	fprintf(to, "steer-perf [EAL options] -- [options]\n"
		"  -q, --quick           3 rounds, fewer packets, no set of more than 1 M rules\n"
		"  -r, --rounds=N        measure each thing N times (default 9)\n"
		"  -n, --packets=N       packets of one measurement (1048576, with -i 1024)\n"
		"  -s, --scale=N         divide numbers of rules and flows by N (default 1)\n"
		"  -o, --output=FILE     results as comma-separated values, too\n"
		"  -i, --instructions    count instructions for each packet, nothing else\n"
		"  -w, --where=FILE      the same, and how many of them are at each address\n"
		"  -p, --part=TEXT       only what has this in its name\n"
		"  -h, --help\n");
}

static int
parse_number(const char *name, const char *text, uint64_t max, uint64_t *n)
{
	char *end;

	*n = strtoull(text, &end, 10);
	if (*text >= '0' && *text <= '9' && *end == '\0' && *n >= 1 && *n <= max)
		return 0;
	fprintf(stderr, "steer-perf: --%s=%s: a number from 1 to %llu is wanted\n", name, text,
		(unsigned long long)max);
	return -1;
}

static const struct option options[] = {
	{ "quick", no_argument, NULL, 'q' },
	{ "rounds", required_argument, NULL, 'r' },
	{ "packets", required_argument, NULL, 'n' },
	{ "scale", required_argument, NULL, 's' },
	{ "output", required_argument, NULL, 'o' },
	{ "instructions", no_argument, NULL, 'i' },
	{ "where", required_argument, NULL, 'w' },
	{ "part", required_argument, NULL, 'p' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static int
parse_option(struct perf_args *a, int option)
{
	uint64_t n = 0;
	int rc = 0;

	switch (option) {
	case 'q':
		a->quick = true;
		return 0;
	case 'r':
		rc = parse_number("rounds", optarg, PERF_ROUNDS_MAX, &n);
		a->rounds = (unsigned int)n;
		return rc;
	case 'n':
		return parse_number("packets", optarg, UINT32_MAX, &a->packets);
	case 's':
		rc = parse_number("scale", optarg, 1000000, &n);
		a->scale = (uint32_t)n;
		return rc;
	case 'o':
		a->csv = optarg;
		return 0;
	case 'p':
		a->only = optarg;
		return 0;
	case 'w':
		a->where = optarg;
		/* fallthrough */
	case 'i':
		a->instructions = true;
		return 0;
	case 'h':
		usage(stdout);
		return 1;
	default:
		usage(stderr);
		return -1;
	}
}

int
perf_args_parse(struct perf_args *a, int argc, char **argv)
{
	int option, rc;

	*a = (struct perf_args){ .scale = 1 };
	optind = 1;
	while ((option = getopt_long(argc, argv, "qr:n:s:o:iw:p:h", options, NULL)) != -1) {
		rc = parse_option(a, option);
		if (rc != 0)
			return rc;
	}
	if (optind < argc) {
		fprintf(stderr, "steer-perf: \"%s\": no such argument\n", argv[optind]);
		return -1;
	}
	if (a->rounds == 0)
		a->rounds = a->quick ? 3 : 9;
	if (a->packets == 0 && a->instructions)
		a->packets = a->quick ? 256 : 1024;
	else if (a->packets == 0)
		a->packets = a->quick ? 1 << 18 : 1 << 20;
	return 0;
}
