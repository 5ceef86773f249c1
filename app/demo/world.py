# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""A world of its own for a program and all that it starts.

The program goes on as process 1 of new network, mount, IPC and process name spaces, with an empty
/run. Interfaces, network name spaces, mounts, DPDK's run-time files and child processes are all
made in there and end with it, however it ends: nothing is left to clean up, and nothing outside
changes.
"""

import ctypes
import os
import shutil
import signal
import subprocess
import sys

CLONE_NEWNS = 0x00020000
CLONE_NEWIPC = 0x08000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000
MS_PRIVATE_REC = (1 << 18) | (1 << 14)
PR_SET_PDEATHSIG = 1
# Debian's alternatives prefer the daemon without DPDK
OVS = ('ovsdb-server', 'ovsdb-tool', 'ovs-vsctl', 'ovs-ofctl', 'ovs-appctl',
       '/usr/lib/openvswitch-switch-dpdk/ovs-vswitchd-dpdk')

libc = ctypes.CDLL(None, use_errno=True)


class Missing(Exception):
    """Something that this machine lacks, in words for its user."""


def check(result, what):
    if result < 0:
        error = ctypes.get_errno()
        raise Missing(f'{what}: {os.strerror(error)}')


def need(*programs):
    """Debian's packages of programs that must be there, by program."""
    packages = {'dpdk-testpmd': 'dpdk-dev', 'dpdk-test-flow-perf': 'dpdk-dev', 'ip': 'iproute2',
                'dpdk-proc-info': 'dpdk-dev', 'dpdk-pdump': 'dpdk-dev', 'stdbuf': 'coreutils',
                'dpdk-dumpcap': 'dpdk-dev', 'tcpdump': 'tcpdump', 'bridge': 'iproute2',
                'ethtool': 'ethtool', 'ping': 'iputils-ping', 'cpio': 'cpio',
                'qemu-system-x86_64': 'qemu-system-x86', 'busybox': 'busybox-static',
                **dict.fromkeys(OVS, 'openvswitch-switch-dpdk')}
    if os.geteuid() != 0:
        raise Missing('this needs root, for network name spaces and packet sockets')
    # a su without - leaves these out
    os.environ['PATH'] += ':/usr/sbin:/sbin'
    lacking = [p for p in programs if not shutil.which(p)]
    if lacking:
        names = ' '.join(sorted({packages.get(p, p) for p in lacking}))
        raise Missing(f'{", ".join(lacking)} not found: apt-get install {names}')


def run(*argv, **more):
    """A command that must succeed; its output, or its error as exception."""
    done = subprocess.run(argv, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False, **more)
    if done.returncode:
        raise RuntimeError(f'{" ".join(argv)}: {done.stdout.strip()}')
    return done.stdout


def enter(body):
    """Run body() in there; its return value is our exit code."""
    try:
        check(libc.unshare(CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET),
              'no name spaces may be made here')
    except Missing as lack:
        return lacks(lack)
    outside = os.getpid()
    child = os.fork()
    if child == 0:
        os._exit(inside(body, outside))
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: os.kill(child, signal.SIGTERM))
    # Ctrl-C reaches both of us: the child tells
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) % 256


def lacks(lack):
    print(lack, flush=True)
    return 77


def stop(*_):
    raise KeyboardInterrupt


def inside(body, outside):
    """Process 1: what is thrown must end here, or nobody would see it."""
    code = 1
    try:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, stop)
        furnish()
        code = body()
    except KeyboardInterrupt:
        print('\ninterrupted', flush=True)
        code = 130
    except Missing as lack:
        code = lacks(lack)
    except SystemExit as leave:
        code = leave.code if isinstance(leave.code, int) else 1
    except BaseException:  # pylint: disable=broad-except
        sys.excepthook(*sys.exc_info())
    sys.stdout.flush()
    sys.stderr.flush()
    return code or 0


def furnish():
    check(libc.mount(b'none', b'/', None, MS_PRIVATE_REC, None), 'mounts cannot be made private')
    check(libc.mount(b'none', b'/run', b'tmpfs', 0, b'mode=755'), 'no tmpfs')
    check(libc.mount(b'none', b'/proc', b'proc', 0, None), 'no /proc')
    quiet('default')
    quiet('all')
    run('ip', 'link', 'set', 'lo', 'up')


def quiet(where):
    """No IPv6 of the kernel's own accord: only what is sent on purpose shall be on the wires."""
    try:
        with open(f'/proc/sys/net/ipv6/conf/{where}/disable_ipv6', 'w', encoding='ascii') as knob:
            knob.write('1')
    except OSError:
        # read-only, or no IPv6 at all
        pass


class Netns:
    """A network name space with a name, in which commands and sockets can be had."""

    def __init__(self, name):
        self.name = name
        run('ip', 'netns', 'add', name)
        for where in ('default', 'all'):
            self.call(quiet, where)
        self.run('ip', 'link', 'set', 'lo', 'up')

    def run(self, *argv):
        return run('ip', 'netns', 'exec', self.name, *argv)

    def start(self, *argv, **more):
        """A process in there, which our terminal's signals do not reach."""
        return subprocess.Popen(('ip', 'netns', 'exec', self.name) + argv, start_new_session=True,
                                **more)

    def call(self, function, *args):
        """function(*args) as if this thread were in there; what it opens stays in there."""
        with open('/proc/thread-self/ns/net', encoding='ascii') as here, \
                open(f'/run/netns/{self.name}', encoding='ascii') as there:
            check(libc.setns(there.fileno(), CLONE_NEWNET), f'{self.name} cannot be entered')
            try:
                return function(*args)
            finally:
                check(libc.setns(here.fileno(), CLONE_NEWNET), 'no way back')


def plug_in(path):
    """EAL's arguments for a plug-in. By its name alone: DPDK refuses a path of which any directory
    is writable by everybody, and this checkout may lie below /tmp."""
    directory, name = os.path.split(os.path.abspath(path))
    search = [directory, *os.environ.get('LD_LIBRARY_PATH', '').split(':')]
    os.environ['LD_LIBRARY_PATH'] = ':'.join(filter(None, dict.fromkeys(search)))
    return ['-d', name]
