#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Transformations through the typelib; transform.js has the same cases."""

from harness import Pymva, TypelibTest, main


def new_dataset():
    """Five training events of two variables and a target."""
    table = Pymva.Table()
    table.add_column('a', Pymva.Tensor.new_from_doubles([1, 2, 3, 4, 5], 0))
    table.add_column('b', Pymva.Tensor.new_from_doubles([0, 10, 10, 20, 10], 0))
    dataset = Pymva.Dataset(analysis_type=Pymva.AnalysisType.REGRESSION)
    dataset.set_test_fraction(0)
    dataset.add_events(table, 1)
    dataset.add_variable('a')
    dataset.add_variable('b')
    dataset.add_target('a + b')
    return dataset


class TransformTest(TypelibTest):
    def setUp(self):
        self.inputs = Pymva.Tensor.new_from_doubles([3, 20, 1, 5], 2)

    def test_apply(self):
        transform = Pymva.Transform.new('N')
        self.assertTrue(transform.fit(new_dataset(), None))
        self.assertTrue(transform.get_fitted())
        columns = transform.apply(self.inputs)
        self.assertEqual(columns.get_dtype(), Pymva.DType.FLOAT64)
        self.assertEqual(list(columns.to_doubles()), [0, 1, -1, -0.5])

    def test_definition(self):
        transform = Pymva.Transform(definition='D,G')
        self.assertEqual(transform.get_definition(), 'D,G')
        self.assertFalse(transform.get_fitted())
        self.assertEqual(transform.list_columns(), [])

    def test_errors(self):
        transform = Pymva.Transform.new('Q')
        self.assertPymvaError(Pymva.Error.NOT_TRAINED, transform.apply, self.inputs)
        message = self.assertPymvaError(Pymva.Error.VALUE, transform.fit, new_dataset(), None)
        self.assertIn('no transformation “Q”', message)

    def test_invert(self):
        transform = Pymva.Transform.new('D,S')
        transform.fit(new_dataset(), None)
        found = transform.invert(transform.apply(self.inputs)).to_doubles()
        for value, expected in zip(found, [3, 20, 1, 5]):
            self.assertAlmostEqual(value, expected, 12)

    def test_list_columns(self):
        transform = Pymva.Transform.new('G,P,S(b)')
        transform.fit(new_dataset(), None)
        self.assertEqual(transform.list_columns(), ['P1', 'S(P2)'])


main(TransformTest)
