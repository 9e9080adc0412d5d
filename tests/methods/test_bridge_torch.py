# SPDX-License-Identifier: LGPL-2.1-or-later
"""The adapter of torch networks, against plain torch and against arithmetic in NumPy."""

import traceback
import unittest

import numpy as np
import torch

from bridge import Report, numbers, three_classes, two_classes
from network_arithmetic import forward
from pymva_bridge import common, tensor_file, torch_network, torch_training

ACTIVATIONS = ("relu", "leaky-relu", "elu", "selu", "gelu", "silu", "tanh", "sigmoid", "softplus",
               "hard-tanh", "identity")


def fit(data, report=None, **config):
    config.setdefault("title", "network")
    config.setdefault("seed", 1)
    config.setdefault("epochs", 2)
    return torch_network.fit(config, data, report or Report())


class NetworkTest(unittest.TestCase):
    def assert_native(self, state, data):
        answers = torch_network.predict(state, data["inputs"])
        self.assertEqual(answers.dtype, np.float32)
        expected = forward(*torch_network.to_native(state), data["inputs"])
        self.assertEqual(answers.shape, expected.shape)
        # The differences of large numbers have no more digits than those.
        largest = np.maximum(1, np.abs(expected).max(axis=0))
        self.assertLess(np.max(np.abs(answers - expected) / largest), 1e-5)
        return answers

    def test_same_as_a_plain_script(self):
        """The loop does what the textbook's loop does, to the last bit."""
        weights = np.random.default_rng(2).uniform(0.5, 2.0, 1500)
        data = two_classes(weights=weights)
        report = Report()
        state = fit(data, report, epochs=3, batch_size=64, seed=5, learning_rate=0.01,
                    hidden_layers="16,8", activation="tanh", validation_size="300",
                    save_best_only=False)

        torch.manual_seed(5)
        order = torch.randperm(1500).numpy()[:1200]
        x = data["inputs"][order].astype(np.float64)
        w = weights[order]
        mean = np.average(x, axis=0, weights=w)
        scale = np.sqrt(np.average((x - mean) ** 2, axis=0, weights=w))
        x = torch.from_numpy(((x - mean) / scale).astype(np.float32))
        y = torch.from_numpy((data["labels"][order] == 0).astype(np.float32)[:, None])
        w = torch.from_numpy((w / w.mean()).astype(np.float32))
        network = torch.nn.Sequential(torch.nn.Linear(4, 16), torch.nn.Tanh(),
                                      torch.nn.Linear(16, 8), torch.nn.Tanh(),
                                      torch.nn.Linear(8, 1))
        optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
        for _ in range(3):
            rows = torch.randperm(1200)
            for first in range(0, 1200, 64):
                batch = rows[first:first + 64]
                optimizer.zero_grad()
                losses = torch.nn.functional.binary_cross_entropy_with_logits(
                    network(x[batch]), y[batch], reduction="none")
                (losses[:, 0] * w[batch]).mean().backward()
                optimizer.step()

        for mine, plain in zip(state.module.parameters(), network.parameters()):
            torch.testing.assert_close(mine, plain, rtol=1e-4, atol=1e-6)
        self.assertEqual([index for index, _ in report.iterations], [0, 1, 2])
        self.assertEqual(set(report.iterations[0][1]),
                         {"epoch", "training_loss", "validation_loss", "learning_rate"})
        self.assertEqual(report.fractions, sorted(report.fractions))
        self.assertEqual(report.fractions[-1], 1.0)

    def test_seed_and_global_state(self):
        data = two_classes()
        torch.manual_seed(99)
        expected = torch.rand(1)
        torch.manual_seed(99)
        n_threads = torch.get_num_threads()
        first = torch_network.predict(fit(data), data["inputs"])
        self.assertEqual(torch.get_num_threads(), n_threads)
        self.assertEqual(torch.rand(1), expected)
        np.testing.assert_array_equal(first, torch_network.predict(fit(data), data["inputs"]))
        self.assertFalse(np.array_equal(
            first, torch_network.predict(fit(data, seed=2), data["inputs"])))

    def test_types_of_analysis(self):
        for data, columns in ((two_classes(), 1), (three_classes(), 3), (numbers(), 2)):
            answers = self.assert_native(fit(data, epochs=8, learning_rate=0.01), data)
            self.assertEqual(answers.shape[1], columns)
            if data["analysis_type"] == "classification":
                self.assertGreater(answers[data["labels"] == 0].mean(), 0.65)
                self.assertLess(answers[data["labels"] == 1].mean(), 0.35)
            elif data["analysis_type"] == "multiclass":
                self.assertGreater(np.mean(answers.argmax(axis=1) == data["labels"]), 0.8)
            else:
                shares = np.var(answers - data["target_values"], axis=0)
                self.assertTrue(np.all(shares < 0.05 * np.var(data["target_values"], axis=0)))

    def test_layers(self):
        data = two_classes()
        for word in ACTIVATIONS:
            with self.subTest(word):
                self.assert_native(fit(data, activation=word, batch_norm=True, dropout=0.1,
                                       hidden_layers="8,8", epochs=1), data)
        self.assert_native(fit(data, hidden_layers=""), data)

    def test_optimizers_and_losses(self):
        for optimizer in ("sgd", "adam", "AdamW"):
            self.assert_native(fit(two_classes(), optimizer=optimizer, momentum=0.9,
                                   weight_decay=0.01), two_classes())
        for data, losses in ((two_classes(), ("binary-cross-entropy", "mean-squared-error")),
                             (three_classes(), ("cross-entropy", "mean-squared-error")),
                             (numbers(), ("mean-absolute-error", "huber"))):
            for loss in losses:
                self.assert_native(fit(data, loss=loss), data)

    def test_early_stopping_keeps_the_best(self):
        data = two_classes(300)
        report = Report()
        state = fit(data, report, epochs=500, early_stopping=3, learning_rate=0.03)
        losses = [metrics["validation_loss"] for _, metrics in report.iterations]
        self.assertLess(len(losses), 500)
        self.assertEqual(int(np.argmin(losses)), len(losses) - 4)
        self.assertEqual(state.metrics["best_epoch"], len(losses) - 3)
        shorter = fit(data, epochs=len(losses) - 3, learning_rate=0.03, save_best_only=False)
        np.testing.assert_array_equal(torch_network.predict(state, data["inputs"]),
                                      torch_network.predict(shorter, data["inputs"]))

    def test_schedule(self):
        report = Report()
        fit(two_classes(), report, epochs=4, learning_rate=0.1,
            learning_rate_schedule="1,0.01;3,0.005")
        self.assertEqual([metrics["learning_rate"] for _, metrics in report.iterations],
                         [0.1, 0.01, 0.01, 0.005])

    def test_cancel(self):
        report = Report(checks_left=50)
        with self.assertRaises(KeyboardInterrupt):
            fit(two_classes(), report, epochs=1000)
        self.assertLess(len(report.iterations), 10)

    def test_batches(self):
        self.assertEqual(torch_training.batch_bounds(10, 3, 1), [3, 6, 9, 10])
        self.assertEqual(torch_training.batch_bounds(10, 3, 2), [3, 6, 10])
        self.assertEqual(torch_training.batch_bounds(9, 3, 2), [3, 6, 9])
        self.assertEqual(torch_training.batch_bounds(1, 3, 2), [1])
        self.assert_native(fit(two_classes(101), batch_norm=True, batch_size=10,
                               validation_size=""), two_classes(101))
        with self.assertRaisesRegex(ValueError, "batch-size is 1 and .* needs at least 2 at once"):
            fit(two_classes(101), batch_norm=True, batch_size=1)

    def test_all_of_a_class_judges(self):
        data = three_classes(60)
        data["labels"] = np.where(np.arange(60) == 7, 2, np.arange(60) % 2).astype(np.int32)
        refused = 0
        for seed in range(8):
            try:
                fit(data, seed=seed, epochs=1, validation_size="40")
            except ValueError as error:
                self.assertIn("hold all of 1 of the classes", str(error))
                refused += 1
        self.assertIn(refused, range(1, 8))

    def test_validation_size(self):
        for text, number in (("20%", 200), ("0.2", 200), ("100", 100), ("0", 0), ("0%", 0)):
            self.assertEqual(common.n_validation(text, 1000), number)
        for text in ("1000", "-1", "110%", "many", "1.5", ""):
            with self.assertRaisesRegex(ValueError, "validation-size"):
                common.n_validation(text, 1000)

    def test_weights_count_events(self):
        """An event of weight 3 is three events, and all weights may be multiplied."""
        data = two_classes(200, weights=np.arange(200) % 4 + 1.0)
        rows = np.repeat(np.arange(200), np.arange(200) % 4 + 1)
        repeated = dict(data, inputs=data["inputs"][rows], labels=data["labels"][rows],
                        weights=None)
        scaled = dict(data, weights=data["weights"] * 1000)
        # The order of the events draws random numbers, so the network starts with its own.
        answers = [torch_network.predict(fit(
            each, user_code="import torch\ndef model(n_inputs):\n    torch.manual_seed(1)\n"
            "    return torch.nn.Sequential(torch.nn.Linear(n_inputs, 4), torch.nn.Tanh(),"
            " torch.nn.Linear(4, 1))",
            optimizer="sgd", learning_rate=0.5, epochs=20, batch_size=10000, validation_size=""),
            data["inputs"]) for each in (data, repeated, scaled)]
        np.testing.assert_allclose(answers[1], answers[0], atol=1e-5)
        np.testing.assert_allclose(answers[2], answers[0], atol=1e-5)

    def test_validation_without_weight(self):
        weights = np.where(np.arange(1500) == 0, 1.0, 0.0)
        with self.assertRaisesRegex(ValueError, "validation-size is “20%”, and the weights of"):
            fit(two_classes(weights=weights), seed=0)

    def test_bad_values(self):
        for config, words in (({"activation": "rellu"}, "activation is “rellu”; it may be “relu”"),
                              ({"optimizer": "adamm"}, "it may be “sgd”"),
                              ({"loss": "mean"}, "it may be “auto”"),
                              ({"loss": "cross-entropy"}, "does not fit a network with one output"),
                              ({"hidden_layers": "64,x"}, "such as “64,64”"),
                              ({"hidden_layers": "0"}, "at least 1"),
                              ({"dropout": 1.0}, "below 1"),
                              ({"learning_rate_schedule": "1"}, "learning-rate-schedule"),
                              ({"early_stopping": 2, "validation_size": ""}, "validation-size"),
                              ({"learning_rate": 1e30, "optimizer": "sgd", "epochs": 5,
                                "loss": "mean-squared-error", "activation": "identity"},
                               "lower the learning-rate")):
            data = numbers() if "learning_rate" in config else two_classes()
            with self.subTest(config), self.assertRaisesRegex(ValueError, words):
                fit(data, **config)
        state = fit(two_classes())
        with self.assertRaisesRegex(ValueError, r"shape \(2, 3\); expected \(events, 4\)"):
            torch_network.predict(state, np.zeros((2, 3), "f4"))
        self.assertEqual(torch_network.predict(state, np.zeros((0, 4), "f4")).shape, (0, 1))

    def test_tensor_file(self):
        arrays = {"a": np.arange(6, dtype="i8").reshape(2, 3), "b": np.float32(2.5).reshape(()),
                  "c": np.zeros((0, 3)), "d": np.array([True, False])}
        content = tensor_file.write(arrays)
        found = tensor_file.read(content)
        self.assertEqual(list(found), list(arrays))
        for name, array in arrays.items():
            np.testing.assert_array_equal(found[name], array)
            self.assertEqual(found[name].dtype, array.dtype)
        for broken in (content[:4], content[:60], content[:-1]):
            with self.assertRaises(ValueError):
                tensor_file.read(broken)
        with self.assertRaisesRegex(TypeError, "“z” is of type complex128"):
            tensor_file.write({"z": np.zeros(1, complex)})


