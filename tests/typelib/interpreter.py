#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The interpreter through the typelib; interpreter.js has the same cases."""

from gi.repository import GLib
from harness import Pymva, TypelibTest, main, wait

interpreter = Pymva.Interpreter.get_default()


class InterpreterTest(TypelibTest):
    def test_error_names_line(self):
        message = self.assertPymvaError(Pymva.Error.PYTHON, interpreter.run,
                                        'x = 1\ny = x / 0\n', None, 'analysis.py')
        self.assertIn('ZeroDivisionError', message.splitlines()[0])
        self.assertIn('analysis.py', message)
        self.assertIn('line 2', message)

    def test_evaluate(self):
        names = interpreter.run('x = 20', None, None)
        self.assertEqual(interpreter.evaluate('x + 1', names).to_variant().unpack(), 21)
        self.assertPymvaError(Pymva.Error.PYTHON, interpreter.evaluate, 'x', None)

    def test_function(self):
        def twice(args, _kwargs, *_user_data):
            number = args.get_index(0).to_variant().unpack()
            return Pymva.Object.new_from_variant(GLib.Variant('x', 2 * number))

        function = interpreter.new_function('twice', twice)
        self.assertTrue(function.is_callable())
        self.assertEqual(function.call(GLib.Variant('(x)', (21,)), None).to_variant().unpack(), 42)

    def test_function_error(self):
        def refuse(_args, _kwargs, *_user_data):
            raise GLib.Error.new_literal(Pymva.Error.quark(), 'not today', Pymva.Error.VALUE)

        names = interpreter.run('', None, None)
        names.set_item(Pymva.Object.new_from_variant(GLib.Variant('s', 'f')),
                       interpreter.new_function('refuse', refuse))
        interpreter.run('try:\n  f()\nexcept Exception as error:\n  said = str(error)',
                        names, None)
        self.assertIn('not today', interpreter.evaluate('said', names).to_string())

    def test_import(self):
        self.assertTrue(interpreter.import_module('math').has_attribute('pi'))
        message = self.assertPymvaError(Pymva.Error.IMPORT, interpreter.import_module,
                                        'no_such_module')
        self.assertIn('no_such_module', message)

    def test_import_async(self):
        result = wait(interpreter.import_module_async, 'json', None)
        self.assertTrue(interpreter.import_module_finish(result).has_attribute('loads'))

    def test_one_per_process(self):
        self.assertEqual(Pymva.Interpreter.get_default(), interpreter)
        self.assertEqual(Pymva.Interpreter(), interpreter)

    def test_properties(self):
        interpreter.start(None)
        self.assertEqual(interpreter.props.state, Pymva.InterpreterState.READY)
        self.assertTrue(interpreter.props.version.startswith('3.'))
        self.assertTrue(interpreter.props.prefix)
        self.assertTrue(interpreter.props.executable)

    def test_run_async(self):
        result = wait(interpreter.run_async, 'x = 3', None, None, None)
        names = interpreter.run_finish(result)
        self.assertEqual(interpreter.evaluate('x', names).to_variant().unpack(), 3)


main(InterpreterTest)
