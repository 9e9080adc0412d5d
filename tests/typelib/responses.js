// SPDX-License-Identifier: LGPL-2.1-or-later
// How responses are distributed: probability and rarity; responses.py has the same cases.

import Gio from 'gi://Gio';
import Pymva from 'gi://Pymva?version=1.0';
import {assertClose, assertEqual, assertIn, assertPymvaError, assertTrue, main}
    from './harness.js';

const N_BINS = 60;

// Two triangles that overlap, with weights.
function newDataset() {
    const result = Pymva.Dataset.new(Pymva.AnalysisType.CLASSIFICATION);
    for (const [name, sign] of [['signal', 1], ['background', -1]]) {
        const rows = Array.from({length: 400}, (_, i) =>
            [Math.sqrt(i / 400) * sign + 0.3 * Math.sin(i), 1 + i % 3]);
        const table = Pymva.Table.new();
        for (const [column, index] of [['x', 0], ['w', 1]]) {
            table.add_column(column,
                Pymva.Tensor.new_from_doubles(rows.map(row => row[index]), 0));
        }
        result.add_class(name, table, 1);
    }
    result.add_variable('x');
    result.set_weight_expression(null, 'w');
    return result;
}

function newNetwork() {
    const network = new Pymva.Torch({hidden_layers: '4', epochs: 5});
    network.set_response_distributions(true);
    return network;
}

// The lowest response, the width of a bin, and the densities at the centres of the bins.
function densitiesOf(model, dataset) {
    const responses = model.predict(dataset.get_inputs(Pymva.Part.TRAINING)).to_doubles();
    const labels = dataset.get_labels(Pymva.Part.TRAINING).to_doubles();
    const weights = dataset.get_weights(Pymva.Part.TRAINING).to_doubles();
    const low = Math.min(...responses);
    const width = (Math.max(...responses) - low) / N_BINS;
    const densities = [new Array(N_BINS).fill(0), new Array(N_BINS).fill(0)];

    responses.forEach((response, i) => {
        const place = Math.min(Math.trunc((response - low) / width), N_BINS - 1);
        densities[labels[i] === 0 ? 0 : 1][place] += weights[i];
    });
    return [low, width, densities.map(counts => {
        const total = counts.reduce((a, b) => a + b);
        let density = counts;
        for (let pass = 0; pass < 2; pass++) {
            const before = density;
            density = before.map((value, i) => 0.25 * before[Math.max(i - 1, 0)] + 0.5 * value +
                0.25 * before[Math.min(i + 1, N_BINS - 1)]);
        }
        return density.map(value => value / (total * width));
    })];
}

function interpolate(low, width, density, response) {
    const place = Math.min(Math.max((response - low) / width - 0.5, 0), N_BINS - 1);
    const i = Math.min(Math.trunc(place), N_BINS - 2);
    return density[i] + (place - i) * (density[i + 1] - density[i]);
}

const dataset = newDataset();
let trained = null;

function trainedModel() {
    if (trained === null) {
        const network = newNetwork();
        network.train(dataset, null);
        trained = network.get_model();
    }
    return trained;
}

function trainingResponses() {
    return trainedModel().predict(dataset.get_inputs(Pymva.Part.TRAINING)).to_doubles();
}

main({
    test_probability() {
        const model = trainedModel();
        const [low, width, densities] = densitiesOf(model, dataset);
        for (const prior of [0.1, 0.5, 0.9]) {
            const expected = [];
            const found = [];
            for (const response of trainingResponses()) {
                const [signal, background] = densities.map(density =>
                    interpolate(low, width, density, response));
                expected.push(prior * signal / (prior * signal + (1 - prior) * background));
                found.push(model.get_signal_probability(response, prior));
            }
            assertClose(found, expected, 1e-6);
        }
    },

    test_rarity() {
        const model = trainedModel();
        const [low, width, densities] = densitiesOf(model, dataset);
        // Sums of many small steps, each in its middle.
        const nSteps = 6000;
        const step = width * N_BINS / nSteps;
        const shares = [0];
        let total = 0;
        for (let i = 0; i < nSteps; i++) {
            total += interpolate(low, width, densities[1], low + (i + 0.5) * step) * step;
            shares.push(total);
        }
        assertClose([shares[nSteps]], [1], 1e-4);
        for (let i = 0; i <= nSteps; i += 100)
            assertClose([model.get_rarity(low + i * step)], [shares[i]], 1e-4);
        assertEqual(model.get_rarity(low - 1), 0);
        assertEqual(model.get_rarity(low + width * N_BINS + 1), 1);
    },

    test_outside() {
        assertTrue(Number.isNaN(trainedModel().get_signal_probability(-1, 0.5)));
    },

    test_saved() {
        const model = trainedModel();
        const [file, stream] = Gio.File.new_tmp('XXXXXX.pymva');
        stream.close(null);
        model.save(file, null);
        const again = Pymva.Model.load(file, null);
        file.delete(null);
        const response = trainingResponses()[0];
        assertEqual(again.get_signal_probability(response, 0.5),
            model.get_signal_probability(response, 0.5));
        assertEqual(again.get_rarity(response), model.get_rarity(response));
    },

    test_errors() {
        assertIn('1.5', assertPymvaError(Pymva.Error.VALUE,
            () => trainedModel().get_signal_probability(0.5, 1.5)));
        const plain = newNetwork();
        plain.set_response_distributions(false);
        plain.train(dataset, null);
        assertIn('response-distributions', assertPymvaError(Pymva.Error.UNSUPPORTED,
            () => plain.get_model().get_rarity(0.5)));
        assertPymvaError(Pymva.Error.NOT_TRAINED, () => new Pymva.Model().get_rarity(0.5));
    },

    test_option() {
        const method = Pymva.Method.create_for_name('PyTorch', null);
        assertEqual(method.get_response_distributions(), false);
        method.set_options('CreateMVAPdfs');
        assertEqual(method.get_response_distributions(), true);
    },
});
