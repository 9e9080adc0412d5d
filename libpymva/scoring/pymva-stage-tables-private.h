/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "data/pymva-expression-private.h"
#include "pymva-activation-private.h"
#include "pymva-forest-private.h"
#include "pymva-stage-private.h"

G_BEGIN_DECLS

/* What the stages of a model compute, as its file has it and docs/model-file.md describes it: for
 * exporters, which write the same for other programs. All of it has been checked, belongs to the
 * stage and lives as long; n_inputs and n_outputs are the stage's. Each function takes stages of
 * its class alone, that pymva_stage_new_for_export() has made; a new kind gets a structure and a
 * function here. */

/* (x - subtract) / divide * multiply + add, each one number per column, or NULL. */
typedef struct
{
  const double *subtract;
  const double *divide;
  const double *multiply;
  const double *add;
} PymvaAffineTables;

PymvaAffineTables pymva_stage_affine_get_tables (const PymvaStage *stage);

typedef struct
{
  guint n_choices;
  double otherwise;
} PymvaChooseTables;

PymvaChooseTables pymva_stage_choose_get_tables (const PymvaStage *stage);

/* One number per column, or NULL. */
typedef struct
{
  const double *minimum;
  const double *maximum;
} PymvaClipTables;

PymvaClipTables pymva_stage_clip_get_tables (const PymvaStage *stage);

/* Of column i the numbers from firsts[i] to before firsts[i + 1]; a column without any stays. */
typedef struct
{
  const gsize *firsts;
  const double *categories;
} PymvaEncodeTables;

PymvaEncodeTables pymva_stage_encode_get_tables (const PymvaStage *stage);

/* The expression of an output, and the column of each of the names in it. */
PymvaExpression *pymva_stage_expression_get_output (const PymvaStage *stage,
                                                    guint output,
                                                    const guint **columns);

/* One number per column. */
const double *pymva_stage_fill_get_values (const PymvaStage *stage);

const PymvaForestTables *pymva_stage_forest_get_tables (const PymvaStage *stage);

typedef struct
{
  const gsize *firsts;
  const double *x;
  const double *y;
  gboolean slopes;
} PymvaInterpolateTables;

PymvaInterpolateTables pymva_stage_interpolate_get_tables (const PymvaStage *stage);

typedef struct
{
  gsize n_vectors;
  const double *vectors; /* n_vectors x n_inputs */
  const double *weights; /* n_vectors */
  double gamma;
  double bias;
  /* Computed in float32. */
  gboolean is_single;
} PymvaKernelTables;

PymvaKernelTables pymva_stage_kernel_get_tables (const PymvaStage *stage);

/* Of both "matrix" and "linear": a matrix of n_rows x n_columns, one column after the other. */
typedef struct
{
  guint n_rows;
  guint n_columns;
  const double *transposed;
  /* Which columns it takes and replaces; NULL: all of them. */
  const guint *columns;
  const double *bias; /* n_rows, or NULL */
} PymvaMatrixTables;

PymvaMatrixTables pymva_stage_matrix_get_tables (const PymvaStage *stage);

typedef struct
{
  const char *function;
  /* Computed in float32. */
  gboolean is_single;
  double slope;
} PymvaLinkTables;

PymvaLinkTables pymva_stage_link_get_tables (const PymvaStage *stage);

/* A layer of a network in float32. */
typedef struct
{
  guint n_inputs;
  guint n_outputs;
  const float *weight; /* n_outputs x n_inputs; NULL: the layer is an activation */
  const float *bias;   /* n_outputs, or NULL */
  PymvaActivation activation;
} PymvaLayerTables;

/* The layers of a pymva_stage_mlp_class. */
const PymvaLayerTables *pymva_stage_mlp_get_layers (const PymvaStage *stage,
                                                    guint *n_layers);
/* Those of a pymva_stage_mlp_double_class: stages "linear" and "link", each of which takes the
 * columns of the one before. */
const PymvaStage * const *pymva_stage_mlp_double_get_layers (const PymvaStage *stage,
                                                             guint *n_layers);

/* The columns that it gives. */
const guint *pymva_stage_select_get_columns (const PymvaStage *stage);

typedef struct
{
  const double *weights; /* one per column */
  /* How many columns count on each side; -1: the median alone. */
  gint64 reach;
  double sum; /* of all weights */
} PymvaWeightedMedianTables;

PymvaWeightedMedianTables pymva_stage_weighted_median_get_tables (const PymvaStage *stage);

G_END_DECLS
