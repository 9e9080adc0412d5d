#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Prints the folder below a prefix in which this Python looks for overrides of PyGObject.

    find-overrides-folder.py PREFIX
"""

import sys
import sysconfig
from pathlib import Path


def main(prefix):
    # A prefix that this Python does not know gets the layout of one that it does.
    folders = [folder for folder in map(Path, sys.path) if folder.name.endswith('-packages')
               and prefix in folder.parents]
    # A longer prefix may hold this one: /usr/local is not where /usr keeps its packages.
    folders = [folder for folder in folders
               if prefix != Path('/usr') or Path('/usr/local') not in folder.parents]
    if folders:
        packages = folders[0]
    else:
        version = sysconfig.get_python_version()
        packages = prefix / 'lib' / f'python{version}' / 'site-packages'
    print(packages / 'gi' / 'overrides')


if __name__ == '__main__':
    main(Path(sys.argv[1]))
