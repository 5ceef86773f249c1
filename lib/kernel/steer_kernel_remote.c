/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * A remote netdev, whose packets come to TAP: a program of tc's takes them over or copies them, and
 * another one sends TAP's there. Both are attached by links of tcx, which go with the process; tc's
 * own filters would stay. XDP, where it is native, judges before them, and drops.
 */

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include <bpf/bpf.h>

#include <rte_common.h>

#include "steer_kernel_private.h"

/** BPF_TCX_INGRESS, which headers before Linux 6.6 do not have. */
#define TCX_INGRESS ((enum bpf_attach_type)46)

static int
link_failed(int ifindex, const char *what, int code, struct steer_kernel_trouble *trouble)
{
	char name[IF_NAMESIZE] = "?";
	const char *help = "see the kernel's log";

	if (if_indextoname((unsigned int)ifindex, name) == NULL)
		snprintf(name, sizeof(name), "%d", ifindex);
	if (code == EPERM || code == EACCES)
		help = STEER_KERNEL_CAPABILITIES;
	else if (code == EINVAL || code == EOPNOTSUPP)
		help = "Linux 6.6 or later with CONFIG_NET_XGRESS is needed";
	else if (code == ENODEV)
		help = "it is not in this network namespace (any more)";
	return steer_kernel_fail(trouble, "attach", code, "%s: %s (tcx) cannot be attached: %s: %s",
				 name, what, strerror(code), help);
}

/** @return file descriptor of the link; -errno with trouble. */
static int
link_to(const struct steer_kernel *k, enum steer_kernel_hook hook, int ifindex, const char *what,
	struct steer_kernel_trouble *trouble)
{
	int fd = bpf_link_create(steer_kernel_program(k, hook), ifindex, TCX_INGRESS, NULL);

	return fd >= 0 ? fd : link_failed(ifindex, what, -fd, trouble);
}

int
steer_kernel_remote_attach(struct steer_kernel *k, int remote, int tap,
			   struct steer_kernel_trouble *trouble)
{
	steer_kernel_devices(k, tap, remote);
	k->move_link = link_to(k, STEER_KERNEL_HOOK_MOVE, remote, "what takes its packets over",
			       trouble);
	if (k->move_link < 0)
		return k->move_link;
	k->send_link = link_to(k, STEER_KERNEL_HOOK_SEND, tap, "what sends its packets on",
			       trouble);
	return RTE_MIN(k->send_link, 0);
}

void
steer_kernel_remote_set(struct steer_kernel *k, const struct steer_kernel_remote *remote)
{
	k->remote = *remote;
}

void
steer_kernel_remote_fill(const struct steer_kernel *k, struct steer_kernel_conf *conf)
{
	const struct steer_kernel_remote *remote = &k->remote;

	if (remote->promiscuous)
		conf->flags |= STEER_KERNEL_PROMISCUOUS;
	if (remote->all_multicast)
		conf->flags |= STEER_KERNEL_ALL_MULTICAST;
	conf->n_macs = RTE_MIN(remote->n_macs, (uint32_t)STEER_KERNEL_MACS);
	memcpy(conf->mac, remote->mac, conf->n_macs * sizeof(conf->mac[0]));
}
