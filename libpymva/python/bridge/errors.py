# SPDX-License-Identifier: LGPL-2.1-or-later
"""Exceptions of the bridge, and what becomes of exceptions that reach the host program."""

import sys

BRIDGE = "resource:///org/pymva/bridge/"

# What pip calls a module that is named otherwise.
DISTRIBUTIONS = {
    "sklearn": "scikit-learn",
    "PIL": "pillow",
    "yaml": "pyyaml",
    "cv2": "opencv-python",
    "gi": "PyGObject",
    # The plain package is the same with a GPU library of 300 MB.
    "xgboost": "xgboost-cpu",
}


class PymvaCancelled(BaseException):
    """The job was cancelled. Let it pass; it is not an `Exception`, so that plain
    `except Exception` does."""


class PymvaError(RuntimeError):
    """An error that reaches the host program with this very message.

    `code` is the nick of a PymvaError code ("value", "data", ...), or with another `domain` its
    number."""

    def __init__(self, message, code="failed", domain=None):
        super().__init__(message)
        self.message = message
        self.code = code
        self.domain = domain


def _type_name(kind):
    if kind.__module__ in ("builtins", "__main__") or kind.__module__ is None:
        return kind.__qualname__
    return f"{kind.__module__}.{kind.__qualname__}"


def _is_library(filename):
    """Whether code is Python's own, or a package's: not what the user wrote."""
    if filename.startswith((BRIDGE, "<frozen")):
        return True
    if "site-packages" in filename or "dist-packages" in filename:
        return True
    return filename.startswith(tuple(
        f"{prefix}/lib/python" for prefix in {sys.prefix, sys.base_prefix}))


def _place(exception):
    """The file and line to look at first: the innermost of the user's own code."""
    if isinstance(exception, SyntaxError) and exception.filename is not None:
        return exception.filename, exception.lineno
    place = None
    users = None
    step = exception.__traceback__
    while step is not None:
        place = (step.tb_frame.f_code.co_filename, step.tb_lineno)
        if not _is_library(place[0]):
            users = place
        step = step.tb_next
    if users is None and place is not None and place[0].startswith((BRIDGE, "<frozen")):
        return None
    return users or place


def _is_memory(exception):
    """Whether there was not enough memory. torch says so in a plain RuntimeError on the CPU."""
    return isinstance(exception, MemoryError) or type(exception).__name__ == "OutOfMemoryError" \
        or isinstance(exception, RuntimeError) and "can't allocate memory" in _first_line(exception)


def _kind(exception):
    """The nick of the error code."""
    if isinstance(exception, (PymvaCancelled, KeyboardInterrupt)):
        return "cancelled"
    if _is_memory(exception):
        return "memory"
    # scikit-learn's complaint about a parameter is a ValueError and a TypeError at once.
    for kind, nick in ((ImportError, "import"), (ValueError, "value"), (TypeError, "type"),
                       (FileNotFoundError, "not-found")):
        if isinstance(exception, kind):
            return nick
    return "python"


def _first_line(exception):
    try:
        lines = str(exception).strip().splitlines()
    except Exception:
        return "(its message cannot be read)"
    return lines[0] if lines else ""


def _explain_missing(exception):
    top = (exception.name or "").partition(".")[0]
    return explain_missing(top) if top and top not in sys.modules else ""


def explain_missing(top):
    """Where a module was looked for, and how it gets there."""
    name = DISTRIBUTIONS.get(top, top)
    text = (f"; looked for by Python {sys.version.split()[0]} in “{sys.prefix}”."
            f" Install it with “{sys.executable} -m pip install {name}”")
    if sys.prefix == sys.base_prefix:
        text += ", or choose an environment that has it (PYMVA_PYTHON, or the interpreter's" \
                " property “environment”)"
    return text


def _summary(exception, kind):
    if isinstance(exception, SystemExit):
        code = exception.code
        status = 0 if code is None else code
        text = f"SystemExit: the code asked the program to exit with “{status}”"
    elif isinstance(exception, PymvaCancelled):
        text = "The operation was cancelled"
    else:
        text = _type_name(type(exception))
        message = _first_line(exception)
        if isinstance(exception, SyntaxError) and exception.msg:
            message = exception.msg
        if message:
            text += f": {message}"
    place = _place(exception)
    if place is not None and kind != "cancelled":
        text += f" ({place[0]}, line {place[1]})"
    if isinstance(exception, ModuleNotFoundError):
        text += _explain_missing(exception)
    elif isinstance(exception, ImportError) and "GLIBCXX" in str(exception):
        text += ("; the program holds an older libstdc++ than this Python's packages were built"
                 " with: choose an environment of the system's Python, or start the program with"
                 " LD_LIBRARY_PATH set to the environment's folder “lib”")
    return text


def describe(exception):
    """An exception as (nick of the code, one line, traceback, name of its class)."""
    import traceback

    kind = _kind(exception)
    # How the library came to run the text is no news to those who read this.
    step = exception.__traceback__
    while step is not None and step.tb_frame.f_code.co_filename == BRIDGE + "source.py":
        step = step.tb_next
    lines = traceback.format_exception(type(exception), exception, step)
    return kind, _summary(exception, kind), "".join(lines), _type_name(type(exception))
