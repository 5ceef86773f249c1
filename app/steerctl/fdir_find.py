# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""Flows in testpmd's words that say what a rule of steerctl fdir says, and no more."""

import ipaddress

import fdir_rule
from failure import Usage

KEYS = ('is', 'spec', 'last', 'mask', 'prefix')
FULL = {'65535', '0xffff'}
# of the outer header; a port of the tunnel's own is not looked at by fdir
OUTER = {'vxlan', 'geneve'}


class Other(Exception):
    """It is something else."""


def fields_of(words):
    """{field: {"is": value, ...}} of an item's words behind its name."""
    found = {}
    if len(words) % 3:
        raise Other
    for field, key, value in zip(*[iter(words)] * 3):
        if key not in KEYS:
            raise Other
        found.setdefault(field, {})[key] = value
    return found


def items_of(text):
    """[(name, fields)], without the end."""
    found = []
    for item in text.split(' / '):
        words = item.split()
        if not words:
            raise Other
        found.append((words[0], fields_of(words[1:])))
    if found[-1] != ('end', {}):
        raise Other
    return found[:-1]


def is_number(told, most):
    if set(told) != {'is'}:
        raise Other
    return int(told['is'], 0) if int(told['is'], 0) <= most else None


def address(told):
    """daddr"""
    if set(told) == {'is'}:
        return fdir_rule.network(told['is'])
    if 'spec' not in told or set(told) not in ({'spec', 'prefix'}, {'spec', 'mask'}):
        raise Other
    behind = told.get('prefix', told.get('mask'))
    if ':' in behind:
        bits = bin(int(ipaddress.IPv6Address(behind)))[2:].zfill(128)
        if '01' in bits:
            raise Other
        behind = bits.count('1')
    return fdir_rule.network(f'{told["spec"]}/{behind}')


def port_range(told):
    """(dp_from, dp_to)"""
    if set(told) == {'is'}:
        return int(told['is'], 0), int(told['is'], 0)
    if not {'spec', 'last'} <= set(told) <= {'spec', 'last', 'mask'} or \
            told.get('mask', '0xffff') not in FULL:
        raise Other
    return int(told['spec'], 0), int(told['last'], 0)


def pop(items, name):
    """The fields of the first item, if it is of this name; else None."""
    return items.pop(0)[1] if items and items[0][0] == name else None


def only(fields, *names):
    if fields is None or not set(fields) <= set(names):
        raise Other
    return fields


def tunnel_of(items):
    """What stands in front of the inner addresses, taken away."""
    if len(items) < 4 or items[2][0] not in OUTER:
        return {}
    name = items[2][0]
    only(pop(items, 'ipv4'))
    only(pop(items, 'udp'))
    fields = only(pop(items, name), 'vni')
    only(pop(items, 'eth'))
    found = {'tunnel': name}
    if 'vni' in fields:
        found['vni'] = is_number(fields['vni'], (1 << 24) - 1)
    return found


def pattern_of(text):
    items = items_of(text)
    only(pop(items, 'eth'))
    found = tunnel_of(items)
    if not items or items[0][0] not in ('ipv4', 'ipv6'):
        raise Other
    fields = only(items.pop(0)[1], 'dst', 'proto')
    if 'dst' in fields:
        found['daddr'] = address(fields['dst'])
    if 'proto' in fields:
        found['proto'] = is_number(fields['proto'], 255)
    for number, name in fdir_rule.WITH_PORTS.items():
        layer = pop(items, name)
        if layer is not None:
            found['proto'] = number
            if 'dst' in only(layer, 'dst'):
                found['dp_from'], found['dp_to'] = port_range(layer['dst'])
            break
    if items:
        raise Other
    return found


def actions_of(text):
    found = {}
    for action in text.split(' / '):
        words = action.split()
        if words[:2] == ['mark', 'id'] and len(words) == 3:
            found['mark'] = int(words[2], 0)
        elif words[:2] == ['queue', 'index'] and len(words) == 3:
            found['queue'] = int(words[2], 0)
        elif words not in (['count'], ['end']):
            raise Other
    if 'queue' not in found:
        raise Other
    return found


def attributes_of(text):
    words = [word for word in text.split() if word != 'ingress']
    if words[:1] == ['group'] and words[1:2] == ['0']:
        words = words[2:]
    if not words:
        return {}
    if words[0] != 'priority' or len(words) != 2:
        raise Other
    return {'priority': int(words[1], 0)} if words[1] != '0' else {}


def find(text):
    """The rule; None: the flow is none of this form."""
    head, _, rest = text.partition('pattern ')
    pattern, _, actions = rest.partition(' actions ')
    try:
        return fdir_rule.Rule(**attributes_of(head), **pattern_of(pattern), **actions_of(actions))
    except (Other, ValueError, Usage):
        return None
