# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""A client and a server, which are kernel network stacks in name spaces, and what they say to each
other by way of a load balancer that stands between them."""

import asyncio
import contextlib
import fcntl
import os
import random
import socket
import struct

import bench
import world

CLIENT = {socket.AF_INET: '10.80.0.1', socket.AF_INET6: 'fd80::1'}
VIP = {socket.AF_INET: '10.80.0.100', socket.AF_INET6: 'fd80::100'}
KERNEL = {socket.AF_INET: '10.80.0.50', socket.AF_INET6: 'fd80::50'}
SERVER = {socket.AF_INET: '10.81.0.1', socket.AF_INET6: 'fd81::1'}
LIP = {socket.AF_INET: '10.81.0.200', socket.AF_INET6: 'fd81::200'}
# the hosts' ends of the wires, and what the balancer gives its own
NEIGHBOURS = ['02:00:00:00:80:01', '02:00:00:00:81:01']
MACS = ['02:00:00:00:80:64', '02:00:00:00:81:64']
VPORT, RPORT = 80, 8080
TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454ca, 0x0002, 0x1000
ETH_P_ALL, ETH_P_8021Q, SOL_PACKET, PACKET_AUXDATA = 0x0003, 0x8100, 263, 8
# requests of a connection, each of up to so many bytes
REQUESTS, LONGEST = 3, 4000


def vlan_device(name):
    """A kernel without VLAN devices gets one here, whose tags are ours to write. @return its end"""
    bench.need_tap()
    tap = os.open('/dev/net/tun', os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tap, TUNSETIFF, struct.pack('16sH22x', name.encode(), IFF_TAP | IFF_NO_PI))
    return tap


def packet_socket(name):
    made = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    made.bind((name, ETH_P_ALL))
    made.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
    made.setblocking(False)
    return made


def untag(wire, tap, vlan):
    """Frames with this tag, which the kernel has put aside."""
    with contextlib.suppress(BlockingIOError):
        while True:
            frame, aux, _, address = wire.recvmsg(2048, 64)
            tci = struct.unpack_from('H', aux[0][2], 16)[0] if aux else 0
            if tci == vlan and address[2] != socket.PACKET_OUTGOING:
                os.write(tap, frame)


def tag(tap, wire, vlan):
    with contextlib.suppress(BlockingIOError):
        while True:
            frame = os.read(tap, 2048)
            wire.send(frame[:12] + struct.pack('!HH', ETH_P_8021Q, vlan) + frame[12:])


class Host:
    """A name space with one wire, the other end of which is where we are."""

    def __init__(self, name, wire, mac, addresses, vlan=0):
        self.ns = world.Netns(name)
        self.wire = wire
        self.vlan = vlan
        self.device = 'vlan0' if vlan else 'eth0'
        try:
            # one queue each: AF_XDP's sockets stand on single queues
            world.run('ip', 'link', 'add', wire, 'numtxqueues', '1', 'numrxqueues', '1',
                      'type', 'veth', 'peer', 'name', 'eth0', 'netns', name,
                      'numtxqueues', '1', 'numrxqueues', '1')
        except RuntimeError as error:
            raise bench.Skip(f'no veth: {error}') from error
        self.ns.run('ip', 'link', 'set', 'eth0', 'address', mac)
        # packets carry finished checksums and no more than one frame each
        world.run('ethtool', '-K', wire, 'tx', 'off', 'gro', 'off')
        self.ns.run('ethtool', '-K', 'eth0', 'tx', 'off', 'gro', 'off')
        world.run('ip', 'link', 'set', wire, 'up')
        self.ns.run('ip', 'link', 'set', 'eth0', 'up')
        if vlan:
            self.tap = self.ns.call(vlan_device, self.device)
            self.ns.run('ip', 'link', 'set', self.device, 'address', mac)
        self.ns.call(self.want_ipv6)
        self.ns.run('ip', 'link', 'set', self.device, 'up')
        self.ns.run('ip', 'address', 'add', f'{addresses[socket.AF_INET]}/16', 'dev', self.device)
        self.ns.run('ip', 'address', 'add', f'{addresses[socket.AF_INET6]}/64', 'dev', self.device,
                    'nodad')

    def want_ipv6(self):
        try:
            with open(f'/proc/sys/net/ipv6/conf/{self.device}/disable_ipv6', 'w',
                      encoding='ascii') as knob:
                knob.write('0')
        except OSError as error:
            raise bench.Skip(f'no IPv6: {error}') from error

    def knows(self, mac, *addresses):
        """Nobody answers to ARP in between."""
        for address in addresses:
            self.ns.run('ip', 'neighbour', 'replace', address, 'lladdr', mac, 'dev',
                        self.device, 'nud', 'permanent')

    def socket(self, family, kind):
        made = self.ns.call(socket.socket, family, kind)
        made.setblocking(False)
        return made

    @contextlib.contextmanager
    def tagging(self):
        """Between the wire and the VLAN's device, where there is one; while the loop runs."""
        if not self.vlan:
            yield
            return
        loop = asyncio.get_running_loop()
        with self.ns.call(packet_socket, 'eth0') as wire:
            loop.add_reader(wire, untag, wire, self.tap, self.vlan)
            loop.add_reader(self.tap, tag, self.tap, wire, self.vlan)
            try:
                yield
            finally:
                loop.remove_reader(wire)
                loop.remove_reader(self.tap)

    def gone(self):
        if self.vlan:
            os.close(self.tap)
        world.run('ip', 'link', 'del', self.wire)
        world.run('ip', 'netns', 'del', self.ns.name)


