# SPDX-License-Identifier: LGPL-2.1-or-later
"""The files of “pymva run”: everything is checked before Python is needed."""

import os
import unittest

from command import DATA, CommandTest

MULTICLASS = DATA / "multiclass_example.csv"

GOOD = f"""# A comment.
[run]
job = check
output = somewhere

[data]
files = {MULTICLASS}
label = class
variables = var1; var2, atan2(var3, var4); sum := var1 + var2

[dataset]
test-fraction = 0.25

[method forest]
type = random-forest
n-estimators = 3
"""


class RunFileTest(CommandTest):
    def check(self, text, *says, status=2):
        """The file is refused: what each line of stderr begins with, and ends with."""
        path = self.write("analysis.ini", text)
        # No Python can be started.
        done = self.run_tool("run", path, status=status, env=dict(os.environ, PYMVA_PYTHON="/none"))
        self.assertEqual(done.stdout, "")
        lines = done.stderr.splitlines()
        self.assertEqual(len(lines), len(says) + 1, done.stderr)
        for line, (number, *texts) in zip(lines, says):
            place = f"{path}:{number}: " if number else f"{path}: "
            self.assertTrue(line.startswith(place), f"“{line}” is not “{place}…”")
            for part in texts:
                self.assertIn(part, line)
        self.assertIn("nothing was trained", lines[-1])
        self.assertEqual(self.leftovers(), ["analysis.ini"])

    def test_good(self):
        path = self.write("analysis.ini", GOOD)
        done = self.run_tool("run", "--check", path, env=dict(os.environ, PYMVA_PYTHON="/none"))
        self.assertIn("no problems, 1 methods to train", done.stdout)
        self.assertIn("4 variables: var1, var2, atan2(var3, var4), sum", done.stderr)
        self.assertIn("Signal: 750 events to train, 250 to test", done.stderr)
        self.assertEqual(self.leftovers(), ["analysis.ini"])

    def test_template(self):
        template = self.run_tool("run", "--template").stdout
        self.assertIn("[method network]", template)
        self.assertLess(max(len(line) for line in template.splitlines()), 101)

    def test_syntax(self):
        self.check("files = x\n" + GOOD + "[method\nwords\n = 3\n"
                   "[data]\n[method forest]\ntype = random-forest\n",
                   (1, "no group"), (18, "“[method”"), (19, "“words”"), (20, "= 3"),
                   (21, "“data” is in line 7"), (22, "“method forest” is in line 15"),
                   (23, "“type” is in line 16"))

    def test_zero_byte(self):
        self.check(GOOD + "\0lost = 1\n", (GOOD.count("\n") + 1, "zero byte"))

    def test_names(self):
        self.check(GOOD.replace("[dataset]", "[dataste]").replace("label =", "labels =")
                   .replace("job", "jop").replace("n-estimators", "n-estimator"),
                   (3, "“jop”", "“job”"), (6, "say what the events are"),
                   (8, "“labels”", "did you mean “label”"),
                   (11, "“dataste”", "did you mean “dataset”"),
                   (16, "“n-estimator”", "“n-estimators”"))

    def test_methods(self):
        self.check(GOOD + """[method first]
type = random-forst
[method second]
n-estimators = 3
[method third]
type = PyRandomForest
options = !H:NEstimator=10
[method fourth]
type = random-forest
n-estimators = many
""",
                   (18, "“random-forst”", "“random-forest”"), (19, "“type”"),
                   (23, "“NEstimator”", "NEstimators"), (26, "many"))

    def test_parameters(self):
        """What depends on the analysis is told as soon as it is known."""
        text = GOOD.replace("label = class", "label = class\ntype = multiclass")
        self.check(text.replace("n-estimators = 3", "n-estimators = 0\ncriterion = ginny"),
                   (18, "“ginny”", "“gini”"))
        self.check(text.replace("n-estimators = 3", "n-estimators = 0"),
                   (17, "“n-estimators”", "between 1"))
        self.check(GOOD.replace("n-estimators = 3", "options = NEstimators=0"),
                   (16, "“n-estimators”", "between 1"))

    def test_data(self):
        self.check(GOOD.replace("multiclass_example.csv", "none.csv"), (7, "none.csv"))
        self.check(GOOD.replace("label = class", "label = clas"), (8, "clas"))
        self.check(GOOD.replace("var1; var2,", "var1; var9,"), (9, "var9"))
        self.check(GOOD.replace("var1; var2,", "var1; var2 +,"), (9, "var2 +"))
        self.check(GOOD.replace("[dataset]", "cut = vra1 > 0\n[dataset]"), (11, "vra1", "var1"))
        self.check(GOOD.replace("label = class\n", ""), (6, "say what the events are"))
        self.check(GOOD.replace(f"files = {MULTICLASS}\n", ""), (6, "no “files”"))
        self.check(GOOD.replace("label = class\n", "label = class\ntargets = var1\n"),
                   (6, "say what the events are"))
        self.check("[run]\njob = a\n", (None, "“data”"), (None, "no method"))
        self.check(GOOD.replace("variables", "# variables"), (6, "“variables”"))
        self.check(GOOD.replace("label = class", "targets = var4\nsignal-label = x"),
                   (9, "“signal-label” needs"))

    def test_classes(self):
        text = GOOD.replace(f"files = {MULTICLASS}\nlabel = class\n", "") + "[class one]\n"
        self.check(text, (15, "only class"), (15, "no “files”"))
        text += (f"files = {MULTICLASS}\nscale = big\n"
                 f"[class two]\nfiles = {MULTICLASS}\nwieght = 1\n")
        self.check(text, (17, "“scale”", "big"), (20, "“wieght”", "“weight”"))
        self.check(text.replace("big", "2").replace("wieght", "weight")
                   .replace("[data]", "[data]\nlabel = class\nfiles = x.csv\ntargets = a"),
                   (7, "not both"), (8, "their own files"), (9, "no groups"))

    def test_dataset(self):
        self.check(GOOD.replace("test-fraction = 0.25", "test-fraction = 2\nsplit-mode = shuffle\n"
                                "seed = -1\noptions = SplitMod=Random"),
                   (12, "“test-fraction”"), (13, "“shuffle”", "“alternate”"), (14, "“seed”"),
                   (15, "SplitMod", "SplitMode"))
        self.check(GOOD.replace("test-fraction = 0.25", "options = nTrain_Signal=10000"),
                   (None, "Signal"))

    def test_settings(self):
        self.check(GOOD.replace("job = check", "seed = one").replace(
            "output = somewhere", "output = analysis.ini"),
                   (3, "“seed”"), (4, "“analysis.ini” is a file"))

    def test_usage(self):
        self.assert_fails("run", status=2, says=["--template"])
        self.assert_fails("run", "a.ini", "b.ini", status=2, says=["one file"])
        self.assert_fails("run", "none.ini", says=["none.ini"])


if __name__ == "__main__":
    unittest.main()
