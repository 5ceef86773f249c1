/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <dirent.h>
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if_tun.h>
#include <linux/sockios.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <rte_ethdev.h>
#include <rte_string_fns.h>

#include "steer_in_kernel_private.h"
#include "steer_port.h"

/** Frames of more do not fit into a page with what XDP needs around them: most drivers' limit. */
#define XDP_MTU 3498

/* Which it is */

int
steer_netdev_find(const struct steer_port *port, struct steer_netdev *netdev,
		  struct steer_kernel_trouble *trouble)
{
	const char *lower = port->args.iface;
	struct rte_eth_dev_info info;

	if (rte_eth_dev_info_get(port->lower.port_id, &info) != 0)
		return steer_kernel_fail(trouble, "find", ENODEV,
			"lower port '%s' does not tell what it is", lower);
	if (strcmp(info.driver_name, "net_af_xdp") == 0)
		netdev->kind = STEER_KERNEL_XDP;
	else if (strcmp(info.driver_name, "net_tap") == 0)
		netdev->kind = STEER_KERNEL_TAP;
	else
		return steer_kernel_fail(trouble, "find", ENOTSUP, "lower port '%s' is on no "
			"netdev that programs are for: net_af_xdp's, net_tap's", lower);
	netdev->ifindex = (int)info.if_index;
	if (if_indextoname(info.if_index, netdev->name) == NULL)
		return steer_kernel_fail(trouble, "find", ENODEV, "lower port '%s' has a netdev "
			"that is not in this network namespace", lower);
	return 0;
}

/* What it is like */

/** Ask the netdev's driver. @p data begins with a command of ethtool. */
static int
ask(int fd, const struct steer_netdev *netdev, void *data)
{
	struct ifreq ifr = { .ifr_data = data };

	strlcpy(ifr.ifr_name, netdev->name, sizeof(ifr.ifr_name));
	return ioctl(fd, SIOCETHTOOL, &ifr);
}

static int
mtu_of(int fd, const struct steer_netdev *netdev)
{
	struct ifreq ifr = { .ifr_mtu = 0 };

	strlcpy(ifr.ifr_name, netdev->name, sizeof(ifr.ifr_name));
	return ioctl(fd, SIOCGIFMTU, &ifr) == 0 ? ifr.ifr_mtu : 0;
}

/** What helps, by what is known of drivers. */
static const char *
remedy(const char *driver, int mtu, const struct ethtool_channels *channels)
{
	if (mtu > XDP_MTU)
		return "; set a smaller MTU";
	if (strcmp(driver, "virtio_net") == 0)
		return "; virtio wants as many channels again free (ethtool -L combined), and on "
		       "older kernels guest offloads off (guest_tso4=off,guest_tso6=off,guest_ecn="
		       "off,guest_ufo=off of the device)";
	if (channels->max_combined > 1 && channels->combined_count * 2 > channels->max_combined)
		return "; use at most half of the channels (ethtool -L combined), as some drivers "
		       "want";
	return "";
}

void
steer_netdev_conditions(const struct steer_netdev *netdev, char *text, size_t size)
{
	struct ethtool_channels channels = { .cmd = ETHTOOL_GCHANNELS };
	struct ethtool_drvinfo driver = { .cmd = ETHTOOL_GDRVINFO };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int mtu;

	text[0] = '\0';
	if (fd < 0)
		return;
	mtu = mtu_of(fd, netdev);
	if (ask(fd, netdev, &driver) == 0 && mtu > 0) {
		ask(fd, netdev, &channels);
		snprintf(text, size, " (driver %s, MTU %d, %u of %u channels%s)", driver.driver,
			 mtu, channels.combined_count, channels.max_combined,
			 remedy(driver.driver, mtu, &channels));
	}
	close(fd);
}

/* TAP */

static bool
is_queue(int fd, const char *path, const char *netdev)
{
	struct ifreq ifr = { .ifr_flags = 0 };
	char target[32];
	ssize_t n;

	n = readlink(path, target, sizeof(target) - 1);
	if (n < 0)
		return false;
	target[n] = '\0';
	return strcmp(target, "/dev/net/tun") == 0 && ioctl(fd, TUNGETIFF, &ifr) == 0 &&
	       strcmp(ifr.ifr_name, netdev) == 0;
}

/* net_tap does not tell its files, and whoever opens others makes a queue of them. */
int
steer_netdev_tap_fd(const struct steer_netdev *netdev)
{
	DIR *dir = opendir("/proc/self/fd");
	const struct dirent *entry;
	char path[64];
	int fd = -ENOENT;

	if (dir == NULL)
		return -errno;
	while (fd < 0 && (entry = readdir(dir)) != NULL) {
		const int number = (int)strtol(entry->d_name, NULL, 10);

		snprintf(path, sizeof(path), "/proc/self/fd/%.20s", entry->d_name);
		if (is_queue(number, path, netdev->name))
			fd = number;
	}
	closedir(dir);
	return fd;
}
