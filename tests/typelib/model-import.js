// SPDX-License-Identifier: LGPL-2.1-or-later
// Imported models through the typelib; model-import.py has the same cases.

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import Pymva from 'gi://Pymva?version=1.0';
import {LIGHTGBM, assertEqual, assertIn, assertPymvaError, main} from './harness.js';

// Fisher's discriminant 1 + 2 (a + b) - 3 c.
const TMVA = `<?xml version="1.0"?>
<MethodSetup Method="Fisher::mine">
<GeneralInfo><Info name="TMVA Release" value="4.2.1 [262657]"/></GeneralInfo><Options/>
<Variables NVar="2"><Variable VarIndex="0" Expression="a+b" Label="sum"/>
<Variable VarIndex="1" Expression="c" Label="c"/></Variables>
<Classes><Class Name="Signal" Index="0"/><Class Name="Background" Index="1"/></Classes>
<Transformations/><Weights NCoeff="3"><Coefficient Index="0" Value="1"/>
<Coefficient Index="1" Value="2"/><Coefficient Index="2" Value="-3"/></Weights></MethodSetup>
`;

// 1 < a + b <= 2 and -1 < c <= 1, for the efficiency 0.35 of the signal.
const CUTS = `${TMVA.slice(0, TMVA.indexOf('<Weights')).replace('Fisher::', 'Cuts::')}
<Weights nbins="10"><Bin ibin="5" effS="0.4" effB="0">
<Cuts cutMin_0="1" cutMax_0="2" cutMin_1="-1" cutMax_1="1"/></Bin></Weights></MethodSetup>
`;

function newFile(content) {
    const [file, stream] = Gio.File.new_tmp('import-XXXXXX.txt');
    stream.get_output_stream().write_all(content, null);
    stream.close(null);
    return file;
}

function check(model) {
    assertEqual(model.get_engine(), 'forest');
    const inputs = Pymva.Tensor.new_from_doubles([0, 0.5, 0, 0.6], 2);
    assertEqual(model.predict(inputs).to_doubles(), [-1, 2]);
}

main({
    async test_async() {
        const file = newFile(LIGHTGBM);
        check(await Pymva.Model.import_async(file, null, null));
        file.delete(null);
    },

    test_broken() {
        const broken = newFile('{}');
        assertPymvaError(Pymva.Error.FORMAT, () => Pymva.Model.import(broken, null, null));
        broken.delete(null);
        const unknown = newFile(LIGHTGBM.replace('=regression', '=guesses'));
        assertIn('“guesses”', assertPymvaError(Pymva.Error.UNSUPPORTED,
            () => Pymva.Model.import(unknown, null, null)));
        unknown.delete(null);
    },

    test_import() {
        const file = newFile(LIGHTGBM);
        const model = Pymva.Model.import(file, null, null);
        check(model);
        assertEqual(model.list_variables(), ['a', 'b']);
        file.delete(null);
    },

    test_options() {
        const file = newFile(LIGHTGBM);
        const model = Pymva.Model.import(file, new GLib.Variant('a{sv}', {
            title: new GLib.Variant('s', 'Steps'),
            variables: new GLib.Variant('as', ['x', 'y']),
            targets: new GLib.Variant('as', ['z']),
        }), null);
        assertEqual(model.get_title(), 'Steps');
        assertEqual(model.list_variables(), ['x', 'y']);
        assertEqual(model.list_targets(), ['z']);
        const misspelt = new GLib.Variant('a{sv}', {titel: new GLib.Variant('s', 'Steps')});
        assertPymvaError(Pymva.Error.VALUE, () => Pymva.Model.import(file, misspelt, null));
        file.delete(null);
    },

    test_tmva() {
        const file = newFile(TMVA);
        const model = Pymva.Model.import(file, null, null);
        assertEqual(model.list_variables(), ['sum', 'c']);
        assertEqual(model.list_classes(), ['Signal', 'Background']);
        assertEqual(model.get_method_name(), 'tmva-fisher');
        const inputs = Pymva.Tensor.new_from_doubles([1, 0, 0.5, 2], 2);
        assertEqual(model.predict(inputs).to_doubles(), [3, -4]);
        file.delete(null);
        const unknown = newFile(TMVA.replace('Fisher::', 'PDERS::'));
        assertIn('“PDERS”', assertPymvaError(Pymva.Error.UNSUPPORTED,
            () => Pymva.Model.import(unknown, null, null)));
        unknown.delete(null);
    },

    test_tmva_cuts() {
        const file = newFile(CUTS);
        const model = Pymva.Model.import(file, new GLib.Variant('a{sv}', {
            'signal-efficiency': new GLib.Variant('d', 0.35),
        }), null);
        const inputs = Pymva.Tensor.new_from_doubles([1, 0, 2, 1, 1.5, -1], 2);
        assertEqual(model.predict(inputs).to_doubles(), [0, 1, 0]);
        assertIn('“signal-efficiency”', assertPymvaError(Pymva.Error.VALUE,
            () => Pymva.Model.import(file, null, null)));
        file.delete(null);
    },
});
