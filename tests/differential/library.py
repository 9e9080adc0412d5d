# SPDX-License-Identifier: LGPL-2.1-or-later
"""The library, and the adapters that it calls."""

import functools

import gi

gi.require_version('Pymva', '1.0')

from gi.repository import Gio, GLib, Pymva  # noqa: E402, F401


@functools.cache
def bridge(name):
    """A module of the adapters, the very one that the library calls."""
    module = Pymva.Interpreter.get_default().import_module(f'pymva_bridge.{name}')
    return module.to_python()
