#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Measures the library beside its peers, in one run: run.py [TOPIC...] [--json FILE] [--quick].

Prints a table with ratios and bounds, and writes the figures as JSON. It needs the Python
environment that the build was configured with, and runs under it; scoring also needs the packages
of requirements/bench.txt.
"""

import argparse
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time

from results import Results

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parent / 'examples' / 'data'
N_PAIRS = 11


def environment(build):
    """The environment in which the uninstalled library finds its backend and its Python."""
    variables = dict(os.environ)
    variables['PYMVA_BACKEND_DIR'] = str(build / 'libpymva' / 'python' / 'backend')
    variables['PYMVA_PYTHON'] = sys.executable
    return variables


def run_program(build, results, *command):
    output = subprocess.run([build / 'benchmarks' / command[0], *command[1:]], check=True,
                            env=environment(build), stdout=subprocess.PIPE, text=True).stdout
    for line in output.splitlines():
        results.add(**json.loads(line))


def read_figures(*command):
    """What a program prints, by name."""
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return {row['name']: row['value'] for row in map(json.loads, output.splitlines())}


def time_process(command, variables):
    """Wall time in seconds and peak memory in MB of a whole process, which prints the latter."""
    begin = time.monotonic()
    peak = subprocess.run(command, env=variables, check=True, stdout=subprocess.PIPE).stdout
    return time.monotonic() - begin, int(peak) / 1024


def measure_training(build, results):
    """Interleaved pairs of the library's program and the plain script."""
    data = str(DATA / 'higgs.train')
    ours = [str(build / 'benchmarks' / 'bench-train'), data]
    plain = [sys.executable, str(HERE / 'plain-train.py'), data]
    pairs = []
    for _pair in range(N_PAIRS):
        pairs.append((time_process(ours, environment(build)),
                      time_process(plain, dict(os.environ))))
    results.add('training/wall, library', statistics.median(p[0][0] for p in pairs), 's')
    results.add('training/wall, plain script', statistics.median(p[1][0] for p in pairs), 's')
    results.add('training/wall, library : plain script',
                statistics.median(p[0][0] / p[1][0] for p in pairs), 'ratio', bound=1.05)
    results.add('training/memory, plain script', statistics.median(p[1][1] for p in pairs), 'MB')
    results.add('training/memory, library - plain script',
                statistics.median(p[0][1] - p[1][1] for p in pairs), 'MB', bound=5)


def processor_name():
    with open('/proc/cpuinfo', encoding='utf-8') as file:
        names = [line.partition(':')[2].strip() for line in file if line.startswith('model name')]
    return names[0] if names else platform.machine()


def measure_scoring(build, results, quick=False):
    # Its packages are not needed for the other topics.
    import scoring

    scoring.Benchmark(build, results, quick).run()


def measure_tmva(build, results, quick=False):
    import tmva

    tmva.measure(build, results, quick)


def measure_applying(build, results, quick=False):
    import apply

    apply.measure(build, results, quick)


def write_events(path):
    """A million events of 28 numbers with all their digits, 0.5 GB of text."""
    import numpy
    import pyarrow
    import pyarrow.csv

    values = numpy.random.default_rng(1).normal(size=(1000000, 28))
    table = pyarrow.table({f'x{i}': values[:, i] for i in range(28)})
    pyarrow.csv.write_csv(table, path, pyarrow.csv.WriteOptions(quoting_style='none'))


def measure_reading(build, results):
    """One reader after the other, each in a process of its own, in interleaved rounds."""
    peers = ('pyarrow', 'pandas')
    rounds = []
    with tempfile.TemporaryDirectory() as name:
        path = pathlib.Path(name) / 'events.csv'
        write_events(path)
        for _round in range(5):
            figures = read_figures(build / 'benchmarks' / 'bench-read', path)
            for peer in peers:
                command = [sys.executable, HERE / 'plain-read.py', peer, path]
                figures[peer] = float(subprocess.run(command, check=True, text=True,
                                                     stdout=subprocess.PIPE).stdout)
            rounds.append(figures)

    results.add('reading CSV/wall, library',
                statistics.median(figures['reading/wall'] for figures in rounds), 's')
    for peer in peers:
        results.add(f'reading CSV/wall, {peer}',
                    statistics.median(figures[peer] for figures in rounds), 's')
        results.add(f'reading CSV/wall, library : {peer}',
                    statistics.median(figures['reading/wall'] / figures[peer]
                                      for figures in rounds), 'ratio', bound=1)
    results.add('reading CSV/memory, library : table',
                statistics.median(figures['reading/memory'] / figures['reading/table']
                                  for figures in rounds), 'ratio', bound=1.3)


def measure_calls(build, results):
    """What crosses the border to Python."""
    run_program(build, results, 'bench-calls')
    results.bound('call/call_full', 1000)
    results.bound('call/call', 3000)
    run_program(build, results, 'bench-tensor')
    for name in ('tensor/to NumPy', 'tensor/to torch', 'tensor/from NumPy'):
        results.bound(name, 1000)


def measure_loading(build, results):
    """Models of 100 MB, of few large trees and of many small ones: the median of several loads,
    what stays in memory afterwards, and what was needed in between."""
    program = build / 'benchmarks' / 'bench-load'
    for n_trees, depth in ((400, 13), (50000, 6)):
        name = f'loading, {n_trees} trees of depth {depth}'
        rounds = []
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / 'large.pymva'
            subprocess.run([program, 'make', str(n_trees), str(depth), path], check=True)
            for _round in range(5):
                rounds.append(read_figures(program, path))
        size = rounds[0]['size']
        results.add(f'{name}/size of the file', size, 'MB')
        results.add(f'{name}/wall', statistics.median(r['wall'] for r in rounds), 's')
        for figure in ('memory', 'memory, peak'):
            results.add(f'{name}/{figure}', statistics.median(r[figure] for r in rounds), 'MB',
                        bound=size + 15)


def measure_main_loop(build, results):
    run_program(build, results, 'bench-train', str(DATA / 'higgs.train'), 'gap')
    results.bound('main loop/10 ms timer, p99.9 gap', 15)


TOPICS = {
    'apply': measure_applying,
    'calls': measure_calls,
    'loading': measure_loading,
    'reading': measure_reading,
    'scoring': measure_scoring,
    'main-loop': measure_main_loop,
    'tmva': measure_tmva,
    'training': measure_training,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('topics', nargs='*', metavar='TOPIC', default=list(TOPICS),
                        help=f'{", ".join(TOPICS)}; all by default')
    parser.add_argument('--build', type=pathlib.Path, default=HERE.parent / 'build')
    parser.add_argument('--json', type=pathlib.Path)
    parser.add_argument('--quick', action='store_true',
                        help='fewer rounds and rows of apply, scoring and tmva: seconds instead of '
                             'minutes')
    arguments = parser.parse_args()
    for topic in arguments.topics:
        if topic not in TOPICS:
            parser.error(f'there is no topic “{topic}”')
    build = arguments.build.resolve()
    results = Results()

    for topic in arguments.topics:
        measure = TOPICS[topic]
        takes_quick = topic in ('apply', 'scoring', 'tmva')
        measure(build, results, *([arguments.quick] if takes_quick else []))

    results.print()
    path = arguments.json or build / 'benchmarks' / 'results.json'
    path.write_text(json.dumps({'machine': processor_name(), 'python': platform.python_version(),
                                'results': results.rows}, indent=2) + '\n', encoding='utf-8')
    print(f'written to {path}')


main()
