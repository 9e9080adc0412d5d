// SPDX-License-Identifier: LGPL-2.1-or-later
// The list of methods and their parameters; method-info.py has the same cases.

import Gio from 'gi://Gio';
import GObject from 'gi://GObject';
import Pymva from 'gi://Pymva?version=1.0';
import {assertEqual, assertIn, assertTrue, main} from './harness.js';

function infoOf(name) {
    return [...Pymva.MethodInfo.list_all()].find(info => info.get_name() === name);
}

function parameterOf(method, name) {
    return [...infoOf(method).list_parameters()].find(parameter => parameter.get_name() === name);
}

main({
    test_list() {
        const infos = [...Pymva.MethodInfo.list_all()];
        assertEqual(infos[0].get_name(), 'random-forest');
        assertEqual(infos[0].get_pymva_name(), 'PyRandomForest');
        assertEqual(infos[0].get_title(), 'Random forest');
        assertEqual(infos[0].get_framework(), 'scikit-learn');
        assertEqual(infos[0].get_availability(), Pymva.Availability.UNKNOWN);
        for (const info of infos) {
            const method = Pymva.Method.create_for_name(info.get_name(), null);
            assertEqual(GObject.type_name(method.constructor.$gtype),
                GObject.type_name(info.get_method_type()));
        }
    },

    test_parameter_with_a_range() {
        const depth = parameterOf('random-forest', 'max-depth');
        assertEqual(depth.get_title(), 'Depth');
        assertEqual(depth.get_description(), 'Most splits above a leaf; 0: no limit');
        assertEqual(depth.get_value_type(), GObject.TYPE_INT);
        assertEqual([depth.get_minimum(), depth.get_maximum()], [0, 10000]);
        assertEqual(depth.dup_default_value().unpack(), 0);
        assertEqual(depth.list_choices(), []);
        assertEqual(depth.list_options(), ['MaxDepth']);
    },

    test_parameter_with_choices() {
        const weights = parameterOf('random-forest', 'class-weight');
        assertEqual(weights.list_choices(), ['none', 'balanced', 'balanced-subsample']);
        assertEqual(weights.dup_default_value().unpack(), 'none');
        assertTrue(Number.isNaN(weights.get_minimum()));
    },

    test_parameter_of_all_methods() {
        const names = [...infoOf('torch').list_parameters()].map(info => info.get_name());
        assertIn('seed', names.slice(-8));
        assertTrue(!names.includes('title'));
        assertTrue(!names.includes('trained'));
        assertEqual(parameterOf('torch', 'epochs').list_options(), ['NumEpochs', 'Epochs']);
    },

    test_check() {
        const info = infoOf('random-forest');
        assertTrue(info.check(null));
        assertEqual(info.get_availability(), Pymva.Availability.AVAILABLE);
        assertTrue(/^\d+\.\d+/.test(info.get_framework_version()));
        assertEqual(info.get_problem(), null);
    },

    async test_check_async() {
        const info = infoOf('torch');
        const seen = [];
        info.connect('notify::availability', () => seen.push(info.get_availability()));
        const result = await new Promise(resolve =>
            info.check_async(null, (_info, finished) => resolve(finished)));
        assertTrue(info.check_finish(result));
        assertEqual(seen, [Pymva.Availability.AVAILABLE]);
    },

    test_check_cancelled() {
        const info = infoOf('torch');
        const cancellable = new Gio.Cancellable();
        let cancelled = false;

        cancellable.cancel();
        try {
            info.check(cancellable);
        } catch (error) {
            cancelled = error.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED);
        }
        assertTrue(cancelled);
        assertEqual(info.get_availability(), Pymva.Availability.UNKNOWN);
    },
});
