/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The letters that other threads send to one thread and its main context: reports of a training,
 * and calls of the host's functions from Python. They are handled in order, on that thread only:
 * by the thread itself while it waits in a synchronous call of ours, else by a source of priority
 * G_PRIORITY_DEFAULT in the main context, and never by anyone else (bindings.md 1). */
typedef struct _PymvaInbox PymvaInbox;
typedef void (*PymvaInboxFunc) (gpointer data);

/* The inbox of the calling thread and its thread-default main context. */
PymvaInbox *pymva_inbox_ref_current (void);
PymvaInbox *pymva_inbox_ref (PymvaInbox *self);
void pymva_inbox_unref (PymvaInbox *self);

gboolean pymva_inbox_is_own_thread (PymvaInbox *self);
/* Any thread. Never blocks. While a letter of @sender is handled no other one of it is: a handler
 * that waits for something is not called again meanwhile. NULL: the letter is of nobody, and comes
 * whenever the thread waits. */
void pymva_inbox_post (PymvaInbox *self,
                       gconstpointer sender,
                       PymvaInboxFunc func,
                       gpointer data,
                       GDestroyNotify destroy);
/* Its own thread only, without the GIL: handles letters until *@done is set (by a letter, or by
 * another thread that calls pymva_inbox_wake() after). Waits at most until @deadline (monotonic
 * time, -1: for ever); returns FALSE at the deadline. */
gboolean pymva_inbox_wait (PymvaInbox *self,
                           const gint *done,
                           gint64 deadline);
void pymva_inbox_wake (PymvaInbox *self);
/* Another thread, without the GIL: posts @func and waits until it has been called. FALSE, and
 * nothing is called, where that would wait for ever: the thread has ended, or is inside a
 * synchronous call and stays there. */
gboolean pymva_inbox_ask (PymvaInbox *self,
                          PymvaInboxFunc func,
                          gpointer data);
/* Whether this thread answers a question of the Python worker just now, so that it cannot wait for
 * the worker. */
gboolean pymva_inbox_is_answering_worker (void);
/* The thread is inside a synchronous call that runs Python on it and handles no letters: who
 * would wait for an answer from it must fail instead of waiting (counted, may be nested). */
void pymva_inbox_enter_call (void);
void pymva_inbox_leave_call (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PymvaInbox, pymva_inbox_unref)

G_END_DECLS
