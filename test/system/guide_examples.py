# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""The examples of rules in the documentation: what it has its reader type into testpmd.

These are literal blocks that begin with a command of testpmd's, line by line, and the lines behind
"testpmd> " in others. A line that is indented deeper goes on with the one before. A line that begins
with "# " behind a command is what comes of it:

	# Ether()/IP()/UDP(dport=53): queue 2, mark 7     a packet, in the words of scapy, and its fate
	# refused: WORDS                                  the command is refused, in these words
	# WORDS                                           they are in testpmd's answer
"""

import glob
import os
import re
from typing import NamedTuple

PROMPT = 'testpmd> '
COMMAND = re.compile(r'(flow|port|set|show|start|stop)( |$)')


class Example(NamedTuple):
    """A block: where it is, and its lines."""
    place: str
    lines: list


def indent(line):
    return len(line) - len(line.lstrip(' '))


def joined(lines):
    """Lines without their common indent, those that go on with one before being part of it."""
    base = min((indent(line) for line in lines), default=0)
    found = []
    for line in lines:
        # what a rule of two lines goes on with may stand as far left as its beginning
        goes_on = indent(line) > base or re.match(r' *(actions|tcp) ', line)
        if found and goes_on and not line.lstrip().startswith('#'):
            found[-1] += ' ' + line.strip()
        else:
            found.append(line.strip())
    return found


def typed(lines):
    """What of a block is typed in."""
    lines = [line for line in lines if line.strip()]
    if not any(line.strip().startswith(PROMPT) for line in lines):
        found = joined(lines)
        first = next((line for line in found if not line.startswith('#')), '')
        return found if COMMAND.match(first) else []
    found = []
    for line in lines:
        if line.strip().startswith(PROMPT):
            base = indent(line)
            found.append(line.strip()[len(PROMPT):])
        elif found and indent(line) > base:
            found[-1] += ' ' + line.strip()
    return found


def blocks(text):
    """Indented parts of a text, each with the number of its first line."""
    block, start = [], 0
    for number, line in enumerate(text.splitlines() + ['end'], 1):
        if line.startswith('   ') and not line.lstrip().startswith(('..', ':')):
            start = start or number
            block.append(line)
        elif line.strip():
            if block:
                yield start, block
            block, start = [], 0


def examples(top):
    """All of them, in the guides, the manual page and README.md."""
    names = [*glob.glob('doc/**/*.rst', root_dir=top, recursive=True), 'README.md']
    for name in sorted(names):
        with open(os.path.join(top, name), encoding='utf-8') as file:
            for number, block in blocks(file.read()):
                lines = typed(block)
                if any(line.startswith('flow ') for line in lines):
                    yield Example(f'{name}:{number}', lines)
