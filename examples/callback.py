# SPDX-License-Identifier: LGPL-2.1-or-later

"""A function of the host program, called by Python: it decides how Python sorts."""

import gi

gi.require_version('Pymva', '1.0')
from gi.repository import GLib, Pymva

python = Pymva.Interpreter.get_default()
n_calls = 0


def count_vowels(args, kwargs):
    """Called with one word; gives the number of its vowels."""
    global n_calls
    n_calls += 1
    word = args.get_index(0).to_string()
    if not word:
        raise GLib.Error.new_literal(
            Pymva.error_quark(), 'an empty word has no vowels', Pymva.Error.VALUE)
    vowels = sum(letter in 'aeiou' for letter in word)
    return Pymva.Object.new_from_variant(GLib.Variant('x', vowels))


function = python.new_function('count_vowels', count_vowels)
names = Pymva.Object.new_dict(['count_vowels'], [function])
words = python.evaluate(
    "', '.join(sorted(['banana', 'fig', 'papaya', 'aubergine'], key=count_vowels))", names)
print('sorted:', words.to_string())
print(n_calls, 'calls')

# An error that the function sets is an exception in Python, and comes back as it was.
try:
    python.evaluate("count_vowels('')", names)
except GLib.Error as error:
    if error.matches(Pymva.error_quark(), Pymva.Error.VALUE):
        print('an empty word is refused')
