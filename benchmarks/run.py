#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Measures the library beside its peers, in one run: run.py [BUILD] [--json FILE].

Prints a table with ratios and bounds, and writes the figures as JSON. It needs the Python
environment that the build was configured with, and runs under it.
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

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parent / 'examples' / 'data'
N_PAIRS = 11


class Results:
    """What was measured: (name, value, unit), and what is asked of it."""

    def __init__(self):
        self.rows = []

    def add(self, name, value, unit, peer=None, bound=None, at_least=None):
        met = None
        if bound is not None:
            met = value <= bound
        if at_least is not None:
            met = value >= at_least
        self.rows.append({'name': name, 'value': value, 'unit': unit, 'peer': peer,
                          'at_most': bound, 'at_least': at_least, 'met': met})

    def value(self, name):
        return next(row['value'] for row in self.rows if row['name'] == name)

    def bound(self, name, at_most):
        row = next(row for row in self.rows if row['name'] == name)
        row['at_most'], row['met'] = at_most, row['value'] <= at_most

    def print(self):
        print(f'{"":44} {"value":>12} {"unit":9} {"bound":>12}')
        for row in self.rows:
            bound = ''
            if row['at_most'] is not None:
                bound = f'<= {row["at_most"]:g}'
            if row['at_least'] is not None:
                bound = f'>= {row["at_least"]:g}'
            mark = {None: '', True: 'met', False: 'MISSED'}[row['met']]
            print(f'{row["name"]:44} {row["value"]:12.5g} {row["unit"]:9} {bound:>12} {mark}')


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


def measure_start(build, results, path):
    """A whole program that loads a model and scores one event."""
    command = [str(build / 'benchmarks' / 'bench-score'), str(path)]
    runs = [time_process(command, environment(build)) for _run in range(21)]
    results.add(f'{path.stem}/start and score, wall',
                1000 * statistics.median(run[0] for run in runs), 'ms', bound=10)
    results.add(f'{path.stem}/start and score, memory',
                statistics.median(run[1] for run in runs), 'MB', bound=15)


def measure_scoring(build, results):
    import numpy

    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run([build / 'benchmarks' / 'bench-train', DATA / 'higgs.train', folder],
                       check=True, env=environment(build))
        table = numpy.loadtxt(DATA / 'higgs.train', dtype=numpy.float32)[:, 1:]
        rows = numpy.ascontiguousarray(numpy.tile(table, (15, 1))[:100000])
        numpy.save(folder / 'rows.npy', rows)
        for path in sorted(folder.glob('*.pymva')):
            run_program(build, results, 'bench-score', str(path), str(folder / 'rows.npy'))
            measure_start(build, results, path)
        measure_peers(results, table, rows)


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
            output = subprocess.run([build / 'benchmarks' / 'bench-read', path], check=True,
                                    stdout=subprocess.PIPE, text=True).stdout
            figures = {row['name']: row['value'] for row in map(json.loads, output.splitlines())}
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


def median_time(function, n_rounds=5):
    times = []
    for _round in range(n_rounds):
        begin = time.perf_counter()
        function()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def measure_peers(results, table, rows):
    """The same models in the frameworks themselves, one thread."""
    import numpy
    import sklearn.ensemble
    import torch

    torch.set_num_threads(1)
    labels = numpy.loadtxt(DATA / 'higgs.train', usecols=0)
    forest = sklearn.ensemble.RandomForestClassifier(100, random_state=1).fit(table, labels)
    network = torch.nn.Sequential(
        torch.nn.Linear(table.shape[1], 64), torch.nn.ReLU(),
        torch.nn.Linear(64, 64), torch.nn.ReLU(), torch.nn.Linear(64, 1), torch.nn.Sigmoid())
    batch = torch.from_numpy(rows)

    def ask_forest(events):
        return forest.predict_proba(events)

    def ask_network(events):
        with torch.no_grad():
            return network(events)

    peers = (('random-forest', 'scikit-learn', ask_forest, rows, 50),
             ('torch', 'torch', ask_network, batch, 2000))
    for title, peer, ask, events, n_single in peers:
        one = median_time(lambda: [ask(events[i:i + 1]) for i in range(n_single)]) / n_single
        results.add(f'{title}/one event, {peer}', 1 / one, 'events/s')
        many = median_time(lambda: ask(events), 3) / len(events)
        results.add(f'{title}/batch, {peer}', 1 / many, 'events/s')
        for kind in ('one event', 'batch'):
            ratio = (results.value(f'{title}/{kind}, native') /
                     results.value(f'{title}/{kind}, {peer}'))
            results.add(f'{title}/{kind}, native : {peer}', ratio, 'ratio')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('build', type=pathlib.Path, nargs='?', default=HERE.parent / 'build')
    parser.add_argument('--json', type=pathlib.Path)
    arguments = parser.parse_args()
    build = arguments.build.resolve()
    results = Results()

    run_program(build, results, 'bench-calls')
    results.bound('call/call_full', 1000)
    results.bound('call/call', 3000)
    run_program(build, results, 'bench-tensor')
    for name in ('tensor/to NumPy', 'tensor/to torch', 'tensor/from NumPy'):
        results.bound(name, 1000)
    measure_reading(build, results)
    measure_scoring(build, results)
    run_program(build, results, 'bench-train', str(DATA / 'higgs.train'), 'gap')
    results.bound('main loop/10 ms timer, p99.9 gap', 15)
    measure_training(build, results)

    results.print()
    path = arguments.json or build / 'benchmarks' / 'results.json'
    path.write_text(json.dumps({'machine': platform.processor() or platform.machine(),
                                'python': platform.python_version(),
                                'results': results.rows}, indent=2) + '\n', encoding='utf-8')
    print(f'written to {path}')


main()
