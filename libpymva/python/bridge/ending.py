# SPDX-License-Identifier: LGPL-2.1-or-later
"""The end of the program, as far as a Python that is never finalised knows one."""

import atexit
import threading
import time

from . import console

# How long threads that were not declared daemons may take, in seconds.
PATIENCE = 1.0


def shutdown():
    """What the end of `python program.py` does, short of tearing the interpreter down."""
    # The pools of concurrent.futures end their threads in these.
    for hook in reversed(list(getattr(threading, "_threading_atexits", ()))):
        try:
            hook()
        except Exception:
            pass
    deadline = time.monotonic() + PATIENCE
    for thread in threading.enumerate():
        if thread.daemon or thread is threading.main_thread() \
                or thread is threading.current_thread():
            continue
        thread.join(max(0.0, deadline - time.monotonic()))
    atexit._run_exitfuncs()
    console.finish()
