// SPDX-License-Identifier: LGPL-2.1-or-later

// Methods beyond the library's own: user-estimator.js [DATA] tells four classes apart with an
// estimator of scikit-learn, and with a class that is written in Python; then code that learns
// batch by batch takes a file that could be larger than memory.

imports.gi.versions.Pymva = '1.0';
const {Gio, GLib, Pymva} = imports.gi;

// Each class is a normal distribution; weights count.
const clouds = `
import numpy as np

class Clouds:
    def __init__(self, width=0.0):
        self.width = width

    def fit(self, inputs, targets, weights):
        self.means, self.scales = [], []
        for k in np.unique(targets):
            events, shares = inputs[targets == k], weights[targets == k]
            spread = np.cov(events.T, aweights=shares) + self.width * np.eye(len(events.T))
            self.means.append(np.average(events, axis=0, weights=shares))
            self.scales.append(np.linalg.cholesky(np.linalg.inv(spread)))

    def predict(self, inputs):
        scores = np.stack([
            np.log(np.diag(scale)).sum()
            - 0.5 * np.sum(((inputs - mean) @ scale) ** 2, axis=1)
            for mean, scale in zip(self.means, self.scales)], axis=1)
        near = np.exp(scores - scores.max(axis=1, keepdims=True))
        return near / near.sum(axis=1, keepdims=True)
`;

// A straight line through all events, by sums that are added up batch by batch.
const line = `
import numpy as np

def begin_fit(n_variables):
    return {'A': np.zeros((n_variables + 1, n_variables + 1)), 'b': 0.0, 'n': 0}

def partial_fit(state, inputs, targets, weights):
    X = np.c_[inputs, np.ones(len(inputs))]
    state['A'] += (X.T * weights) @ X
    state['b'] += X.T @ (weights * targets)
    state['n'] += len(inputs)
    return {'events': state['n']}

def end_fit(state):
    return np.linalg.solve(state['A'], state['b'])

def predict(state, inputs):
    return np.c_[inputs, np.ones(len(inputs))] @ state
`;

function parameters(values) {
    return new GLib.Variant('a{sv}', values);
}

const file = Gio.File.new_for_commandline_arg(
    ARGV[0] ?? 'examples/data/multiclass_example.csv');
const dataset = Pymva.Dataset.new(Pymva.AnalysisType.MULTICLASS);
dataset.add_labelled(Pymva.Table.new_from_file(file, null, null), 'class');
for (const name of ['var1', 'var2', 'var3', 'var4'])
    dataset.add_variable(name);

function printAccuracy(method) {
    method.train(dataset, null);
    const responses = method.predict(dataset.get_inputs(Pymva.Part.TEST), null);
    const evaluation = Pymva.Evaluation.new(responses, dataset.get_labels(Pymva.Part.TEST), null);
    print(`${method.title}: accuracy ${evaluation.get_accuracy().toFixed(2)}`);
}

const estimator = new Pymva.Sklearn({
    title: 'support vectors',
    estimator: 'StandardScaler, SVC',
    estimator_parameters: parameters({
        svc__C: new GLib.Variant('d', 2),
        svc__gamma: new GLib.Variant('s', 'scale'),
    }),
});
printAccuracy(estimator);

// What an estimator does not have is found before it learns.
estimator.estimator_parameters = parameters({C: new GLib.Variant('d', 2)});
try {
    estimator.train(dataset, null);
} catch (error) {
    print(error.message.slice(error.message.indexOf('the estimator')).split('\n')[0]);
}

printAccuracy(new Pymva.PythonMethod({
    title: 'clouds',
    user_code: clouds,
    user_parameters: parameters({width: new GLib.Variant('d', 0.01)}),
}));

const stream = Pymva.TableStream.new(file, null);
const regression = Pymva.Dataset.new(Pymva.AnalysisType.REGRESSION);
regression.add_events_stream(stream, 1);
for (const name of ['var1', 'var2', 'var3'])
    regression.add_variable(name);
regression.add_target('var4');

const method = new Pymva.PythonMethod({user_code: line, batch_size: 500});
method.connect('iteration', (_method, _index, metrics) =>
    print(`learnt from ${metrics.recursiveUnpack().events} events`));
method.train(regression, null);

// The model is applied piece by piece, too.
stream.piece_size = 1000;
const piece = stream.read(null);
print(`predictions: ${method.get_model().predict_table(piece).get_shape()[0]}`);
