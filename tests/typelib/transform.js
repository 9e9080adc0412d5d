// SPDX-License-Identifier: LGPL-2.1-or-later
// Transformations through the typelib; transform.py has the same cases.

import Pymva from 'gi://Pymva?version=1.0';
import {assertClose, assertEqual, assertIn, assertPymvaError, assertTrue, main}
    from './harness.js';

// Five training events of two variables and a target.
function newDataset() {
    const table = new Pymva.Table();
    table.add_column('a', Pymva.Tensor.new_from_doubles([1, 2, 3, 4, 5], 0));
    table.add_column('b', Pymva.Tensor.new_from_doubles([0, 10, 10, 20, 10], 0));
    const dataset = new Pymva.Dataset({analysis_type: Pymva.AnalysisType.REGRESSION});
    dataset.set_test_fraction(0);
    dataset.add_events(table, 1);
    dataset.add_variable('a');
    dataset.add_variable('b');
    dataset.add_target('a + b');
    return dataset;
}

const inputs = Pymva.Tensor.new_from_doubles([3, 20, 1, 5], 2);

main({
    test_apply() {
        const transform = Pymva.Transform.new('N');
        assertTrue(transform.fit(newDataset(), null));
        assertTrue(transform.get_fitted());
        const columns = transform.apply(inputs);
        assertEqual(columns.get_dtype(), Pymva.DType.FLOAT64);
        assertEqual(columns.to_doubles(), [0, 1, -1, -0.5]);
    },

    test_definition() {
        const transform = new Pymva.Transform({definition: 'D,G'});
        assertEqual(transform.get_definition(), 'D,G');
        assertEqual(transform.get_fitted(), false);
        assertEqual(transform.list_columns(), []);
    },

    test_errors() {
        const transform = Pymva.Transform.new('Q');
        assertPymvaError(Pymva.Error.NOT_TRAINED, () => transform.apply(inputs));
        const message =
            assertPymvaError(Pymva.Error.VALUE, () => transform.fit(newDataset(), null));
        assertIn('no transformation “Q”', message);
    },

    test_invert() {
        const transform = Pymva.Transform.new('D,S');
        transform.fit(newDataset(), null);
        assertClose(transform.invert(transform.apply(inputs)).to_doubles(), [3, 20, 1, 5], 1e-12);
    },

    test_list_columns() {
        const transform = Pymva.Transform.new('G,P,S(b)');
        transform.fit(newDataset(), null);
        assertEqual(transform.list_columns(), ['P1', 'S(P2)']);
    },
});
