# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""testpmd as a user has it before him: at a terminal, one command after the other."""

import os
import pty
import re
import signal
import subprocess
import termios
import threading
import time

PROMPT = b'testpmd> '
# testpmd writes it byte by byte: lines of its other threads, which tell of events, may be within
TORN_PROMPT = re.compile(b'^' + b'(?:[^\n]*\n){0,200}?'.join(bytes([byte]) for byte in PROMPT), re.M)
# only with one of these is it worth while to look for it
TORN_END = re.compile(b'[d\n]>')
ESCAPES = re.compile(b'\x1b\\[[0-9;]*[A-Za-z]|\r')
# cmdline's buffer, in DPDK 22.11
LONGEST = 511


class Failed(Exception):
    """testpmd has ended or does not answer; the text is what it said last."""


def find_prompt(output, start=0):
    """@return where the first prompt begins and where it ends; None if there is none."""
    at = output.find(PROMPT, start)
    if at >= 0:
        return at, at + len(PROMPT)
    torn = TORN_END.search(output, start) and TORN_PROMPT.search(output, start)
    return torn and torn.span()


def cores():
    """EAL's --lcores for a main and a forwarding core, on one processor if there are no more."""
    cpus = sorted(os.sched_getaffinity(0))
    return f'--lcores=0@{cpus[0]},1@{cpus[-1]}'


class Terminal:
    """A terminal at which testpmd runs. It is read all the time, so that it never waits for us.

    Send no command while packets arrive and are reported: the reports would be in its answer.
    """

    def __init__(self, argv, env=None, timeout=30):
        self.output = bytearray()
        self.changed = threading.Condition()
        self.ended = False
        self.answered = 0
        self.master, slave = pty.openpty()
        # testpmd echoes by itself, but turns the terminal's echo off only after its first prompt
        mode = termios.tcgetattr(slave)
        mode[3] &= ~termios.ECHO
        termios.tcsetattr(slave, termios.TCSANOW, mode)
        self.process = subprocess.Popen(argv, stdin=slave, stdout=slave, stderr=slave,
                                        start_new_session=True,
                                        env={**os.environ, **(env or {})})
        os.close(slave)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        try:
            self.banner = self.wait(timeout)
        except Failed:
            self.kill()
            raise

    def read(self):
        while True:
            try:
                data = os.read(self.master, 1 << 16)
            except OSError:
                data = b''
            with self.changed:
                self.output += data
                self.ended = not data
                self.changed.notify_all()
            if not data:
                return

    def text(self, start=0, end=None):
        with self.changed:
            return ESCAPES.sub(b'', self.output[start:end]).decode(errors='replace')

    def wait(self, timeout):
        """What was written since the last prompt, up to the next one."""
        start = self.answered
        with self.changed:
            self.changed.wait_for(lambda: self.ended or find_prompt(self.output, start), timeout)
            found = find_prompt(self.output, start)
        if not found:
            raise Failed(self.last())
        end, self.answered = found
        return self.text(start, end)

    def last(self, lines=15):
        return '\n'.join(self.text().splitlines()[-lines:])

    def send(self, line):
        if len(line) > LONGEST:
            raise ValueError(f'longer than testpmd reads: {line}')
        os.write(self.master, line.encode() + b'\n')

    def command(self, line, timeout=20):
        """What testpmd answers; packets reported since the last command are in there too."""
        self.send(line)
        # without the echo
        return self.wait(timeout).replace(line, '', 1).strip('\n')

    def skip(self):
        """Prompts that were written so far answer nothing that is sent from now on."""
        self.answered = len(self.output)

    def position(self):
        """Where in the output we are: to be given to text() or seen() later."""
        return len(self.output)

    def seen(self, words, start, timeout):
        """Wait until words come after start. @return whether they did."""
        words = words.encode()
        with self.changed:
            return self.changed.wait_for(lambda: self.output.find(words, start) >= 0, timeout)

    def idle(self, quiet, timeout):
        """Wait until nothing was written for quiet seconds. @return whether it came to that."""
        deadline = time.monotonic() + timeout
        length = -1
        while length != len(self.output):
            if time.monotonic() > deadline:
                return False
            length = len(self.output)
            time.sleep(quiet)
        return True

    def quit(self, timeout=20):
        """@return the exit code."""
        self.send('quit')
        try:
            code = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Failed(self.last()) from None
        self.reader.join(5)
        os.close(self.master)
        return code

    def kill(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()


class Testpmd(Terminal):
    """A running testpmd."""

    def __init__(self, eal, args, program='dpdk-testpmd', env=None, timeout=30):
        super().__init__([program, *eal, '--', '-i', *args], env, timeout)
