#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""What is shipped is linked and compiled as meson.build asks for, by what readelf tells of it.

    hardening.py [--x86] [--fortify=LEVEL] [--compiler=COMMAND]
                 [--plugin=FILE]... [--program=FILE]... [--archive=FILE]...

If there is a compiler, a tiny program first lacks one thing after the other, and each is missed.
"""

import argparse
import os
import re
import shlex
import subprocess
import sys
import tempfile

ENV = {**os.environ, 'LC_ALL': 'C'}
FORTIFIED = re.compile(r'\sUND __(?!stack_)\w+_chk\b')
# of each object: a linker keeps of these what all objects have
CONTROL_FLOW = re.compile(r'x86 feature: IBT, SHSTK')

TINY = '''
#include <stdio.h>
#include <string.h>
#ifdef BOTH
__asm__(".section .both, \\"awx\\"\\n.byte 0\\n.text");
#endif
int main(int argc, char **argv)
{
	char text[64];

	strcpy(text, argv[argc - 1]);
	return puts(text) < 0;
}
'''
GOOD = ('-O2', '-fPIE', '-pie', '-fstack-protector-strong', '-U_FORTIFY_SOURCE',
        '-D_FORTIFY_SOURCE=2', '-Wl,-z,relro,-z,now', '-Wl,-z,noexecstack')
# What the program is compiled with besides, and what is to be missed then.
BAD = (
    (('-fno-stack-protector',), 'no __stack_chk_fail'),
    (('-D_FORTIFY_SOURCE=0',), 'no fortified function'),
    (('-fno-pie', '-no-pie'), 'not position-independent'),
    (('-Wl,-z,norelro',), 'no RELRO'),
    (('-Wl,-z,lazy',), 'not bound at once'),
    (('-Wl,-z,execstack',), 'an executable stack'),
    (('-DBOTH',), 'memory to write and to execute'),
)


class Failed(Exception):
    """Says why."""


def run(*argv):
    done = subprocess.run(argv, env=ENV, check=False, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
    if done.returncode != 0:
        raise Failed(f'{" ".join(argv)}: {done.stderr.strip()}')
    return done.stdout


def segments(path):
    """@return flags of each program header, by its type"""
    found = {}
    for line in run('readelf', '-Wl', path).splitlines():
        header = re.match(r'\s+([A-Z_]+)\s+(?:0x\w+\s+){5}([RWE ]{3}) ', line)
        if header is not None:
            found.setdefault(header[1], []).append(header[2].replace(' ', ''))
    return found


def linked(path, program):
    """@return what is missed in the way that it is linked"""
    missed, parts = [], segments(path)
    dynamic = run('readelf', '-Wd', path)
    kind = re.search(r'Type:\s+(\w+)', run('readelf', '-Wh', path))
    if kind is None or kind[1] != 'DYN' or program and not re.search(r'FLAGS_1.*\bPIE\b', dynamic):
        missed.append('not position-independent')
    if 'GNU_RELRO' not in parts:
        missed.append('no RELRO')
    if not re.search(r'\(FLAGS\).*\bBIND_NOW\b|\(FLAGS_1\).*\bNOW\b', dynamic):
        missed.append('not bound at once')
    if 'TEXTREL' in dynamic:
        missed.append('code to be written by the loader')
    if any('W' in flags and 'E' in flags for flags in parts.get('LOAD', ['WE'])):
        missed.append('memory to write and to execute')
    if any('E' in flags for flags in parts.get('GNU_STACK', ['E'])):
        missed.append('an executable stack')
    return missed


def compiled(path, fortify):
    """@return what is missed of the checks that a compiler puts in"""
    missed, symbols = [], run('readelf', '-W', '--dyn-syms', path)
    if not re.search(r'\sUND __stack_chk_fail\b', symbols):
        missed.append('no __stack_chk_fail')
    if fortify and not FORTIFIED.search(symbols):
        missed.append('no fortified function')
    return missed


def unmarked(archive):
    """@return objects of it that control-flow protection was not asked for"""
    file, bare = None, []
    for line in run('readelf', '-Wn', archive).splitlines():
        name = re.match(r'File: (.*)', line)
        if name is not None:
            file = name[1]
            bare.append(file)
        elif CONTROL_FLOW.search(line):
            bare.remove(file)
    if file is None:
        raise Failed(f'{archive}: no objects in it')
    return bare


def control_flow(options):
    """Of x86: all objects of ours have the marks; linked files, if the C library's start has."""
    bad = 0
    for archive in options.archive:
        for name in unmarked(archive):
            print(f'{name}: control-flow protection: not asked for')
            bad += 1
    start = run(*options.compiler, '-print-file-name=crti.o').strip()
    if not CONTROL_FLOW.search(run('readelf', '-Wn', start)):
        print(f'# {start} has no control-flow marks, so that nothing that is linked can have them')
        return bad
    for path in options.plugin + options.program:
        if not CONTROL_FLOW.search(run('readelf', '-Wn', path)):
            print(f'{path}: control-flow protection: no mark')
            bad += 1
    return bad


def self_test(compiler):
    """@return how many faults of a tiny program are overlooked, or missed without being there"""
    bad = 0
    with tempfile.TemporaryDirectory() as directory:
        source, program = (os.path.join(directory, name) for name in ('tiny.c', 'tiny'))
        with open(source, 'w', encoding='ascii') as file:
            file.write(TINY)
        for worse, wanted in (((), None),) + BAD:
            run(*compiler, *GOOD, *worse, '-w', source, '-o', program)
            missed = linked(program, True) + compiled(program, True)
            if (wanted in missed) if wanted else not missed:
                print(f'ok tiny program: {wanted or "good"}')
            else:
                print(f'not ok tiny program: {wanted or "good"}: {missed}')
                bad += 1
    return bad


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument('--x86', action='store_true')
    parser.add_argument('--fortify', type=int, default=0)
    parser.add_argument('--compiler', type=shlex.split)
    for several in ('--plugin', '--program', '--archive'):
        parser.add_argument(several, action='append', default=[])
    return parser.parse_args()


def main():
    options = arguments()
    bad = self_test(options.compiler) if options.compiler else 0
    for path in options.plugin + options.program:
        missed = linked(path, path in options.program) + compiled(path, options.fortify > 0)
        for what in missed:
            print(f'{path}: {what}')
        bad += len(missed)
    if options.x86 and options.compiler:
        bad += control_flow(options)
    print(f'{len(options.plugin + options.program)} linked files, FORTIFY {options.fortify}')
    return 1 if bad else 0


try:
    sys.exit(main())
except Failed as failed:
    sys.exit(str(failed))
