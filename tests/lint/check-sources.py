#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Checks the source files by the rules of CONTRIBUTING.md that a text search can check.

    check-sources.py SOURCE_ROOT
"""

import re
import sys
from pathlib import Path

SOURCES = {'.c', '.h', '.py', '.js', '.vala'}
LAYERS = ['base', 'data', 'scoring', 'interop', 'evaluation', 'python', 'methods',
          'analysis']
KERNELS = Path('libpymva/scoring/kernels')
BACKEND = Path('libpymva/python/backend')
# Programs that run Python themselves, to test the library in them.
HOSTS = Path('tests/python/hosts')
MOST_LINES = 700
MOST_COLUMNS = 100
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)
# Written so that this file does not match itself.
SKIP = re.compile(r'g_test_' r'skip|unittest\.' r'skip|skip' r'Test|exit[ (]' r'77')


def source_files(root):
    """The files of the project: not what was built, nor what version control keeps."""
    for path in sorted(root.iterdir()):
        if path.is_symlink() or path.name.startswith('.') or path.name == '__pycache__':
            continue
        if path.is_dir():
            if not (path / 'meson-private').exists():
                yield from source_files(path)
        else:
            yield path


class Checker:
    def __init__(self, root):
        self.root = root
        self.problems = []
        self.paths = [path.relative_to(root) for path in source_files(root)]
        # A public header belongs to the layer that has its source file.
        self.layer_of = {path.stem: path.parts[1] for path in self.paths
                         if path.parts[0] == 'libpymva' and len(path.parts) > 2
                         and path.suffix in {'.c', '.h'}}

    def complain(self, path, text, line=None):
        self.problems.append(f'{path}:{line}: {text}' if line else f'{path}: {text}')

    def run(self):
        for path in self.paths:
            try:
                text = (self.root / path).read_text(encoding='utf-8')
            except UnicodeDecodeError:
                continue
            self.check_machine_paths(path, text)
            if path.suffix in SOURCES:
                self.check_source(path, text)
            if path.suffix in {'.c', '.h'}:
                self.check_includes(path, text)
        return self.problems

    def check_machine_paths(self, path, text):
        for number, line in enumerate(text.splitlines(), 1):
            if f'{self.root}/' in line or f'{Path.home()}/' in line:
                self.complain(path, 'names a folder of this machine', number)

    def check_source(self, path, text):
        lines = text.splitlines()
        if not any('SPDX-License-Identifier: LGPL-2.1-or-later' in line for line in lines[:3]):
            self.complain(path, 'lacks the SPDX line')
        if len(lines) > MOST_LINES:
            self.complain(path, f'has {len(lines)} lines: split it along its concepts')
        for number, line in enumerate(lines, 1):
            if len(line) > MOST_COLUMNS:
                self.complain(path, f'has more than {MOST_COLUMNS} columns', number)
            if '\t' in line:
                self.complain(path, 'has a tab', number)
            if line != line.rstrip():
                self.complain(path, 'ends in white space', number)
            if path.parts[0] in {'tests', 'examples'} and SKIP.search(line):
                self.complain(path, 'skips a test: install what it needs', number)

    def check_includes(self, path, text):
        includes = INCLUDE.findall(text)
        if 'Python.h' in includes and not {BACKEND, HOSTS} & set(path.parents):
            self.complain(path, f'includes Python.h, which only {BACKEND} may')
        if KERNELS in path.parents:
            for name in includes:
                if name.startswith(('g', 'json-glib')) or name == 'config.h':
                    self.complain(path, f'includes {name}: kernels are plain C on their own')
        elif path.parts[0] == 'libpymva' and path.suffix == '.c' and includes[:1] != ['config.h']:
            self.complain(path, 'does not include config.h first')
        if path.parts[0] == 'include':
            for name in includes:
                if name not in {'glib.h', 'gio/gio.h'} and not name.startswith('pymva/'):
                    self.complain(path, f'includes {name}: a public header includes only GLib')

        layer = self.layer_of.get(path.stem)
        if path.parts[0] != 'libpymva' or layer not in LAYERS:
            return
        for name in includes:
            other = self.layer_of.get(Path(name).stem)
            if other in LAYERS and LAYERS.index(other) > LAYERS.index(layer):
                self.complain(path, f'includes {name} of the layer “{other}” above its own')


def main(root):
    problems = Checker(Path(root).resolve()).run()
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
