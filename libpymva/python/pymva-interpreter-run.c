/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>
#include <pymva/pymva-interpreter.h>

#include "python/pymva-job-private.h"
#include "python/pymva-life-private.h"
#include "python/pymva-object-private.h"

/* --- on the calling thread ---------------------------------------------------------------- */

/**
 * pymva_interpreter_import_module:
 * @self: the interpreter
 * @name: the full name of a module, for example `"numpy"` or `"sklearn.ensemble"`
 * @error: return location for an error
 *
 * Imports a module on the calling thread.
 *
 * Large frameworks take seconds: see [method@Interpreter.import_module_async].
 *
 * Errors: `PYMVA_ERROR_IMPORT` where there is no such module, with the command that installs it;
 * whatever its code raises.
 *
 * Returns: (transfer full): the module
 *
 * Since: 1.0
 */
PymvaObject *
pymva_interpreter_import_module (PymvaInterpreter *self,
                                 const char *name,
                                 GError **error)
{
  const PymvaBackend *backend;
  PymvaPy *module;

  g_return_val_if_fail (PYMVA_IS_INTERPRETER (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  backend = pymva_object_enter_call (error);
  if (backend == NULL)
    return NULL;
  module = backend->import_module (name, error);

  return pymva_object_leave_with (module);
}

/**
 * pymva_interpreter_run:
 * @self: the interpreter
 * @code: Python statements
 * @names: (nullable): the namespace to run in, a dict, or `NULL` for a fresh one
 * @filename: (nullable): what tracebacks call the text, for example the file that it was read from
 * @error: return location for an error
 *
 * Runs statements on the calling thread.
 *
 * Without @names they run as a module of their own, never in `__main__`. Where they call
 * `sys.exit()`, that is an error like any other exception.
 *
 * Returns: (transfer full): the namespace, a dict: @names if it was given
 *
 * Since: 1.0
 */
PymvaObject *
pymva_interpreter_run (PymvaInterpreter *self,
                       const char *code,
                       PymvaObject *names,
                       const char *filename,
                       GError **error)
{
  const PymvaBackend *backend;
  PymvaPy *result;

  g_return_val_if_fail (PYMVA_IS_INTERPRETER (self), NULL);
  g_return_val_if_fail (code != NULL, NULL);
  g_return_val_if_fail (names == NULL || PYMVA_IS_OBJECT (names), NULL);

  backend = pymva_object_enter_call (error);
  if (backend == NULL)
    return NULL;
  result = backend->run (code, names != NULL ? pymva_object_get_py (names) : NULL, filename, error);

  return pymva_object_leave_with (result);
}

/**
 * pymva_interpreter_evaluate:
 * @self: the interpreter
 * @expression: a Python expression
 * @names: (nullable): the names that it may use, a dict, or `NULL` for the built-in ones alone
 * @error: return location for an error
 *
 * Evaluates an expression on the calling thread.
 *
 * Returns: (transfer full): its value
 *
 * Since: 1.0
 */
PymvaObject *
pymva_interpreter_evaluate (PymvaInterpreter *self,
                            const char *expression,
                            PymvaObject *names,
                            GError **error)
{
  const PymvaBackend *backend;

  g_return_val_if_fail (PYMVA_IS_INTERPRETER (self), NULL);
  g_return_val_if_fail (expression != NULL, NULL);
  g_return_val_if_fail (names == NULL || PYMVA_IS_OBJECT (names), NULL);

  backend = pymva_object_enter_call (error);
  if (backend == NULL)
    return NULL;

  return pymva_object_leave_with (backend->evaluate (
    expression, names != NULL ? pymva_object_get_py (names) : NULL, error));
}

/* --- on the worker ------------------------------------------------------------------------ */

/* Shared by the task and the worker, since a cancelled task does not wait for the worker. */
typedef struct
{
  gatomicrefcount ref_count;
  char *text;
  char *filename;
  PymvaObject *names;
  PymvaObject *result;
} Request;

static Request *
request_new (const char *text,
             PymvaObject *names,
             const char *filename)
{
  Request *request = g_new0 (Request, 1);

  g_atomic_ref_count_init (&request->ref_count);
  request->text = g_strdup (text);
  request->filename = g_strdup (filename);
  request->names = names != NULL ? g_object_ref (names) : NULL;

  return request;
}

static void
request_unref (gpointer data)
{
  Request *request = data;

  if (!g_atomic_ref_count_dec (&request->ref_count))
    return;

  g_free (request->text);
  g_free (request->filename);
  g_clear_object (&request->names);
  g_clear_object (&request->result);
  g_free (request);
}

static void
run_request (PymvaInterpreter *self,
             gpointer source_tag,
             PymvaJobFunc func,
             Request *request /* transfer full */,
             GCancellable *cancellable,
             GAsyncReadyCallback callback,
             gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, source_tag);
  g_task_set_task_data (task, request, request_unref);
  g_atomic_ref_count_inc (&request->ref_count);
  pymva_job_run_async (task, func, request, request_unref, NULL, NULL);
}

static PymvaObject *
finish_request (PymvaInterpreter *self,
                GAsyncResult *result,
                GError **error)
{
  Request *request;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  request = g_task_get_task_data (G_TASK (result));
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;

  return g_steal_pointer (&request->result);
}

static gboolean
import_job (PymvaJob *job,
            gpointer data,
            GError **error)
{
  Request *request = data;

  request->result = pymva_interpreter_import_module (pymva_interpreter_get_default (),
                                                     request->text, error);
  return request->result != NULL;
}

static gboolean
run_job (PymvaJob *job,
         gpointer data,
         GError **error)
{
  Request *request = data;

  request->result = pymva_interpreter_run (pymva_interpreter_get_default (), request->text,
                                           request->names, request->filename, error);
  return request->result != NULL;
}

/**
 * pymva_interpreter_import_module_async:
 * @self: the interpreter
 * @name: the full name of a module
 * @cancellable: (nullable): a cancellable; an import that has begun goes on by itself
 * @callback: (nullable) (scope async) (closure user_data): called when it has been imported
 * @user_data: data for @callback
 *
 * Imports a module on the thread that Python's long work runs on, and starts the interpreter there
 * where needed. Finish with [method@Interpreter.import_module_finish].
 *
 * Since: 1.0
 */
void
pymva_interpreter_import_module_async (PymvaInterpreter *self,
                                       const char *name,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  g_return_if_fail (PYMVA_IS_INTERPRETER (self));
  g_return_if_fail (name != NULL);

  run_request (self, pymva_interpreter_import_module_async, import_job,
               request_new (name, NULL, NULL), cancellable, callback, user_data);
}

/**
 * pymva_interpreter_import_module_finish:
 * @self: the interpreter
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Gets the result of [method@Interpreter.import_module_async].
 *
 * Returns: (transfer full): the module
 *
 * Since: 1.0
 */
PymvaObject *
pymva_interpreter_import_module_finish (PymvaInterpreter *self,
                                        GAsyncResult *result,
                                        GError **error)
{
  g_return_val_if_fail (PYMVA_IS_INTERPRETER (self), NULL);

  return finish_request (self, result, error);
}

/**
 * pymva_interpreter_run_async:
 * @self: the interpreter
 * @code: Python statements
 * @names: (nullable): the namespace to run in, a dict, or `NULL` for a fresh one
 * @filename: (nullable): what tracebacks call the text
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async) (closure user_data): called when they have been run
 * @user_data: data for @callback
 *
 * Runs statements on the thread that Python's long work runs on. Finish with
 * [method@Interpreter.run_finish].
 *
 * When it is cancelled an exception is raised in the Python code, which is no `Exception`, so that
 * `except Exception` lets it through. Code that is inside one long call into a library sees it
 * only when that call returns; the result does not wait for that.
 *
 * Since: 1.0
 */
void
pymva_interpreter_run_async (PymvaInterpreter *self,
                             const char *code,
                             PymvaObject *names,
                             const char *filename,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_return_if_fail (PYMVA_IS_INTERPRETER (self));
  g_return_if_fail (code != NULL);
  g_return_if_fail (names == NULL || PYMVA_IS_OBJECT (names));

  run_request (self, pymva_interpreter_run_async, run_job, request_new (code, names, filename),
               cancellable, callback, user_data);
}

/**
 * pymva_interpreter_run_finish:
 * @self: the interpreter
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Gets the result of [method@Interpreter.run_async].
 *
 * Returns: (transfer full): the namespace, a dict
 *
 * Since: 1.0
 */
PymvaObject *
pymva_interpreter_run_finish (PymvaInterpreter *self,
                              GAsyncResult *result,
                              GError **error)
{
  g_return_val_if_fail (PYMVA_IS_INTERPRETER (self), NULL);

  return finish_request (self, result, error);
}

/**
 * pymva_interpreter_describe:
 * @self: the interpreter
 * @error: return location for an error
 *
 * Describes the Python that runs, for people who look for what is missing; starts it where needed.
 *
 * The description is a dictionary `a{sv}` of texts and of what follows: `"attached"`, a truth
 * value; `"frameworks"`, a dictionary of the installed packages that the library can use, by their
 * names, and their versions; `"missing"`, a list of the packages that methods need and that are not
 * installed; `"not-found"`, a list of others that are not; `"install"`, only where something is
 * missing, the command that installs it; `"program"`, the running program; `"library"`,
 * `"version"`, `"implementation"`, `"prefix"`, `"base-prefix"` and `"executable"` of Python.
 *
 * Returns: (transfer full): the description
 *
 * Since: 1.0
 */
GVariant *
pymva_interpreter_describe (PymvaInterpreter *self,
                            GError **error)
{
  const PymvaBackend *backend;
  g_autoptr (GVariant) found = NULL;
  g_autofree char *program = NULL;
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  g_return_val_if_fail (PYMVA_IS_INTERPRETER (self), NULL);

  backend = pymva_object_enter_call (error);
  if (backend == NULL)
    return NULL;
  found = backend->describe (error);
  pymva_object_leave_call ();
  if (found == NULL)
    return NULL;

  program = g_file_read_link ("/proc/self/exe", NULL);
  g_variant_dict_init (&dict, found);
  g_variant_dict_insert (&dict, "attached", "b", pymva_life_get_attached ());
  g_variant_dict_insert (&dict, "library", "s",
                         pymva_life_get_library () != NULL ? pymva_life_get_library () : "");
  if (program != NULL)
    g_variant_dict_insert (&dict, "program", "s", program);

  return g_variant_ref_sink (g_variant_dict_end (&dict));
}
