// SPDX-License-Identifier: LGPL-2.1-or-later
// Python objects through the typelib; object.py has the same cases.

import GLib from 'gi://GLib';
import Pymva from 'gi://Pymva?version=1.0';
import {assertEqual, assertIn, assertPymvaError, assertTrue, main} from './harness.js';

function value(type, content) {
    return Pymva.Object.new_from_variant(new GLib.Variant(type, content));
}

function builtin(name) {
    return Pymva.Interpreter.get_default().import_module('builtins').get_attribute(name);
}

main({
    test_attributes() {
        const namespace = Pymva.Interpreter.get_default().import_module('types')
            .get_attribute('SimpleNamespace').call(null, null);
        assertTrue(!namespace.has_attribute('x'));
        assertTrue(namespace.set_attribute('x', value('i', 5)));
        assertEqual(namespace.get_attribute('x').to_variant().unpack(), 5);
        assertIn('x', namespace.list_attributes());
        assertIn('AttributeError', assertPymvaError(Pymva.Error.PYTHON,
            () => namespace.get_attribute('y')));
    },

    test_call() {
        const result = builtin('sorted').call(new GLib.Variant('(ai)', [[3, 1, 2]]),
            new GLib.Variant('a{sv}', {reverse: GLib.Variant.new_boolean(true)}));
        assertEqual(result.to_variant().recursiveUnpack(), [3, 2, 1]);
    },

    async test_call_async() {
        const result = await builtin('max').call_async(new GLib.Variant('(ii)', [3, 8]), null,
            null);
        assertEqual(result.to_variant().unpack(), 8);
    },

    test_call_full() {
        const result = builtin('dict').call_full([], ['a', 'b'],
            [value('i', 1), value('s', 'two')]);
        const {a, b} = result.to_variant().recursiveUnpack();
        assertEqual([a, b], [1, 'two']);
    },

    test_call_method() {
        const text = value('s', 'a-b');
        assertEqual(text.call_method('split', new GLib.Variant('(s)', ['-']), null)
            .to_variant().recursiveUnpack(), ['a', 'b']);
        assertEqual(text.call_method_objects('upper', []).to_string(), 'A-B');
    },

    test_call_objects() {
        const power = builtin('pow');
        assertEqual(power.call_objects([value('i', 2), value('i', 10)]).to_string(), '1024');
        const parameters = Pymva.Object.new_tuple([value('i', 2), value('i', 3)]);
        assertEqual(power.call_object(parameters, null).to_string(), '8');
    },

    test_containers() {
        const items = Pymva.Object.new_list([value('i', 1), Pymva.Object.new_none()]);
        assertEqual(items.get_length(), 2);
        assertTrue(items.get_index(-1).is_none());
        assertEqual(items.list_items().map(item => item.repr()), ['1', 'None']);
        const mapping = Pymva.Object.new_dict(['k'], [items]);
        assertTrue(mapping.set_item(value('s', 'n'), value('i', 7)));
        assertEqual(mapping.get_item(value('s', 'n')).repr(), '7');
        assertEqual(mapping.repr(), "{'k': [1, None], 'n': 7}");
    },

    test_empty() {
        assertTrue(new Pymva.Object().is_none());
    },

    test_exception() {
        const message = assertPymvaError(Pymva.Error.VALUE,
            () => builtin('int').call(new GLib.Variant('(s)', ['x']), null));
        assertIn('ValueError', message.split('\n')[0]);
    },

    test_tensor() {
        const tensor = Pymva.Tensor.new_from_doubles([1, 2, 3, 4], 2);
        const array = Pymva.Object.new_from_tensor(tensor);
        assertEqual(array.get_type_name(), 'numpy.ndarray');
        assertEqual(array.to_tensor().get_address(), tensor.get_address());
        assertEqual(array.call_method('sum', null, null).to_variant().unpack(), 10);
    },

    test_variant() {
        const contents = [['b', true], ['x', -(2 ** 53) + 1], ['t', 2 ** 53 - 1], ['d', 0.5],
            ['s', 'größer'], ['ay', [0, 1]], ['a{sv}', {}], ['(is)', [1, 'a']]];
        for (const [kind, content] of contents) {
            const variant = new GLib.Variant(kind, content);
            assertEqual(Pymva.Object.new_from_variant(variant).to_variant().recursiveUnpack(),
                variant.recursiveUnpack());
        }
        assertIn('type', assertPymvaError(Pymva.Error.TYPE,
            () => builtin('object').to_variant()));
    },

    test_words() {
        assertTrue(builtin('len').is_callable());
        assertTrue(!value('i', 1).is_callable());
        assertEqual(value('d', 1.5).get_type_name(), 'float');
    },
});
