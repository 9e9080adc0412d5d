# SPDX-License-Identifier: LGPL-2.1-or-later
"""The command where it needs no Python: how it is called, and what it does with model files."""

import hashlib
import json
import math
import os
import re
import resource
import shutil
import signal
import struct
import subprocess
import unittest

from command import SOURCE, TOOL, CommandTest, read_csv, read_figures

COMMANDS = ["train", "run", "apply", "evaluate", "describe", "info", "doctor"]
EVENTS = [(0.0, 0.0), (1.5, -2.0), (-3.25, 4.0), (10.0, 1.0), (1e-3, 2e-3)]


def sigmoid(z):
    return 1.0 / (1.0 + math.exp(-z))


def response(a, b):
    """What signal.pymva answers (see make-models.c)."""
    return sigmoid(a + 0.5 * (a + b) - 1.0)


class UsageTest(CommandTest):
    def test_version(self):
        self.assertRegex(self.run_tool("--version").stdout, r"^pymva \d+\.\d+\.\d+\n$")

    def test_help(self):
        for arguments in (["--help"], ["-h"], ["help"]):
            done = self.run_tool(*arguments)
            self.assertEqual(done.stderr, "")
            for command in COMMANDS:
                self.assertIn(f"  {command}", done.stdout)
        for command in COMMANDS:
            text = self.run_tool(command, "--help").stdout
            self.assertIn(f"pymva {command} [OPTION", text)
            self.assertEqual(self.run_tool("help", command).stdout, text)

    def test_no_command(self):
        done = self.run_tool(status=2)
        self.assertEqual(done.stdout, "")
        self.assertIn("Usage:", done.stderr)

    def test_usage_errors(self):
        train = ["train", "x.csv", "--label", "y", "-m", "random-forest", "-o", "x.pymva"]
        for arguments, text in (
                (["trian"], "“train”"),
                (["help", "trian"], "“train”"),
                (["info"], "model file"),
                (["info", "--colour"], "--colour"),
                (["apply"], "model file"),
                (["apply", "x.pymva"], "data file"),
                (["apply", "x.pymva", "x.csv", "--to", "xml"], "“xml”"),
                (["doctor", "x"], "“x”"),
                (["evaluate", "x.csv"], "“.pymva”"),
                (["train"], "--label"),
                (["train", "--label", "y"], "data file"),
                (["train", "x.csv", "--label", "y"], "--method"),
                (["train", "x.csv", "--label", "y", "-m", "random-forest"], "--output"),
                (train + ["--target", "z"], "exclude"),
                (train + ["--signal", "s.csv"], "exclude"),
                (train + ["--signal-weight", "w"], "--weight"),
                (train + ["-m", "torch"], "folder"),
                (train + ["--test-fraction", "1.5"], "1.5"),
                (train + ["--test-fraction", "half"], "half"),
                (train + ["--seed", "-1"], "--seed"),
                (["train", "--signal", "s.csv"], "--background"),
                (["train", "--background", "s.csv"], "--signal"),
                (["train", "--signal", "s", "--background", "b", "c.csv"], "“c.csv”"),
                (["train", "--target", "y", "--signal-label", "1", "x.csv"], "--label")):
            with self.subTest(arguments=arguments):
                self.assert_fails(*arguments, status=2, says=[text])
        self.assertEqual(self.leftovers(), [])

    def test_manual_has_all_options(self):
        manual = (SOURCE / "docs" / "man" / "pymva.1").read_text(encoding="utf-8")
        manual = manual.replace("\\-", "-")
        for command in COMMANDS:
            text = self.run_tool(command, "--help").stdout
            for option in re.findall(r"^  (?:-., )?(--[a-z-]+)", text, re.MULTILINE):
                self.assertIn(option, manual, command)


