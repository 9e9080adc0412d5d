# SPDX-License-Identifier: LGPL-2.1-or-later
"""pymva import, on small models that are written here: no framework is needed."""

import csv
import json
import unittest

from command import CommandTest

# One split at 0.5 of the second feature, with -1 to the left and 2 to the right.
LIGHTGBM = """tree
version=v4
num_class=1
num_tree_per_iteration=1
label_index=0
max_feature_idx=1
objective=regression
feature_names=a b-c
feature_infos=[0:1] [0:1]
tree_sizes=100

Tree=0
num_leaves=2
num_cat=0
split_feature=1
threshold=0.5
decision_type=2
left_child=-1
right_child=-2
leaf_value=-1 2
is_linear=0
shrinkage=1


end of trees
"""


def xgboost_model():
    tree = {"left_children": [1, -1, -1], "right_children": [2, -1, -1],
            "split_indices": [0, 0, 0], "split_conditions": [0.5, -3.0, 3.0],
            "default_left": [0, 0, 0], "tree_param": {"size_leaf_vector": "1"}}
    return {"version": [3, 2, 0], "learner": {
        "attributes": {}, "feature_names": [],
        "learner_model_param": {"base_score": "[5E-1]", "num_class": "0", "num_feature": "2",
                                "num_target": "1"},
        "objective": {"name": "binary:hinge"},
        "gradient_booster": {"name": "gbtree", "model": {
            "gbtree_model_param": {"num_parallel_tree": "1"}, "iteration_indptr": [0, 1],
            "tree_info": [0], "trees": [tree]}}}}


# Fisher's discriminant 1 + 2 (a + b) - 3 c.
TMVA = """<MethodSetup Method="Fisher::mine">
<GeneralInfo><Info name="TMVA Release" value="4.2.1 [262657]"/></GeneralInfo><Options/>
<Variables NVar="2"><Variable VarIndex="0" Expression="a+b" Label="sum"/>
<Variable VarIndex="1" Expression="c" Label="c"/></Variables>
<Classes><Class Name="Signal" Index="0"/><Class Name="Background" Index="1"/></Classes>
<Transformations/><Weights NCoeff="3"><Coefficient Index="0" Value="1"/>
<Coefficient Index="1" Value="2"/><Coefficient Index="2" Value="-3"/></Weights></MethodSetup>
"""


class ImportTest(CommandTest):
    def answers(self, model, table):
        done = self.run_tool("apply", model, self.write("events.csv", table))
        return list(csv.reader(done.stdout.splitlines()))

    def manifest(self, model):
        return json.loads(self.run_tool("info", "--json", model).stdout)

    def test_lightgbm(self):
        done = self.run_tool("import", self.write("tall.model.txt", LIGHTGBM))
        self.assertEqual(done.stdout, "tall.model.pymva\n")
        self.assertEqual(self.answers("tall.model.pymva", "b-c,a\n0.5,7\n0.50001,7\n,7\n"),
                         [["target"], ["-1"], ["2"], ["-1"]])
        manifest = self.manifest("tall.model.pymva")
        self.assertEqual(manifest["title"], "tall.model")
        self.assertEqual(manifest["provenance"]["objective"], "regression")
        self.assertEqual(manifest["provenance"]["imported-format"], "lightgbm")
        self.assertRegex(manifest["provenance"]["imported-sha256"], "^[0-9a-f]{64}$")

    def test_xgboost(self):
        path = self.write("model.json", json.dumps(xgboost_model()))
        self.run_tool("import", path, "--output", "out.pymva", "--title", "Hinge",
                      "--variables", "x,y", "--classes", "signal", "--classes", "background",
                      "--rounds", "1")
        self.assertEqual(self.answers("out.pymva", "x,y\n0.4,0\n0.5,0\n"),
                         [["response"], ["0"], ["1"]])
        manifest = self.manifest("out.pymva")
        self.assertEqual((manifest["title"], manifest["classes"]),
                         ("Hinge", ["signal", "background"]))

    def test_tmva(self):
        self.run_tool("import", self.write("mine.weights.xml", TMVA), "--output", "fisher.pymva")
        self.assertEqual(self.answers("fisher.pymva", "a,b,c\n0.5,0.5,0\n"),
                         [["response"], ["3"]])
        provenance = self.manifest("fisher.pymva")["provenance"]
        self.assertEqual((provenance["imported-format"], provenance["framework"],
                          provenance["method"]), ("tmva-xml", "TMVA", "Fisher::mine"))

        done = self.run_tool("import", self.path("mine.weights.xml"))
        self.assertEqual(done.stdout, "mine.pymva\n")
        self.assertEqual(self.manifest("mine.pymva")["title"], "mine")
        self.assert_fails("import", self.path("mine.pymva"), "-o", "other.pymva",
                          says=["it is a model file already"])
        self.assert_fails("info", self.path("mine.weights.xml"),
                          says=["it is no model file; “pymva import”"])

    def test_tmva_cuts(self):
        cuts = TMVA[:TMVA.index("<Weights")].replace("Fisher::", "Cuts::") + """
<Weights nbins="10"><Bin ibin="5" effS="0.4" effB="0">
<Cuts cutMin_0="1" cutMax_0="2" cutMin_1="-1" cutMax_1="1"/></Bin></Weights></MethodSetup>
"""
        path = self.write("cuts.weights.xml", cuts)
        self.run_tool("import", path, "--output", "cuts.pymva", "--signal-efficiency", "0.35")
        self.assertEqual(self.answers("cuts.pymva", "a,b,c\n1,0,0\n1,1,1\n"),
                         [["response"], ["0"], ["1"]])
        self.assert_fails("import", path, says=["“signal-efficiency”"])

    def test_errors(self):
        model = self.write("model.txt", LIGHTGBM)
        for arguments, words in (
                ((self.path("none.txt"),), ["no such file"]),
                ((model, "--variables", "a"), ["“variables” has 1 names, and the model has 2"]),
                ((model, "--variables", "a,a"), ["there twice"]),
                ((model, "--format", "lightgmb"), ["no format “lightgmb”", "“lightgbm”"]),
                ((model, "--rounds", "2"), ["2 rounds are asked for, and the model has 1"]),
                ((model, "--rounds", "-1"), ["must be at least 1"]),
                ((model, "--rounds", "0"), ["must be at least 1"]),
                ((model, "--signal-efficiency", "0.3"), ["only “tmva-xml” takes that option"]),
                ((model, "--analysis", "regression"), ["only “onnx” takes that option"]),
                ((model, "--classes", "a,b"), ["“classes” does not fit: it is a regression"]),
                ((model, "--format", "onnx"), ["not of the format “onnx”, but of “lightgbm”"]),
                ((model, "-o", "."), ["cannot be written"]),
                ((self.write("empty.json", ""),), ["the file is empty"]),
                ((self.write("other", "%PDF"),), ["save_model"]),
                ((self.write("cut.txt", LIGHTGBM[:220]),), ["cut.txt", "is missing"]),
                ((self.write("end.txt", LIGHTGBM.replace("end of trees", "")),),
                 ["ends before “end of trees”"])):
            self.assert_fails("import", *arguments, says=words)
            self.assertEqual(list(self.folder.glob("*.pymva")), [])
        self.assert_fails("import", model, "-o", "model.txt", status=2,
                          says=["model.txt” is read"])
        self.assert_fails("import", status=2, says=["a model file is missing"])
        self.assert_fails("import", model, model, status=2, says=["more than one file"])


if __name__ == "__main__":
    unittest.main()
