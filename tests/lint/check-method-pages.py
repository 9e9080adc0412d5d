#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Whether the manual has a page for each method: check-method-pages.py TOOL NAME..."""

import subprocess
import sys

said = subprocess.run([sys.argv[1], "methods", "--no-check"], check=True, capture_output=True,
                      text=True).stdout
methods = [line.split()[0] for line in said.splitlines()[1:]]
if methods != sys.argv[2:]:
    sys.exit(f"the methods are {methods}, and docs/meson.build has pages for {sys.argv[2:]}")
