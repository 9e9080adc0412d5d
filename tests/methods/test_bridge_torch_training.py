# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the training of torch networks can do, against a plain script that does the same."""

import glob
import os
import sys
import tempfile
import unittest
from unittest import mock

import numpy as np
import torch
from torch.nn import functional

from bridge import Report, numbers, three_classes, two_classes
from pymva_bridge import torch_network, torch_runtime

SIZE = 64


def fit(data, report=None, **config):
    settings = {"title": "network", "seed": 5, "epochs": 4, "batch_size": SIZE,
                "learning_rate": 0.01, "hidden_layers": "8", "activation": "tanh",
                "standardise": False, "validation_size": "20%"}
    settings.update(config)
    return torch_network.fit(settings, data, report or Report())


def plain_script(data, epochs=4, decay=0.0, clipping=0.0, schedule=(), patience=0, best=True,
                 start=None, class_weights=None, rate=0.01):
    """Two classes, one hidden layer; gives the network that is kept, and the validation losses."""
    torch.manual_seed(5)
    n_learn = len(data["inputs"]) - round(0.2 * len(data["inputs"]))
    order = torch.randperm(len(data["inputs"])).numpy()
    learn, judge = order[:n_learn], order[n_learn:]
    x = torch.from_numpy(data["inputs"].copy())
    y = torch.from_numpy((data["labels"] == 0).astype(np.float32))[:, None]
    w = torch.ones(len(x))
    if class_weights is not None:
        w = torch.from_numpy((np.asarray(class_weights)[data["labels"]]).astype(np.float64))
        w = (w / w[learn].mean()).float()
    network = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1))
    if start is not None:
        network.load_state_dict(start)
    optimizer = torch.optim.Adam(network.parameters(), lr=rate, weight_decay=decay)
    losses = []
    kept = None
    for epoch in range(epochs):
        for group in optimizer.param_groups:
            group["lr"] = dict(schedule).get(epoch, group["lr"])
        rows = learn[torch.randperm(n_learn).numpy()]
        for first in range(0, n_learn, SIZE):
            batch = rows[first:first + SIZE]
            optimizer.zero_grad()
            each = functional.binary_cross_entropy_with_logits(network(x[batch]), y[batch],
                                                               reduction="none")[:, 0]
            (each * w[batch]).mean().backward()
            if clipping:
                torch.nn.utils.clip_grad_norm_(network.parameters(), clipping)
            optimizer.step()
        with torch.no_grad():
            each = functional.binary_cross_entropy_with_logits(network(x[judge]), y[judge],
                                                               reduction="none")[:, 0]
            losses.append(float((each * w[judge]).mean()))
        if not best or losses[-1] == min(losses):
            kept = {name: table.clone() for name, table in network.state_dict().items()}
        if patience and epoch - int(np.argmin(losses)) >= patience:
            break
    network.load_state_dict(kept)
    return network, losses


