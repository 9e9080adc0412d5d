#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Ensembles of scikit-learn through the typelib; ensembles.js has the same cases."""

from gi.repository import Gio
from harness import Pymva, TypelibTest, few_events, main


class EnsemblesTest(TypelibTest):
    @classmethod
    def setUpClass(cls):
        cls.classes = few_events(Pymva.AnalysisType.MULTICLASS)
        cls.numbers = few_events(Pymva.AnalysisType.REGRESSION)

    def check(self, method, dataset, engine):
        self.assertTrue(method.train(dataset, None))
        inputs = dataset.get_inputs(Pymva.Part.TEST)
        model = method.get_model()
        self.assertEqual(model.get_engine(), engine)
        self.assertEqual(model.predict(inputs).to_doubles(),
                         method.predict(inputs, None).to_doubles())

    def test_ada_boost(self):
        method = Pymva.AdaBoost.new()
        method.set_property('n-estimators', 5)
        self.check(method, self.classes, 'forest')
        self.check(method, self.numbers, 'forest')

    def test_early_stopping(self):
        method = Pymva.GradientBoosting.new()
        method.set_property('early-stopping', 'on')
        method.set_property('n-iter-no-change', 2)
        losses = []
        method.connect('iteration', lambda _method, _index, metrics:
                       losses.append(metrics.unpack()['validation_loss']))
        method.train(self.numbers, None)
        self.assertTrue(len(losses) > 2)
        self.assertTrue(losses[-1] < losses[0])

    def test_extra_trees(self):
        method = Pymva.RandomForest.new()
        method.set_property('n-estimators', 5)
        method.set_property('extra-trees', True)
        self.check(method, self.classes, 'forest')

    def test_gradient_boosting(self):
        method = Pymva.GradientBoosting.new()
        method.set_property('n-estimators', 5)
        self.check(method, self.classes, 'forest')
        self.check(method, self.numbers, 'forest')
        self.assertClose([sum(method.get_importance().to_doubles())], [1])

    def test_histogram(self):
        method = Pymva.GradientBoosting.new()
        method.set_property('n-estimators', 5)
        method.set_property('histogram', True)
        self.check(method, self.classes, 'forest')
        self.assertPymvaError(Pymva.Error.UNSUPPORTED, method.get_importance)
        method.set_property('subsample', 0.5)
        message = self.assertPymvaError(Pymva.Error.VALUE, method.train, self.classes, None)
        self.assertIn('histogram', message)

    def test_needs_trust(self):
        method = Pymva.Sklearn.new()
        method.set_property('estimator', 'KNeighborsClassifier')
        method.train(self.classes, None)
        file, stream = Gio.File.new_tmp('XXXXXX.pymva')
        stream.close(None)
        method.save(file, None)
        self.assertPymvaError(Pymva.Error.UNTRUSTED, Pymva.Model.load, file, None)
        digest = method.get_model().get_sha256()
        self.assertEqual(Pymva.Model.load_trusted(file, digest, None).get_engine(), 'python')
        file.delete(None)

    def test_pymva_names(self):
        method = Pymva.Method.create_for_name('PyGTB', None)
        self.assertTrue(method.set_options("!V:NEstimators=3:MaxDepth=None:MaxFeatures='sqrt'"))
        self.assertEqual(method.get_property('max-depth'), 0)
        self.assertEqual(method.get_property('max-features'), 'sqrt')
        self.check(method, self.classes, 'forest')
        method = Pymva.Method.create_for_name('PyAdaBoost', None)
        self.assertPymvaError(Pymva.Error.UNSUPPORTED, method.set_options, 'BaseEstimator=x()')

    def test_warm_start(self):
        method = Pymva.GradientBoosting.new()
        method.set_property('n-estimators', 3)
        method.set_property('warm-start', True)
        method.train(self.classes, None)
        method.set_property('n-estimators', 5)
        trees = []
        method.connect('iteration', lambda _method, _index, metrics:
                       trees.append(metrics.unpack()['trees']))
        method.train(self.classes, None)
        self.assertEqual(trees, [4, 5])


main(EnsemblesTest)
