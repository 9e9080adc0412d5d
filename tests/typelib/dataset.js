// SPDX-License-Identifier: LGPL-2.1-or-later
// Data sets through the typelib; dataset.py has the same cases.

import Pymva from 'gi://Pymva?version=1.0';
import {assertEqual, assertPymvaError, assertTrue, dataFile, main} from './harness.js';

function table(columns) {
    const result = new Pymva.Table();
    for (const [name, values] of Object.entries(columns))
        result.add_column(name, Pymva.Tensor.new_from_doubles(values, 0));
    return result;
}

function newDataset() {
    const dataset = Pymva.Dataset.new(Pymva.AnalysisType.CLASSIFICATION);
    dataset.add_variable('x');
    dataset.add_variable('double := 2 * x');
    return dataset;
}

function newFilledDataset() {
    const dataset = newDataset();
    dataset.add_class('signal', table({x: [1, 2, 3, 4]}), 1);
    dataset.add_class('background', table({x: [5, 6]}), 0.5);
    return dataset;
}

main({
    test_add_event() {
        const dataset = newDataset();
        dataset.add_spectator('number');
        for (let i = 0; i < 3; i++) {
            dataset.add_event('signal', Pymva.Part.TRAINING, [i, 2 * i, 100 + i], 0.5);
            dataset.add_event('background', Pymva.Part.TRAINING, [9, 9, 9], 1);
        }
        dataset.mix_mode = Pymva.MixMode.BLOCK;
        assertEqual(dataset.get_inputs(Pymva.Part.TRAINING).to_doubles(),
            [0, 0, 1, 2, 2, 4, 9, 9, 9, 9, 9, 9]);
        assertEqual(dataset.get_spectators(Pymva.Part.TRAINING).to_doubles(),
            [100, 101, 102, 9, 9, 9]);
        assertPymvaError(Pymva.Error.VALUE,
            () => dataset.add_event('signal', Pymva.Part.TEST, [1], 1));
    },

    test_classes() {
        const dataset = newFilledDataset();
        dataset.prepare(null);
        assertEqual(dataset.list_classes(), ['signal', 'background']);
        assertEqual(dataset.list_variables(), ['x', 'double']);
        const parts = [Pymva.Part.TRAINING, Pymva.Part.TEST]
            .map(part => dataset.get_n_events(part, 'signal'));
        assertEqual(parts, [2, 2]);
    },

    test_cut() {
        const dataset = newFilledDataset();
        dataset.set_cut('signal', 'x > 2');
        dataset.prepare(null);
        assertEqual(dataset.get_n_events(Pymva.Part.TRAINING, 'signal') +
            dataset.get_n_events(Pymva.Part.TEST, 'signal'), 2);
    },

    test_inputs() {
        const dataset = newFilledDataset();
        dataset.split_mode = Pymva.SplitMode.BLOCK;
        dataset.prepare(null);
        const inputs = dataset.get_inputs(Pymva.Part.TRAINING);
        assertEqual(inputs.get_dtype(), Pymva.DType.FLOAT32);
        assertEqual(inputs.to_doubles(), [1, 2, 2, 4, 5, 10]);
        assertEqual(dataset.get_labels(Pymva.Part.TRAINING).to_doubles(), [0, 0, 1]);
        assertEqual(dataset.get_weights(Pymva.Part.TRAINING).to_doubles(), [1, 1, 0.5]);
    },

    test_labelled() {
        const dataset = Pymva.Dataset.new(Pymva.AnalysisType.MULTICLASS);
        dataset.add_labelled(
            Pymva.Table.new_from_file(dataFile('multiclass_example.csv'), null, null), 'class');
        dataset.add_variable('var1');
        dataset.prepare(null);
        assertEqual(dataset.list_classes().sort(), ['Signal', 'bg0', 'bg1', 'bg2']);
        assertEqual(dataset.list_classes()[0], 'Signal');
    },

    test_negative_weights() {
        const dataset = newDataset();
        dataset.add_class('signal', table({x: [1, 2, 3, 4]}), 1);
        dataset.add_class('background', table({x: [5, 6]}), 1);
        dataset.set_weight_expression(null, 'x - 1.5');
        assertPymvaError(Pymva.Error.VALUE, () => dataset.prepare(null));
        dataset.negative_weights = Pymva.NegativeWeights.ABSOLUTE;
        assertTrue(dataset.prepare(null));
    },

    test_one_class() {
        const dataset = newDataset();
        dataset.add_class('signal', table({x: [1, 2]}), 1);
        assertPymvaError(Pymva.Error.DATA, () => dataset.prepare(null));
    },

    test_options() {
        const dataset = newFilledDataset();
        dataset.set_options('nTrain_Signal=3:NormMode=NumEvents:MixMode=Block:!V');
        assertEqual(dataset.get_n_events(Pymva.Part.TRAINING, 'signal'), 3);
        assertEqual(dataset.mix_mode, Pymva.MixMode.BLOCK);
        assertEqual(dataset.norm_mode, Pymva.NormMode.NUM_EVENTS);
        assertPymvaError(Pymva.Error.VALUE, () => dataset.set_options('SpiltMode=Block'));
    },

    async test_prepare_async() {
        assertTrue(await newFilledDataset().prepare_async(null));
    },

    test_properties() {
        const dataset = newDataset();
        assertEqual(dataset.test_fraction, 0.5);
        assertEqual(dataset.split_mode, Pymva.SplitMode.RANDOM);
        dataset.seed = 7;
        assertEqual(dataset.get_seed(), 7);
    },

    test_report() {
        const dataset = newFilledDataset();
        dataset.test_fraction = 0;
        let report = Pymva.DatasetReport.new(dataset, Pymva.Part.TRAINING);
        assertEqual(report.list_classes(), ['signal', 'background']);
        assertEqual(report.list_columns(), ['x', 'double']);
        assertEqual(report.list_ranked(), ['x', 'double']);
        const means = report.get_statistic(Pymva.Statistic.MEAN, 'signal');
        assertEqual(means.to_doubles(), [2.5, 5]);
        assertEqual(report.get_separations(null).to_doubles(), [1, 1]);
        assertEqual(report.get_overlaps(null).to_doubles(), [0, 0]);
        assertEqual(report.get_correlations('background').get_shape(), [2, 2]);
        assertEqual(report.get_n_events(null), 6);
        assertEqual(report.get_sum_of_weights('background'), 1);
        assertTrue(report.format().includes('Correlation matrix (signal):'));
        assertPymvaError(Pymva.Error.VALUE, () => report.get_correlations('noise'));
        report = Pymva.DatasetReport.new_for_table(table({x: [1, 2]}), null, 'x > 1');
        assertEqual(report.get_n_events(null), 1);
    },

    test_targets() {
        const dataset = Pymva.Dataset.new(Pymva.AnalysisType.REGRESSION);
        dataset.add_variable('x');
        dataset.add_target('square := x * x');
        dataset.split_mode = Pymva.SplitMode.BLOCK;
        dataset.add_events(table({x: [1, 2, 3, 4]}), 1);
        dataset.prepare(null);
        assertEqual(dataset.list_targets(), ['square']);
        assertEqual(dataset.get_targets(Pymva.Part.TRAINING).to_doubles(), [1, 4]);
    },
});
