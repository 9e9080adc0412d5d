/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "python/pymva-inbox-private.h"
#include "python/pymva-object-private.h"

/* A function of the host that Python calls. Both the calls and the destroy notification go to the
 * thread and the main context that it was made in: a language binding runs its functions on its
 * own thread only. */
typedef struct
{
  PymvaInbox *inbox;
  PymvaFunction func;
  gpointer user_data;
  GDestroyNotify destroy;
  char *name;
} Function;

/* One call, on the stack of the thread of Python that waits for it. */
typedef struct
{
  const Function *function;
  PymvaObject *args;
  PymvaObject *kwargs;
  PymvaObject *result;
  GError *error;
} Call;

static void
function_answer (gpointer data)
{
  Call *call = data;
  const Function *function = call->function;

  call->result = function->func (call->args, call->kwargs, function->user_data, &call->error);
}

static PymvaPy *
function_invoke (PymvaPy *args,
                 PymvaPy *kwargs,
                 gpointer data,
                 GError **error)
{
  Function *self = data;
  const PymvaBackend *backend = pymva_interpreter_get_backend ();
  g_autoptr (PymvaObject) py_args = pymva_object_new_for_py (backend->ref (args));
  g_autoptr (PymvaObject) py_kwargs = NULL;
  g_autoptr (PymvaObject) result = NULL;
  Call call = { self, py_args };

  if (kwargs != NULL)
    call.kwargs = py_kwargs = pymva_object_new_for_py (backend->ref (kwargs));

  if (pymva_inbox_is_own_thread (self->inbox))
    function_answer (&call);
  else if (!pymva_inbox_ask (self->inbox, function_answer, &call))
    g_set_error (&call.error, PYMVA_ERROR, PYMVA_ERROR_WORKER,
                 "The host function “%s” was called from another thread, and its own one cannot "
                 "answer: it is inside a synchronous call, and should use the _async form of it, "
                 "or it has ended", self->name);

  result = call.result;
  if (call.error != NULL)
    {
      g_propagate_error (error, call.error);
      return NULL;
    }
  return result != NULL ? backend->ref (pymva_object_get_py (result)) : NULL;
}

static void
function_free (gpointer data)
{
  Function *self = data;

  if (self->destroy != NULL)
    self->destroy (self->user_data);
  pymva_inbox_unref (self->inbox);
  g_free (self->name);
  g_free (self);
}

/* Nobody in Python holds the function any more. */
static void
function_destroy (gpointer data)
{
  Function *self = data;

  if (pymva_inbox_is_own_thread (self->inbox))
    {
      function_free (self);
    }
  else
    {
      g_autoptr (PymvaInbox) inbox = pymva_inbox_ref (self->inbox);

      pymva_inbox_post (inbox, NULL, function_free, self, NULL);
    }
}

/**
 * pymva_interpreter_new_function:
 * @self: the interpreter
 * @name: what Python shows as the function's name
 * @func: (scope notified) (closure user_data) (destroy destroy): the function
 * @user_data: data for @func
 * @destroy: (nullable): called with @user_data when Python holds the function no more
 * @error: return location for an error
 *
 * Makes a Python callable of a function of the host program.
 *
 * @func and @destroy are called on the thread that calls this, in its thread-default main context,
 * whatever thread Python calls from: at once where Python runs on that thread itself; else Python
 * waits, without the GIL, until the main context gets to it, or until a function of this library
 * that waits on that thread does. Where the thread is inside a synchronous call that runs Python
 * on it, and stays there, Python gets a `RuntimeError` that says to use the `_async` form of it.
 *
 * An error that @func sets is raised in Python. It is an exception of the class `PymvaError`,
 * a `RuntimeError`; where no Python code handles it, it comes out again with its domain and code.
 *
 * Returns: (transfer full): the callable
 *
 * Since: 1.0
 */
PymvaObject *
pymva_interpreter_new_function (PymvaInterpreter *self,
                                const char *name,
                                PymvaFunction func,
                                gpointer user_data,
                                GDestroyNotify destroy,
                                GError **error)
{
  const PymvaBackend *backend;
  Function *function;
  PymvaPy *callable;

  g_return_val_if_fail (PYMVA_IS_INTERPRETER (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (func != NULL, NULL);

  function = g_new (Function, 1);
  function->inbox = pymva_inbox_ref_current ();
  function->func = func;
  function->user_data = user_data;
  function->destroy = destroy;
  function->name = g_strdup (name);

  backend = pymva_object_enter_call (error);
  if (backend == NULL)
    {
      function_free (function);
      return NULL;
    }

  callable = backend->new_function (name, function_invoke, function, function_destroy, error);
  if (callable == NULL)
    function_free (function);
  return pymva_object_leave_with (callable);
}
