/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/*
 * Another netdev below a TAP port, remote=: packets that are the port's are taken over from it, and
 * what the port sends leaves by it. The netdev stays the kernel's: neither its address nor its
 * flags are changed. What it is to receive for the port is asked for by memberships of a socket,
 * which go with the process, as programs do.
 */

#include <errno.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netpacket/packet.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <rte_ethdev.h>
#include <rte_string_fns.h>

#include "steer_in_kernel_private.h"
#include "steer_port.h"

/* The netdev */

/** Ask for what one of the kernel's oldest requests tells. @return 0; -errno. */
static int
ask(const char *netdev, unsigned long request, struct ifreq *ifr)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int rc;

	if (fd < 0)
		return -errno;
	memset(ifr, 0, sizeof(*ifr));
	strlcpy(ifr->ifr_name, netdev, sizeof(ifr->ifr_name));
	rc = ioctl(fd, request, ifr) < 0 ? -errno : 0;
	close(fd);
	return rc;
}

/** @param mac  Set to its address. */
static int
find(const struct steer_port *port, struct steer_netdev *netdev, struct rte_ether_addr *mac,
     struct steer_kernel_trouble *trouble)
{
	const char *name = port->args.remote;
	struct ifreq ifr;
	int rc;

	if (port->in_kernel->netdev.kind != STEER_KERNEL_TAP)
		return steer_kernel_fail(trouble, "find", ENOTSUP, "remote=%s: packets of another "
			"interface come to a port of net_tap alone: iface=tap:NAME is accepted",
			name);
	if (strcmp(name, port->in_kernel->netdev.name) == 0)
		return steer_kernel_fail(trouble, "find", EINVAL, "remote=%s: that is the TAP "
			"interface itself: another one is accepted", name);
	netdev->ifindex = (int)if_nametoindex(name);
	if (netdev->ifindex == 0)
		return steer_kernel_fail(trouble, "find", ENODEV, "remote=%s: no such interface in "
			"this network namespace", name);
	strlcpy(netdev->name, name, sizeof(netdev->name));
	rc = ask(name, SIOCGIFHWADDR, &ifr);
	if (rc < 0)
		return steer_kernel_fail(trouble, "find", -rc, "remote=%s: its address cannot be "
			"read: %s", name, rte_strerror(-rc));
	if (ifr.ifr_hwaddr.sa_family != ARPHRD_ETHER)
		return steer_kernel_fail(trouble, "find", ENOTSUP, "remote=%s: an interface of "
			"type %u: Ethernet is accepted", name, ifr.ifr_hwaddr.sa_family);
	memcpy(mac, ifr.ifr_hwaddr.sa_data, sizeof(*mac));
	return 0;
}

/**
 * The port and TAP have the remote's address, as applications expect of a port on it: unless the
 * application has set another one.
 */
static int
take_address(struct steer_port *port, struct rte_ether_addr *mac,
	     struct steer_kernel_trouble *trouble)
{
	struct rte_ether_addr *ours = &port->dev->data->mac_addrs[0], theirs;
	int rc = rte_eth_macaddr_get(port->lower.port_id, &theirs);

	if (rc == 0 && rte_is_same_ether_addr(ours, &theirs))
		rte_ether_addr_copy(mac, ours);
	if (rc == 0 && !rte_is_same_ether_addr(ours, &theirs))
		rc = rte_eth_dev_default_mac_addr_set(port->lower.port_id, ours);
	if (rc < 0)
		return steer_kernel_fail(trouble, "address", -rc, "'%s' does not take the address "
			"of %s: %s", port->args.iface, port->args.remote, rte_strerror(-rc));
	return 0;
}

/* What it is to receive */

static uint64_t
number_of(const struct rte_ether_addr *mac)
{
	uint64_t n = 0;

	for (unsigned int i = 0; i < RTE_ETHER_ADDR_LEN; i++)
		n = n << 8 | mac->addr_bytes[i];
	return n;
}

