/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* What a launched function has done is done before the wait for it returns. */

#include <rte_common.h>
#include <rte_launch.h>
#include <rte_lcore.h>

#include "tsan.h"

struct launch {
	lcore_function_t *f;
	void *arg;
};

/* Only their addresses count. */
static char done[RTE_MAX_LCORE];

static int (*dpdk_launch)(lcore_function_t *f, void *arg, unsigned int lcore);
static int (*dpdk_wait)(unsigned int lcore);

RTE_INIT(find_launch)
{
	find_dpdk("rte_eal_remote_launch", &dpdk_launch);
	find_dpdk("rte_eal_wait_lcore", &dpdk_wait);
}

static int
on_lcore(void *arg)
{
	const struct launch l = *(struct launch *)arg;
	int rc;

	__tsan_acquire(arg);
	free(arg);
	rc = l.f(l.arg);
	__tsan_release(&done[rte_lcore_id()]);
	return rc;
}

int
rte_eal_remote_launch(lcore_function_t *f, void *arg, unsigned int lcore)
{
	struct launch *l = malloc(sizeof(*l));
	int rc;

	if (l == NULL)
		abort();
	*l = (struct launch){ .f = f, .arg = arg };
	__tsan_release(l);
	rc = dpdk_launch(on_lcore, l, lcore);
	if (rc != 0)
		free(l);
	return rc;
}

int
rte_eal_wait_lcore(unsigned int lcore)
{
	const int rc = dpdk_wait(lcore);

	__tsan_acquire(&done[lcore]);
	return rc;
}

void
rte_eal_mp_wait_lcore(void)
{
	unsigned int lcore;

	RTE_LCORE_FOREACH_WORKER(lcore)
		rte_eal_wait_lcore(lcore);
}
