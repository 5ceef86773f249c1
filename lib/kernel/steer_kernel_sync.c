/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * An image into the kernel. There are two configurations, and the one that is not in force is
 * filled; one word says which is. Whoever changes a map of maps waits, in the kernel, until no
 * program sees what was there before: so the other configuration may be filled again afterwards.
 */

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include <rte_common.h>

#include "steer_kernel_private.h"
#include "steer_listed.h"

/** Of the map of maps: in no configuration. */
#define SLOT_WAIT 2

static int
map_failed(struct steer_kernel_trouble *trouble, int rc, uint32_t n_rules)
{
	return steer_kernel_fail(trouble, "rules", -rc, "%u rules cannot be given to the kernel: "
				 "%s: %s", n_rules, strerror(-rc),
				 rc == -EPERM ? STEER_KERNEL_CAPABILITIES : "what was in force is");
}

/** A map of the image's rules. @return its file descriptor; -errno. */
static int
make_rules(const struct steer_kernel_image *image)
{
	LIBBPF_OPTS(bpf_map_batch_opts, opts);
	uint32_t n = image->n_rules;
	int fd, rc;

	fd = bpf_map_create(BPF_MAP_TYPE_HASH, "steer_rules", sizeof(struct steer_kernel_key),
			    sizeof(struct steer_kernel_rule), RTE_MAX(n, 1u), NULL);
	if (fd < 0 || n == 0)
		return fd;
	rc = bpf_map_update_batch(fd, image->keys, image->rules, &n, &opts);
	if (rc == 0)
		return fd;
	close(fd);
	return rc;
}

/** Fill the configuration that is not in force. */
static int
fill(const struct steer_kernel *k, const struct steer_kernel_image *image, uint32_t slot,
     int rules)
{
	const int tables = steer_kernel_map(k, "steer_tables");
	int rc = bpf_map_update_elem(steer_kernel_map(k, "steer_rules"), &slot, &rules, BPF_ANY);

	for (uint32_t i = 0; rc == 0 && i < image->n_rss; i++) {
		const uint32_t number = slot * STEER_KERNEL_RSS + i;

		rc = bpf_map_update_elem(tables, &number, image->tables[i], BPF_ANY);
	}
	if (rc == 0)
		rc = bpf_map_update_elem(steer_kernel_map(k, "steer_conf"), &slot, image->conf,
					 BPF_ANY);
	return rc;
}

/** Until no program goes by what was in force before. */
static int
wait_for_programs(struct steer_kernel *k, int rules)
{
	const uint32_t slot = SLOT_WAIT;
	int rc = bpf_map_update_elem(steer_kernel_map(k, "steer_rules"), &slot, &rules, BPF_ANY);

	k->in_use = rc < 0;
	return rc;
}

/** From now on, @p generation; 0: none. */
static void
put_in_force(struct steer_kernel *k, uint32_t generation)
{
	__atomic_store_n(k->active, generation, __ATOMIC_RELEASE);
	k->in_use = true;
}

/** For steer_kernel_check(). */
static void
note(struct steer_kernel *k, const struct steer_kernel_image *image)
{
	k->isolated = image->conf->flags & STEER_KERNEL_ISOLATED;
	k->any_stay = false;
	k->any_inexact = false;
	for (uint32_t i = 0; i < image->n_entries; i++) {
		const struct steer_kernel_entry *entry = &image->entries[i];

		if (entry->rule.flags & STEER_KERNEL_STAY) {
			k->stay_last = RTE_MAX(k->any_stay ? k->stay_last : 0, entry->prio);
			k->any_stay = true;
		}
		if (entry->inexact) {
			k->inexact_first = k->any_inexact ? RTE_MIN(k->inexact_first, entry->prio)
							  : entry->prio;
			k->any_inexact = true;
		}
	}
	k->info.rules = image->n_entries;
	k->info.refined = image->n_refined;
	k->info.masks = image->conf->n_masks;
}

/** Neighbours differ in their lowest bit, and none is 0. */
static uint32_t
next_generation(const struct steer_kernel *k)
{
	return k->generation + 1 != 0 ? k->generation + 1 : 2;
}

static int
put(struct steer_kernel *k, const struct steer_kernel_image *image)
{
	const uint32_t generation = next_generation(k);
	int rules = make_rules(image), rc = rules;

	image->conf->generation = generation;
	steer_kernel_remote_fill(k, image->conf);
	if (rules >= 0 && k->in_use)
		rc = wait_for_programs(k, rules);
	if (rc >= 0)
		rc = fill(k, image, generation & 1, rules);
	if (rc < 0) {
		if (rules >= 0)
			close(rules);
		return map_failed(image->trouble, rc, image->n_entries);
	}
	note(k, image);
	__atomic_store_n(&k->generation, generation, __ATOMIC_RELAXED);
	put_in_force(k, generation);
	/* Too late to refuse: where that fails, who comes next has to wait first. */
	wait_for_programs(k, rules);
	close(rules);
	return 0;
}

int
steer_kernel_sync(struct steer_kernel *k, struct steer_engine *e,
		  struct steer_kernel_trouble *trouble)
{
	struct steer_kernel_image image = { .kind = k->kind, .trouble = trouble };
	int rc = steer_kernel_image_make(&image, e);

	if (rc == 0)
		rc = put(k, &image);
	steer_kernel_image_free(&image);
	return rc;
}

int
steer_kernel_pause(struct steer_kernel *k, struct steer_kernel_trouble *trouble)
{
	const struct steer_kernel_image none = { .n_rules = 0 };
	int rules, rc;

	put_in_force(k, 0);
	rules = make_rules(&none);
	rc = rules < 0 ? rules : wait_for_programs(k, rules);
	if (rules >= 0)
		close(rules);
	return rc < 0 ? map_failed(trouble, rc, 0) : 0;
}

/* One rule */

struct check {
	const struct steer_kernel *k;
	struct steer_kernel_trouble *trouble;
	bool isolated;
};

static int
check_port(const struct steer_listed_port *port, void *arg)
{
	struct check *check = arg;

	check->isolated = port->isolated;
	return 0;
}

static int
check_rule(const struct steer_listed *rule, void *arg)
{
	const struct check *check = arg;
	const struct steer_kernel *k = check->k;
	struct steer_kernel_entry entry;
	bool stays;
	int rc;

	steer_kernel_entry(rule, 0, &entry);
	stays = entry.rule.flags & STEER_KERNEL_STAY;
	rc = steer_kernel_entry_check(&entry, k->kind, check->isolated, check->trouble);
	if (rc < 0 || k->kind == STEER_KERNEL_TAP)
		return rc;
	/* A rule that comes is the last one of its priority. */
	if ((stays && k->any_inexact && k->inexact_first <= entry.prio) ||
	    (entry.inexact && k->any_stay && k->stay_last > entry.prio))
		return steer_kernel_fail(check->trouble, "rules", ENOTSUP,
					 "rule %" PRIu64 ": send_to_kernel would stand behind a "
					 "rule that the kernel cannot judge exactly: put it in "
					 "front", entry.seq);
	return 0;
}

int
steer_kernel_check(struct steer_kernel *k, struct steer_engine *e, const struct steer_flow *flow,
		   struct steer_kernel_trouble *trouble)
{
	struct check check = { .k = k, .trouble = trouble };
	const struct steer_list_to to = { .port = check_port, .rule = check_rule, .arg = &check };
	int rc = steer_engine_list(e, flow, &to);

	if (rc == -EINVAL)
		return steer_kernel_fail(trouble, "rules", EINVAL, "not a rule of this port");
	return rc;
}
