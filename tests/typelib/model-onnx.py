#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Models as ONNX through the typelib; model-onnx.js has the same cases."""

from gi.repository import GLib
from harness import Pymva, StepModelTest, main


class ModelOnnxTest(StepModelTest):
    def test_returns(self):
        file = self.new_file('export-XXXXXX.onnx')
        self.assertTrue(self.new_model().export(file, None, None, None))
        model = Pymva.Model.import_(file, None, None)
        self.assertEqual(model.list_variables(), ['a', 'b'])
        inputs = Pymva.Tensor.new_from_doubles([0, 0.5, 0, 0.6], 2)
        self.assertEqual(model.predict(inputs).to_doubles(), [-1, 2])
        self.assertPymvaError(Pymva.Error.VALUE, Pymva.Model.import_, file,
                              GLib.Variant('a{sv}', {'output': GLib.Variant('s', 'labels')}), None)


if __name__ == '__main__':
    main(ModelOnnxTest)
