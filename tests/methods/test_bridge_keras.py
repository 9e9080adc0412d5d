# SPDX-License-Identifier: LGPL-2.1-or-later
"""The adapter of Keras networks, against a plain script of Keras and arithmetic in NumPy."""

import json
import os
import random
import tempfile
import unittest

import numpy as np

from bridge import Report, numbers, three_classes, two_classes
from network_arithmetic import forward
from pymva_bridge import errors, keras_layers, keras_module, keras_network, keras_training

keras = keras_module.keras


def fit(data, report=None, **config):
    config.setdefault("title", "network")
    config.setdefault("seed", 1)
    config.setdefault("epochs", 2)
    return keras_network.fit(config, data, report or Report())


def fit_file(data, model, report=None, **config):
    """Trains the network of a model file, or what is in a file instead of one."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.keras")
        if isinstance(model, bytes):
            with open(path, "wb") as file:
                file.write(model)
        else:
            model.save(path)
        return fit(data, report, model_file=path, **config)


class NetworkTest(unittest.TestCase):
    def assert_native(self, state, data):
        answers = keras_network.predict(state, data["inputs"])
        self.assertEqual(answers.dtype, np.float32)
        expected = forward(*keras_network.to_native(state), data["inputs"])
        self.assertEqual(answers.shape, expected.shape)
        largest = np.maximum(1, np.abs(expected).max(axis=0))
        self.assertLess(np.max(np.abs(answers - expected) / largest), 1e-5)
        return answers

    def test_same_as_a_plain_script(self):
        """The training is that of a script of Keras, to the last bit."""
        weights = np.random.default_rng(2).uniform(0.5, 2.0, 1500)
        data = two_classes(weights=weights)
        report = Report()
        state = fit(data, report, epochs=3, batch_size=64, seed=5, learning_rate=0.01,
                    hidden_layers="16,8", activation="tanh", validation_size="300",
                    metrics="accuracy, auc", save_best_only=False)

        order = np.random.default_rng(5).permutation(1500)
        x, y, w = (values[order].astype(np.float64)
                   for values in (data["inputs"], data["labels"] == 0, weights))
        mean = np.average(x[:1200], axis=0, weights=w[:1200])
        scale = np.sqrt(np.average((x[:1200] - mean) ** 2, axis=0, weights=w[:1200]))
        x = ((x - mean) / scale).astype(np.float32)
        w = (w / w[:1200].mean()).astype(np.float32)
        keras.utils.set_random_seed(5)
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(16, "tanh"),
                                  keras.layers.Dense(8, "tanh"), keras.layers.Dense(1, "sigmoid")])
        model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy",
                      weighted_metrics=["accuracy", "auc"])
        history = model.fit(x[:1200], y[:1200, None], sample_weight=w[:1200], batch_size=64,
                            epochs=3, verbose=0,
                            validation_data=(x[1200:], y[1200:, None], w[1200:])).history
        x = ((data["inputs"] - mean) / scale).astype(np.float32)
        np.testing.assert_array_equal(keras_network.predict(state, data["inputs"]),
                                      model.predict(x, batch_size=8192, verbose=0))

        self.assertEqual([index for index, _ in report.iterations], [0, 1, 2])
        for index, metrics in report.iterations:
            for name in ("loss", "accuracy", "auc"):
                self.assertEqual(metrics[name], history[name][index])
                self.assertAlmostEqual(metrics[f"val_{name}"], history[f"val_{name}"][index], 5)
            self.assertEqual(metrics["training_loss"], metrics["loss"])
            self.assertEqual(metrics["validation_loss"], metrics["val_loss"])
            self.assertAlmostEqual(metrics["learning_rate"], 0.01)
            self.assertEqual(metrics["epoch"], index + 1)
        self.assertEqual(report.fractions, sorted(report.fractions))
        self.assertEqual(report.fractions[-1], 1.0)

    def test_seed_and_global_state(self):
        import torch

        def draw():
            return random.random(), np.random.rand(), float(torch.rand(1))

        data = two_classes(300)
        random.seed(9), np.random.seed(9), torch.manual_seed(9)
        expected = draw()
        random.seed(9), np.random.seed(9), torch.manual_seed(9)
        n_threads = torch.get_num_threads()
        first = keras_network.predict(fit(data, dropout=0.2), data["inputs"])
        self.assertEqual(torch.get_num_threads(), n_threads)
        self.assertEqual(draw(), expected)
        again = fit(data, dropout=0.2)
        np.testing.assert_array_equal(first, keras_network.predict(again, data["inputs"]))
        other = fit(data, dropout=0.2, seed=2)
        self.assertFalse(np.array_equal(first, keras_network.predict(other, data["inputs"])))

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

    def test_activations(self):
        data = two_classes(200)
        for word in keras_layers.ACTIVATIONS:
            with self.subTest(word):
                self.assert_native(fit(data, activation=word, batch_norm=True, dropout=0.1,
                                       hidden_layers="8,8", epochs=1), data)
        self.assert_native(fit(data, hidden_layers=""), data)

    def test_optimizers_and_losses(self):
        for optimizer in keras_training.OPTIMIZERS:
            self.assert_native(fit(two_classes(200), optimizer=optimizer, momentum=0.9, epochs=1,
                                   weight_decay=0.01), two_classes(200))
        for data, losses in ((two_classes(200), ("binary-cross-entropy", "mean-squared-error")),
                             (three_classes(200), ("cross-entropy", "mean-squared-error")),
                             (numbers(200), ("mean-absolute-error", "huber"))):
            for loss in losses:
                self.assert_native(fit(data, loss=loss, epochs=1), data)

    def test_layers(self):
        data = two_classes(400)
        for text in ("Dense(64, relu); Dropout(0.5); Dense(2, softmax)",
                     "dense(8)\nLeakyReLU(negative_slope=0.1)\nDense(1, activation='sigmoid')",
                     "GaussianNoise(0.1); Dense(8, leaky-relu); ELU; Flatten(); Dense(2); Softmax",
                     "BatchNormalization(scale=False); Dense(8, use_bias=False); ReLU(6.0);"
                     "ReLU(negative_slope=0.1); Activation(hard_tanh); Dense(1, sigmoid)",
                     "Rescaling(0.5, 1.0); Dense(8, mish); Dense(8, celu); Dense(8, softsign);"
                     "Dense(8, hard_silu); Dense(8, tanh_shrink); Dense(1, hard_sigmoid)",
                     "Normalization(mean=1.0, variance=4.0); Dense(8, log_sigmoid);"
                     "Dense(8, soft_shrink); Dense(2, exponential); Softmax",
                     "Normalization(mean=1.0, variance=0.0, invert=True); Dense(1, sigmoid)"):
            with self.subTest(text):
                self.assert_native(fit(data, layers=text), data)
        state = fit(data, layers="Dense(8, relu); LayerNormalization(); Dense(1, sigmoid)")
        self.assertIsNone(keras_network.to_native(state))
        self.assert_loads(state, data)

    def test_bad_layers(self):
        for text, words in (("Dense(64", "cannot be read"), ("Dens(64)", "“Dens”, which is none"),
                            ("Lambda(x)", "“Lambda”, which is none"), ("5", "expected a layer"),
                            ("Dense(units=open('x'))", "expected numbers, words"),
                            ("Dense(8).x", "expected a layer"),
                            ("x = Dense(8)", "expected a layer"),
                            ("Dense(8, colour=1)", "which Keras does not take"),
                            ("Dense(-8)", "which Keras does not take"),
                            ("Dense(3)", r"expected shape \(64, 1\) or \(64, 2\)")):
            with self.subTest(text), self.assertRaisesRegex(ValueError, words):
                fit(two_classes(100), layers=text)

    def test_early_stopping_keeps_the_best(self):
        data = two_classes(300)
        report = Report()
        state = fit(data, report, epochs=500, early_stopping=3, learning_rate=0.03)
        losses = [metrics["val_loss"] for _, metrics in report.iterations]
        self.assertLess(len(losses), 500)
        self.assertEqual(int(np.argmin(losses)), len(losses) - 4)
        self.assertEqual(state.metrics["best_epoch"], len(losses) - 3)
        shorter = fit(data, epochs=len(losses) - 3, learning_rate=0.03, save_best_only=False)
        np.testing.assert_array_equal(keras_network.predict(state, data["inputs"]),
                                      keras_network.predict(shorter, data["inputs"]))

    def test_schedule(self):
        report = Report()
        fit(two_classes(200), report, epochs=4, learning_rate=0.1,
            learning_rate_schedule="1,0.01;3,0.005")
        np.testing.assert_allclose([metrics["learning_rate"] for _, metrics in report.iterations],
                                   [0.1, 0.01, 0.01, 0.005], rtol=1e-6)

    def test_cancel(self):
        for checks, epochs in ((5, 0), (40, 10)):
            report = Report(checks_left=checks)
            with self.assertRaises(KeyboardInterrupt):
                fit(two_classes(), report, epochs=1000)
            self.assertLessEqual(len(report.iterations), epochs)

    def test_weights_count_events(self):
        """An event of weight 3 is three events, and all weights may be multiplied."""
        data = two_classes(200, weights=np.arange(200) % 4 + 1.0)
        rows = np.repeat(np.arange(200), np.arange(200) % 4 + 1)
        repeated = dict(data, inputs=data["inputs"][rows], labels=data["labels"][rows],
                        weights=None)
        scaled = dict(data, weights=data["weights"] * 1000)
        answers = [keras_network.predict(fit(
            each, layers="Dense(4, tanh, kernel_initializer=ones); Dense(1, sigmoid, "
            "kernel_initializer=ones)", batch_size=1000, validation_size="", epochs=20,
            optimizer="sgd", learning_rate=0.1), data["inputs"])
            for each in (data, repeated, scaled)]
        np.testing.assert_allclose(answers[0], answers[1], rtol=1e-3)
        np.testing.assert_allclose(answers[0], answers[2], rtol=1e-5)

    def test_continue(self):
        data = two_classes(400)
        for optimizer in ("adam", "sgd"):
            config = dict(optimizer=optimizer, save_best_only=False, validation_size="",
                          batch_size=400)
            first = fit(data, epochs=3, **config)
            weights = first.model.get_weights()
            again = dict(data, previous=first)
            whole = fit(data, epochs=5, **config)
            for each in (again, dict(data, previous_files=keras_network.resumption(first))):
                continued = fit(each, epochs=2, seed=7, continue_training=True, **config)
                for mine, plain in zip(continued.model.get_weights(), whole.model.get_weights()):
                    np.testing.assert_allclose(mine, plain, rtol=1e-3, atol=1e-5)
            for mine, plain in zip(first.model.get_weights(), weights):
                np.testing.assert_array_equal(mine, plain)
            anew = fit(again, epochs=3, **config)
            for mine, plain in zip(anew.model.get_weights(), weights):
                np.testing.assert_array_equal(mine, plain)
        with self.assertRaisesRegex(ValueError, "by a network of other layers"):
            fit(dict(data, previous=first), continue_training=True, hidden_layers="3")
        with self.assertRaisesRegex(ValueError, "was another one: it had analysis type regression"):
            fit(dict(data, previous=fit(numbers(100))), continue_training=True)

    def test_bad_values(self):
        for config, words in (({"epochs": 5, "learning_rate": 1e30, "optimizer": "sgd",
                                "activation": "identity", "hidden_layers": "8,8"},
                               "the training diverged"),
                              ({"early_stopping": 2, "validation_size": ""}, "needs validation"),
                              ({"loss": "cross-entropy"}, "does not fit a network with one output"),
                              ({"optimizer": "best"}, "optimizer is “best”; it may be “adam”"),
                              ({"metrics": "beauty"}, "Keras has no metric “beauty”"),
                              ({"device": "tpu"}, "device is “tpu”; it may be"),
                              ({"activation": "relo"}, "activation is “relo”"),
                              ({"validation_size": "0"}, "leaves none of the 100"),
                              ({"dropout": 1.0}, "dropout is 1; it must be"),
                              ({"learning_rate_schedule": "5"}, "learning-rate-schedule is “5”")):
            with self.subTest(config), self.assertRaisesRegex(ValueError, words):
                fit(two_classes(100), **config)

    def assert_loads(self, state, data):
        """What a model file would hold makes the same model again."""
        files, executable = keras_network.dump(state)
        self.assertEqual(executable, ["user_code.py"] if state.code is not None else [])
        for content in files.values():
            self.assertIsInstance(content, bytes)
        loaded = keras_network.load(files)
        np.testing.assert_array_equal(keras_network.predict(loaded, data["inputs"]),
                                      keras_network.predict(state, data["inputs"]))


class ModelFileTest(unittest.TestCase):
    def network(self, *layers, **choices):
        model = keras.Sequential([keras.Input((4,))] + list(layers))
        if choices:
            model.compile(**choices)
        return model

    def test_compiled(self):
        """A network keeps the loss and the optimizer that it was compiled with."""
        data = two_classes(1000)
        for loss, layers in (
                ("categorical_crossentropy", [keras.layers.Dense(2, "softmax")]),
                ("mse", [keras.layers.Dense(2), keras.layers.Softmax()]),
                ("sparse_categorical_crossentropy", [keras.layers.Dense(2, "softmax")]),
                (keras.losses.CategoricalCrossentropy(from_logits=True), [keras.layers.Dense(2)]),
                ("binary_crossentropy", [keras.layers.Dense(1, "sigmoid")])):
            with self.subTest(loss):
                model = self.network(keras.layers.Dense(16, "relu"), *layers, loss=loss,
                                     optimizer=keras.optimizers.Adam(0.02))
                report = Report()
                state = fit_file(data, model, report, epochs=5)
                self.assertAlmostEqual(report.iterations[0][1]["learning_rate"], 0.02)
                answers = keras_network.predict(state, data["inputs"])
                self.assertEqual(answers.shape, (1000, 1))
                self.assertGreater(answers[data["labels"] == 0].mean(), 0.65)
                self.assertLess(answers[data["labels"] == 1].mean(), 0.35)
                expected = forward(*keras_network.to_native(state), data["inputs"])
                np.testing.assert_allclose(answers, expected, atol=1e-5)

    def test_functional(self):
        data = two_classes(500)
        inputs = keras.Input((4,))
        hidden = keras.layers.Dense(8, "relu")(inputs)
        chain = keras.Model(inputs, keras.layers.Dense(1, "sigmoid")(hidden))
        self.assertIsNotNone(keras_network.to_native(fit_file(data, chain)))
        added = keras.layers.Add()([hidden, keras.layers.Dense(8)(hidden)])
        other = keras.Model(inputs, keras.layers.Dense(1, "sigmoid")(added))
        state = fit_file(data, other)
        self.assertEqual(state.head, "sigmoid-done")
        self.assertIsNone(keras_network.to_native(state))
        NetworkTest.assert_loads(self, state, data)

    def test_custom_objects(self):
        data = two_classes(500)
        code = """
