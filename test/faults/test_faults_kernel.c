/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if_tun.h>
#include <linux/if_xdp.h>

#include <rte_common.h>
#include <rte_flow.h>
#include <rte_memory.h>

#include "eal.h"
#include "fault_case.h"
#include "port.h"
#include "steer_engine.h"
#include "steer_kernel.h"
#include "verified.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/*
 * Programs in the kernel, given the rules of an engine, of which any call fails: in a network of
 * their own, where there is a veth pair and a TAP device.
 */

#define SKIPPED 77
#define QUEUES 2
#define VETH "veth0"

static struct steer_engine *engine;
static struct steer_kernel *xdp, *tapped;
/* Who has the netdev already. */
static struct steer_kernel *other;
static int tap = -1;
static struct steer_kernel_trouble trouble;

static void
up(const struct fault_case *c __rte_unused)
{
	static const struct rte_flow_action_queue queue = { .index = 1 };
	static const struct rte_flow_attr attr = { .ingress = 1 };
	static const struct rte_flow_item items[] = {
		{ .type = RTE_FLOW_ITEM_TYPE_IPV4 }, { .type = RTE_FLOW_ITEM_TYPE_END },
	};
	static const struct rte_flow_action actions[] = {
		{ .type = RTE_FLOW_ACTION_TYPE_QUEUE, .conf = &queue },
		{ .type = RTE_FLOW_ACTION_TYPE_END },
	};

	engine = steer_engine_create(QUEUES, SOCKET_ID_ANY);
	assert_non_null(engine);
	assert_int_equal(steer_engine_configure(engine, QUEUES, 1), 0);
	assert_non_null(steer_engine_flow_create(engine, &attr, items, actions, NULL));
}

static int
attach(struct steer_kernel *k, enum steer_kernel_kind kind)
{
	return kind == STEER_KERNEL_TAP ?
		steer_kernel_tap_set(k, tap, true, &trouble) :
		steer_kernel_attach(k, (int)if_nametoindex(VETH), true, &trouble);
}

static void
up_taken(const struct fault_case *c)
{
	up(c);
	assert_int_equal(attach(other, STEER_KERNEL_XDP), 0);
}

/* Who is refused is told why. */
static int
told(int ret)
{
	if (ret < 0) {
		assert_int_equal(ret, -trouble.code);
		assert_true(trouble.text[0] != '\0');
	}
	return ret;
}

/* Who is refused has what was in force. */
static int
follow(void)
{
	const uint32_t before = steer_kernel_generation(xdp);
	int ret = steer_kernel_sync(xdp, engine, &trouble);

	assert_int_equal(steer_kernel_generation(xdp) == before, ret < 0);
	return ret;
}

static int
live(const struct fault_case *c __rte_unused)
{
	int ret;

	memset(&trouble, 0, sizeof(trouble));
	ret = attach(xdp, STEER_KERNEL_XDP);
	if (ret == 0)
		ret = follow();
	if (ret == 0)
		ret = steer_kernel_pause(xdp, &trouble);
	steer_kernel_detach(xdp);
	return told(ret);
}

static int
live_tap(const struct fault_case *c __rte_unused)
{
	int ret;

	memset(&trouble, 0, sizeof(trouble));
	ret = attach(tapped, STEER_KERNEL_TAP);
	if (ret == 0)
		steer_kernel_tap_clear(tap);
	return told(ret);
}

/* There can be one. The other one can still be looked at. */
static int
live_taken(const struct fault_case *c __rte_unused)
{
	struct steer_kernel_info info;
	int ret = attach(xdp, STEER_KERNEL_XDP);

	steer_kernel_info(other, &info);
	assert_int_equal(ret, -trouble.code);
	return ret != -EBUSY ? ret : 0;
}

/* Loading */

#ifdef TEST_SKELETONS_FAIL
static int
load(enum steer_kernel_kind kind)
{
	struct steer_kernel *k;

	memset(&trouble, 0, sizeof(trouble));
	k = steer_kernel_open(kind, &trouble);
	steer_kernel_close(k);
	if (k != NULL)
		return 0;
	assert_string_equal(trouble.step, "load");
	return told(-trouble.code);
}

static int
load_xdp(const struct fault_case *c __rte_unused)
{
	return load(STEER_KERNEL_XDP);
}

