# SPDX-License-Identifier: LGPL-2.1-or-later
"""The command with Python: training on real data, and what happens to it on the way."""

import json
import os
import re
import signal
import subprocess
import time
import unittest

from command import DATA, TOOL, CommandTest, read_csv, read_figures

CLASSIFICATION = ["--signal", f"{DATA}/tmva_class_example.root:TreeS",
                  "--background", f"{DATA}/tmva_class_example.root:TreeB"]
MULTICLASS = DATA / "multiclass_example.csv"
REGRESSION = f"{DATA}/tmva_reg_example.root:TreeR"

# Trains until it is cancelled.
ENDLESS = "torch:epochs=1000000:hidden-layers=8"


class MethodsTest(CommandTest):
    def test_frameworks(self):
        rows = [line.split() for line in self.run_tool("methods").stdout.splitlines()]
        for name in ("random-forest", "torch"):
            version = next(row for row in rows if row[0] == name)[3]
            self.assertRegex(version, r"^\d+\.\d+")

    def test_missing_frameworks(self):
        subprocess.run([os.environ["PYMVA_PYTHON"], "-m", "venv", "--without-pip",
                        self.path("bare")], check=True)
        text = self.run_tool("methods", "--python", "bare").stdout
        self.assertRegex(text, r"\ntorch +PyTorch +torch +missing ")
        self.assertIn("\nrandom-forest: There is no module “sklearn”; looked for by Python", text)
        self.assertIn("-m pip install scikit-learn”", text)


class TrainingTest(CommandTest):
    def test_classification(self):
        done = self.run_tool("train", *CLASSIFICATION, "-m", "random-forest:n-estimators=30",
                             "-m", "network=torch:epochs=3", "-o", "models", "--seed", "1")
        self.assertEqual(self.leftovers(), ["models"])
        self.assertEqual(sorted(entry.name for entry in (self.folder / "models").iterdir()),
                         ["network.pymva", "random-forest.pymva"])
        figures = read_figures(done.stdout)
        self.assertIn("6000 test events", done.stdout)
        for title in ("random-forest", "network"):
            self.assertGreater(float(figures[title][1]), 0.90)
            self.assertIn(f"{title}: trained in ", done.stderr)
            self.assertIn(f"{title}: 100 %", done.stderr)
        self.assertRegex(done.stderr, r"network: trained in .*loss")
        self.assertNotIn("\r", done.stderr)

        # The column that only the background has is no variable.
        manifest = json.loads(self.run_tool("info", "--json", "models/network.pymva").stdout)
        self.assertEqual([variable["name"] for variable in manifest["variables"]],
                         ["var1", "var2", "var3", "var4"])

        again = read_figures(self.run_tool(
            "evaluate", "models/network.pymva", "models/random-forest.pymva",
            *CLASSIFICATION).stdout)
        self.assertGreater(float(again["network.pymva"][1]), 0.90)
        # The forest knows half of these events by heart.
        self.assertGreater(float(again["random-forest.pymva"][1]), 0.93)
        weighted = read_figures(self.run_tool(
            "evaluate", "models/network.pymva", *CLASSIFICATION, "--background-weight",
            "weight").stdout)
        self.assertNotEqual(weighted["network.pymva"][1], again["network.pymva"][1])

    def test_multiclass(self):
        done = self.run_tool("train", MULTICLASS, "--label", "class", "--signal-label", "Signal",
                             "--variables", "var1,var2", "--variables",
                             "angle := atan2(var3, var4), var4",
                             "-m", "random-forest:n-estimators=20", "-o", "forest.pymva")
        self.assertIn("4 variables: var1, var2, angle, var4\n", done.stderr)
        figures = read_figures(done.stdout)
        self.assertEqual(sorted(figures), sorted(["random-forest", "Signal", "bg0", "bg1", "bg2"]))
        applied = read_csv(self.run_tool("apply", "forest.pymva", MULTICLASS).stdout)
        self.assertEqual(sorted(applied), ["Signal", "bg0", "bg1", "bg2"])
        self.assertEqual(list(applied)[0], "Signal")
        self.assertEqual(len(applied["Signal"]), 4000)
        for numbers in list(zip(*applied.values()))[:10]:
            self.assertAlmostEqual(sum(numbers), 1.0, places=5)
        evaluated = read_figures(self.run_tool("evaluate", "forest.pymva", MULTICLASS, "--label",
                                               "class").stdout)
        self.assertGreater(float(evaluated["forest.pymva"][1]), 0.95)

    def test_regression(self):
        done = self.run_tool("train", REGRESSION, "--target", "fvalue", "-m",
                             "random-forest:n-estimators=30", "--output", "values.pymva",
                             "--test-fraction", "0.3", "--cut", "var1 > 0.1")
        figures = read_figures(done.stdout)
        self.assertLess(float(figures["random-forest"][3]), 20)
        self.assertGreater(float(figures["random-forest"][5]), 0.99)
        figures = read_figures(self.run_tool("evaluate", "values.pymva", REGRESSION).stdout)
        self.assertGreater(float(figures["values.pymva"][5]), 0.99)
        for data in ([REGRESSION], [DATA / "tmva_reg_example.root", "--tree", "TreeR"]):
            columns = read_csv(self.run_tool("apply", "values.pymva", *data).stdout)
            self.assertEqual(list(columns), ["fvalue"])

    def test_same_seed_same_model(self):
        answers = set()
        for _ in range(2):
            self.run_tool("train", MULTICLASS, "--label", "class", "-m",
                          "random-forest:n-estimators=5", "-o", "forest.pymva", "--seed", "7")
            answers.add(self.run_tool("apply", "forest.pymva", MULTICLASS).stdout)
        self.assertEqual(len(answers), 1)

    def test_same_title(self):
        self.run_tool("train", MULTICLASS, "--label", "class", "-m", "random-forest:n-estimators=2",
                      "-m", "random-forest:n-estimators=3", "-o", "models/", "--test-fraction", "0")
        self.assertEqual(sorted(entry.name for entry in (self.folder / "models").iterdir()),
                         ["random-forest (2).pymva", "random-forest.pymva"])


