# SPDX-License-Identifier: LGPL-2.1-or-later
"""Where print(), warnings and logging go."""

import io
import logging
import os
import sys
import threading

import _pymva

STDOUT, STDERR = 0, 1


class Stream(io.TextIOBase):
    """A text stream that hands whole lines to the library. While nobody listens to its signal the
    text also goes where it would have gone without it."""

    def __init__(self, number, fallback, thread=None):
        self._number = number
        self._fallback = fallback
        self._thread = thread  # only this one is listened to; None: all
        self._pending = {}     # the unfinished line of each thread

    encoding = "utf-8"
    errors = "backslashreplace"

    def writable(self):
        return True

    def isatty(self):
        return self._fallback is not None and self._fallback.isatty()

    def fileno(self):
        if self._fallback is None:
            raise io.UnsupportedOperation("fileno")
        return self._fallback.fileno()

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        me = threading.get_ident()
        if self._thread not in (None, me):
            return self._fallback.write(text)
        # A progress bar's carriage return ends a line too.
        pending = self._pending.pop(me, "") + text
        *lines, rest = pending.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        if rest:
            self._pending[me] = rest
        taken = _pymva.listening()
        for line in lines:
            _pymva.output(self._number, line)
        if not taken and self._fallback is not None:
            self._fallback.write(text)
            if lines:
                self._fallback.flush()
        return len(text)

    def flush(self):
        if self._fallback is not None:
            self._fallback.flush()

    def finish(self, thread=None):
        """Hands over lines that have no end."""
        for me in [thread] if thread is not None else list(self._pending):
            rest = self._pending.pop(me, "")
            if rest:
                _pymva.output(self._number, rest)
        self.flush()


class Handler(logging.Handler):
    def emit(self, record):
        try:
            _pymva.log(record.levelno, record.name, self.format(record))
        except Exception:
            self.handleError(record)


def install():
    """For a Python of our own: all that it prints goes through the library."""
    sys.stdout = Stream(STDOUT, sys.__stdout__)
    sys.stderr = Stream(STDERR, sys.__stderr__)
    # Used where nobody configured logging, and only there: a handler of the root logger would turn
    # logging.basicConfig() in user code into nothing.
    plain = logging.lastResort
    logging.lastResort = Handler(logging.WARNING)
    # Its own handler, since captureWarnings() would give it one that drops everything.
    logging.getLogger("py.warnings").addHandler(logging.lastResort)
    logging.captureWarnings(True)

    def after_fork():
        # Threads of the parent may have held the library's locks.
        sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
        logging.captureWarnings(False)
        logging.lastResort = plain

    os.register_at_fork(after_in_child=after_fork)


_replaced = None


def begin_job():
    """For a Python of the host: what the running job prints, and nothing else."""
    global _replaced
    me = threading.get_ident()
    ours = (Stream(STDOUT, sys.stdout, me), Stream(STDERR, sys.stderr, me))
    _replaced = ((sys.stdout, sys.stderr), ours)
    sys.stdout, sys.stderr = ours


def end_job(attached):
    global _replaced
    me = threading.get_ident()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, Stream):
            stream.finish(me)
    if attached and _replaced is not None:
        theirs, ours = _replaced
        _replaced = None
        if sys.stdout is ours[0]:
            sys.stdout = theirs[0]
        if sys.stderr is ours[1]:
            sys.stderr = theirs[1]


def finish():
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, Stream):
            stream.finish()
