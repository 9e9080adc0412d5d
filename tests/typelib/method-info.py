#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The list of methods and their parameters; method-info.js has the same cases."""

import math

from gi.repository import Gio, GLib, GObject
from harness import Pymva, TypelibTest, main, wait


def info_of(name):
    return next(info for info in Pymva.MethodInfo.list_all() if info.get_name() == name)


def parameter_of(method, name):
    return next(parameter for parameter in info_of(method).list_parameters()
                if parameter.get_name() == name)


class MethodInfoTest(TypelibTest):
    def test_list(self):
        infos = list(Pymva.MethodInfo.list_all())
        self.assertEqual(infos[0].get_name(), 'random-forest')
        self.assertEqual(infos[0].get_pymva_name(), 'PyRandomForest')
        self.assertEqual(infos[0].get_title(), 'Random forest')
        self.assertEqual(infos[0].get_framework(), 'scikit-learn')
        self.assertEqual(infos[0].get_availability(), Pymva.Availability.UNKNOWN)
        for info in infos:
            method = Pymva.Method.create_for_name(info.get_name(), None)
            self.assertEqual(GObject.type_name(method), GObject.type_name(info.get_method_type()))

    def test_parameter_with_a_range(self):
        depth = parameter_of('random-forest', 'max-depth')
        self.assertEqual(depth.get_title(), 'Depth')
        self.assertEqual(depth.get_description(), 'Most splits above a leaf; 0: no limit')
        self.assertEqual(depth.get_value_type(), GObject.TYPE_INT)
        self.assertEqual((depth.get_minimum(), depth.get_maximum()), (0, 10000))
        self.assertEqual(depth.dup_default_value().unpack(), 0)
        self.assertEqual(depth.list_choices(), [])
        self.assertEqual(depth.list_options(), ['MaxDepth'])

    def test_parameter_with_choices(self):
        weights = parameter_of('random-forest', 'class-weight')
        self.assertEqual(weights.list_choices(), ['none', 'balanced', 'balanced-subsample'])
        self.assertEqual(weights.dup_default_value().unpack(), 'none')
        self.assertTrue(math.isnan(weights.get_minimum()))

    def test_parameter_of_all_methods(self):
        names = [parameter.get_name() for parameter in info_of('torch').list_parameters()]
        self.assertIn('seed', names[-8:])
        self.assertNotIn('title', names)
        self.assertNotIn('trained', names)
        self.assertEqual(parameter_of('torch', 'epochs').list_options(), ['NumEpochs', 'Epochs'])

    def test_check(self):
        info = info_of('random-forest')
        self.assertTrue(info.check(None))
        self.assertEqual(info.get_availability(), Pymva.Availability.AVAILABLE)
        self.assertRegex(info.get_framework_version(), r'^\d+\.\d+')
        self.assertIsNone(info.get_problem())

    def test_check_async(self):
        info = info_of('torch')
        seen = []
        info.connect('notify::availability', lambda *_: seen.append(info.get_availability()))
        self.assertTrue(info.check_finish(wait(info.check_async, None)))
        self.assertEqual(seen, [Pymva.Availability.AVAILABLE])

    def test_check_cancelled(self):
        info = info_of('torch')
        cancellable = Gio.Cancellable()
        cancellable.cancel()
        with self.assertRaises(GLib.Error) as context:
            info.check(cancellable)
        self.assertTrue(context.exception.matches(Gio.io_error_quark(),
                                                  Gio.IOErrorEnum.CANCELLED))
        self.assertEqual(info.get_availability(), Pymva.Availability.UNKNOWN)


main(MethodInfoTest)
