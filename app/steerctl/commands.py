# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""The commands: how they are called, and where they are."""

from typing import NamedTuple

from failure import Usage


class Command(NamedTuple):
    """A function of a module, called with the session and the words that follow."""

    module: str
    function: str
    words: str
    purpose: str


# In the order in which they are told. What may stand without a second word has "show".
COMMANDS = {
    'show': {
        '': Command('show', 'show', '', 'ports, and what is worth a look'),
    },
    'flow': {
        'show': Command('flows', 'show', '[RULE ...]', 'rules, with what has hit them'),
        'add': Command('flows', 'add', 'FLOW', 'make a rule, in testpmd\'s words'),
        'validate': Command('flows', 'validate', 'FLOW', 'would it be taken?'),
        'del': Command('flows', 'delete', 'RULE ... [any]', 'destroy rules; any: not only those '
                       'made here'),
        'flush': Command('flows', 'flush', '', 'destroy all rules made here'),
        'load': Command('rules_file', 'load', 'FILE [replace]', 'make the rules of a file, all or '
                        'none; replace: instead of those made here'),
        'save': Command('rules_file', 'save', '[FILE] [all]', 'write rules made here for load; '
                        'all: everybody\'s'),
    },
    'fdir': {
        'show': Command('fdir', 'show', '', 'rules of this short form'),
        'add': Command('fdir', 'add', 'queue N [daddr A/P] [proto P] [dp_from N] [dp_to N] '
                       '[tunnel vxlan|geneve [vni N]] [mark N] [priority N]',
                       'what comes for an address and ports goes to a queue'),
        'del': Command('fdir', 'delete', 'the same, queue may be left out', 'destroy it'),
    },
    'queue': {
        'show': Command('queues', 'show', '', 'RX queues, and what was dropped'),
    },
    'table': {
        'show': Command('tables', 'show', '', 'tables that rules are looked up in'),
    },
    'rss': {
        'show': Command('rss', 'show', '', 'where RSS sends packets'),
    },
    'kernel': {
        'show': Command('kernel', 'show', '', 'programs in the kernel'),
    },
    'top': {
        '': Command('top', 'top', '[-b] [-n COUNT] [-d SECONDS]', 'queues and hottest rules, live'),
    },
    'watch': {
        '': Command('watch', 'watch', '[-n COUNT] [-d SECONDS] COMMAND', 'a command again and '
                    'again'),
    },
    'exporter': {
        '': Command('exporter', 'export', '[--file FILE] [--flows]', 'counters for Prometheus'),
    },
    'trace': {
        '': Command('packet_trace', 'trace', 'HEX|FILE [queue N]', 'what would happen to this '
                    'packet'),
    },
}


def choose(word, among, what):
    """The one that a word stands for: itself, or the only one that begins with it."""
    if word in among:
        return word
    found = [each for each in among if word and each.startswith(word)]
    if len(found) == 1:
        return found[0]
    if found:
        raise Usage(f'"{word}" may be {" or ".join(found)}')
    raise Usage(f'"{word}" is no {what}: {", ".join(filter(None, among))}')


def find(words):
    """The command that words begin with, and the words behind it."""
    if not words:
        raise Usage('a command is missing: steerctl help tells them')
    name = choose(words[0], COMMANDS, 'command')
    among, rest = COMMANDS[name], words[1:]
    if '' in among:
        return among[''], rest
    if not rest or rest[0] == 'port':
        return among['show'], rest
    return among[choose(rest[0], among, f'command of {name}')], rest[1:]


def usage():
    """One line for each."""
    lines = []
    for name, among in COMMANDS.items():
        for second, command in among.items():
            call = ' '.join(filter(None, (name, second, command.words)))
            lines.append(f'  {call}\n          {command.purpose}')
    return '\n'.join(lines)
