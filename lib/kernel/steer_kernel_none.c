/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* Built without BPF: nothing can be opened, so nothing else is called with an object. */

#include <errno.h>

#include <rte_common.h>

#include "steer_kernel.h"

static int
refuse(struct steer_kernel_trouble *trouble)
{
	return steer_kernel_fail(trouble, "load", ENOSYS,
		"built without BPF: install clang, bpftool and libbpf-dev and build again");
}

bool
steer_kernel_built(void)
{
	return false;
}

struct steer_kernel *
steer_kernel_open(enum steer_kernel_kind kind __rte_unused, struct steer_kernel_trouble *trouble)
{
	refuse(trouble);
	return NULL;
}

void
steer_kernel_close(struct steer_kernel *k __rte_unused)
{
}

int
steer_kernel_attach(struct steer_kernel *k __rte_unused, int ifindex __rte_unused,
		    bool generic __rte_unused, struct steer_kernel_trouble *trouble)
{
	return refuse(trouble);
}

int
steer_kernel_remote_attach(struct steer_kernel *k __rte_unused, int remote __rte_unused,
			   int tap __rte_unused, struct steer_kernel_trouble *trouble)
{
	return refuse(trouble);
}

void
steer_kernel_remote_set(struct steer_kernel *k __rte_unused,
			const struct steer_kernel_remote *remote __rte_unused)
{
}

void
steer_kernel_detach(struct steer_kernel *k __rte_unused)
{
}

int
steer_kernel_socket(struct steer_kernel *k __rte_unused, uint32_t rx_queue __rte_unused,
		    int fd __rte_unused, struct steer_kernel_trouble *trouble)
{
	return refuse(trouble);
}

int
steer_kernel_tap_set(struct steer_kernel *k __rte_unused, int fd __rte_unused,
		     bool filter __rte_unused, struct steer_kernel_trouble *trouble)
{
	return refuse(trouble);
}

int
steer_kernel_tap_clear(int fd __rte_unused)
{
	return -ENOSYS;
}

int
steer_kernel_sync(struct steer_kernel *k __rte_unused, struct steer_engine *e __rte_unused,
		  struct steer_kernel_trouble *trouble)
{
	return refuse(trouble);
}

int
steer_kernel_check(struct steer_kernel *k __rte_unused, struct steer_engine *e __rte_unused,
		   const struct steer_flow *flow __rte_unused,
		   struct steer_kernel_trouble *trouble)
{
	return refuse(trouble);
}

int
steer_kernel_pause(struct steer_kernel *k __rte_unused, struct steer_kernel_trouble *trouble)
{
	return refuse(trouble);
}

uint32_t
steer_kernel_generation(const struct steer_kernel *k __rte_unused)
{
	return 0;
}

void
steer_kernel_info(const struct steer_kernel *k __rte_unused, struct steer_kernel_info *info)
{
	*info = (struct steer_kernel_info){ .rules = 0 };
}

int
steer_kernel_test(struct steer_kernel *k __rte_unused, const void *packet __rte_unused,
		  uint32_t len __rte_unused, uint32_t repeat __rte_unused,
		  struct steer_kernel_run *run __rte_unused)
{
	return -ENOSYS;
}
