#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""Client and server with the kernel's own sockets; each runs in its own name space.

    traffic.py serve        prints "ready", and echoes until it is killed
    traffic.py talk TURNS   talks to each port, prints progress lines and at the end a line of JSON
"""

import json
import selectors
import socket
import subprocess
import sys
import time

from rules import DROPPED_PORT, MARKED_PORT
from topology import OTHER, SERVER

PORTS = [*range(8000, 8048), MARKED_PORT]
# of each turn, for a port
DATAGRAMS = 5
DROPPED = 200
PINGS = 50
# seconds after which no further turn is begun, on a machine that has other things to do
ENOUGH = 12
# long enough for several segments
STREAM = bytes(range(256)) * 16


def serve():
    chooser = selectors.DefaultSelector()
    for port in PORTS:
        listener = socket.create_server(('', port), backlog=64)
        chooser.register(listener, selectors.EVENT_READ, accept)
    for port in [*PORTS, DROPPED_PORT]:
        for address in (SERVER, OTHER):
            # bound to the address, so that the answer comes from it
            datagram = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            datagram.bind((address, port))
            chooser.register(datagram, selectors.EVENT_READ, echo_datagram)
    print('ready', flush=True)
    while True:
        for key, _ in chooser.select():
            key.data(chooser, key.fileobj)


def accept(chooser, listener):
    connection, _ = listener.accept()
    chooser.register(connection, selectors.EVENT_READ, echo_stream)


def echo_stream(chooser, connection):
    data = connection.recv(65536)
    if data:
        connection.sendall(data)
    else:
        chooser.unregister(connection)
        connection.close()


def echo_datagram(_, datagram):
    data, peer = datagram.recvfrom(2048)
    datagram.sendto(data, peer)


def receive(connection, length):
    data = b''
    while len(data) < length:
        more = connection.recv(65536)
        if not more:
            break
        data += more
    return data


def talk_stream(address, port):
    """One connection: all comes back as it was sent."""
    with socket.create_connection((address, port), timeout=5) as connection:
        connection.sendall(STREAM)
        good = receive(connection, len(STREAM)) == STREAM
        connection.shutdown(socket.SHUT_WR)
        return good and connection.recv(1) == b''


def talk_datagrams(address, port, count):
    """@return how many datagrams came back as they were sent."""
    good = 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram:
        datagram.settimeout(2)
        datagram.connect((address, port))
        for i in range(count):
            message = f'{port} {i} '.encode() + b'.' * (i * 7 % 300)
            datagram.send(message)
            try:
                good += datagram.recv(2048) == message
            except TimeoutError:
                break
    return good


def talk_drop():
    """Datagrams to the port whose packets are dropped. @return how many came back all the same."""
    back = 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram:
        datagram.connect((SERVER, DROPPED_PORT))
        for i in range(DROPPED):
            datagram.send(b'%d' % i)
        datagram.settimeout(0.3)
        try:
            while datagram.recv(2048):
                back += 1
        except TimeoutError:
            pass
    return back


def ping(address):
    """@return how many of PINGS were answered."""
    done = subprocess.run(('ping', '-q', '-c', str(PINGS), '-i', '0.005', '-W', '2', address),
                          stdout=subprocess.PIPE, text=True, check=False)
    answer = [line for line in done.stdout.splitlines() if 'received' in line]
    return int(answer[0].split(', ')[1].split()[0]) if answer else 0


def count(done, kind, wanted, good):
    done.setdefault(kind, [0, 0])
    done[kind][0] += wanted
    done[kind][1] += good


def talk(turns):
    done = {}
    end = time.monotonic() + ENOUGH
    for turn in range(turns):
        for address in (SERVER, OTHER):
            for port in PORTS:
                try:
                    good = talk_stream(address, port)
                except OSError:
                    good = False
                count(done, 'tcp', 1, good)
                count(done, 'udp', DATAGRAMS, talk_datagrams(address, port, DATAGRAMS))
        print(f'progress {(turn + 1) / turns}', flush=True)
        if time.monotonic() > end:
            break
    count(done, 'drop', DROPPED, talk_drop())
    count(done, 'ping', PINGS, ping(SERVER))
    print(json.dumps(done), flush=True)


if __name__ == '__main__':
    if sys.argv[1] == 'serve':
        serve()
    else:
        talk(int(sys.argv[2]))