import keras
class Twice(keras.layers.Layer):
    def call(self, inputs):
        return 2 * inputs
def half(inputs):
    return inputs / 2
load_model_custom_objects = {"Twice": Twice, "half": half}
"""
        space = {}
        exec(code, space)
        model = self.network(space["Twice"](), keras.layers.Dense(8, space["half"]),
                             keras.layers.Dense(1, "sigmoid"))
        state = fit_file(data, model, user_code=code)
        NetworkTest.assert_loads(self, state, data)
        with self.assertRaisesRegex(errors.PymvaError, "names “.*Twice”, which is not known") as e:
            fit_file(data, model)
        self.assertEqual(e.exception.code, "untrusted")

    def test_registered_objects(self):
        """Each user code has the classes that it registers, though Keras has one list for all."""
        data = two_classes(200)
        code = """
import keras
@keras.saving.register_keras_serializable("mine")
class Times(keras.layers.Layer):
    def call(self, inputs):
        return %s * inputs
"""
        space = {"__name__": "space"}
        exec(code % 1, space)
        model = self.network(space["Times"](), keras.layers.Dense(1, "sigmoid"))
        states = [fit_file(data, model, user_code=code % number, epochs=1) for number in (2, 3)]
        for state in states:
            self.assertIs(type(state.model.layers[0]), state.code.module.Times)
            NetworkTest.assert_loads(self, state, data)

    def test_code_writes_the_file(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "model.keras")
            state = fit(two_classes(100), model_file=path, user_code=f"""
