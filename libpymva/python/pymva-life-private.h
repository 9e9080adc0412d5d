/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "python/pymva-backend-private.h"

G_BEGIN_DECLS

/* The one Python of the process, from unset to closed. PymvaInterpreter is its face. Any thread. */

PymvaInterpreterState pymva_life_get_state (void);
/* Constant once the state was READY, NULL before. */
const char *pymva_life_get_version (void);
const char *pymva_life_get_prefix (void);
const char *pymva_life_get_executable (void);
const char *pymva_life_get_library (void);
gboolean pymva_life_get_attached (void);
/* What was asked for; used by the next start. */
void pymva_life_set_environment (const char *environment);

/* Starts on this thread: that of the caller where the host runs Python, else the worker. */
gboolean pymva_life_start (GError **error);
/* Whether a start has to happen on the thread of the caller. */
gboolean pymva_life_is_hosted (void);
void pymva_life_shutdown (void);
/* Whether the host's Python has ended or is about to, so that the GIL must not be asked for. */
gboolean pymva_life_is_gone (void);
/* Called on threads that use Python: if this is the main one, Python ends before all else when the
 * program does. */
void pymva_life_watch_exit (void);

G_END_DECLS
