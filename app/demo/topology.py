# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""Two hosts, which are kernel network stacks in name spaces, and the wires from both to testpmd.

The client has one wire, like the one queue of a virtual NIC. The server has one wire for each queue
of testpmd's, and what testpmd received by queue i leaves by wire i: so the packets of a queue can
be looked at one by one, where they arrive at the server.
"""

import world

QUEUES = 4
CLIENT = '10.77.0.1'
SERVER = '10.77.0.9'
# another address of the server, of which no rule speaks
OTHER = '10.77.0.10'


def wires():
    """The server's wires as testpmd sees them."""
    return [f'wire{i}' for i in range(QUEUES)]


class Topology:
    """The network: client and server are name spaces, testpmd's ends are where we are."""

    def __init__(self):
        self.client = world.Netns('client')
        self.server = world.Netns('server')
        self.make_client()
        self.make_server()

    def wire(self, here, host, there):
        """A veth pair whose packets carry finished checksums and no more than one frame each."""
        world.run('ip', 'link', 'add', here, 'type', 'veth', 'peer', 'name', there,
                  'netns', host.name)
        world.run('ethtool', '-K', here, 'tx', 'off', 'gro', 'off')
        host.run('ethtool', '-K', there, 'tx', 'off', 'gro', 'off')
        world.run('ip', 'link', 'set', here, 'up')
        host.run('ip', 'link', 'set', there, 'up')

    def make_client(self):
        self.wire('uplink', self.client, 'eth0')
        self.client.run('ip', 'address', 'add', f'{CLIENT}/24', 'dev', 'eth0')

    def make_server(self):
        self.server.run('ip', 'link', 'add', 'eth0', 'type', 'bridge')
        self.server.run('ethtool', '-K', 'eth0', 'tx', 'off')
        for i, name in enumerate(wires()):
            self.wire(name, self.server, f'port{i}')
            self.server.run('ip', 'link', 'set', f'port{i}', 'master', 'eth0')
            # nothing goes back from wire to wire
            self.server.run('bridge', 'link', 'set', 'dev', f'port{i}', 'isolated', 'on')
        self.server.run('ip', 'link', 'set', 'eth0', 'up')
        for address in (SERVER, OTHER):
            self.server.run('ip', 'address', 'add', f'{address}/24', 'dev', 'eth0')
