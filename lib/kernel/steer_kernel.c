/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* The programs come and go. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <rte_common.h>
#include <rte_random.h>

#include "steer_kernel_private.h"

/* Generated: its warnings are not ours to mend. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wcast-qual"
#pragma GCC diagnostic ignored "-Wsign-compare"
#include "steer.skel.h"
#pragma GCC diagnostic pop

bool
steer_kernel_built(void)
{
	return true;
}

static int
load_failed(struct steer_kernel_trouble *trouble, int code)
{
	const char *help = "see the kernel's log";

	if (code == EPERM)
		help = STEER_KERNEL_CAPABILITIES;
	else if (code == EACCES)
		help = "the kernel's verifier refuses them: without CAP_PERFMON it does, else "
		       "another release of clang has to compile them";
	else if (code == EINVAL || code == ENOTSUP)
		help = "Linux 5.18 or later with CONFIG_BPF_SYSCALL and CONFIG_XDP_SOCKETS is "
		       "needed";
	else if (code == ENOMEM)
		help = "memory is short";
	return steer_kernel_fail(trouble, "load", code, "BPF programs cannot be loaded: %s: %s",
				 strerror(code), help);
}

/** Only what one kind needs, so that the other's capabilities are not. */
static void
choose(struct steer_bpf *programs, enum steer_kernel_kind kind)
{
	const bool xdp = kind == STEER_KERNEL_XDP, remote = kind == STEER_KERNEL_REMOTE;

	bpf_program__set_autoload(programs->progs.xsk_def_prog, xdp);
	bpf_program__set_autoload(programs->progs.steer_tap_queue, !xdp);
	bpf_program__set_autoload(programs->progs.steer_tap_filter, !xdp);
	bpf_program__set_autoload(programs->progs.steer_remote_judge, remote);
	bpf_program__set_autoload(programs->progs.steer_remote_move, remote);
	bpf_program__set_autoload(programs->progs.steer_remote_send, remote);
	bpf_map__set_autocreate(programs->maps.xsks_map, xdp);
}

/** @return 0; positive errno. */
static int
load(struct steer_kernel *k)
{
	/* What is wrong is said in one line, by who calls. */
	libbpf_print_fn_t print = libbpf_set_print(NULL);
	int rc = 0;

	k->programs = steer_bpf__open();
	if (k->programs == NULL) {
		rc = errno;
	} else {
		choose(k->programs, k->kind);
		rc = -steer_bpf__load(k->programs);
	}
	libbpf_set_print(print);
	return rc;
}

struct steer_kernel *
steer_kernel_open(enum steer_kernel_kind kind, struct steer_kernel_trouble *trouble)
{
	struct steer_kernel *k = calloc(1, sizeof(*k));
	int rc;

	if (k == NULL) {
		load_failed(trouble, ENOMEM);
		return NULL;
	}
	k->kind = kind;
	k->link = -1;
	k->move_link = -1;
	k->send_link = -1;
	/* Not to be foretold: what else lies in front of a packet must not pass for ours. */
	k->generation = (uint32_t)rte_rand() | 2;
	rc = load(k);
	if (rc != 0) {
		load_failed(trouble, rc);
		steer_kernel_close(k);
		return NULL;
	}
	k->active = &k->programs->bss->steer_active;
	return k;
}

void
steer_kernel_close(struct steer_kernel *k)
{
	if (k == NULL)
		return;
	steer_kernel_detach(k);
	steer_bpf__destroy(k->programs);
	free(k);
}

int
steer_kernel_map(const struct steer_kernel *k, const char *name)
{
	return bpf_object__find_map_fd_by_name(k->programs->obj, name);
}

int
steer_kernel_program(const struct steer_kernel *k, enum steer_kernel_hook hook)
{
	const struct bpf_program *programs[] = {
		[STEER_KERNEL_HOOK_XDP] = k->kind == STEER_KERNEL_XDP ?
			k->programs->progs.xsk_def_prog : k->programs->progs.steer_remote_judge,
		[STEER_KERNEL_HOOK_QUEUE] = k->programs->progs.steer_tap_queue,
		[STEER_KERNEL_HOOK_FILTER] = k->programs->progs.steer_tap_filter,
		[STEER_KERNEL_HOOK_MOVE] = k->programs->progs.steer_remote_move,
		[STEER_KERNEL_HOOK_SEND] = k->programs->progs.steer_remote_send,
	};

	return bpf_program__fd(programs[hook]);
}

void
steer_kernel_devices(struct steer_kernel *k, int tap, int remote)
{
	k->programs->bss->steer_tap = (uint32_t)tap;
	k->programs->bss->steer_remote = (uint32_t)remote;
}

uint32_t
steer_kernel_generation(const struct steer_kernel *k)
{
	return __atomic_load_n(&k->generation, __ATOMIC_RELAXED);
}

/** Sum of all CPUs. */
static uint64_t
count_of(int map, uint32_t which, uint64_t *values, int n_cpus)
{
	uint64_t sum = 0;

	if (bpf_map_lookup_elem(map, &which, values) != 0)
		return 0;
	for (int i = 0; i < n_cpus; i++)
		sum += values[i];
	return sum;
}

void
steer_kernel_info(const struct steer_kernel *k, struct steer_kernel_info *info)
{
	const int map = steer_kernel_map(k, "steer_counts"), n_cpus = libbpf_num_possible_cpus();
	uint64_t *values;

	*info = k->info;
	values = n_cpus > 0 ? calloc((size_t)n_cpus, sizeof(values[0])) : NULL;
	if (values == NULL)
		return;
	for (uint32_t i = 0; i < STEER_KERNEL_COUNTS; i++)
		info->counts[i] = count_of(map, i, values, n_cpus);
	free(values);
}
