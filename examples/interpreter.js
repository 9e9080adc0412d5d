// SPDX-License-Identifier: LGPL-2.1-or-later

// Python in a JavaScript program: import a module, call it, run statements, and catch an exception.

imports.gi.versions.Pymva = '1.0';
const {GLib, Pymva} = imports.gi;

const python = Pymva.Interpreter.get_default();
python.connect('output', (_python, _stream, line) => print(`Python says: ${line}`));
python.start(null);
print(`Python ${python.version}`);

// A call: arguments go in as a GVariant tuple.
const math = python.import_module('math');
const hypotenuse = math.call_method('hypot', new GLib.Variant('(dd)', [3, 4]), null);
print(`hypot (3, 4) = ${hypotenuse.to_string()}`);

// Statements: their names live in a namespace of their own.
const names = python.run(`
squares = [n * n for n in range(1, 5)]
print('squares:', *squares)
`, null, 'squares.py');
print(`their sum is ${python.evaluate('sum(squares)', names).to_string()}`);

// An exception is a GLib.Error.
try {
    python.evaluate('1 / 0', null);
} catch (error) {
    print(`caught a ${Pymva.error_dup_exception_type(error)}`);
}
