/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "scoring/pymva-model-builder-private.h"

G_BEGIN_DECLS

/* Transformations one after the other, fitted on the events of a training. Immutable and counted:
 * any thread may use it. What methods train on is computed by the very stages that go into their
 * models, and rounded to float32 once, at the end. */
typedef struct _PymvaTransformChain PymvaTransformChain;

/* What a chain is fitted on. */
typedef struct
{
  const char * const *variables;
  /* Empty for a regression. */
  const char * const *classes;
  PymvaTensor *inputs; /* float32, events x variables */
  PymvaTensor *labels; /* int32; NULL for a regression */
  PymvaTensor *weights; /* float64 */
} PymvaTransformEvents;

/* @definition is what TMVA writes; where it is empty, there are no stages. */
PymvaTransformChain *pymva_transform_chain_new (const char *definition,
                                                const PymvaTransformEvents *events,
                                                GError **error);
/* The chain that a model has in front of its engine, for another training with it: it can be
 * applied and described, not inverted. @variables: the names of its inputs. */
PymvaTransformChain *pymva_transform_chain_new_from_model (PymvaModel *model,
                                                           const char * const *variables,
                                                           GError **error);
PymvaTransformChain *pymva_transform_chain_ref (PymvaTransformChain *self);
void pymva_transform_chain_unref (PymvaTransformChain *self);

const char *pymva_transform_chain_get_definition (PymvaTransformChain *self);
guint pymva_transform_chain_get_n_columns (PymvaTransformChain *self);
/* Titles of the transformed columns: “D(a)”, “P1”. */
const char * const *pymva_transform_chain_get_columns (PymvaTransformChain *self);
/* Whether a column is made of several variables. */
gboolean pymva_transform_chain_get_mixes (PymvaTransformChain *self);

/* @inputs are rounded to float32 first, as models do; the answer is of @dtype, float32 for what
 * methods train on, or float64. Errors are PYMVA_ERROR_VALUE for a wrong shape, and MEMORY. */
PymvaTensor *pymva_transform_chain_apply (PymvaTransformChain *self,
                                          PymvaTensor *inputs,
                                          PymvaDType dtype,
                                          GError **error);
/* From transformed columns back to variables: float64. */
PymvaTensor *pymva_transform_chain_invert (PymvaTransformChain *self,
                                           PymvaTensor *columns,
                                           GError **error);
/* Appends the stages to a model, which has none before. */
void pymva_transform_chain_describe (PymvaTransformChain *self,
                                     PymvaModelBuilder *builder);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PymvaTransformChain, pymva_transform_chain_unref)

G_END_DECLS
