# SPDX-License-Identifier: LGPL-2.1-or-later
"""Models that are written as C, compiled, and asked.

As a program it compares a few models of every family that trains, all in one process of its own."""

import ctypes
import os
import subprocess
import sys

import numpy as np

from library import Gio, Pymva

CHECKS = ['-Wall', '-Wextra', '-pedantic', '-Werror', '-ffp-contract=off']


class CompiledScorer:
    """Scores rows with what a compiler makes of the exported model; one of differential.Check's."""

    kernel = 'c'
    found_kernels = {'c'}

    def __init__(self):
        self.digest = None
        self.library = None
        self.n_outputs = 0
        self.n_models = 0

    def compile(self, model, folder):
        source = os.path.join(folder, 'exported.c')
        # A library that is open is not opened anew under its old name.
        self.n_models += 1
        binary = os.path.join(folder, f'exported{self.n_models}.so')
        model.export(Gio.File.new_for_path(source), 'c', None, None)
        subprocess.run([*os.environ['PYMVA_TEST_CC'].split(), '-std=c99', '-O1', *CHECKS, '-shared',
                        '-fPIC', source, '-o', binary, '-lm'], check=True)
        subprocess.run([os.environ['PYMVA_TEST_CXX'], '-x', 'c++', '-fsyntax-only', *CHECKS,
                        source], check=True)
        self.library = ctypes.CDLL(binary)
        os.unlink(binary)
        self.n_outputs = model.get_n_outputs()
        self.digest = model.get_sha256()

    def score(self, model_path, rows, folder):
        model = Pymva.Model.load(Gio.File.new_for_path(model_path), None)
        if model.get_sha256() != self.digest:
            self.compile(model, folder)
        predict = self.library.exported_predict
        if rows.dtype == np.float64:
            predict = self.library.exported_predict_double
        rows = np.ascontiguousarray(rows)
        outputs = np.empty((len(rows), self.n_outputs), np.float32)
        for row, output in zip(rows, outputs):
            predict(ctypes.c_void_p(row.ctypes.data), ctypes.c_void_p(output.ctypes.data))
        return outputs

    def close(self):
        """Nothing is left to be done."""


def main():
    import differential
    import families_boosters  # noqa: F401
    import families_ensembles  # noqa: F401
    import families_estimators  # noqa: F401
    import families_folds  # noqa: F401
    import families_networks  # noqa: F401

    results = [differential.run(name) for name in sys.argv[1:] or sorted(differential.FAMILIES)]
    sys.exit(0 if all(results) else 1)


if __name__ == '__main__':
    main()
