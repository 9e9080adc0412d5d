// SPDX-License-Identifier: LGPL-2.1-or-later
// The interpreter through the typelib; interpreter.py has the same cases.

import GLib from 'gi://GLib';
import Pymva from 'gi://Pymva?version=1.0';
import {assertEqual, assertIn, assertPymvaError, assertTrue, main} from './harness.js';

const interpreter = Pymva.Interpreter.get_default();

main({
    test_error_names_line() {
        const message = assertPymvaError(Pymva.Error.PYTHON,
            () => interpreter.run('x = 1\ny = x / 0\n', null, 'analysis.py'));
        assertIn('ZeroDivisionError', message.split('\n')[0]);
        assertIn('analysis.py', message);
        assertIn('line 2', message);
    },

    test_evaluate() {
        const names = interpreter.run('x = 20', null, null);
        assertEqual(interpreter.evaluate('x + 1', names).to_variant().unpack(), 21);
        assertPymvaError(Pymva.Error.PYTHON, () => interpreter.evaluate('x', null));
    },

    test_function() {
        const twice = interpreter.new_function('twice', (args, _kwargs) => {
            const number = args.get_index(0).to_variant().unpack();
            return Pymva.Object.new_from_variant(new GLib.Variant('x', 2 * number));
        });
        assertTrue(twice.is_callable());
        assertEqual(twice.call(new GLib.Variant('(x)', [21]), null).to_variant().unpack(), 42);
    },

    test_function_error() {
        const refuse = interpreter.new_function('refuse', () => {
            throw new GLib.Error(Pymva.Error, Pymva.Error.VALUE, 'not today');
        });
        const names = interpreter.run('', null, null);
        names.set_item(Pymva.Object.new_from_variant(new GLib.Variant('s', 'f')), refuse);
        interpreter.run('try:\n  f()\nexcept Exception as error:\n  said = str(error)',
            names, null);
        assertIn('not today', interpreter.evaluate('said', names).to_string());
    },

    test_import() {
        assertTrue(interpreter.import_module('math').has_attribute('pi'));
        assertIn('no_such_module', assertPymvaError(Pymva.Error.IMPORT,
            () => interpreter.import_module('no_such_module')));
    },

    async test_import_async() {
        const module = await interpreter.import_module_async('json', null);
        assertTrue(module.has_attribute('loads'));
    },

    test_one_per_process() {
        assertTrue(Pymva.Interpreter.get_default() === interpreter);
        assertTrue(new Pymva.Interpreter() === interpreter);
    },

    test_properties() {
        interpreter.start(null);
        assertEqual(interpreter.state, Pymva.InterpreterState.READY);
        assertTrue(interpreter.version.startsWith('3.'));
        assertTrue(interpreter.prefix);
        assertTrue(interpreter.executable);
    },

    async test_run_async() {
        const names = await interpreter.run_async('x = 3', null, null, null);
        assertEqual(interpreter.evaluate('x', names).to_variant().unpack(), 3);
    },
});
