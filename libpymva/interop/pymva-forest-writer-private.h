/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "scoring/pymva-model-builder-private.h"

G_BEGIN_DECLS

/* A node as frameworks have it, in any order but for the root, which is the first. */
typedef struct
{
  /* The places of the children in the tree; a leaf has -1 for both. */
  gint32 left;
  gint32 right;
  gint32 feature;
  /* x <= threshold goes left, unless there is a set. */
  double threshold;
  /* PYMVA_FOREST_MISSING_LEFT and so on. */
  guint8 missing;
  /* What pymva_forest_writer_add_set() gave, or -1. */
  gint32 set;
  /* Of a leaf, as many numbers as a leaf has. */
  const double *values;
} PymvaForestNode;

/* From the trees of a framework to the tables of a stage “forest”: nodes are put in an order in
 * which siblings are neighbours and children come after their parents. */
typedef struct _PymvaForestWriter PymvaForestWriter;

/* @thresholds: PYMVA_DTYPE_FLOAT32 or PYMVA_DTYPE_FLOAT64. */
PymvaForestWriter *pymva_forest_writer_new (PymvaDType thresholds,
                                            gint32 n_features,
                                            guint n_values_per_leaf);
void pymva_forest_writer_free (PymvaForestWriter *self);

/* Where the trees come from a file of that size: sets must not take more memory than goes with it,
 * as numbers of categories that are large without need would have it. */
void pymva_forest_writer_limit_sets (PymvaForestWriter *self,
                                     gsize file_size);
/* The number of the set, or -1 and an error where the sets become too large together. */
gint32 pymva_forest_writer_add_set (PymvaForestWriter *self,
                                    const guint32 *words,
                                    gsize n_words,
                                    GError **error);
/* @output: the column that the tree's leaves add to, where a leaf has one value and there are
 * several columns; 0 otherwise. The error, PYMVA_ERROR_FORMAT, names the node. */
gboolean pymva_forest_writer_add_tree (PymvaForestWriter *self,
                                       const PymvaForestNode *nodes,
                                       gsize n_nodes,
                                       gint32 output,
                                       GError **error);
/* Adds the trees of another writer, of one value in each leaf and the same features; their outputs
 * are counted from @first_output on. */
gboolean pymva_forest_writer_append (PymvaForestWriter *self,
                                     const PymvaForestWriter *other,
                                     gint32 first_output,
                                     GError **error);

typedef struct
{
  const char *aggregation;
  const char *precision;
  guint n_outputs;
  /* One per output, or NULL. */
  const double *base;
  /* What an average is divided by; 0 for the number of trees. */
  guint divisor;
  /* The stage whose columns the trees compare, or NULL for the one before. */
  const int *input;
  /* What the names of the tables begin with, where a model has several forests; NULL: “forest”. */
  const char *prefix;
  /* Whether the outputs are rounded to float32. */
  gboolean rounds;
} PymvaForestOptions;

/* Turns the question of a split round: what went left goes right. */
void pymva_forest_node_exchange_children (PymvaForestNode *self);
/* Lets go left what is below @bound: what is not above the number before it, in the type of the
 * thresholds. Nothing is below -infinity. */
void pymva_forest_writer_set_below (const PymvaForestWriter *self,
                                    PymvaForestNode *node,
                                    double bound);

/* Gives the stage and its tables to the builder; may be called once. */
gboolean pymva_forest_writer_add_stage (PymvaForestWriter *self,
                                        const PymvaForestOptions *options,
                                        PymvaModelBuilder *builder,
                                        GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PymvaForestWriter, pymva_forest_writer_free)

G_END_DECLS
