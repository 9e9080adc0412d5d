#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tables through the typelib; table.js has the same cases."""

from gi.repository import Gio, GLib
from harness import Pymva, TypelibTest, data_file, main, wait


class TableTest(TypelibTest):
    def setUp(self):
        self.table = Pymva.Table()
        self.table.add_column('x', Pymva.Tensor.new_from_doubles([1, 2, 3], 0))
        self.table.add_column('energy', Pymva.Tensor.new_from_doubles([10, 20, 30], 0))

    def test_append_row(self):
        self.table.append_row([4, 40])
        self.assertEqual(self.table.get_n_rows(), 4)
        self.assertEqual(list(self.table.get_column('energy').to_doubles()), [10, 20, 30, 40])

    def test_columns(self):
        self.assertEqual(self.table.get_n_rows(), 3)
        self.assertEqual(self.table.list_columns(), ['x', 'energy'])
        self.assertEqual(list(self.table.get_column('x').to_doubles()), [1, 2, 3])

    def test_evaluate(self):
        values = self.table.evaluate('x > 1 && energy < 30 ? sqrt(x * x) : -1')
        self.assertEqual(list(values.to_doubles()), [-1, 2, -1])

    def test_evaluate_unknown_name(self):
        message = self.assertPymvaError(Pymva.Error.EXPRESSION, self.table.evaluate, 'enrgy + 1')
        self.assertIn('energy', message)

    def test_lengths_must_agree(self):
        self.assertPymvaError(Pymva.Error.DATA, self.table.add_column, 'y',
                              Pymva.Tensor.new_from_doubles([1], 0))

    def test_missing_file(self):
        with self.assertRaises(GLib.Error) as context:
            Pymva.Table.new_from_file(data_file('nowhere.csv'), None, None)
        self.assertTrue(context.exception.matches(Gio.io_error_quark(),
                                                  Gio.IOErrorEnum.NOT_FOUND))

    def test_read(self):
        table = Pymva.Table.new_from_file(data_file('multiclass_example.csv'), None, None)
        self.assertEqual(table.get_n_rows(), 4000)
        self.assertEqual(table.list_columns(), ['class', 'var1', 'var2', 'var3', 'var4'])
        self.assertClose([table.get_column('var1').get_value([0])], [0.0870131])

    def test_read_async(self):
        result = wait(Pymva.Table.new_from_file_async, data_file('multiclass_example.csv'), None,
                      None)
        self.assertEqual(Pymva.Table.new_from_file_finish(result).get_n_rows(), 4000)

    def test_read_cut(self):
        options = GLib.Variant('a{sv}', {'cut': GLib.Variant('s', 'var1 > 0'),
                                         'columns': GLib.Variant('as', ['class', 'var2'])})
        table = Pymva.Table.new_from_file(data_file('multiclass_example.csv'), options, None)
        self.assertEqual(table.list_columns(), ['class', 'var2'])
        self.assertEqual(table.get_n_rows(), 2064)

    def test_read_files(self):
        files = [data_file('multiclass_example.csv'), data_file('multiclass_example.csv')]
        table = Pymva.Table.new_from_files(files, None, None)
        self.assertEqual(table.get_n_rows(), 8000)
        result = wait(Pymva.Table.new_from_files_async, files, None, None)
        self.assertEqual(Pymva.Table.new_from_files_finish(result).get_n_rows(), 8000)

    def test_read_options(self):
        options = GLib.Variant('a{sv}', {
            'format': GLib.Variant('s', 'csv'),
            'delimiter': GLib.Variant('s', '\t'),
            'header': GLib.Variant('b', False),
        })
        table = Pymva.Table.new_from_file(data_file('higgs.test'), options, None)
        self.assertEqual(table.get_n_rows(), 500)
        self.assertEqual(len(table.list_columns()), 29)

    def test_unknown_column(self):
        message = self.assertPymvaError(Pymva.Error.DATA, self.table.get_column, 'enrgy')
        self.assertIn('energy', message)

    def test_words(self):
        codes = Pymva.Tensor.new_from_doubles([1, -1, 0], 0)
        self.table.add_words('kind', ['a', 'b'], codes)
        self.assertTrue(self.table.holds_words('kind'))
        self.assertFalse(self.table.holds_words('x'))
        self.assertEqual(self.table.list_labels('kind'), ['b', '', 'a'])
        self.assertEqual(list(self.table.get_codes('kind').to_doubles()), [0, 1, 2])
        self.assertPymvaError(Pymva.Error.DATA, self.table.list_labels, 'x')


main(TableTest)
