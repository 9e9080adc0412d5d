// SPDX-License-Identifier: LGPL-2.1-or-later
// Tables through the typelib; table.py has the same cases.

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import Pymva from 'gi://Pymva?version=1.0';
import {assertClose, assertEqual, assertIn, assertPymvaError, assertTrue, dataFile, main}
    from './harness.js';

function newTable() {
    const table = new Pymva.Table();
    table.add_column('x', Pymva.Tensor.new_from_doubles([1, 2, 3], 0));
    table.add_column('energy', Pymva.Tensor.new_from_doubles([10, 20, 30], 0));
    return table;
}

main({
    test_append_row() {
        const table = newTable();
        table.append_row([4, 40]);
        assertEqual(table.get_n_rows(), 4);
        assertEqual(table.get_column('energy').to_doubles(), [10, 20, 30, 40]);
    },

    test_columns() {
        const table = newTable();
        assertEqual(table.get_n_rows(), 3);
        assertEqual(table.list_columns(), ['x', 'energy']);
        assertEqual(table.get_column('x').to_doubles(), [1, 2, 3]);
    },

    test_evaluate() {
        const values = newTable().evaluate('x > 1 && energy < 30 ? sqrt(x * x) : -1');
        assertEqual(values.to_doubles(), [-1, 2, -1]);
    },

    test_evaluate_unknown_name() {
        assertIn('energy', assertPymvaError(Pymva.Error.EXPRESSION,
            () => newTable().evaluate('enrgy + 1')));
    },

    test_lengths_must_agree() {
        assertPymvaError(Pymva.Error.DATA, () => newTable().add_column('y',
            Pymva.Tensor.new_from_doubles([1], 0)));
    },

    test_missing_file() {
        let code = null;
        try {
            Pymva.Table.new_from_file(dataFile('nowhere.csv'), null, null);
        } catch (error) {
            code = error.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.NOT_FOUND);
        }
        assertTrue(code);
    },

    test_read() {
        const table = Pymva.Table.new_from_file(dataFile('multiclass_example.csv'), null, null);
        assertEqual(table.get_n_rows(), 4000);
        assertEqual(table.list_columns(), ['class', 'var1', 'var2', 'var3', 'var4']);
        assertClose([table.get_column('var1').get_value([0])], [0.0870131]);
    },

    async test_read_async() {
        const table = await Pymva.Table.new_from_file_async(dataFile('multiclass_example.csv'),
            null, null);
        assertEqual(table.get_n_rows(), 4000);
    },

    test_read_cut() {
        const options = new GLib.Variant('a{sv}', {
            'cut': GLib.Variant.new_string('var1 > 0'),
            'columns': GLib.Variant.new_strv(['class', 'var2']),
        });
        const table = Pymva.Table.new_from_file(dataFile('multiclass_example.csv'), options, null);
        assertEqual(table.list_columns(), ['class', 'var2']);
        assertEqual(table.get_n_rows(), 2064);
    },

    async test_read_files() {
        const files = [dataFile('multiclass_example.csv'), dataFile('multiclass_example.csv')];
        assertEqual(Pymva.Table.new_from_files(files, null, null).get_n_rows(), 8000);
        const table = await Pymva.Table.new_from_files_async(files, null, null);
        assertEqual(table.get_n_rows(), 8000);
    },

    test_read_options() {
        const options = new GLib.Variant('a{sv}', {
            'format': GLib.Variant.new_string('csv'),
            'delimiter': GLib.Variant.new_string('\t'),
            'header': GLib.Variant.new_boolean(false),
        });
        const table = Pymva.Table.new_from_file(dataFile('higgs.test'), options, null);
        assertEqual(table.get_n_rows(), 500);
        assertEqual(table.list_columns().length, 29);
    },

    test_unknown_column() {
        assertIn('energy', assertPymvaError(Pymva.Error.DATA,
            () => newTable().get_column('enrgy')));
    },

    test_words() {
        const table = newTable();
        table.add_words('kind', ['a', 'b'], Pymva.Tensor.new_from_doubles([1, -1, 0], 0));
        assertTrue(table.holds_words('kind'));
        assertTrue(!table.holds_words('x'));
        assertEqual(table.list_labels('kind'), ['b', '', 'a']);
        assertEqual(table.get_codes('kind').to_doubles(), [0, 1, 2]);
        assertPymvaError(Pymva.Error.DATA, () => table.list_labels('x'));
    },
});
