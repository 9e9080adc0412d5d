// SPDX-License-Identifier: LGPL-2.1-or-later
// Tensors through the typelib; tensor.py has the same cases.

import GLib from 'gi://GLib';
import Pymva from 'gi://Pymva?version=1.0';
import {assertEqual, assertIn, assertPymvaError, assertTrue, main} from './harness.js';

const tensor = Pymva.Tensor.new_from_doubles([1, 2, 3, 4, 5, 6], 3);

main({
    test_bytes() {
        const data = new Uint8Array(new Float32Array([1, 2, 3, 4]).buffer);
        const single = Pymva.Tensor.new(Pymva.DType.FLOAT32, [2, 2], new GLib.Bytes(data));
        assertEqual(single.get_bytes().toArray(), data);
        assertEqual(single.to_doubles(), [1, 2, 3, 4]);
    },

    test_cast() {
        const integers = tensor.cast(Pymva.DType.INT32);
        assertEqual(integers.get_dtype(), Pymva.DType.INT32);
        assertEqual(integers.to_doubles(), [1, 2, 3, 4, 5, 6]);
    },

    test_empty() {
        const empty = new Pymva.Tensor();
        assertEqual(empty.get_n_elements(), 0);
        assertEqual(empty.to_doubles(), []);
    },

    test_properties() {
        assertEqual(tensor.n_dims, 2);
        assertEqual(tensor.n_elements, 6);
        assertEqual(tensor.dtype, Pymva.DType.FLOAT64);
    },

    test_reshape() {
        assertEqual(tensor.reshape([3, 2]).get_shape(), [3, 2]);
        assertIn('6', assertPymvaError(Pymva.Error.VALUE, () => tensor.reshape([4, 2])));
    },

    test_shape() {
        assertEqual(tensor.get_shape(), [2, 3]);
    },

    test_size_must_agree() {
        assertPymvaError(Pymva.Error.VALUE, () => Pymva.Tensor.new(Pymva.DType.FLOAT32, [2, 2],
            new GLib.Bytes(new Uint8Array([1, 2, 3, 4]))));
    },

    test_slice() {
        const row = tensor.slice(1, 2);
        assertEqual(row.get_shape(), [1, 3]);
        assertEqual(row.to_doubles(), [4, 5, 6]);
        assertEqual(row.get_address(), tensor.get_address() + 3 * 8);
    },

    test_value() {
        assertEqual(tensor.get_value([1, 2]), 6);
        assertTrue(isNaN(tensor.get_value([2, 0])));
    },
});
