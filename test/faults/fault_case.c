/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <dirent.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_bus_vdev.h>
#include <rte_common.h>
#include <rte_ethdev.h>
#include <rte_memzone.h>

#include "fault_case.h"
#include "port.h"
#include "rule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* More calls than any operation here makes. */
#define MANY 2000
/* More groups than a program has. */
#define GROUPS 8

struct test_world fault_world;
struct rte_flow_error fault_error;
bool fault_onwards;

/* World */

static void
make_rule(void)
{
	struct test_rule r;

	test_rule(&r, 7);
	test_item(&r, RTE_FLOW_ITEM_TYPE_IPV4);
	test_item_dst_port(&r, IPPROTO_UDP, FAULT_PORT, UINT16_MAX);
	test_action_mark(&r, FAULT_PORT);
	test_action_queue(&r, FAULT_QUEUES - 1);
	test_create(fault_world.port, &r);
}

void
fault_world_up(const struct fault_case *c)
{
	test_world_up(&fault_world, 2, FAULT_QUEUES, c->args != NULL ? c->args : "");
	make_rule();
}

void
fault_world_down(const struct fault_case *c __rte_unused)
{
	test_world_down(&fault_world);
}

void
fault_forwards(void)
{
	const struct test_packet p = { .dst = 1, .proto = IPPROTO_UDP, .dport = FAULT_PORT };

	test_expect(&fault_world, &p, FAULT_QUEUES - 1, FAULT_PORT);
}

/* What must be the same afterwards; test_begin() and test_end() look at the rest. */

struct use {
	unsigned int memzones;
	unsigned int files;
	unsigned int epolls;
};

static bool
is_left(const struct use *then, const struct use *now)
{
	return now->files != then->files || now->epolls > then->epolls ||
	       now->memzones != then->memzones;
}

static void
count_memzone(const struct rte_memzone *mz __rte_unused, void *arg)
{
	++*(unsigned int *)arg;
}

static bool
is_epoll(int dir, const char *fd)
{
	char to[32];
	const ssize_t len = readlinkat(dir, fd, to, sizeof(to));

	return len > 0 && strncmp(to, "anon_inode:[eventpoll]", (size_t)len) == 0;
}

static void
count_files(struct use *u)
{
	DIR *dir = opendir("/proc/self/fd");
	const struct dirent *entry;

	assert_non_null(dir);
	u->files = 0;
	u->epolls = 0;
	while ((entry = readdir(dir)) != NULL) {
		if (is_epoll(dirfd(dir), entry->d_name))
			u->epolls++;
		else
			u->files++;
	}
	closedir(dir);
}

static struct use
look(void)
{
	struct use u = { 0 };
	unsigned int epolls;

	/* EAL's interrupt thread closes and opens its own whenever its sources change. */
	count_files(&u);
	epolls = u.epolls;
	sched_yield();
	count_files(&u);
	u.epolls = RTE_MAX(u.epolls, epolls);
	rte_memzone_walk(count_memzone, &u.memzones);
	return u;
}

/* A run */

struct run {
	const struct fault_case *c;
	bool keeps; /* Memory, for another run. */
	unsigned int n;
	bool onwards;
	const char *function;
	int ret;
};

static void
up(const struct fault_case *c)
{
	if (c->up != NULL)
		c->up(c);
	else
		fault_world_up(c);
}

static void
down(const struct fault_case *c)
{
	if (c->down != NULL)
		c->down(c);
	else
		fault_world_down(c);
}

static void
say(const struct run *r, const char *what)
{
	fprintf(stderr, "%s: fault %u%s, in %s, answer %d: %s\n", r->c->name, r->n,
		r->onwards ? " and all behind it" : "",
		r->function != NULL ? r->function : "none", r->ret, what);
}

