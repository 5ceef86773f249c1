/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

#include <errno.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <bus_vdev_driver.h>
#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_pci.h>
#include <rte_string_fns.h>
#include <rte_uuid.h>

#include "steer_port.h"

/*
 * EAL probes the devices of its command line by bus, virtual ones last, so that a PCI port would
 * come before ours. Blocked there and plugged by us, it comes after, which is what applications
 * that number ports from 0 need.
 */

#define PCI_ADDR_LEN (sizeof("0000:00:00.0") - 1)
#define TAP_PREFIX "tap:"

/* Parsing */

/* EAL compares addresses as text: only the full form names the device that -b has blocked. */
static bool
is_pci(const char *text)
{
	struct rte_pci_addr addr;

	return strlen(text) == PCI_ADDR_LEN && rte_pci_addr_parse(text, &addr) == 0;
}

static bool
is_vmbus(const char *text)
{
	rte_uuid_t uuid;

	return rte_uuid_parse(text, uuid) == 0;
}

/* Bus of an address; NULL if it is none. */
static const char *
bus_of_address(const char *text)
{
	if (is_pci(text))
		return "pci";
	return is_vmbus(text) ? "vmbus" : NULL;
}

static __rte_format_printf(3, 4) int
print(char *to, size_t size, const char *format, ...)
{
	va_list ap;
	int len;

	va_start(ap, format);
	len = vsnprintf(to, size, format, ap);
	va_end(ap);
	return len < 0 || (size_t)len >= size ? -EINVAL : 0;
}

static int
too_long(const char *name, const char *iface)
{
	STEER_LOG(ERR, "%s: iface=%s: a port's name has at most %d characters, its arguments %d",
		name, iface, RTE_ETH_NAME_MAX_LEN - 1, STEER_MAKE_ARGS - 1);
	return -EINVAL;
}

/* "(DEVICE)" or "(DEVICE,ARGUMENTS)": an address, or the name of a virtual device. */
static int
parse_device(const char *name, const char *iface, struct steer_args *args)
{
	const char *device = iface + 1;
	size_t len = strcspn(device, ",)");
	const char *rest = device + len + (device[len] == ',');
	size_t rest_len = strlen(rest);

	if (len == 0 || rest_len == 0 || rest[rest_len - 1] != ')') {
		STEER_LOG(ERR, "%s: iface=%s: must be (DEVICE) or (DEVICE,ARGUMENTS)", name, iface);
		return -EINVAL;
	}
	if (len >= sizeof(args->iface) || rest_len > sizeof(args->make.args))
		return too_long(name, iface);
	strlcpy(args->iface, device, len + 1);
	strlcpy(args->make.args, rest, rest_len);
	args->make.bus = bus_of_address(args->iface);
	if (args->make.bus == NULL)
		args->make.bus = "vdev";
	return 0;
}

/* Names of devices that we make say whose they are. */
static int
parse_tap(const char *name, const char *iface, struct steer_args *args)
{
	const char *netdev = iface + strlen(TAP_PREFIX);

	if (netdev[0] == '\0' || strlen(netdev) >= IFNAMSIZ || strpbrk(netdev, ",=/") != NULL) {
		STEER_LOG(ERR, "%s: iface=%s: must be tap: and the name of an interface", name,
			iface);
		return -EINVAL;
	}
	args->make.bus = "vdev";
	if (print(args->iface, sizeof(args->iface), "net_tap_%s", name) != 0 ||
			print(args->make.args, sizeof(args->make.args), "iface=%s", netdev) != 0)
		return too_long(name, iface);
	return 0;
}

int
steer_make_parse(const char *name, const char *iface, struct steer_args *args)
{
	if (iface[0] == '(')
		return parse_device(name, iface, args);
	if (strncmp(iface, TAP_PREFIX, strlen(TAP_PREFIX)) == 0)
		return parse_tap(name, iface, args);
	if (strlcpy(args->iface, iface, sizeof(args->iface)) >= sizeof(args->iface))
		return too_long(name, iface);
	args->make.bus = bus_of_address(iface);
	return 0;
}

/* Making */

/* A kernel interface of that name: which driver, and its arguments. */
static int
take_netdev(struct steer_port *port)
{
	const bool xdp = port->args.driver == STEER_DRIVER_AF_XDP;
	const char *name = port->dev->data->name;
	struct steer_args *args = &port->args;
	char queues[32] = "";
	char netdev[IFNAMSIZ];

	if (strlen(args->iface) >= sizeof(netdev) || if_nametoindex(args->iface) == 0)
		return -ENOENT;
	strlcpy(netdev, args->iface, sizeof(netdev));
	if (args->lower_queues != 0)
		print(queues, sizeof(queues), ",%s=%u", xdp ? "queue_count" : "qpairs",
			args->lower_queues);
	if (print(args->make.args, sizeof(args->make.args), "iface=%s%s", netdev, queues) != 0 ||
			print(args->iface, sizeof(args->iface), "%s_%s",
				xdp ? "net_af_xdp" : "net_af_packet", name) != 0)
		return too_long(name, netdev);
	args->make.bus = "vdev";
	return 0;
}

