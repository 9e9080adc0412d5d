#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Any estimator, and the user's own, through the typelib; estimator.js has the same cases."""

from gi.repository import Gio, GLib
from harness import Pymva, TypelibTest, data_file, main, sine_dataset, wait

MEAN = """
import numpy as np

class Mean:
    def __init__(self, offset=0.0):
        self.offset = offset

    def fit(self, inputs, targets, weights):
        self.mean = np.average(targets, weights=weights) + self.offset

    def partial_fit(self, inputs, targets, epoch):
        self.mean = float(epoch)
        return {"events": len(inputs)}

    def predict(self, inputs):
        return np.full(len(inputs), self.mean)
"""


def parameters(**values):
    return GLib.Variant('a{sv}', values)


class EstimatorTest(TypelibTest):
    @classmethod
    def setUpClass(cls):
        cls.dataset = sine_dataset()
        cls.inputs = cls.dataset.get_inputs(Pymva.Part.TEST)

    def new_method(self):
        method = Pymva.PythonMethod.new()
        method.set_property('user-code', MEAN)
        return method

    def test_batches(self):
        method = self.new_method()
        method.set_property('streamed', True)
        method.set_property('epochs', 3)
        method.set_property('batch-size', 30)
        events = []
        method.connect('iteration', lambda _method, _index, metrics:
                       events.append(metrics['events']))
        method.train(self.dataset, None)
        self.assertEqual(events, [20, 20, 20])
        self.assertEqual(method.predict(self.inputs, None).to_doubles()[0], 2)

    def test_functions_of_the_program(self):
        interpreter = Pymva.Interpreter.get_default()
        weights = []

        def fit(args, _kwargs):
            weights.extend(args.get_index(2).to_tensor().to_doubles())
            return Pymva.Object.new_from_variant(GLib.Variant('d', 0.5))

        def predict(args, _kwargs):
            value = args.get_index(0).to_variant().unpack()
            n_events = args.get_index(1).get_length()
            return Pymva.Object.new_from_tensor(
                Pymva.Tensor.new_from_doubles([value] * n_events, 0))

        method = Pymva.PythonMethod.new()
        method.set_functions(interpreter.new_function('fit', fit),
                             interpreter.new_function('predict', predict))
        method.train(self.dataset, None)
        self.assertEqual(len(weights), 50)
        self.assertEqual(method.predict(self.inputs, None).to_doubles()[0], 0.5)
        message = self.assertPymvaError(Pymva.Error.UNSUPPORTED, method.save,
                                        Gio.File.new_for_path('/nonexistent.pymva'), None)
        self.assertIn('not be saved', message)

    def test_list(self):
        names = Pymva.Sklearn.list_estimators(Pymva.AnalysisType.REGRESSION, None)
        self.assertIn('SVR', names)
        self.assertNotIn('SVC', names)
        result = wait(Pymva.Sklearn.list_estimators_async, Pymva.AnalysisType.MULTICLASS, None)
        self.assertIn('SVC', Pymva.Sklearn.list_estimators_finish(result))

    def test_live_object(self):
        names = Pymva.Interpreter.get_default().run(MEAN, None, None)
        key = Pymva.Object.new_from_variant(GLib.Variant('s', 'Mean'))
        method = Pymva.PythonMethod.new()
        method.set_property('object', names.get_item(key))
        method.set_property('user-parameters', parameters(offset=GLib.Variant('d', 10)))
        method.train(self.dataset, None)
        self.assertGreater(method.predict(self.inputs, None).to_doubles()[0], 9)
        offset = method.get_trained_object().get_attribute('offset')
        self.assertEqual(offset.to_variant().unpack(), 10)

    def test_parameters(self):
        method = Pymva.Sklearn.new()
        method.set_property('estimator', 'StandardScaler, SVR')
        method.set_property('estimator-parameters', parameters(svr__C=GLib.Variant('d', 10)))
        method.train(self.dataset, None)
        answers = method.predict(self.inputs, None).to_doubles()
        targets = self.dataset.get_targets(Pymva.Part.TEST).to_doubles()
        self.assertLess(max(abs(a - b) for a, b in zip(answers, targets)), 1)
        copied = method.copy().get_property('estimator-parameters')
        self.assertEqual(copied.unpack(), {'svr__C': 10})
        method.set_property('estimator-parameters', parameters(C=GLib.Variant('d', 10)))
        message = self.assertPymvaError(Pymva.Error.VALUE, method.train, self.dataset, None)
        self.assertIn('did you mean “svr__C”?', message)

    def test_streams(self):
        stream = Pymva.TableStream.new(data_file('multiclass_example.csv'), None)
        stream.set_piece_size(1500)
        sizes = []
        while (piece := stream.read(None)) is not None:
            sizes.append(piece.get_n_rows())
        self.assertEqual(sizes, [1500, 1500, 1000])
        stream.rewind()
        piece = stream.read_finish(wait(stream.read_async, None))
        self.assertEqual(piece.get_n_rows(), 1500)

        dataset = Pymva.Dataset.new(Pymva.AnalysisType.REGRESSION)
        dataset.add_events_stream(stream, 1)
        dataset.add_variable('var1')
        dataset.add_target('var2')
        method = self.new_method()
        method.set_property('batch-size', 300)
        events = []
        method.connect('iteration', lambda _method, _index, metrics:
                       events.append(metrics['events']))
        method.train(dataset, None)
        self.assertEqual(len(events), 1)
        self.assertLess(events[0], 302)
        message = self.assertPymvaError(Pymva.Error.UNSUPPORTED, Pymva.RandomForest.new().train,
                                        dataset, None)
        self.assertIn('streams', message)

    def test_source_text(self):
        method = self.new_method()
        method.train(self.dataset, None)
        answers = method.predict(self.inputs, None).to_doubles()
        self.assertLess(max(answers), 1)
        self.assertEqual(method.get_model().get_engine(), 'python')
        method.set_property('user-code', 'def fit(X, y): 1 / 0\ndef predict(s, X): pass')
        message = self.assertPymvaError(Pymva.Error.PYTHON, method.train, self.dataset, None)
        self.assertIn('ZeroDivisionError', message)


main(EstimatorTest)
