/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 net_steer contributors
 */

/**
 * @file
 * Steering in the kernel: BPF programs on a netdev that judge packets by the rules of a flow
 * engine, before user space sees them.
 *
 * XDP, under AF_XDP sockets: packets go to the socket of their RX queue, with what was found in
 * front of them (struct steer_kernel_meta), or stay with the kernel. Isolated, matched packets go
 * to user space and all others stay; else all go but those of rules with SEND_TO_KERNEL.
 *
 * TAP: a program chooses the queue (TUNSETSTEERINGEBPF), another one drops (TUNSETFILTEREBPF).
 *
 * A remote netdev, for TAP: the same, and programs that take the matched packets of another netdev
 * over to TAP, copy those that are for more than one, and send there what TAP's user space sends.
 *
 * User space stays the authority. What the programs cannot say exactly (see
 * steer_kernel_sync()) they leave to it.
 *
 * Built without BPF (meson -Dbpf=), steer_kernel_open() fails with ENOSYS.
 *
 * Control path. Calls for one object are not to be made by two threads at once; what reads the
 * engine takes the engine's lock.
 */

#ifndef STEER_KERNEL_H
#define STEER_KERNEL_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "steer_kernel_abi.h"

struct steer_engine;
struct steer_flow;
struct steer_kernel;

enum steer_kernel_kind {
	STEER_KERNEL_XDP,
	STEER_KERNEL_TAP,
	STEER_KERNEL_REMOTE,
};

/** Why a call failed: for one line of log, and to tell cases apart. */
struct steer_kernel_trouble {
	/** What was done: "load", "attach", ... */
	const char *step;
	/** Positive errno. */
	int code;
	/** A sentence: the thing, errno, which capability is missing if one is, what helps. */
	char text[320];
};

/**
 * Tell a trouble, for all who find one.
 *
 * @param code  Positive errno.
 * @return      -code.
 */
__attribute__((format(printf, 4, 5))) int
steer_kernel_fail(struct steer_kernel_trouble *trouble, const char *step, int code,
		  const char *format, ...);

/** Was the library built with BPF? */
bool steer_kernel_built(void);

/**
 * Load the programs. Nothing is attached, no rule is known: XDP leaves all packets to the kernel,
 * TAP spreads nothing (queue 0) and drops nothing.
 *
 * @return  NULL with errno in @p trouble: ENOSYS (built without), EPERM (which capabilities),
 *          EINVAL (the kernel is too old), ENOMEM, ...
 */
struct steer_kernel *steer_kernel_open(enum steer_kernel_kind kind,
				       struct steer_kernel_trouble *trouble);

/** Detach and free. NULL is allowed. TAP queues are left to steer_kernel_tap_clear(). */
void steer_kernel_close(struct steer_kernel *k);

/**
 * XDP, remote: attach to a netdev by a bpf_link, which goes when the process does. Under AF_XDP, to
 * be done before sockets are made with libxdp, which then puts them into the program's map by
 * itself, by the name of the map ("xsks_map").
 *
 * @param ifindex  Of the netdev, in the network namespace of the caller.
 * @param generic  By the stack itself, for drivers that have no XDP.
 * @return         0; -errno with trouble: -EOPNOTSUPP, -EINVAL, ... (native, and the driver has no
 *                 XDP or not in this state: generic may do), -EBUSY (another program is attached),
 *                 -EPERM.
 */
int steer_kernel_attach(struct steer_kernel *k, int ifindex, bool generic,
			struct steer_kernel_trouble *trouble);
/**
 * Remote: what takes packets over, and what sends, by bpf_links as well (tcx, of Linux 6.6). It
 * does without XDP, which natively is earlier, and generic is not.
 *
 * @param remote  Interface index of the netdev; @p tap: TAP's.
 * @return        0; -errno with trouble: -EPERM, -EINVAL (no tcx), -ENODEV. Then it is to be
 *                detached.
 */
int steer_kernel_remote_attach(struct steer_kernel *k, int remote, int tap,
			       struct steer_kernel_trouble *trouble);

/** What of a remote netdev's packets is the port's without any rule. */
struct steer_kernel_remote {
	bool promiscuous; /**< A copy of all that is not the port's alone. */
	bool all_multicast; /**< Of all to groups, not only IPv6's. Broadcast always is. */
	/** The port's addresses, and groups: as numbers, the first byte the highest of six. */
	uint32_t n_macs;
	uint64_t mac[STEER_KERNEL_MACS];
};