class ProgressTest(CommandTest):
    def test_terminal(self):
        status, output, seen = self.run_on_terminal(
            "train", MULTICLASS, "--label", "class", "-m", "torch:epochs=4", "-o", "x.pymva")
        self.assertEqual(status, 0, seen)
        self.assertIn("test events", output)
        self.assertRegex(seen, r"\rtorch  \[[#.]{20}\] +\d+ %")
        self.assertRegex(seen, r"\r\x1b\[Ktorch: trained in .*loss")

    def test_user_output(self):
        self.write("user.py", "import torch\nprint('building')\n"
                              "def model():\n    return torch.nn.Linear(4, 4)\n")
        done = self.run_tool("train", MULTICLASS, "--label", "class", "-o", "x.pymva",
                             "-m", "torch:epochs=1:user-file=user.py")
        self.assertIn("building\n", done.stderr)
        self.assertNotIn("building", done.stdout)


class CancelTest(CommandTest):
    def start(self, *arguments):
        process = subprocess.Popen([TOOL, *map(str, arguments)], cwd=self.folder, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def await_line(self, process, text):
        lines = []
        for line in process.stderr:
            lines.append(line)
            if text in line:
                return
        self.fail(f"no “{text}” in {lines}")

    def test_interrupt(self):
        process = self.start("train", MULTICLASS, "--label", "class", "-m", ENDLESS,
                             "-o", "new/x.pymva")
        self.await_line(process, "events to train")
        # The signal is to find the training under way.
        time.sleep(4)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1, errors)
        self.assertIn("pymva: torch: cancelled\n", errors)
        self.assertEqual(self.leftovers(), [])

    def test_what_is_saved_stays(self):
        process = self.start("train", MULTICLASS, "--label", "class",
                             "-m", "random-forest:n-estimators=2", "-m", ENDLESS, "-o", "models")
        self.await_line(process, "saved as")
        process.send_signal(signal.SIGTERM)
        output, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1, errors)
        self.assertEqual(list(read_figures(output))[0], "random-forest")
        self.assertEqual([entry.name for entry in (self.folder / "models").iterdir()],
                         ["random-forest.pymva"])

    def test_before_training(self):
        process = self.start("train", *CLASSIFICATION, "-m", ENDLESS, "-o", "x.pymva")
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        # Nothing is done yet that would have to end cleanly, or it is.
        self.assertIn(process.returncode, (1, -signal.SIGINT))
        self.assertEqual(self.leftovers(), [])


