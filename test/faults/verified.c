/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <rte_common.h>

#include "steer_kernel.h"
#include "verified.h"

/*
 * libbpf asks the kernel by syscall(), for which the linker finds this one. All goes on to the C
 * library's, but programs of ours that were loaded before, and rules for them to see.
 */

#define ARGS 6
#define PROGRAMS 16

typedef long (*syscall_t)(long number, ...);

/* What the kernel has taken: names of others' are not unlike. */
static struct {
	char name[BPF_OBJ_NAME_LEN];
	uint32_t len;
	int fd;
} known[PROGRAMS];
static unsigned int n_known;

static bool
is_ours(const union bpf_attr *attr)
{
	return strncmp(attr->prog_name, "steer_", strlen("steer_")) == 0 ||
	       strncmp(attr->prog_name, "xsk_def_prog", sizeof(attr->prog_name)) == 0;
}

static long
load(syscall_t next, const long args[ARGS])
{
	const union bpf_attr *attr = (const union bpf_attr *)args[1];
	unsigned int i;
	long fd;

	for (i = 0; i < n_known; i++)
		if (known[i].len == attr->insn_cnt &&
				strncmp(known[i].name, attr->prog_name, BPF_OBJ_NAME_LEN) == 0)
			return fcntl(known[i].fd, F_DUPFD_CLOEXEC, 0);
	fd = next(SYS_bpf, args[0], args[1], args[2]);
	if (fd < 0 || !is_ours(attr) || n_known == PROGRAMS)
		return fd;
	memcpy(known[n_known].name, attr->prog_name, BPF_OBJ_NAME_LEN);
	known[n_known].len = attr->insn_cnt;
	known[n_known++].fd = fcntl((int)fd, F_DUPFD_CLOEXEC, 0);
	return fd;
}

/* @return whether what is put into the map would be waited for. */
static bool
is_map_of_maps(syscall_t next, int fd)
{
	struct bpf_map_info info = { .type = BPF_MAP_TYPE_UNSPEC };
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.info.bpf_fd = (uint32_t)fd;
	attr.info.info_len = sizeof(info);
	attr.info.info = (uintptr_t)&info;
	return next(SYS_bpf, BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr)) == 0 &&
	       info.type == BPF_MAP_TYPE_ARRAY_OF_MAPS;
}

long
syscall(long number, ...)
{
	static syscall_t next;
	long args[ARGS];
	unsigned int i;
	va_list ap;

	if (next == NULL)
		*(void **)&next = dlsym(RTLD_NEXT, "syscall");
	va_start(ap, number);
	for (i = 0; i < ARGS; i++)
		args[i] = va_arg(ap, long);
	va_end(ap);
	if (number == SYS_bpf && args[0] == BPF_PROG_LOAD)
		return load(next, args);
	if (number == SYS_bpf && args[0] == BPF_MAP_UPDATE_ELEM && n_known > 0 &&
			is_map_of_maps(next, (int)((const union bpf_attr *)args[1])->map_fd))
		return 0;
	return next(number, args[0], args[1], args[2], args[3], args[4], args[5]);
}

bool
verified_begin(struct steer_kernel_trouble *trouble)
{
	static const enum steer_kernel_kind kinds[] = {
		STEER_KERNEL_XDP, STEER_KERNEL_TAP, STEER_KERNEL_REMOTE,
	};
	unsigned int i;

	for (i = 0; i < RTE_DIM(kinds); i++) {
		struct steer_kernel *k = steer_kernel_open(kinds[i], trouble);

		if (k == NULL)
			return false;
		steer_kernel_close(k);
	}
	return true;
}

void
verified_end(void)
{
	while (n_known > 0)
		close(known[--n_known].fd);
}
