// SPDX-License-Identifier: LGPL-2.1-or-later
// What the overrides add for programs in JavaScript: typed arrays and iteration.

import GLib from 'gi://GLib';
import Pymva from 'gi://Pymva?version=1.0';
import {assertEqual, assertIn, main} from './harness.js';

main({
    test_every_element_type() {
        for (const type of [Float32Array, Float64Array, Int8Array, Uint8Array, Int16Array,
            Int32Array]) {
            const array = new type([1, 2, 3, 4]);
            const tensor = Pymva.Tensor.from_array(array, [2, 2]);
            assertEqual(tensor.get_shape(), [2, 2]);
            assertEqual(tensor.to_doubles(), [1, 2, 3, 4]);
            assertEqual(tensor.to_array(), array);
            assertEqual(tensor.to_array().constructor.name, type.name);
        }
    },

    test_large_integers_are_exact() {
        const number = 2n ** 53n + 1n;
        assertEqual(Pymva.Tensor.from_array(new BigInt64Array([number])).to_array()[0], number);
    },

    test_object_is_iterable() {
        const items = Pymva.Object.new_from_variant(new GLib.Variant('ai', [1, 2]));
        assertEqual([...items].map(item => `${item}`), ['1', '2']);
    },

    test_other_arrays_are_refused() {
        let message = '';
        try {
            Pymva.Tensor.from_array([1, 2]);
        } catch (error) {
            ({message} = error);
        }
        assertIn('Float32Array', message);
    },

    test_part_of_an_array() {
        const part = new Float64Array([1, 2, 3]).subarray(1);
        assertEqual(Pymva.Tensor.from_array(part).to_doubles(), [2, 3]);
    },
});