class CompletionTest(CommandTest):
    def complete(self, *words):
        script = """
            PATH=$1:$PATH; source "$2"; shift 2
            COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
            _pymva
            printf '%s\\n' "${COMPREPLY[@]}"
        """
        done = subprocess.run(
            ["bash", "-c", script, "bash", os.path.dirname(TOOL),
             SOURCE / "tools" / "completion" / "pymva", *words],
            capture_output=True, text=True, check=True, cwd=self.folder)
        self.assertEqual(done.stderr, "")
        return done.stdout.split("\n")[:-1]

    def test_words(self):
        self.assertEqual(self.complete("pymva", "t"), ["train"])
        self.assertEqual(self.complete("pymva", "help", "e"),
                         ["evaluate", "export", "ensemble"])
        self.assertEqual(self.complete("pymva", "train", "--split-mode", "b"), ["block"])
        self.assertEqual(self.complete("pymva", "train", "-m", "random"), ["random-forest"])
        self.assertEqual(self.complete("pymva", "methods", "tor"), ["torch"])

    def test_options(self):
        self.assertEqual(self.complete("pymva", "info", "--j"), ["--json"])
        self.assertEqual(sorted(self.complete("pymva", "apply", "--output")),
                         ["--output", "--output-tree"])

    def test_files(self):
        self.write("two words.csv", "")
        self.assertEqual(self.complete("pymva", "apply", "two"), ["two words.csv"])


class DescribeTest(CommandTest):
    def setUp(self):
        super().setUp()
        self.events = self.write("events.csv", "x,two words,class,w\n1,5,s,1\n2,6,s,3\n"
                                               "7,,b,1\n9,8,b,1\n")

    def test_columns(self):
        text = self.run_tool("describe", self.events, "--cut", "x < 9").stdout
        self.assertIn(f"File: {self.events}\n"
                      "Variables (all events): 3 events, sum of weights 3\n", text)
        self.assertRegex(text, r"\ntwo words: +5\.5 +0\.5 +\[ +5 +6 \] +1\n")
        self.assertNotIn("Ranking", text)

    def test_classes(self):
        text = self.run_tool("describe", self.events, "--label", "class", "--weight", "w",
                             "--variables", "x").stdout
        self.assertIn("Variables (s): 2 events, sum of weights 4\n", text)
        self.assertIn("   1 : x        :  1.000e+00 :   0.000\n", text)

    def test_json(self):
        text = self.run_tool("describe", self.events, "--label", "class", "--weight", "w",
                             "--variables", "x", "--variables", "both := x + [two words]",
                             "--json").stdout
        report = json.loads(text)
        self.assertEqual([group.get("class") for group in report["groups"]], ["s", "b", None])
        column = report["groups"][0]["columns"][0]
        self.assertEqual(column, {"name": "x", "count": 2, "missing": 0, "sum-of-weights": 4,
                                  "mean": 1.75, "rms": math.sqrt(0.1875), "minimum": 1,
                                  "maximum": 2})
        self.assertEqual(report["groups"][1]["columns"][1]["missing"], 1)
        self.assertEqual(report["groups"][1]["correlations"], [[1, None], [None, None]])
        self.assertEqual(report["groups"][0]["against-others"][0],
                         {"name": "x", "separation": 1, "overlap": 0})
        self.assertEqual(report["ranking"], ["x", "both"])

    def test_errors(self):
        self.assert_fails("describe", status=2, says=["say what the events are"])
        self.assert_fails("describe", self.events, "--variables", "x", status=2,
                          says=["--variables needs --label"])
        self.assert_fails("describe", self.events, "--cut", "z > 1", says=["events.csv", "“z”"])


class MethodsTest(CommandTest):
    """Without Python; test_training.py looks for the frameworks."""

    def test_list(self):
        lines = self.run_tool("methods", "--no-check").stdout.splitlines()
        self.assertEqual(lines[0].split()[:2], ["method", "in"])
        self.assertEqual(lines[1].split()[:4],
                         ["random-forest", "PyRandomForest", "scikit-learn", "-"])

    def test_parameters(self):
        for name in ("torch", "PyTorch"):
            rows = [line.split() for line in self.run_tool("methods", name).stdout.splitlines()]
            self.assertIn(["epochs", "NumEpochs", "20"], [row[:3] for row in rows])
            self.assertIn(["seed", "RandomState", "0"], [row[:3] for row in rows])
            self.assertEqual(len({row[0] for row in rows}), len(rows))

    def test_markdown(self):
        page = self.run_tool("methods", "--markdown", "torch").stdout
        self.assertTrue(page.startswith("Title: Neural network (PyTorch)\nSlug: method-torch\n"))
        self.assertIn("| [property@Torch:epochs] | `NumEpochs`, `Epochs` | `20` |", page)
        self.assertIn("| [property@Method:seed] | `RandomState`, `Seed` | `0` |", page)

    def test_errors(self):
        self.assert_fails("methods", "random-forst", says=["random-forst", "“random-forest”"])
        self.assert_fails("methods", "--markdown", status=2, says=["--markdown"])


