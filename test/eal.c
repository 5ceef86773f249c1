/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_common.h>
#include <rte_eal.h>
#include <rte_errno.h>

#include "eal.h"

#define MAX_ARGS 64

int
test_eal_init(const char *const *extra)
{
	/* EAL keeps pointers into the arguments, and permutes the vector. */
	static char prefix[64], log[128];
	static const char *args[MAX_ARGS] = {
		"test", "--no-huge", "--no-pci", "--no-shconf", "--log-level=*:error",
	};
	const char *level = getenv("TEST_EAL_LOG");
	int n = 0;

	while (args[n] != NULL)
		n++;
	snprintf(prefix, sizeof(prefix), "--file-prefix=steer_test_%d", (int)getpid());
	args[n++] = prefix;
	if (level != NULL) {
		snprintf(log, sizeof(log), "--log-level=%s", level);
		args[n++] = log;
	}
	if (extra == NULL || *extra == NULL || strcmp(*extra, "-m") != 0) {
		args[n++] = "-m";
		args[n++] = "512";
	}
	/* It cannot be taken back. */
	if (extra == NULL || *extra == NULL || strcmp(*extra, "--telemetry") != 0)
		args[n++] = "--no-telemetry";
	for (; extra != NULL && *extra != NULL; extra++) {
		if (n == MAX_ARGS - 1)
			return -E2BIG;
		args[n++] = *extra;
	}
	args[n] = NULL;

	if (rte_eal_init(n, (char **)(uintptr_t)args) < 0) {
		fprintf(stderr, "EAL does not start: %s\n", rte_strerror(rte_errno));
		return -rte_errno;
	}
	return 0;
}

void
test_eal_cleanup(void)
{
	/* EAL leaves its directory to a next process of this prefix, and there is none. */
	char *dir = strdup(rte_eal_get_runtime_dir());

	rte_eal_cleanup();
	if (dir != NULL)
		rmdir(dir);
	free(dir);
}

int
test_eal_begin(void **state)
{
	RTE_SET_USED(state);
	return test_eal_init(NULL);
}

int
test_eal_end(void **state)
{
	RTE_SET_USED(state);
	test_eal_cleanup();
	return 0;
}