import keras
keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, "sigmoid")]).save({path!r})
""")
        self.assertIsNotNone(keras_network.to_native(state))

    def test_refused(self):
        """A file with code in it is refused before Keras reads it."""
        data = two_classes(100)
        model = self.network(keras.layers.Lambda(lambda x: x[:, :1]))
        with self.assertRaisesRegex(errors.PymvaError, "names “keras.layers.Lambda”") as caught:
            fit_file(data, model)
        self.assertEqual(caught.exception.code, "untrusted")
        with self.assertRaisesRegex(errors.PymvaError, "“.h5” among them") as caught:
            fit_file(data, b"\x89HDF\r\n\x1a\n")
        self.assertEqual(caught.exception.code, "unsupported")
        with self.assertRaisesRegex(ValueError, "model-file “.*” is no file in the format"):
            fit_file(data, b"PK")

    def test_find_code(self):
        plain = json.loads(json.dumps(keras.saving.serialize_keras_object(self.network(
            keras.layers.Dense(3, "relu", kernel_regularizer="l2", kernel_constraint="max_norm"),
            loss=keras.losses.binary_crossentropy, optimizer="adam", metrics=["auc"]))))
        self.assertIsNone(keras_layers.find_code(plain, set()))
        for module, name, config in (
                ("builtins", "function", "print"), ("os", "function", "system"),
                ("keras.utils", "function", "get_file"), ("keras.layers", "TFSMLayer", {}),
                ("keras.layers", "TorchModuleWrapper", {}), ("builtins", "__lambda__", {}),
                ("keras.layers", "StringLookup", {}), ("subprocess", "Dense", {}),
                ("keras.src.legacy", "Sequential", {}), (None, "Popen", {}),
                ("keras.initializers", "deserialize", {}), ("keras.losses", "function", "get"),
                ("keras.activations", "function", "deserialize")):
            evil = {"module": module, "class_name": name, "config": config}
            self.assertIsNotNone(keras_layers.find_code({"a": [plain, {"b": evil}]}, set()))
        # Keras takes what is registered, whatever the class is called.
        evil = dict(plain["config"]["layers"][1], registered_name="package>Layer")
        self.assertEqual(evil["class_name"], "Dense")
        self.assertIsNotNone(keras_layers.find_code(evil, set()))
        self.assertIsNone(keras_layers.find_code(evil, {"package>Layer"}))


class UserCodeTest(unittest.TestCase):
    def test_train_without_weights(self):
        """Weights are handed over, by their name or in their place, or the training is refused."""
        data = two_classes(60, weights=np.linspace(0.5, 2.0, 60))
        for arguments in ("model, inputs", "model, inputs, targets, epochs=1"):
            config = {"user_code": f"def train({arguments}):\n    pass\n", "title": "t"}
            with self.assertRaisesRegex(ValueError, "train.* takes no argument “weights”"):
                keras_network.fit(config, data, Report())
            keras_network.fit(config, dict(data, weights=None), Report())
        for arguments, name in (("model, weights", "weights"), ("m, x, y, w", "w"),
                                ("weights=None", "weights")):
            code = f"def train({arguments}):\n    assert len({name}) == 48\n"
            keras_network.fit({"user_code": code, "title": "t"}, data, Report())

    def test_model(self):
        data = two_classes(500, weights=np.random.default_rng(0).uniform(0.5, 2.0, 500))
        code = """
