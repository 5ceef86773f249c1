# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""From the words of a command line to a command and an exit code."""

import getopt
import importlib
import os
import sys

import commands
import completion
from failure import Failure, Usage, report
from session import Session

HELP = '''Usage: steerctl [-p FILE-PREFIX] [-i INSTANCE] [-j] COMMAND [port P]

  -p, --file-prefix P  the application's --file-prefix, rte if it has none
  -i, --instance N     the Nth application with --in-memory and that prefix
  -j, --json           answers, and errors, as JSON
  -h, --help           this

Port: by number or name; the only one needs no name. Words may be cut short while it is clear what they
mean: "steerctl q s" is "steerctl queue show".

Commands:
'''


def options(argv):
    """(prefix, instance, JSON wanted, words of the command)"""
    try:
        given, words = getopt.getopt(argv, 'p:i:jh', ['file-prefix=', 'instance=', 'json', 'help'])
    except getopt.GetoptError as error:
        raise Usage(f'{error.msg}: steerctl help tells what there is') from error
    prefix, instance, as_json = 'rte', 0, False
    for name, value in given:
        if name in ('-p', '--file-prefix'):
            prefix = value
        elif name in ('-i', '--instance'):
            if not value.isascii() or not value.isdigit():
                raise Usage(f'-i takes a number, not {value}')
            instance = int(value)
        elif name in ('-j', '--json'):
            as_json = True
        else:
            words = ['help']
    if not prefix or '/' in prefix or '\0' in prefix:
        raise Usage(f'"{prefix}" is no file prefix')
    return prefix, instance, as_json, words


def name_of(words):
    """The whole first word of a command."""
    commands.find(words)
    return commands.choose(words[0], commands.COMMANDS, 'command')


def call(session, words):
    """Run one command."""
    command, rest = commands.find(words)
    function = getattr(importlib.import_module(command.module), command.function)
    return function(session, rest) or 0


def main(argv):
    """@return the exit code."""
    if argv[:1] == ['--complete']:
        return completion.complete(argv[1:])
    as_json = any(word in ('-j', '--json') for word in argv)
    try:
        prefix, instance, as_json, words = options(argv)
        if words[:1] == ['help']:
            print(HELP + commands.usage())
            return 0
        with Session(prefix, instance, as_json) as session:
            code = call(session, words)
            sys.stdout.flush()
            return code
    except Failure as failure:
        report(failure, as_json)
        return failure.code
    except OSError as error:
        report(Usage(f'standard output: {error.strerror}'), as_json)
        # what could not be written is not tried again at the end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Usage.code
    except KeyboardInterrupt:
        return 130