static void
operate(struct run *r)
{
	memset(&fault_error, 0, sizeof(fault_error));
	fault_onwards = r->onwards;
	test_fault_only(r->c->only);
	test_fault_begin(r->n, r->onwards, r->c->who);
	r->ret = r->c->op(r->c);
	r->function = test_fault_end();
	if (getenv("STEER_FAULT_SHOW") != NULL)
		say(r, fault_error.message != NULL ? fault_error.message : "");
}

static void
judge(const struct run *r)
{
	if (r->ret == 0)
		return;
	if (r->function == NULL || r->ret > 0 || r->ret < -4095) {
		say(r, "no errno of a fault");
		fail();
	}
	/* DPDK's own flow functions would have had one. */
	if (r->c->flow && strncmp(r->function, "rte_flow_", strlen("rte_flow_")) != 0 &&
			(fault_error.message == NULL ||
			fault_error.type == RTE_FLOW_ERROR_TYPE_NONE)) {
		say(r, "without a message");
		fail();
	}
}

static void
check(const struct run *r, bool done)
{
	if (r->c->check != NULL)
		r->c->check(r->c, done);
	if (r->c->up == NULL)
		fault_forwards();
}

/* @return whether there was such a call. */
static bool
run(struct run *r)
{
	struct use then, now;
	const char *failed;

	if (!r->keeps)
		test_begin(NULL);
	then = look();
	up(r->c);
	test_log_begin();
	operate(r);
	failed = r->function;
	judge(r);
	check(r, r->ret == 0);
	if (r->ret != 0) {
		r->ret = r->c->op(r->c);
		if (r->ret != 0) {
			r->function = failed;
			say(r, "does not go without it afterwards");
			fail_msg("%s", test_log_end(NULL));
		}
		check(r, true);
	}
	test_log_end(NULL);
	down(r->c);
	now = look();
	r->function = failed;
	if ((!r->keeps && test_end(NULL) != 0) || is_left(&then, &now)) {
		fprintf(stderr, "%d files, %d epolls, %d memzones\n",
			(int)(now.files - then.files), (int)(now.epolls - then.epolls),
			(int)(now.memzones - then.memzones));
		say(r, "something is left");
		fail();
	}
	return failed != NULL;
}

static unsigned int
run_case(const struct fault_case *c, bool keeps)
{
	struct run r = { .c = c, .keeps = keeps };
	unsigned int runs = 0;

	for (r.n = 1; r.n < MANY && run(&r); r.n++)
		runs++;
	assert_true(r.n < MANY);
	r.onwards = true;
	for (r.n = 1; r.n < MANY && run(&r); r.n++)
		runs++;
	assert_true(r.n < MANY);
	return runs;
}

static void
run_group(void **state)
{
	const struct fault_group *group = *state;
	const char *only = getenv("STEER_FAULT_CASE");
	const bool stays = group->end != NULL;
	unsigned int i, faults = 0;

	if (stays)
		test_begin(NULL);
	if (group->begin != NULL)
		group->begin();
	for (i = 0; i < group->n; i++) {
		if (only != NULL && strstr(group->cases[i].name, only) == NULL)
			continue;
		if (getenv("STEER_FAULT_SHOW") != NULL)
			print_message("case %s\n", group->cases[i].name);
		faults += run_case(&group->cases[i], stays || group->leaks);
	}
	if (stays)
		group->end();
	if (stays && !group->leaks)
		assert_int_equal(test_end(NULL), 0);
	print_message("%u operations, %u faults\n", group->n, faults);
}

int
fault_run(const char *name, const struct fault_group *groups, unsigned int n)
{
	struct CMUnitTest tests[GROUPS];
	unsigned int i;
	int ret;

	for (i = 0; i < n && i < GROUPS; i++)
		tests[i] = (struct CMUnitTest){
			.name = groups[i].name,
			.test_func = run_group,
			.initial_state = (void *)(uintptr_t)&groups[i],
		};
	ret = _cmocka_run_group_tests(name, tests, i, NULL, NULL);
	test_fault_sites();
	return ret;
}
