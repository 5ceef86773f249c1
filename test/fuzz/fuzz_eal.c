/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <stdlib.h>

#include <rte_common.h>

#include "eal.h"
#include "fuzz.h"

/* Of targets that need EAL. */

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	RTE_SET_USED(argc);
	RTE_SET_USED(argv);
	if (test_eal_init(NULL) != 0)
		exit(1);
	return 0;
}
