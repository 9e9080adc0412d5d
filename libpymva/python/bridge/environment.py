# SPDX-License-Identifier: LGPL-2.1-or-later
"""What this Python has."""

import sys

# Distribution names: what the methods need, and what else the library can use.
NEEDED = ("numpy", "scikit-learn", "torch")
USED = ("uproot", "pandas", "xgboost", "lightgbm", "keras")
# The same under another name.
OTHER_NAMES = {"xgboost": ("xgboost-cpu",)}


def describe():
    from importlib import metadata

    found = {}
    for name in NEEDED + USED:
        for distribution in (name,) + OTHER_NAMES.get(name, ()):
            try:
                found[name] = metadata.version(distribution)
            except metadata.PackageNotFoundError:
                pass
    missing = [name for name in NEEDED if name not in found]
    answer = {
        "version": sys.version.split()[0],
        "implementation": sys.implementation.name,
        "prefix": sys.prefix,
        "base-prefix": sys.base_prefix,
        "executable": sys.executable or "",
        "frameworks": found,
        "missing": missing,
        "not-found": [name for name in USED if name not in found],
    }
    if missing:
        answer["install"] = f"{sys.executable} -m pip install {' '.join(missing)}"
    return answer


def find(module, distribution):
    """The version of a framework, and why it is not there: one of the two is empty.

    Looks, and imports nothing: a large framework takes seconds.
    """
    import importlib.util
    from importlib import metadata

    from . import errors

    if importlib.util.find_spec(module) is None:
        return "", f"There is no module “{module}”" + errors.explain_missing(module)
    for name in (distribution, module):
        try:
            return metadata.version(name), ""
        except metadata.PackageNotFoundError:
            pass
    return "unknown", ""
