/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>
#include <pymva/pymva-tensor.h>

#include "kernels/pymva-kernel-forest.h"

G_BEGIN_DECLS

/* The bits of the table "missing". */
#define PYMVA_FOREST_MISSING_LEFT 1
#define PYMVA_FOREST_NAN_IS_ZERO 2
#define PYMVA_FOREST_SMALL_IS_MISSING 4
#define PYMVA_FOREST_BEYOND_IS_MISSING 8
#define PYMVA_FOREST_TRUNCATES 16
#define PYMVA_FOREST_WHOLE 32

/* With so many trees, the nodes of all heads and five numbers for each are counted in 32 bits. */
#define PYMVA_FOREST_MOST_TREES (1 << 22)

/* The tables of a stage "forest" as the file has them. Once they have been read, all of them fit
 * each other, and every number in them that leads somewhere leads to something that there is. They
 * lie in memory of their own, so that this stays so. */
typedef struct
{
  guint n_inputs;
  guint n_outputs;
  gboolean averages;
  gboolean sums_are_floats;
  gint64 divisor;

  guint32 n_trees;
  guint32 n_nodes;
  guint32 n_values;
  guint32 n_value_columns;
  const gint32 *node_counts;
  const gint32 *children;
  const gint32 *features;
  /* One of the two. */
  const float *floats;
  const double *doubles;
  const double *values;
  /* Those that may be missing. */
  const double *base;
  const gint32 *tree_outputs;
  const guint8 *missing;
  const gint32 *sets;
  const gint32 *set_offsets;
  const guint32 *set_words;
  /* Values that occur again and again are there once. */
  gboolean values_are_few;
} PymvaForestTables;

/* Takes the tables that it reads out of @tensors. */
gboolean pymva_forest_tables_read (PymvaForestTables *self,
                                   JsonObject *description,
                                   GHashTable *tensors,
                                   guint n_inputs,
                                   GError **error);
void pymva_forest_tables_clear (PymvaForestTables *self);
/* Lets go of the memory of what some nodes compare, which is lost. */
void pymva_forest_tables_drop_cuts (PymvaForestTables *self,
                                    guint32 first,
                                    guint32 n_nodes);
/* The same of all that these nodes hold. */
void pymva_forest_tables_drop_nodes (PymvaForestTables *self,
                                     guint32 first,
                                     guint32 n_nodes);
/* Frees all that describes the trees: what is left are values, sets and outputs. */
void pymva_forest_tables_free_trees (PymvaForestTables *self);
void pymva_forest_tables_free_values (PymvaForestTables *self);
/* Keeps equal rows of values once, if there are many. */
void pymva_forest_tables_keep_values_once (PymvaForestTables *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PymvaForestTables, pymva_forest_tables_clear)

/* The largest float32 that is not above @threshold: a float32 number is <= the one where it is <=
 * the other. */
float pymva_forest_round_threshold (double threshold);

/* The nodes of the largest tree. */
guint32 pymva_forest_tables_find_most_nodes (const PymvaForestTables *self);
/* The levels of splits that a tree of @count nodes has, up to 255; @levels is room for a number per
 * node, and for one more. */
guint8 pymva_forest_tables_count_levels (const PymvaForestTables *self,
                                         guint32 root,
                                         guint32 count,
                                         guint8 *levels);

/* The threshold of a node for rows of floats. */
float pymva_forest_tables_get_threshold (const PymvaForestTables *self,
                                         guint32 node);
/* The node that asks a set; its child is not set. */
PymvaWideNode pymva_forest_tables_make_set (const PymvaForestTables *self,
                                            guint32 node);

/* The row of values that a leaf has. */
static inline guint32
pymva_forest_tables_get_value (const PymvaForestTables *self,
                               guint32 leaf)
{
  return ~(guint32) self->children[leaf];
}

static inline guint
pymva_forest_tables_get_missing (const PymvaForestTables *self,
                                 guint32 node)
{
  return self->missing != NULL ? self->missing[node] : 0;
}

static inline gboolean
pymva_forest_node_is_set (const PymvaForestTables *self,
                          guint32 node)
{
  return self->sets != NULL && self->sets[node] >= 0;
}

/* What a node does with missing values before it compares. A node that asks a set, and all others
 * that are not @sided, find NaN where a value is missing. */
static inline PymvaColumnRule
pymva_forest_tables_get_rule (const PymvaForestTables *self,
                              guint32 node,
                              gboolean sided)
{
  guint missing = pymva_forest_tables_get_missing (self, node);
  gboolean left = sided && (missing & PYMVA_FOREST_MISSING_LEFT) != 0 &&
                  !pymva_forest_node_is_set (self, node);

  /* Where NaN is zero and zero is missing, both are missing. */
  if ((missing & PYMVA_FOREST_SMALL_IS_MISSING) != 0)
    return left ? PYMVA_COLUMN_SMALL_LEFT : PYMVA_COLUMN_SMALL_RIGHT;
  if ((missing & PYMVA_FOREST_NAN_IS_ZERO) != 0)
    return PYMVA_COLUMN_NAN_ZERO;
  return left ? PYMVA_COLUMN_NAN_LEFT : PYMVA_COLUMN_PLAIN;
}

G_END_DECLS
