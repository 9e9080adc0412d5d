// SPDX-License-Identifier: LGPL-2.1-or-later

// Numbers to NumPy and back, without a copy.

imports.gi.versions.Pymva = '1.0';
const {Pymva} = imports.gi;

const python = Pymva.Interpreter.get_default();

// Two rows of three columns, float64.
const tensor = Pymva.Tensor.new_from_doubles([1, 2, 3, 4, 5, 6], 3);

const names = Pymva.Object.new_dict(['a'], [Pymva.Object.new_from_tensor(tensor)]);
const address = python.evaluate("a.__array_interface__['data'][0]", names).to_variant().unpack();
print(`NumPy reads our memory: ${address === tensor.get_address() ? 'yes' : 'no'}`);

const means = python.evaluate('a.mean(axis=0)', names).to_tensor();
print(`column means: ${means.to_doubles().join(' ')}`);
