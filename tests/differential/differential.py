# SPDX-License-Identifier: LGPL-2.1-or-later
"""The native engines against the frameworks, on hundreds of random models of a family.

See README.md for what is compared, and for how to add a family."""

import dataclasses
import os
import secrets
import subprocess
import sys
import tempfile
import time
import traceback
import typing
import warnings

import hypothesis
import numpy as np

import exported
import hard_rows
from library import Gio, Pymva, bridge

KERNELS = (os.environ.get('PYMVA_DIFFERENTIAL_KERNELS') or 'portable avx2 avx512').split()
SCORE_ROWS = os.environ['PYMVA_SCORE_ROWS']
FAMILIES = {}


@dataclasses.dataclass(repr=False)
class Case:
    """One random model of a family, before it is trained."""

    # What trains, and the name of its adapter; None where train(events) gives the state itself.
    method: Pymva.Method
    adapter: str
    events: object
    # answer(state, rows): the framework's own result for rows of float32 or float64, in the order
    # of the library's outputs, as it comes from the framework.
    answer: typing.Callable
    # The engines that may score it. A model that stays with Python, where that is one of them, does
    # not count.
    engines: tuple = ('forest',)
    # Whether the outputs are the framework's to the last bit, or within 1e-5 max (scale, |answer|).
    exact: bool = True
    scale: typing.Callable = lambda state: 1.0
    # What the framework has no answer for is asked of the library all the same: then the kernels
    # have to agree.
    takes_missing: bool = True
    takes_infinite: bool = True
    # Networks lose their digits far from what they were trained with.
    takes_far: bool = True
    # Whether rows of float64 are compared too.
    takes_float64: bool = True
    # What the framework says where it breaks down in the middle of a training, through no fault of
    # ours: such a model does not count.
    breakdowns: tuple = ()

    def _repr_pretty_(self, printer, _is_cycle):
        """What is needed to train the model again, as Hypothesis reports it of a failure."""
        values = self.method.dup_parameters().unpack()
        printer.text(f'{type(self.method).__name__} {values}, trained with {self.events}')


def family(name):
    """Registers a strategy of Hypothesis that draws the cases of a family."""
    def register(strategy):
        FAMILIES[name] = strategy()
        return strategy

    return register


