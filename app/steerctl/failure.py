# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""What ends the program early: words for its user, and an exit code."""

import json
import sys


class Failure(Exception):
    """More is what a script may want to know besides the words: errno, column, line ..."""

    code = 1

    def __init__(self, words, **more):
        super().__init__(words)
        self.more = {key: value for key, value in more.items() if value is not None}


class Refused(Failure):
    """The driver has said no."""

    code = 1


class Usage(Failure):
    """The command line, or a file that it names."""

    code = 2


class Absent(Failure):
    """No application, or none that answers in the way that is known."""

    code = 3


def strange(what):
    """An answer that net_steer does not give."""
    return Absent(f'the application answers what is not understood: {what}')


def caret(text, column):
    """A line, and below it a caret at the column that is wrong, the first one being 0.

    White space above stays as it is, so that tabs are as wide in both lines.
    """
    column = min(max(column, 0), len(text))
    under = ''.join('\t' if letter == '\t' else ' ' for letter in text[:column])
    word = text[column:].split(' ', 1)[0]
    return f'    {text}\n    {under}^{"~" * (len(word) - 1)}'


def report(failure, as_json):
    """To standard error."""
    if as_json:
        words = str(failure).split('\n', 1)[0]
        print(json.dumps({'error': words, 'code': failure.code, **failure.more}), file=sys.stderr)
    else:
        print(f'steerctl: {failure}', file=sys.stderr)
