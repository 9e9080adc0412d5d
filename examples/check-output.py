#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Runs an example and compares what it prints with what it should print.

check-output.py EXPECTED [--before COMMAND... ] -- COMMAND...

Each line of EXPECTED is a regular expression for one line of the output, so that one file serves
the example in all its languages. `{}` in a command stands for an empty folder, removed at the end.
The commands of --before are run first, to make what the example needs.
"""

import os
import re
import subprocess
import sys
import tempfile


def run(command, folder):
    program = os.path.abspath(command[0])
    command = [program] + [argument.replace('{}', folder) for argument in command[1:]]
    result = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, text=True, check=False)
    if result.returncode != 0:
        sys.exit(f'{command[0]} ended with status {result.returncode}:\n{result.stdout}')
    return result.stdout


def check(output, expected):
    lines = output.splitlines()
    patterns = expected.splitlines()
    for number, (line, pattern) in enumerate(zip(lines, patterns), 1):
        if not re.fullmatch(pattern, line):
            sys.exit(f'line {number} is “{line}”, not “{pattern}”; all of it:\n{output}')
    if len(lines) != len(patterns):
        sys.exit(f'{len(lines)} lines instead of {len(patterns)}:\n{output}')


def main():
    arguments = sys.argv[2:]
    split = arguments.index('--')
    before, command = arguments[:split], arguments[split + 1:]
    with open(sys.argv[1], encoding='utf-8') as file:
        expected = file.read()
    with tempfile.TemporaryDirectory() as folder:
        if before:
            run(before[1:], folder)
        check(run(command, folder), expected)


main()
