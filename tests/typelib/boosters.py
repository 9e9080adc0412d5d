#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""XGBoost and LightGBM through the typelib; boosters.js has the same cases."""

from gi.repository import Gio, GLib
from harness import Pymva, TypelibTest, few_events, main


class BoostersTest(TypelibTest):
    @classmethod
    def setUpClass(cls):
        cls.classes = few_events(Pymva.AnalysisType.MULTICLASS)
        cls.numbers = few_events(Pymva.AnalysisType.REGRESSION)

    def new_methods(self, **properties):
        for create in (Pymva.XGBoost.new, Pymva.LightGBM.new):
            method = create()
            for name, value in properties.items():
                method.set_property(name.replace('_', '-'), value)
            yield method

    def test_bad_values(self):
        for method in self.new_methods(objective='rankings'):
            message = self.assertPymvaError(Pymva.Error.VALUE, method.train, self.classes, None)
            self.assertIn('“auto”', message)
        for method in self.new_methods(monotone_constraints='1,0'):
            message = self.assertPymvaError(Pymva.Error.VALUE, method.train, self.classes, None)
            self.assertIn('there are 3', message)

    def test_cancel(self):
        for method in self.new_methods(n_estimators=100000):
            cancellable = Gio.Cancellable()
            method.connect('iteration', lambda *_args: cancellable.cancel())
            with self.assertRaises(GLib.Error) as context:
                method.train(self.classes, cancellable)
            self.assertTrue(context.exception.matches(Gio.io_error_quark(),
                                                      Gio.IOErrorEnum.CANCELLED))

    def test_classes_and_numbers(self):
        for method in self.new_methods(n_estimators=5):
            for dataset in (self.classes, self.numbers):
                method.train(dataset, None)
                inputs = dataset.get_inputs(Pymva.Part.TEST)
                model = method.get_model()
                self.assertEqual(model.get_engine(), 'forest')
                self.assertEqual(model.predict(inputs).to_doubles(),
                                 method.predict(inputs, None).to_doubles())
                self.assertClose([sum(method.get_importance().to_doubles())], [1])

    def test_continue(self):
        for method in self.new_methods(n_estimators=3):
            method.train(self.classes, None)
            method.set_property('continue-training', True)
            rounds = []
            method.connect('iteration', lambda _method, _index, metrics:
                           rounds.append(metrics.unpack()['round']))
            method.train(self.classes, None)
            self.assertEqual(rounds, [4, 5, 6])

    def test_early_stopping(self):
        for method in self.new_methods(n_estimators=1000, early_stopping=3):
            names = []
            method.connect('iteration', lambda _method, _index, metrics:
                           names.append(sorted(metrics.keys())))
            method.train(self.classes, None)
            self.assertTrue(3 < len(names) < 1000)
            self.assertEqual(names[0][0], 'round')
            self.assertIn('logloss', names[0][1])
            self.assertTrue(names[0][2].startswith('validation_'))

    def test_options(self):
        method = Pymva.Method.create_for_name('xgboost', None)
        self.assertTrue(method.set_options('NumRounds=7:Eta=0.5:TreeMethod=exact'))
        self.assertEqual(method.get_property('n-estimators'), 7)
        self.assertEqual(method.get_property('learning-rate'), 0.5)
        self.assertIn('approx', method.list_choices('tree-method'))
        method = Pymva.Method.create_for_name('lightgbm', None)
        self.assertTrue(method.set_options('NumLeaves=7:Boosting=dart'))
        self.assertEqual(method.get_property('num-leaves'), 7)
        self.assertIn('goss', method.list_choices('boosting'))

    def test_save_needs_no_trust(self):
        inputs = Pymva.Tensor.new_from_doubles([1, 2, 3], 3)
        for method in self.new_methods(n_estimators=3):
            method.train(self.classes, None)
            file, stream = Gio.File.new_tmp('XXXXXX.pymva')
            stream.close(None)
            method.save(file, None)
            model = Pymva.Model.load(file, None)
            self.assertEqual(model.predict(inputs).to_doubles(),
                             method.predict(inputs, None).to_doubles())
            file.delete(None)


main(BoostersTest)