class ModelTest(CommandTest):
    def setUp(self):
        super().setUp()
        subprocess.run([os.environ["PYMVA_MAKE_MODELS"], self.folder], check=True)
        self.write("events.csv", "b,a\n" + "".join(f"{b},{a}\n" for a, b in EVENTS))


class InfoTest(ModelTest):
    def test_text(self):
        text = self.run_tool("info", "signal.pymva").stdout
        for line in ("file: signal.pymva", "engine: mlp", "classes: signal, background",
                     "title: two classes"):
            self.assertIn(line, text.splitlines())
        self.assertRegex(text, r"sha256: [0-9a-f]{64}\n")
        self.assertRegex(text, r"\n  s +.*a \+ b")
        self.assertRegex(text, r"\nentries:\n +path .*\n +native/tables.safetensors +tables +\d+ ")
        self.assertRegex(text, r"\n    rate: 0.1\n")

    def test_json(self):
        manifest = json.loads(self.run_tool("info", "--json", "signal.pymva").stdout)
        self.assertEqual([variable["name"] for variable in manifest["variables"]], ["a", "s"])
        self.assertEqual(manifest["classes"], ["signal", "background"])
        self.assertEqual([manifest[key] for key in ("file", "engine")], ["signal.pymva", "mlp"])
        self.assertIn(manifest["kernel"], ["portable", "avx2", "avx512"])
        with open(os.path.join(self.folder, "signal.pymva"), "rb") as file:
            digest = hashlib.sha256(file.read()).hexdigest()
        self.assertEqual(manifest["sha256"], digest)

    def test_several(self):
        text = self.run_tool("info", "signal.pymva", "values.pymva").stdout
        self.assertIn("\n\nfile: values.pymva\n", text)

    def test_errors(self):
        self.assert_fails("info", "nowhere.pymva", says=["nowhere.pymva"])
        self.write("broken.pymva", "hello")
        self.assert_fails("info", "broken.pymva", says=["broken.pymva"])

    def test_trust(self):
        done = self.assert_fails("info", "code.pymva", says=["code.pymva"])
        digest = re.search(r"\b[0-9a-f]{64}\b", done.stderr).group()
        self.run_tool("info", "code.pymva", "--trust", digest)
        self.run_tool("apply", "code.pymva", "events.csv", "--trust", digest)
        self.assert_fails("info", "code.pymva", "--trust", "0" * 64, says=["code.pymva"])


