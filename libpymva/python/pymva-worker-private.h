/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The one thread that Python's long work runs on, started on first use and never ended before the
 * program. An embedded Python is initialised on it, and so takes it for its main thread. Work is
 * done first in, first out. */
typedef void (*PymvaWorkerFunc) (gpointer data);

/* Any thread. Never blocks. */
void pymva_worker_push (PymvaWorkerFunc func,
                        gpointer data);
/* Any thread but the worker: the same, and waits for its end, at most until @deadline (monotonic
 * time, -1: for ever); the GIL, if held, is let go meanwhile. FALSE at the deadline. @data must
 * then live on. */
gboolean pymva_worker_call (PymvaWorkerFunc func,
                            gpointer data,
                            gint64 deadline);
/* What it does once when there has been no more work for a while, with NULL. */
#define PYMVA_WORKER_IDLE_DELAY (150 * G_TIME_SPAN_MILLISECOND)
void pymva_worker_set_idle (PymvaWorkerFunc func);
gboolean pymva_worker_is_current (void);
gboolean pymva_worker_exists (void);

G_END_DECLS
