/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * A generator for one end of a veth pair: UDP packets of 60 bytes to 10.253.0.0 and the 1,023
 * addresses after it, one after the other, as fast as one core can. They are made and sent in the
 * kernel, as the live frames of a test run of a program: none of them is copied, or an skb.
 *
 * It prints how many nanoseconds each of them took.
 */

#include <errno.h>
#include <limits.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wcast-qual"
#include "frames.skel.h"
#pragma GCC diagnostic pop

#define BURST 64

static const uint8_t frame[60] = {
	0x02, 0, 0, 0, 0, 1, 0x02, 0, 0, 0, 0, 2, 0x08, 0x00,
	/* IPv4: 46 bytes, UDP; the program writes the identification and the destination's end */
	0x45, 0, 0, 46, 0, 0, 0, 0, 64, 17, 0x64, 0xc4, 10, 254, 0, 1, 10, 253, 0, 0,
	/* UDP without a checksum */
	0x04, 0xd2, 0x10, 0xe1, 0, 26,
};

/** In one call, which takes milliseconds before the first packet. */
static int
send_all(int program, int packets)
{
	struct xdp_md ctx = { .data_end = sizeof(frame) };
	LIBBPF_OPTS(bpf_test_run_opts, run,
		    .data_in = frame,
		    .data_size_in = sizeof(frame),
		    .ctx_in = &ctx,
		    .ctx_size_in = sizeof(ctx),
		    .repeat = packets,
		    .batch_size = BURST,
		    .flags = BPF_F_TEST_XDP_LIVE_FRAMES);
	int rc = bpf_prog_test_run_opts(program, &run);

	if (rc == 0)
		printf("%u\n", run.duration);
	return rc;
}

static int
load_and_send(unsigned int netdev, int packets)
{
	struct frames_bpf *program = frames_bpf__open();
	int rc;

	if (program == NULL)
		return -errno;
	program->rodata->netdev = netdev;
	rc = frames_bpf__load(program);
	if (rc == 0)
		rc = send_all(bpf_program__fd(program->progs.frames), packets);
	frames_bpf__destroy(program);
	return rc;
}

int
main(int argc, char **argv)
{
	char *end = NULL;
	long packets = argc == 3 ? strtol(argv[2], &end, 10) : 0;
	int rc;

	if (packets <= 0 || packets > INT_MAX || *end != '\0') {
		fprintf(stderr, "frames INTERFACE PACKETS\n");
		return EXIT_FAILURE;
	}
	rc = load_and_send(if_nametoindex(argv[1]), (int)packets);
	if (rc < 0)
		fprintf(stderr, "frames: %s: %s\n", argv[1], strerror(-rc));
	return rc < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
