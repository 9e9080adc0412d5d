# SPDX-License-Identifier: LGPL-2.1-or-later
"""pymva ensemble, and what pymva info tells of one."""

import json
import os
import subprocess
import unittest

from command import CommandTest

# One split at 0.5 of x, and a leaf on either side.
LIGHTGBM = """tree
version=v4
num_class=1
num_tree_per_iteration=1
label_index=0
max_feature_idx=0
objective=regression
feature_names=x
feature_infos=[0:1]
tree_sizes=100

Tree=0
num_leaves=2
num_cat=0
split_feature=0
threshold=0.5
decision_type=2
left_child=-1
right_child=-2
leaf_value={}
is_linear=0
shrinkage=1


end of trees
"""


class EnsembleTest(CommandTest):
    def setUp(self):
        super().setUp()
        for name, leaves in (("a", "1 2"), ("b", "4 8")):
            self.run_tool("import", self.write(f"{name}.txt", LIGHTGBM.format(leaves)))
        self.members = [self.path("a.pymva"), self.path("b.pymva")]
        self.events = self.write("events.csv",
                                 "eventID,x\n10,0\n-11,0\n16777217,1\n16777218,1\n,1\n")

    def answers(self, model):
        return self.run_tool("apply", model, self.events).stdout.split()[1:]

    def test_mean(self):
        done = self.run_tool("ensemble", *self.members, "--output", "mean.pymva")
        self.assertEqual(done.stdout, "mean.pymva\n")
        self.assertEqual(self.answers("mean.pymva"), ["2.5", "2.5", "5", "5", "5"])
        self.assertEqual(self.run_tool("info", "mean.pymva").stdout.count("\ntitle: a\n"), 1)

    def test_fold(self):
        self.run_tool("ensemble", *self.members, "-o", "folds.pymva", "--title", "Two folds",
                      "--fold", "int (fabs (eventID)) % 2")
        self.assertEqual(self.answers("folds.pymva"), ["1", "4", "8", "2", "5"])

    def test_info(self):
        self.run_tool("ensemble", *self.members, "-o", "folds.pymva", "--title", "Two folds",
                      "--fold", "eventID % 2")
        text = self.run_tool("info", "folds.pymva").stdout
        manifest = json.loads(self.run_tool("info", "folds.pymva", "--json").stdout)
        members = manifest["provenance"]["members"]

        self.assertEqual(manifest["title"], "Two folds")
        self.assertEqual(manifest["method"],
                         {"name": "ensemble", "parameters": {"fold": "eventID % 2"}})
        self.assertEqual([member["title"] for member in members], ["a", "b"])
        for i, path in enumerate(self.members):
            known = json.loads(self.run_tool("info", path, "--json").stdout)
            self.assertEqual(members[i]["sha256"], known["sha256"])
            self.assertEqual(members[i]["provenance"], known["provenance"])
            self.assertIn(f"\n    {i}:\n"
                          f"      method: {known['method']['name']}\n"
                          f"      sha256: {known['sha256']}\n"
                          f"      title: {known['title']}\n"
                          f"      provenance:\n", text)

    def test_errors(self):
        subprocess.run([os.environ["PYMVA_MAKE_MODELS"], self.folder], check=True)
        a, b = self.members
        there = self.leftovers()
        for arguments, words in (
                ((a, self.path("none.pymva")), ["none.pymva", "no such file"]),
                ((a, self.path("b.txt")), ["it is no model file"]),
                ((a, self.path("code.pymva")),
                 ["code.pymva” cannot be in an ensemble: it holds code that only Python can run"]),
                ((a, self.path("signal.pymva")),
                 ["Member 1, “two classes”", "another type of analysis"]),
                ((a, b, "--fold", "eventID %"), ["The option “fold”", "column 10"]),
                ((*[a] * 301,), ["1 to 300 members, and here are 301"])):
            self.assert_fails("ensemble", *arguments, "-o", "out.pymva", says=words)
        self.assert_fails("ensemble", a, b, "-o", "b.pymva", status=2, says=["b.pymva” is read"])
        self.assert_fails("ensemble", a, b, status=2, says=["give --output"])
        self.assert_fails("ensemble", "-o", "out.pymva", status=2, says=["models are missing"])
        self.assertEqual(self.leftovers(), there)


if __name__ == "__main__":
    unittest.main()
