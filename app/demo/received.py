# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""What testpmd says of each packet that it receives, after `set verbose 1`."""

import re
from typing import NamedTuple, Optional

BURST = re.compile(r'port (\d+)/queue (\d+): received \d+ packets')
PACKET = re.compile(r'  src=([0-9A-F:]+) - dst=([0-9A-F:]+) - pool=\S+ - type=0x([0-9a-f]+)'
                    r' - length=(\d+) - nb_segs=\d+(.*?) - Receive queue=0x([0-9a-f]+)')
HASH = re.compile(r' - RSS hash=0x([0-9a-f]+)')
MARK = re.compile(r' - FDIR matched ID=0x([0-9a-f]+)')
FLAG = re.compile(r' - FDIR matched hash=')


class Received(NamedTuple):
    """One packet, as the application got it."""
    port: int
    queue: int
    source: str
    type: int
    length: int
    hash: Optional[int]
    mark: Optional[int]
    flagged: bool


def number(match):
    return int(match.group(1), 16) if match else None


def parse(text):
    """All packets in text, in the order in which they were received."""
    found = []
    port = None
    for line in text.splitlines():
        burst = BURST.search(line)
        if burst:
            port = int(burst.group(1))
            continue
        packet = PACKET.search(line)
        if packet:
            more = packet.group(5)
            found.append(Received(port, int(packet.group(6), 16), packet.group(1).lower(),
                                  int(packet.group(3), 16), int(packet.group(4)),
                                  number(HASH.search(more)), number(MARK.search(more)),
                                  bool(FLAG.search(more))))
    return found
