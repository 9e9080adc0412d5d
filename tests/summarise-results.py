#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Counts the cases in Meson's test logs, names those that failed, and ends with one line of sums.

A test that speaks TAP has as many cases as it reports; any other test is one case. A test that
failed without a failed case (it crashed, or ran out of time) is one failed case more. A skipped
case counts as failed: what a test needs must be installed.
"""

import json
import re
import sys
from pathlib import Path

TAP_LINE = re.compile(r'^(not )?ok\b(.*)$', re.MULTILINE)


def count(test):
    """The numbers of passed and failed cases of one test, and the names of the failed ones."""
    passed = 0
    failures = []
    for not_ok, text in TAP_LINE.findall(test.get('stdout', '')):
        if not_ok or '# SKIP' in text.upper():
            failures.append(text.strip())
        else:
            passed += 1

    if test['result'] == 'OK':
        if not passed and not failures:
            passed = 1
    elif not failures:
        failures.append(test['result'])
    return passed, failures


def main(paths):
    n_passed = 0
    n_failed = 0
    for path in map(Path, paths):
        if not path.exists():
            print(f'{path}: no results')
            n_failed += 1
            continue
        for line in path.read_text(encoding='utf-8').splitlines():
            test = json.loads(line)
            passed, failures = count(test)
            n_passed += passed
            n_failed += len(failures)
            for failure in failures:
                print(f'{path}: {test["name"]}: {failure}')

    print(f'{n_passed} passed, {n_failed} failed')
    return 1 if n_failed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