class ApplyTest(ModelTest):
    def assert_near(self, numbers, expected):
        self.assertEqual(len(numbers), len(expected))
        for number, other in zip(numbers, expected):
            self.assertAlmostEqual(number, other, delta=1e-5 * max(1.0, abs(other)))

    def test_stdout(self):
        columns = read_csv(self.run_tool("apply", "signal.pymva", "events.csv").stdout)
        self.assertEqual(list(columns), ["response"])
        self.assert_near(columns["response"], [response(a, b) for a, b in EVENTS])

    def test_classes(self):
        columns = read_csv(self.run_tool("apply", "classes.pymva", "events.csv").stdout)
        self.assertEqual(list(columns), ["x", "y", "z"])
        sums = [sum(math.exp(z) for z in (a, b, a + b)) for a, b in EVENTS]
        self.assert_near(columns["z"], [math.exp(a + b) / total
                                        for (a, b), total in zip(EVENTS, sums)])

    def test_values(self):
        columns = read_csv(self.run_tool("apply", "values.pymva", "events.csv").stdout)
        self.assertEqual(list(columns), ["t"])
        self.assert_near(columns["t"], [2 * a + 3 * b + 1 for a, b in EVENTS])

    def test_several_files(self):
        columns = read_csv(
            self.run_tool("apply", "values.pymva", "events.csv", "events.csv").stdout)
        self.assertEqual(columns["t"][:len(EVENTS)], columns["t"][len(EVENTS):])
        self.assertEqual(len(columns["t"]), 2 * len(EVENTS))

    def test_output_file(self):
        text = self.run_tool("apply", "signal.pymva", "events.csv").stdout
        done = self.run_tool("apply", "signal.pymva", "events.csv", "--output", "out.csv")
        self.assertEqual((done.stdout, done.stderr), ("", ""))
        self.assertEqual((self.folder / "out.csv").read_text(encoding="utf-8"), text)

    def test_npy(self):
        self.run_tool("apply", "classes.pymva", "events.csv", "-o", "out.npy")
        data = (self.folder / "out.npy").read_bytes()
        piped = self.run_tool("apply", "classes.pymva", "events.csv", "--to", "npy",
                              text=False).stdout
        self.assertEqual(data, piped)
        self.assertEqual(data[:8], b"\x93NUMPY\x01\x00")
        (length,) = struct.unpack("<H", data[8:10])
        header = eval(data[10:10 + length])  # A Python literal, by definition of the format.
        self.assertEqual(header, {"descr": "<f4", "fortran_order": False, "shape": (5, 3)})
        numbers = struct.unpack("<15f", data[10 + length:])
        columns = read_csv(self.run_tool("apply", "classes.pymva", "events.csv").stdout)
        self.assert_near(numbers[2::3], columns["z"])

    def test_reading_options(self):
        self.write("plain.txt", "".join(f"{a};{b}\n" for a, b in EVENTS))
        self.assert_fails("apply", "values.pymva", "plain.txt", "--format", "csv",
                          "--delimiter", ";", says=["“a”"])
        self.write("tabs.txt", "a\tb\tname\n" + "".join(f"{a}\t{b}\tx\n" for a, b in EVENTS))
        columns = read_csv(self.run_tool("apply", "values.pymva", "tabs.txt", "--format", "csv",
                                         "--delimiter", "\\t", "--columns", "b,a").stdout)
        self.assert_near(columns["t"], [2 * a + 3 * b + 1 for a, b in EVENTS])

    def test_errors_leave_no_file(self):
        (self.folder / "out.csv").write_text("old", encoding="utf-8")
        before = self.leftovers()
        self.write("short.csv", "a\n1\n")
        self.write("ragged.csv", "a,b\n1,2\n3\n")
        for data, says in (("nowhere.csv", ["nowhere.csv"]), ("short.csv", ["“b”"]),
                           ("ragged.csv", ["ragged.csv", "3"])):
            with self.subTest(data=data):
                self.assert_fails("apply", "signal.pymva", data, "--output", "out.csv", says=says)
        self.assertEqual((self.folder / "out.csv").read_text(encoding="utf-8"), "old")
        self.assertEqual(self.leftovers(), sorted(before + ["short.csv", "ragged.csv"]))
        self.assert_fails("apply", "signal.pymva", "events.csv", "--output", "no/such/out.csv",
                          says=["no/such/out.csv”"])

    def test_interrupt_leaves_no_file(self):
        self.write("many.csv", "a,b\n" + "0.123456,1.234567\n" * 500000)
        before = self.leftovers()
        with subprocess.Popen([TOOL, "apply", "classes.pymva", "many.csv", "-o", "out.csv"],
                              cwd=self.folder, text=True, stderr=subprocess.PIPE) as process:
            while self.leftovers() == before:
                self.assertIsNone(process.poll())
            process.send_signal(signal.SIGINT)
            errors = process.stderr.read()
        self.assertEqual((process.returncode, errors), (1, "pymva: cancelled\n"))
        self.assertEqual(self.leftovers(), before)

    def test_keep_and_cut(self):
        self.write("more.csv", 'a,kind,b\n1,"x, y",2\n3,z,-4\n5,z,6\n')
        done = self.run_tool("apply", "values.pymva", "more.csv", "more.csv", "--row",
                             "--keep", "kind,sum := a + b", "--keep", "b", "--cut", "b > 0")
        self.assertEqual(done.stdout, 'row,kind,sum,b,t\n0,"x, y",3,2,9\n2,z,11,6,29\n'
                                      '3,"x, y",3,2,9\n5,z,11,6,29\n')
        done = self.run_tool("apply", "values.pymva", "more.csv", "--cut", "b > 9")
        self.assertEqual(done.stdout, "t\n")
        self.write("words.csv", "a,b,t\nx,1,2\n")
        done = self.assert_fails("apply", "values.pymva", "words.csv",
                                 says=["words.csv”: ", ": Column “a” holds words"])
        self.assertNotIn("at column", done.stderr)
        self.write("old.csv", "a,b,t\n1,2,3\n")
        self.assert_fails("apply", "values.pymva", "old.csv", "--keep", "t",
                          says=["“t” is to be kept", "“old := t”"])
        self.assert_fails("apply", "values.pymva", "old.csv", "--keep", "a,a",
                          says=["“a” is to be kept twice"])
        done = self.run_tool("apply", "values.pymva", "old.csv", "--keep", "old := t")
        self.assertEqual(done.stdout, "old,t\n3,9\n")
        self.assert_fails("apply", "values.pymva", "more.csv", "--keep", "knd", says=["“kind”"])
        self.assert_fails("apply", "values.pymva", "more.csv", "--cut", "b >", says=["“b >”"])

    def test_threads(self):
        rows = "".join(f"{i % 97 / 7},{i % 31 - 15}\n" for i in range(100000))
        self.write("many.csv", "a,b\n" + rows)
        outputs = [self.run_tool("apply", "classes.pymva", "many.csv", "--threads", n).stdout
                   for n in (1, 2, 4)]
        self.assertEqual(len(outputs[0].splitlines()), 100001)
        self.assertEqual(outputs[1], outputs[0])
        self.assertEqual(outputs[2], outputs[0])
        self.assert_fails("apply", "classes.pymva", "many.csv", "--threads", "-1", status=2,
                          says=["--threads", "-1"])
        self.assert_fails("apply", "classes.pymva", "many.csv", "--threads", "-3", status=2,
                          says=["-3"])

    def test_timing(self):
        done = self.run_tool("apply", "signal.pymva", "events.csv", "-o", "out.csv", "--timing")
        self.assertRegex(done.stderr, r"^5 events read, 5 written in .* events/s\nprocessor time: "
                                      r"reading .*, scoring .*, formatting .*, writing .*\n$")

    def test_progress(self):
        status, output, seen = self.run_on_terminal("apply", "values.pymva", "events.csv")
        self.assertEqual((status, output.splitlines()[0]), (0, "t"))
        self.assertRegex(seen, r"apply: done, events 5, events/s \d")

    def test_full_disk(self):
        (self.folder / "out.npy").write_text("old", encoding="utf-8")
        self.write("many.csv", "a,b\n" + "0.123456,1.234567\n" * 5000)
        before = self.leftovers()

        def limit():
            # What would be more is an error, as on a full disk, and not a signal.
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

        for name in ("out.npy", "out.csv"):
            self.assert_fails("apply", "classes.pymva", "many.csv", "-o", name, says=[name],
                              preexec_fn=limit)
        self.assertEqual((self.folder / "out.npy").read_text(encoding="utf-8"), "old")
        self.assertEqual(self.leftovers(), before)
        with open("/dev/full", "wb") as full:
            done = subprocess.run([TOOL, "apply", "values.pymva", "events.csv"], stdout=full,
                                  stderr=subprocess.PIPE, cwd=self.folder, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"No space left", done.stderr)

    def test_output_formats(self):
        self.assert_fails("apply", "signal.pymva", "events.csv", "--to", "root", status=2,
                          says=["--output"])
        self.write("words.csv", "a,b,kind\n1,2,x\n")
        self.assert_fails("apply", "values.pymva", "words.csv", "--keep", "kind", "-o", "out.npy",
                          says=["“kind”", "npy"])
        self.run_tool("apply", "values.pymva", "words.csv", "--to", "csv", "-o", "out.npy")
        self.assertEqual((self.folder / "out.npy").read_text(encoding="utf-8"), "t\n9\n")

        for name in ("out.h5", "out.xyz"):
            self.assert_fails("apply", "signal.pymva", "events.csv", "-o", name,
                              says=[name, "choose one with --to"])
        self.run_tool("apply", "values.pymva", "words.csv", "-o", "out")
        self.run_tool("apply", "values.pymva", "words.csv", "--to", "csv", "-o", "out.xyz")
        self.assertEqual((self.folder / "out").read_text(encoding="utf-8"), "t\n9\n")
        self.assertEqual((self.folder / "out.xyz").read_text(encoding="utf-8"), "t\n9\n")
        self.assertEqual(self.run_tool("apply", "values.pymva", "words.csv", "-o", "-").stdout,
                         "t\n9\n")

    def test_output_is_input(self):
        self.write("in.csv", "a,b\n1,2\n")
        os.link(self.path("in.csv"), self.path("hard.csv"))
        os.symlink("in.csv", self.path("soft.csv"))
        before = self.leftovers()
        for output, data in (("in.csv", "in.csv"), ("hard.csv", "in.csv"), ("soft.csv", "in.csv"),
                             ("in.csv", "soft.csv"), ("in.csv", "in.csv:tree"),
                             ("./in.csv", "i*.csv")):
            with self.subTest(output=output, data=data):
                self.assert_fails("apply", "values.pymva", data, "-o", output, status=2,
                                  says=[f"“{data}” is read, and cannot be written, too"])
        self.assert_fails("apply", "values.pymva", "in.csv", "-o", "values.pymva", "--to", "csv",
                          status=2, says=["“values.pymva” is read"])
        with open(self.path("in.csv"), "ab") as appended:
            done = subprocess.run([TOOL, "apply", "values.pymva", "in.csv"], stdout=appended,
                                  stderr=subprocess.PIPE, cwd=self.folder, check=False)
        self.assertEqual(done.returncode, 2)
        self.assert_fails("train", "in.csv", "--label", "a", "--method", "random-forest", "-o",
                          "hard.csv", status=2, says=["“in.csv” is read"])
        self.assertEqual((self.folder / "in.csv").read_text(encoding="utf-8"), "a,b\n1,2\n")
        self.assertEqual(self.leftovers(), before)

    def test_pipes_as_input(self):
        os.mkfifo(self.path("pipe.csv"))
        for options in ((), ("--no-header",), ("--format", "csv")):
            self.assert_fails("apply", "values.pymva", "pipe.csv", *options, timeout=60,
                              says=["pipe.csv", "no regular file"])
        self.assert_fails("apply", "values.pymva", "/dev/stdin", input="a,b\n1,2\n",
                          says=["/dev/stdin", "write it to a file first"])
        self.assert_fails("describe", "pipe.csv", timeout=60, says=["no regular file"])

    def test_decimal_comma(self):
        text = self.run_tool("apply", "signal.pymva", "events.csv").stdout
        other = self.run_tool("apply", "signal.pymva", "events.csv",
                              env=dict(os.environ, LC_ALL="", LC_NUMERIC="de_DE.UTF-8")).stdout
        self.assertEqual(other, text)

    def test_no_python(self):
        """Nothing of Python is among the files that the program loads."""
        self.run_tool("apply", "signal.pymva", "events.csv",
                      env=dict(os.environ, LD_DEBUG="files", LD_DEBUG_OUTPUT=self.path("loaded")))
        (log,) = self.folder.glob("loaded.*")
        loaded = log.read_text(encoding="utf-8", errors="replace")
        self.assertIn("libpymva", loaded)
        self.assertNotIn("libpython", loaded)
        self.assertNotIn("numpy", loaded)


