#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Models of what lives in Python, through the typelib; model-object.js has the same cases."""

import json
import os
import sys
import tempfile

import numpy as np
from gi.repository import Gio
from harness import Pymva, TypelibTest, main

sys.path.append(os.path.join(os.environ['G_TEST_SRCDIR'], 'methods'))

import fitted_objects  # noqa: E402

CODES = {'not-trained': Pymva.Error.NOT_TRAINED, 'type': Pymva.Error.TYPE,
         'unsupported': Pymva.Error.UNSUPPORTED, 'value': Pymva.Error.VALUE}


class ModelObjectTest(TypelibTest):
    def check(self, fitted):
        """The model answers as the object does, on all rows."""
        model = Pymva.Model.from_python(fitted.object, **fitted.options)
        answers = np.asarray(model.predict(Pymva.Tensor.from_numpy(fitted.inputs)))
        limit = 0.0 if fitted.exact else 1e-5
        worst = np.max(np.abs(answers - fitted.answers) / np.maximum(1.0, np.abs(fitted.answers)))
        self.assertEqual(answers.shape, fitted.answers.shape, fitted.name)
        self.assertLessEqual(worst, limit, fitted.name)
        return model

    def check_all(self, objects):
        for fitted in objects:
            self.assertNotEqual(self.check(fitted).get_engine(), 'python', fitted.name)

    def check_errors(self, unusable):
        for value, code, words in unusable:
            message = self.assertPymvaError(CODES[code], Pymva.Model.from_python, value)
            self.assertIn(words, message)

    def test_boosters(self):
        self.check_all(fitted_objects.boosters())
        self.check_errors(fitted_objects.unusable_boosters())

    def test_errors(self):
        self.check_errors(fitted_objects.unusable())

    def test_estimators(self):
        self.check_all(fitted_objects.estimators())

    def test_keras(self):
        self.check_all(fitted_objects.keras_networks())

    def test_options(self):
        line = fitted_objects.line()
        model = Pymva.Model.from_python(line)
        self.assertEqual(model.get_title(), 'LinearRegression')
        self.assertEqual(model.list_variables(), ['f0'])
        self.assertEqual(model.list_targets(), ['target'])

        model = Pymva.Model.from_python(line, title='Line', variables=['x'], targets=['y'],
                                        sample=[[0.5], [2]])
        self.assertEqual(model.get_title(), 'Line')
        self.assertEqual(model.list_variables(), ['x'])
        self.assertEqual(model.list_targets(), ['y'])
        self.assertEqual(model.predict_event([1.5]), [4])
        told = json.loads(model.dup_manifest())['provenance']
        self.assertEqual(told['imported-format'], 'python-object')
        self.assertIn('LinearRegression', told['imported-class'])
        self.assertEqual(len(told['imported-sha256']), 64)
        self.assertEqual(told['framework'], 'scikit-learn')

        for options in ({'variables': ['x', 'y']}, {'titel': 'Line'}, {'sample': [[1, 2]]}):
            with self.assertRaises(Exception) as context:
                Pymva.Model.from_python(line, **options)
            self.assertTrue(context.exception.matches(Pymva.Error.quark(), Pymva.Error.VALUE))

    def test_python(self):
        fitted = fitted_objects.support_vectors()
        model = self.check(fitted)
        self.assertEqual(model.get_engine(), 'python')
        self.assertEqual(model.list_classes(), ['yes', 'no'])
        with tempfile.TemporaryDirectory() as folder:
            file = Gio.File.new_for_path(os.path.join(folder, 'model.pymva'))
            model.save(file, None)
            self.assertPymvaError(Pymva.Error.UNTRUSTED, Pymva.Model.load, file, None)
            loaded = Pymva.Model.load_trusted(file, model.get_sha256(), None)
            answers = loaded.predict(Pymva.Tensor.from_numpy(fitted.inputs))
            self.assertEqual(answers.to_doubles(), [*map(float, fitted.answers.ravel())])

    def test_torch(self):
        for fitted in fitted_objects.torch_networks():
            training = fitted.object.training
            self.assertEqual(self.check(fitted).get_engine(), 'mlp')
            self.assertEqual(fitted.object.training, training)


if __name__ == '__main__':
    main(ModelObjectTest)
