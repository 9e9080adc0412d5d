#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""How responses are distributed: probability and rarity; responses.js has the same cases."""

import math

from gi.repository import Gio
from harness import Pymva, TypelibTest, main

N_BINS = 60


def new_dataset():
    """Two triangles that overlap, with weights."""
    dataset = Pymva.Dataset.new(Pymva.AnalysisType.CLASSIFICATION)
    for name, sign in (('signal', 1), ('background', -1)):
        rows = [[math.sqrt(i / 400) * sign + 0.3 * math.sin(i), 1 + i % 3] for i in range(400)]
        table = Pymva.Table.new()
        for column, values in (('x', [row[0] for row in rows]), ('w', [row[1] for row in rows])):
            table.add_column(column, Pymva.Tensor.new_from_doubles(values, 0))
        dataset.add_class(name, table, 1)
    dataset.add_variable('x')
    dataset.set_weight_expression(None, 'w')
    return dataset


def new_network():
    network = Pymva.Torch.new()
    network.set_property('hidden-layers', '4')
    network.set_property('epochs', 5)
    network.set_response_distributions(True)
    return network


def densities_of(model, dataset):
    """The lowest response, the width of a bin, and the densities at the centres of the bins."""
    responses = model.predict(dataset.get_inputs(Pymva.Part.TRAINING)).to_doubles()
    labels = dataset.get_labels(Pymva.Part.TRAINING).to_doubles()
    weights = dataset.get_weights(Pymva.Part.TRAINING).to_doubles()
    low, width = min(responses), (max(responses) - min(responses)) / N_BINS
    densities = [[0.0] * N_BINS, [0.0] * N_BINS]
    for response, label, weight in zip(responses, labels, weights):
        place = min(int((response - low) / width), N_BINS - 1)
        densities[0 if label == 0 else 1][place] += weight
    for k, density in enumerate(densities):
        total = sum(density)
        for _ in range(2):
            density = [0.25 * density[max(i - 1, 0)] + 0.5 * density[i]
                       + 0.25 * density[min(i + 1, N_BINS - 1)] for i in range(N_BINS)]
        densities[k] = [value / (total * width) for value in density]
    return low, width, densities


def interpolate(low, width, density, response):
    place = min(max((response - low) / width - 0.5, 0), N_BINS - 1)
    i = min(int(place), N_BINS - 2)
    return density[i] + (place - i) * (density[i + 1] - density[i])


class ResponsesTest(TypelibTest):
    @classmethod
    def setUpClass(cls):
        cls.dataset = new_dataset()
        cls.network = new_network()
        cls.network.train(cls.dataset, None)
        cls.model = cls.network.get_model()
        cls.responses = cls.model.predict(cls.dataset.get_inputs(Pymva.Part.TRAINING)).to_doubles()

    def test_probability(self):
        low, width, densities = densities_of(self.model, self.dataset)
        for prior in (0.1, 0.5, 0.9):
            expected, found = [], []
            for response in self.responses:
                signal, background = (interpolate(low, width, density, response)
                                      for density in densities)
                expected.append(prior * signal / (prior * signal + (1 - prior) * background))
                found.append(self.model.get_signal_probability(response, prior))
            self.assertClose(found, expected, 1e-6)

    def test_rarity(self):
        low, width, densities = densities_of(self.model, self.dataset)
        # Sums of many small steps, each in its middle.
        n_steps = 6000
        step = width * N_BINS / n_steps
        shares, total = [0.0], 0.0
        for i in range(n_steps):
            total += interpolate(low, width, densities[1], low + (i + 0.5) * step) * step
            shares.append(total)
        self.assertClose([shares[-1]], [1], 1e-4)
        for i in range(0, n_steps + 1, 100):
            self.assertClose([self.model.get_rarity(low + i * step)], [shares[i]], 1e-4)
        self.assertEqual(self.model.get_rarity(low - 1), 0)
        self.assertEqual(self.model.get_rarity(low + width * N_BINS + 1), 1)

    def test_outside(self):
        self.assertTrue(math.isnan(self.model.get_signal_probability(-1, 0.5)))

    def test_saved(self):
        file, stream = Gio.File.new_tmp('XXXXXX.pymva')
        stream.close(None)
        self.model.save(file, None)
        again = Pymva.Model.load(file, None)
        file.delete(None)
        response = self.responses[0]
        self.assertEqual(again.get_signal_probability(response, 0.5),
                         self.model.get_signal_probability(response, 0.5))
        self.assertEqual(again.get_rarity(response), self.model.get_rarity(response))

    def test_errors(self):
        message = self.assertPymvaError(Pymva.Error.VALUE, self.model.get_signal_probability,
                                        0.5, 1.5)
        self.assertIn('1.5', message)
        plain = new_network()
        plain.set_response_distributions(False)
        plain.train(self.dataset, None)
        message = self.assertPymvaError(Pymva.Error.UNSUPPORTED, plain.get_model().get_rarity, 0.5)
        self.assertIn('response-distributions', message)
        self.assertPymvaError(Pymva.Error.NOT_TRAINED, Pymva.Model().get_rarity, 0.5)

    def test_option(self):
        method = Pymva.Method.create_for_name('PyTorch', None)
        self.assertEqual(method.get_response_distributions(), False)
        method.set_options('CreateMVAPdfs')
        self.assertEqual(method.get_response_distributions(), True)


main(ResponsesTest)