class EvaluateTest(ModelTest):
    def setUp(self):
        super().setUp()
        # The response rises with a: one pair of four stands the wrong way round.
        self.write("labels.csv", "a,b,class,w\n3,0,signal,1\n1,0,signal,3\n2,0,background,1\n"
                                 "0,0,background,1\n")

    def figures(self, *arguments):
        return read_figures(self.run_tool("evaluate", *arguments).stdout)

    def test_label(self):
        figures = self.figures("signal.pymva", "labels.csv", "--label", "class")
        self.assertEqual(figures["signal.pymva"][1], "0.7500")

    def test_weight(self):
        figures = self.figures("signal.pymva", "labels.csv", "--label", "class", "--weight", "w")
        # (1 x 2 + 3 x 1) of 4 x 2 weighted pairs stand right.
        self.assertEqual(figures["signal.pymva"][1], "0.6250")

    def test_cut(self):
        figures = self.figures("signal.pymva", "labels.csv", "--label", "class", "--cut", "a != 2")
        self.assertEqual(figures["signal.pymva"][1], "1.0000")

    def test_number_labels(self):
        self.write("numbers.csv", "a,b,y\n3,0,1\n1,0,1\n2,0,0\n0,0,0\n")
        figures = self.figures("signal.pymva", "numbers.csv", "--label", "y")
        self.assertEqual(figures["signal.pymva"][1], "0.7500")
        figures = self.figures("signal.pymva", "numbers.csv", "--label", "y", "--signal-label", "0")
        self.assertEqual(figures["signal.pymva"][1], "0.2500")

    def test_files(self):
        self.write("s.csv", "a,b\n3,0\n1,0\n")
        self.write("b.csv", "a,b\n2,0\n0,0\n")
        figures = self.figures("signal.pymva", "--signal", "s.csv", "--background", "b.csv",
                               "--signal-weight", "a > 2 ? 1 : 3")
        self.assertEqual(figures["signal.pymva"][1], "0.6250")

    def test_several_models(self):
        shutil.copy(self.folder / "signal.pymva", self.folder / "other.pymva")
        figures = self.figures("signal.pymva", "labels.csv", "other.pymva", "--label", "class")
        self.assertEqual(figures["signal.pymva"][1:], figures["other.pymva"][1:])

    def test_classes(self):
        # The columns of the answer rise with a, b and a + b; the data name the classes backwards.
        self.write("three.csv", "a,b,k\n2,2,z\n0,3,y\n3,0,x\n2.5,1,z\n")
        figures = self.figures("classes.pymva", "three.csv", "--label", "k")
        for name in ("classes.pymva", "x", "y", "z"):
            self.assertEqual(figures[name][1], "1.0000")

    def test_regression(self):
        self.write("t.csv", "a,b,t\n0,0,1\n1,0,4\n0,1,4\n")
        for arguments in ([], ["--target", "t"]):
            figures = self.figures("values.pymva", "t.csv", *arguments)
            # Deviations 0, -1, 0.
            self.assertEqual(figures["values.pymva"][1], "-0.33333")
            self.assertEqual(figures["values.pymva"][3:5], ["0.33333", "0.33333"])

    def test_wrong_use(self):
        self.assert_fails("evaluate", "signal.pymva", "labels.csv", status=2, says=["--label"])
        self.assert_fails("evaluate", "signal.pymva", "labels.csv", "--target", "w", status=2,
                          says=["signal.pymva"])
        self.assert_fails("evaluate", "values.pymva", "labels.csv", "--label", "class", status=2,
                          says=["values.pymva", "--target"])
        self.assert_fails("evaluate", "signal.pymva", "values.pymva", "labels.csv", "--label",
                          "class", status=2, says=["values.pymva"])
        self.write("s.csv", "a,b\n3,0\n")
        self.assert_fails("evaluate", "classes.pymva", "--signal", "s.csv", "--background", "s.csv",
                          status=2, says=["--label"])

    def test_errors(self):
        self.assert_fails("evaluate", "signal.pymva", "labels.csv", "--label", "clas",
                          says=["“clas”", "“class”"])
        self.assert_fails("evaluate", "signal.pymva", "labels.csv", "--label", "class",
                          "--weight", "w +", says=["w +"])
        self.assert_fails("evaluate", "signal.pymva", "labels.csv", "--label", "class",
                          "--cut", "a > 2.5")
        self.write("four.csv", "a,b,k\n2,2,z\n0,3,y\n3,0,q\n")
        self.assert_fails("evaluate", "classes.pymva", "four.csv", "--label", "k", says=["“q”"])


if __name__ == "__main__":
    unittest.main()
