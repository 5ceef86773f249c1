#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""The Debian package: built, installed, used without -d by testpmd and Open vSwitch, removed.

It is installed into layers above /usr and dpkg's state, which vanish with the test.
"""

import glob
import gzip
import os
import subprocess
import sys

import bench
import ovs
import world

PACKAGE = 'librte-net-steer'
LAYERS = '/run/net_steer-layers'
VDEVS = ('--vdev=net_steer0,iface=net_ring0', '--vdev=net_ring0')


def run(*argv):
    done = subprocess.run(argv, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False, timeout=500)
    bench.check(done.returncode == 0, f'{" ".join(argv)}: {done.stdout[-2000:]}')
    return done.stdout


def cover(*paths):
    """Have changes below these directories go into memory instead."""
    os.makedirs(LAYERS, exist_ok=True)
    run('mount', '-t', 'tmpfs', 'layers', LAYERS)
    for path in paths:
        upper, work = (f'{LAYERS}/{part}{path.replace("/", "-")}' for part in ('upper', 'work'))
        os.makedirs(upper)
        os.makedirs(work)
        try:
            run('mount', '-t', 'overlay', 'overlay', '-o',
                f'lowerdir={path},upperdir={upper},workdir={work}', path)
        except bench.Wrong as wrong:
            raise bench.Skip(f'no layer can be put above {path}: {wrong}') from wrong


def packages():
    return glob.glob(f'{bench.BUILD}/deb/{PACKAGE}_*.deb')


def need_installed():
    done = subprocess.run(['dpkg-query', '-W', '-f', '${db:Status-Status}', PACKAGE], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    if done.stdout != 'installed':
        raise bench.Skip('it was not installed')


def summary():
    """What testpmd, told nothing of plug-ins, says of its ports."""
    eal = [word for word in bench.EAL if word not in world.plug_in(bench.PLUGIN)]
    env = {key: value for key, value in os.environ.items() if key != 'LD_LIBRARY_PATH'}
    return subprocess.run(['dpdk-testpmd', *eal, *VDEVS, '--', '-i', '--total-num-mbufs=4096'],
                          input='show port summary all\nquit\n', env=env, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                          timeout=60)


def build():
    """The package is built."""
    run(f'{bench.SOURCE}/devtools/deb.sh', bench.BUILD)
    bench.check(len(packages()) == 1, f'packages: {packages()}')


def install():
    """It is installed where DPDK looks, with guide and manual page."""
    cover('/usr', '/var/lib/dpkg')
    run('dpkg', '--install', *packages())
    files = run('dpkg', '--listfiles', PACKAGE).splitlines()
    for name in ('librte_net_steer.so', 'librte_net_steer_static.so', 'net_steer.7.gz',
                 'steerctl', 'steerctl.1.gz', 'steer-trace', 'steer-trace.1.gz', 'steer.rst.gz'):
        bench.check(any(os.path.basename(path) == name for path in files), f'no {name}: {files}')
    # small systems leave manual pages out
    page = next(path for path in files if path.endswith('net_steer.7.gz'))
    if os.path.exists(page):
        with gzip.open(page, 'rt', encoding='utf-8') as file:
            bench.expect(file.read(), 'iface=', 'SEE ALSO')


def testpmd():
    """testpmd has the driver without being told."""
    need_installed()
    done = summary()
    bench.check(done.returncode == 0, done.stdout)
    bench.expect(done.stdout, ' net_steer ')


def switch():
    """Open vSwitch has it, too."""
    need_installed()
    bench.need_tap()
    with ovs.Switch(plug_in=()) as vswitch:
        vswitch.add_port('steer0', 'net_steer0,iface=(net_tap0,iface=deb0)', 1)


def remove():
    """Removed, it leaves nothing behind."""
    need_installed()
    files = [path for path in run('dpkg', '--listfiles', PACKAGE).splitlines()
             if os.path.isfile(path)]
    run('dpkg', '--purge', PACKAGE)
    left = [path for path in files if os.path.exists(path)]
    bench.check(files and not left, f'left: {left}')
    done = summary()
    bench.check(done.returncode != 0, done.stdout)
    bench.expect(done.stdout, 'net_steer0')


if __name__ == '__main__':
    sys.exit(bench.main([build, install, testpmd, switch, remove],
                        [*ovs.PROGRAMS, 'dpkg-buildpackage', 'dh', 'mount'], seconds=550))
