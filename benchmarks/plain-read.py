# SPDX-License-Identifier: LGPL-2.1-or-later

"""Reads a text with separators on one thread, and prints the seconds: plain-read.py PEER FILE."""

import sys
import time


def main(peer, path):
    if peer == 'pyarrow':
        import pyarrow.csv
        options = pyarrow.csv.ReadOptions(use_threads=False)

        def read():
            return pyarrow.csv.read_csv(path, read_options=options)
    else:
        import pandas

        def read():
            return pandas.read_csv(path)

    begin = time.perf_counter()
    table = read()
    print(time.perf_counter() - begin)
    assert table.shape == (1000000, 28)


main(*sys.argv[1:])
