# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""What the commands of one call share."""

import json

import ports
from failure import Usage
from telemetry import Telemetry


class Session:
    """Connected when the first command asks for something."""

    def __init__(self, prefix, instance, as_json):
        self.prefix = prefix
        self.instance = instance
        self.as_json = as_json
        self.connection = None

    @property
    def telemetry(self):
        if self.connection is None:
            self.connection = Telemetry(self.prefix, self.instance)
        return self.connection

    def port(self, words):
        """The port that words end with ("port 0"), else the only one; the words before it."""
        wanted = None
        if words[-1:] == ['port']:
            raise Usage('port: its number or its name is missing')
        if words[-2:-1] == ['port']:
            words, wanted = words[:-2], words[-1]
        return ports.find(self.telemetry, wanted), words

    def only_port(self, words):
        """The port, where nothing but it may be said."""
        if words[:1] not in ([], ['port']) or len(words) not in (0, 2):
            raise Usage(f'"{words[0]}": nothing but "port P" is accepted here')
        return self.port(words)[0]

    def tell(self, data, text):
        """Data for a script, or text for people."""
        print(json.dumps(data, indent=2) if self.as_json else text)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.connection is not None:
            self.connection.close()
