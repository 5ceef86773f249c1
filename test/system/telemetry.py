# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""A client of DPDK's telemetry socket."""

import json
import socket


def path(prefix):
    """The socket of the application with this --file-prefix."""
    return f'/var/run/dpdk/{prefix}/dpdk_telemetry.v2'


class Telemetry:
    """A connection; DPDK has room for ten of them."""

    def __init__(self, prefix):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.settimeout(10)
        self.socket.connect(path(prefix))
        self.size = json.loads(self.socket.recv(1024))['max_output_len']

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, request):
        """The answer to any bytes; None: there is none."""
        self.socket.send(request)
        answer = self.socket.recv(self.size)
        try:
            return next(iter(json.loads(answer).values()))
        except ValueError:
            # it repeats a name with quotes in it
            if answer.endswith(b':null}'):
                return None
            raise

    def ask(self, command, *params):
        """The answer; None: there is none."""
        return self.send(','.join([command, *map(str, params)]).encode())

    def pages(self, command, port, key):
        """Of an answer in parts, all parts."""
        found, following = {}, 0
        while following is not None:
            part = self.ask(command, port, following)
            for name, value in part[key].items():
                found[int(name) + (following if key == 'flows' else 0)] = value
            following = part.get('next')
        return found
