/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How well the responses of one class part it from the others. */
typedef struct
{
  /* n_points rows of: threshold, background efficiency, signal efficiency. */
  double *points;
  gsize n_points;
  double auc;
  double separation;
  double significance;
} PymvaRoc;

PymvaRoc *pymva_roc_new (const double *responses,
                         const guint8 *is_signal,
                         const double *weights,
                         gsize n_events);
void pymva_roc_free (PymvaRoc *self);
double pymva_roc_get_signal_efficiency (const PymvaRoc *self,
                                        double background_efficiency);
/* Adds to each event's @influences, divided by @share, by how much it draws the area. */
void pymva_roc_add_influences (const PymvaRoc *self,
                               const double *responses,
                               const guint8 *is_signal,
                               const double *weights,
                               gsize n_events,
                               double share,
                               double *influences);

G_END_DECLS
