# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""What the tests with stock applications have in common.

A test is a list of functions; each may make checks, and is one line of "ok" or "not ok". They run
in a world of their own (see app/demo/world.py), so that nothing is left behind however they end.
"""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import traceback

SOURCE = os.environ.get('STEER_SOURCE') or os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(SOURCE, 'app', 'demo'))
sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import received  # noqa: E402
import world  # noqa: E402
from testpmd import Failed, Testpmd, cores  # noqa: E402

BUILD = os.environ.get('STEER_BUILD') or os.path.join(SOURCE, 'build')
PLUGIN = os.path.join(BUILD, 'drivers', 'librte_net_steer.so')
# what EAL needs to run beside others and without huge pages; all of this memory is touched at the
# start, which takes longer than anything else there
MEGABYTES = '192'
EAL = ['--no-huge', '-m', MEGABYTES, '--no-pci', '--no-shconf', *world.plug_in(PLUGIN)]
QUEUES = 4


class Wrong(Exception):
    """A check that failed, in words."""


class Skip(Exception):
    """What this machine lacks for a test."""


def check(condition, words):
    if not condition:
        raise Wrong(words)


def expect(answer, *words):
    """All of words are in an answer of testpmd's. @return the answer."""
    for word in words:
        if word not in answer:
            raise Wrong(f'no "{word}" in: {answer}')
    return answer


def forbid(answer, *words):
    for word in words:
        if word in answer:
            raise Wrong(f'"{word}" in: {answer}')
    return answer


def attempt(function, *args):
    """Run one test; one line. @return whether it passed."""
    name = function.__doc__.strip().splitlines()[0].rstrip('.')
    try:
        function(*args)
    except Skip as lack:
        print(f'ok {name} # skip {lack}', flush=True)
        return True
    except (Wrong, Failed) as wrong:
        text = '\n'.join(f'# {line}' for line in str(wrong).splitlines())
        print(f'{text}\nnot ok {name}', flush=True)
        return False
    except Exception:  # pylint: disable=broad-except
        print(f'# {traceback.format_exc()}\nnot ok {name}', flush=True)
        return False
    print(f'ok {name}', flush=True)
    return True


def overdue(*_):
    raise Wrong('took too long')


def main(tests, programs, seconds=250):
    """Run them all, or those whose function is named on the command line; our exit code.

    The seconds are less than meson waits, so that the one that hangs is named.
    """
    try:
        world.need('ip', *programs)
    except world.Missing as lack:
        return world.lacks(lack)
    if not os.path.exists(PLUGIN):
        print(f'not ok {PLUGIN} is not there')
        return 1
    chosen = [t for t in tests if not sys.argv[1:] or t.__name__ in sys.argv[1:]]

    def body():
        signal.signal(signal.SIGALRM, overdue)
        signal.alarm(seconds)
        # a list: all are to run, also after a failure
        return 0 if all([attempt(test) for test in chosen]) else 1

    return world.enter(body)


def testpmd(*vdevs, args=(), eal=(), env=None, lcores=None, queues=QUEUES, timeout=30):
    """testpmd with these devices, net_steer's among them, which receives and drops."""
    return Testpmd([*EAL, lcores or cores(), *(f'--vdev={v}' for v in vdevs), *eal],
                   [f'--rxq={queues}', f'--txq={queues}', '--total-num-mbufs=8192',
                    '--forward-mode=rxonly', '--disable-link-check', *args], env=env,
                   timeout=timeout)


def dpdk_release():
    """The numbers of DPDK's release."""
    told = subprocess.run(['pkg-config', '--modversion', 'libdpdk'], text=True, check=True,
                          stdout=subprocess.PIPE)
    return tuple(int(number) for number in re.findall(r'\d+', told.stdout))


def end(pmd, who='testpmd'):
    """testpmd must end well when it is told to.

    The thread of DPDK's vhost library reads at the end what EAL has given back, in any application,
    from 24.03 on; "vhost: fix use-after-free fdset during shutdown" is in 24.11.5 and 25.11.1.
    """
    code = pmd.quit()
    vhost = any(re.search('(net|eth)_vhost', argument) for argument in pmd.process.args)
    release = dpdk_release()
    if code == -signal.SIGSEGV and vhost and 'Bye...' in pmd.last() and (
            (24, 3) <= release < (24, 11, 5) or (25, 3) <= release < (25, 11, 1)):
        print(f'ok {who} ends # skip this DPDK\'s vhost crashes at the end, whatever the ports are')
        return
    check(code == 0, f'{who} did not end well, but with {code}: {pmd.last()}')


@contextlib.contextmanager
def veth(name, peer='peer'):
    """A pair of interfaces: testpmd is to use name, and we peer. @return a socket at our end."""
    try:
        world.run('ip', 'link', 'add', name, 'type', 'veth', 'peer', 'name', peer)
    except RuntimeError as error:
        if 'Unknown device type' in str(error) or 'not supported' in str(error):
            raise Skip(error) from error
        raise
    for end in (name, peer):
        world.run('ip', 'link', 'set', end, 'up')
    try:
        with wire(peer) as sender:
            yield sender
    finally:
        world.run('ip', 'link', 'del', name)


@contextlib.contextmanager
def huge_pages(megabytes):
    """Huge pages of 2 MB, added to the machine's, and mounted for us alone."""
    knob, pages, where = '/proc/sys/vm/nr_hugepages', megabytes // 2, '/run/huge'

    def number(path):
        with open(path, encoding='ascii') as file:
            return int(file.read())

    def add(more):
        with open(knob, 'w', encoding='ascii') as file:
            file.write(str(max(number(knob) + more, 0)))

    try:
        os.makedirs(where, exist_ok=True)
        world.run('mount', '-t', 'hugetlbfs', '-o', 'pagesize=2M', 'none', where)
        before = number(knob)
        add(pages)
    except (OSError, RuntimeError) as error:
        raise Skip(f'no huge pages: {error}') from error
    added = number(knob) - before
    try:
        if added < pages:
            raise Skip(f'there is no memory for {pages} huge pages')
        yield
    finally:
        world.run('umount', '-l', where)
        add(-added)


def need_tap():
    if not os.path.exists('/dev/net/tun'):
        raise Skip('there is no /dev/net/tun')


def wire(name, ethertype=0):
    """A socket that sends frames by an interface, and receives those of a type."""
    sender = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    sender.bind((name, ethertype))
    return sender


def create(pmd, rule, port=0):
    """Create a rule of "pattern ... / end actions ... / end", or a whole command; its id."""
    command = rule if rule.startswith('flow ') else f'flow create {port} ingress {rule}'
    answer = pmd.command(command)
    check('Flow rule #' in answer and ' created' in answer, f'{command}: {answer}')
    return int(answer.split('Flow rule #')[1].split()[0])


def reports(pmd, start=0, port=0):
    """Packets that testpmd has reported since start, a position in its output."""
    return [r for r in received.parse(pmd.text(start)) if r.port == port]
