/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "scoring/pymva-model-builder-private.h"
#include "scoring/pymva-stage-private.h"

G_BEGIN_DECLS

/* A stage as it computes, and as a model file describes it: the same numbers train and score. */
typedef struct
{
  char *kind;
  GPtrArray *keys;
  GPtrArray *tensors; /* PymvaTensor, one for each key */
  GArray *columns; /* of gint64; NULL for all columns */
  PymvaStage *stage;
} PymvaTransformStage;

PymvaTransformStage *pymva_transform_stage_new (const char *kind);
void pymva_transform_stage_free (PymvaTransformStage *self);

/* Adds a table; takes @values. @n_columns is 0 for a table of one dimension. */
void pymva_transform_stage_take (PymvaTransformStage *self,
                                 const char *key,
                                 double *values,
                                 gsize n_rows,
                                 gsize n_columns);
void pymva_transform_stage_take_ints (PymvaTransformStage *self,
                                      const char *key,
                                      gint32 *values,
                                      gsize n_values);
void pymva_transform_stage_set_columns (PymvaTransformStage *self,
                                        const guint *columns,
                                        guint n_columns);
/* Makes the stage, when all its tables are there. */
gboolean pymva_transform_stage_finish (PymvaTransformStage *self,
                                       guint n_columns,
                                       GError **error);
/* Appends the stage to a model: @number makes the names of its tables different from others. Where
 * @rounds, its outputs are rounded to float32. */
void pymva_transform_stage_describe (const PymvaTransformStage *self,
                                     PymvaModelBuilder *builder,
                                     guint number,
                                     gboolean rounds);
/* The stage that a model has at this place, or NULL without an error where it is none of its
 * transformations. @tensors: the tables of the model. */
PymvaTransformStage *pymva_transform_stage_read (JsonObject *description,
                                                 GHashTable *tensors,
                                                 guint n_columns,
                                                 GError **error);

/* Takes rows through stages, of PymvaTransformStage that keep the number of columns. Both numbers
 * of a pair are PymvaDType FLOAT32 or FLOAT64; @outputs may be @inputs. */
void pymva_transform_stages_run (GPtrArray *stages,
                                 PymvaDType input_type,
                                 gconstpointer inputs,
                                 PymvaDType output_type,
                                 gpointer outputs,
                                 gsize n_rows,
                                 guint n_columns);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PymvaTransformStage, pymva_transform_stage_free)

G_END_DECLS