class TrainingTest(unittest.TestCase):
    def assert_same(self, state, network, data):
        with torch.no_grad():
            expected = torch.sigmoid(network(torch.from_numpy(data["inputs"].copy()))).numpy()
        np.testing.assert_allclose(torch_network.predict(state, data["inputs"]), expected,
                                   rtol=1e-5, atol=1e-6)

    def test_same_as_a_plain_script(self):
        data = two_classes(600)
        usual = plain_script(data)[0]
        for config, plain in (
                ({"weight_decay": 0.1}, {"decay": 0.1}),
                ({"gradient_clipping": 0.01}, {"clipping": 0.01}),
                ({"learning_rate_schedule": "0,0.1;2,0.001"}, {"schedule": ((0, 0.1), (2, 0.001))}),
                ({"save_best_only": False, "learning_rate": 0.3}, {"best": False, "rate": 0.3}),
                ({"epochs": 100, "early_stopping": 2, "learning_rate": 0.1},
                 {"epochs": 100, "patience": 2, "rate": 0.1})):
            with self.subTest(config):
                report = Report()
                state = fit(data, report, **config)
                network, losses = plain_script(data, **plain)
                self.assert_same(state, network, data)
                np.testing.assert_allclose([metrics["validation_loss"]
                                            for _, metrics in report.iterations], losses, rtol=1e-4)
                with self.assertRaises(AssertionError):
                    self.assert_same(state, usual, data)

    def test_balance_classes(self):
        data = two_classes(900)
        rows = np.concatenate([np.flatnonzero(data["labels"] == 0)[:50],
                               np.flatnonzero(data["labels"] == 1)])
        data = dict(data, inputs=data["inputs"][rows], labels=data["labels"][rows])
        n_each = np.bincount(data["labels"])
        state = fit(data, balance_classes=True)
        self.assert_same(state, plain_script(data, class_weights=1.0 / n_each)[0], data)
        answers = torch_network.predict(state, data["inputs"])
        self.assertGreater(answers.mean(),
                           torch_network.predict(fit(data), data["inputs"]).mean() + 0.1)

        # Weights that make the classes weigh the same are what balancing makes of none.
        weighted = dict(data, weights=1.0 / n_each[data["labels"]])
        np.testing.assert_allclose(torch_network.predict(fit(weighted), data["inputs"]), answers,
                                   rtol=1e-5)
        nothing = dict(data, weights=np.where(data["labels"] == 0, 0.0, 1.0))
        with self.assertRaisesRegex(ValueError, "the class “signal” sum to 0, so that balance"):
            fit(nothing, balance_classes=True)

    def test_continue(self):
        data = two_classes(600)
        first = fit(data, save_best_only=False)
        network = plain_script(data, best=False)[0]
        state = fit(dict(data, previous=first), epochs=2, continue_training=True,
                    learning_rate=0.05)
        self.assert_same(state, plain_script(data, epochs=2, rate=0.05,
                                             start=network.state_dict())[0], data)
        # What was there before is left alone, and only gone on with where that is asked for.
        self.assert_same(first, network, data)
        self.assert_same(fit(dict(data, previous=first)), plain_script(data)[0], data)

    def test_continue_elsewhere(self):
        """From files without code, and with the scales of the first training."""
        for data in (two_classes(300), three_classes(300), numbers(300)):
            first = fit(data, standardise=True)
            files = torch_network.resumption(first)
            self.assertEqual(set(files), {"network.json", "weights.safetensors"})
            more = {"inputs": data["inputs"] + np.float32(1.0)}
            answers = [torch_network.predict(
                fit(dict(data, **more, **earlier), standardise=True, continue_training=True),
                data["inputs"]) for earlier in ({"previous": first}, {"previous_files": files})]
            np.testing.assert_array_equal(*answers)
            again = fit(dict(data, **more, previous=first), continue_training=True)
            np.testing.assert_array_equal(again.input_moments, first.input_moments)

    def test_continue_with_another(self):
        data = two_classes(300)
        first = fit(data)
        for other, config, words in (
                (data, {"hidden_layers": "9"}, "by a network of other layers: size mismatch"),
                (data, {"hidden_layers": "8,8"}, "other layers: Missing key"),
                (three_classes(300), {}, "it had analysis type classification, and"),
                (dict(data, inputs=data["inputs"][:, :3]), {}, "n variables 4, and .* have 3")):
            with self.assertRaisesRegex(ValueError, words):
                fit(dict(other, previous=first), continue_training=True, **config)
        with self.assertRaisesRegex(ValueError, "there is no training to go on with"):
            fit(data, continue_training=True)

    def test_user_training(self):
        """Functions of the user's are told the schedule, and not deprived of settings silently."""
        data = two_classes(300)
        code = "def train(model, schedule, optimizer, report, epochs):\n" \
               "    for epoch in range(epochs):\n        schedule(epoch)\n" \
               "        report.iteration(epoch, {'rate': optimizer.param_groups[0]['lr']})\n"
        report = Report()
        fit(data, report, user_code=code, learning_rate_schedule="1,0.5;2,0.25")
        self.assertEqual([metrics["rate"] for _, metrics in report.iterations],
                         [0.01, 0.5, 0.25, 0.25])
        lost = "def train(model):\n    pass\n"
        for config, words in (({"learning_rate_schedule": "1,0.5"}, "let it take “schedule”"),
                              ({"early_stopping": 2}, "early-stopping is 2, which train"),
                              ({"gradient_clipping": 0.5}, "gradient-clipping is 0.5, which")):
            with self.assertRaisesRegex(ValueError, words):
                fit(data, user_code=lost, **config)


class RuntimeTest(unittest.TestCase):
    def test_devices(self):
        data = two_classes(200)
        self.assertEqual(torch_runtime.choose_device({"device": "cpu"}).type, "cpu")
        with self.assertRaisesRegex(ValueError, "it may be “cpu”, “cuda”, “auto”"):
            fit(data, device="gpu")
        with mock.patch.object(torch.cuda, "is_available", return_value=False):
            expected = torch_network.predict(fit(data), data["inputs"])
            found = torch_network.predict(fit(data, device="auto"), data["inputs"])
            np.testing.assert_array_equal(found, expected)
            with self.assertRaisesRegex(ValueError, "torch finds no CUDA device here"):
                fit(data, device="cuda")
            # A model of a computer with CUDA is asked on one without.
            self.assertEqual(torch_runtime.choose_device({"device": "cuda"}, needed=False).type,
                             "cpu")
        with mock.patch.object(torch.cuda, "is_available", return_value=True):
            for word in ("cuda", "auto"):
                self.assertEqual(torch_runtime.choose_device({"device": word}).type, "cuda")

    def test_tensorboard(self):
        data = two_classes(200)
        with tempfile.TemporaryDirectory() as folder:
            with mock.patch.dict(sys.modules, {"torch.utils.tensorboard": None}):
                with self.assertRaisesRegex(ImportError, "needs the package “tensorboard”"):
                    fit(data, tensorboard=folder)
            try:
                from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
            except ImportError:
                with self.assertRaisesRegex(ImportError, "needs the package “tensorboard”"):
                    fit(data, tensorboard=folder)
                return
            report = Report()
            fit(data, report, tensorboard=folder)
            self.assertEqual(len(glob.glob(os.path.join(folder, "events.*"))), 1)
            events = EventAccumulator(folder)
            events.Reload()
            for name in ("training_loss", "validation_loss", "learning_rate"):
                found = [(each.step, each.value) for each in events.Scalars(name)]
                self.assertEqual([step for step, _ in found], [1, 2, 3, 4])
                np.testing.assert_allclose([value for _, value in found],
                                           [metrics[name] for _, metrics in report.iterations],
                                           rtol=1e-6)


if __name__ == "__main__":
    unittest.main()
