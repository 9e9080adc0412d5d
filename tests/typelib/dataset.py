#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Data sets through the typelib; dataset.js has the same cases."""

from harness import Pymva, TypelibTest, data_file, main, wait


def table(**columns):
    result = Pymva.Table()
    for name, values in columns.items():
        result.add_column(name, Pymva.Tensor.new_from_doubles(values, 0))
    return result


class DatasetTest(TypelibTest):
    def setUp(self):
        self.dataset = Pymva.Dataset.new(Pymva.AnalysisType.CLASSIFICATION)
        self.dataset.add_variable('x')
        self.dataset.add_variable('double := 2 * x')

    def add_classes(self):
        self.dataset.add_class('signal', table(x=[1, 2, 3, 4]), 1)
        self.dataset.add_class('background', table(x=[5, 6]), 0.5)

    def test_add_event(self):
        self.dataset.add_spectator('number')
        for i in range(3):
            self.dataset.add_event('signal', Pymva.Part.TRAINING, [i, 2 * i, 100 + i], 0.5)
            self.dataset.add_event('background', Pymva.Part.TRAINING, [9, 9, 9], 1)
        self.dataset.props.mix_mode = Pymva.MixMode.BLOCK
        self.assertEqual(list(self.dataset.get_inputs(Pymva.Part.TRAINING).to_doubles()),
                         [0, 0, 1, 2, 2, 4, 9, 9, 9, 9, 9, 9])
        self.assertEqual(list(self.dataset.get_spectators(Pymva.Part.TRAINING).to_doubles()),
                         [100, 101, 102, 9, 9, 9])
        self.assertPymvaError(Pymva.Error.VALUE, self.dataset.add_event, 'signal',
                              Pymva.Part.TEST, [1], 1)

    def test_classes(self):
        self.add_classes()
        self.dataset.prepare(None)
        self.assertEqual(self.dataset.list_classes(), ['signal', 'background'])
        self.assertEqual(self.dataset.list_variables(), ['x', 'double'])
        parts = [self.dataset.get_n_events(part, 'signal')
                 for part in (Pymva.Part.TRAINING, Pymva.Part.TEST)]
        self.assertEqual(parts, [2, 2])

    def test_cut(self):
        self.add_classes()
        self.dataset.set_cut('signal', 'x > 2')
        self.dataset.prepare(None)
        self.assertEqual(self.dataset.get_n_events(Pymva.Part.TRAINING, 'signal')
                         + self.dataset.get_n_events(Pymva.Part.TEST, 'signal'), 2)

    def test_inputs(self):
        self.add_classes()
        self.dataset.props.split_mode = Pymva.SplitMode.BLOCK
        self.dataset.prepare(None)
        inputs = self.dataset.get_inputs(Pymva.Part.TRAINING)
        self.assertEqual(inputs.get_dtype(), Pymva.DType.FLOAT32)
        self.assertEqual(list(inputs.to_doubles()), [1, 2, 2, 4, 5, 10])
        self.assertEqual(list(self.dataset.get_labels(Pymva.Part.TRAINING).to_doubles()),
                         [0, 0, 1])
        self.assertEqual(list(self.dataset.get_weights(Pymva.Part.TRAINING).to_doubles()),
                         [1, 1, 0.5])

    def test_labelled(self):
        dataset = Pymva.Dataset.new(Pymva.AnalysisType.MULTICLASS)
        dataset.add_labelled(
            Pymva.Table.new_from_file(data_file('multiclass_example.csv'), None, None), 'class')
        dataset.add_variable('var1')
        dataset.prepare(None)
        self.assertEqual(sorted(dataset.list_classes()), ['Signal', 'bg0', 'bg1', 'bg2'])
        self.assertEqual(dataset.list_classes()[0], 'Signal')

    def test_negative_weights(self):
        self.dataset.add_class('signal', table(x=[1, 2, 3, 4]), 1)
        self.dataset.add_class('background', table(x=[5, 6]), 1)
        self.dataset.set_weight_expression(None, 'x - 1.5')
        self.assertPymvaError(Pymva.Error.VALUE, self.dataset.prepare, None)
        self.dataset.props.negative_weights = Pymva.NegativeWeights.ABSOLUTE
        self.assertTrue(self.dataset.prepare(None))

    def test_one_class(self):
        self.dataset.add_class('signal', table(x=[1, 2]), 1)
        self.assertPymvaError(Pymva.Error.DATA, self.dataset.prepare, None)

    def test_options(self):
        self.add_classes()
        self.dataset.set_options('nTrain_Signal=3:NormMode=NumEvents:MixMode=Block:!V')
        self.assertEqual(self.dataset.get_n_events(Pymva.Part.TRAINING, 'signal'), 3)
        self.assertEqual(self.dataset.props.mix_mode, Pymva.MixMode.BLOCK)
        self.assertEqual(self.dataset.props.norm_mode, Pymva.NormMode.NUM_EVENTS)
        self.assertPymvaError(Pymva.Error.VALUE, self.dataset.set_options, 'SpiltMode=Block')

    def test_prepare_async(self):
        self.add_classes()
        result = wait(self.dataset.prepare_async, None)
        self.assertTrue(self.dataset.prepare_finish(result))

    def test_properties(self):
        self.assertEqual(self.dataset.props.test_fraction, 0.5)
        self.assertEqual(self.dataset.props.split_mode, Pymva.SplitMode.RANDOM)
        self.dataset.props.seed = 7
        self.assertEqual(self.dataset.get_seed(), 7)

    def test_report(self):
        self.add_classes()
        self.dataset.props.test_fraction = 0
        report = Pymva.DatasetReport.new(self.dataset, Pymva.Part.TRAINING)
        self.assertEqual(report.list_classes(), ['signal', 'background'])
        self.assertEqual(report.list_columns(), ['x', 'double'])
        self.assertEqual(report.list_ranked(), ['x', 'double'])
        means = report.get_statistic(Pymva.Statistic.MEAN, 'signal')
        self.assertEqual(list(means.to_doubles()), [2.5, 5])
        self.assertEqual(list(report.get_separations(None).to_doubles()), [1, 1])
        self.assertEqual(list(report.get_overlaps(None).to_doubles()), [0, 0])
        self.assertEqual(list(report.get_correlations('background').get_shape()), [2, 2])
        self.assertEqual(report.get_n_events(None), 6)
        self.assertEqual(report.get_sum_of_weights('background'), 1)
        self.assertIn('Correlation matrix (signal):', report.format())
        self.assertPymvaError(Pymva.Error.VALUE, report.get_correlations, 'noise')
        report = Pymva.DatasetReport.new_for_table(table(x=[1, 2]), None, 'x > 1')
        self.assertEqual(report.get_n_events(None), 1)

    def test_targets(self):
        dataset = Pymva.Dataset.new(Pymva.AnalysisType.REGRESSION)
        dataset.add_variable('x')
        dataset.add_target('square := x * x')
        dataset.props.split_mode = Pymva.SplitMode.BLOCK
        dataset.add_events(table(x=[1, 2, 3, 4]), 1)
        dataset.prepare(None)
        self.assertEqual(dataset.list_targets(), ['square'])
        self.assertEqual(list(dataset.get_targets(Pymva.Part.TRAINING).to_doubles()), [1, 4])


main(DatasetTest)
