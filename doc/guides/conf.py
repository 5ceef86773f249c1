# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
#
# sphinx-build -W doc/guides DIR (Debian: python3-sphinx; gnuplot-nox for plots)

import shutil
import subprocess
from pathlib import Path

project = 'net_steer'
copyright = '2026 net_steer contributors'
release = (Path(__file__).resolve().parents[2] / 'VERSION').read_text().strip()
version = release

master_doc = 'index'
highlight_language = 'none'
html_show_copyright = False
html_show_sourcelink = False


def plot(directory):
    """What the page of measurements includes: a plot, or why there is none."""
    text = 'There is a plot here where gnuplot was installed when the guide was made.\n'
    if shutil.which('gnuplot'):
        page = directory.parents[2] / 'app' / 'steer-perf' / 'page'
        subprocess.run([page, 'plot', directory / 'steer_perf.csv', directory / 'steer_perf.svg'],
                       check=True)
        text = '.. image:: steer_perf.svg\n   :alt: cycles of a packet, times the floor\'s\n'
    (directory / 'plot.txt').write_text(text)


plot(Path(__file__).resolve().parent / 'perf')
