# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""A connection to the telemetry socket of a DPDK application."""

import errno
import glob
import json
import os
import socket

import answer
from failure import Absent, Refused, Usage, strange

SOCKET = 'dpdk_telemetry.v2'
SECONDS = 10
# The application reads this much at once, and takes what comes behind for another request.
REQUEST_MAX = 1023
# What an application may say that its longest answer is.
ANSWER_MIN, ANSWER_MAX = 1024, 1 << 24


def runtime_directory():
    """Where EAL puts the sockets: it looks at the same variables."""
    base = os.environ.get('RUNTIME_DIRECTORY')
    if not base:
        base = '/var/run' if os.getuid() == 0 else os.environ.get('XDG_RUNTIME_DIR', '/tmp')
    return os.path.join(base, 'dpdk')


def prefixes():
    """--file-prefix of the applications that have a socket."""
    found = glob.glob(os.path.join(glob.escape(runtime_directory()), '*', SOCKET + '*'))
    return sorted({os.path.basename(os.path.dirname(path)) for path in found})


def hint():
    others = prefixes()
    return f'there are: {" ".join(f"-p {name}" for name in others)}' if others else \
        f'there is none at all below {runtime_directory()}'


def no_connection(path, error):
    """What to say of a socket that nobody answers on."""
    why = {
        errno.ENOENT: f'no application has {path}; {hint()}',
        errno.ECONNREFUSED: f'the application of {path} has ended; {hint()}',
        errno.EACCES: f'{path} is for the user alone who started the application',
        errno.EPERM: f'{path} is for the user alone who started the application',
    }.get(error.errno)
    return Absent(why or f'{path}: {error.strerror or error}')


class Telemetry:
    """One of the ten connections that an application has room for."""

    def __init__(self, prefix='rte', instance=0):
        self.path = os.path.join(runtime_directory(), prefix, SOCKET)
        if instance:
            self.path += f':{instance}'
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.settimeout(SECONDS)
        try:
            self.socket.connect(self.path)
        except OSError as error:
            self.socket.close()
            raise no_connection(self.path, error) from error
        try:
            self.welcome()
        except Absent:
            self.socket.close()
            raise

    def welcome(self):
        told = answer.dictionary(self.receive(1024), 'a welcome')
        self.size = answer.number(told, 'max_output_len')
        if not ANSWER_MIN <= self.size <= ANSWER_MAX:
            raise strange(f'max_output_len {self.size}')

    def receive(self, size):
        try:
            data = self.socket.recv(size + 1)
        except socket.timeout as error:
            raise Absent(f'{self.path}: no answer within {SECONDS} seconds') from error
        except OSError as error:
            raise Absent(f'{self.path}: {error.strerror}') from error
        if not data:
            raise Absent(f'{self.path}: closed by the application: it ends, or has its ten '
                         'connections')
        try:
            return json.loads(data.decode())
        # deep nesting is one, numbers of thousands of digits are another
        except (ValueError, RecursionError) as error:
            raise strange(f'{data[:60]!r}') from error

    def ask_plain(self, command, *params):
        """The answer; None: the application has none."""
        request = ','.join([command, *map(str, params)]).encode(errors='surrogateescape')
        if len(request) > REQUEST_MAX:
            raise Usage(f'too long by {len(request) - REQUEST_MAX} bytes: DPDK takes requests of '
                        f'{REQUEST_MAX} bytes, this one is {len(request)}')
        try:
            self.socket.send(request, socket.MSG_NOSIGNAL)
        except OSError as error:
            raise Absent(f'{self.path}: {error.strerror}') from error
        told = answer.dictionary(self.receive(self.size), command)
        if command not in told:
            raise strange(f'no {command} in an answer to it')
        return told[command]

    def ask(self, command, *params):
        """The answer; without one, or with an error in it, this is a failure."""
        told = self.ask_plain(command, *params)
        if told is None:
            raise self.unanswered(command, params)
        if isinstance(told, dict) and 'error' in told:
            raise Refused(answer.pieces(told, 'error'),
                          **{key: answer.number(told, key) for key in ('errno', 'at', 'line')
                             if key in told})
        return told

    def unanswered(self, command, params):
        known = self.ask_plain('/')
        if isinstance(known, list) and command in known:
            numbers = ','.join(map(str, params))
            return Refused(f'{command},{numbers}: not there, the application\'s log says why')
        if command == '/steer/list':
            return Absent(f'{self.path}: an application without net_steer')
        return Refused(f'the net_steer of this application does not know {command}')

    def close(self):
        self.socket.close()
