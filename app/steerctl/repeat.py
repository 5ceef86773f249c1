# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""Commands that run again and again: their options, and the screen below them."""

import getopt
import os
import shutil
import signal
import sys
import termios
import time
import tty
from select import select
from typing import NamedTuple, Optional

from failure import Usage

# alternate screen, no cursor; and back
BEGIN, END = '\x1b[?1049h\x1b[?25l', '\x1b[?25h\x1b[?1049l'
HOME, CLEAR_LINE, CLEAR_REST = '\x1b[H', '\x1b[K', '\x1b[J'


class Options(NamedTuple):
    """count None: for ever."""

    batch: bool = False
    count: Optional[int] = None
    seconds: float = 1.0


def count_of(word):
    if not word.isascii() or not word.isdigit() or not 0 < int(word[:10]):
        raise Usage(f'-n takes a number from 1 on, not "{word}"')
    return int(word[:10])


def seconds_of(word):
    try:
        seconds = float(word)
    except ValueError:
        seconds = -1
    if not 0.1 <= seconds <= 3600:
        raise Usage(f'-d takes seconds from 0.1 to 3600, not "{word}"')
    return seconds


def options(words, letters):
    """(Options, words that follow)"""
    try:
        given, words = getopt.getopt(words, letters)
    except getopt.GetoptError as error:
        raise Usage(error.msg) from error
    found = dict(given)
    return Options(batch='-b' in found,
                   count=count_of(found['-n']) if '-n' in found else None,
                   seconds=seconds_of(found.get('-d', '1'))), words


def ended(*_):
    """As by an exception: the terminal is put in order."""
    raise SystemExit(128 + signal.SIGTERM)


class Screen:
    """A terminal that is drawn on in place, and is as it was afterwards."""

    def __init__(self):
        self.input = sys.stdin.fileno() if sys.stdin.isatty() else None
        self.mode = None

    def __enter__(self):
        signal.signal(signal.SIGTERM, ended)
        if self.input is not None:
            self.mode = termios.tcgetattr(self.input)
            tty.setcbreak(self.input)
        sys.stdout.write(BEGIN)
        return self

    def __exit__(self, *_):
        sys.stdout.write(END)
        sys.stdout.flush()
        if self.mode is not None:
            termios.tcsetattr(self.input, termios.TCSADRAIN, self.mode)

    @staticmethod
    def size():
        return shutil.get_terminal_size()

    def draw(self, text):
        """As much of it as there is room for."""
        columns, rows = self.size()
        lines = text.splitlines()[:rows - 1]
        sys.stdout.write(HOME + ''.join(f'{line[:columns]}{CLEAR_LINE}\n' for line in lines) +
                         CLEAR_REST)
        sys.stdout.flush()

    def wait(self, seconds):
        """@return whether to go on: q ends it."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if self.input is None:
                time.sleep(left)
            elif select([self.input], [], [], left)[0]:
                key = os.read(self.input, 16)
                if key in (b'', b'q', b'Q'):
                    return False
        return True
