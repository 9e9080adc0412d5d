/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "python/pymva-job-private.h"
#include "python/pymva-object-private.h"

/* The call forms of Python's C API. */

static PymvaObject *
call_variant (PymvaObject *self,
              const char *name,
              GVariant *args,
              GVariant *kwargs,
              GError **error)
{
  const PymvaBackend *backend = pymva_object_enter_call (error);

  if (backend == NULL)
    return NULL;
  return pymva_object_leave_with (
    backend->call_variant (pymva_object_get_py (self), name, args, kwargs, error));
}

/**
 * pymva_object_call:
 * @self: a callable object
 * @args: (nullable): the positional arguments, a tuple
 * @kwargs: (nullable): the named arguments, of type `a{sv}`
 * @error: return location for an error
 *
 * Calls the object with values, as `PyObject_CallFunction()` does in Python's C API. They are
 * converted as the table in [class@Object] says. Floating values are consumed.
 *
 * Returns: (transfer full): what the call returned
 *
 * Since: 1.0
 */
PymvaObject *
pymva_object_call (PymvaObject *self,
                   GVariant *args,
                   GVariant *kwargs,
                   GError **error)
{
  g_autoptr (GVariant) sunk_args = args != NULL ? g_variant_ref_sink (args) : NULL;
  g_autoptr (GVariant) sunk_kwargs = kwargs != NULL ? g_variant_ref_sink (kwargs) : NULL;

  g_return_val_if_fail (PYMVA_IS_OBJECT (self), NULL);

  return call_variant (self, NULL, args, kwargs, error);
}

/**
 * pymva_object_call_method:
 * @self: an object
 * @name: the name of a method
 * @args: (nullable): the positional arguments, a tuple
 * @kwargs: (nullable): the named arguments, of type `a{sv}`
 * @error: return location for an error
 *
 * Calls a method of the object with values, as `PyObject_CallMethod()` does in Python's C API; see
 * [method@Object.call].
 *
 * Returns: (transfer full): what the call returned
 *
 * Since: 1.0
 */