/** Groups that there is no room for are all groups. */
static void
gather(const struct steer_port *port, struct steer_kernel_remote *to)
{
	const struct steer_remote *remote = &port->in_kernel->remote;

	memset(to, 0, sizeof(*to));
	to->promiscuous = port->promiscuous;
	to->all_multicast = port->all_multicast ||
			    port->n_mc_addrs > STEER_KERNEL_MACS - STEER_MAC_ADDRS;
	for (unsigned int i = 0; i < STEER_MAC_ADDRS; i++)
		if (!rte_is_zero_ether_addr(&remote->macs[i]))
			to->mac[to->n_macs++] = number_of(&remote->macs[i]);
	for (uint32_t i = 0; i < port->n_mc_addrs && !to->all_multicast; i++)
		to->mac[to->n_macs++] = number_of(&port->mc_addrs[i]);
}

static int
join(int fd, const struct steer_netdev *netdev, unsigned short type, const uint64_t *mac)
{
	struct packet_mreq mreq = {
		.mr_ifindex = netdev->ifindex,
		.mr_type = type,
		.mr_alen = mac != NULL ? RTE_ETHER_ADDR_LEN : 0,
	};

	for (unsigned int i = 0; mac != NULL && i < RTE_ETHER_ADDR_LEN; i++)
		mreq.mr_address[i] = (uint8_t)(*mac >> (40 - 8 * i));
	return setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &mreq, sizeof(mreq)) < 0 ?
	       -errno : 0;
}

/** Its own address it receives anyway, and might be made promiscuous for any other one. */
static int
join_all(int fd, const struct steer_netdev *netdev, const struct steer_kernel_remote *to)
{
	struct ifreq ifr;
	uint64_t own = 0;
	int rc = 0;

	if (ask(netdev->name, SIOCGIFHWADDR, &ifr) == 0)
		own = number_of((const struct rte_ether_addr *)ifr.ifr_hwaddr.sa_data);

	if (to->promiscuous)
		rc = join(fd, netdev, PACKET_MR_PROMISC, NULL);
	if (rc == 0 && to->all_multicast)
		rc = join(fd, netdev, PACKET_MR_ALLMULTI, NULL);
	for (uint32_t i = 0; rc == 0 && i < to->n_macs; i++)
		if (to->mac[i] != own)
			rc = join(fd, netdev, (to->mac[i] >> 40 & 1) ? PACKET_MR_MULTICAST
								      : PACKET_MR_UNICAST,
				  &to->mac[i]);
	return rc;
}

/** In the place of those that there were: nothing is missed in between. */
static int
replace_members(struct steer_remote *remote, const struct steer_kernel_remote *to,
		struct steer_kernel_trouble *trouble)
{
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	int rc = fd < 0 ? -errno : join_all(fd, &remote->netdev, to);

	if (rc < 0) {
		if (fd >= 0)
			close(fd);
		return steer_kernel_fail(trouble, "address", -rc, "%s cannot be made to receive "
			"what is the port's: %s%s", remote->netdev.name, rte_strerror(-rc),
			rc == -EPERM ? ": CAP_NET_RAW is needed" : "");
	}
	if (remote->members >= 0)
		close(remote->members);
	remote->members = fd;
	return 0;
}

/** @param[out] changed  There is something for the programs. */
static int
update(struct steer_port *port, struct steer_kernel_trouble *trouble, bool *changed)
{
	struct steer_in_kernel *ik = port->in_kernel;
	struct steer_kernel_remote to;
	int rc;

	gather(port, &to);
	/* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison) padding is 0 by gather(), too */
	*changed = memcmp(&to, &ik->remote.implicit, sizeof(to)) != 0;
	if (!*changed)
		return 0;
	rc = replace_members(&ik->remote, &to, trouble);
	if (rc < 0)
		return rc;
	memcpy(&ik->remote.implicit, &to, sizeof(to));
	steer_kernel_remote_set(ik->k, &to);
	return 0;
}

/* Life of the port */

/** What comes behind XDP can do without it; generic XDP would not come any earlier. */
static void
attach_xdp(struct steer_port *port)
{
	struct steer_in_kernel *ik = port->in_kernel;
	const struct steer_netdev *netdev = &ik->remote.netdev;
	struct steer_kernel_trouble trouble = { .step = "attach" };
	char conditions[512];

	ik->generic = steer_kernel_attach(ik->k, netdev->ifindex, false, &trouble) < 0;
	if (!ik->generic)
		return;
	steer_netdev_conditions(netdev, conditions, sizeof(conditions));
	STEER_LOG(NOTICE, "%s: remote=%s: no native XDP, tc judges its packets, which is slower: "
		"%s: %s%s", port->dev->data->name, netdev->name, trouble.step, trouble.text,
		conditions);
}

