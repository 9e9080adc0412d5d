/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "kernels/pymva-kernel-forest.h"
#include "pymva-forest-blocks-private.h"
#include "pymva-forest-nodes-private.h"
#include "pymva-stage-private.h"
#include "pymva-stage-tables-private.h"

/* The stage "forest": each tree sends a row to one of its leaves, and the answer is the average of
 * the leaves' values, or their sum, both on top of a base, added in the order of the trees and in
 * the precision of the framework that grew them. */
typedef struct
{
  PymvaStage parent;
  /* What it points to belongs to what follows. */
  PymvaForest forest;
  PymvaForestTables tables;
  PymvaForestNodes nodes;
  PymvaForestBlocks blocks;
  float *values;
  float *base;
} ForestStage;

static float *
round_doubles (const double *values,
               gsize n_values)
{
  float *rounded = g_new (float, n_values);

  for (gsize i = 0; i < n_values; i++)
    rounded[i] = (float) values[i];

  return rounded;
}

/* What leaves add, in the type that they are added in. */
static void
make_values (ForestStage *self,
             gboolean needs_values)
{
  PymvaForestTables *tables = &self->tables;

  if (needs_values && tables->sums_are_floats)
    self->values = round_doubles (tables->values, (gsize) tables->n_values *
                                                    tables->n_value_columns);
  if (!needs_values || tables->sums_are_floats)
    pymva_forest_tables_free_values (tables);
  if (!tables->sums_are_floats)
    {
      self->forest.values = tables->values;
      self->forest.base = tables->base;
      return;
    }

  if (tables->base != NULL)
    self->base = round_doubles (tables->base, tables->n_outputs);
  self->forest.values = self->values;
  self->forest.base = self->base;
}

static void
make_nodes (ForestStage *self)
{
  pymva_forest_nodes_init (&self->nodes, &self->tables, self->forest.blocks,
                           self->forest.n_blocks);
  self->forest.columns = self->nodes.columns;
  self->forest.n_columns = self->nodes.n_columns;
  self->forest.columns_are_inputs = self->nodes.columns_are_inputs;
  self->forest.roots = self->nodes.roots;
  self->forest.n_levels = self->nodes.n_levels;
  self->forest.narrow = self->nodes.narrow;
  self->forest.wide = self->nodes.wide;
  self->forest.thresholds = self->nodes.thresholds;
}

/* Lays the trees out for the kernel: what it has no use for is not made. */
static void
lay_out (ForestStage *self)
{
  PymvaForestLimits limits;
  gboolean walks = TRUE;
  gboolean has_entries = TRUE;

  self->parent.kernel = pymva_stage_choose_kernel ();
  limits = pymva_forest_get_limits (self->parent.kernel);
  if (limits.most_columns > 0)
    {
      pymva_forest_blocks_init (&self->blocks, &self->tables, limits);
      /* To walk all trees is all that the portable kernel does. */
      if (self->blocks.most_columns == 0)
        self->parent.kernel = PYMVA_KERNEL_PORTABLE;
    }
  if (self->parent.kernel != PYMVA_KERNEL_PORTABLE)
    {
      self->forest.blocks = (PymvaForestBlock *) self->blocks.blocks->data;
      self->forest.n_blocks = self->blocks.blocks->len;
      self->forest.most_byte_columns = self->blocks.most_columns;
      walks = self->blocks.walks;
      has_entries = self->blocks.has_entries;
    }
  if (walks && self->forest.n_blocks > 0 && self->forest.n_value_columns == 1)
    pymva_forest_tables_keep_walked_values (&self->tables, self->forest.blocks,
                                            self->forest.n_blocks);
  if (walks)
    make_nodes (self);
  pymva_forest_tables_free_trees (&self->tables);
  make_values (self, walks || has_entries);
}

static void
forest_free (PymvaStage *stage)
{
  ForestStage *self = (ForestStage *) stage;

  pymva_forest_blocks_clear (&self->blocks);
  pymva_forest_nodes_clear (&self->nodes);
  pymva_forest_tables_clear (&self->tables);
  g_free (self->values);
  g_free (self->base);
  g_free (self);
}

static PymvaStage *
forest_new_for_export (JsonObject *description,
                       GHashTable *tensors,
                       guint n_inputs,
                       GError **error)
{
  ForestStage *self = g_new0 (ForestStage, 1);
  g_autoptr (PymvaStage) stage = &self->parent;
  PymvaForestTables *tables = &self->tables;

  stage->klass = &pymva_stage_forest_class;
  if (!pymva_forest_tables_read (tables, description, tensors, n_inputs, error))
    return NULL;

  stage->n_inputs = n_inputs;
  stage->n_outputs = tables->n_outputs;
  return g_steal_pointer (&stage);
}

static PymvaStage *
forest_new (JsonObject *description,
            GHashTable *tensors,
            guint n_inputs,
            GError **error)
{
  PymvaStage *stage = forest_new_for_export (description, tensors, n_inputs, error);
  ForestStage *self = (ForestStage *) stage;
  const PymvaForestTables *tables;

  if (stage == NULL)
    return NULL;

  tables = &self->tables;
  self->forest = (PymvaForest) {
    .n_inputs = n_inputs,
    .n_outputs = tables->n_outputs,
    .n_trees = tables->n_trees,
    .compares_doubles = tables->doubles != NULL,
    .set_offsets = tables->set_offsets,
    .set_words = tables->set_words,
    .sums_are_floats = tables->sums_are_floats,
    .n_value_columns = tables->n_value_columns,
    /* A single sum is kept in a register, where none is chosen. */
    .tree_outputs = tables->n_outputs > 1 ? tables->tree_outputs : NULL,
    .divisor = tables->averages ? tables->divisor : 0,
  };
  lay_out (self);

  stage->row_scratch = pymva_forest_get_row_scratch (&self->forest);
  return stage;
}

const PymvaForestTables *
pymva_stage_forest_get_tables (const PymvaStage *stage)
{
  return &((const ForestStage *) stage)->tables;
}

static void
forest_run (const PymvaStage *stage,
            const PymvaColumns *inputs,
            double *outputs,
            gsize n_rows,
            gpointer scratch)
{
  const ForestStage *self = (const ForestStage *) stage;

  pymva_forest_run (&self->forest, stage->kernel, inputs->floats, inputs->doubles, outputs, n_rows,
                    scratch);
}

const PymvaStageClass pymva_stage_forest_class = {
  .kind = "forest",
  .engine = TRUE,
  .exact = TRUE,
  .new = forest_new,
  .new_for_export = forest_new_for_export,
  .free = forest_free,
  .run = forest_run,
};
