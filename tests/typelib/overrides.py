#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the overrides add for programs in Python: attributes, NumPy, pandas, operators."""

import signal
import subprocess
import sys
from pathlib import Path

import numpy
import pandas
import pyarrow
from gi.repository import GLib
from harness import Pymva, TypelibTest, main, sine_dataset
from sklearn.linear_model import LinearRegression

# Trains for longer than anybody waits, and says when the first iteration is over.
ENDLESS_TRAINING = """
import signal
from harness import Pymva, sine_dataset

signal.signal(signal.SIGINT, signal.default_int_handler)
method = Pymva.Torch(epochs=1000000)
method.connect('iteration', lambda _method, i, _metrics: i == 1 and print('trains', flush=True))
try:
    method.train(sine_dataset(), None)
except KeyboardInterrupt as interrupt:
    print(type(interrupt.__cause__).__name__, method.trained, flush=True)
    raise
"""


class OverridesTest(TypelibTest):
    @classmethod
    def setUpClass(cls):
        # Programs that a shell starts in the background inherit that the signal is ignored.
        signal.signal(signal.SIGINT, signal.default_int_handler)

    def setUp(self):
        self.tensor = Pymva.Tensor.new_from_doubles([1, 2, 3, 4, 5, 6], 3)

    def test_attributes(self):
        dataset = Pymva.Dataset(analysis_type=Pymva.AnalysisType.REGRESSION)
        self.assertEqual(dataset.analysis_type, Pymva.AnalysisType.REGRESSION)
        dataset.test_fraction = 0.25
        self.assertEqual(dataset.get_test_fraction(), 0.25)
        with self.assertRaisesRegex(AttributeError, 'test_fraction'):
            dataset.test_fractoin = 0.5
        with self.assertRaisesRegex(AttributeError, 'test_fraction'):
            _ = dataset.test_fractoin
        with self.assertRaisesRegex(AttributeError, 'when the object is made'):
            dataset.analysis_type = Pymva.AnalysisType.MULTICLASS
        with self.assertRaisesRegex(AttributeError, 'only be read'):
            self.tensor.n_dims = 3

    def test_derived_class_has_attributes_of_its_own(self):
        class Named(Pymva.Method):
            pass

        method = Named(title='a title')
        method.comment = 'mine'
        self.assertEqual((method.title, method.comment), ('a title', 'mine'))

    def test_array_shares_memory(self):
        array = numpy.asarray(self.tensor)
        self.assertEqual(array.ctypes.data, self.tensor.get_address())
        self.assertEqual(array.shape, (2, 3))
        self.assertFalse(array.flags.writeable)

    def test_array_keeps_tensor(self):
        array = numpy.asarray(Pymva.Tensor.new_from_doubles([0.5] * 100000, 0))
        self.assertEqual(array.sum(), 50000)

    def test_every_element_type(self):
        for kind in ('f4', 'f8', 'i1', 'u1', 'i2', 'i4', 'i8', '?'):
            array = numpy.array([[0, 1], [1, 0]], dtype=kind)
            tensor = Pymva.Tensor.from_numpy(array)
            back = numpy.asarray(tensor)
            self.assertEqual(back.dtype, array.dtype)
            self.assertEqual(back.ctypes.data, array.ctypes.data)
            self.assertEqual([tensor[i, j] for i in (0, 1) for j in (0, 1)], [0, 1, 1, 0])

    def test_array_of_other_layout(self):
        array = numpy.arange(6.0).reshape(2, 3).T
        numpy.testing.assert_array_equal(numpy.asarray(Pymva.Tensor.from_numpy(array)), array)

    def test_array_of_other_type(self):
        with self.assertRaisesRegex(GLib.Error, 'complex'):
            Pymva.Tensor.from_numpy(numpy.zeros(2, dtype=complex))

    def test_large_integers_are_exact(self):
        number = 2**53 + 1
        self.assertEqual(Pymva.Tensor.from_numpy(numpy.array([number]))[0], number)

    def test_tensor_as_sequence(self):
        self.assertEqual(len(self.tensor), 2)
        self.assertEqual(self.tensor.shape, (2, 3))
        self.assertEqual(self.tensor[1, -1], 6)
        self.assertEqual(list(self.tensor[-1]), [4, 5, 6])
        self.assertEqual([str(row) for row in self.tensor], ['[1.0, 2.0, 3.0]', '[4.0, 5.0, 6.0]'])
        self.assertEqual(self.tensor[1:].get_address(), self.tensor.get_address() + 24)
        for index in (2, (0, 3), (0, 0, 0)):
            with self.assertRaises(IndexError):
                _ = self.tensor[index]
        with self.assertRaises(IndexError):
            _ = self.tensor[::2]

    def test_tensor_as_text(self):
        self.assertEqual(repr(self.tensor), '<Pymva.Tensor float64 [2, 3]>')
        self.assertEqual(str(self.tensor), '[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]')
        self.assertEqual(str(Pymva.Tensor.new_from_doubles(range(10), 0)),
                         '[0.0, 1.0, 2.0, ..., 7.0, 8.0, 9.0]')
        self.assertTrue(Pymva.Tensor())

    def test_pandas(self):
        frame = pandas.DataFrame({'x': [1.5, 2.5], 'n': [3.0, 4.0]})
        table = Pymva.Table.from_pandas(frame)
        self.assertEqual(list(table), ['x', 'n'])
        self.assertEqual(len(table), 2)
        self.assertIn('n', table)
        self.assertEqual(table['n'][1], 4)
        pandas.testing.assert_frame_equal(table.to_pandas(), frame)
        with self.assertRaises(KeyError):
            _ = table['y']

    def test_pandas_columns_share_memory(self):
        frame = Pymva.Table.from_pandas(pandas.DataFrame({'x': [1.5, 2.5]})).to_pandas()
        table = Pymva.Table.from_pandas(frame)
        self.assertEqual(table['x'].get_address(), frame['x'].to_numpy().ctypes.data)

    def test_pandas_words(self):
        frame = pandas.DataFrame({
            'name': ['b', None, 'a'], 'kind': pandas.Categorical(['x', 'y', 'x']),
            'level': pandas.Categorical([3, 1, 3]), 'n': pandas.array([1, None, 3], 'Int64'),
            'truth': [True, False, True]})
        table = Pymva.Table.from_pandas(frame)
        self.assertEqual(table.list_labels('name'), ['b', '', 'a'])
        self.assertEqual(table.list_labels('kind'), ['x', 'y'])
        self.assertEqual(list(table['level'].to_doubles()), [3, 1, 3])
        self.assertEqual(list(table['truth'].to_doubles()), [1, 0, 1])
        self.assertTrue(numpy.isnan(table['n'][1]))
        back = table.to_pandas()
        self.assertEqual(back['name'].astype(object).fillna('none').tolist(), ['b', 'none', 'a'])
        self.assertEqual(back['kind'].tolist(), ['x', 'y', 'x'])
        for values in (pandas.to_datetime(['2026-01-01', '2026-01-02']), ['a', 1], [{}, []]):
            with self.assertRaisesRegex(TypeError, '“when”'):
                Pymva.Table.from_pandas(pandas.DataFrame({'when': values}))

    def test_arrow(self):
        arrow = pyarrow.table({'x': [1.5, 2.5, 3.5], 'word': ['a', None, 'b'],
                               'n': pyarrow.array([1, None, 3])})
        table = Pymva.Table.from_arrow(arrow)
        self.assertEqual(list(table), ['x', 'word', 'n'])
        self.assertTrue(numpy.isnan(table['n'][1]))
        back = table.to_arrow()
        self.assertEqual(back['x'].to_pylist(), [1.5, 2.5, 3.5])
        self.assertEqual(back['word'].to_pylist(), ['a', None, 'b'])
        self.assertEqual(back['x'].chunk(0).buffers()[1].address, table['x'].get_address())

    def test_numpy_tables(self):
        table = Pymva.Table.from_numpy(numpy.arange(6.0).reshape(3, 2), ['a', 'b'])
        self.assertEqual(list(table['b'].to_doubles()), [1, 3, 5])
        self.assertEqual(list(Pymva.Table.from_numpy(numpy.eye(2))), ['column1', 'column2'])
        table = Pymva.Table.from_numpy(numpy.array([(1, 2.5, 's'), (2, 3.5, 'b')],
                                                   [('i', 'u2'), ('f', 'f4'), ('t', 'U3')]))
        self.assertEqual(list(table['i'].to_doubles()), [1, 2])
        self.assertEqual(list(table['f'].to_doubles()), [2.5, 3.5])
        codes = numpy.asarray(table.get_codes('t'))
        self.assertEqual([table.list_labels('t')[code] for code in codes], ['s', 'b'])
        with self.assertRaisesRegex(TypeError, '1 dimensions'):
            Pymva.Table.from_numpy(numpy.ones(3))
        with self.assertRaisesRegex(ValueError, '1 names for 2 columns'):
            Pymva.Table.from_numpy(numpy.eye(2), ['x'])

    def test_object_is_the_value(self):
        value = object()
        self.assertIs(Pymva.Object.from_python(value).to_python(), value)

    def test_object_operators(self):
        items = Pymva.Object.from_python([1, 2.5, {'k': 'v'}])
        self.assertEqual(len(items), 3)
        self.assertEqual([str(item) for item in items], ['1', '2.5', "{'k': 'v'}"])
        self.assertEqual((int(items[0]), float(items[1])), (1, 2.5))
        self.assertEqual(str(items[2]['k']), 'v')
        self.assertIn(2.5, items)
        items[0] = None
        self.assertFalse(items[0])
        with self.assertRaises(IndexError):
            _ = items[3]
        with self.assertRaises(KeyError):
            _ = items[2]['z']

    def test_object_call(self):
        ordered = Pymva.Object.from_python(sorted)([3, 1, 2], reverse=True)
        self.assertEqual(ordered.to_python(), [3, 2, 1])

    def test_function(self):
        interpreter = Pymva.Interpreter.get_default()
        function = interpreter.new_function(
            'describe', lambda args, kwargs, unit: f'{args[0]} {unit}', 'GeV')
        self.assertEqual(str(function(5)), '5 GeV')
        self.assertTrue(interpreter.new_function('nothing', lambda args, kwargs: None)().is_none())

    def test_function_that_raises(self):
        def fail(_args, _kwargs):
            raise LookupError('no such run')

        function = Pymva.Interpreter.get_default().new_function('fail', fail)
        with self.assertRaisesRegex(GLib.Error, 'LookupError: no such run'):
            function()

    def test_models_of_lists(self):
        """What goes wrong with them; the suite model-ensemble has what goes well."""
        line = LinearRegression().fit([[0.0], [1.0]], [1.0, 3.0])
        for value, options, words in (
                ([], {}, '1 to 300 members'), ({'estimator': ()}, {}, '1 to 300 members'),
                ({'test_score': [1.0], 'fit_time': [1.0]}, {'fold': 'number'},
                 'return_estimator=True'),
                ([line, 'line'], {}, 'Element 1 of the list: “str” cannot be imported'),
                ([line, [line]], {}, 'Element 1 of the list: “list”.* an ensemble of these'),
                ((line, LinearRegression()), {}, r'Element 1 of the list: .*call its fit\(\)'),
                ([line, line], {'fold': 'number %'}, '“fold”'),
                ([line, line], {'folds': 'number'}, '“folds”'),
                (line, {'fold': 'number'}, '“fold”')):
            with self.assertRaisesRegex(GLib.Error, words):
                Pymva.Model.from_python(value, **options)
        model = Pymva.Model.from_python([line], title=None)
        self.assertEqual(model.title, 'LinearRegression')
        with self.assertRaisesRegex(TypeError, 'but not both'):
            Pymva.Model.new_ensemble([model], GLib.Variant('a{sv}', {}), title='Line')
        with self.assertRaisesRegex(TypeError, 'Element 1 of the members .*“NoneType”'):
            Pymva.Model.new_ensemble([model, None])
        both = Pymva.Model.new_ensemble((each for each in (model, model)), title='Both')
        self.assertEqual(both.title, 'Both')

    def test_parameters_of_python(self):
        dataset = sine_dataset()
        method = Pymva.Sklearn(estimator='MLPRegressor',
                               estimator_parameters={'hidden_layer_sizes': (8, 4), 'max_iter': 5,
                                                     'alpha': 0.5, 'early_stopping': False,
                                                     'random_state': None})
        self.assertEqual(method.estimator_parameters.unpack()['hidden_layer_sizes'], (8, 4))
        self.assertTrue(method.train(dataset, None))
        method.estimator_parameters = {'max_iter': 6, 'nesterovs_momentum': True}
        self.assertTrue(method.train(dataset, None))
        with self.assertRaisesRegex(TypeError, 'a object cannot be a parameter'):
            method.estimator_parameters = {'alpha': object()}

    def test_own_methods(self):
        """An object, a class and a pair of functions, as they are."""
        class Mean:
            def fit(self, inputs, targets, weights):
                self.mean = targets.mean()

            def predict(self, inputs):
                return inputs[:, 0] * 0 + self.mean

        dataset = sine_dataset()
        method = Pymva.PythonMethod(object=Mean)
        method.train(dataset, None)
        trained = method.get_trained_object().to_python()
        self.assertIsInstance(trained, Mean)
        inputs = dataset.get_inputs(Pymva.Part.TEST)
        self.assertAlmostEqual(method.predict(inputs, None)[0, 0], trained.mean, places=6)
        for value in (Mean(), (lambda X, y, w: 2, lambda state, X: X[:, 0] * 0 + state)):
            method.object = value
            self.assertTrue(method.train(dataset, None))
        self.assertEqual(method.predict(inputs, None)[0, 0], 2)

    def test_signal_ends_a_training(self):
        """As Ctrl-C does: the handler of a signal raises while the call waits."""
        def interrupt(_number, _frame):
            raise LookupError('that is enough')

        dataset = sine_dataset()
        method = Pymva.Torch(epochs=1000000)
        previous = signal.signal(signal.SIGALRM, interrupt)
        signal.setitimer(signal.ITIMER_REAL, 0.5)
        try:
            with self.assertRaisesRegex(GLib.Error, 'LookupError: that is enough'):
                method.train(dataset, None)
        finally:
            signal.signal(signal.SIGALRM, previous)
        self.assertFalse(method.trained)
        method.epochs = 2
        self.assertTrue(method.train(dataset, None))

    def test_keyboard_interrupt_ends_a_training(self):
        with subprocess.Popen([sys.executable, '-c', ENDLESS_TRAINING],
                              cwd=Path(__file__).parent, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as program:
            first = program.stdout.readline()
            program.send_signal(signal.SIGINT)
            rest, errors = program.communicate()
        self.assertEqual((first, rest), ('trains\n', 'Error False\n'), errors)
        self.assertEqual(errors.splitlines()[-1], 'KeyboardInterrupt')
        self.assertEqual(program.returncode, -signal.SIGINT)

    def test_keyboard_interrupt_in_a_handler_ends_a_training(self):
        method = Pymva.Torch(epochs=1000000)
        method.connect('iteration', lambda _method, i, _metrics:
                       i == 1 and signal.raise_signal(signal.SIGINT))
        with self.assertRaises(KeyboardInterrupt):
            method.train(sine_dataset(), None)
        self.assertIs(signal.getsignal(signal.SIGINT), signal.default_int_handler)
        self.assertFalse(method.trained)

    def test_keyboard_interrupt_after_the_last_wait(self):
        method = Pymva.Torch(epochs=2)
        method.connect('notify::trained',
                       lambda _method, _pspec: signal.raise_signal(signal.SIGINT))
        with self.assertRaises(KeyboardInterrupt):
            method.train(sine_dataset(), None)
        self.assertTrue(method.trained)

    def test_keyboard_interrupt_ends_other_calls(self):
        interpreter = Pymva.Interpreter.get_default()
        with self.assertRaises(KeyboardInterrupt):
            interpreter.run('raise KeyboardInterrupt', None, None)
        function = interpreter.evaluate('lambda: __import__("signal").raise_signal(2)', None)
        with self.assertRaises(KeyboardInterrupt):
            function()
        with self.assertRaises(KeyboardInterrupt):
            function.call(None)


main(OverridesTest)
