#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Checks what the library shows to other languages: its GIR file against its exported symbols.

    check-gir.py GIR LIBRARY SYMBOLS            checks, and says what is wrong
    check-gir.py --update GIR LIBRARY SYMBOLS   writes SYMBOLS anew

SYMBOLS is the committed list of exported functions. A line that ends in "C only" names a function
that other languages cannot call; --update keeps that mark and never sets it.
"""

import keyword
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

CORE = '{http://www.gtk.org/introspection/core/1.0}'
C = '{http://www.gtk.org/introspection/c/1.0}'
GLIB = '{http://www.gtk.org/introspection/glib/1.0}'

CALLABLES = [CORE + 'function', CORE + 'method', CORE + 'constructor']
TYPES = [CORE + 'class', CORE + 'interface', CORE + 'enumeration', CORE + 'bitfield',
         CORE + 'callback']
MEMBERS = [CORE + 'property', GLIB + 'signal']
CONTAINERS = {'GLib.List', 'GLib.SList', 'GLib.PtrArray', 'GLib.Array', 'GLib.ByteArray',
              'GLib.HashTable', 'GLib.Queue', 'GLib.Sequence', 'GLib.Tree'}
RESERVED = set(keyword.kwlist) | {
    'arguments', 'case', 'catch', 'const', 'default', 'delete', 'do', 'enum', 'eval', 'export',
    'extends', 'function', 'let', 'super', 'switch', 'this', 'throw', 'typeof', 'var',
    'void'}
# A name that holds all the same: PyGObject calls it import_, and JavaScript allows it after a dot.
ALLOWED = {'pymva_model_export', 'pymva_model_import'}
MARK = 'C only'


def elements(parent, tags):
    """The descendants of parent that have one of the tags."""
    return [element for element in parent.iter() if element.tag in tags]


def exported_symbols(library):
    listing = subprocess.run(['nm', '--dynamic', '--defined-only', '--format=posix', library],
                             check=True, capture_output=True, text=True).stdout
    return {line.split()[0] for line in listing.splitlines()}


def read_symbols(path):
    """The committed symbols, each with whether it is for C only."""
    if not path.exists():
        return {}
    lines = [line.partition(' ') for line in path.read_text(encoding='utf-8').splitlines()]
    return {name: mark == MARK for name, _, mark in lines}


def write_symbols(path, names, c_only):
    path.write_text(''.join(f'{name} {MARK}\n' if c_only.get(name) else f'{name}\n'
                            for name in sorted(names)), encoding='utf-8')


class Checker:
    def __init__(self, namespace, exported, committed):
        self.namespace = namespace
        self.exported = exported
        self.committed = committed
        self.problems = []

    def complain(self, name, text):
        self.problems.append(f'{name}: {text}')

    def run(self):
        self.check_symbols()
        for element in elements(self.namespace, CALLABLES):
            self.check_callable(element)
        for tag in TYPES:
            for element in self.namespace.findall(tag):
                self.check_type(element)
        return self.problems

    def check_symbols(self):
        described = {e.get(C + 'identifier') for e in elements(self.namespace, CALLABLES)}
        described |= {e.get(GLIB + 'get-type') for e in elements(self.namespace, TYPES)}
        described.discard(None)

        for name in sorted(self.exported - described):
            self.complain(name, 'is exported, but not in the GIR file')
        for name in sorted(described - self.exported):
            self.complain(name, 'is in the GIR file, but not exported')
        for name in sorted(self.exported - set(self.committed)):
            self.complain(name, 'is new: run `meson compile update-symbols` and commit the list')
        for name in sorted(set(self.committed) - self.exported):
            self.complain(name, 'is no longer exported: programs that use it would break')

    def check_version(self, element, name):
        if not element.get('version'):
            self.complain(name, 'its comment lacks "Since:"')

    def check_name(self, element, name):
        if element.get('name', '').replace('-', '_') in RESERVED and name not in ALLOWED:
            self.complain(name, 'is a reserved word of Python or JavaScript')

    def check_types_used(self, element, name):
        for used in elements(element, [CORE + 'type', CORE + 'array']):
            if used.get('name') in CONTAINERS:
                self.complain(name, f'has a {used.get("name")}, which bindings fail on')
        if element.find(f'.//{CORE}varargs') is not None:
            self.complain(name, 'has varargs')

    def check_callable(self, element):
        name = element.get(C + 'identifier')
        self.check_version(element, name)
        self.check_name(element, name)
        if self.committed.get(name):
            if element.get('introspectable') != '0':
                self.complain(name, f'is listed as "{MARK}", and lacks (skip)')
            return

        if element.get('introspectable') == '0':
            self.complain(name, f'cannot be called from other languages; if that is meant, '
                                f'mark it "{MARK}" in the list of symbols')
        self.check_types_used(element, name)
        if element.find(f'.//{CORE}type[@name="Gio.AsyncReadyCallback"]') is not None:
            self.check_async(name)

    def check_async(self, name):
        if not name.endswith('_async'):
            self.complain(name, 'takes a GAsyncReadyCallback: its name must end in _async')
        elif name[:-len('_async')] + '_finish' not in self.exported:
            self.complain(name, 'has no _finish function')

    def check_type(self, element):
        name = element.get(C + 'type') or element.get(GLIB + 'type-name') or element.get('name')
        if element.get(GLIB + 'is-gtype-struct-for'):
            return
        self.check_version(element, name)
        if element.get('introspectable') == '0':
            self.complain(name, 'is not visible to other languages')
        if element.tag == CORE + 'callback':
            self.check_types_used(element, name)
        if element.get('parent') == 'GObject.InitiallyUnowned':
            self.complain(name, 'derives from GInitiallyUnowned')

        properties = self.member_names(element, CORE + 'property')
        methods = self.member_names(element, CORE + 'method')
        signals = self.member_names(element, GLIB + 'signal')
        for clash in sorted((properties & methods) | (properties & signals)):
            self.complain(name, f'has a property and a method or signal named "{clash}"')
        for member in MEMBERS:
            for child in element.findall(member):
                child_name = f'{name}:{child.get("name")}'
                self.check_version(child, child_name)
                self.check_name(child, child_name)
                self.check_types_used(child, child_name)

    @staticmethod
    def member_names(element, tag):
        return {child.get('name').replace('-', '_') for child in element.findall(tag)}


def main(arguments):
    update = arguments[:1] == ['--update']
    gir, library, symbols = map(Path, arguments[1:] if update else arguments)
    exported = exported_symbols(library)
    committed = read_symbols(symbols)

    if update:
        write_symbols(symbols, exported, committed)
        return 0

    namespace = ET.parse(gir).getroot().find(CORE + 'namespace')
    problems = Checker(namespace, exported, committed).run()
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