class Scorer:
    """A process without Python that scores rows with one kernel, for as long as it is asked."""

    def __init__(self, kernel):
        # What it is asked for, and what it says that it has: not every processor knows them all.
        self.kernel = kernel
        self.found_kernels = set()
        self.process = subprocess.Popen([SCORE_ROWS], env=dict(os.environ, PYMVA_KERNEL=kernel),
                                        text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def score(self, model_path, rows, folder):
        rows_path = os.path.join(folder, 'rows')
        outputs_path = os.path.join(folder, 'outputs')
        rows.tofile(rows_path)
        self.process.stdin.write('\t'.join([model_path, rows_path, str(rows.dtype),
                                            outputs_path]) + '\n')
        self.process.stdin.flush()
        answer = self.process.stdout.readline().strip()
        if not answer.startswith('done '):
            raise AssertionError(f'with the kernel {self.kernel}: {answer or "the program died"}')
        self.found_kernels.add(answer.removeprefix('done '))
        return np.fromfile(outputs_path, dtype=np.float32).reshape(len(rows), -1)

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        if self.process.wait() != 0:
            raise AssertionError(f'the program that scores with {self.kernel} failed')


def train(case):
    """Trains the model; gives what the adapter keeps of it, the framework's own objects."""
    if case.adapter is None:
        return case.method.train(case.events)
    adapter = bridge(case.adapter)
    states = []
    fit = adapter.fit

    def recording_fit(*args):
        states.append(fit(*args))
        return states[-1]

    adapter.fit = recording_fit
    try:
        case.method.train(case.events.dataset(), None)
    finally:
        adapter.fit = fit
    return states[-1]


def answerable(case, rows):
    """Which rows the framework has an answer for."""
    with np.errstate(over='ignore'):
        # Most frameworks round to float32 first, where large numbers become infinite.
        as_float = rows.astype(np.float32)
    answered = np.ones(len(rows), bool)
    if not case.takes_missing:
        answered &= ~np.isnan(rows).any(axis=1)
    if not case.takes_infinite:
        answered &= ~np.isinf(as_float).any(axis=1)
    if not case.takes_far:
        low = np.nanmin(case.events.inputs, axis=0)
        high = np.nanmax(case.events.inputs, axis=0)
        with np.errstate(invalid='ignore', over='ignore'):
            far = (rows < low - (high - low)) | (rows > high + (high - low))
        answered &= ~far.any(axis=1)
    return answered


def same_bits(found, expected):
    """Where two arrays of float32 have the same bits, or both are no number."""
    return (found.view(np.int32) == expected.view(np.int32)) | (np.isnan(found)
                                                                & np.isnan(expected))


def near(found, expected, scale):
    with np.errstate(invalid='ignore'):
        distance = np.abs(found.astype(float) - expected)
        return (distance <= 1e-5 * np.maximum(scale, np.abs(expected))) | (found == expected) | (
            np.isnan(found) & np.isnan(expected))


def describe_differences(rows, found, expected, same):
    """The first rows whose outputs differ, with all their digits."""
    wrong = np.flatnonzero(~same.all(axis=1))
    lines = [f'{len(wrong)} of {len(rows)} rows of {rows.dtype} differ']
    for i in wrong[:5]:
        lines.append(f'row {i}: {[float(x).hex() for x in rows[i]]} = {rows[i].tolist()}')
        lines.append(f'  framework {expected[i].tolist()}, library {found[i].tolist()}')
    return '\n'.join(lines)


class Check:
    """Compares one model after the other."""

    def __init__(self, folder):
        self.folder = folder
        self.model_path = os.path.join(folder, 'model.pymva')
        self.scorers = [exported.CompiledScorer() if kernel == 'c' else Scorer(kernel)
                        for kernel in KERNELS]
        self.n_models = 0
        self.n_rows = 0
        self.n_compared = 0

    def kernels(self):
        return sorted(set().union(*(scorer.found_kernels for scorer in self.scorers)))

    def check_model(self, case):
        try:
            state = train(case)
        except Exception as error:
            if any(breakdown in str(error) for breakdown in case.breakdowns):
                hypothesis.reject()
            raise
        engine = case.method.get_model().get_engine()
        assert engine in case.engines, f'the engine is “{engine}”'
        if engine == 'python':
            hypothesis.reject()
        case.method.save(Gio.File.new_for_path(self.model_path), None)
        for dtype in (np.float32, np.float64) if case.takes_float64 else (np.float32,):
            rows = hard_rows.make(self.model_path, case.events.inputs, case.events.seed, dtype)
            self.check_rows(case, state, rows)
        self.n_models += 1

    def check_rows(self, case, state, rows):
        """Each kernel against the framework, and against the other kernels."""
        answered = answerable(case, rows)
        answer = case.answer(state, rows[answered])
        expected = np.asarray(answer).reshape(answered.sum(), -1)
        self.n_rows += len(rows)
        self.n_compared += len(expected)
        first = None
        for scorer in self.scorers:
            found = scorer.score(self.model_path, rows, self.folder)
            if case.exact:
                with np.errstate(over='ignore'):
                    same = same_bits(found[answered], expected.astype(np.float32))
            else:
                same = near(found[answered], expected, case.scale(state))
            assert same.all(), f'kernel {scorer.kernel}: ' + describe_differences(
                rows[answered], found[answered], expected, same)
            if case.exact and first is not None:
                same = same_bits(found, first)
                assert same.all(), f'kernel {scorer.kernel} against {self.scorers[0].kernel}: ' + \
                    describe_differences(rows, found, first, same)
            first = found if first is None else first

    def close(self):
        for scorer in self.scorers:
            scorer.close()


def run(name):
    """Checks a family; whether it holds."""
    # The same models each time, so that a change is judged by itself; others on request.
    seed = os.environ.get('PYMVA_DIFFERENTIAL_SEED') or '1'
    seed = secrets.randbelow(2 ** 32) if seed == 'random' else int(seed)
    n_models = int(os.environ.get('PYMVA_DIFFERENTIAL_MODELS') or 200)
    print(f'{name}: PYMVA_DIFFERENTIAL_SEED={seed} repeats this run', flush=True)
    started = time.monotonic()
    # NumPy warns of the numbers that this is about.
    warnings.filterwarnings('ignore', category=RuntimeWarning)
    with tempfile.TemporaryDirectory() as folder:
        check = Check(folder)

        @hypothesis.seed(seed)
        @hypothesis.settings(max_examples=n_models, database=None, deadline=None,
                             suppress_health_check=list(hypothesis.HealthCheck),
                             phases=(hypothesis.Phase.generate, hypothesis.Phase.shrink))
        @hypothesis.given(FAMILIES[name])
        def holds(case):
            check.check_model(case)

        try:
            holds()
            check.close()
        except Exception:
            traceback.print_exc()
            return False
    print(f'{name}: {check.n_models} models, {check.n_compared} of {check.n_rows} rows compared '
          f'with the framework, kernels {", ".join(check.kernels())}, '
          f'{time.monotonic() - started:.0f} s', flush=True)
    return check.n_models >= n_models


def main():
    """Checks the families that the command line names, or all of the module that was started."""
    results = [run(name) for name in sys.argv[1:] or sorted(FAMILIES)]
    sys.exit(0 if all(results) else 1)
