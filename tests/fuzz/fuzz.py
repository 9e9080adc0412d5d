#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs a program of libFuzzer from a folder of samples, which it leaves as it is.

  tests/fuzz/fuzz.py --runs 1000000 build-clang/tests/fuzz/fuzz-csv tests/fuzz/corpus/csv

What makes the program fail is kept in the working folder, or --output; `PROGRAM FILE` shows it
again.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile

# The longest time for one input, in seconds.
MOST_TIME = 20
MOST_MEBIBYTES = 2048
# A model may ask for 256 for a single row, and nothing else for as much at once.
MOST_ALLOCATED = 320


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('program')
    parser.add_argument('samples', help='the folder of samples')
    parser.add_argument('--seconds', type=int, default=0, help='how long to run')
    parser.add_argument('--runs', type=int, default=-1, help='how many inputs to run')
    parser.add_argument('--output', default='.', help='the folder for an input that fails')
    parser.add_argument('--corpus', help='a folder that keeps what was found, to go on with later')
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as temporary:
        prefix = os.path.join(options.output, os.path.basename(options.program))
        environment = dict(os.environ)
        environment['G_DEBUG'] = 'fatal-criticals'
        # libFuzzer exits by itself, and says which input it was.
        environment['ASAN_OPTIONS'] = 'detect_leaks=1:detect_stack_use_after_return=0'
        environment['UBSAN_OPTIONS'] = 'print_stacktrace=1:halt_on_error=1'
        result = subprocess.run(
            [options.program, f'-max_total_time={options.seconds}', f'-runs={options.runs}',
             f'-timeout={MOST_TIME}', f'-rss_limit_mb={MOST_MEBIBYTES}',
             f'-malloc_limit_mb={MOST_ALLOCATED}',
             f'-artifact_prefix={prefix}-', options.corpus or temporary, options.samples],
            env=environment, stderr=subprocess.PIPE, text=True, errors='replace', check=False)

    if result.returncode != 0:
        print(result.stderr[-20000:])
        return 1
    print(re.search(r'^Done .*', result.stderr, re.MULTILINE).group())
    return 0


if __name__ == '__main__':
    sys.exit(main())
