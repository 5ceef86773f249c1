# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""A telemetry socket as a DPDK application has it, whose answers a test makes up."""

import json
import os
import socket
import threading

SIZE = 16384
WELCOME = json.dumps({'version': 'fake', 'pid': os.getpid(), 'max_output_len': SIZE}).encode()
INFO = {'name': 'net_steer0', 'version': '0.1', 'lower': 'eth1', 'started': 'on', 'rx_queues': 2,
        'tx_queues': 2, 'lower_rx_queues': 1, 'lower_tx_queues': 1, 'flows': 40,
        'dispatch': 'poll', 'kernel': 'off', 'in_kernel': 'off', 'isolated': 'off'}
QUEUES = {'n_queues': 2, 'flow_hits': 5, 'rule_drops': 1, 'queues': {
    str(queue): {'depth': 0, 'packets': 10 * queue, 'bytes': 1000 * queue, 'ring_full': 0,
                 'stopped': 2} for queue in range(2)}}
FLOW = 'flow create 0 ingress pattern eth / ipv4 / udp dst is {} / end actions queue index 1 / end'


def flow(number):
    return {'rule': number, 'text': [FLOW[:20], FLOW[20:].format(number) + ' # a comment'],
            'made_by': 'application' if number % 2 else 'control', 'hits': number, 'bytes': 0}


def flows(first, total=40):
    page = {str(i): flow(first + i) for i in range(min(16, total - first))}
    told = {'n_flows': total, 'flows': page or []}
    return {**told, 'next': first + 16} if first + 16 < total else told


def tables(first):
    page = {'0': {'group': 0, 'mask': ['ipv4 / ', 'udp dst'], 'rules': 40, 'filtered': 'no'}}
    told = {'n_tables': 2, 'tables': page, 'cache': 'on', 'lookups': 5}
    return {**told, 'next': 1} if first == 0 else told


ANSWERS = {
    '/steer/list': lambda _: [0],
    '/steer/info': lambda _: INFO,
    '/steer/queues': lambda _: QUEUES,
    '/steer/rss': lambda _: {'types': 1, 'key': '00', 'reta_size': 2, 'reta': [0, 1]},
    '/steer/kernel': lambda _: {'in_kernel': 'off'},
    '/steer/tables': lambda params: tables(int((params.split(',') + ['0'])[1])),
    '/steer/flows': lambda params: flows(int((params.split(',') + ['0'])[1])),
    '/steer/flow': lambda params: flow(int(params.split(',')[1])),
    '/steer/flow_create': lambda _: {'port': 0, 'flow': 41},
    '/steer/flow_validate': lambda _: {'port': 0},
    '/steer/flow_destroy': lambda params: {'port': 0, 'flow': int(params.split(',')[1])},
    '/steer/flow_flush': lambda _: {'port': 0, 'destroyed': 2},
    '/steer/load_begin': lambda _: {'port': 0, 'load': 7},
    '/steer/load_add': lambda _: {'line': 1},
    '/steer/load_commit': lambda _: {'port': 0, 'flows': 1},
    '/steer/load_abort': lambda _: {'port': 0},
    '/steer/trace': lambda _: {'text': ['queue 1\n', 'by rule 3']},
}


def answer(request):
    """As net_steer would."""
    command, _, params = request.decode(errors='replace').partition(',')
    told = list(ANSWERS) if command == '/' else \
        ANSWERS[command](params) if command in ANSWERS else None
    return json.dumps({command: told}).encode()


class Application:
    """Below a directory of its own; answers are what the function gives, None hangs up."""

    def __init__(self, directory, function=answer, welcome=WELCOME):
        self.function = function
        self.welcome = welcome
        self.requests = []
        where = os.path.join(directory, 'dpdk', 'rte')
        os.makedirs(where, exist_ok=True)
        self.path = os.path.join(where, 'dpdk_telemetry.v2')
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.listener.bind(self.path)
        self.listener.listen(10)
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                try:
                    self.talk(connection)
                except OSError:
                    pass

    def talk(self, connection):
        connection.send(self.welcome)
        while request := connection.recv(1023):
            self.requests.append(request.decode(errors='replace'))
            told = self.function(request)
            if told is None:
                return
            connection.send(told)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # a close alone does not wake who accepts
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(10)
        os.unlink(self.path)
