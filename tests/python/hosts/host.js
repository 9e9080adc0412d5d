// SPDX-License-Identifier: LGPL-2.1-or-later
import Pymva from 'gi://Pymva?version=1.0';

const interpreter = new Pymva.Interpreter();

interpreter.import_module('_ctypes');
const numpy = interpreter.import_module('numpy');
const values = Pymva.Object.new_from_tensor(Pymva.Tensor.new_from_doubles([1, 2, 3, 4, 5, 6], 2));
const squares = numpy.call_method_objects('multiply', [values, values]).to_tensor().to_doubles();

if (interpreter !== Pymva.Interpreter.get_default())
    throw new Error('there are two interpreters');
if (interpreter.attached)
    throw new Error('there was no Python to attach to');
if (String(squares) !== '1,4,9,16,25,36')
    throw new Error(`the numbers are wrong: ${squares}`);
// A job that is in flight at the end ends with the program.
interpreter.run_async('while True: pass', null, null, null, null);
print('squares are right');
