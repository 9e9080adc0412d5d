# SPDX-License-Identifier: LGPL-2.1-or-later

"""Measures scoring beside the libraries that train and others that score, in one run: the same
models, the same rows, one thread each, in turn."""

import dataclasses
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import scoring_models
import scoring_peers

SINGLE = 'one row'
BATCH = 'batch'
XGBOOST = ('xgboost', 'xgboost-matrix')
# The best of what else scores single rows.
RUNTIMES = ('onnx', 'tl2cgen')
TORCH = ('onnx', 'torch', 'torch, traced')

# Model, way, kernel, peers of which the fastest counts, and how many times as fast the library is
# to be. Without a kernel it is the one that runs where nobody asks for another.
BARS = (
    ('xgboost-100x3', SINGLE, None, ('tl2cgen',), 3),
    ('xgboost-100x3', BATCH, None, XGBOOST, 6),
    ('xgboost-500x6', SINGLE, 'avx512', RUNTIMES, 15),
    ('xgboost-500x6', SINGLE, 'avx2', RUNTIMES, 10),
    ('xgboost-500x6', SINGLE, 'portable', RUNTIMES, 4),
    ('xgboost-500x6', BATCH, 'avx512', XGBOOST, 12),
    ('xgboost-500x6', BATCH, 'avx2', XGBOOST, 6),
    ('xgboost-500x6', BATCH, 'portable', XGBOOST, 1.2),
    ('xgboost-1000x6', SINGLE, None, ('onnx',), 15),
    ('xgboost-1000x6', BATCH, None, XGBOOST, 12),
    ('forest-100', SINGLE, None, RUNTIMES, 8),
    ('forest-100', SINGLE, None, ('scikit-learn',), 1000),
    ('forest-100', BATCH, None, ('scikit-learn',), 2.5),
    ('forest-500x8', SINGLE, None, RUNTIMES, 8),
    ('forest-500x8', BATCH, None, ('scikit-learn',), 4),
    ('histogram-100', SINGLE, None, ('lightgbm',), 10),
    ('histogram-100', BATCH, None, ('scikit-learn',), 5),
    ('lightgbm-500', SINGLE, None, ('lightgbm',), 10),
    ('lightgbm-500', BATCH, None, ('lightgbm',), 5),
    ('mlp', SINGLE, None, ('onnx',), 15),
    ('mlp', BATCH, None, TORCH, 1),
)


