/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pymva-transform-definition-private.h"
#include "pymva-transform-stage-private.h"

G_BEGIN_DECLS

/* What one step of a chain is fitted on, and the stages that come out. */
typedef struct
{
  const PymvaTransformStep *step;

  /* All columns, as the steps before have left them, and what they are called. */
  const double *values;
  gsize n_events;
  guint n_columns;
  char **names;
  /* One per event; 0 where it is of another class. Events of weight 0 do not count. */
  double *weights;

  /* The numbers of the columns that the step changes. */
  guint *chosen;
  guint n_chosen;

  /* Of PymvaTransformStage, in the order in which they are applied. */
  GPtrArray *forward;
  GPtrArray *backward;
} PymvaTransformFit;

/* Adds a stage to @stages, after the last of its tables; takes it. */
gboolean pymva_transform_fit_add (const PymvaTransformFit *self,
                                  GPtrArray *stages,
                                  PymvaTransformStage *stage,
                                  GError **error);
/* The range of the finite values of a column; an error where there is none. */
gboolean pymva_transform_fit_scan (const PymvaTransformFit *self,
                                   guint column,
                                   double *least,
                                   double *most,
                                   GError **error);

/* The kinds. */
gboolean pymva_transform_fit_range (PymvaTransformFit *self,
                                    GError **error);
gboolean pymva_transform_fit_moments (PymvaTransformFit *self,
                                      GError **error);
gboolean pymva_transform_fit_decorrelation (PymvaTransformFit *self,
                                            GError **error);
gboolean pymva_transform_fit_principal (PymvaTransformFit *self,
                                        GError **error);
/* Uniform and Gaussian. */
gboolean pymva_transform_fit_distribution (PymvaTransformFit *self,
                                           GError **error);

G_END_DECLS
