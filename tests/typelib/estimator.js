// SPDX-License-Identifier: LGPL-2.1-or-later
// Any estimator, and the user's own, through the typelib; estimator.py has the same cases.

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import Pymva from 'gi://Pymva?version=1.0';
import {assertEqual, assertIn, assertPymvaError, assertTrue, dataFile, main} from './harness.js';

const MEAN = `
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
`;

// A small regression: a sine of one variable.
function sineDataset() {
    const table = new Pymva.Table();
    table.add_column('x', Pymva.Tensor.new_from_doubles(
        Array.from({length: 100}, (_, index) => index / 10), 0));
    const result = Pymva.Dataset.new(Pymva.AnalysisType.REGRESSION);
    result.add_events(table, 1);
    result.add_variable('x');
    result.add_target('sin(x)');
    return result;
}

const dataset = sineDataset();
const inputs = dataset.get_inputs(Pymva.Part.TEST);

function newMethod() {
    return new Pymva.PythonMethod({user_code: MEAN});
}

function firstAnswer(method) {
    return method.predict(inputs, null).to_doubles()[0];
}

main({
    test_batches() {
        const method = newMethod();
        method.streamed = true;
        method.epochs = 3;
        method.batch_size = 30;
        const events = [];
        method.connect('iteration', (_method, _index, metrics) =>
            events.push(metrics.recursiveUnpack().events));
        method.train(dataset, null);
        assertEqual(events, [20, 20, 20]);
        assertEqual(firstAnswer(method), 2);
    },

    test_functions_of_the_program() {
        const interpreter = Pymva.Interpreter.get_default();
        const weights = [];
        const fit = interpreter.new_function('fit', (args, _kwargs) => {
            weights.push(...args.get_index(2).to_tensor().to_doubles());
            return Pymva.Object.new_from_variant(new GLib.Variant('d', 0.5));
        });
        const predict = interpreter.new_function('predict', (args, _kwargs) => {
            const value = args.get_index(0).to_variant().unpack();
            const nEvents = Number(args.get_index(1).get_length());
            return Pymva.Object.new_from_tensor(
                Pymva.Tensor.new_from_doubles(Array(nEvents).fill(value), 0));
        });

        const method = Pymva.PythonMethod.new();
        method.set_functions(fit, predict);
        method.train(dataset, null);
        assertEqual(weights.length, 50);
        assertEqual(firstAnswer(method), 0.5);
        assertIn('not be saved', assertPymvaError(Pymva.Error.UNSUPPORTED, () =>
            method.save(Gio.File.new_for_path('/nonexistent.pymva'), null)));
    },

    async test_list() {
        const names = Pymva.Sklearn.list_estimators(Pymva.AnalysisType.REGRESSION, null);
        assertIn('SVR', names);
        assertTrue(!names.includes('SVC'));
        const result = await new Promise(resolve => {
            Pymva.Sklearn.list_estimators_async(Pymva.AnalysisType.MULTICLASS, null,
                (_source, res) => resolve(res));
        });
        assertIn('SVC', Pymva.Sklearn.list_estimators_finish(result));
    },

    test_live_object() {
        const names = Pymva.Interpreter.get_default().run(MEAN, null, null);
        const key = Pymva.Object.new_from_variant(new GLib.Variant('s', 'Mean'));
        const method = new Pymva.PythonMethod({
            object: names.get_item(key),
            user_parameters: new GLib.Variant('a{sv}', {offset: new GLib.Variant('d', 10)}),
        });
        method.train(dataset, null);
        assertTrue(firstAnswer(method) > 9);
        const offset = method.get_trained_object().get_attribute('offset');
        assertEqual(offset.to_variant().unpack(), 10);
    },

    test_parameters() {
        const method = new Pymva.Sklearn({
            estimator: 'StandardScaler, SVR',
            estimator_parameters: new GLib.Variant('a{sv}', {svr__C: new GLib.Variant('d', 10)}),
        });
        method.train(dataset, null);
        const answers = method.predict(inputs, null).to_doubles();
        const targets = dataset.get_targets(Pymva.Part.TEST).to_doubles();
        assertTrue(Math.max(...answers.map((a, i) => Math.abs(a - targets[i]))) < 1);
        assertEqual(method.copy().estimator_parameters.recursiveUnpack().svr__C, 10);
        method.estimator_parameters =
            new GLib.Variant('a{sv}', {C: new GLib.Variant('d', 10)});
        assertIn('did you mean “svr__C”?', assertPymvaError(Pymva.Error.VALUE, () =>
            method.train(dataset, null)));
    },

    async test_streams() {
        const stream = Pymva.TableStream.new(dataFile('multiclass_example.csv'), null);
        stream.piece_size = 1500;
        const sizes = [];
        for (let piece = stream.read(null); piece !== null; piece = stream.read(null))
            sizes.push(piece.get_n_rows());
        assertEqual(sizes, [1500, 1500, 1000]);
        stream.rewind();
        const result = await new Promise(resolve => {
            stream.read_async(null, (_source, res) => resolve(res));
        });
        assertEqual(stream.read_finish(result).get_n_rows(), 1500);

        const files = Pymva.Dataset.new(Pymva.AnalysisType.REGRESSION);
        files.add_events_stream(stream, 1);
        files.add_variable('var1');
        files.add_target('var2');
        const method = newMethod();
        method.batch_size = 300;
        const events = [];
        method.connect('iteration', (_method, _index, metrics) =>
            events.push(metrics.recursiveUnpack().events));
        method.train(files, null);
        assertEqual(events.length, 1);
        assertTrue(events[0] < 302);
        assertIn('streams', assertPymvaError(Pymva.Error.UNSUPPORTED, () =>
            Pymva.RandomForest.new().train(files, null)));
    },

    test_source_text() {
        const method = newMethod();
        method.train(dataset, null);
        assertTrue(Math.max(...method.predict(inputs, null).to_doubles()) < 1);
        assertEqual(method.get_model().get_engine(), 'python');
        method.user_code = 'def fit(X, y): 1 / 0\ndef predict(s, X): pass';
        assertIn('ZeroDivisionError', assertPymvaError(Pymva.Error.PYTHON, () =>
            method.train(dataset, null)));
    },
});
