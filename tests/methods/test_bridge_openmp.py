# SPDX-License-Identifier: LGPL-2.1-or-later
"""Frameworks that bring an OpenMP library each, in one process: they train in any order."""

import importlib.util
import os
import subprocess
import sys
import unittest

FOLDER = os.path.dirname(os.path.abspath(__file__))
# Debian 12 has no LightGBM.
ADAPTERS = {name: adapter for name, adapter in (
    ("torch", "torch_network"), ("xgboost", "xgboost_trees"), ("lightgbm", "lightgbm_trees"))
    if importlib.util.find_spec(name)}

PROGRAM = """
import importlib, sys
import numpy as np
from bridge import Report, two_classes
data = two_classes()
first = {}
for turn in range(2):
    for name in sys.argv[1:]:
        adapter = importlib.import_module("pymva_bridge." + name)
        config = {"n_threads": 2, "n_estimators": 10, "epochs": 1, "hidden_layers": "8", "seed": 1}
        answers = adapter.predict(adapter.fit(config, data, Report()), data["inputs"])
        np.testing.assert_allclose(first.setdefault(name, answers), answers, atol=1e-5)
print("done")
"""


class OpenMPTest(unittest.TestCase):
    def assert_runs(self, adapters):
        done = subprocess.run([sys.executable, "-c", PROGRAM, *adapters], cwd=FOLDER, timeout=100,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertTrue(done.stdout.endswith("done\n"), done.stdout)

    def test_torch_first(self):
        self.assert_runs(list(ADAPTERS.values()))

    def test_torch_last(self):
        self.assert_runs(list(ADAPTERS.values())[::-1])


if __name__ == "__main__":
    unittest.main()
