#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Exported models through the typelib; model-export.js has the same cases."""

from gi.repository import Gio, GLib
from harness import Pymva, StepModelTest, main, wait


class ModelExportTest(StepModelTest):
    def new_target(self):
        source = self.new_file('export-XXXXXX.c')
        header = Gio.File.new_for_path(source.get_path()[:-1] + 'h')
        self.addCleanup(header.delete, None)
        return source, header

    def read(self, file):
        return file.load_contents(None)[1].decode()

    def test_async(self):
        model = self.new_model()
        source, header = self.new_target()
        result = wait(model.export_async, source, 'c', None, None)
        self.assertTrue(model.export_finish(result))
        self.assertIn('_N_VARIABLES 2\n', self.read(header))

    def test_export(self):
        source, header = self.new_target()
        self.assertTrue(self.new_model().export(source, None, None, None))
        self.assertIn('{ 1, 1, 0.5, ', self.read(source))
        self.assertIn('_predict (const float *variables, float *outputs);', self.read(header))

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
