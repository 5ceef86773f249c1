# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""steerctl flow load and save: files of rules, as rules= of the driver reads them."""

import os
import sys
import tempfile

import answer
import flows
from failure import Failure, Refused, Usage


def read_lines(name):
    """[(number of the line, line)] of those that say something."""
    try:
        with (sys.stdin if name == '-' else
              open(name, encoding='utf-8', errors='surrogateescape')) as file:
            lines = file.read().split('\n')
    except OSError as error:
        raise Usage(f'{name}: {error.strerror}') from error
    return [(number, line.rstrip()) for number, line in enumerate(lines, 1)
            if line.strip() and not line.lstrip().startswith('#')]


def part_of(line):
    """What is sent of a line, and where it begins: without a comment, which may be long."""
    if line.lstrip().startswith('flow create'):
        flow, start, _ = flows.strip_command(line)
    else:
        start = len(line) - len(line.lstrip())
        flow = line[start:]
    return flow.split(' # ', 1)[0].rstrip(), start


def at_line(failure, name, number, line, start):
    """The same failure, which names the line."""
    text = line[start:]
    if isinstance(failure, Refused):
        failure = flows.with_caret(failure, text, line, start)
    failure.more.pop('line', None)
    return type(failure)(f'{name}:{number}: {failure}', **{**failure.more, 'line': number})


def add_lines(port, token, name, lines):
    for number, line in lines:
        start = 0
        try:
            text, start = part_of(line)
            flows.check_text(text)
            port.ask('load_add', token, text)
        except Failure as failure:
            raise at_line(failure, name, number, line, start) from failure


def commit(port, token, name, lines):
    """How many rules there are. The driver counts the lines that it was sent."""
    try:
        told = answer.dictionary(port.ask('load_commit', token), 'load_commit')
    except Refused as refused:
        count = refused.more.get('line', 0)
        if not 0 < count <= len(lines):
            raise
        number, line = lines[count - 1]
        raise at_line(refused, name, number, line, part_of(line)[1]) from refused
    return answer.number(told, 'flows')


def abort(port, token):
    """Nobody shall have to wait until the driver forgets it; that it did is no news."""
    try:
        port.ask('load_abort', token)
    except Failure:
        pass


def load(session, words):
    port, words = session.port(words)
    more = ['replace'] if words[1:] == ['replace'] else []
    if len(words) - len(more) != 1:
        raise Usage('flow load takes a file, or - for standard input, and "replace" behind it')
    name, lines = words[0], read_lines(words[0])
    token = answer.number(answer.dictionary(port.ask('load_begin', *more), 'load_begin'), 'load')
    done = False
    try:
        add_lines(port, token, name, lines)
        n = commit(port, token, name, lines)
        done = True
    finally:
        if not done:
            abort(port, token)
    session.tell({'port': port.number, 'flows': n}, f'{n} rules made')


# Save

def write_whole(name, text, mode=0o644):
    """The file is the old one or the new one, whoever reads it and whatever happens."""
    where = os.path.dirname(os.path.abspath(name))
    try:
        with tempfile.NamedTemporaryFile('w', dir=where, prefix=f'.{os.path.basename(name)}.',
                                         encoding='utf-8', delete=False) as file:
            try:
                file.write(text)
                file.flush()
                os.fchmod(file.fileno(), mode)
                os.fsync(file.fileno())
                os.replace(file.name, name)
            except BaseException:
                os.unlink(file.name)
                raise
    except OSError as error:
        raise Usage(f'{name}: {error.strerror}') from error


def save(session, words):
    port, words = session.port(words)
    everybody = words[-1:] == ['all']
    words = words[:-1] if everybody else words
    if len(words) > 1:
        raise Usage(f'"{words[1]}": flow save takes one file, and "all"')
    found = [flow for flow in port.flows()
             if everybody or flow.get('made_by', 'control') == 'control']
    text = ''.join(f'flow create {port.number} {flow["flow"]}\n' for flow in found)
    if words and words != ['-']:
        write_whole(words[0], text)
        session.tell({'port': port.number, 'flows': len(found)}, f'{len(found)} rules saved')
    elif session.as_json:
        session.tell(found, '')
    else:
        print(text, end='')
