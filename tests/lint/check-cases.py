#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Checks that each typelib suite has the same cases in Python and in JavaScript.

    check-cases.py FOLDER PYTHON SUITE...
"""

import subprocess
import sys
from pathlib import Path


def cases(command):
    listing = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return set(listing.split())


def main(folder, python, suites):
    status = 0
    for suite in suites:
        in_python = cases([python, folder / f'{suite}.py', '--list'])
        in_javascript = cases(['gjs', '-m', folder / f'{suite}.js', '--list'])
        for name in sorted(in_python ^ in_javascript):
            language = 'JavaScript' if name in in_python else 'Python'
            print(f'{suite}: {name} is missing in {language}')
            status = 1
        if not in_python:
            print(f'{suite}: no case was found')
            status = 1
    return status


if __name__ == '__main__':
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3:]))
