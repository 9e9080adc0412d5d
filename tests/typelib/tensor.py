#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tensors through the typelib; tensor.js has the same cases."""

import math
import struct

from gi.repository import GLib
from harness import Pymva, TypelibTest, main


class TensorTest(TypelibTest):
    def setUp(self):
        self.tensor = Pymva.Tensor.new_from_doubles([1, 2, 3, 4, 5, 6], 3)

    def test_bytes(self):
        data = struct.pack('4f', 1, 2, 3, 4)
        tensor = Pymva.Tensor.new(Pymva.DType.FLOAT32, [2, 2], GLib.Bytes.new(data))
        self.assertEqual(tensor.get_bytes().get_data(), data)
        self.assertEqual(list(tensor.to_doubles()), [1, 2, 3, 4])

    def test_cast(self):
        integers = self.tensor.cast(Pymva.DType.INT32)
        self.assertEqual(integers.get_dtype(), Pymva.DType.INT32)
        self.assertEqual(list(integers.to_doubles()), [1, 2, 3, 4, 5, 6])

    def test_empty(self):
        tensor = Pymva.Tensor()
        self.assertEqual(tensor.get_n_elements(), 0)
        self.assertEqual(list(tensor.to_doubles()), [])

    def test_properties(self):
        self.assertEqual(self.tensor.props.n_dims, 2)
        self.assertEqual(self.tensor.props.n_elements, 6)
        self.assertEqual(self.tensor.props.dtype, Pymva.DType.FLOAT64)

    def test_reshape(self):
        self.assertEqual(list(self.tensor.reshape([3, 2]).get_shape()), [3, 2])
        message = self.assertPymvaError(Pymva.Error.VALUE, self.tensor.reshape, [4, 2])
        self.assertIn('6', message)

    def test_shape(self):
        self.assertEqual(list(self.tensor.get_shape()), [2, 3])

    def test_size_must_agree(self):
        self.assertPymvaError(Pymva.Error.VALUE, Pymva.Tensor.new, Pymva.DType.FLOAT32, [2, 2],
                              GLib.Bytes.new(b'1234'))

    def test_slice(self):
        row = self.tensor.slice(1, 2)
        self.assertEqual(list(row.get_shape()), [1, 3])
        self.assertEqual(list(row.to_doubles()), [4, 5, 6])
        self.assertEqual(row.get_address(), self.tensor.get_address() + 3 * 8)

    def test_value(self):
        self.assertEqual(self.tensor.get_value([1, 2]), 6)
        self.assertTrue(math.isnan(self.tensor.get_value([2, 0])))


main(TensorTest)
