# SPDX-License-Identifier: LGPL-2.1-or-later
import os
import sys

import gi

gi.require_version("Pymva", "1.0")

from gi.repository import Gio, GLib, Pymva  # noqa: E402

interpreter = Pymva.Interpreter.get_default()

# This Python is the one that runs, whatever else is asked for.
interpreter.set_environment("/nowhere")
try:
    interpreter.start(None)
except GLib.Error as error:
    assert error.matches(Pymva.Error.quark(), Pymva.Error.INTERPRETER), error
    assert "already runs Python" in error.message, error.message
else:
    raise AssertionError("another environment is not refused")
interpreter.set_environment(None)

interpreter.import_module("_ctypes")
numpy = interpreter.import_module("numpy")
values = Pymva.Object.new_from_tensor(Pymva.Tensor.new_from_doubles([1, 2, 3, 4, 5, 6], 2))
squares = numpy.call_method_objects("multiply", [values, values]).to_tensor().to_doubles()

assert interpreter.props.attached
assert interpreter.props.prefix == sys.prefix, interpreter.props.prefix
assert list(squares) == [1, 4, 9, 16, 25, 36], squares
assert sys.modules["numpy"].__name__ == "numpy"
assert sys.stdout is sys.__stdout__

# On the worker, while this thread waits in a main loop; what it prints comes out here.
loop = GLib.MainLoop()
names = interpreter.run("import threading\nmain = threading.main_thread()", None, None)
interpreter.run_async("import threading\n"
                      "assert threading.current_thread() is not main\n"
                      "print('from the worker')",
                      names, None, None, lambda *_: loop.quit())
loop.run()
assert sys.stdout is sys.__stdout__

# Cancelled, and the worker is free again.
outcomes = []


def ended(interpreter, result):
    try:
        interpreter.run_finish(result)
        outcomes.append("ended")
    except GLib.Error as error:
        outcomes.append(error.message.splitlines()[0])
    loop.quit()


for code in ("while True: pass", "x = 1"):
    cancellable = Gio.Cancellable()
    interpreter.run_async(code, None, None, cancellable, ended)
    if code.startswith("while"):
        GLib.timeout_add(100, cancellable.cancel)
    loop.run()
assert len(outcomes) == 2 and "cancelled" in outcomes[0] and outcomes[1] == "ended", outcomes

if hasattr(os, "fork") and os.fork() == 0:
    try:
        interpreter.evaluate("1", None)
    except GLib.Error as error:
        os._exit(0 if "spawn" in error.message else 1)
    os._exit(1)
assert os.wait()[1] == 0

# A job that is in flight at the end ends with the program.
interpreter.run_async("while True: pass", None, None, None, None)
print("squares are right")
