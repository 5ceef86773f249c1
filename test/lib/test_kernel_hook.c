/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/* Where the programs are attached: a veth pair and a TAP device, in a network of their own. */

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>
#include <linux/bpf.h>
#include <linux/if_tun.h>

#include <rte_common.h>

#include "steer_kernel.h"

#define SKIPPED 77
/** BPF_TCX_INGRESS: older headers have none. */
#define TCX_INGRESS 46

static struct steer_kernel_trouble trouble;

static struct steer_kernel *
opened(enum steer_kernel_kind kind)
{
	struct steer_kernel *k = steer_kernel_open(kind, &trouble);

	if (k == NULL)
		fail_msg("%s", trouble.text);
	return k;
}

/** Is there XDP on it? As iproute2 says it. */
static bool
has_xdp(const char *name, const char *mode)
{
	char command[96];

	snprintf(command, sizeof(command), "ip link show dev %s | grep -q '%s'", name, mode);
	return system(command) == 0;
}

static void
attach(bool generic, const char *mode)
{
	struct steer_kernel *k = opened(STEER_KERNEL_XDP), *other = opened(STEER_KERNEL_XDP);
	const int veth = (int)if_nametoindex("veth0");

	if (steer_kernel_attach(k, veth, generic, &trouble) != 0)
		fail_msg("%s", trouble.text);
	assert_true(has_xdp("veth0", mode));
	/* Who comes second is told who was first. */
	assert_int_equal(steer_kernel_attach(other, veth, generic, &trouble), -EBUSY);
	assert_string_equal(trouble.step, "attach");
	assert_non_null(strstr(trouble.text, "veth0"));
	assert_non_null(strstr(trouble.text, "program "));
	assert_non_null(strstr(trouble.text, "ip link set dev veth0 xdp off"));
	steer_kernel_detach(k);
	assert_false(has_xdp("veth0", "xdp"));
	assert_int_equal(steer_kernel_attach(other, veth, generic, &trouble), 0);
	/* With its object it goes. */
	steer_kernel_close(other);
	assert_false(has_xdp("veth0", "xdp"));
	steer_kernel_close(k);
}

static void
test_native(void **state __rte_unused)
{
	attach(false, "prog/xdp");
}

static void
test_generic(void **state __rte_unused)
{
	attach(true, "xdpgeneric");
}

static void
test_no_netdev(void **state __rte_unused)
{
	struct steer_kernel *k = opened(STEER_KERNEL_XDP);

	assert_true(steer_kernel_attach(k, 9999, false, &trouble) < 0);
	assert_non_null(strstr(trouble.text, "9999"));
	steer_kernel_close(k);
}

static void
test_sockets(void **state __rte_unused)
{
	struct steer_kernel *k = opened(STEER_KERNEL_XDP);

	/* No socket at all. */
	assert_true(steer_kernel_socket(k, 0, STDOUT_FILENO, &trouble) < 0);
	assert_string_equal(trouble.step, "socket");
	steer_kernel_close(k);
}

static int
tap_queue(void)
{
	struct ifreq ifr = { .ifr_flags = IFF_TAP | IFF_NO_PI | IFF_MULTI_QUEUE };
	int fd = open("/dev/net/tun", O_RDWR);

	if (fd < 0)
		return -1;
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "tap0");
	if (ioctl(fd, TUNSETIFF, &ifr) == 0)
		return fd;
	close(fd);
	return -1;
}

static void
test_tap(void **state __rte_unused)
{
	struct steer_kernel *k = opened(STEER_KERNEL_TAP);
	int fd = tap_queue();

	if (fd < 0) {
		steer_kernel_close(k);
		print_message("no /dev/net/tun: %s\n", strerror(errno));
		skip();
	}
	if (steer_kernel_tap_set(k, fd, true, &trouble) != 0)
		fail_msg("%s", trouble.text);
	assert_int_equal(steer_kernel_tap_clear(fd), 0);
	assert_true(steer_kernel_tap_clear(STDOUT_FILENO) < 0);
	assert_true(steer_kernel_tap_set(k, STDOUT_FILENO, true, &trouble) < 0);
	assert_string_equal(trouble.step, "attach");
	close(fd);
	steer_kernel_close(k);
}

/** Older tools do not show these. */
static bool
has_tcx(const char *name)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.query.target_fd = if_nametoindex(name);
	attr.query.attach_type = TCX_INGRESS;
	if (syscall(__NR_bpf, BPF_PROG_QUERY, &attr, sizeof(attr)) != 0)
		return false;
	return attr.query.prog_cnt != 0;
}

/** XDP and tc on both netdevs, and nothing of it afterwards. */
static void
test_remote(void **state __rte_unused)
{
	struct steer_kernel *k = opened(STEER_KERNEL_REMOTE);
	int fd = tap_queue(), veth = (int)if_nametoindex("veth0");

	if (fd < 0) {
		steer_kernel_close(k);
		print_message("no /dev/net/tun: %s\n", strerror(errno));
		skip();
	}
	if (steer_kernel_attach(k, veth, false, &trouble) != 0 ||
	    steer_kernel_remote_attach(k, veth, (int)if_nametoindex("tap0"), &trouble) != 0)
		fail_msg("%s", trouble.text);
	assert_true(has_xdp("veth0", "prog/xdp"));
	assert_true(has_tcx("veth0") && has_tcx("tap0"));
	assert_int_equal(steer_kernel_tap_set(k, fd, true, &trouble), 0);
	steer_kernel_detach(k);
	assert_false(has_xdp("veth0", "xdp") || has_tcx("veth0") || has_tcx("tap0"));
	assert_true(steer_kernel_remote_attach(k, veth, 9999, &trouble) < 0);
	assert_string_equal(trouble.step, "attach");
	assert_non_null(strstr(trouble.text, "9999"));
	steer_kernel_close(k);
	assert_false(has_tcx("veth0"));
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_native),
		cmocka_unit_test(test_generic),
		cmocka_unit_test(test_no_netdev),
		cmocka_unit_test(test_sockets),
		cmocka_unit_test(test_tap),
		cmocka_unit_test(test_remote),
	};
	struct steer_kernel *k = steer_kernel_open(STEER_KERNEL_XDP, &trouble);

	if (k == NULL) {
		printf("skipped: %s\n", trouble.text);
		/* What the verifier refuses is our fault. */
		return trouble.code == EACCES ? 1 : SKIPPED;
	}
	steer_kernel_close(k);
	/* It goes with the process, and all that is in it. */
	if (unshare(CLONE_NEWNET) != 0 ||
	    system("ip link add veth0 type veth peer name veth1 && ip link set veth0 up && "
		   "ip link set veth1 up") != 0) {
		printf("skipped: no network namespace with a veth pair can be made: %s\n",
		       strerror(errno));
		return SKIPPED;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
