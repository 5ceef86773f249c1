# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
#
# sphinx-build -W doc/guides DIR (Debian: python3-sphinx)

from pathlib import Path

project = 'net_steer'
copyright = '2026 net_steer contributors'
release = (Path(__file__).resolve().parents[2] / 'VERSION').read_text().strip()
version = release

master_doc = 'index'
highlight_language = 'none'
html_show_copyright = False
html_show_sourcelink = False
