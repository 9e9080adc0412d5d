# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs source text that the host program holds."""

import builtins
import collections
import importlib
import itertools
import linecache
import sys
import types

# Tracebacks show the lines of this many texts.
KEPT_TEXTS = 256

_numbers = itertools.count(1)
_kept = collections.deque()


def keep(filename, code):
    """Lets tracebacks show lines of a text that is in no file, or in a newer one."""
    if filename in _kept:
        _kept.remove(filename)
    _kept.append(filename)
    linecache.cache[filename] = (len(code), None, code.splitlines(True), filename)
    if len(_kept) > KEPT_TEXTS:
        linecache.cache.pop(_kept.popleft(), None)


def _check_names(names):
    if not isinstance(names, dict):
        raise TypeError(f"the names must be a dict, not {type(names).__name__}")


def run(code, names, filename):
    number = next(_numbers)
    if filename is None:
        filename = f"<run {number}>"
    keep(filename, code)
    program = compile(code, filename, "exec", dont_inherit=True)
    if names is not None:
        _check_names(names)
        exec(program, names)
        return names

    # A module of its own, never __main__. It can be found while it runs, as some decorators of
    # classes need; not later, so that its classes are sent to other processes by value.
    module = types.ModuleType(f"pymva_run_{number}")
    module.__file__ = filename
    module.__builtins__ = builtins
    sys.modules[module.__name__] = module
    try:
        exec(program, module.__dict__)
    finally:
        sys.modules.pop(module.__name__, None)
    return module.__dict__


def evaluate(expression, names):
    program = compile(expression.strip(), "<expression>", "eval", dont_inherit=True)
    if names is None:
        names = {"__builtins__": builtins}
    _check_names(names)
    return eval(program, names)


def import_module(name):
    return importlib.import_module(name)
