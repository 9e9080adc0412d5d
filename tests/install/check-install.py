#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Installs the library into an empty folder, and uses it from there as its README says.

    check-install.py SOURCE_ROOT BUILD_ROOT MESON

Compiles and runs the README's C program through pkg-config, its Python and JavaScript programs, and
a Vala program through the vapi. PYMVA_PYTHON names the Python that has the frameworks.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

EXPECTED = [
    'bin/pymva',
    'include/pymva-1.0/pymva/pymva.h',
    'include/pymva-1.0/pymva/pymva-version.h',
    '{lib}/libpymva-1.0.so',
    '{lib}/libpymva-1.0.so.1',
    '{lib}/girepository-1.0/Pymva-1.0.typelib',
    '{lib}/pkgconfig/pymva-1.0.pc',
    '{lib}/pymva-1.0/*.so',
    'lib/python3*/**/gi/overrides/Pymva.py',
    'share/bash-completion/completions/pymva',
    'share/gir-1.0/Pymva-1.0.gir',
    'share/gjs-1.0/overrides/Pymva.js',
    'share/man/man1/pymva.1*',
    'share/vala/vapi/pymva-1.0.vapi',
]
EXPECTED_OF_MANUAL = ['share/doc/pymva-1.0/index.html', 'share/doc/pymva-1.0/overview.html']


def run(command, **options):
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                            **options)
    if result.returncode:
        sys.exit(f'{" ".join(map(str, command))}\n{result.stdout}')
    return result.stdout


def readme_programs(readme, language):
    """The README's programs in a language."""
    return re.findall(rf'^```{language}\n(.*?)^```', readme, re.DOTALL | re.MULTILINE)


class Installation:
    def __init__(self, root):
        self.prefix = next(path.parent for path in root.rglob('bin') if path.is_dir())
        library = next(self.prefix.rglob('libpymva-1.0.so'))
        self.library_dir = library.parent
        self.root = root
        self.environment = os.environ | {
            'GI_TYPELIB_PATH': str(self.library_dir / 'girepository-1.0'),
            'GJS_PATH': str(self.prefix / 'share/gjs-1.0'),
            'LD_LIBRARY_PATH': str(self.library_dir),
            'PYMVA_BACKEND_DIR': str(self.library_dir / 'pymva-1.0'),
        }

    def missing(self, with_manual):
        """What should have been installed, and was not."""
        lib = self.library_dir.relative_to(self.prefix)
        patterns = EXPECTED + (EXPECTED_OF_MANUAL if with_manual else [])
        return [pattern for pattern in patterns
                if not any(self.prefix.glob(pattern.format(lib=lib)))]

    def compiler_flags(self):
        """What pkg-config says of the installed library, and of the GLib of the system."""
        ours = os.environ | {'PKG_CONFIG_PATH': str(self.library_dir / 'pkgconfig'),
                             'PKG_CONFIG_SYSROOT_DIR': str(self.root)}
        flags = run(['pkg-config', '--cflags', '--libs', 'pymva-1.0'], env=ours).split()
        if any('python' in flag for flag in flags):
            sys.exit(f'pymva-1.0.pc lets Python through: {flags}')
        return flags + run(['pkg-config', '--cflags', '--libs', 'gio-2.0']).split()

    def use(self, command, folder):
        return run(command, cwd=folder, env=self.environment)


def check_readme(installation, readme, folder):
    program, = readme_programs(readme, 'c')
    (folder / 'example.c').write_text(program, encoding='utf-8')
    run(['cc', 'example.c', '-o', 'example', *installation.compiler_flags()], cwd=folder)
    installation.use(['./example'], folder)

    overrides = next(installation.prefix.glob('lib/python3*/**/gi/overrides/Pymva.py'))
    installation.environment['PYTHONPATH'] = str(overrides.parents[2])
    for program in readme_programs(readme, 'python'):
        (folder / 'example.py').write_text(program, encoding='utf-8')
        installation.use([os.environ['PYMVA_PYTHON'], 'example.py'], folder)

    program, = readme_programs(readme, 'js')
    (folder / 'example.js').write_text(program, encoding='utf-8')
    said = installation.use(['gjs', '-m', 'example.js'], folder)
    if 'first event: ' not in said:
        sys.exit(f'The JavaScript program of the README printed:\n{said}')


def check_vala(installation, program, folder):
    flags = [option for flag in installation.compiler_flags() for option in ('-X', flag)]
    run(['valac', '--vapidir', installation.prefix / 'share/vala/vapi', '--pkg', 'pymva-1.0',
         *flags, program, '-o', 'consumer'], cwd=folder)
    said = installation.use(['./consumer'], folder)
    if said.strip() != 'rows: 4000, from the callback: 4000':
        sys.exit(f'The Vala program printed:\n{said}')


def main(source, build, meson):
    readme = (source / 'README.md').read_text(encoding='utf-8')
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / 'root'
        folder = Path(scratch) / 'program'
        folder.mkdir()
        (folder / 'examples').symlink_to(source / 'examples')
        run([meson, 'install', '-C', build, '--no-rebuild', '--quiet', '--destdir', root])

        installation = Installation(root)
        missing = installation.missing((build / 'docs/pymva-1.0').is_dir())
        if missing:
            sys.exit(f'Not installed: {", ".join(missing)}')
        check_readme(installation, readme, folder)
        check_vala(installation, Path(__file__).parent / 'consumer.vala', folder)
    return 0


if __name__ == '__main__':
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))
