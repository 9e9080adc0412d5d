#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Checks the public headers as a program in C or C++ meets them.

    check-headers.py LIBRARY INCLUDE_FOLDER... -- COMPILER...

LIBRARY is the built library. The include folders hold pymva/*.h; the source and the build each have
some of them.
"""

import re
import subprocess
import sys
from pathlib import Path

LANGUAGES = {
    'C': ['-x', 'c', '-std=c11', '-Wstrict-prototypes'],
    'C++': ['-x', 'c++', '-std=c++11'],
}
STRICT = ['-fsyntax-only', '-Wall', '-Wextra', '-Werror', '-pedantic', '-Wno-unused-variable']
DECLARE = re.compile(r'^(.*)\n\s*G_DECLARE_\w+_TYPE \((\w+), (\w+),', re.MULTILINE)
PROTOTYPE = re.compile(r'^(.*)\n(?!typedef)\w[\w \*]*\b(pymva_\w+) \(', re.MULTILINE)
AVAILABLE = re.compile(r'^PYMVA_AVAILABLE_IN_(ALL|\d+_\d+)$')


class Checker:
    def __init__(self, library, folders, compiler):
        flags = subprocess.run(['pkg-config', '--cflags', 'gio-2.0'], check=True,
                               capture_output=True, text=True).stdout.split()
        self.compiler = compiler + flags + [f'-I{folder}' for folder in folders]
        self.headers = {path.name: path.read_text(encoding='utf-8')
                        for folder in folders for path in sorted((folder / 'pymva').glob('*.h'))}
        listing = subprocess.run(['nm', '--dynamic', '--defined-only', '--format=posix', library],
                                 check=True, capture_output=True, text=True).stdout
        self.exported = {line.split()[0] for line in listing.splitlines()}
        self.problems = []

    def compile(self, language, code):
        """What the compiler says of the code; nothing if that is right."""
        result = subprocess.run(self.compiler + LANGUAGES[language] + STRICT + ['-'], input=code,
                                capture_output=True, text=True)
        return result.stderr if result.returncode else ''

    def must_compile(self, what, code):
        for language in LANGUAGES:
            said = self.compile(language, code)
            if said:
                self.problems.append(f'{what} does not compile in {language}:\n{said}')

    def run(self):
        self.must_compile('pymva.h', '#include <pymva/pymva.h>\n')
        for name, text in self.headers.items():
            if name == 'pymva.h':
                continue
            self.check_header(name, text)
        self.check_autoptr()
        return self.problems

    def check_header(self, name, text):
        if f'#include <pymva/{name}>' not in self.headers['pymva.h']:
            self.problems.append(f'{name} is not in pymva.h')
        self.must_compile(name, f'#define PYMVA_INSIDE\n#include <pymva/{name}>\n'
                                'typedef int not_empty;\n')
        if 'Only <pymva/pymva.h> can be included' not in self.compile(
                'C', f'#include <pymva/{name}>\n') and name != 'pymva-types.h':
            self.problems.append(f'{name} can be included without pymva.h')

        for line_above, function in PROTOTYPE.findall(text):
            if not AVAILABLE.match(line_above):
                self.problems.append(f'{name}: {function} lacks PYMVA_AVAILABLE_IN_...')
            if function not in self.exported:
                self.problems.append(f'{name}: {function} is declared, and not exported')
        for line_above, type_name, _ in DECLARE.findall(text):
            if not AVAILABLE.match(line_above):
                self.problems.append(f'{name}: {type_name} lacks PYMVA_AVAILABLE_IN_...')

    def check_autoptr(self):
        types = [type_name for text in self.headers.values()
                 for _, type_name, _ in DECLARE.findall(text)]
        if not types:
            self.problems.append('no class was found in the headers')
        variables = '\n'.join(f'  g_autoptr ({name}) a_{name} = NULL;\n'
                              f'  g_autolist ({name}) l_{name} = NULL;' for name in types)
        self.must_compile('g_autoptr of every class',
                          f'#include <pymva/pymva.h>\nvoid f (void);\nvoid\nf (void)\n'
                          f'{{\n{variables}\n}}\n')


def main(arguments):
    split = arguments.index('--')
    library, *folders = arguments[:split]
    problems = Checker(library, [Path(folder) for folder in folders], arguments[split + 1:]).run()
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
