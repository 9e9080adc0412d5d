# SPDX-License-Identifier: LGPL-2.1-or-later
"""Starts every host of the library that there is here, and looks whether it can do its work.

usage: run.py BUILD_ROOT SYSTEM_PYTHON

The Pythons that the library embeds are the one that the build was told of, the system's, and those
of pyenv (in PYENV_ROOT, or ~/.pyenv), each in an environment of its own with NumPy. They are made
once, below the build folder."""

import os
import pathlib
import subprocess
import sys

OLDEST = (3, 9)
HERE = pathlib.Path(__file__).resolve().parent
BUILD = pathlib.Path(sys.argv[1])
SYSTEM = sys.argv[2]
PROGRAMS = BUILD / "tests" / "python" / "hosts"
LIBRARY = BUILD / "libpymva" / "libpymva-1.0.so.1"
KEPT = BUILD / "tests" / "python" / "environments"

count = 0
failures = 0


def run(*command, **variables):
    """The end of a command: (its status, what it said)."""
    environment = {**os.environ, "GI_TYPELIB_PATH": str(BUILD / "gir"),
                   "LD_LIBRARY_PATH": str(LIBRARY.parent), **variables}
    environment.pop("VIRTUAL_ENV", None)
    try:
        answer = subprocess.run([str(word) for word in command], env=environment, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
    except (OSError, subprocess.TimeoutExpired) as error:
        return 1, str(error)
    return answer.returncode, answer.stdout


def case(name, *command, expected="squares are right\n", **variables):
    """A host must end well, and say nothing but what it should."""
    global count, failures
    status, said = run(*command, **variables)
    count += 1
    # In any order: the program and its Python each have a buffer of their own before a pipe.
    good = status == 0 and sorted(said.splitlines()) == sorted(expected.splitlines())
    failures += not good
    print(f"{'ok' if good else 'not ok'} {count} {name}", flush=True)
    if not good:
        for line in (said + f"exit status {status}").splitlines():
            print(f"# {line}", flush=True)
    return good


def find_pythons():
    """(version, program) of the system's Python and those of pyenv that can be embedded."""
    root = pathlib.Path(os.environ.get("PYENV_ROOT") or pathlib.Path.home() / ".pyenv")
    probe = ("import sys, sysconfig; v = sysconfig.get_config_var;"
             "print(v('Py_ENABLE_SHARED') or 0, v('Py_GIL_DISABLED') or 0, *sys.version_info[:3])")
    found = []
    for program in [SYSTEM, *sorted(root.glob("versions/*/bin/python3"))]:
        status, said = run(program, "-I", "-c", probe)
        if status == 0:
            shared, free_threaded, *version = map(int, said.split())
            if shared and not free_threaded and tuple(version) >= OLDEST:
                found.append((".".join(map(str, version)), program))
    return found


def prepare(version, python):
    """An environment of a Python, with NumPy; None, and a comment, where that fails."""
    folder = KEPT / version
    program = folder / "bin" / "python3"
    if run(program, "-c", "import numpy")[0] != 0:
        for command in ([python, "-m", "venv", "--clear", folder],
                        [program, "-m", "pip", "install", "--quiet", "numpy"]):
            status, said = run(*command)
            if status != 0:
                for line in said.splitlines():
                    print(f"# {line}", flush=True)
                return None
    return folder


def prepare_target():
    """A folder with NumPy for the system's Python, into which nothing is installed."""
    folder = KEPT / "target"
    if run(SYSTEM, "-c", "import numpy", PYTHONPATH=str(folder))[0] != 0:
        helper = prepare(find_pythons()[0][0], SYSTEM)
        status, said = run(helper / "bin" / "python3", "-m", "pip", "install", "--quiet",
                           "--upgrade", "--target", folder, "numpy")
        for line in said.splitlines() if status != 0 else []:
            print(f"# {line}", flush=True)
    return str(folder)


def main():
    attached = "from the worker\nsquares are right\n"
    case("c-linked", PROGRAMS / "host-linked", "torch")
    case("c-opened-local", PROGRAMS / "host-opened", LIBRARY)
    case("c-runs-python", PROGRAMS / "host-python", sys.executable, "/nowhere",
         expected="squares are right\nfrom the worker\n")
    case("gjs", "gjs", "-m", HERE / "host.js")
    case("pygobject-system", SYSTEM, HERE / "host.py", expected=attached,
         PYTHONPATH=prepare_target())
    case("pygobject-environment", sys.executable, HERE / "host.py", expected=attached)

    pythons = find_pythons()
    covered = 0
    for version, python in pythons:
        folder = prepare(version, python)
        covered += case(f"embedded-{version}", PROGRAMS / "host-linked",
                        PYMVA_PYTHON=str(folder or "/nowhere"))
    print(f"# Pythons embedded: {covered} of {len(pythons)} found")
    print(f"1..{count}")
    return failures != 0


sys.exit(main())