import keras
class Network(keras.Model):
    def __init__(self, n_outputs):
        super().__init__()
        self.first = keras.layers.Dense(8, "relu")
        self.second = keras.layers.Dense(n_outputs%s)
    def call(self, x):
        return self.second(self.first(x))
def model(n_inputs, n_outputs):
    return Network(%s)
"""
        for rest, n_outputs, head in ((', "sigmoid"', "n_outputs", "sigmoid-done"),
                                      ("", "n_outputs", "sigmoid"), ("", "2", "softmax"),
                                      (', "softmax"', "2", "softmax-done")):
            state = fit(data, user_code=code % (rest, n_outputs))
            self.assertEqual(state.head, head)
            answers = keras_network.predict(state, data["inputs"])
            self.assertTrue(np.all((answers > 0) & (answers < 1)))
            NetworkTest.assert_loads(self, state, data)

    def test_all_functions(self):
        data = three_classes(500)
        state = fit(data, user_code="""
import keras
calls = []
def model(n_inputs, n_outputs):
    calls.append("model")
    network = keras.Sequential([keras.Input((n_inputs,)), keras.layers.Dense(n_outputs)])
    network.compile("sgd", keras.losses.CategoricalCrossentropy(from_logits=True))
    return network
class Counter(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs):
        calls.append(epoch)
