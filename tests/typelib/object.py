#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Python objects through the typelib; object.js has the same cases."""

from gi.repository import GLib
from harness import Pymva, TypelibTest, main, wait


def value(type_string, content):
    return Pymva.Object.new_from_variant(GLib.Variant(type_string, content))


def builtin(name):
    return Pymva.Interpreter.get_default().import_module('builtins').get_attribute(name)


class ObjectTest(TypelibTest):
    def test_attributes(self):
        namespace = Pymva.Interpreter.get_default().import_module('types') \
            .get_attribute('SimpleNamespace').call(None, None)
        self.assertFalse(namespace.has_attribute('x'))
        self.assertTrue(namespace.set_attribute('x', value('i', 5)))
        self.assertEqual(namespace.get_attribute('x').to_variant().unpack(), 5)
        self.assertIn('x', namespace.list_attributes())
        message = self.assertPymvaError(Pymva.Error.PYTHON, namespace.get_attribute, 'y')
        self.assertIn('AttributeError', message)

    def test_call(self):
        result = builtin('sorted').call(GLib.Variant('(ai)', ([3, 1, 2],)),
                                        GLib.Variant('a{sv}', {'reverse': GLib.Variant('b', True)}))
        self.assertEqual(result.to_variant().unpack(), [3, 2, 1])

    def test_call_async(self):
        function = builtin('max')
        result = wait(function.call_async, GLib.Variant('(ii)', (3, 8)), None, None)
        self.assertEqual(function.call_finish(result).to_variant().unpack(), 8)

    def test_call_full(self):
        result = builtin('dict').call_full([], ['a', 'b'], [value('i', 1), value('s', 'two')])
        self.assertEqual(result.to_variant().unpack(), {'a': 1, 'b': 'two'})

    def test_call_method(self):
        text = value('s', 'a-b')
        self.assertEqual(text.call_method('split', GLib.Variant('(s)', ('-',)), None)
                         .to_variant().unpack(), ['a', 'b'])
        self.assertEqual(text.call_method_objects('upper', []).to_string(), 'A-B')

    def test_call_objects(self):
        power = builtin('pow')
        self.assertEqual(power.call_objects([value('i', 2), value('i', 10)]).to_string(), '1024')
        arguments = Pymva.Object.new_tuple([value('i', 2), value('i', 3)])
        self.assertEqual(power.call_object(arguments, None).to_string(), '8')

    def test_containers(self):
        items = Pymva.Object.new_list([value('i', 1), Pymva.Object.new_none()])
        self.assertEqual(items.get_length(), 2)
        self.assertTrue(items.get_index(-1).is_none())
        self.assertEqual([item.repr() for item in items.list_items()], ['1', 'None'])
        mapping = Pymva.Object.new_dict(['k'], [items])
        self.assertTrue(mapping.set_item(value('s', 'n'), value('i', 7)))
        self.assertEqual(mapping.get_item(value('s', 'n')).repr(), '7')
        self.assertEqual(mapping.repr(), "{'k': [1, None], 'n': 7}")

    def test_empty(self):
        self.assertTrue(Pymva.Object().is_none())

    def test_exception(self):
        message = self.assertPymvaError(Pymva.Error.VALUE, builtin('int').call,
                                        GLib.Variant('(s)', ('x',)), None)
        self.assertIn('ValueError', message.splitlines()[0])

    def test_tensor(self):
        tensor = Pymva.Tensor.new_from_doubles([1, 2, 3, 4], 2)
        array = Pymva.Object.new_from_tensor(tensor)
        self.assertEqual(array.get_type_name(), 'numpy.ndarray')
        self.assertEqual(array.to_tensor().get_address(), tensor.get_address())
        self.assertEqual(array.call_method('sum', None, None).to_variant().unpack(), 10)

    def test_variant(self):
        for kind, content in [('b', True), ('x', -2**63), ('t', 2**64 - 1), ('d', 0.5),
                              ('s', 'größer'), ('ay', b'\0\1'), ('a{sv}', {}), ('(is)', (1, 'a'))]:
            variant = GLib.Variant(kind, content)
            self.assertEqual(Pymva.Object.new_from_variant(variant).to_variant().unpack(),
                             variant.unpack())
        message = self.assertPymvaError(Pymva.Error.TYPE, builtin('object').to_variant)
        self.assertIn('type', message)

    def test_words(self):
        self.assertTrue(builtin('len').is_callable())
        self.assertFalse(value('i', 1).is_callable())
        self.assertEqual(value('d', 1.5).get_type_name(), 'float')


main(ObjectTest)
