# SPDX-License-Identifier: LGPL-2.1-or-later
"""Keras 3, imported so that it needs no TensorFlow and writes nothing into the user's home."""

import os
import sys
from importlib import metadata


def check_version(version):
    """Keras 2, which is a part of TensorFlow, has other functions."""
    if version.partition(".")[0].isdigit() and int(version.partition(".")[0]) < 3:
        raise ImportError(
            f"Keras 3 is needed, and Python {sys.version.split()[0]} in “{sys.prefix}” has Keras "
            f"{version}. Install it with “{sys.executable} -m pip install --upgrade keras torch”, "
            "or choose an environment that has it (PYMVA_PYTHON, or the interpreter's property "
            "“environment”)", name="keras")


def settings():
    """What the environment has to say while Keras is imported, beside what it says already."""
    # Keras writes its defaults to where it finds no file with settings. A folder that cannot be
    # made keeps it from doing so; files that it downloads then go to the folder for such.
    found = {"KERAS_BACKEND": "torch"}
    if not os.path.exists(os.path.join(os.path.expanduser("~"), ".keras", "keras.json")):
        found["KERAS_HOME"] = os.path.join(os.devnull, "keras")
    return {name: value for name, value in found.items() if name not in os.environ}


def load():
    """The module, which may have been imported before by others, with the backend they chose."""
    if "keras" not in sys.modules:
        try:
            check_version(metadata.version("keras"))
        except metadata.PackageNotFoundError:
            # The import says what is missing.
            pass
        added = settings()
        os.environ.update(added)
        try:
            import keras
        finally:
            for name in added:
                del os.environ[name]
    import keras
    check_version(keras.__version__)
    return keras


keras = load()
