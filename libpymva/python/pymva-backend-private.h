/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The border between the front, which holds no reference to libpython, and the backend, a private
 * module compiled with Py_LIMITED_API that is opened when the right libpython is in the process.
 * Both include this file; neither includes the other's headers. Every function of the tables may
 * be called from any thread, takes the GIL itself, and returns without it. */

#include <stdarg.h>

#include <pymva/pymva-object.h>
#include <pymva/pymva-interpreter.h>

G_BEGIN_DECLS

#define PYMVA_BACKEND_VERSION 1
#define PYMVA_BACKEND_SYMBOL "pymva_backend_get_table"

/* A PyObject that the front holds a reference to, and knows nothing of. */
typedef struct _PymvaPy PymvaPy;

/* The numbers of an array: C order, native byte order. */
#define PYMVA_BACKEND_MAX_DIMS 64
typedef struct
{
  PymvaDType dtype;
  gsize n_dims;
  gint64 shape[PYMVA_BACKEND_MAX_DIMS];
  GBytes *bytes;
} PymvaBackendArray;

/* A host function behind a Python callable. @invoke is called on any thread, without the GIL, and
 * returns a new reference, or NULL with @error set; @args is a tuple, @kwargs a dict or NULL, both
 * borrowed. @destroy is called once, on any thread, without the GIL. */
typedef PymvaPy *(*PymvaBackendInvoke) (PymvaPy *args,
                                        PymvaPy *kwargs,
                                        gpointer data,
                                        GError **error);

/* What the backend needs of the front. */
typedef struct
{
  guint version;
  /* One line that Python code printed, without its end; any thread, without the GIL. */
  void (*output) (PymvaStream stream,
                  const char *line);
  /* Whether somebody takes these lines; else they also go where they would without us. */
  gboolean (*listening) (void);
  /* A record of Python's logging module. */
  void (*log) (GLogLevelFlags level,
               const char *logger,
               const char *message);
  /* The source of a bridge module by its file name, or NULL. */
  GBytes *(*lookup_bridge) (const char *file);
  /* pymva_error_new_from_exception(). */
  GError *(*new_exception) (GQuark domain,
                            int code,
                            const char *summary,
                            const char *traceback,
                            const char *exception_type);
  /* References wait to be dropped; any thread, never blocks. */
  void (*wake) (void);
  /* What a running job says of itself; any thread, without the GIL. Ignored once the job @id has
   * ended. @metrics is a{sv}. */
  void (*report_progress) (guint64 id,
                           double fraction);
  void (*report_iteration) (guint64 id,
                            guint index,
                            GVariant *metrics);
  gboolean (*report_cancelled) (guint64 id);
  /* The host's Python is about to end. */
  void (*closing) (void);
} PymvaBackendHost;

