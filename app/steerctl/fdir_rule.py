# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""A rule of steerctl fdir: what comes for an address and a range of ports goes to a queue.

It is the short form that a patch of DPVS has, written as a flow in testpmd's words, and found again
in what the driver tells of its rules.
"""

import ipaddress
from typing import NamedTuple, Optional

from failure import Usage

PROTOCOLS = {'icmp': 1, 'tcp': 6, 'udp': 17, 'icmp6': 58, 'sctp': 132}
WITH_PORTS = {6: 'tcp', 17: 'udp', 132: 'sctp'}
# the items of a tunnel, and what they have inside
TUNNELS = {'vxlan': 'ipv4 / udp / vxlan{vni} / eth', 'geneve': 'ipv4 / udp / geneve{vni} / eth'}
LIMITS = {'queue': 65535, 'dp_from': 65535, 'dp_to': 65535, 'vni': (1 << 24) - 1,
          'mark': (1 << 32) - 1, 'priority': (1 << 32) - 2}
SYNONYMS = {'cid': 'queue'}


class Rule(NamedTuple):
    """queue None: any, where one is looked for."""

    queue: Optional[int] = None
    daddr: Optional[str] = None
    proto: Optional[int] = None
    dp_from: Optional[int] = None
    dp_to: Optional[int] = None
    tunnel: Optional[str] = None
    vni: Optional[int] = None
    mark: Optional[int] = None
    priority: Optional[int] = None

    def match(self):
        """What it asks of a packet."""
        return self[1:7]


def number_of(key, word, most):
    if not word.isascii() or not word.isdigit() or len(word) > 10 or int(word) > most:
        raise Usage(f'{key} takes a number from 0 to {most}, not "{word}"')
    return int(word)


def protocol(word):
    return PROTOCOLS[word] if word in PROTOCOLS else number_of('proto', word, 255)


def network(word):
    """As the driver tells it: a host has no prefix length."""
    try:
        net = ipaddress.ip_network(word)
    except ValueError as error:
        raise Usage(f'daddr takes an address or a prefix, such as 172.0.0.0/16: {error}') from error
    return str(net.network_address) if net.prefixlen == net.max_prefixlen else str(net)


def value_of(key, word):
    if key == 'proto':
        return protocol(word)
    if key == 'daddr':
        return network(word)
    if key == 'tunnel':
        if word not in TUNNELS:
            raise Usage(f'tunnel takes {" or ".join(TUNNELS)}, not "{word}"')
        return word
    return number_of(key, word, LIMITS[key])


def check(given):
    """One word may ask for another."""
    if {'dp_from', 'dp_to'} & set(given):
        given.setdefault('dp_from', given.get('dp_to'))
        given.setdefault('dp_to', given['dp_from'])
        if given.get('proto') not in WITH_PORTS:
            raise Usage('ports need proto tcp (6), udp (17) or sctp (132)')
        if given['dp_from'] > given['dp_to']:
            raise Usage(f'dp_from {given["dp_from"]} is above dp_to {given["dp_to"]}')
        if (given['dp_from'], given['dp_to']) == (0, 65535):
            raise Usage('dp_from 0 dp_to 65535 is every port: leave them out')
    if 'vni' in given and 'tunnel' not in given:
        raise Usage('vni needs "tunnel vxlan" or "tunnel geneve"')


def read(words):
    """A rule of words such as "queue 5 daddr 172.0.0.0/16 dp_from 1000 dp_to 2000 proto 6"."""
    given = {}
    for i in range(0, len(words), 2):
        key = SYNONYMS.get(words[i], words[i])
        if key not in Rule._fields:
            raise Usage(f'"{words[i]}" is none of {", ".join(Rule._fields)}')
        if i + 1 == len(words):
            raise Usage(f'{words[i]}: its value is missing')
        if key in given:
            raise Usage(f'{words[i]} is there twice')
        given[key] = value_of(key, words[i + 1])
    check(given)
    return Rule(**given)


def address_items(rule):
    if rule.daddr is None:
        return [f'ipv4 proto is {rule.proto}' if rule.proto is not None and
                rule.proto not in WITH_PORTS else 'ipv4']
    net = ipaddress.ip_network(rule.daddr)
    item = f'ipv{net.version} dst spec {net.network_address} dst prefix {net.prefixlen}'
    if rule.proto is not None and rule.proto not in WITH_PORTS:
        item += f' proto is {rule.proto}'
    return [item]


def port_items(rule):
    name = WITH_PORTS.get(rule.proto)
    if name is None:
        return []
    if rule.dp_from is None:
        return [name]
    if rule.dp_from == rule.dp_to:
        return [f'{name} dst is {rule.dp_from}']
    return [f'{name} dst spec {rule.dp_from} dst last {rule.dp_to} dst mask 0xffff']


def write(rule):
    """The flow, in testpmd's words."""
    items = ['eth']
    if rule.tunnel is not None:
        vni = '' if rule.vni is None else f' vni is {rule.vni}'
        items.append(TUNNELS[rule.tunnel].format(vni=vni))
    items += address_items(rule) + port_items(rule)
    head = '' if rule.priority is None else f'priority {rule.priority} '
    mark = '' if rule.mark is None else f'mark id {rule.mark} / '
    return (f'{head}ingress pattern {" / ".join(items)} / end '
            f'actions {mark}count / queue index {rule.queue} / end')
