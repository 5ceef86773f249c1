/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* Where programs are attached: a netdev's XDP, a TAP's steering and filter. */

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/if_link.h>
#include <linux/if_tun.h>

#include <rte_common.h>

#include "steer_kernel_private.h"

/** Which program is there already: its number, if that can be seen. */
static void
other_program(int ifindex, char *text, size_t len)
{
	__u32 id = 0;

	if (bpf_xdp_query_id(ifindex, 0, &id) == 0 && id != 0)
		snprintf(text, len, "program %u is attached to it already", id);
	else
		snprintf(text, len, "another program is attached to it already");
}

static int
attach_failed(int ifindex, bool generic, int code, struct steer_kernel_trouble *trouble)
{
	const char *mode = generic ? "generic" : "native";
	char name[IF_NAMESIZE] = "?", other[64];

	if (if_indextoname((unsigned int)ifindex, name) == NULL)
		snprintf(name, sizeof(name), "%d", ifindex);
	if (code == EBUSY || code == EEXIST) {
		other_program(ifindex, other, sizeof(other));
		return steer_kernel_fail(trouble, "attach", code,
					 "%s: XDP (%s) cannot be attached: %s: %s: take it off "
					 "(ip link set dev %s xdp off) or end who has it",
					 name, mode, strerror(code), other, name);
	}
	if (code == EPERM || code == EACCES)
		return steer_kernel_fail(trouble, "attach", code,
					 "%s: XDP (%s) cannot be attached: %s: %s", name, mode,
					 strerror(code), STEER_KERNEL_CAPABILITIES);
	if (generic || code == ENODEV)
		return steer_kernel_fail(trouble, "attach", code,
					 "%s: XDP (%s) cannot be attached: %s", name, mode,
					 strerror(code));
	return steer_kernel_fail(trouble, "attach", code,
				 "%s: XDP (native) cannot be attached: %s: its driver has none, "
				 "or not now: fewer channels (ethtool -L), an MTU of a page, and "
				 "offloads of large packets off (ethtool -K %s lro off gro-hw "
				 "off) may help",
				 name, strerror(code), name);
}

int
steer_kernel_attach(struct steer_kernel *k, int ifindex, bool generic,
		    struct steer_kernel_trouble *trouble)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts,
		    .flags = generic ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE);
	int fd = bpf_link_create(steer_kernel_program(k, STEER_KERNEL_HOOK_XDP), ifindex, BPF_XDP,
				 &opts);

	if (fd < 0)
		return attach_failed(ifindex, generic, -fd, trouble);
	k->link = fd;
	return 0;
}

void
steer_kernel_detach(struct steer_kernel *k)
{
	int *links[] = { &k->link, &k->move_link, &k->send_link };

	for (size_t i = 0; i < RTE_DIM(links); i++) {
		if (*links[i] >= 0)
			close(*links[i]);
		*links[i] = -1;
	}
}

int
steer_kernel_socket(struct steer_kernel *k, uint32_t rx_queue, int fd,
		    struct steer_kernel_trouble *trouble)
{
	int rc = bpf_map_update_elem(steer_kernel_map(k, "xsks_map"), &rx_queue, &fd, BPF_ANY);

	if (rc < 0)
		return steer_kernel_fail(trouble, "socket", -rc,
					 "AF_XDP socket of queue %u cannot be entered: %s: "
					 "queues below %u are accepted",
					 rx_queue, strerror(-rc), STEER_KERNEL_QUEUES);
	return 0;
}

int
steer_kernel_tap_set(struct steer_kernel *k, int fd, bool filter,
		     struct steer_kernel_trouble *trouble)
{
	int queue = steer_kernel_program(k, STEER_KERNEL_HOOK_QUEUE);
	int drop = steer_kernel_program(k, STEER_KERNEL_HOOK_FILTER);
	int code;

	if (ioctl(fd, TUNSETSTEERINGEBPF, &queue) == 0 &&
	    (!filter || ioctl(fd, TUNSETFILTEREBPF, &drop) == 0))
		return 0;
	code = errno;
	steer_kernel_tap_clear(fd);
	return steer_kernel_fail(trouble, "attach", code,
				 "programs cannot be given to the TAP device: %s: %s",
				 strerror(code),
				 code == EPERM ? STEER_KERNEL_CAPABILITIES
					       : "it must be a queue of a device with multi_queue");
}

int
steer_kernel_tap_clear(int fd)
{
	int none = -1;
	int rc = ioctl(fd, TUNSETSTEERINGEBPF, &none);

	if (ioctl(fd, TUNSETFILTEREBPF, &none) < 0 || rc < 0)
		return -errno;
	return 0;
}
