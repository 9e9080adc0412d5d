/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The border between the front, which holds no reference to libpython, and the backend, a private
 * module compiled with Py_LIMITED_API that is opened when the right libpython is in the process.
 * Both include this file; neither includes the other's headers. Every function of the tables may
 * be called from any thread, takes the GIL itself, and returns without it. */

#include <pymva/pymva-object.h>
#include <pymva/pymva-interpreter.h>

G_BEGIN_DECLS

#define PYMVA_BACKEND_VERSION 1
#define PYMVA_BACKEND_SYMBOL "pymva_backend_get_table"

/* A PyObject that the front holds a reference to, and knows nothing of. */
typedef struct _PymvaPy PymvaPy;

/* What the backend needs of the front. */
typedef struct
{
  guint version;
  /* One line that Python code printed, any thread, without the GIL. */
  void (*output) (PymvaStream stream,
                  const char *line);
  /* A record of Python's logging module. */
  void (*log) (GLogLevelFlags level,
               const char *logger,
               const char *message);
  /* The source of a bridge module, or NULL. */
  GBytes *(*lookup_bridge) (const char *path);
  /* The host's Python is about to end. */
  void (*closing) (void);
} PymvaBackendHost;

typedef struct
{
  guint version;

  /* --- life (backend/pymva-backend.c) --- */
  gboolean (*start) (const PymvaBackendHost *host,
                     gboolean attached,
                     GError **error);
  void (*shutdown) (void);
  void (*drain) (void);

  /* --- objects (backend/pymva-backend-object.c and its neighbours): new references --- */
  void (*unref) (PymvaPy *object); /* any thread, never blocks: the reference is queued */
  /* ... the owners of the layer add what PymvaObject needs ... */
} PymvaBackend;

typedef const PymvaBackend *(*PymvaBackendGetTable) (guint version);

/* The table, for those who have checked pymva_interpreter_ensure(). */
const PymvaBackend *pymva_interpreter_get_backend (void);
/* Starts the interpreter where it has not been, from any thread. */
gboolean pymva_interpreter_ensure (GError **error);

PymvaObject *pymva_object_new_for_py (PymvaPy *py /* transfer full */);
PymvaPy *pymva_object_get_py (PymvaObject *self);

G_END_DECLS
