// SPDX-License-Identifier: LGPL-2.1-or-later

// A function of the JavaScript program, called by Python: it decides how Python sorts.

imports.gi.versions.Pymva = '1.0';
const {GLib, Pymva} = imports.gi;

const python = Pymva.Interpreter.get_default();
let nCalls = 0;

// Called with one word; gives the number of its vowels.
const function_ = python.new_function('count_vowels', args => {
    nCalls++;
    const word = args.get_index(0).to_string();
    if (word === '') {
        throw new GLib.Error(Pymva.error_quark(), Pymva.Error.VALUE,
            'an empty word has no vowels');
    }
    const vowels = [...word].filter(letter => 'aeiou'.includes(letter)).length;
    return Pymva.Object.new_from_variant(new GLib.Variant('x', vowels));
});

const names = Pymva.Object.new_dict(['count_vowels'], [function_]);
const words = python.evaluate(
    "', '.join(sorted(['banana', 'fig', 'papaya', 'aubergine'], key=count_vowels))", names);
print(`sorted: ${words.to_string()}`);
print(`${nCalls} calls`);

// An error that the function sets is an exception in Python, and comes back as it was.
try {
    python.evaluate("count_vowels('')", names);
} catch (error) {
    if (error.matches(Pymva.error_quark(), Pymva.Error.VALUE))
        print('an empty word is refused');
}