PymvaObject *
pymva_object_call_method (PymvaObject *self,
                          const char *name,
                          GVariant *args,
                          GVariant *kwargs,
                          GError **error)
{
  g_autoptr (GVariant) sunk_args = args != NULL ? g_variant_ref_sink (args) : NULL;
  g_autoptr (GVariant) sunk_kwargs = kwargs != NULL ? g_variant_ref_sink (kwargs) : NULL;

  g_return_val_if_fail (PYMVA_IS_OBJECT (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  return call_variant (self, name, args, kwargs, error);
}

/* As many objects as the call forms have in common. */
static PymvaObject *
call_objects (PymvaObject *self,
              const char *method,
              PymvaObject **args,
              gsize n_args,
              const char * const *names,
              PymvaObject **values,
              gsize n_values,
              GError **error)
{
  const PymvaBackend *backend;
  PymvaPy *local_args[PYMVA_OBJECT_MOST_LOCAL];
  PymvaPy *local_values[PYMVA_OBJECT_MOST_LOCAL];
  PymvaPy **py_args;
  PymvaPy **py_values;
  PymvaPy *result;

  if (!pymva_object_check_names (names, n_values, error))
    return NULL;
  backend = pymva_object_enter_call (error);
  if (backend == NULL)
    return NULL;

  py_args = pymva_object_peek_items (args, n_args, local_args);
  py_values = pymva_object_peek_items (values, n_values, local_values);
  result = backend->call_objects (pymva_object_get_py (self), method, py_args, n_args, names,
                                  py_values, n_values, error);
  pymva_object_free_items (py_values, local_values);
  pymva_object_free_items (py_args, local_args);

  return pymva_object_leave_with (result);
}

/**
 * pymva_object_call_full:
 * @self: a callable object
 * @args: (array length=n_args) (nullable) (transfer none): the positional arguments
 * @n_args: how many there are
 * @names: (array zero-terminated=1) (nullable): the names of the named arguments
 * @values: (array length=n_values) (nullable) (transfer none): the named arguments, in the order
 *   of @names
 * @n_values: how many there are
 * @error: return location for an error
 *
 * Calls the object with objects: the fastest way to call.
 *
 * Returns: (transfer full): what the call returned
 *
 * Since: 1.0
 */
PymvaObject *
pymva_object_call_full (PymvaObject *self,
                        PymvaObject **args,
                        gsize n_args,
                        const char * const *names,
                        PymvaObject **values,
                        gsize n_values,
                        GError **error)
{
  g_return_val_if_fail (PYMVA_IS_OBJECT (self), NULL);
  g_return_val_if_fail (args != NULL || n_args == 0, NULL);
  g_return_val_if_fail ((names != NULL && values != NULL) || n_values == 0, NULL);

  return call_objects (self, NULL, args, n_args, names, values, n_values, error);
}

/**
 * pymva_object_call_object:
 * @self: a callable object
 * @args: (nullable): the positional arguments, a tuple
 * @kwargs: (nullable): the named arguments, a dict
 * @error: return location for an error
 *
 * Calls the object with a tuple and a dict, as `PyObject_CallObject()` and `PyObject_Call()` do in
 * Python's C API. None stands for no arguments.
 *
 * Returns: (transfer full): what the call returned
 *
 * Since: 1.0
 */
PymvaObject *
pymva_object_call_object (PymvaObject *self,
                          PymvaObject *args,
                          PymvaObject *kwargs,
                          GError **error)
{
  const PymvaBackend *backend;
  PymvaPy *py_args = NULL;
  PymvaPy *py_kwargs = NULL;

  g_return_val_if_fail (PYMVA_IS_OBJECT (self), NULL);
  g_return_val_if_fail (args == NULL || PYMVA_IS_OBJECT (args), NULL);
  g_return_val_if_fail (kwargs == NULL || PYMVA_IS_OBJECT (kwargs), NULL);

  backend = pymva_object_enter_call (error);
  if (backend == NULL)
    return NULL;
  if (args != NULL && !pymva_object_is_none (args))
    py_args = pymva_object_get_py (args);
  if (kwargs != NULL && !pymva_object_is_none (kwargs))
    py_kwargs = pymva_object_get_py (kwargs);
  return pymva_object_leave_with (
    backend->call_tuple (pymva_object_get_py (self), py_args, py_kwargs, error));
}

/**
 * pymva_object_call_objects:
 * @self: a callable object
 * @args: (array length=n_args) (nullable) (transfer none): the arguments
 * @n_args: how many there are
 * @error: return location for an error
 *
 * Calls the object with objects, as `PyObject_CallFunctionObjArgs()` does in Python's C API.
 *
 * Returns: (transfer full): what the call returned
 *
 * Since: 1.0
 */
PymvaObject *
pymva_object_call_objects (PymvaObject *self,
                           PymvaObject **args,
                           gsize n_args,
                           GError **error)
{
  g_return_val_if_fail (PYMVA_IS_OBJECT (self), NULL);
  g_return_val_if_fail (args != NULL || n_args == 0, NULL);

  return call_objects (self, NULL, args, n_args, NULL, NULL, 0, error);
}

/**
 * pymva_object_call_method_objects:
 * @self: an object
 * @name: the name of a method
 * @args: (array length=n_args) (nullable) (transfer none): the arguments
 * @n_args: how many there are
 * @error: return location for an error
 *
 * Calls a method of the object with objects, as `PyObject_CallMethodObjArgs()` does in Python's C
 * API.
 *
 * Returns: (transfer full): what the call returned
 *
 * Since: 1.0
 */
PymvaObject *
pymva_object_call_method_objects (PymvaObject *self,
                                  const char *name,
                                  PymvaObject **args,
                                  gsize n_args,
                                  GError **error)
{
  g_return_val_if_fail (PYMVA_IS_OBJECT (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (args != NULL || n_args == 0, NULL);

  return call_objects (self, name, args, n_args, NULL, NULL, 0, error);
}

static PymvaPy *
get_py (gpointer object)
{
  return pymva_object_get_py (object);
}

static PymvaObject *
call_format (PymvaObject *self,
             const char *name,
             const char *format,
             va_list values,
             GError **error)
{
  const PymvaBackend *backend = pymva_object_enter_call (error);

  if (backend == NULL)
    return NULL;
  return pymva_object_leave_with (backend->call_format (pymva_object_get_py (self), name,
                                                        format != NULL ? format : "", values,
                                                        get_py, error));
}

/**
 * pymva_object_call_format: (skip)
 * @self: a callable object
 * @error: return location for an error
 * @format: (nullable): a format of `Py_BuildValue()`
 * @...: the values
 *
 * Calls the object with C values, as `PyObject_CallFunction()` does in Python's C API:
 *
 * ```c
 * result = pymva_object_call_format (function, &error, "sid", "text", 7, 0.5);
 * ```
 *
 * All units of `Py_BuildValue()` are known. `O` and `S` take a [class@Object] and `N` one that is
 * given away; `O&` takes a `PymvaObject *(*) (gpointer)`, whose result is taken, and its argument;
 * `D` takes two doubles in an array. Lengths (`#`) are `gssize`. As there, a format of one unit
 * that makes a tuple gives the items of the tuple as arguments.
 *
 * Errors: `PYMVA_ERROR_VALUE` for an unknown unit, an open bracket, or a `NULL` object.
 *
 * Returns: (transfer full): what the call returned
 *
 * Since: 1.0
 */
PymvaObject *
pymva_object_call_format (PymvaObject *self,
                          GError **error,
                          const char *format,
                          ...)
{
  PymvaObject *result;
  va_list values;

  g_return_val_if_fail (PYMVA_IS_OBJECT (self), NULL);

  va_start (values, format);
  result = call_format (self, NULL, format, values, error);
  va_end (values);

  return result;
}

/**
 * pymva_object_call_method_format: (skip)
 * @self: an object
 * @name: the name of a method
 * @error: return location for an error
 * @format: (nullable): a format of `Py_BuildValue()`
 * @...: the values
 *
 * Calls a method of the object with C values, as `PyObject_CallMethod()` does in Python's C API;
 * see [method@Object.call_format].
 *
 * Returns: (transfer full): what the call returned
 *
 * Since: 1.0
 */
PymvaObject *
pymva_object_call_method_format (PymvaObject *self,
                                 const char *name,
                                 GError **error,
                                 const char *format,
                                 ...)
{
  PymvaObject *result;
  va_list values;

  g_return_val_if_fail (PYMVA_IS_OBJECT (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  va_start (values, format);
  result = call_format (self, name, format, values, error);
  va_end (values);

  return result;
}

/**
 * pymva_object_call_objargs: (skip)
 * @self: a callable object
 * @error: return location for an error
 * @...: the arguments, each a [class@Object], and `NULL` after the last
 *
 * Calls the object with objects, as `PyObject_CallFunctionObjArgs()` does in Python's C API.
 *
 * Returns: (transfer full): what the call returned
 *
 * Since: 1.0
 */
PymvaObject *
pymva_object_call_objargs (PymvaObject *self,
                           GError **error,
                           ...)
{
  g_autoptr (GPtrArray) args = g_ptr_array_new ();
  PymvaObject *arg;
  va_list values;

  g_return_val_if_fail (PYMVA_IS_OBJECT (self), NULL);

  va_start (values, error);
  while ((arg = va_arg (values, PymvaObject *)) != NULL)
    g_ptr_array_add (args, arg);
  va_end (values);

  return call_objects (self, NULL, (PymvaObject **) args->pdata, args->len, NULL, NULL, 0, error);
}

/* ---- on the worker ---- */

/* What the caller, the job and the result share: a cancelled call may run on for a while. */
typedef struct
{
  PymvaObject *object;
  char *name;
  GVariant *args;
  GVariant *kwargs;
  PymvaObject *result;
} Call;

static void
call_clear (gpointer data)
{
  Call *call = data;

  g_clear_object (&call->object);
  g_clear_pointer (&call->name, g_free);
  g_clear_pointer (&call->args, g_variant_unref);
  g_clear_pointer (&call->kwargs, g_variant_unref);
  g_clear_object (&call->result);
}

static void
call_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, call_clear);
}

static gboolean
call_job (PymvaJob *job,
          gpointer data,
          GError **error)
{
  Call *call = data;

  call->result = call_variant (call->object, call->name, call->args, call->kwargs, error);

  return call->result != NULL;
}

static void
call_variant_async (PymvaObject *self,
                    const char *name,
                    GVariant *args,
                    GVariant *kwargs,
                    gpointer source_tag,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Call *call = g_atomic_rc_box_new0 (Call);

  call->object = g_object_ref (self);
  call->name = g_strdup (name);
  call->args = args != NULL ? g_variant_ref_sink (args) : NULL;
  call->kwargs = kwargs != NULL ? g_variant_ref_sink (kwargs) : NULL;

  g_task_set_source_tag (task, source_tag);
  g_task_set_task_data (task, g_atomic_rc_box_acquire (call), call_unref);
  pymva_job_run_async (task, call_job, call, call_unref, NULL, NULL);
}

static PymvaObject *
call_variant_finish (GAsyncResult *result,
                     GError **error)
{
  GTask *task = G_TASK (result);
  Call *call = g_task_get_task_data (task);

  return g_task_propagate_boolean (task, error) ? g_steal_pointer (&call->result) : NULL;
}

/**
 * pymva_object_call_async:
 * @self: a callable object
 * @args: (nullable): the positional arguments, a tuple
 * @kwargs: (nullable): the named arguments, of type `a{sv}`
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async) (closure user_data): called when it is done
 * @user_data: data for @callback
 *
 * Calls the object as [method@Object.call] does, on the thread that Python's long work runs on,
 * one call after the other.
 *
 * Since: 1.0
 */
void
pymva_object_call_async (PymvaObject *self,
                         GVariant *args,
                         GVariant *kwargs,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_return_if_fail (PYMVA_IS_OBJECT (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  call_variant_async (self, NULL, args, kwargs, pymva_object_call_async, cancellable, callback,
                      user_data);
}

/**
 * pymva_object_call_finish:
 * @self: a callable object
 * @result: the result that the callback was given
 * @error: return location for an error
 *
 * Ends what [method@Object.call_async] began.
 *
 * Returns: (transfer full): what the call returned
 *
 * Since: 1.0
 */
PymvaObject *
pymva_object_call_finish (PymvaObject *self,
                          GAsyncResult *result,
                          GError **error)
{
  g_return_val_if_fail (PYMVA_IS_OBJECT (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, pymva_object_call_async), NULL);

  return call_variant_finish (result, error);
}

/**
 * pymva_object_call_method_async:
 * @self: an object
 * @name: the name of a method
 * @args: (nullable): the positional arguments, a tuple
 * @kwargs: (nullable): the named arguments, of type `a{sv}`
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async) (closure user_data): called when it is done
 * @user_data: data for @callback
 *
 * Calls a method of the object as [method@Object.call_method] does, on the thread that Python's
 * long work runs on, one call after the other.
 *
 * Since: 1.0
 */
void
pymva_object_call_method_async (PymvaObject *self,
                                const char *name,
                                GVariant *args,
                                GVariant *kwargs,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_return_if_fail (PYMVA_IS_OBJECT (self));
  g_return_if_fail (name != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  call_variant_async (self, name, args, kwargs, pymva_object_call_method_async, cancellable,
                      callback, user_data);
}

/**
 * pymva_object_call_method_finish:
 * @self: an object
 * @result: the result that the callback was given
 * @error: return location for an error
 *
 * Ends what [method@Object.call_method_async] began.
 *
 * Returns: (transfer full): what the call returned
 *
 * Since: 1.0
 */
PymvaObject *
pymva_object_call_method_finish (PymvaObject *self,
                                 GAsyncResult *result,
                                 GError **error)
{
  g_return_val_if_fail (PYMVA_IS_OBJECT (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, pymva_object_call_method_async), NULL);

  return call_variant_finish (result, error);
}
