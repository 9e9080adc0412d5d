/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-interpreter.h>

#include "python/pymva-life-private.h"
#include "python/pymva-worker-private.h"

/**
 * pymva_interpreter_start:
 * @self: the interpreter
 * @cancellable: (nullable): looked at before the start, which itself cannot be interrupted
 * @error: return location for an error
 *
 * Starts Python now, which takes some 30 ms, instead of when it is first needed. Where it runs
 * already nothing happens.
 *
 * Errors: `PYMVA_ERROR_INTERPRETER` where no usable Python was found: another
 * [property@Interpreter:environment] can then be tried; `PYMVA_ERROR_CLOSED` after
 * [method@Interpreter.shutdown].
 *
 * Returns: `TRUE` if Python runs
 *
 * Since: 1.0
 */
gboolean
pymva_interpreter_start (PymvaInterpreter *self,
                         GCancellable *cancellable,
                         GError **error)
{
  g_return_val_if_fail (PYMVA_IS_INTERPRETER (self), FALSE);

  return !g_cancellable_set_error_if_cancelled (cancellable, error)
         && pymva_interpreter_ensure (error);
}

static void
start_cb (gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (pymva_life_start (&error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * pymva_interpreter_start_async:
 * @self: the interpreter
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async) (closure user_data): called when Python runs, or does not
 * @user_data: data for @callback
 *
 * Starts Python without waiting for it. Finish with [method@Interpreter.start_finish].
 *
 * Since: 1.0
 */
void
pymva_interpreter_start_async (PymvaInterpreter *self,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (PYMVA_IS_INTERPRETER (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, pymva_interpreter_start_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  pymva_life_watch_exit ();
  if (pymva_life_is_hosted ())
    start_cb (g_steal_pointer (&task));
  else
    pymva_worker_push (start_cb, g_steal_pointer (&task));
}

/**
 * pymva_interpreter_start_finish:
 * @self: the interpreter
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Gets the result of [method@Interpreter.start_async].
 *
 * Returns: `TRUE` if Python runs
 *
 * Since: 1.0
 */
gboolean
pymva_interpreter_start_finish (PymvaInterpreter *self,
                                GAsyncResult *result,
                                GError **error)
{
  g_return_val_if_fail (PYMVA_IS_INTERPRETER (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * pymva_interpreter_shutdown:
 * @self: the interpreter
 *
 * Ends the use of Python in this process: cancels what runs, ends what waits with
 * `PYMVA_ERROR_CLOSED`, and runs what Python code registered with `atexit`. This waits for at most
 * three seconds. It is done at the end of the program anyway.
 *
 * Python's memory is not freed, and it cannot be started again. Where the program ran Python
 * before, that Python goes on.
 *
 * Since: 1.0
 */
void
pymva_interpreter_shutdown (PymvaInterpreter *self)
{
  g_return_if_fail (PYMVA_IS_INTERPRETER (self));

  pymva_life_shutdown ();
}
