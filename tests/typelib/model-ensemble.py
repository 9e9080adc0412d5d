#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Models of several through the typelib; model-ensemble.js has the same cases."""

import json
import os
import sys

import numpy as np
from gi.repository import Gio, GLib
from harness import LIGHTGBM, Pymva, StepModelTest, main

sys.path.append(os.path.join(os.environ['G_TEST_SRCDIR'], 'methods'))

import fitted_objects  # noqa: E402

# With 3 to the left and 8 to the right.
OTHER = LIGHTGBM.replace(b'=-1 2', b'=3 8')
FOLD = 'number >= 0 ? number % 2 : -1'


class ModelEnsembleTest(StepModelTest):
    def setUp(self):
        self.members = [self.new_model(), self.new_model(OTHER)]

    def check_fold(self, model):
        """One event of the first fold, one of the second, and three of none."""
        table = Pymva.Table.new()
        for name, values in (('a', [0] * 5), ('b', [0, 0, 0, 1, 0]),
                             ('number', [4, 3, -1, 2, float('nan')])):
            table.add_column(name, Pymva.Tensor.new_from_doubles(values, 0))
        self.assertEqual(model.predict_table(table).to_doubles(), [-1, 3, 1, 2, 1])

    def test_cross_validation(self):
        found, rows, numbers, mean, held_out = fitted_objects.folds()
        model = Pymva.Model.from_python(found, variables=['x', 'y'])
        self.assertEqual(model.list_variables(), ['x', 'y'])
        self.assertEqual(model.list_classes(), ['yes', 'no'])
        self.assertEqual(model.get_engine(), 'forest')
        answers = np.asarray(model.predict(Pymva.Tensor.from_numpy(rows)))
        np.testing.assert_array_equal(answers, mean)

        model = Pymva.Model.from_python(tuple(found['estimator']), fold='number', title='Folds')
        self.assertEqual(model.get_title(), 'Folds')
        self.assertEqual(model.list_variables(), ['f0', 'f1', 'fold'])
        rows = np.column_stack([rows, numbers])
        answers = np.asarray(model.predict(Pymva.Tensor.from_numpy(rows)))
        np.testing.assert_array_equal(answers, held_out)

    def test_errors(self):
        def refused(code, *args, **options):
            return self.assertPymvaError(code, lambda: Pymva.Model.new_ensemble(*args, **options))

        self.assertIn('300', refused(Pymva.Error.VALUE, []))
        self.assertIn('“title”', refused(Pymva.Error.VALUE, self.members, titel='Both'))
        self.assertIn('“fold”', refused(Pymva.Error.EXPRESSION, self.members, fold='number %'))
        wrong = GLib.Variant('a{sv}', {'fold': GLib.Variant('x', 2)})
        self.assertIn('“fold”', refused(Pymva.Error.TYPE, self.members, wrong))
        line = Pymva.Model.from_python(fitted_objects.line(), targets=['y'])
        self.assertIn('Member 1, “LinearRegression”',
                      refused(Pymva.Error.VALUE, [self.members[0], line]))
        vectors = Pymva.Model.from_python(fitted_objects.support_vectors().object, python=True)
        self.assertIn('Member 1, “SVC”',
                      refused(Pymva.Error.UNSUPPORTED, [self.members[0], vectors]))

    def test_fold(self):
        model = Pymva.Model.new_ensemble(self.members, fold=FOLD)
        self.assertEqual(model.list_variables(), ['a', 'b', 'fold'])
        self.check_fold(model)

    def test_mean(self):
        model = Pymva.Model.new_ensemble(self.members, None)
        inputs = Pymva.Tensor.new_from_doubles([0, 0.5, 0, 0.6], 2)
        self.assertEqual(model.predict(inputs).to_doubles(), [1, 5])
        self.assertEqual(model.get_title(), self.members[0].get_title())
        self.assertEqual(model.list_variables(), ['a', 'b'])
        told = json.loads(model.dup_manifest())['provenance']['members']
        self.assertEqual([member['sha256'] for member in told],
                         [member.get_sha256() for member in self.members])

    def test_saved(self):
        options = {'fold': FOLD, 'title': 'Both'}
        options = {name: GLib.Variant('s', text) for name, text in options.items()}
        model = Pymva.Model.new_ensemble(self.members, GLib.Variant('a{sv}', options))
        file = self.new_file('ensemble-XXXXXX.pymva')
        model.save(file, None)
        loaded = Pymva.Model.load(file, None)
        self.assertEqual(loaded.get_title(), 'Both')
        self.assertEqual(loaded.get_sha256(), model.get_sha256())
        self.check_fold(loaded)

    def test_variables(self):
        third = self.new_model(OTHER.replace(b'feature_names=a b', b'feature_names=b c'))
        model = Pymva.Model.new_ensemble([*self.members, third])
        self.assertEqual(model.list_variables(), ['a', 'b', 'c'])
        # -1, 3 and 8; 2, 8 and 3.
        inputs = Pymva.Tensor.new_from_doubles([0, 0, 1, 0, 1, 0], 3)
        self.assertClose(model.predict(inputs).to_doubles(), [10 / 3, 13 / 3])


if __name__ == '__main__':
    main(ModelEnsembleTest)
