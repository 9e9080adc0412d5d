#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Imported models through the typelib; model-import.js has the same cases."""

from gi.repository import Gio, GLib
from harness import LIGHTGBM, Pymva, TypelibTest, main, wait

# Fisher's discriminant 1 + 2 (a + b) - 3 c.
TMVA = b"""<?xml version="1.0"?>
<MethodSetup Method="Fisher::mine">
<GeneralInfo><Info name="TMVA Release" value="4.2.1 [262657]"/></GeneralInfo><Options/>
<Variables NVar="2"><Variable VarIndex="0" Expression="a+b" Label="sum"/>
<Variable VarIndex="1" Expression="c" Label="c"/></Variables>
<Classes><Class Name="Signal" Index="0"/><Class Name="Background" Index="1"/></Classes>
<Transformations/><Weights NCoeff="3"><Coefficient Index="0" Value="1"/>
<Coefficient Index="1" Value="2"/><Coefficient Index="2" Value="-3"/></Weights></MethodSetup>
"""

# 1 < a + b <= 2 and -1 < c <= 1, for the efficiency 0.35 of the signal.
CUTS = TMVA[:TMVA.index(b'<Weights')].replace(b'Fisher::', b'Cuts::') + b"""<Weights nbins="10">
<Bin ibin="5" effS="0.4" effB="0"><Cuts cutMin_0="1" cutMax_0="2" cutMin_1="-1" cutMax_1="1"/>
</Bin></Weights></MethodSetup>
"""


class ModelImportTest(TypelibTest):
    def new_file(self, content):
        file, stream = Gio.File.new_tmp('import-XXXXXX.txt')
        self.addCleanup(file.delete, None)
        stream.get_output_stream().write_all(content, None)
        stream.close(None)
        return file

    def check(self, model):
        self.assertEqual(model.get_engine(), 'forest')
        inputs = Pymva.Tensor.new_from_doubles([0, 0.5, 0, 0.6], 2)
        self.assertEqual(model.predict(inputs).to_doubles(), [-1, 2])

    def test_async(self):
        result = wait(Pymva.Model.import_async, self.new_file(LIGHTGBM), None, None)
        self.check(Pymva.Model.import_finish(result))

    def test_broken(self):
        self.assertPymvaError(Pymva.Error.FORMAT, Pymva.Model.import_, self.new_file(b'{}'), None,
                              None)
        message = self.assertPymvaError(
            Pymva.Error.UNSUPPORTED, Pymva.Model.import_,
            self.new_file(LIGHTGBM.replace(b'=regression', b'=guesses')), None, None)
        self.assertIn('“guesses”', message)

    def test_import(self):
        model = Pymva.Model.import_(self.new_file(LIGHTGBM), None, None)
        self.check(model)
        self.assertEqual(model.list_variables(), ['a', 'b'])

    def test_options(self):
        options = {'title': GLib.Variant('s', 'Steps'),
                   'variables': GLib.Variant('as', ['x', 'y']),
                   'targets': GLib.Variant('as', ['z'])}
        file = self.new_file(LIGHTGBM)
        model = Pymva.Model.import_(file, GLib.Variant('a{sv}', options), None)
        self.assertEqual(model.get_title(), 'Steps')
        self.assertEqual(model.list_variables(), ['x', 'y'])
        self.assertEqual(model.list_targets(), ['z'])
        self.assertPymvaError(Pymva.Error.VALUE, Pymva.Model.import_, file,
                              GLib.Variant('a{sv}', {'titel': GLib.Variant('s', 'Steps')}), None)

    def test_tmva(self):
        file = self.new_file(TMVA)
        model = Pymva.Model.import_(file, None, None)
        self.assertEqual(model.list_variables(), ['sum', 'c'])
        self.assertEqual(model.list_classes(), ['Signal', 'Background'])
        self.assertEqual(model.get_method_name(), 'tmva-fisher')
        inputs = Pymva.Tensor.new_from_doubles([1, 0, 0.5, 2], 2)
        self.assertEqual(model.predict(inputs).to_doubles(), [3, -4])
        message = self.assertPymvaError(
            Pymva.Error.UNSUPPORTED, Pymva.Model.import_,
            self.new_file(TMVA.replace(b'Fisher::', b'PDERS::')), None, None)
        self.assertIn('“PDERS”', message)

    def test_tmva_cuts(self):
        file = self.new_file(CUTS)
        options = {'signal-efficiency': GLib.Variant('d', 0.35)}
        model = Pymva.Model.import_(file, GLib.Variant('a{sv}', options), None)
        inputs = Pymva.Tensor.new_from_doubles([1, 0, 2, 1, 1.5, -1], 2)
        self.assertEqual(model.predict(inputs).to_doubles(), [0, 1, 0])
        message = self.assertPymvaError(Pymva.Error.VALUE, Pymva.Model.import_, file, None, None)
        self.assertIn('“signal-efficiency”', message)


if __name__ == '__main__':
    main(ModelImportTest)
