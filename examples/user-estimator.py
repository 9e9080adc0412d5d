# SPDX-License-Identifier: LGPL-2.1-or-later

"""Methods beyond the library's own.

user-estimator.py [DATA] tells four classes apart with an estimator of scikit-learn, and with a
class of this program; then code that learns batch by batch takes a file that could be larger than
memory.
"""

import sys

import gi
import numpy as np

gi.require_version('Pymva', '1.0')
from gi.repository import Gio, GLib, Pymva


class Clouds:
    """Each class is a normal distribution; weights count."""

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


class Line:
    """A straight line through all events, by sums that are added up batch by batch."""

    def begin_fit(self, n_variables):
        self.a = np.zeros((n_variables + 1, n_variables + 1))
        self.b = 0.0
        self.n_events = 0

    def partial_fit(self, inputs, targets, weights):
        x = np.c_[inputs, np.ones(len(inputs))]
        self.a += (x.T * weights) @ x
        self.b += x.T @ (weights * targets)
        self.n_events += len(inputs)
        return {'events': self.n_events}

    def end_fit(self):
        self.slopes = np.linalg.solve(self.a, self.b)

    def predict(self, inputs):
        return np.c_[inputs, np.ones(len(inputs))] @ self.slopes


file = Gio.File.new_for_commandline_arg(
    sys.argv[1] if len(sys.argv) > 1 else 'examples/data/multiclass_example.csv')
dataset = Pymva.Dataset.new(Pymva.AnalysisType.MULTICLASS)
dataset.add_labelled(Pymva.Table.new_from_file(file, None, None), 'class')
for name in ('var1', 'var2', 'var3', 'var4'):
    dataset.add_variable(name)


def print_accuracy(method):
    method.train(dataset, None)
    responses = method.predict(dataset.get_inputs(Pymva.Part.TEST), None)
    evaluation = Pymva.Evaluation.new(responses, dataset.get_labels(Pymva.Part.TEST), None)
    print(f'{method.title}: accuracy {evaluation.get_accuracy():.2f}')


estimator = Pymva.Sklearn(title='support vectors', estimator='StandardScaler, SVC',
                          estimator_parameters={'svc__C': 2.0, 'svc__gamma': 'scale'})
print_accuracy(estimator)

# What an estimator does not have is found before it learns.
estimator.estimator_parameters = {'C': 2.0}
try:
    estimator.train(dataset, None)
except GLib.Error as error:
    print(error.message[error.message.index('the estimator'):].partition('\n')[0])

print_accuracy(Pymva.PythonMethod(title='clouds', object=Clouds, user_parameters={'width': 0.01}))

stream = Pymva.TableStream.new(file, None)
regression = Pymva.Dataset.new(Pymva.AnalysisType.REGRESSION)
regression.add_events_stream(stream, 1)
for name in ('var1', 'var2', 'var3'):
    regression.add_variable(name)
regression.add_target('var4')

line = Pymva.PythonMethod(object=Line, batch_size=500)
line.connect('iteration', lambda _method, _index, metrics:
             print(f"learnt from {metrics['events']} events"))
line.train(regression, None)

# The model is applied piece by piece, too.
stream.piece_size = 1000
piece = stream.read(None)
print(f'predictions: {len(line.get_model().predict_table(piece))}')
