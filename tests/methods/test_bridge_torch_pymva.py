# SPDX-License-Identifier: LGPL-2.1-or-later
"""User code that was written for PyMVA, trained by the adapter and by a plain script of torch."""

import os
import tempfile
import unittest

import numpy as np
import torch

from bridge import Report, numbers, three_classes, two_classes
from pymva_bridge import torch_network, torch_script
from pymva_bridge.errors import PymvaError

HERE = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(HERE, "pymva_functions.py"), encoding="utf-8") as functions:
    FUNCTIONS = functions.read()

HEADS = {
    "classification": ("nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 2), nn.Softmax(dim=1)",
                       "nn.MSELoss()", "torch.optim.SGD", "y"),
    "multiclass": ("nn.Linear(3, 16), nn.ReLU(), nn.Linear(16, 3), nn.Softmax(dim=1)",
                   "nn.CrossEntropyLoss()", "torch.optim.Adam", "torch.max(y, 1)[1]"),
    "regression": ("nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 2)",
                   "nn.MSELoss()", "torch.optim.SGD", "y"),
}


def code_of(kind):
    layers, criterion, optimizer, target = HEADS[kind]
    return ("import torch\nfrom torch import nn\n"
            f"model = nn.Sequential({layers})\ncriterion = {criterion}\n"
            f"optimizer = {optimizer}\ndef target_of(y):\n    return {target}\n" + FUNCTIONS)


def fit(data, code, report=None, **config):
    settings = {"title": "network", "seed": 1, "epochs": 3, "batch_size": 32, "user_code": code,
                "standardise": False, "standardise_targets": False, "model_file": "model.pt",
                "trust_model_file": True}
    settings.update(config)
    return torch_network.fit(settings, data, report or Report())


class Plain:
    """The same training with the same user code, by hand."""

    def __init__(self, data, code, seed=1, epochs=3, schedule=None, best=False, weights=None):
        torch.manual_seed(seed)
        self.names = {}
        exec(code, self.names)
        order = torch.randperm(len(data["inputs"])).numpy()
        n_learn = len(order) - round(0.2 * len(order))
        inputs = data["inputs"][order]
        if data["analysis_type"] == "regression":
            targets = data["target_values"][order].astype(np.float32)
        else:
            targets = np.eye(len(data["classes"]), dtype=np.float32)[data["labels"][order]]
        loaders = [torch.utils.data.DataLoader(torch.utils.data.TensorDataset(
            torch.Tensor(inputs[rows]), torch.Tensor(targets[rows])), batch_size=32)
            for rows in (slice(n_learn), slice(n_learn, None))]
        model = torch.jit.load("model.pt")
        self.best = None
        self.rates = []
        made = []
        kind = self.names["optimizer"]

        def optimizer(parameters, lr):
            made.append(kind(parameters, lr=lr))
            return made[0]

        def step(_optimizer, epoch, steps):
            for group in made[0].param_groups:
                group["lr"] = steps.get(epoch, group["lr"])
            self.rates.append(made[0].param_groups[0]["lr"])

        def save_best(model, curr_val, best_val):
            if curr_val <= best_val:
                best_val = curr_val
                torch.jit.save(torch.jit.script(model), "best.pt")
            return best_val

        scheduler = (step, schedule) if schedule else (None, None)
        model = self.names["fit"](model, *loaders, num_epochs=epochs, batch_size=32,
                                  optimizer=optimizer, criterion=self.names["criterion"],
                                  save_best=save_best if best else None, scheduler=scheduler)
        self.model = torch.jit.load("best.pt") if best else model

    def predict(self, inputs):
        return self.names["predict"](self.model, inputs)


class PymvaTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(folder.name)

    def test_same_as_a_plain_script(self):
        for data in (two_classes(500), three_classes(500), numbers(500)):
            data["weights"] = None
            kind = data["analysis_type"]
            if kind == "regression":
                data["target_values"] = data["target_values"] / 500.0
            for best in (False, True):
                with self.subTest(kind, best=best):
                    report = Report()
                    state = fit(data, code_of(kind), report, save_best_only=best,
                                learning_rate_schedule="0,0.05;1,0.001")
                    plain = Plain(data, code_of(kind), best=best, schedule={0: 0.05, 1: 0.001})
                    expected = plain.predict(data["inputs"])
                    if kind == "classification":
                        expected = expected[:, :1]
                    np.testing.assert_array_equal(
                        torch_network.predict(state, data["inputs"]), expected)
                    self.assertEqual([metrics["learning_rate"]
                                      for _, metrics in report.iterations], plain.rates)

    def test_reports(self):
        report = Report()
        fit(two_classes(500), code_of("classification"), report)
        self.assertEqual([index for index, _ in report.iterations], [0, 1, 2])
        self.assertEqual(set(report.iterations[2][1]),
                         {"epoch", "training_loss", "validation_loss", "learning_rate"})
        self.assertEqual(report.fractions, sorted(report.fractions))
        self.assertEqual(report.fractions[-1], 1.0)

        # Of losses that are not asked of the criterion nothing is known.
        report = Report()
        fit(two_classes(500), code_of("classification").replace(
            "criterion(model(X), target_of(y))", "((model(X) - y) ** 2).mean()"), report)
        self.assertEqual([metrics for _, metrics in report.iterations],
                         [{"epoch": epoch, "learning_rate": 0.01} for epoch in (1, 2, 3)])

    def test_cancel(self):
        report = Report(checks_left=40)
        with self.assertRaises(KeyboardInterrupt):
            fit(two_classes(500), code_of("classification"), report, epochs=10000)
        self.assertLess(len(report.iterations), 5)

    def test_weights(self):
        """The criterion weighs the events of each batch, by hand the same."""
        weights = np.random.default_rng(2).uniform(0.1, 3.0, 500)
        data = two_classes(500, weights=weights)
        state = fit(data, code_of("classification"), save_best_only=False)

        torch.manual_seed(1)
        names = {}
        exec(code_of("classification"), names)
        order = torch.randperm(500).numpy()[:400]
        inputs = torch.from_numpy(data["inputs"][order])
        targets = torch.eye(2)[torch.from_numpy(data["labels"][order]).long()]
        shares = torch.from_numpy((weights[order] / weights[order].mean()).astype(np.float32))
        model = torch.jit.load("model.pt")
        optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
        for _ in range(3):
            for first in range(0, 400, 32):
                rows = slice(first, first + 32)
                optimizer.zero_grad()
                losses = ((model(inputs[rows]) - targets[rows]) ** 2).mean(1)
                (losses * shares[rows]).mean().backward()
                optimizer.step()
        np.testing.assert_allclose(torch_network.predict(state, data["inputs"]),
                                   names["predict"](model, data["inputs"])[:, :1], rtol=1e-5)

    def test_weights_are_not_lost(self):
        data = two_classes(300, weights=np.linspace(0.5, 1.5, 300))
        for code, words in (
                (code_of("classification").replace("criterion(model(X), target_of(y))",
                                                   "((model(X) - y) ** 2).mean()"),
                 "never asked its argument “criterion”"),
                (code_of("classification").replace("criterion(model(X), target_of(y))",
                                                   "criterion(model(X)[1:], target_of(y)[1:])"),
                 "loss of 31 events, while the batch that was loaded last has 32")):
            with self.assertRaisesRegex(ValueError, words):
                fit(data, code)
        # Who wants them has them.
        fit(data, code_of("classification").replace(
            "    best_val = None\n", "    best_val = None\n    assert len(train_loader.weights) == "
            "240 == len(train_loader.dataset)\n", 1))

    def test_dump_and_load(self):
        for data in (two_classes(300), three_classes(300), numbers(300)):
            state = fit(data, code_of(data["analysis_type"]), epochs=1)
            self.assertIsNone(torch_network.to_native(state))
            files, executable = torch_network.dump(state)
            self.assertEqual(sorted(executable), ["network.pt", "user_code.py"])
            self.assertNotIn(b"model.pt", files["network.json"])
            loaded = torch_network.load(files)
            np.testing.assert_array_equal(torch_network.predict(loaded, data["inputs"]),
                                          torch_network.predict(state, data["inputs"]))

    def test_parts_of_the_dictionary(self):
        """What is missing is done as for any other network."""
        data = two_classes(500)
        code = code_of("classification").partition("load_model_custom_objects")[0]
        save = "\ntorch.jit.save(torch.jit.script(model), 'model.pt')\n"
        for entries, native in (("{'criterion': criterion}", True),
                                ("{'train_func': fit, 'criterion': criterion}", True),
                                ("{'train_func': None, 'predict_func': predict}", False)):
            state = fit(data, f"{code}\nload_model_custom_objects = {entries}\n", model_file="",
                        learning_rate=0.05, epochs=20)
            self.assertEqual(torch_network.to_native(state) is not None, native)
            answers = torch_network.predict(state, data["inputs"])
            self.assertGreater(answers[data["labels"] == 0].mean(),
                               answers[data["labels"] == 1].mean())
        for entries, kind, words in (
                ("5", TypeError, "is a int; expected a dict"),
                ("{'train': fit}", ValueError, "has the key “train”; it may have “train_func”"),
                ("{'train_func': fit}", ValueError, "“criterion” of load_model_custom_objects"),
                ("{'train_func': 5, 'criterion': criterion}", TypeError, "expected a function"),
                ("{'train_func': lambda *given: 5, 'criterion': criterion}", TypeError,
                 "gave a int; expected the trained")):
            with self.subTest(entries), self.assertRaisesRegex(kind, words):
                fit(data, f"{code}{save}\nload_model_custom_objects = {entries}\n")

    def test_settings_that_would_be_lost(self):
        for config, words in (({"early_stopping": 3}, "early-stopping is 3, which “train_func”"),
                              ({"gradient_clipping": 1.0}, "gradient-clipping is 1"),
                              ({"validation_size": ""}, "needs events that judge"),
                              ({"model_file": ""}, "")):
            with self.subTest(config):
                if words:
                    with self.assertRaisesRegex(ValueError, words):
                        fit(two_classes(300), code_of("classification"), **config)
        with self.assertRaisesRegex(ValueError, "needs a network; set model-file"):
            fit(two_classes(300), "def fit(*given): pass\n"
                "load_model_custom_objects = {'train_func': fit, 'criterion': abs}",
                model_file="")

    def test_modules_are_private(self):
        """The same names in two codes are two things, also while both are in use."""
        data = two_classes(300)
        first = fit(data, code_of("classification"))
        expected = torch_network.predict(first, data["inputs"])
        other = code_of("classification").replace(
            "return preds.numpy()", "return 1.0 - preds.numpy()").replace("lr=0.01", "lr=0.5")
        second = fit(data, other)
        np.testing.assert_array_equal(torch_network.predict(first, data["inputs"]), expected)
        self.assertIsNot(first.code.custom, second.code.custom)
        self.assertNotEqual(torch_network.predict(second, data["inputs"]).tolist(),
                            expected.tolist())

    def test_classes_in_torchscript(self):
        """torch reads the source of a class, which the text of a property has too."""
        code = code_of("classification").replace(
            "model = nn.Sequential(", "class Network(nn.Module):\n"
            "    def __init__(self, *layers):\n        super().__init__()\n"
            "        self.layers = nn.Sequential(*layers)\n"
            "    def forward(self, x):\n        return self.layers(x) + 0.0\n"
            "model = Network(")
        data = two_classes(300)
        state = fit(data, code)
        self.assertEqual(torch_network.predict(state, data["inputs"]).shape, (300, 1))


class ModelFileTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "model.pt")

    def write(self, *layers):
        torch.jit.save(torch.jit.script(torch.nn.Sequential(*layers)), self.path)

    def fit(self, data, **config):
        settings = {"title": "network", "seed": 1, "epochs": 5, "learning_rate": 0.01,
                    "model_file": self.path, "trust_model_file": True}
        settings.update(config)
        return torch_network.fit(settings, data, Report())

    def test_trust(self):
        data = two_classes(300)
        self.write(torch.nn.Linear(4, 1))
        with self.assertRaisesRegex(PymvaError, "set model-sha256 to [0-9a-f]{64}") as caught:
            self.fit(data, trust_model_file=False)
        self.assertEqual(caught.exception.code, "untrusted")
        digest = str(caught.exception).partition("model-sha256 to ")[2][:64]
        self.fit(data, trust_model_file=False, model_sha256=digest.upper())
        with self.assertRaisesRegex(PymvaError, "is not the file that was meant"):
            self.fit(data, model_sha256="0" * 64)

    def test_bad_files(self):
        data = two_classes(300)
        with self.assertRaises(FileNotFoundError):
            self.fit(data)
        with open(self.path, "w", encoding="utf-8") as file:
            file.write("no network")
        with self.assertRaisesRegex(ValueError, "is no network that torch.jit.save"):
            self.fit(data)
        self.write(torch.nn.Linear(4, 7))
        with self.assertRaisesRegex(ValueError, r"model-file .* gave shape \(2, 7\)"):
            self.fit(data)

    def test_heads(self):
        """What the outputs are is told by the last layer, in TorchScript too."""
        data = two_classes(800)
        for layers, head in (((torch.nn.Linear(4, 1),), "sigmoid"),
                             ((torch.nn.Linear(4, 1), torch.nn.Sigmoid()), "sigmoid-done"),
                             ((torch.nn.Sequential(torch.nn.Linear(4, 2), torch.nn.Softmax(1)),
                               torch.nn.Dropout(0.1)), "softmax-done")):
            self.write(*layers)
            state = self.fit(data, learning_rate=0.05)
            self.assertEqual(state.head, head)
            answers = torch_network.predict(state, data["inputs"])
            self.assertGreater(answers[data["labels"] == 0].mean(), 0.6)
            self.assertLess(answers[data["labels"] == 1].mean(), 0.4)
            files, executable = torch_network.dump(state)
            self.assertEqual(executable, ["network.pt"])
            np.testing.assert_array_equal(
                torch_network.predict(torch_network.load(files), data["inputs"]), answers)

    def test_continue(self):
        """A network in TorchScript goes on, too: its file is read again, and then filled."""
        data = two_classes(300)
        self.write(torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Linear(8, 1))
        state = self.fit(data)
        files = torch_network.dump(state)[0]
        again = self.fit(dict(data, previous=state), continue_training=True)
        other = self.fit(dict(data, previous_files=files), continue_training=True)
        self.assertTrue(torch_script.is_script(again.module))
        np.testing.assert_array_equal(torch_network.predict(again, data["inputs"]),
                                      torch_network.predict(other, data["inputs"]))


if __name__ == "__main__":
    unittest.main()