int
steer_remote_find(struct steer_port *port, struct steer_kernel_trouble *trouble)
{
	struct steer_in_kernel *ik = port->in_kernel;
	struct rte_ether_addr mac;
	int rc;

	ik->remote.members = -1;
	memset(&ik->remote.implicit, 0, sizeof(ik->remote.implicit));
	rc = find(port, &ik->remote.netdev, &mac, trouble);
	if (rc == 0)
		rc = take_address(port, &mac, trouble);
	if (rc < 0)
		return rc;
	memcpy(ik->remote.macs, port->dev->data->mac_addrs, sizeof(ik->remote.macs));
	ik->netdev.kind = STEER_KERNEL_REMOTE;
	return 0;
}

int
steer_remote_attach(struct steer_port *port, struct steer_kernel_trouble *trouble)
{
	struct steer_in_kernel *ik = port->in_kernel;
	bool changed;
	int rc = steer_kernel_remote_attach(ik->k, ik->remote.netdev.ifindex, ik->netdev.ifindex,
					    trouble);

	if (rc == 0)
		rc = update(port, trouble, &changed);
	if (rc == 0)
		attach_xdp(port);
	return rc;
}

const char *
steer_remote_hook(const struct steer_in_kernel *ik)
{
	return ik->generic ? "tc" : "native XDP";
}

void
steer_remote_drop(struct steer_in_kernel *ik)
{
	if (ik->netdev.kind == STEER_KERNEL_REMOTE && ik->remote.members >= 0)
		close(ik->remote.members);
	ik->remote.members = -1;
}

/* Changes */

bool
steer_remote_on(const struct steer_port *port)
{
	return steer_in_kernel_on(port) && port->in_kernel->netdev.kind == STEER_KERNEL_REMOTE;
}

/** The lock is held. */
static void
follow(struct steer_port *port)
{
	struct steer_kernel_trouble trouble = { .step = "address" };
	bool changed;

	if (update(port, &trouble, &changed) < 0)
		STEER_LOG(ERR, "%s: remote=%s: %s: %s", port->dev->data->name, port->args.remote,
			trouble.step, trouble.text);
	else if (changed)
		steer_in_kernel_follow(port);
}

void
steer_remote_changed(struct steer_port *port)
{
	if (!steer_remote_on(port))
		return;
	pthread_mutex_lock(&port->in_kernel->lock);
	if (steer_remote_on(port))
		follow(port);
	pthread_mutex_unlock(&port->in_kernel->lock);
}

void
steer_remote_mac(struct steer_port *port, uint32_t index, const struct rte_ether_addr *mac)
{
	const struct rte_ether_addr none = { .addr_bytes = { 0 } };

	if (!steer_remote_on(port))
		return;
	pthread_mutex_lock(&port->in_kernel->lock);
	port->in_kernel->remote.macs[index] = mac != NULL ? *mac : none;
	if (steer_remote_on(port))
		follow(port);
	pthread_mutex_unlock(&port->in_kernel->lock);
}

bool
steer_remote_link(const struct steer_port *port)
{
	struct ifreq ifr;

	if (!steer_remote_on(port))
		return true;
	/* Another one may have its name by now. */
	return (int)if_nametoindex(port->args.remote) == port->in_kernel->remote.netdev.ifindex &&
	       ask(port->args.remote, SIOCGIFFLAGS, &ifr) == 0 &&
	       (ifr.ifr_flags & (IFF_UP | IFF_RUNNING)) == (IFF_UP | IFF_RUNNING);
}

int
steer_remote_mtu(const struct steer_port *port, uint16_t mtu)
{
	struct ifreq ifr;

	if (!steer_remote_on(port) || ask(port->args.remote, SIOCGIFMTU, &ifr) < 0 ||
	    mtu <= ifr.ifr_mtu)
		return 0;
	STEER_LOG(ERR, "%s: MTU %u: what is sent leaves by remote=%s: up to its own of %d is "
		"accepted", port->dev->data->name, mtu, port->args.remote, ifr.ifr_mtu);
	return -EINVAL;
}
