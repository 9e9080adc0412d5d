# SPDX-License-Identifier: LGPL-2.1-or-later
"""pymva export; what it writes is tested elsewhere."""

import os
import subprocess
import unittest

from command import CommandTest


class ExportTest(CommandTest):
    def setUp(self):
        super().setUp()
        subprocess.run([os.environ["PYMVA_MAKE_MODELS"], self.folder], check=True)

    def header(self, name):
        return (self.folder / f"{name}.h").read_text(encoding="utf-8")

    def written(self):
        return [name for name in self.leftovers() if name.endswith((".c", ".h"))]

    def test_c(self):
        done = self.run_tool("export", self.path("signal.pymva"), "--to", "c")
        self.assertEqual(done.stdout, "signal.c\n")
        self.assertEqual(self.written(), ["signal.c", "signal.h"])
        self.assertIn("void signal_predict (", self.header("signal"))

    def test_suffix_and_name(self):
        done = self.run_tool("export", self.path("values.pymva"), "-o", "a.c", "--name", "two")
        self.assertEqual(done.stdout, "a.c\n")
        self.assertIn("void two_predict (", self.header("a"))

    def test_errors(self):
        model = self.path("values.pymva")
        for arguments, words in (
                ((self.path("none.pymva"), "--to", "c"), ["no such file"]),
                ((model, "--to", "cc"), ["no format “cc”"]),
                ((model, "-o", "a.txt"), ["“.c”"]),
                ((model, "--to", "c", "--name", "1"), ["“name”"]),
                ((self.path("code.pymva"), "--to", "c"),
                 ["code.pymva", "cannot be exported: it holds code"]),
                ((model, "--to", "onnx", "--name", "a"),
                 ["only the format “c” takes the option “name”"])):
            self.assert_fails("export", *arguments, says=words)
            self.assertEqual(self.written(), [])
        self.assert_fails("export", model, "--to", "c", "-o", "values.pymva", status=2,
                          says=["values.pymva” is read"])
        self.assert_fails("export", status=2, says=["a model is missing"])
        self.assert_fails("export", model, status=2, says=["--to or --output"])
        self.assert_fails("export", model, model, "--to", "c", status=2,
                          says=["more than one model"])


if __name__ == "__main__":
    unittest.main()
