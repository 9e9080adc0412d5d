#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Checks that a program that only applies a model has nothing to do with Python, and no errors.

check-alone.py PROGRAM ARGUMENT...: the program needs no library of Python, and valgrind finds
neither a wrong access to memory nor a leak in it.
"""

import os
import subprocess
import sys
from pathlib import Path

SUPPRESSIONS = ['/usr/share/glib-2.0/valgrind/glib.supp',
                Path(__file__).resolve().parents[1] / 'tests' / 'valgrind.supp']


def main(command):
    needed = subprocess.run(['ldd', command[0]], check=True, stdout=subprocess.PIPE, text=True)
    if 'python' in needed.stdout or 'libpymva' not in needed.stdout:
        sys.exit(f'The program needs other libraries than it should:\n{needed.stdout}')

    environment = {**os.environ, 'G_SLICE': 'always-malloc', 'G_DEBUG': 'gc-friendly'}
    # Valgrind replaces malloc itself.
    environment.pop('MALLOC_CHECK_', None)
    done = subprocess.run(
        ['valgrind', '--quiet', '--error-exitcode=1', '--leak-check=full',
         '--errors-for-leak-kinds=definite', '--show-leak-kinds=definite',
         *(f'--suppressions={path}' for path in SUPPRESSIONS), *command],
        env=environment, check=False, capture_output=True, text=True)
    print(done.stdout, done.stderr, sep='')
    if done.returncode != 0:
        sys.exit(f'The program ended with {done.returncode}')
    if 'Python is not loaded' not in done.stdout:
        sys.exit('The program has loaded Python')


if __name__ == '__main__':
    main(sys.argv[1:])