/** In force from the next steer_kernel_sync() on, while the port is not isolated. */
void steer_kernel_remote_set(struct steer_kernel *k, const struct steer_kernel_remote *remote);

/** Detach; the programs stay loaded. */
void steer_kernel_detach(struct steer_kernel *k);

/** Put one AF_XDP socket into the map by hand. @return 0; -errno with trouble. */
int steer_kernel_socket(struct steer_kernel *k, uint32_t rx_queue, int fd,
			struct steer_kernel_trouble *trouble);

/**
 * TAP: have the programs steer the device that @p fd is a queue of.
 * @param filter  DROP as well: by the device's filter.
 * @return        0; -errno with trouble.
 */
int steer_kernel_tap_set(struct steer_kernel *k, int fd, bool filter,
			 struct steer_kernel_trouble *trouble);
/** Take any programs away from the device. @return 0; -errno. */
int steer_kernel_tap_clear(int fd);

/**
 * Give the programs the rules, the RSS and the isolation that the engine has now. Each packet is
 * judged by the old ones or by the new ones. All is prepared before it is switched: on failure
 * what was in force still is.
 *
 * What programs cannot say exactly: ranges, conditions (raw, integrity, ...), registers, tunnels
 * other than VXLAN and GENEVE, more than STEER_KERNEL_WORDS words or STEER_KERNEL_MASKS masks.
 * Where unmatched packets go to user space, so do all packets that such a rule might match, with
 * STEER_KERNEL_REFINE. It fails with -ENOTSUP where that cannot be: the port is isolated or has a
 * remote netdev, or the rule says SEND_TO_KERNEL, or one behind it does. So does a rule with JUMP
 * on such a port: what its group does not match could not go back.
 *
 * Takes as long as the kernel needs to have all CPUs see the change (some 10 ms), and less than
 * a second for 10,000 rules.
 *
 * @return  0; -ENOTSUP (trouble names the rule: "rule N" as in a dump), -errno.
 */
int steer_kernel_sync(struct steer_kernel *k, struct steer_engine *e,
		      struct steer_kernel_trouble *trouble);

/**
 * Could steer_kernel_sync() give this rule to the programs, as far as one can tell by it and by
 * what was given to them last? Cheap: nothing is changed.
 *
 * @return  0; -ENOTSUP with trouble, -EINVAL (no rule of this engine).
 */
int steer_kernel_check(struct steer_kernel *k, struct steer_engine *e,
		       const struct steer_flow *flow, struct steer_kernel_trouble *trouble);

/** Stay with the kernel, all of it, until the next steer_kernel_sync(). @return 0; -errno. */
int steer_kernel_pause(struct steer_kernel *k, struct steer_kernel_trouble *trouble);

/** Of what steer_kernel_sync() set last; never 0. Any thread. */
uint32_t steer_kernel_generation(const struct steer_kernel *k);

/** What is in force, for telemetry. */
struct steer_kernel_info {
	uint32_t rules; /**< Rules that the programs have. */
	uint32_t refined; /**< Those of them that user space is to look at again. */
	uint32_t masks;
	uint64_t counts[STEER_KERNEL_COUNTS];
};

void steer_kernel_info(const struct steer_kernel *k, struct steer_kernel_info *info);

/**
 * What the kernel found, which stands right in front of a packet's data.
 *
 * @param data        Beginning of the packet; the memory in front of it is headroom.
 * @param generation  The one that counts.
 * @param meta        Set if it is there.
 * @return            True: it is of this generation. The magic is cleared in any case, as buffers
 *                    come again.
 */
static inline bool
steer_kernel_take(void *data, uint32_t generation, struct steer_kernel_meta *meta)
{
	struct steer_kernel_meta *at = (struct steer_kernel_meta *)data - 1;

	memcpy(meta, at, sizeof(*meta));
	if (meta->magic != STEER_KERNEL_MAGIC)
		return false;
	memset(at, 0, sizeof(at->magic));
	return meta->generation == generation;
}

/** For tests and benchmarks: one packet through the program, without any netdev. */
struct steer_kernel_run {
	/** Set: as in the packet's metadata. STAY, DROP: in its flags. Remote: these, COPY. */
	struct steer_kernel_meta meta;
	/** Set: mean of all repetitions. */
	uint32_t ns;
};

/**
 * @param repeat  How often, at least 1.
 * @return        0; -errno.
 */
int steer_kernel_test(struct steer_kernel *k, const void *packet, uint32_t len, uint32_t repeat,
		      struct steer_kernel_run *run);

#endif /* STEER_KERNEL_H */
