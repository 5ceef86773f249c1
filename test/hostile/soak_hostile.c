/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * Hostile packets through a port, with random rules:
 *
 *	soak-hostile PACKETS [SEED [DIRECTORY]]
 *
 * First all that are listed, once; then others at random, until there were so many. DIRECTORY has
 * captures, which are changed at random, too. Says every minute how far it has come, and ends with
 * a line for devtools/soak.sh. Without SEED it is another one each time.
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "eal.h"
#include "hostile_batch.h"
#include "hostile_random.h"
#include "port.h"
#include "soak.h"

/** How often a packet is sent past the same rules, and one of those that are listed. */
#define REPEATS 128
#define REPEATS_LISTED 4
/** Sets of rules that one port is for. */
#define SETS 16
/** And sets at random, after which the list comes again. */
#define SETS_LISTED 1024

/** All that there is: a sink for the list, too. */
struct soak {
	struct hostile_sink sink;
	struct hostile_stats stats;
	struct hostile_world world;
	struct hostile_batch batch;
	struct hostile_captures captures;
	uint64_t wanted;
	unsigned int repeats;
	bool up;
	time_t shown;
};

static void
show_progress(struct soak *s)
{
	const time_t now = time(NULL);

	if (now - s->shown < 60)
		return;
	s->shown = now;
	printf("%" PRIu64 " of %" PRIu64 " packets, %" PRIu64 " sets, %" PRIu64 " findings\n",
	       s->stats.packets, s->wanted, s->stats.set, s->stats.findings);
	fflush(stdout);
}

/** Each set follows from the seed and its number. */
static void
seed_set(struct soak *s)
{
	s->world.random.state = s->stats.seed + s->stats.set * UINT64_C(0xd1342543de82ef95);
	srand((unsigned int)gen_u64(&s->world.random));
}

static void
begin_set(struct soak *s)
{
	if (!s->up)
		hostile_world_up(&s->world, s->stats.seed ^ (s->stats.set / SETS + 1) << 32);
	s->up = true;
	seed_set(s);
}

static void
end_set(struct soak *s)
{
	const bool last = s->stats.set % SETS == SETS - 1;
	const bool stop = last && s->stats.set / SETS % 2 == 0;

	hostile_batch_run(&s->batch, s->repeats, stop);
	s->stats.set++;
	if (last) {
		if (!stop)
			hostile_world_stop(&s->world);
		hostile_world_down(&s->world);
		s->up = false;
	}
	show_progress(s);
}

static void
take(struct hostile_sink *sink, const struct hostile_packet *p)
{
	struct soak *s = (struct soak *)sink;

	if (s->batch.n == 0)
		begin_set(s);
	hostile_batch_add(&s->batch, p);
	if (s->batch.n == HOSTILE_BATCH)
		end_set(s);
}

static void
run_list(struct soak *s, unsigned int repeats)
{
	s->repeats = repeats;
	s->sink.random.state = s->stats.seed + s->stats.set;
	hostile_list(&s->sink);
	if (s->batch.n > 0)
		end_set(s);
}

static void
run_random(struct soak *s)
{
	struct hostile_packet p;
	bool jumbo;

	s->repeats = REPEATS;
	begin_set(s);
	jumbo = gen_chance(&s->world.random, 6);
	while (s->batch.n < HOSTILE_BATCH) {
		hostile_random(&s->world.random, &s->captures, jumbo, &p);
		hostile_batch_add(&s->batch, &p);
	}
	end_set(s);
}

static void
run(struct soak *s)
{
	run_list(s, 1);
	for (uint64_t n = 1; s->stats.packets < s->wanted; n++) {
		run_random(s);
		if (n % SETS_LISTED == 0)
			run_list(s, REPEATS_LISTED);
	}
	if (s->up) {
		hostile_world_stop(&s->world);
		hostile_world_down(&s->world);
	}
}

static void
print(const struct hostile_stats *st)
{
	unsigned int n_items = 0, n_actions = 0;

	for (unsigned int i = 0; i < RTE_DIM(st->items); i++) {
		n_items += st->items[i] > 0;
		n_actions += st->actions[i] > 0;
	}
	printf("%" PRIu64 " packets, %" PRIu64 " of them with other rules or bytes than before\n"
	       "%" PRIu64 " delivered, %" PRIu64 " dropped by rules, %" PRIu64 " as rings were "
	       "full, %" PRIu64 " by stop, %" PRIu64 " changed, %" PRIu64 " copies\n"
	       "%" PRIu64 " sets, %" PRIu64 " rules with %u types of items and %u of actions that "
	       "matched, %" PRIu64 " findings\n",
	       st->packets, st->distinct, st->delivered, st->dropped, st->overflown, st->stopped,
	       st->changed, st->copied, st->set, st->rules, n_items, n_actions, st->findings);
}

static int
soak(struct soak *s, const char *directory)
{
	int rc;

	printf("seed %#" PRIx64 "\n", s->stats.seed);
	fflush(stdout);
	if (directory != NULL) {
		rc = hostile_captures_read(&s->captures, directory);
		if (rc != 0) {
			fprintf(stderr, "%s: %s\n", directory, strerror(-rc));
			return 2;
		}
	}
	s->sink.take = take;
	s->batch.world = &s->world;
	s->shown = time(NULL);
	if (hostile_world_init(&s->world, &s->stats) != 0)
		return 2;
	run(s);
	print(&s->stats);
	hostile_world_fini(&s->world);
	hostile_captures_free(&s->captures);
	soak_result("%" PRIu64 " packets, seed %#" PRIx64 ", %" PRIu64 " findings",
		    s->stats.packets, s->stats.seed, s->stats.findings);
	return s->stats.findings == 0 ? 0 : 1;
}

int
main(int argc, char **argv)
{
	static struct soak s;
	int rc;

	if (argc < 2) {
		fprintf(stderr, "usage: soak-hostile PACKETS [SEED [DIRECTORY]]\n");
		return 2;
	}
	s.wanted = strtoull(argv[1], NULL, 0);
	s.stats.seed = argc > 2 && argv[2][0] != '\0' ? strtoull(argv[2], NULL, 0)
						      : (uint64_t)time(NULL);
	if (test_driver_init() != 0)
		return 2;
	rc = soak(&s, argc > 3 ? argv[3] : NULL);
	test_eal_cleanup();
	return rc;
}
