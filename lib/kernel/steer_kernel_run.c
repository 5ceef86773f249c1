/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* One packet through a program, without any netdev: for tests and benchmarks. */

#include <errno.h>
#include <string.h>

#include <bpf/bpf.h>
#include <linux/if_ether.h>

#include "steer_kernel_private.h"

/** Longest packet that is tried. */
#define PACKET_MAX 2048

/** XDP: what it writes is in front of the packet. */
static int
run_xdp(int fd, const void *packet, uint32_t len, uint32_t repeat, struct steer_kernel_run *run)
{
	uint8_t out[PACKET_MAX + 256];
	struct xdp_md ctx_in = { .data_end = len }, ctx_out = { .data = 0 };
	LIBBPF_OPTS(bpf_test_run_opts, opts,
		    .data_in = packet,
		    .data_size_in = len,
		    .data_out = out,
		    .data_size_out = sizeof(out),
		    .ctx_in = &ctx_in,
		    .ctx_size_in = sizeof(ctx_in),
		    .ctx_out = &ctx_out,
		    .ctx_size_out = sizeof(ctx_out),
		    .repeat = (int)repeat);
	int rc = bpf_prog_test_run_opts(fd, &opts);

	if (rc < 0)
		return rc;
	run->ns = opts.duration;
	memset(&run->meta, 0, sizeof(run->meta));
	if (ctx_out.data - ctx_out.data_meta >= sizeof(run->meta))
		memcpy(&run->meta, out, sizeof(run->meta));
	else
		run->meta.flags = opts.retval == XDP_DROP ? STEER_KERNEL_DROP : STEER_KERNEL_STAY;
	return 0;
}

/** TAP: only a queue, or that it is dropped. The kernel takes an Ethernet header off first. */
static int
run_tap(int queue, int filter, const void *packet, uint32_t len, uint32_t repeat,
	struct steer_kernel_run *run)
{
	uint8_t in[ETH_HLEN + PACKET_MAX] = { 0 };
	LIBBPF_OPTS(bpf_test_run_opts, opts,
		    .data_in = in,
		    .data_size_in = ETH_HLEN + len,
		    .repeat = (int)repeat);
	int rc;

	memcpy(in + ETH_HLEN, packet, len);
	rc = bpf_prog_test_run_opts(filter, &opts);
	if (rc < 0)
		return rc;
	memset(&run->meta, 0, sizeof(run->meta));
	if (opts.retval == 0)
		run->meta.flags = STEER_KERNEL_DROP;
	rc = bpf_prog_test_run_opts(queue, &opts);
	run->meta.queue = (uint16_t)opts.retval;
	run->ns = opts.duration;
	return rc;
}

int
steer_kernel_test(struct steer_kernel *k, const void *packet, uint32_t len, uint32_t repeat,
		  struct steer_kernel_run *run)
{
	if (len < ETH_HLEN || len > PACKET_MAX)
		return -EINVAL;
	if (k->kind != STEER_KERNEL_TAP)
		return run_xdp(steer_kernel_program(k, STEER_KERNEL_HOOK_XDP), packet, len, repeat,
			       run);
	return run_tap(steer_kernel_program(k, STEER_KERNEL_HOOK_QUEUE),
		       steer_kernel_program(k, STEER_KERNEL_HOOK_FILTER), packet, len, repeat, run);
}