MODULE = """
import torch

class Network(torch.nn.Module):
    def __init__(self, n_inputs, n_outputs):
        super().__init__()
        self.layer = torch.nn.Linear(n_inputs, n_outputs)

    def forward(self, x):
        return self.layer(x) + 0.0
"""


class UserCodeTest(unittest.TestCase):
    def test_train_without_weights(self):
        """Weights are handed over, by their name or in their place, or the training is refused."""
        data = two_classes(60, weights=np.linspace(0.5, 2.0, 60))
        for arguments in ("model, inputs", "model, inputs, targets, epochs=1"):
            config = {"user_code": f"def train({arguments}):\n    pass\n", "title": "t"}
            with self.assertRaisesRegex(ValueError, "train.* takes no argument “weights”"):
                torch_network.fit(config, data, Report())
            torch_network.fit(config, dict(data, weights=None), Report())
        for arguments, name in (("model, weights", "weights"), ("m, x, y, w", "w"),
                                ("weights=None", "weights")):
            code = f"def train({arguments}):\n    assert len({name}) == 48\n"
            torch_network.fit({"user_code": code, "title": "t"}, data, Report())

    def test_native_where_a_chain_is_known(self):
        data = two_classes()
        for ending in ("torch.nn.Linear(8, 1)", "torch.nn.Linear(8, 1), torch.nn.Sigmoid()",
                       "torch.nn.Linear(8, 2)", "torch.nn.Linear(8, 2), torch.nn.Softmax(1)"):
            state = fit(data, user_code="import torch\ndef model():\n    return "
                        f"torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU6(), {ending})",
                        epochs=10, learning_rate=0.01)
            answers = torch_network.predict(state, data["inputs"])
            self.assertGreater(answers[data["labels"] == 0].mean(), 0.65)
            self.assertLess(answers[data["labels"] == 1].mean(), 0.35)
            expected = forward(*torch_network.to_native(state), data["inputs"])
            np.testing.assert_allclose(answers, expected, atol=1e-5)

    def test_functions_of_user_code(self):
        data = two_classes(200)
        for function in ("CELU(0.7)", "Flatten()", "Hardsigmoid()", "Hardswish()", "LogSigmoid()",
                         "Mish()", "PReLU()", "RReLU()", "Softshrink(0.2)", "Softsign()",
                         "Tanhshrink()"):
            with self.subTest(function):
                code = ("from torch import nn\ndef model():\n    return nn.Sequential("
                        f"nn.Linear(4, 8), nn.{function}, nn.Linear(8, 1))")
                state = fit(data, user_code=code, epochs=1)
                expected = forward(*torch_network.to_native(state), data["inputs"])
                np.testing.assert_allclose(torch_network.predict(state, data["inputs"]), expected,
                                           atol=1e-5)

    def test_dump_and_load(self):
        for data in (two_classes(), three_classes(), numbers()):
            state = fit(data, user_code=MODULE + "\ndef model(d, k): return Network(d, k)")
            self.assertIsNone(torch_network.to_native(state))
            files, executable = torch_network.dump(state)
            self.assertEqual(executable, ["user_code.py"])
            self.assertIn("class Network", files["user_code.py"].decode())
            loaded = torch_network.load(files)
            np.testing.assert_array_equal(torch_network.predict(loaded, data["inputs"]),
                                          torch_network.predict(state, data["inputs"]))

    def test_all_functions(self):
        data = two_classes(weights=np.random.default_rng(0).uniform(0.5, 2.0, 1500))
        state = fit(data, user_code=MODULE + """
calls = []
def model(n_inputs):
    calls.append("model")
    return Network(n_inputs, 1)
def criterion():
    calls.append("criterion")
    return torch.nn.MSELoss()
def optimizer(params):
    calls.append("optimizer")
    return torch.optim.SGD(params, lr=0.1)
def train(network, x, y, w, report, *, optimizer, criterion, epochs):
    calls.append("train")
    for epoch in range(epochs):
        optimizer.zero_grad()
        loss = criterion(torch.sigmoid(network(x)), y, w)
        loss.backward()
        optimizer.step()
        report.iteration(epoch, {"loss": float(loss.detach())})
def predict(network, x):
    return torch.sigmoid(network(x))
""", epochs=30)
        self.assertEqual(state.code.module.calls, ["model", "criterion", "optimizer", "train"])
        answers = torch_network.predict(state, data["inputs"])
        self.assertGreater(answers[data["labels"] == 0].mean(),
                           answers[data["labels"] == 1].mean() + 0.1)
        self.assertIsNone(torch_network.to_native(state))

    def test_train_gives_another_module(self):
        """What the outputs are is asked of the module that was trained."""
        data = two_classes()
        for ending, finish in (("torch.nn.Linear(4, 1), torch.nn.Sigmoid()", lambda y: y),
                               ("torch.nn.Linear(4, 2)", lambda y: torch.softmax(y, 1)[:, :1])):
            state = fit(data, standardise=False, user_code="import torch\ndef train():\n"
                        f"    return torch.nn.Sequential({ending})")
            answers = torch_network.predict(state, data["inputs"])
            with torch.no_grad():
                plain = finish(state.module(torch.tensor(data["inputs"]))).numpy()
            np.testing.assert_array_equal(answers, plain)
            expected = forward(*torch_network.to_native(state), data["inputs"])
            np.testing.assert_allclose(answers, expected, atol=1e-5)

    def test_answers_of_any_type(self):
        data = two_classes()
        for expression in ("y.bfloat16()", "y.double()", "y.tolist()", "y.numpy()"):
            state = fit(data, user_code="def predict(network, x):\n    y = network(x).sigmoid()\n"
                        f"    return {expression}")
            answers = torch_network.predict(state, data["inputs"])
            self.assertEqual((answers.dtype, answers.shape), (np.float32, (1500, 1)))

    def test_one_of_n_targets(self):
        """A loss that compares numbers gets rows of 0 and 1 for several classes."""
        data = three_classes()
        state = fit(data, user_code="import torch\ncriterion = torch.nn.MSELoss()", epochs=10,
                    learning_rate=0.01)
        answers = torch_network.predict(state, data["inputs"])
        self.assertGreater(np.mean(answers.argmax(axis=1) == data["labels"]), 0.8)

    def test_modules_are_private(self):
        data = two_classes()
        first = fit(data, user_code="import torch\nname = 1\ndef criterion():\n"
                    "    return torch.nn.BCEWithLogitsLoss()")
        second = fit(data, user_code="def optimizer(params):\n    import torch\n"
                     "    return torch.optim.SGD(params, lr=0.1)")
        self.assertFalse(hasattr(second.code.module, "name"))
        self.assertIsNot(first.code.module, second.code.module)
        self.assertNotEqual(first.code.module.__name__, "__main__")

    def assert_fails(self, kind, words, code, data=None):
        with self.subTest(code), self.assertRaisesRegex(kind, words) as caught:
            data = data or two_classes(weights=np.linspace(0.5, 1.5, 1500))
            torch_network.predict(fit(data, user_code=code), data["inputs"])
        return caught.exception

    def test_errors_name_the_line(self):
        try:
            fit(two_classes(), user_code="def model():\n    return 1 / 0")
        except ZeroDivisionError:
            text = traceback.format_exc()
        self.assertIn('File "<network user code>", line 2, in model\n    return 1 / 0', text)
        error = self.assert_fails(SyntaxError, "line 1", "def model(:")
        self.assertEqual((error.filename, error.lineno), ("<network user code>", 1))

    def test_bad_code(self):
        for kind, words, code in (
                (ValueError, r"defines none of model\(\)", "x = 1"),
                (TypeError, r"model\(\) of .* gave a int; expected a torch.nn.Module",
                 "def model():\n    return 5"),
                (TypeError, "is a int; expected a function", "model = 5"),
                (ValueError, r"gave shape \(2, 7\) .*expected shape \(2, 1\) or \(2, 2\)",
                 "import torch\ndef model(n):\n    return torch.nn.Linear(n, 7)"),
                (ValueError, r"expected shape", "import torch\ndef model(n):\n"
                 "    return torch.nn.Sequential(torch.nn.Linear(n, 1), torch.nn.Flatten(0))"),
                (TypeError, "expected a torch.optim.Optimizer", "def optimizer(params):\n    pass"),
                (TypeError, "expected a loss", "def criterion():\n    return 1"),
                (ValueError, "their weights would be lost",
                 "def criterion(outputs, targets):\n    return (outputs - targets).mean()"),
                (TypeError, "or None", "def train(model, weights):\n    return 3"),
                (ValueError, r"predict\(\) of .* gave shape",
                 "def predict(model, x):\n    return x"),
                (TypeError, "takes an argument “c”; there are “model”",
                 "def predict(a, b, s, c):\n    pass")):
            self.assert_fails(kind, words, code)


if __name__ == "__main__":
    unittest.main()
