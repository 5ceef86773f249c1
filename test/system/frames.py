# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""Frames of which each can be told from all others by its length.

testpmd reports the length of each packet that it receives. What is added behind the packet is below
no header's length, and so changes nothing for a rule.
"""

import logging

# or it complains of name spaces without routes
logging.getLogger('scapy').setLevel(logging.ERROR)

# pylint: disable=wrong-import-position,wildcard-import,unused-wildcard-import
from scapy.all import *  # noqa: E402,F401,F403
from scapy.contrib.geneve import GENEVE  # noqa: E402,F401
from scapy.contrib.gtp import GTP_U_Header, GTPPDUSessionContainer  # noqa: E402,F401
from scapy.layers.vxlan import VXLAN  # noqa: E402,F401


def NVGRE(TNI=0):  # pylint: disable=invalid-name
    """as scapy would have it: GRE with a key that carries Ethernet"""
    return GRE(key_present=1, proto=0x6558, key=TNI << 8)


# lengths of frames as sent: above those of the packets themselves, below the MTU
SHORTEST, LONGEST = 760, 1510
TAGS = (b'\x81\x00', b'\x88\xa8')


class Lengths:
    """Lengths in turn: those of frames sent shortly after each other differ.

    What counts is the length as reported: some lower ports take the outer VLAN tag away.
    """

    def __init__(self, stripping=False):
        self.next = SHORTEST
        self.stripping = stripping

    def take(self, packet):
        """@return a frame, and the length that will be reported."""
        frame = bytes(packet)
        if len(frame) > self.next:
            raise ValueError(f'longer than {SHORTEST}: {packet!r}')
        length = self.next
        self.next = self.next + 1 if self.next < LONGEST else SHORTEST
        tag = 4 if self.stripping and frame[12:14] in TAGS else 0
        return frame.ljust(length + tag, b'\0'), length


def packets(expression):
    """A list of what an expression of scapy's makes."""
    made = eval(expression)  # pylint: disable=eval-used
    return list(made) if isinstance(made, (list, PacketList)) else [made]


# The last frame of a series: no rule of interest asks for it.
END_SOURCE = '02:5E:00:00:00:5E'
END = bytes(Ether(src=END_SOURCE, dst='02:00:00:00:00:5e', type=0x88b5) / Raw(b'end' * 20))
