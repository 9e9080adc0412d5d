#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every option that the page on migration lists is one, for every method that PyMVA has."""

import re
from pathlib import Path

from harness import Pymva, TypelibTest, main

PAGE = (Path(__file__).parents[2] / 'docs' / 'migration.md').read_text(encoding='utf-8')
ROW = re.compile(r'^\| `([^`]+)` \| `([^`]*)` \| (.+) \|$', re.MULTILINE)


def options_of(heading):
    """(name, value, what it is here) of each row of the table below a heading."""
    section = re.search(rf'^#+ {heading}\n(.*?)(?=^#|\Z)', PAGE, re.MULTILINE | re.DOTALL)
    return ROW.findall(section[1])


METHODS = [info.get_pymva_name() for info in Pymva.MethodInfo.list_all()
           if info.get_pymva_name() is not None]


class MigrationTest(TypelibTest):
    def test_every_method_of_pymva(self):
        self.assertEqual(sorted(METHODS),
                         ['PyAdaBoost', 'PyGTB', 'PyKeras', 'PyRandomForest', 'PyTorch'])

    def test_options(self):
        for name in METHODS:
            own = options_of(name)
            self.assertGreater(len(own), 5)
            for option, value, _here in own + options_of('The options of all methods'):
                with self.subTest(method=name, option=option):
                    method = Pymva.Method.create_for_name(name, None)
                    method.set_options(f'!H:!V:{option}={value}')

    def test_properties(self):
        """What the page calls a property changes with the option, or has the value already."""
        for name in METHODS:
            for option, value, here in options_of(name):
                for owner, prop in re.findall(r'\[property@(\w+):([\w-]+)\]', here):
                    with self.subTest(method=name, option=option):
                        method = Pymva.Method.create_for_name(name, None)
                        self.assertIsNotNone(method.find_property(prop))
                        self.assertIn(owner, ('Method', type(method).__name__))

    def test_defaults(self):
        """A method of PyMVA's name has PyMVA's defaults already, or those of the framework.

        Both 0 and -1 switch early stopping off.
        """
        for name in METHODS:
            method = Pymva.Method.create_for_name(name, None)
            before = method.dup_parameters().unpack()
            for option, value, here in options_of(name):
                if 'file' in here or 'the default is none' in here or option == 'TensorBoard':
                    continue
                method.set_options(f'{option}={value}')
                after = method.dup_parameters().unpack()
                changed = {key: (before[key], after[key]) for key in after
                           if after[key] != before[key] and before[key] not in ('auto', -1)
                           and {after[key], before[key]} != {0, -1}}
                self.assertEqual(changed, {}, f'{name}: {option}={value}')


main(MigrationTest)