def callbacks():
    return [Counter()]
def train(network, x, y, w, report, *, epochs, callbacks):
    network.fit(x, y, sample_weight=w, epochs=epochs, callbacks=callbacks, verbose=0)
    report.progress(1.0)
def predict(network, x):
    return keras.ops.softmax(network(x))
""", epochs=3)
        self.assertEqual(state.code.module.calls, ["model", 0, 1, 2])
        answers = keras_network.predict(state, data["inputs"])
        self.assertGreater(np.mean(answers.argmax(axis=1) == data["labels"]), 0.5)
        self.assertIsNone(keras_network.to_native(state))
        NetworkTest.assert_loads(self, state, data)
        state = fit(data, user_code=state.code.text.replace("def train", "def other"))
        self.assertEqual(state.code.module.calls, ["model", 0, 1])

    def test_metrics_of_classes(self):
        """What is no number is not reported."""
        report = Report()
        fit(three_classes(200), report, user_code="""
import keras
def model(n_inputs, n_outputs):
    network = keras.Sequential([keras.Input((n_inputs,)), keras.layers.Dense(n_outputs, "softmax")])
    network.compile("adam", "categorical_crossentropy", metrics=["f1_score", "accuracy"])
    return network
""")
        self.assertNotIn("f1_score", report.iterations[0][1])
        self.assertIn("val_accuracy", report.iterations[0][1])

    def test_bad_code(self):
        for kind, words, code in (
                (ValueError, r"defines none of model\(\)", "x = 1"),
                (TypeError, r"model\(\) of .* gave a int; expected a keras.Model",
                 "def model():\n    return 5"),
                (ValueError, r"gave shape \(64, 7\) .*expected shape \(64, 1\) or \(64, 2\)",
                 "import keras\ndef model(n):\n"
                 "    return keras.Sequential([keras.Input((n,)), keras.layers.Dense(7)])"),
                (TypeError, r"callbacks\(\) of .* gave “5”", "def callbacks():\n    return 5"),
                (TypeError, "is a list; expected a dict", "load_model_custom_objects = []"),
                (TypeError, "gave a int; expected a keras.Model", "def train():\n    return 3"),
                (ValueError, r"predict\(\) of .* gave shape", "def predict(m, x):\n    return x")):
            with self.subTest(code), self.assertRaisesRegex(kind, words):
                data = two_classes(100)
                train = fit_file if "custom" in code else fit
                args = (data, b"PK") if "custom" in code else (data,)
                keras_network.predict(train(*args, user_code=code), data["inputs"])


class ImportTest(unittest.TestCase):
    def test_old_version(self):
        with self.assertRaisesRegex(ImportError, "Keras 3 is needed, .* has Keras 2.15.0. Install "
                                    "it with “.*pip install --upgrade keras torch”"):
            keras_module.check_version("2.15.0")

    def test_settings(self):
        """The user's choices stay; nothing is written where there was nothing."""
        found = keras_module.settings()
        self.assertEqual(found["KERAS_BACKEND"], "torch")
        self.assertNotIn("KERAS_BACKEND", os.environ)
        os.environ["KERAS_BACKEND"] = "jax"
        try:
            self.assertNotIn("KERAS_BACKEND", keras_module.settings())
        finally:
            del os.environ["KERAS_BACKEND"]
        self.assertEqual(keras.config.backend(), "torch")


if __name__ == "__main__":
    unittest.main()
