# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""What a virtual machine boots: Debian's kernel, and a file system in memory with testpmd in it."""

import glob
import os
import re
import shlex
import shutil
import subprocess

import bench

HERE = os.path.dirname(os.path.abspath(__file__))
# DPDK's drivers that the guest needs, which lie where its other libraries are
DRIVERS = ['librte_mempool_ring', 'librte_net_virtio']
MODULES = ['uio', 'uio_pci_generic']


def download(where):
    """Have Debian's kernel in a directory, if it is not there yet."""
    done = subprocess.run([os.path.join(HERE, 'guest_kernel.sh'), where], text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    bench.check(done.returncode == 0, done.stdout.strip())


class Kernel:
    """Debian's kernel, as it was downloaded."""

    def __init__(self, where):
        self.where = where
        self.image, = glob.glob(f'{where}/boot/vmlinuz-*')

    def module(self, name):
        """The bytes of a module, which some releases of Debian compress."""
        found, = glob.glob(f'{self.where}/**/lib/modules/**/{name}.ko*', recursive=True)
        if found.endswith('.xz'):
            return subprocess.run(['xz', '-dc', found], stdout=subprocess.PIPE, check=True).stdout
        with open(found, 'rb') as file:
            return file.read()


def libraries(*files):
    """All that these programs and libraries are linked with, by the name they are known by."""
    found = {}
    for file in files:
        # of one that is linked statically it says that, and fails
        lines = subprocess.run(['ldd', file], text=True, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, check=False).stdout
        bench.forbid(lines, 'not found')
        found.update(re.findall(r'^\s*(\S+) => (/\S+)', lines, re.M))
        # the loader has to be where the programs say
        found.update((path, path) for path in re.findall(r'^\s*(/\S+) \(', lines, re.M))
    return found


def plug_ins():
    """The libraries that testpmd is to load in the guest, by path: ours is the last one."""
    needed = libraries(bench.PLUGIN)
    eal = next(name for name in needed if name.startswith('librte_eal.so.'))
    return [needed[eal].replace('librte_eal', name) for name in DRIVERS] + [bench.PLUGIN]


def put(root, path, source, mode=0o755):
    """A copy of source, a path or bytes, in a tree."""
    target = root + path
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if isinstance(source, bytes):
        with open(target, 'wb') as file:
            file.write(source)
    else:
        shutil.copyfile(source, target)
    os.chmod(target, mode)


def build(path, kernel, settings, argv):
    """Make the file system at path, whose init gets these settings and runs this program."""
    root = path + '.root'
    busybox, program = shutil.which('busybox'), shutil.which(argv[0])
    linked = libraries(busybox, program, *plug_ins())
    for name, source in linked.items():
        put(root, name if name[0] == '/' else f'/lib/{name}', source)
    # glibc loads it by itself when a thread is cancelled
    libgcc = os.path.join(os.path.dirname(linked['libc.so.6']), 'libgcc_s.so.1')
    for source in [libgcc, *plug_ins()]:
        put(root, f'/lib/{os.path.basename(source)}', source)
    for name in MODULES:
        put(root, f'/lib/modules/{name}.ko', kernel.module(name))
    put(root, f'/bin/{argv[0]}', program)
    put(root, '/bin/busybox', busybox)
    for name in subprocess.run([busybox, '--list'], text=True, stdout=subprocess.PIPE,
                               check=True).stdout.split():
        if not os.path.lexists(f'{root}/bin/{name}'):
            os.symlink('busybox', f'{root}/bin/{name}')
    lines = [f'{name}={shlex.quote(str(value))}' for name, value in settings.items()]
    lines.append(f'program() {{ {shlex.join(argv)}; }}\n')
    put(root, '/etc/guest', '\n'.join(lines).encode())
    put(root, '/init', os.path.join(HERE, 'guest_init.sh'))
    with open(path, 'wb') as file:
        subprocess.run('find . | cpio -o -H newc --quiet', shell=True, cwd=root, stdout=file,
                       check=True)
    shutil.rmtree(root)
