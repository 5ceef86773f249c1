/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>

#include "args.h"
#include "steer_engine.h"
#include "steer_value.h"
#include "steer_words_rss.h"

enum { RSS = 256, RSS_KEY, RSS_FUNC, RSS_LEVEL, RETA, RETA_SIZE, VERSION };

static const struct option options[] = {
	{ "rules", required_argument, NULL, 'r' },
	{ "queues", required_argument, NULL, 'q' },
	{ "isolated", no_argument, NULL, 'i' },
	{ "count", required_argument, NULL, 'c' },
	{ "summary", no_argument, NULL, 's' },
	{ "json", no_argument, NULL, 'j' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "rss", required_argument, NULL, RSS },
	{ "rss-key", required_argument, NULL, RSS_KEY },
	{ "rss-func", required_argument, NULL, RSS_FUNC },
	{ "rss-level", required_argument, NULL, RSS_LEVEL },
	{ "reta", required_argument, NULL, RETA },
	{ "reta-size", required_argument, NULL, RETA_SIZE },
	{ "version", no_argument, NULL, VERSION },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static void
usage(FILE *to)
{
	fprintf(to, "steer-trace [options] CAPTURE|HEX|-...\n"
		"What would happen to these packets, and why.\n"
		"  -r, --rules=FILE      rules: one 'flow create' command a line\n"
		"  -q, --queues=N        RX queues of the port (default 4)\n"
		"  -i, --isolated        the port is isolated: no rule, no packet\n"
		"  -c, --count=N         end after N packets\n"
		"  -s, --summary         a table by rule and queue in place of each packet\n"
		"  -j, --json            JSON, an object a line\n"
		"  -v, --verbose         all rules that were tried, all fields\n"
		"      --rss=TYPES       types of RSS, as testpmd names them (default ip)\n"
		"      --rss-key=HEX     40 bytes (default: the driver's)\n"
		"      --rss-func=NAME   hash function (default toeplitz)\n"
		"      --rss-level=N     0, 1: outer headers, 2: inner\n"
		"      --reta=Q,Q,...    queues of the table's entries, repeated up to its size\n"
		"      --reta-size=N     entries of the table (default 128)\n"
		"      --version\n"
		"  -h, --help\n"
		"HEX is a packet as hexadecimal digits, - reads a capture or lines of HEX.\n");
}

static int
refuse(const char *name, const char *text, const char *wanted)
{
	fprintf(stderr, "steer-trace: --%s=%s: %s\n", name, text, wanted);
	return TRACE_USAGE;
}

static bool
read_number(const char *text, uint64_t min, uint64_t max, uint64_t *n)
{
	const struct steer_word w = { text, strlen(text) };

	return steer_read_number(w, max, n) && *n >= min;
}

static int
parse_number(const char *name, const char *text, uint64_t min, uint64_t max, uint64_t *n)
{
	if (read_number(text, min, max, n))
		return -1;
	fprintf(stderr, "steer-trace: --%s=%s: a number from %" PRIu64 " to %" PRIu64
		" is wanted\n", name, text, min, max);
	return TRACE_USAGE;
}

/* RSS */

static int
parse_types(struct trace_args *a, const char *text)
{
	const char *end = text + strlen(text), *at = text;
	uint64_t types;

	a->rss.types = 0;
	while (at < end) {
		const struct steer_word w = { at, strcspn(at, " ,+") };

		if (w.len > 0 && !steer_word_is(w, "none")) {
			if (!steer_words_rss_types(w, &types))
				return refuse("rss", text, "types are wanted, such as ip,udp,tcp");
			a->rss.types |= types;
		}
		at += w.len + (w.at + w.len < end);
	}
	if ((a->rss.types & ~STEER_RSS_TYPES_PORT) != 0)
		return refuse("rss", text, "a port cannot have all of these types");
	return -1;
}

static int
parse_key(struct trace_args *a, const char *text)
{
	const struct steer_word w = { text, strlen(text) };

	if (steer_read_hex(w, a->rss.key, STEER_RSS_KEY_LEN) == STEER_RSS_KEY_LEN)
		return -1;
	return refuse("rss-key", text, "80 hexadecimal digits are wanted");
}

static int
parse_func(struct trace_args *a, const char *text)
{
	const struct steer_word w = { text, strlen(text) };

	if (steer_words_rss_func(w, &a->rss.func) && steer_rss_has_func(a->rss.func))
		return -1;
	fprintf(stderr, "steer-trace: --rss-func=%s: wanted is one of", text);
	for (unsigned int i = 0; steer_words_rss_func_at(i) != NULL; i++)
		fprintf(stderr, " %s", steer_words_rss_func_at(i));
	fputc('\n', stderr);
	return TRACE_USAGE;
}

/** Fill the table: with what is given, else with all queues in turn. */
static int
fill_reta(struct trace_args *a, const char *text)
{
	uint16_t given[TRACE_RETA_MAX];
	unsigned int n = 0;
	const char *at = text;
	char word[8];
	uint64_t queue;

	while (at != NULL && *at != '\0') {
		const size_t len = strcspn(at, ",");

		snprintf(word, sizeof(word), "%.*s", (int)RTE_MIN(len, sizeof(word) - 1), at);
		if (n == a->rss.reta_size || !read_number(word, 0, a->queues - 1u, &queue))
			return refuse("reta", text, "existing queues are wanted, no more than "
				      "--reta-size of them");
		given[n++] = (uint16_t)queue;
		at += len + (at[len] == ',');
	}
	for (uint32_t i = 0; i < a->rss.reta_size; i++)
		a->reta[i] = n > 0 ? given[i % n] : (uint16_t)(i % a->queues);
	return -1;
}

/* All */

static int
parse_rss_option(struct trace_args *a, int option, const char *text)
{
	uint64_t n = 0;
	int rc;

	switch (option) {
	case RSS:
		return parse_types(a, text);
	case RSS_KEY:
		return parse_key(a, text);
	case RSS_FUNC:
		return parse_func(a, text);
	case RSS_LEVEL:
		rc = parse_number("rss-level", text, 0, 2, &n);
		a->rss.level = (uint32_t)n;
		return rc;
	default:
		rc = parse_number("reta-size", text, 1, TRACE_RETA_MAX, &n);
		a->rss.reta_size = (uint32_t)n;
		return rc;
	}
}

static int
parse_option(struct trace_args *a, int option)
{
	uint64_t n = 0;
	int rc = -1;

	switch (option) {
	case 'r':
		a->rules = optarg;
		break;
	case 'q':
		rc = parse_number("queues", optarg, 1, STEER_QUEUES_MAX, &n);
		a->queues = (uint16_t)n;
		break;
	case 'i':
		a->isolated = true;
		break;
	case 'c':
		rc = parse_number("count", optarg, 1, UINT64_MAX, &a->count);
		break;
	case 's':
		a->summary = true;
		break;
	case 'j':
		a->json = true;
		break;
	case 'v':
		a->all = true;
		break;
	case VERSION:
		printf("steer-trace %s\n", STEER_VERSION);
		return TRACE_OK;
	case 'h':
		usage(stdout);
		return TRACE_OK;
	case '?':
		fprintf(stderr, "steer-trace: --help tells what is accepted\n");
		return TRACE_USAGE;
	default:
		return parse_rss_option(a, option, optarg);
	}
	return rc;
}

static void
set_defaults(struct trace_args *a)
{
	memset(a, 0, sizeof(*a));
	a->queues = 4;
	a->count = UINT64_MAX;
	a->rss.func = RTE_ETH_HASH_FUNCTION_DEFAULT;
	a->rss.types = RTE_ETH_RSS_IP;
	a->rss.reta_size = STEER_RETA_SIZE;
	memcpy(a->rss.key, steer_rss_default_key, STEER_RSS_KEY_LEN);
}

int
trace_args(struct trace_args *a, int argc, char **argv)
{
	const char *reta = NULL;
	int option, rc = -1;

	set_defaults(a);
	while (rc < 0 && (option = getopt_long(argc, argv, "r:q:ic:sjvh", options, NULL)) != -1) {
		if (option == RETA)
			reta = optarg;
		else
			rc = parse_option(a, option);
	}
	if (rc < 0)
		rc = fill_reta(a, reta);
	if (rc >= 0)
		return rc;
	a->rss.types &= STEER_RSS_TYPES_PORT;
	a->rss.reta = a->reta;
	a->inputs = argv + optind;
	a->n_inputs = argc - optind;
	if (a->n_inputs == 0) {
		fprintf(stderr, "steer-trace: a capture, a packet in hexadecimal digits or - is "
			"wanted; --help tells more\n");
		return TRACE_USAGE;
	}
	return -1;
}
