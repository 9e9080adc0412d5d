# SPDX-License-Identifier: LGPL-2.1-or-later

"""CSV in, answers out: `pymva apply` beside a script that does the same with pandas and XGBoost.

A forest of 500 trees, and a file of 28 columns. Each run is a process of its own; the parts of the
work come from `pymva apply --timing`, and memory from the system.
"""

import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
N_VARIABLES = 28
N_TREES = 500
N_EVENTS = 1000000
# The file whose memory is compared with that of the whole one has so much fewer events.
SMALLER = 20
NAMES = [f'x{i}' for i in range(N_VARIABLES)]


def write_model(folder):
    import numpy
    import xgboost

    random = numpy.random.default_rng(2)
    inputs = random.normal(size=(20000, N_VARIABLES)).astype(numpy.float32)
    labels = inputs[:, :5].sum(axis=1) + inputs[:, 5] * inputs[:, 6] > random.normal(size=20000)
    data = xgboost.DMatrix(inputs, labels, feature_names=NAMES)
    booster = xgboost.train({'objective': 'binary:logistic', 'max_depth': 6, 'eta': 0.05},
                            data, N_TREES)
    booster.save_model(folder / 'forest.json')


def write_events(path, n_events):
    import numpy
    import pyarrow
    import pyarrow.csv

    random = numpy.random.default_rng(3)
    schema = pyarrow.schema([(name, pyarrow.float32()) for name in NAMES])
    options = pyarrow.csv.WriteOptions(quoting_style='none')
    with pyarrow.csv.CSVWriter(path, schema, write_options=options) as writer:
        for first in range(0, n_events, 50000):
            n_rows = min(50000, n_events - first)
            values = random.normal(size=(N_VARIABLES, n_rows)).astype(numpy.float32)
            writer.write(pyarrow.table(list(values), schema=schema))


def peak_memory(pid):
    """In MB; 0 where the process has ended. What the system counts of a process that has ended
    includes what its parent had."""
    try:
        text = pathlib.Path(f'/proc/{pid}/status').read_text(encoding='utf-8')
    except FileNotFoundError:
        return 0
    found = re.search(r'VmHWM:\s+(\d+)', text)
    return int(found.group(1)) / 1024 if found else 0


def run(command, variables):
    """Wall time, processor time and peak memory (MB) of a process, and what it said."""
    memory = 0
    with tempfile.TemporaryFile('w+') as said:
        begin = time.monotonic()
        with subprocess.Popen(list(map(str, command)), env=variables, stderr=said) as process:
            status = 0
            pid = 0
            while pid == 0:
                memory = max(memory, peak_memory(process.pid))
                time.sleep(0.002)
                pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - begin
        said.seek(0)
        text = said.read()
    if process.returncode != 0:
        raise RuntimeError(text)
    return {'wall': wall, 'processor': usage.ru_utime + usage.ru_stime, 'memory': memory,
            'said': text}


def parts_of(said):
    """The seconds of each part, as --timing prints them."""
    return {name: float(seconds) for name, seconds in re.findall(r'(\w+ing) ([\d.]+) s', said)}


class Benchmark:
    def __init__(self, tool, results, folder, n_events, n_rounds):
        self.tool = tool
        self.results = results
        self.folder = folder
        self.n_events = n_events
        self.n_rounds = n_rounds

    def apply(self, data, n_threads):
        figures = run([self.tool, 'apply', self.folder / 'forest.pymva', self.folder / data,
                       '--threads', n_threads, '--timing', '--output', self.folder / f'of-{data}'],
                      dict(os.environ))
        return {**figures, **parts_of(figures['said'])}

    def apply_plainly(self, n_threads):
        return run([sys.executable, HERE / 'plain-apply.py', self.folder / 'forest.json',
                    self.folder / 'events.csv', self.folder / 'plain.csv', n_threads],
                   dict(os.environ))

    def check(self):
        """All do the same."""
        import pandas

        ours = pandas.read_csv(self.folder / 'of-events.csv')['response']
        theirs = pandas.read_csv(self.folder / 'plain.csv')['response']
        assert len(ours) == self.n_events
        assert abs(ours - theirs).max() < 1e-6

    def measure(self):
        kinds = {
            'library, 1 thread': lambda: self.apply('events.csv', 1),
            'library, 2 threads': lambda: self.apply('events.csv', 2),
            'library, 2 threads, few events': lambda: self.apply('few.csv', 2),
            'pandas and XGBoost, 1 thread': lambda: self.apply_plainly(1),
            'pandas and XGBoost, 2 threads': lambda: self.apply_plainly(2),
        }
        rounds = [{name: measure() for name, measure in kinds.items()}
                  for _round in range(self.n_rounds)]
        self.check()

        def median(name, figure):
            return statistics.median(figures[name][figure] for figures in rounds)

        for name in kinds:
            if not name.endswith('few events'):
                self.results.add(f'apply/{name}', self.n_events / median(name, 'wall'), 'events/s')
                self.results.add(f'apply/processor time, {name}', median(name, 'processor'), 's')
            self.results.add(f'apply/memory, {name}', median(name, 'memory'), 'MB')
        for part in ('reading', 'scoring', 'formatting', 'writing'):
            self.results.add(f'apply/processor time of {part}',
                             median('library, 2 threads', part), 's')
        self.results.add('apply/wall, 2 threads : processor time of all parts', statistics.median(
            figures['library, 2 threads']['wall'] / figures['library, 2 threads']['processor']
            for figures in rounds), 'ratio', bound=1)
        self.results.add(f'apply/memory, all events : 1/{SMALLER} of them', statistics.median(
            figures['library, 2 threads']['memory']
            / figures['library, 2 threads, few events']['memory']
            for figures in rounds), 'ratio', bound=1.5)


def measure(build, results, quick):
    n_events = N_EVENTS // 10 if quick else N_EVENTS
    tool = build / 'tools' / 'pymva'
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write_model(folder)
        subprocess.run([tool, 'import', folder / 'forest.json', '--classes', 'signal,background',
                        '--output', folder / 'forest.pymva'], check=True, stdout=subprocess.DEVNULL)
        write_events(folder / 'events.csv', n_events)
        write_events(folder / 'few.csv', n_events // SMALLER)
        Benchmark(tool, results, folder, n_events, 1 if quick else 3).measure()