@contextlib.contextmanager
def hosts(vlan=0):
    """Client and server, which may be in a VLAN. @return both."""
    with contextlib.ExitStack() as stack:
        client = Host('client', 'wan', NEIGHBOURS[0], CLIENT)
        stack.callback(client.gone)
        server = Host('server', 'lan', NEIGHBOURS[1], SERVER, vlan)
        stack.callback(server.gone)
        yield client, server


async def answer_stream(reader, writer):
    with contextlib.suppress(OSError):
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    writer.close()


class AnswerDatagrams(asyncio.DatagramProtocol):
    """Says what it was told."""

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, addr):
        self.transport.sendto(data, addr)


async def serve(server, stack):
    """Answer at the server, to streams and datagrams, until the stack unwinds."""
    for family, address in SERVER.items():
        stream = server.socket(family, socket.SOCK_STREAM)
        stream.bind((address, RPORT))
        listening = await asyncio.start_server(answer_stream, sock=stream, backlog=1024)
        stack.callback(listening.close)
        datagram = server.socket(family, socket.SOCK_DGRAM)
        datagram.bind((address, RPORT))
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            AnswerDatagrams, sock=datagram)
        stack.callback(transport.close)


async def converse(client, family):
    """One connection: each answer is the request."""
    loop = asyncio.get_running_loop()
    with client.socket(family, socket.SOCK_STREAM) as mine:
        await loop.sock_connect(mine, (VIP[family], VPORT))
        for _ in range(REQUESTS):
            request = random.randbytes(random.randint(1, LONGEST))
            await loop.sock_sendall(mine, request)
            got = b''
            while len(got) < len(request):
                more = await loop.sock_recv(mine, len(request) - len(got))
                if not more:
                    raise EOFError('connection closed')
                got += more
            if got != request:
                raise ValueError('another answer')


async def ask(client, address, family, tries=5):
    """One datagram, sent again while it is not answered."""
    loop = asyncio.get_running_loop()
    with client.socket(family, socket.SOCK_DGRAM) as mine:
        mine.connect((address[family], VPORT))
        for _ in range(tries):
            request = random.randbytes(random.randint(1, 1000))
            await loop.sock_sendall(mine, request)
            with contextlib.suppress(asyncio.TimeoutError):
                while await asyncio.wait_for(loop.sock_recv(mine, 2000), 1) != request:
                    pass
                return
    raise TimeoutError('no answer')


async def limited(gate, seconds, conversation):
    """@return whether it came to its end."""
    async with gate:
        try:
            await asyncio.wait_for(conversation, seconds)
        except (OSError, EOFError, ValueError, asyncio.TimeoutError):
            return False
    return True


async def meet(client, server, streams, datagrams, seconds, families=tuple(VIP)):
    """Conversations, by IPv4 and IPv6 in turn. @return how many of each kind succeeded."""
    gate = asyncio.Semaphore(64)

    async def count(conversations):
        done = await asyncio.gather(*(limited(gate, seconds, c) for c in conversations))
        return sum(done)

    with contextlib.ExitStack() as stack:
        stack.enter_context(server.tagging())
        await serve(server, stack)
        return [await count(converse(client, families[i % len(families)]) for i in range(streams)),
                await count(ask(client, VIP, families[i % len(families)]) for i in range(datagrams)),
                await count(ask(client, KERNEL, families[i % len(families)]) for i in range(datagrams))]
