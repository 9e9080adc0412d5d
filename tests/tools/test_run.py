# SPDX-License-Identifier: LGPL-2.1-or-later
"""“pymva run” with Python: what it trains, prints and writes."""

import json
import os
import re
import signal
import subprocess
import time
import unittest

from command import DATA, SOURCE, TOOL, CommandTest, read_csv

MULTICLASS = f"""[run]
job = classes
output = found

[data]
files = {DATA}/multiclass_example.csv
label = class
signal-label = Signal
variables = var1; var2; var3; var4

"""

FORESTS = """[method small]
type = random-forest
n-estimators = 3
seed = 1

[method large]
type = random-forest
n-estimators = 20
seed = 1
"""


class RunTest(CommandTest):
    def run_file(self, text, *arguments, status=0):
        path = self.write("analysis.ini", text)
        done = self.run_tool("run", path, *arguments, status=status)
        folder = self.folder / "found"
        results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
        self.assertEqual((folder / "tables.txt").read_text(encoding="utf-8"), done.stdout)
        return done, {method["title"]: method for method in results["methods"]}, results

    def test_template(self):
        """It runs as it is, from the folder of the examples."""
        template = self.write("analysis.ini", self.run_tool("run", "--template").stdout)
        done = subprocess.run([TOOL, "run", template, "--output", self.path("found")],
                              capture_output=True, check=True, cwd=SOURCE, text=True)
        self.assertEqual(sorted(entry.name for entry in (self.folder / "found").iterdir()),
                         ["PyMVA forest.pymva", "forest.pymva", "network.pymva", "results.json",
                          "tables.txt"])
        for title in ("forest", "PyMVA forest", "network"):
            found = re.search(f"^example +{title} *: (0\\.[0-9]+)$", done.stdout, re.MULTILINE)
            self.assertGreater(float(found[1]), 0.8)
            self.assertIn(f"{title}: saved as ", done.stderr)

    def test_classes(self):
        done, methods, results = self.run_file(MULTICLASS + FORESTS)
        self.assertEqual(results["data"]["classes"][0], "Signal")
        self.assertEqual(results["data"]["n-test-events"], 2000)
        large = methods["large"]
        self.assertGreater(large["test"]["auc"], methods["small"]["test"]["auc"])
        self.assertAlmostEqual(sum(large["importance"].values()), 1)
        self.assertEqual(large["parameters"]["n-estimators"], 20)
        self.assertLess(large["test"]["auc-interval"][0], large["test"]["auc"])
        # Each number of the tables is one of the results.
        one = large["test"]["classes"]["bg1"]
        train = large["training"]["classes"]["bg1"]
        self.assertIn(f"\n               bg1            {one['auc']:.3f} ({train['auc']:.3f})  "
                      f"{one['signal-efficiencies']['0.01']:.3f}", done.stdout)
        pair = large["test"]["pairwise-efficiencies"]["0.10"]
        self.assertEqual([pair[i][i] for i in range(4)], [None] * 4)
        self.assertIn(f" {pair[0][1]:.3f} (1.000)", done.stdout)
        self.assertEqual(sum(map(sum, large["test"]["confusion-matrix"])), 2000)
        # The model that was saved is the one that was evaluated.
        applied = read_csv(self.run_tool("apply", large["model"],
                                         DATA / "multiclass_example.csv").stdout)
        self.assertEqual(list(applied), results["data"]["classes"])

    def test_regression(self):
        done, methods, results = self.run_file(f"""[run]
output = found
[data]
files = {DATA}/multiclass_example.csv
targets = sum := var1 + var2
variables = var1; var2
[dataset]
test-fraction = 0.25
""" + FORESTS)
        self.assertEqual(results["data"]["type"], "regression")
        self.assertEqual(results["data"]["n-test-events"], 1000)
        figures = methods["large"]["test"]
        self.assertGreater(figures["r2"], 0.9)
        self.assertRegex(done.stdout, f"\nanalysis +large +: +{figures['bias']:#.3g} ".replace(
            ".", "\\."))
        self.assertAlmostEqual(results["variable-ranking"]["var1"], 0.7, delta=0.3)

    def test_failures(self):
        """One method fails: the results of the others are kept, and the exit status is 1."""
        done, methods, _ = self.run_file(MULTICLASS + FORESTS + """
[method broken]
type = torch
user-code = raise KeyError('mine')
[method also broken]
type = torch
user-code = raise KeyError('mine, too')
""", status=1)
        self.assertFalse(methods["broken"]["trained"])
        self.assertIn("KeyError: 'mine'", methods["broken"]["error"])
        self.assertNotIn("test", methods["broken"])
        self.assertIn("auc", methods["large"]["test"])
        self.assertIn("pymva: broken: ", done.stderr)
        self.assertTrue(done.stderr.endswith(
            "pymva: 2 of 4 methods failed: “broken”, “also broken”\n"), done.stderr)
        self.assertIn("\nMethods that failed:\nbroken: ", done.stdout)

    def test_parts(self):
        """Classes from files of their own, with weights, cuts, and events given for the test."""
        lines = (DATA / "multiclass_example.csv").read_text(encoding="utf-8").splitlines()
        for name in ("Signal", "bg0"):
            own = [line for line in lines if line.startswith(name + ",")]
            for part, rows in (("train", own[:300]), ("test", own[300:500])):
                self.write(f"{name}-{part}.csv", "\n".join([lines[0]] + rows) + "\n")
        _, methods, results = self.run_file("""[run]
output = found
[data]
variables = var1; var2
spectators = var3
[class good]
training-files = Signal-train.csv
test-files = Signal-test.csv
weight = 1 + abs(var4)
[class bad]
training-files = bg0-train.csv
test-files = bg0-test.csv
scale = 2
cut = var1 > -1
[dataset]
options = NormMode=NumEvents:!V
""" + FORESTS)
        self.assertEqual(results["data"]["classes"], ["good", "bad"])
        self.assertEqual(results["data"]["type"], "classification")
        self.assertLess(results["data"]["n-test-events"], 400)
        confusion = methods["large"]["test"]["confusion-matrix"]
        self.assertGreater(sum(confusion[0]), 200)

    def test_cancel(self):
        path = self.write("analysis.ini", MULTICLASS + FORESTS + """
[method endless]
type = torch
epochs = 1000000
hidden-layers = 8
""")
        with subprocess.Popen([TOOL, "run", path], cwd=self.folder, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=dict(os.environ)) as process:
            for line in process.stderr:
                if line.startswith("large: saved"):
                    break
            time.sleep(0.5)
            process.send_signal(signal.SIGINT)
            output, messages = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1)
        self.assertIn("pymva: endless: cancelled", messages)
        self.assertIn("1-vs-rest performance metrics per class", output)
        self.assertEqual(sorted(entry.name for entry in (self.folder / "found").iterdir()),
                         ["large.pymva", "results.json", "small.pymva", "tables.txt"])


if __name__ == "__main__":
    unittest.main()
