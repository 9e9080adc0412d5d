/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pymva-document-private.h"
#include "pymva-forest-writer-private.h"

G_BEGIN_DECLS

/* Where a tree belongs. */
typedef struct
{
  guint n_outputs;
  /* 1, or of a tree whose leaves have a value for each output, as many. */
  guint n_leaf_values;
  /* The output that it adds to, as the file has it; of a tree for all of them it counts nothing. */
  double output;
  /* What dart multiplies its leaves by, or NULL. */
  const double *weight;
} PymvaXGBoostPlace;

/* Adds a tree of XGBoost's JSON to the forest. @document may be NULL, which is an error. */
gboolean pymva_xgboost_tree_add (const PymvaDocument *document,
                                 const PymvaXGBoostPlace *place,
                                 PymvaForestWriter *writer,
                                 GError **error);

/* A whole number within an int32, or -2, which stands for nothing. */
gint32 pymva_xgboost_tree_to_int (double number);

G_END_DECLS
