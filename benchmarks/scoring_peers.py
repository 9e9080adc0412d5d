# SPDX-License-Identifier: LGPL-2.1-or-later

"""What scores a model, one thread each: programs for the library and for the peers that have C
functions, and the Python frameworks in this process."""

import importlib.util
import os
import pathlib
import statistics
import subprocess
import time

import numpy as np
import threadpoolctl

KERNELS = ('portable', 'avx2', 'avx512')


class Program:
    """bench-score with one peer and one model, for as long as it is asked."""

    def __init__(self, build, peer, model, rows_path, kernel=None, columns=None,
                 name=None):
        variables = dict(os.environ, OMP_NUM_THREADS='1')
        if kernel is not None:
            variables['PYMVA_KERNEL'] = kernel
        columns = columns or model.n_outputs
        command = [build / 'benchmarks' / 'bench-score', peer, library_of(peer), model.files[peer],
                   rows_path, model.events.rows.shape[1], model.n_outputs, columns]
        self.name = name or peer
        self.n_outputs = model.n_outputs
        self.process = subprocess.Popen([str(word) for word in command], env=variables, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        words = self.read().split()
        self.kernel = words[1] if len(words) > 1 else None

    def read(self):
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError(f'{self.name} died')
        return answer

    def ask(self, *words):
        self.process.stdin.write(' '.join(map(str, words)) + '\n')
        self.process.stdin.flush()
        return self.read()

    def time(self, n_per_call, n_rows):
        """Seconds of the processor, which other programs do not disturb."""
        _wall, processor = self.ask('time', n_per_call, n_rows).split()
        return float(processor)

    def threads(self, n_threads, seconds):
        return float(self.ask('threads', n_threads, seconds))

    def answers(self, n_rows, folder):
        path = pathlib.Path(folder) / 'answers'
        self.ask('answers', path, n_rows)
        return np.fromfile(path, dtype=np.float32).reshape(n_rows, -1)

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


class Function:
    """A Python function that scores rows."""

    kernel = None

    def __init__(self, name, function, rows):
        self.name = name
        self.function = function
        self.rows = rows
        self.next = 0

    def time(self, n_per_call, n_rows):
        begin = time.process_time()
        for _call in range(n_rows // n_per_call):
            if self.next + n_per_call > len(self.rows):
                self.next = 0
            self.function(self.rows[self.next:self.next + n_per_call])
            self.next += n_per_call
        return time.process_time() - begin

    def answers(self, n_rows, _folder):
        return np.asarray(self.function(self.rows[:n_rows]), dtype=np.float32).reshape(n_rows, -1)

    def close(self):
        pass


def library_of(peer):
    """The shared library of a peer, in the Python package that brings it."""
    places = {'lightgbm': ('lightgbm', 'lib/lib_lightgbm.so'),
              'onnx': ('onnxruntime', 'capi/libonnxruntime.so.*'),
              'xgboost': ('xgboost', 'lib/libxgboost.so'),
              'xgboost-matrix': ('xgboost', 'lib/libxgboost.so')}
    if peer not in places:
        return '-'
    package, pattern = places[peer]
    folder = pathlib.Path(importlib.util.find_spec(package).origin).parent
    return next(folder.glob(pattern))


def function_peers(model):
    """The frameworks that have no C functions."""
    rows = model.events.rows
    # Those of scikit-learn's histograms are OpenMP's.
    threadpoolctl.threadpool_limits(limits=1)
    if hasattr(model.trained, 'predict_proba'):
        trained = model.trained
        # predict_proba would count the threads of the training.
        trained.set_params(**({'n_jobs': 1} if 'n_jobs' in trained.get_params() else {}))
        return [Function('scikit-learn', lambda part: trained.predict_proba(part)[:, 1], rows)]
    if model.engine == 'mlp':
        import torch

        torch.set_num_threads(1)
        network = torch.nn.Sequential(*model.trained, torch.nn.Sigmoid()).eval()
        tensor = torch.from_numpy(rows)
        with torch.no_grad():
            traced = torch.jit.freeze(torch.jit.trace(network, tensor[:1]))

        def ask(module):
            def score(part):
                with torch.no_grad():
                    return module(part)
            return score

        return [Function('torch', ask(network), tensor), Function('torch, traced', ask(traced),
                                                                  tensor)]
    return []


def native_peers(build, model, rows_path):
    """The library, once for each kernel that it has here for the model."""
    peers = {}
    for kernel in KERNELS:
        peer = Program(build, 'library', model, rows_path, kernel)
        if peer.kernel in peers:
            peer.close()
        else:
            peers[peer.kernel] = peer
            peer.name = f'library, {peer.kernel}'
    return list(peers.values())


def all_peers(build, model, rows_path):
    others = [Program(build, peer, model, rows_path, columns=model.n_columns.get(peer))
              for peer in model.files if peer != 'library']
    return native_peers(build, model, rows_path) + others + function_peers(model)


def check_answers(model, peers, folder, n_rows=2000):
    """The largest difference of each peer from the framework; the library keeps its promise."""
    expected = np.asarray(model.answer(model.events.rows[:n_rows])).reshape(n_rows, -1)
    differences = {}
    for peer in peers:
        found = peer.answers(n_rows, folder)
        differences[peer.name] = float(np.max(np.abs(found - expected)))
        if peer.kernel is None:
            continue
        same = (np.array_equal(found, expected) if model.exact
                else np.allclose(found, expected, rtol=1e-5, atol=1e-5))
        if not same:
            raise AssertionError(f'{model.name}: {peer.name} differs from the framework by '
                                 f'{differences[peer.name]:g}')
    for name, difference in differences.items():
        # A row may be on the other side of a threshold that was rounded.
        if difference > 0.1:
            raise AssertionError(f'{model.name}: {name} is another model: it differs by '
                                 f'{difference:g}')
    return differences


def rates(peers, n_per_call, n_rounds, seconds):
    """Rows per second of each peer: medians of rounds in which all are asked in turn, each for
    about so long."""
    counts = {}
    for peer in peers:
        n_rows = n_per_call
        while (needed := peer.time(n_per_call, n_rows)) < seconds / 4:
            factor = seconds / max(needed, seconds / 32)
            n_rows = max(int(n_rows * factor) // n_per_call, 2 * n_rows // n_per_call) * n_per_call
        counts[peer.name] = n_rows
    found = {peer.name: [] for peer in peers}
    for _round in range(n_rounds):
        for peer in peers:
            found[peer.name].append(counts[peer.name] / peer.time(n_per_call, counts[peer.name]))
    return {name: statistics.median(values) for name, values in found.items()}
