#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
#
# Process 1 of the virtual machine: gives the network device to user space and huge pages to DPDK,
# runs the program in /etc/guest at the serial console, says how it ended, and switches off.

set -eu

# ids="VENDOR DEVICE", pages=NUMBER of 2 MB, and the function program
# shellcheck source=/dev/null
. /etc/guest

mkdir -p /proc /sys /tmp /var/run
mount -t devtmpfs none /dev
mount -t proc none /proc
mount -t sysfs none /sys
mkdir -p /dev/hugepages
mount -t hugetlbfs none /dev/hugepages
# nothing of the kernel's between the lines that are read
echo 1 >/proc/sys/kernel/printk
# shellcheck disable=SC2154
echo "$pages" >/proc/sys/vm/nr_hugepages

for module in uio uio_pci_generic; do
	insmod "/lib/modules/$module.ko"
done
# also for a device that is plugged in later
# shellcheck disable=SC2154
echo "$ids" >/sys/bus/pci/drivers/uio_pci_generic/new_id

# a session of its own, so that the console becomes its terminal
# shellcheck disable=SC2016
setsid sh -c '. /etc/guest; program; echo "guest: ended with $?"' \
	</dev/ttyS0 >/dev/ttyS0 2>&1
poweroff -f
