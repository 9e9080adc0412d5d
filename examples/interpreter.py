# SPDX-License-Identifier: LGPL-2.1-or-later

"""Python in a host program: import a module, call it, run statements, and catch an exception.

In a Python program the interpreter is the program's own.
"""

import gi

gi.require_version('Pymva', '1.0')
from gi.repository import GLib, Pymva

python = Pymva.Interpreter.get_default()
python.start(None)
print('Python', python.get_version())

# A call: arguments go in as a GVariant tuple.
math = python.import_module('math')
hypotenuse = math.call_method('hypot', GLib.Variant('(dd)', (3, 4)), None)
print('hypot (3, 4) =', hypotenuse.to_string())

# Statements: their names live in a namespace of their own.
names = python.run('squares = [n * n for n in range(1, 5)]', None, 'squares.py')
squares = python.evaluate('squares', names).to_variant().unpack()
print('squares:', *squares)
print('their sum is', python.evaluate('sum(squares)', names).to_string())

# An exception is a GLib.Error.
try:
    python.evaluate('1 / 0', None)
except GLib.Error as error:
    print('caught a', Pymva.error_dup_exception_type(error))
