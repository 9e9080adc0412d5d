/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Shared by the files of the backend, the only ones that include <Python.h>. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <pymva/pymva-error.h>

#include "python/pymva-backend-private.h"

G_BEGIN_DECLS

/* The GIL for the rest of a block. Every function of the table that touches Python begins with
 *
 *   PYMVA_WITH_GIL;
 *
 * before its other declarations: what is declared later is cleaned up earlier, so that a
 * g_autoptr (PyObject) below it is dropped under the GIL. References that other threads gave up
 * are dropped on the way in. */
typedef struct
{
  PyGILState_STATE state;
} PymvaGil;

PymvaGil pymva_gil_enter (void);
void pymva_gil_leave (PymvaGil *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PymvaGil, pymva_gil_leave)

#define PYMVA_WITH_GIL G_GNUC_UNUSED g_auto (PymvaGil) pymva_gil = pymva_gil_enter ()

/* The reverse: for the rest of a block this thread, which holds the GIL, does not. */
typedef struct
{
  PyThreadState *state;
} PymvaNoGil;

static inline void
pymva_no_gil_leave (PymvaNoGil *self)
{
  PyEval_RestoreThread (self->state);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PymvaNoGil, pymva_no_gil_leave)

#define PYMVA_WITHOUT_GIL \
  G_GNUC_UNUSED g_auto (PymvaNoGil) pymva_no_gil = { PyEval_SaveThread () }

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PyObject, Py_DecRef)

/* The front's functions; valid once start() was called. */
extern const PymvaBackendHost *pymva_backend_host;

/* --- errors (pymva-backend-error.c), under the GIL --- */
/* Turns the exception that is set into an error, and clears it. */
void pymva_backend_take_exception (GError **error);
/* The same where @object is NULL; returns it. */
PyObject *pymva_backend_check (PyObject *object,
                               GError **error);
/* Sets a Python exception that comes back as a copy of @error where it ends. */
void pymva_backend_raise (const GError *error);
gboolean pymva_backend_error_start (GError **error);

/* --- life (pymva-backend.c) --- */
/* A module of the bridge, new reference; "errors" for example. */
PyObject *pymva_backend_import_bridge (const char *name);
void pymva_backend_unref (PymvaPy *object);
void pymva_backend_drain (void);
void pymva_backend_mark_forked (void);
/* The functions that bridge modules import as `_pymva`; new reference. */
PyObject *pymva_backend_new_module (void);

const PymvaBackend *pymva_backend_get_table (guint version);

/* --- worker (pymva-backend-worker.c) --- */
void pymva_backend_worker_start (gboolean attached);
void pymva_backend_thread_begin (void);
void pymva_backend_job_begin (guint64 id);
void pymva_backend_job_end (void);
void pymva_backend_job_interrupt (guint64 id);
gboolean pymva_backend_job_is_protected (void);
PymvaPy *pymva_backend_new_report (guint64 id,
                                   GError **error);
gboolean pymva_backend_check_signals (GError **error);
/* While the count is not zero, job_interrupt() waits; under the GIL. */
void pymva_backend_protect (int change);

/* --- source code (pymva-backend-run.c) --- */
PymvaPy *pymva_backend_import_module (const char *name,
                                      GError **error);
PymvaPy *pymva_backend_run (const char *code,
                            PymvaPy *names,
                            const char *filename,
                            GError **error);
PymvaPy *pymva_backend_evaluate (const char *expression,
                                 PymvaPy *names,
                                 GError **error);
GVariant *pymva_backend_describe (GError **error);

G_END_DECLS
