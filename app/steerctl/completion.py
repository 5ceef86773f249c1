# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""What bash can put for the last word: steerctl --complete WORD ..., one candidate a line."""

import commands
import ports
from failure import Failure
from telemetry import Telemetry, prefixes

GLOBAL = ['-p', '--file-prefix', '-i', '--instance', '-j', '--json', '-h', '--help']
# words that stand behind a command; what bash completes itself is not among them
BEHIND = {
    ('flow', 'load'): ['replace'],
    ('flow', 'save'): ['all'],
    ('flow', 'del'): ['any'],
    ('fdir', 'add'): ['queue', 'daddr', 'proto', 'dp_from', 'dp_to', 'tunnel', 'vni', 'mark',
                      'priority'],
    ('fdir', 'del'): ['queue', 'daddr', 'proto', 'dp_from', 'dp_to', 'tunnel', 'vni', 'mark',
                      'priority'],
    ('top',): ['-b', '-n', '-d'],
    ('watch',): ['-n', '-d'],
    ('exporter',): ['--file', '--flows'],
    ('trace',): ['queue'],
}
VALUES = {'proto': ['tcp', 'udp', 'sctp', 'icmp', 'icmp6'], 'tunnel': ['vxlan', 'geneve']}


def names_of_ports(prefix):
    try:
        telemetry = Telemetry(prefix)
    except Failure:
        return []
    try:
        return [port.name for port in ports.all_ports(telemetry)]
    except Failure:
        return []
    finally:
        telemetry.close()


def split(words):
    """(prefix, words of the command) of those before the last one."""
    prefix, rest = 'rte', list(words)
    while rest and rest[0].startswith('-'):
        if rest[0] in ('-p', '--file-prefix', '-i', '--instance'):
            prefix = rest[1] if rest[0] in ('-p', '--file-prefix') and len(rest) > 1 else prefix
            rest.pop(0)
        rest = rest[1:]
    return prefix, rest


def behind_command(prefix, words):
    """Candidates where a command stands already."""
    name = commands.choose(words[0], commands.COMMANDS, 'command')
    among, path = commands.COMMANDS[name], (name,)
    if words[-1] == 'port':
        return names_of_ports(prefix)
    if words[-1] in VALUES and name == 'fdir':
        return VALUES[words[-1]]
    if name == 'watch' and len(words) == 1:
        return BEHIND[path] + list(commands.COMMANDS)
    if '' not in among:
        if len(words) == 1:
            return [*among, 'port']
        path += (commands.choose(words[1], among, 'command'),)
    return BEHIND.get(path, []) + ['port']


def candidates(words):
    """For the last of the words, which may be empty."""
    before = words[:-1]
    if before[-1:] in (['-p'], ['--file-prefix']):
        return prefixes()
    prefix, rest = split(before)
    return behind_command(prefix, rest) if rest else GLOBAL + list(commands.COMMANDS) + ['help']


def complete(words):
    last = words[-1] if words else ''
    try:
        found = candidates(words)
    except Failure:
        found = []
    print('\n'.join(each for each in found if each.startswith(last)))
    return 0
