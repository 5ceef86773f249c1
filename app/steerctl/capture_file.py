# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""Packets of a capture: pcap, as tcpdump writes it, and pcapng."""

import struct

from failure import Usage

ETHERNET = 1
# what nobody's packet is as long as
LONGEST = 1 << 20
MAGIC = {b'\xd4\xc3\xb2\xa1': '<', b'\x4d\x3c\xb2\xa1': '<',
         b'\xa1\xb2\xc3\xd4': '>', b'\xa1\xb2\x3c\x4d': '>'}
SECTION, INTERFACE, SIMPLE, ENHANCED = 0x0a0d0d0a, 1, 3, 6


class File:
    """What is read of it is there, or it is a failure."""

    def __init__(self, name, file):
        self.name = name
        self.file = file

    def take(self, n, end_allowed=False):
        data = self.file.read(n) if n <= LONGEST else b''
        if len(data) == n or (end_allowed and not data):
            return data
        raise Usage(f'{self.name}: is cut off, or damaged')

    def ethernet(self, link):
        if link != ETHERNET:
            raise Usage(f'{self.name}: link type {link}; only Ethernet, {ETHERNET}, is accepted')


def pcap(file, order):
    """Packets behind the magic number."""
    *_, link = struct.unpack(order + 'HHIIII', file.take(20))
    file.ethernet(link & 0xffff)
    while head := file.take(16, True):
        yield file.take(struct.unpack(order + 'IIII', head)[2])


def enhanced(file, order, body, snap):
    """The packet of a block, cut to what is in there."""
    kind, data = body
    start = 20 if kind == ENHANCED else 4
    if len(data) < start:
        file.take(LONGEST + 1)
    n = struct.unpack_from(order + 'I', data, 12 if kind == ENHANCED else 0)[0]
    return data[start:start + min(n, snap if kind == SIMPLE and snap else n)]


def pcapng(file):
    """Packets behind the type of the first block."""
    order, snap, kind = '<', 0, struct.pack('<I', SECTION)
    while kind:
        if kind == struct.pack('<I', SECTION):
            head = file.take(8)
            order = '<' if head[4:] == b'\x4d\x3c\x2b\x1a' else '>'
            length, body = struct.unpack(order + 'I', head[:4])[0], head[4:]
        else:
            length, body = struct.unpack(order + 'I', file.take(4))[0], b''
        number = struct.unpack(order + 'I', kind)[0]
        if length < 12 + len(body):
            file.take(LONGEST + 1)
        body += file.take(length - 12 - len(body))
        file.take(4)
        if number == INTERFACE and len(body) >= 8:
            link, _, snap = struct.unpack_from(order + 'HHI', body)
            file.ethernet(link)
        elif number in (SIMPLE, ENHANCED):
            yield enhanced(file, order, (number, body), snap)
        kind = file.take(4, True)


def packets(name):
    """Each packet's bytes."""
    try:
        with open(name, 'rb') as raw:
            file = File(name, raw)
            magic = file.take(4)
            if magic in MAGIC:
                yield from pcap(file, MAGIC[magic])
            elif magic == struct.pack('<I', SECTION):
                yield from pcapng(file)
            else:
                raise Usage(f'{name}: neither pcap nor pcapng')
    except OSError as error:
        raise Usage(f'{name}: {error.strerror}') from error