class Benchmark:

    def __init__(self, build, results, quick):
        self.build = build
        self.results = results
        self.quick = quick
        self.n_rounds = 3 if quick else 7
        self.seconds = 0.02 if quick else 0.2
        self.batch = 10000 if quick else 100000
        self.rates = {}
        self.folder = None

    def maker(self, with_peers=True):
        compiled = self.build / 'benchmarks' / 'compiled'
        compiled.mkdir(exist_ok=True)
        return scoring_models.Maker(self.folder, compiled, with_peers)

    def rows_path(self, model, rows=None):
        path = self.folder / f'{model.name}.rows'
        (model.events.rows if rows is None else rows).tofile(path)
        return path

    def report(self, model, way, rates):
        for peer, rate in rates.items():
            self.rates[model.name, way, peer] = rate
            self.results.add(f'{model.name}/{way}, {peer}', rate, 'events/s')
        print(f'{model.name}, {way}: ' + '; '.join(f'{peer} {rate:.4g}'
                                                  for peer, rate in rates.items()),
              file=sys.stderr, flush=True)

    def measure(self, model, more_peers=()):
        """All peers of a model, both ways."""
        path = self.rows_path(model)
        peers = scoring_peers.all_peers(self.build, model, path)
        differences = scoring_peers.check_answers(model, peers, self.folder)
        for peer, difference in differences.items():
            self.results.add(f'{model.name}/largest difference, {peer}', difference, '')
        peers += more_peers
        self.report(model, SINGLE, scoring_peers.rates(peers, 1, self.n_rounds, self.seconds))
        # TL2cgen knows no batches.
        peers = [peer for peer in peers if peer.name != 'tl2cgen']
        self.report(model, BATCH,
                    scoring_peers.rates(peers, self.batch, self.n_rounds, self.seconds))
        close(peers)
        self.measure_start(model)

    def measure_peers(self):
        maker = self.maker()
        events = scoring_models.higgs()
        for n_estimators, depth in ((100, 3), (500, 6), (1000, 6)):
            self.measure(maker.xgboost(f'xgboost-{n_estimators}x{depth}', events,
                                       n_estimators=n_estimators, max_depth=depth))
        self.measure(maker.network('mlp', events))
        self.measure(maker.lightgbm('lightgbm-500', events, n_estimators=500, num_leaves=63))
        # LightGBM's trees of the same number and size.
        like = maker.lightgbm('lightgbm-100', events, n_estimators=100, num_leaves=31)
        self.measure(maker.histogram('histogram-100', events, n_estimators=100),
                     [scoring_peers.Program(self.build, 'lightgbm', like, self.rows_path(like))])
        self.measure(maker.forest('forest-100', events, n_estimators=100))
        self.measure(maker.forest('forest-500x8', events, n_estimators=500, max_depth=8))

    def kernels_of(self, model, way):
        """The library's kernels by name; the last is the one that runs by itself."""
        prefix = 'library, '
        return {peer[len(prefix):]: rate for (name, each, peer), rate in self.rates.items()
                if (name, each) == (model, way) and peer.startswith(prefix)}

    def compare_with_bars(self):
        for model, way, kernel, peers, at_least in BARS:
            kernels = self.kernels_of(model, way)
            found = [self.rates[model, way, peer] for peer in peers
                     if (model, way, peer) in self.rates]
            if kernel and kernel not in kernels:
                continue
            rate = kernels[kernel] if kernel else list(kernels.values())[-1]
            self.results.add(f'{model}/{way}, {kernel or "library"} : {" or ".join(peers)}',
                             rate / max(found), 'ratio', at_least=at_least)

    def measure_kernels(self):
        """What the fast kernels have to be made for, against the portable one."""
        maker = self.maker(with_peers=False)
        events = scoring_models.higgs()
        options = {'n_estimators': 500, 'max_depth': 6}
        models = (
            maker.xgboost('missing values', scoring_models.with_missing_values(events), **options),
            maker.xgboost('100 variables', scoring_models.with_products(events), **options),
            maker.xgboost('fine cuts', events, max_bin=4096, **options),
            maker.xgboost('depth 8', events, n_estimators=500, max_depth=8),
            maker.xgboost('five classes', scoring_models.with_classes(events), n_estimators=100,
                          max_depth=6),
        )
        for model in models:
            peers = scoring_peers.native_peers(self.build, model, self.rows_path(model))
            scoring_peers.check_answers(model, peers, self.folder)
            for way, n_per_call in ((SINGLE, 1), (BATCH, self.batch)):
                self.report(model, way, scoring_peers.rates(peers, n_per_call, self.n_rounds,
                                                            self.seconds))
                rates = self.kernels_of(model.name, way)
                for kernel in list(rates)[1:]:
                    self.results.add(f'{model.name}/{way}, {kernel} : portable',
                                     rates[kernel] / rates['portable'], 'ratio', at_least=1)
            if model.name == 'missing values':
                self.measure_missing(model, events, peers)
            close(peers)

    def measure_missing(self, model, events, peers):
        """What missing values cost: the same model with rows that miss nothing."""
        complete = dataclasses.replace(model, name='no missing values', events=events)
        others = scoring_peers.native_peers(self.build, complete, self.rows_path(complete))
        for peer in others:
            peer.name = f'{peer.kernel}, complete'
        for way, n_per_call in ((SINGLE, 1), (BATCH, self.batch)):
            rates = scoring_peers.rates([*peers, *others], n_per_call, self.n_rounds, self.seconds)
            for peer in others:
                self.results.add(f'missing values/{way}, {peer.kernel}, complete : missing',
                                 rates[peer.name] / rates[f'library, {peer.kernel}'], 'ratio',
                                 bound=1.5)
        close(others)

    def measure_scaling(self):
        """Many events, many trees, many threads."""
        maker = self.maker(with_peers=False)
        events = scoring_models.higgs()
        models = [maker.xgboost(f'{n} trees', events, n_estimators=n, max_depth=6)
                  for n in (500, 2000)]
        peers = [scoring_peers.Program(self.build, 'library', model, self.rows_path(model),
                                       name=model.name) for model in models]
        for way, n_per_call in ((SINGLE, 1), (BATCH, self.batch)):
            rates = scoring_peers.rates(peers, n_per_call, self.n_rounds, self.seconds)
            self.results.add(f'scaling/{way}, time per tree, 2000 : 500 trees',
                             rates['500 trees'] / rates['2000 trees'] / 4, 'ratio', bound=1.2)
        self.measure_threads(peers[0])
        close(peers)
        self.measure_many_events(models[0])

    def measure_threads(self, peer):
        """Of one model, as the wall clock has it: other programs should be at rest."""
        n_cores = len(os.sched_getaffinity(0))
        single = statistics.median(peer.threads(1, 1) for _round in range(3))
        many = statistics.median(peer.threads(16, 1) for _round in range(3))
        self.results.add(f'scaling/16 threads : 1 thread and {n_cores} cores',
                         many / single / min(16, n_cores), 'ratio', at_least=0.9)

    def measure_many_events(self, model):
        n_many = 1000000 if self.quick else 10000000
        path = self.folder / 'many.rows'
        with open(path, 'wb') as file:
            for _part in range(n_many // len(model.events.rows)):
                model.events.rows.tofile(file)
        peer = scoring_peers.Program(self.build, 'library', model, path)
        times = {n: [] for n in (100000, n_many)}
        for _round in range(3):
            for n, found in times.items():
                found.append(peer.time(n, n) / n)
        few, many = map(statistics.median, times.values())
        self.results.add(f'scaling/time per event, {n_many:.0e} : 1e+05 events', many / few,
                         'ratio', bound=1.2)
        peer.close()
        path.unlink()

    def measure_loading(self):
        """A model of 100 MB: extremely random trees down to the last event."""
        maker = self.maker(with_peers=False)
        model = maker.forest('large', scoring_models.higgs(), extra_trees=True, bootstrap=False,
                             max_features='1', n_estimators=80 if self.quick else 800)
        self.results.add('large/size of the file', model.files['library'].stat().st_size / 1e6,
                         'MB')
        self.measure_start(model, n_rounds=5)

    def measure_start(self, model, n_rounds=21):
        """A whole program that loads a model and scores one event."""
        path = model.files['library']
        command = [self.build / 'benchmarks' / 'bench-score', path]
        times, peaks = [], []
        for _round in range(n_rounds):
            begin = time.monotonic()
            answer = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
            times.append(1000 * (time.monotonic() - begin))
            peaks.append((int(answer) * 1024 - path.stat().st_size) / 1e6)
        self.results.add(f'{model.name}/start and score, wall', statistics.median(times), 'ms')
        self.results.add(f'{model.name}/memory of the process - file', statistics.median(peaks),
                         'MB', bound=15)

    def run(self):
        with tempfile.TemporaryDirectory() as name:
            self.folder = pathlib.Path(name)
            self.measure_peers()
            self.measure_kernels()
            self.measure_scaling()
            self.measure_loading()
        self.compare_with_bars()
        self.print_tables()


    def print_tables(self):
        """The rates as tables of Markdown, in thousands of rows per second."""
        for way in (SINGLE, BATCH):
            models = list(dict.fromkeys(name for name, each, _peer in self.rates if each == way))
            peers = list(dict.fromkeys(peer for _name, each, peer in self.rates if each == way))
            print(f'| {way}: 1000 events/s | ' + ' | '.join(peers) + ' |')
            print('|---|' + '---:|' * len(peers))
            for model in models:
                rates = [self.rates.get((model, way, peer)) for peer in peers]
                cells = ['' if rate is None else f'{rate / 1000:.3g}' if rate < 1e6
                         else f'{rate / 1000:.0f}' for rate in rates]
                print(f'| {model} | ' + ' | '.join(cells) + ' |')
            print()


def close(peers):
    for peer in peers:
        peer.close()