static int
load_tap(const struct fault_case *c __rte_unused)
{
	return load(STEER_KERNEL_TAP);
}

static int
load_remote(const struct fault_case *c __rte_unused)
{
	return load(STEER_KERNEL_REMOTE);
}
#endif

/* A socket */

#define FRAMES 64
#define FRAME 4096

static void *frames;
static int xsk = -1;

/* As much of one as the map asks for. @return 0; -1 with errno. */
static int
open_xsk(void)
{
	struct xdp_umem_reg umem = { .len = FRAMES * FRAME, .chunk_size = FRAME };
	const int n = FRAMES;

	xsk = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);
	frames = mmap(NULL, FRAMES * FRAME, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		0);
	umem.addr = (uintptr_t)frames;
	if (xsk < 0 || frames == MAP_FAILED ||
			setsockopt(xsk, SOL_XDP, XDP_UMEM_REG, &umem, sizeof(umem)) != 0 ||
			setsockopt(xsk, SOL_XDP, XDP_UMEM_FILL_RING, &n, sizeof(n)) != 0 ||
			setsockopt(xsk, SOL_XDP, XDP_UMEM_COMPLETION_RING, &n, sizeof(n)) != 0)
		return -1;
	return setsockopt(xsk, SOL_XDP, XDP_RX_RING, &n, sizeof(n));
}

static int
enter(const struct fault_case *c __rte_unused)
{
	int ret;

	memset(&trouble, 0, sizeof(trouble));
	ret = told(steer_kernel_socket(xdp, 1, xsk, &trouble));
	if (ret < 0)
		assert_non_null(strstr(trouble.text, "queue 1 "));
	return ret;
}

/* All */

static void
down(const struct fault_case *c __rte_unused)
{
	steer_kernel_detach(other);
	steer_engine_free(engine);
}

#define CASE(what, before, operation) \
	{ .name = what, .up = before, .op = operation, .down = down }

static const struct fault_case cases[] = {
	CASE("XDP", up, live),
	CASE("taken", up_taken, live_taken),
	CASE("TAP", up, live_tap),
	CASE("socket", up, enter),
#ifdef TEST_SKELETONS_FAIL
	CASE("load for XDP", up, load_xdp),
	CASE("load for TAP", up, load_tap),
	CASE("load for remote", up, load_remote),
#endif
};

static const struct fault_group groups[] = {
	FAULT_GROUP(cases),
};

static int
open_tap(void)
{
	struct ifreq ifr = { .ifr_flags = IFF_TAP | IFF_NO_PI | IFF_MULTI_QUEUE };

	tap = open("/dev/net/tun", O_RDWR);
	strcpy(ifr.ifr_name, "tap0");
	return tap >= 0 ? ioctl(tap, TUNSETIFF, &ifr) : -1;
}

/* @return whether programs can be where they are put. It goes with the process, and all in it. */
static bool
make_network(void)
{
	xdp = verified_begin(&trouble) ? steer_kernel_open(STEER_KERNEL_XDP, &trouble) : NULL;
	other = xdp != NULL ? steer_kernel_open(STEER_KERNEL_XDP, &trouble) : NULL;
	tapped = other != NULL ? steer_kernel_open(STEER_KERNEL_TAP, &trouble) : NULL;
	if (tapped == NULL) {
		printf("skipped: %s\n", trouble.text);
		return false;
	}
	if (unshare(CLONE_NEWNET) == 0 &&
			system("ip link add " VETH " type veth peer name veth1 && "
			       "ip link set " VETH " up") == 0 && open_tap() == 0 &&
			open_xsk() == 0)
		return true;
	printf("skipped: no network namespace, veth pair, TAP device or AF_XDP socket: %s\n",
		strerror(errno));
	return false;
}

int
main(void)
{
	int ret;

	if (test_driver_init() != 0)
		return 1;
	ret = make_network() ? fault_run("faults_kernel", groups, RTE_DIM(groups)) : SKIPPED;
	steer_kernel_close(xdp);
	steer_kernel_close(other);
	steer_kernel_close(tapped);
	verified_end();
	if (tap >= 0)
		close(tap);
	if (xsk >= 0)
		close(xsk);
	munmap(frames, FRAMES * FRAME);
	test_eal_cleanup();
	return ret;
}
