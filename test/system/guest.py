# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""A virtual machine, emulated in software, in which testpmd has a virtio-net PCI device.

Its serial console is testpmd's terminal, and a socket is the other end of the device's wire. All
its files lie in /run, which ends with the world that the test runs in.
"""

import json
import os
import re
import socket

import guest_image
from bench import check
from testpmd import Terminal

WHERE = '/run/guest'
# as the guest sees it
DEVICE = '0000:00:03.0'
IDS = '1af4 1041'
MAC = '52:54:00:00:00:01'
# as qemu's monitor takes it
NIC = {'driver': 'virtio-net-pci', 'id': 'nic', 'netdev': 'wire', 'mac': MAC, 'addr': '3',
       'mq': False, 'disable-legacy': 'on', 'romfile': ''}
MEGABYTES = 512
HUGE_PAGES = 64


def qemu(image):
    """The command: one device with one pair of queues, and nothing else that talks."""
    return ['qemu-system-x86_64', '-machine', 'pc', '-accel', 'tcg,thread=multi', '-cpu', 'max',
            '-smp', '2', '-m', str(MEGABYTES), '-nodefaults', '-no-reboot', '-display', 'none',
            '-serial', 'stdio', '-qmp', f'unix:{WHERE}/qmp,server=on,wait=off',
            '-kernel', image, '-initrd', f'{WHERE}/initrd',
            '-append', 'console=ttyS0,115200 quiet panic=-1',
            '-netdev', f'dgram,id=wire,local.type=unix,local.path={WHERE}/guest'
                       f',remote.type=unix,remote.path={WHERE}/host',
            '-device', json.dumps(NIC)]


def monitor(command, arguments, event=None):
    """Have a command of qemu's done, and wait for an event that it leads to."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as control:
        control.settimeout(20)
        control.connect(f'{WHERE}/qmp')
        lines = control.makefile('rw')

        def until(wanted):
            while not wanted(answer := json.loads(lines.readline())):
                check('error' not in answer, f'{command} {arguments}: {answer}')

        until(lambda answer: 'QMP' in answer)
        for request in ({'execute': 'qmp_capabilities'},
                        {'execute': command, 'arguments': arguments}):
            print(json.dumps(request), file=lines, flush=True)
            until(lambda answer: 'return' in answer)
        if event:
            until(lambda answer: answer.get('event') == event)


class Guest(Terminal):
    """A virtual machine that runs testpmd with these arguments, and our end of its wire."""

    def __init__(self, kernel, eal, args, timeout=90):
        os.makedirs(WHERE)
        plugged = [word for path in guest_image.plug_ins()
                   for word in ('-d', os.path.basename(path))]
        guest_image.build(f'{WHERE}/initrd', kernel, {'ids': IDS, 'pages': HUGE_PAGES},
                          ['dpdk-testpmd', *plugged, *eal, '--', '-i', *args])
        self.wire = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.wire.bind(f'{WHERE}/host')
        super().__init__(qemu(kernel.image), timeout=timeout)
        self.wire.connect(f'{WHERE}/guest')
        self.wire.settimeout(timeout)

    def frames(self, count, timeout=20):
        """The next frames that the device sends: as many, or fewer if no more come."""
        found = []
        self.wire.settimeout(timeout)
        try:
            while len(found) < count:
                found.append(self.wire.recv(1 << 16))
        except socket.timeout:
            pass
        return found

    def pull_out(self):
        """Pull the device out, as whoever runs virtual machines may do at any time."""
        monitor('device_del', {'id': NIC['id']}, 'DEVICE_DELETED')

    def put_in(self):
        """Put one like it into the same place."""
        monitor('device_add', NIC)

    def quit(self, timeout=60):
        """testpmd's exit code, after the machine has switched itself off."""
        super().quit(timeout)
        said = re.search(r'guest: ended with (\d+)', self.text())
        return int(said.group(1)) if said else None
