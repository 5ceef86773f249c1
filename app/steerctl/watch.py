# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""steerctl watch: a command again and again."""

import contextlib
import io
import sys
import time

import command_line
import repeat
from failure import Usage

NOT = ('watch', 'top')


def once(session, words):
    """What the command writes."""
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        command_line.call(session, words)
    return text.getvalue()


def live(session, words, options):
    n = 0
    with repeat.Screen() as terminal:
        while True:
            head = f'every {options.seconds:g} s: steerctl {" ".join(words)}    ' \
                   f'{time.strftime("%H:%M:%S")}'
            terminal.draw(f'{head}\n\n{once(session, words)}')
            n += 1
            if n == options.count or not terminal.wait(options.seconds):
                return


def plain(session, words, options):
    n = 0
    while True:
        print(once(session, words), end='', flush=True)
        n += 1
        if n == options.count:
            return
        time.sleep(options.seconds)


def watch(session, words):
    options, words = repeat.options(words, 'n:d:')
    name = command_line.name_of(words)
    if name in NOT:
        raise Usage(f'{name} goes on by itself')
    if sys.stdout.isatty() and not session.as_json:
        live(session, words, options)
    else:
        plain(session, words, options)
