# SPDX-License-Identifier: LGPL-2.1-or-later
"""Transformations in front of every method: its framework, its model and the file of that give the
same answers for the same variables."""

import os
import tempfile
import unittest

import gi
import numpy as np

gi.require_version("Pymva", "1.0")

from gi.repository import Gio, Pymva  # noqa: E402

# What keeps the trainings short, for the methods that have such a property.
SHORT = {"n-estimators": 10, "epochs": 2, "estimator": "LogisticRegression"}
# What a method cannot do without.
NEEDED = {"python-method": {"user-code": """
import numpy as np

def fit(inputs, targets):
    return inputs[:, 0].mean()

def predict(state, inputs):
    return 1 / (1 + np.exp(state - inputs[:, :1]))
"""}}


def make_dataset():
    random = np.random.default_rng(0)
    dataset = Pymva.Dataset.new(Pymva.AnalysisType.CLASSIFICATION)
    for name, mean in (("sig", 1), ("bkg", 0)):
        values = random.standard_normal((300, 3)) + mean
        values[:, 1] += values[:, 0]
        values[:, 2] *= 1000
        table = Pymva.Table.new()
        for column in range(3):
            table.add_column(f"x{column}",
                             Pymva.Tensor.from_numpy(np.ascontiguousarray(values[:, column])))
        dataset.add_class(name, table, 1.0)
    for column in range(3):
        dataset.add_variable(f"x{column}")
    return dataset


def reload(model):
    with tempfile.TemporaryDirectory() as folder:
        file = Gio.File.new_for_path(os.path.join(folder, "model.pymva"))
        model.save(file, None)
        return Pymva.Model.load_trusted(file, model.props.sha256, None)


class Methods(unittest.TestCase):
    def test_all(self):
        dataset = make_dataset()
        inputs = dataset.get_inputs(Pymva.Part.TEST)
        names = [info.props.name for info in Pymva.MethodInfo.list_all()]
        self.assertIn("random-forest", names)
        for name in names:
            for transforms in ("D,G", "N_Signal"):
                with self.subTest(name=name, transforms=transforms):
                    method = Pymva.Method.create_for_name(name, None)
                    for option, value in SHORT.items():
                        if method.find_property(option) is not None:
                            method.set_property(option, value)
                    for option, value in NEEDED.get(name, {}).items():
                        method.set_property(option, value)
                    method.props.transforms = transforms
                    method.train(dataset, None)
                    model = method.get_model()
                    expected = np.asarray(method.predict(inputs, None))
                    found = np.asarray(model.predict(inputs))
                    tolerance = 1e-5 if model.props.engine == "mlp" else 0
                    np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance)
                    np.testing.assert_array_equal(reload(model).predict(inputs), found)


if __name__ == "__main__":
    unittest.main()
