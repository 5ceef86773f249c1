# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""What arrives at the server, wire by wire."""

import selectors
import socket
import struct
import threading
from typing import NamedTuple

from topology import QUEUES

ETH_P_ALL = 3
# SO_RCVBUFFORCE: the whole run has room, nothing is lost while we are busy
SO_RCVBUFFORCE = 33
ROOM = 64 << 20
PROTOCOLS = {1: 'icmp', 6: 'tcp', 17: 'udp'}


class Packet(NamedTuple):
    """What a rule can ask for; port is the destination's."""
    protocol: str
    address: str
    port: int
    length: int


def read(frame):
    """A frame by the plainest means."""
    kind, = struct.unpack_from('!H', frame, 12)
    if kind == 0x0806:
        return Packet('arp', '', 0, len(frame))
    if kind != 0x0800:
        return Packet(f'0x{kind:04x}', '', 0, len(frame))
    protocol = PROTOCOLS.get(frame[23], str(frame[23]))
    address = socket.inet_ntoa(frame[30:34])
    at = 14 + 4 * (frame[14] & 15)
    port = struct.unpack_from('!H', frame, at + 2)[0] if protocol in ('tcp', 'udp') else 0
    return Packet(protocol, address, port, len(frame))


class Capture:
    """One list of packets for each wire, filled until stop()."""

    def __init__(self, host):
        self.packets = [[] for _ in range(QUEUES)]
        self.running = True
        self.chooser = selectors.DefaultSelector()
        for i in range(QUEUES):
            self.chooser.register(host.call(self.open, f'port{i}'), selectors.EVENT_READ, i)
        self.thread = threading.Thread(target=self.collect, daemon=True)
        self.thread.start()

    @staticmethod
    def open(name):
        wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        wire.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, ROOM)
        wire.bind((name, 0))
        wire.setblocking(False)
        return wire

    def collect(self):
        while True:
            ready = self.chooser.select(0.2)
            if not ready and not self.running:
                return
            for key, _ in ready:
                frame, origin = key.fileobj.recvfrom(65536)
                # the server's own packets pass here as well
                if origin[2] != socket.PACKET_OUTGOING:
                    self.packets[key.data].append(read(frame))

    def stop(self):
        """All that has arrived."""
        self.running = False
        self.thread.join()
        return self.packets