typedef struct
{
  guint version;

  /* --- life (backend/pymva-backend.c) --- */
  /* Called once, first of all. @host must last for ever. */
  gboolean (*start) (const PymvaBackendHost *host,
                     gboolean attached,
                     GError **error);
  /* What sys tells: "version", "prefix", "executable" ...; NULL where it is not text. */
  char *(*dup_sys) (const char *name);
  /* Runs what Python code registered for the end of the program; the worker only. */
  void (*shutdown) (void);
  /* Drops the references that wait. */
  void (*drain) (void);
  /* The process is a forked child: references are dropped from now on, without touching Python. */
  void (*mark_forked) (void);

  /* --- the worker (backend/pymva-backend-worker.c) --- */
  void (*thread_begin) (void);
  void (*job_begin) (guint64 id);
  void (*job_end) (void);
  /* Raises PymvaCancelled in the worker if the job @id still runs there; blocks for the GIL. */
  void (*job_interrupt) (guint64 id);
  /* Whether the worker is where job_interrupt() waits, as in an import; takes no GIL. */
  gboolean (*job_is_protected) (void);
  PymvaPy *(*new_report) (guint64 id,
                          GError **error);
  /* Runs the handlers of signals that have come, if this is Python's main thread; FALSE with what
   * one of them raised, as Ctrl-C raises KeyboardInterrupt. */
  gboolean (*check_signals) (GError **error);

  /* --- source code (backend/pymva-backend-run.c) --- */
  /* An import is never interrupted by job_interrupt(): half of a framework is worse than none. */
  PymvaPy *(*import_module) (const char *name,
                             GError **error);
  PymvaPy *(*run) (const char *code,
                   PymvaPy *names,       /* NULL: fresh ones */
                   const char *filename, /* NULL: made up */
                   GError **error);
  PymvaPy *(*evaluate) (const char *expression,
                        PymvaPy *names, /* NULL: fresh ones */
                        GError **error);
  /* The picture for people: a{sv}. */
  GVariant *(*describe) (GError **error);

  /* --- objects (backend/pymva-backend-object.c and its neighbours): new references --- */
  void (*unref) (PymvaPy *object); /* any thread, never blocks: the reference is queued */
  /* A NULL object is None everywhere below, except where NULL is said to leave something out. */
  PymvaPy *none; /* the address of None; no reference */
  PymvaPy *(*ref) (PymvaPy *object);
  PymvaPy *(*from_variant) (GVariant *value,
                            GError **error);
  GVariant *(*to_variant) (PymvaPy *object,
                           GError **error); /* not floating */
  PymvaPy *(*from_array) (const PymvaBackendArray *array,
                          GError **error);
  gboolean (*to_array) (PymvaPy *object,
                        PymvaBackendArray *array,
                        GError **error);
  PymvaPy *(*new_tuple) (PymvaPy * const *items,
                         gsize n_items,
                         GError **error);
  PymvaPy *(*new_list) (PymvaPy * const *items,
                        gsize n_items,
                        GError **error);
  PymvaPy *(*new_dict) (const char * const *names,
                        PymvaPy * const *values,
                        gsize n_values,
                        GError **error);
  char *(*to_text) (PymvaPy *object,
                    gboolean repr,
                    GError **error);
  char *(*dup_type_name) (PymvaPy *object);
  gboolean (*is_callable) (PymvaPy *object);
  gint64 (*get_length) (PymvaPy *object,
                        GError **error); /* -1 on error */
  PymvaPy *(*get_attribute) (PymvaPy *object,
                             const char *name,
                             GError **error);
  gboolean (*set_attribute) (PymvaPy *object,
                             const char *name,
                             PymvaPy *value,
                             GError **error);
  gboolean (*has_attribute) (PymvaPy *object,
                             const char *name);
  char **(*list_attributes) (PymvaPy *object,
                             GError **error);
  PymvaPy *(*get_item) (PymvaPy *object,
                        PymvaPy *key,
                        GError **error);
  gboolean (*set_item) (PymvaPy *object,
                        PymvaPy *key,
                        PymvaPy *value,
                        GError **error);
  PymvaPy *(*get_index) (PymvaPy *object,
                         gint64 index,
                         GError **error);
  /* An array of new references; its length goes to @n_items. */
  PymvaPy **(*list_items) (PymvaPy *object,
                           gsize *n_items,
                           GError **error);

  /* --- calls (backend/pymva-backend-call.c): of @object, or its method if @method is not NULL */
  PymvaPy *(*call_variant) (PymvaPy *object,
                            const char *method,
                            GVariant *args,   /* NULL: none */
                            GVariant *kwargs, /* NULL: none */
                            GError **error);
  PymvaPy *(*call_objects) (PymvaPy *object,
                            const char *method,
                            PymvaPy * const *args,
                            gsize n_args,
                            const char * const *names,
                            PymvaPy * const *values,
                            gsize n_values,
                            GError **error);
  PymvaPy *(*call_tuple) (PymvaPy *object,
                          PymvaPy *args,   /* NULL: none */
                          PymvaPy *kwargs, /* NULL: none */
                          GError **error);
  /* @get_py gives the Python object of what stands for a unit “O”; a borrowed reference. */
  PymvaPy *(*call_format) (PymvaPy *object,
                           const char *method,
                           const char *format,
                           va_list values,
                           PymvaPy *(*get_py) (gpointer value),
                           GError **error);
  PymvaPy *(*new_function) (const char *name,
                            PymvaBackendInvoke invoke,
                            gpointer data,
                            GDestroyNotify destroy,
                            GError **error);
} PymvaBackend;

typedef const PymvaBackend *(*PymvaBackendGetTable) (guint version);

/* The table, for those who have checked pymva_interpreter_ensure(). */
const PymvaBackend *pymva_interpreter_get_backend (void);
/* Starts the interpreter where it has not been, from any thread. */
gboolean pymva_interpreter_ensure (GError **error);

PymvaObject *pymva_object_new_for_py (PymvaPy *py /* transfer full */);
PymvaPy *pymva_object_get_py (PymvaObject *self);

G_END_DECLS
