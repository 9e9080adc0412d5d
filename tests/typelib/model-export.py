#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Exported models through the typelib; model-export.js has the same cases."""

from gi.repository import Gio, GLib
from harness import Pymva, TypelibTest, main

# One split at 0.5 of the second feature, with -1 to the left and 2 to the right.
LIGHTGBM = b"""tree
num_tree_per_iteration=1
max_feature_idx=1
objective=regression
feature_names=a b

Tree=0
num_leaves=2
num_cat=0
split_feature=1
threshold=0.5
decision_type=2
left_child=-1
right_child=-2
leaf_value=-1 2

end of trees
"""


class ModelExportTest(TypelibTest):
    def new_file(self, name):
        file, stream = Gio.File.new_tmp(name)
        self.addCleanup(file.delete, None)
        stream.close(None)
        return file

    def new_model(self):
        file = self.new_file('export-XXXXXX.txt')
        file.replace_contents(LIGHTGBM, None, False, Gio.FileCreateFlags.NONE, None)
        return Pymva.Model.import_(file, None, None)

    def new_target(self):
        source = self.new_file('export-XXXXXX.c')
        header = Gio.File.new_for_path(source.get_path()[:-1] + 'h')
        self.addCleanup(header.delete, None)
        return source, header

    def read(self, file):
        return file.load_contents(None)[1].decode()

    def test_async(self):
        loop = GLib.MainLoop()
        results = []

        def exported(_source, result):
            results.append(result)
            loop.quit()

        model = self.new_model()
        source, header = self.new_target()
        model.export_async(source, 'c', None, None, exported)
        loop.run()
        self.assertTrue(model.export_finish(results[0]))
        self.assertIn('_N_VARIABLES 2\n', self.read(header))

    def test_export(self):
        source, header = self.new_target()
        self.assertTrue(self.new_model().export(source, None, None, None))
        self.assertIn('{ 1, 1, 0.5, ', self.read(source))
        self.assertIn('_predict (const float *variables, float *outputs);', self.read(header))

    def test_onnx(self):
        file = self.new_file('export-XXXXXX.onnx')
        self.assertTrue(self.new_model().export(file, None, None, None))
        model = Pymva.Model.import_(file, None, None)
        self.assertEqual(model.list_variables(), ['a', 'b'])
        inputs = Pymva.Tensor.new_from_doubles([0, 0.5, 0, 0.6], 2)
        self.assertEqual(model.predict(inputs).to_doubles(), [-1, 2])
        self.assertPymvaError(Pymva.Error.VALUE, Pymva.Model.import_, file,
                              GLib.Variant('a{sv}', {'output': GLib.Variant('s', 'labels')}), None)

    def test_options(self):
        source, header = self.new_target()
        model = self.new_model()
        model.export(source, 'c', GLib.Variant('a{sv}', {'name': GLib.Variant('s', 'steps')}), None)
        self.assertIn('void steps_predict (', self.read(header))
        self.assertPymvaError(Pymva.Error.VALUE, model.export, source, 'c++', None, None)
        self.assertPymvaError(Pymva.Error.VALUE, model.export, source, None,
                              GLib.Variant('a{sv}', {'name': GLib.Variant('s', 'a b')}), None)


if __name__ == '__main__':
    main(ModelExportTest)
