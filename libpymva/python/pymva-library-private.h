/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "python/pymva-backend-private.h"
#include "python/pymva-discovery-private.h"

G_BEGIN_DECLS

/* The libpython of the process, found at run time, and what of it is needed before the backend can
 * be opened. */

/* Whether a Python is initialised in the process by somebody else. */
gboolean pymva_library_find_host (void);
/* Brings the libpython of @python into the process, for all to see. */
gboolean pymva_library_open (const PymvaPython *python,
                             GError **error);
/* Initialises it on this thread, which then holds the GIL. */
gboolean pymva_library_initialize (const PymvaPython *python,
                                   GError **error);
/* "3.11.2 (main, ...) [GCC ...]"; NULL before there is a libpython. */
const char *pymva_library_get_version (void);
/* The file that the functions lie in. */
char *pymva_library_dup_path (void);
gboolean pymva_library_check_version (GError **error);
const PymvaBackend *pymva_library_open_backend (GError **error);

/* Lets the GIL go if this thread holds it, and takes it again. No lock may be held. */
gpointer pymva_library_release_gil (void);
void pymva_library_restore_gil (gpointer state);

/* What Python changes of the process as it starts, and what is not its business. */
typedef struct _PymvaProcess PymvaProcess;
PymvaProcess *pymva_process_save (void);
void pymva_process_restore (PymvaProcess *self /* transfer full */);

G_END_DECLS