/* The first port of a device: some have a name of their own. */
static uint16_t
port_of_device(const char *name)
{
	const struct rte_eth_dev *dev;
	uint16_t id;

	for (id = 0; id < RTE_MAX_ETHPORTS; id++) {
		dev = &rte_eth_devices[id];
		if (rte_eth_dev_is_valid_port(id) && dev->device != NULL &&
				strcmp(dev->device->name, name) == 0)
			break;
	}
	return id;
}

/*
 * RTE_DEV_FOREACH() goes on where there was no memory to begin with, with what is on the stack: an
 * iterator of zeros is at its end. What the first call returns may be an errno of before.
 */
static struct rte_device *
first_vdev(struct rte_dev_iterator *it)
{
	memset(it, 0, sizeof(*it));
	rte_dev_iterator_init(it, "bus=vdev");
	return rte_dev_iterator_next(it);
}

static int
remove_nothing(struct rte_vdev_device *vdev)
{
	RTE_SET_USED(vdev);
	return 0;
}

/*
 * A virtual device that no driver took stays on its bus, which would probe it once more when it
 * comes to it, and its name stays taken. But only what a driver took can be removed: this one takes
 * it for that.
 */
static void
drop_unprobed(const struct steer_args *args)
{
	static struct rte_vdev_driver nobody = { .remove = remove_nothing };
	struct rte_dev_iterator it;
	struct rte_device *dev;

	if (strcmp(args->make.bus, "vdev") != 0)
		return;
	for (dev = first_vdev(&it); dev != NULL; dev = rte_dev_iterator_next(&it))
		if (strcmp(dev->name, args->iface) == 0)
			break;
	if (dev == NULL || rte_dev_is_probed(dev))
		return;
	dev->driver = &nobody.driver;
	rte_vdev_uninit(args->iface);
}

static int
add_device(const struct steer_args *args)
{
	int ret;

	ret = rte_eal_hotplug_add(args->make.bus, args->iface, args->make.args);
	if (ret != 0)
		drop_unprobed(args);
	return ret;
}

static int
plug(const struct steer_args *args)
{
	int ret;

	ret = add_device(args);
	if (ret != 0 || port_of_device(args->iface) != RTE_MAX_ETHPORTS)
		return ret;
	/* Left over from a port of ours before, whose bus had no time to unplug it. */
	ret = rte_eal_hotplug_remove(args->make.bus, args->iface);
	return ret == 0 ? add_device(args) : ret;
}

bool
steer_more_to_come(const char *name)
{
	static const char prefix[] = STEER_DRIVER_NAME;
	struct rte_dev_iterator it;
	struct rte_device *dev;
	bool behind = false;

	for (dev = first_vdev(&it); dev != NULL; dev = rte_dev_iterator_next(&it)) {
		if (behind && !rte_dev_is_probed(dev) &&
				strncmp(dev->name, prefix, strlen(prefix)) == 0)
			return true;
		behind = behind || strcmp(dev->name, name) == 0;
	}
	return false;
}

/* It is bound by its name when it appears, if it has the device's. */
static int
bind_made(struct steer_port *port)
{
	uint16_t id;

	if (steer_bound(port))
		return 0;
	id = port_of_device(port->args.iface);
	if (id != RTE_MAX_ETHPORTS)
		return steer_lower_bind(port, id);
	STEER_LOG(ERR, "%s: iface=%s: the device was probed, but has no port",
		port->dev->data->name, port->args.iface);
	return -ENODEV;
}

int
steer_make_lower(struct steer_port *port)
{
	struct steer_args *args = &port->args;
	const char *name = port->dev->data->name;
	int ret;

	if (args->make.bus == NULL && (ret = take_netdev(port)) != 0)
		return ret;
	ret = plug(args);
	/* An address without a device: it may be plugged in later. */
	if (ret == -ENODEV && strcmp(args->make.bus, "vdev") != 0)
		return -ENOENT;
	if (ret != 0) {
		STEER_LOG(ERR, "%s: iface=%s: cannot be probed on bus %s with '%s': %s", name,
			args->iface, args->make.bus, args->make.args, rte_strerror(-ret));
		return ret;
	}
	port->lower.made = true;
	ret = bind_made(port);
	if (ret != 0)
		steer_unmake_lower(port);
	return ret;
}

void
steer_unmake_lower(struct steer_port *port)
{
	const struct steer_args *args = &port->args;
	int ret;

	port->lower.made = false;
	/* Our bus walks its list of devices, to which the lower's may belong. */
	if (port->removing)
		return;
	ret = rte_eal_hotplug_remove(args->make.bus, args->iface);
	if (ret != 0)
		STEER_LOG(ERR, "%s: iface=%s: cannot be removed from bus %s: %s",
			port->dev->data->name, args->iface, args->make.bus, rte_strerror(-ret));
}
