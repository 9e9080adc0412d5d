/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(PYMVA_INSIDE) && !defined(PYMVA_COMPILATION)
#error "Only <pymva/pymva.h> can be included directly."
#endif

#include <gio/gio.h>

#include <pymva/pymva-enums.h>
#include <pymva/pymva-types.h>
#include <pymva/pymva-version-macros.h>

G_BEGIN_DECLS

#define PYMVA_TYPE_INTERPRETER (pymva_interpreter_get_type ())

PYMVA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (PymvaInterpreter, pymva_interpreter, PYMVA, INTERPRETER, GObject)

/**
 * PymvaFunction:
 * @args: the positional arguments, a tuple
 * @kwargs: (transfer none) (nullable): the named arguments, a dict, or `NULL` if there are none
 * @user_data: (closure): what was given to [method@Interpreter.new_function]
 * @error: return location for an error, which is raised in Python
 *
 * A function of the host program that Python code can call.
 *
 * It runs on the thread, and in the main context, that made it with
 * [method@Interpreter.new_function], whatever thread of Python called it.
 *
 * Returns: (transfer full) (nullable): the result. `NULL` without an error raises
 *   `RuntimeError` in Python; return [ctor@Object.new_none] for None.
 *
 * Since: 1.0
 */
typedef PymvaObject *(*PymvaFunction) (PymvaObject *args,
                                       PymvaObject *kwargs,
                                       gpointer user_data,
                                       GError **error);

PYMVA_AVAILABLE_IN_1_0
PymvaInterpreter *pymva_interpreter_get_default (void);

PYMVA_AVAILABLE_IN_1_0
const char *pymva_interpreter_get_environment (PymvaInterpreter *self);
PYMVA_AVAILABLE_IN_1_0
void pymva_interpreter_set_environment (PymvaInterpreter *self,
                                        const char *environment);
PYMVA_AVAILABLE_IN_1_0
const char *pymva_interpreter_get_version (PymvaInterpreter *self);
PYMVA_AVAILABLE_IN_1_0
const char *pymva_interpreter_get_prefix (PymvaInterpreter *self);
PYMVA_AVAILABLE_IN_1_0
const char *pymva_interpreter_get_executable (PymvaInterpreter *self);
PYMVA_AVAILABLE_IN_1_0
const char *pymva_interpreter_get_library (PymvaInterpreter *self);
PYMVA_AVAILABLE_IN_1_0
PymvaInterpreterState pymva_interpreter_get_state (PymvaInterpreter *self);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_interpreter_get_attached (PymvaInterpreter *self);

PYMVA_AVAILABLE_IN_1_0
gboolean pymva_interpreter_start (PymvaInterpreter *self,
                                  GCancellable *cancellable,
                                  GError **error);
PYMVA_AVAILABLE_IN_1_0
void pymva_interpreter_start_async (PymvaInterpreter *self,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_interpreter_start_finish (PymvaInterpreter *self,
                                         GAsyncResult *result,
                                         GError **error);
PYMVA_AVAILABLE_IN_1_0
void pymva_interpreter_shutdown (PymvaInterpreter *self);
PYMVA_AVAILABLE_IN_1_0
GVariant *pymva_interpreter_describe (PymvaInterpreter *self,
                                      GError **error);

PYMVA_AVAILABLE_IN_1_0
PymvaObject *pymva_interpreter_import_module (PymvaInterpreter *self,
                                              const char *name,
                                              GError **error);
PYMVA_AVAILABLE_IN_1_0
void pymva_interpreter_import_module_async (PymvaInterpreter *self,
                                            const char *name,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);
PYMVA_AVAILABLE_IN_1_0
PymvaObject *pymva_interpreter_import_module_finish (PymvaInterpreter *self,
                                                     GAsyncResult *result,
                                                     GError **error);
PYMVA_AVAILABLE_IN_1_0
PymvaObject *pymva_interpreter_run (PymvaInterpreter *self,
                                    const char *code,
                                    PymvaObject *names,
                                    const char *filename,
                                    GError **error);
PYMVA_AVAILABLE_IN_1_0
void pymva_interpreter_run_async (PymvaInterpreter *self,
                                  const char *code,
                                  PymvaObject *names,
                                  const char *filename,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
PYMVA_AVAILABLE_IN_1_0
PymvaObject *pymva_interpreter_run_finish (PymvaInterpreter *self,
                                           GAsyncResult *result,
                                           GError **error);
PYMVA_AVAILABLE_IN_1_0
PymvaObject *pymva_interpreter_evaluate (PymvaInterpreter *self,
                                         const char *expression,
                                         PymvaObject *names,
                                         GError **error);
PYMVA_AVAILABLE_IN_1_0
PymvaObject *pymva_interpreter_new_function (PymvaInterpreter *self,
                                             const char *name,
                                             PymvaFunction func,
                                             gpointer user_data,
                                             GDestroyNotify destroy,
                                             GError **error);

G_END_DECLS