class ErrorTest(CommandTest):
    def train(self, *arguments, status=1, says=()):
        done = self.assert_fails("train", *arguments, "-o", "x.pymva", status=status, says=says)
        self.assertNotIn("Traceback", done.stderr)
        self.assertEqual([name for name in self.leftovers() if name.endswith(".pymva")], [])

    def test_methods(self):
        events = [MULTICLASS, "--label", "class"]
        self.train(*events, "-m", "random-forst", status=2, says=["“random-forest”"])
        self.train(*events, "-m", "torch:epoch=3", status=2, says=["epochs"])
        self.train(*events, "-m", "torch:activation=rleu", says=["rleu"])

    def test_data(self):
        forest = ["-m", "random-forest"]
        self.train("nowhere.csv", "--label", "class", *forest, says=["nowhere.csv"])
        self.train(MULTICLASS, "--label", "clas", *forest, says=["“clas”", "“class”"])
        self.train(MULTICLASS, "--label", "class", "--variables", "var1,vra2", *forest,
                   says=["vra2", "“var2”"])
        self.train(MULTICLASS, "--label", "class", "--weight", "var1", *forest, says=["negative"])
        self.train(MULTICLASS, "--label", "class", "--cut", "var1 > 100", *forest)
        self.train(f"{DATA}/tmva_reg_example.root:Tree", "--target", "fvalue", *forest,
                   says=["TreeR"])

    def test_words(self):
        self.train(MULTICLASS, "--label", "class", "--missing-values", "keep", "-m",
                   "random-forest", status=2, says=["“keep”", "“drop”"])

    def test_user_code(self):
        self.write("user.py", "def model():\n    raise RuntimeError('no such luck')\n")
        arguments = [MULTICLASS, "--label", "class", "-m", "torch:user-file=user.py"]
        self.train(*arguments, says=["no such luck", "user.py", "line 2"])
        done = self.run_tool("train", *arguments, "-o", "x.pymva", "--verbose", status=1)
        self.assertIn("Traceback (most recent call last):", done.stderr)

    def test_others_go_on(self):
        done = self.run_tool("train", MULTICLASS, "--label", "class", "-m", "torch:activation=rleu",
                             "-m", "random-forest:n-estimators=2", "-o", "models", status=1)
        self.assertIn("pymva: torch: ", done.stderr)
        self.assertEqual([entry.name for entry in (self.folder / "models").iterdir()],
                         ["random-forest.pymva"])
        self.assertIn("random-forest", read_figures(done.stdout))


class DoctorTest(CommandTest):
    def test_all_is_well(self):
        text = self.run_tool("doctor").stdout
        for name in ("libpymva", "program", "version", "executable", "prefix", "library"):
            self.assertRegex(text, rf"(?m)^{name} +\S+")
        for name in ("numpy", "scikit-learn", "torch", "uproot"):
            self.assertRegex(text, rf"(?m)^{name} +\d\S* +works$")
        self.assertRegex(text, r"(?m)^missing +-$")

    def test_keras(self):
        """It is imported as the methods do: whatever a user's settings are, and none is written."""
        home = self.folder / "home"
        (home / ".keras").mkdir(parents=True)
        (home / ".keras" / "keras.json").write_text('{"backend": "tensorflow"}')
        bare = self.folder / "bare"
        bare.mkdir()
        for folder in (home, bare):
            environment = dict(os.environ, HOME=str(folder))
            environment.pop("KERAS_BACKEND", None)
            text = self.run_tool("doctor", env=environment).stdout
            self.assertRegex(text, r"(?m)^keras +\d\S* +works$")
        self.assertEqual(list(bare.glob(".keras")), [])

    def test_choice(self):
        python = os.environ["PYMVA_PYTHON"]
        folder = re.sub("/bin/python[0-9.]*$", "", python)
        environment = {name: value for name, value in os.environ.items() if name != "PYMVA_PYTHON"}
        text = self.run_tool("doctor", "--python", folder, env=environment).stdout
        self.assertRegex(text, rf"(?m)^prefix +{re.escape(folder)}$")
        self.assertRegex(text, r"(?m)^asked for by +--python$")
        text = self.run_tool("doctor", env=dict(environment, VIRTUAL_ENV=folder)).stdout
        self.assertRegex(text, rf"(?m)^prefix +{re.escape(folder)}$")

    def test_no_such_python(self):
        done = self.run_tool("doctor", "--python", "nowhere", status=1)
        self.assertRegex(done.stderr, r"(?m)^pymva: .*nowhere")


if __name__ == "__main__":
    unittest.main()
