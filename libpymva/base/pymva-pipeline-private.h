/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Work on items that come one after the other, on several threads: one reads, others work, and the
 * thread that calls writes, in the order in which the items were read. */
typedef struct
{
  /* The next item; NULL without an error behind the last one. */
  gpointer (*read) (gpointer data,
                    GError **error);
  /* What becomes of an item, which is taken; by several threads at once. */
  gpointer (*work) (gpointer data,
                    gpointer item,
                    GError **error);
  /* Takes a result, also where it fails. */
  gboolean (*write) (gpointer data,
                     gpointer result,
                     GError **error);
  GDestroyNotify free_item;
  GDestroyNotify free_result;
} PymvaPipelineStages;

/* Runs the stages until there are no more items, or one of them fails. Then nothing behind the item
 * that failed is written, and everything before it is, as on one thread. Of each item in the order,
 * no more than @n_threads + 2 exist at a time. With 1 thread, that is the one that calls. Threads
 * are made as there is work for them; where the system has no more, those that there are go on. */
gboolean pymva_pipeline_run (const PymvaPipelineStages *stages,
                             gpointer data,
                             guint n_threads,
                             GError **error);
/* How many of these threads are used: of more than 1024, 1024. */
guint pymva_pipeline_limit_threads (guint n_threads);

G_END_DECLS
