#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Methods and their models through the typelib; method.js has the same cases."""

from gi.repository import Gio, GLib
from harness import Pymva, TypelibTest, class_dataset, data_file, main, wait


def new_forest():
    forest = Pymva.RandomForest.new()
    forest.set_property('n-estimators', 10)
    return forest


class MethodTest(TypelibTest):
    @classmethod
    def setUpClass(cls):
        cls.dataset = class_dataset()
        cls.forest = new_forest()
        cls.forest.train(cls.dataset, None)
        cls.inputs = cls.dataset.get_inputs(Pymva.Part.TEST)

    def test_bad_value(self):
        forest = Pymva.RandomForest.new()
        forest.set_property('criterion', 'ginny')
        message = self.assertPymvaError(Pymva.Error.VALUE, forest.train, self.dataset, None)
        self.assertIn('gini', message)

    def test_cancel(self):
        cancellable = Gio.Cancellable()
        cancellable.cancel()
        with self.assertRaises(GLib.Error) as context:
            new_forest().train(self.dataset, cancellable)
        self.assertTrue(context.exception.matches(Gio.io_error_quark(),
                                                  Gio.IOErrorEnum.CANCELLED))

    def test_choices(self):
        self.assertIn('entropy', self.forest.list_choices('criterion'))

    def test_create_for_name(self):
        method = Pymva.Method.create_for_name('random-forest', 'mine')
        self.assertEqual(method.get_title(), 'mine')
        message = self.assertPymvaError(Pymva.Error.VALUE, Pymva.Method.create_for_name,
                                        'random-forst', None)
        self.assertIn('random-forest', message)

    def test_importance(self):
        importance = self.forest.get_importance().to_doubles()
        self.assertEqual(len(importance), 4)
        self.assertClose([sum(importance)], [1])

    def test_model(self):
        model = self.forest.get_model()
        self.assertEqual(model.get_engine(), 'forest')
        self.assertEqual(model.list_variables(), ['var1', 'var2', 'var3', 'var4'])
        self.assertEqual(model.list_classes(), self.dataset.list_classes())
        self.assertEqual(model.get_n_outputs(), 4)
        self.assertEqual(model.predict(self.inputs).to_doubles(),
                         self.forest.predict(self.inputs, None).to_doubles())
        self.assertEqual(list(model.predict_classes(self.inputs).get_shape()),
                         list(self.inputs.get_shape())[:1])
        event = self.inputs.slice(0, 1).to_doubles()
        self.assertClose([sum(model.predict_event(event))], [1])

    def test_not_trained(self):
        self.assertPymvaError(Pymva.Error.NOT_TRAINED, Pymva.RandomForest.new().predict,
                              self.inputs, None)
        self.assertPymvaError(Pymva.Error.NOT_TRAINED, Pymva.Model().predict, self.inputs)

    def test_options(self):
        forest = Pymva.RandomForest.new()
        self.assertTrue(forest.set_options('!H:NEstimators=7'))
        self.assertEqual(forest.get_property('n-estimators'), 7)
        self.assertTrue(forest.set_option('n-estimators', '0'))
        message = self.assertPymvaError(Pymva.Error.VALUE, forest.check_parameters,
                                        Pymva.AnalysisType.MULTICLASS)
        self.assertIn('n-estimators', message)
        self.assertIn('n-estimators', self.assertPymvaError(
            Pymva.Error.VALUE, forest.set_option, 'n-estimator', '1'))

    def test_save_and_load(self):
        file, stream = Gio.File.new_tmp('XXXXXX.pymva')
        stream.close(None)
        self.assertTrue(self.forest.save(file, None))
        model = Pymva.Model.load(file, None)
        result = wait(Pymva.Model.load_async, file, None)
        again = Pymva.Model.load_finish(result)
        file.delete(None)
        self.assertEqual(model.predict(self.inputs).to_doubles(),
                         self.forest.predict(self.inputs, None).to_doubles())
        self.assertEqual(again.get_sha256(), model.get_sha256())
        self.assertPymvaError(Pymva.Error.FORMAT, Pymva.Model.load,
                              data_file('multiclass_example.csv'), None)

    def test_threads(self):
        model = self.forest.get_model()
        self.assertIn(model.get_kernel(), ['portable', 'avx2', 'avx512'])
        self.assertEqual(model.get_kernel(), model.get_property('kernel'))
        self.assertEqual(model.get_n_threads(), 1)
        expected = model.predict(self.inputs).to_doubles()
        notified = []
        model.connect('notify::n-threads', lambda *_args: notified.append(True))
        for n_threads in (3, 0):
            model.set_property('n-threads', n_threads)
            self.assertEqual(model.get_n_threads(), n_threads)
            self.assertEqual(model.predict(self.inputs).to_doubles(), expected)
        self.assertEqual(len(notified), 2)
        result = wait(model.predict_async, self.inputs.cast(Pymva.DType.FLOAT64), None)
        self.assertEqual(model.predict_finish(result).to_doubles(), expected)
        model.set_n_threads(1)

    def test_train_async(self):
        forest = new_forest()
        fractions = []
        forest.connect('progress', lambda _method, fraction: fractions.append(fraction))
        result = wait(forest.train_async, self.dataset, None)
        self.assertTrue(forest.train_finish(result))
        self.assertTrue(forest.get_trained())
        self.assertEqual(fractions[-1], 1)

    def test_train_network(self):
        network = Pymva.Torch.new()
        network.set_property('hidden-layers', '8')
        network.set_property('epochs', 3)
        iterations = []
        network.connect('iteration',
                        lambda _method, index, metrics: iterations.append((index, metrics)))
        network.train(self.dataset, None)
        self.assertEqual(len(iterations), 3)
        self.assertIn('training_loss', iterations[0][1].unpack())
        self.assertEqual(network.get_model().get_engine(), 'mlp')


main(MethodTest)
