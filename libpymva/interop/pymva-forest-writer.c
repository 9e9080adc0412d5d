/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include <pymva/pymva-error.h>

#include "data/pymva-tensor-private.h"
#include "pymva-forest-writer-private.h"
#include "scoring/pymva-forest-private.h"

/* A short file could say large numbers of categories: together they take up to 256 MiB, and of a
 * file only so many times its size, beside 16 MiB that every file may take. */
#define MOST_SET_WORDS (1u << 26)
#define FREE_SET_WORDS (1u << 22)
#define MOST_SET_RATIO 64

struct _PymvaForestWriter
{
  PymvaDType threshold_dtype;
  gint32 n_features;
  guint n_values_per_leaf;
  gsize most_set_words;

  GArray *node_counts;
  GArray *tree_outputs;
  GArray *children;
  GArray *features;
  GArray *thresholds;
  GArray *missing;
  GArray *sets;
  GArray *set_offsets;
  GArray *set_words;
  GArray *values;
  gint32 n_leaves;
};

PymvaForestWriter *
pymva_forest_writer_new (PymvaDType thresholds,
                         gint32 n_features,
                         guint n_values_per_leaf)
{
  PymvaForestWriter *self = g_new0 (PymvaForestWriter, 1);
  gint32 first = 0;

  self->threshold_dtype = thresholds;
  self->n_features = n_features;
  self->n_values_per_leaf = n_values_per_leaf;
  self->most_set_words = MOST_SET_WORDS;
  self->node_counts = g_array_new (FALSE, FALSE, sizeof (gint32));
  self->tree_outputs = g_array_new (FALSE, FALSE, sizeof (gint32));
  self->children = g_array_new (FALSE, FALSE, sizeof (gint32));
  self->features = g_array_new (FALSE, FALSE, sizeof (gint32));
  self->thresholds = g_array_new (FALSE, FALSE, pymva_dtype_get_size (thresholds));
  self->missing = g_array_new (FALSE, FALSE, sizeof (guint8));
  self->sets = g_array_new (FALSE, FALSE, sizeof (gint32));
  self->set_offsets = g_array_new (FALSE, FALSE, sizeof (gint32));
  self->set_words = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->values = g_array_new (FALSE, FALSE, sizeof (double));
  g_array_append_val (self->set_offsets, first);

  return self;
}

void
pymva_forest_writer_free (PymvaForestWriter *self)
{
  g_clear_pointer (&self->node_counts, g_array_unref);
  g_clear_pointer (&self->tree_outputs, g_array_unref);
  g_clear_pointer (&self->children, g_array_unref);
  g_clear_pointer (&self->features, g_array_unref);
  g_clear_pointer (&self->thresholds, g_array_unref);
  g_clear_pointer (&self->missing, g_array_unref);
  g_clear_pointer (&self->sets, g_array_unref);
  g_clear_pointer (&self->set_offsets, g_array_unref);
  g_clear_pointer (&self->set_words, g_array_unref);
  g_clear_pointer (&self->values, g_array_unref);
  g_free (self);
}

void
pymva_forest_writer_limit_sets (PymvaForestWriter *self,
                                gsize file_size)
{
  gsize n_words = MIN (file_size, MOST_SET_WORDS) * MOST_SET_RATIO / sizeof (guint32);

  self->most_set_words = MIN (FREE_SET_WORDS + n_words, MOST_SET_WORDS);
}

gint32
pymva_forest_writer_add_set (PymvaForestWriter *self,
                             const guint32 *words,
                             gsize n_words,
                             GError **error)
{
  gint32 end;

  if (n_words > self->most_set_words - self->set_words->len)
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                           "its sets of categories are too large: number the categories from 0 on");
      return -1;
    }

  g_array_append_vals (self->set_words, words, n_words);
  end = self->set_words->len;
  g_array_append_val (self->set_offsets, end);

  return self->set_offsets->len - 2;
}

/* --- nodes --- */

void
pymva_forest_node_exchange_children (PymvaForestNode *self)
{
  gint32 left = self->left;

  self->left = self->right;
  self->right = left;
  self->missing ^= PYMVA_FOREST_MISSING_LEFT;
}

void
pymva_forest_writer_set_below (const PymvaForestWriter *self,
                               PymvaForestNode *node,
                               double bound)
{
  if (bound == -INFINITY)
    {
      /* Everything but what is missing is on the other side of infinity. */
      node->threshold = INFINITY;
      pymva_forest_node_exchange_children (node);
    }
  else
    node->threshold = self->threshold_dtype == PYMVA_DTYPE_FLOAT64
                        ? nextafter (bound, -INFINITY) : nextafterf ((float) bound, -INFINITY);
}

/* --- trees --- */

static void
append_threshold (PymvaForestWriter *self,
                  double threshold)
{
  float rounded = threshold;

  if (self->threshold_dtype == PYMVA_DTYPE_FLOAT32)
    g_array_append_val (self->thresholds, rounded);
  else
    g_array_append_val (self->thresholds, threshold);
}

/* Appends one node; @n_known is how many nodes of the tree have a place so far. */
static void
append_node (PymvaForestWriter *self,
             const PymvaForestNode *node,
             gint32 n_known)
{
  static const PymvaForestNode no_split = { .set = -1 };
  gboolean is_leaf = node->left < 0;
  const PymvaForestNode *split = is_leaf ? &no_split : node;
  gint32 child = is_leaf ? -1 - self->n_leaves++ : n_known;

  if (is_leaf)
    g_array_append_vals (self->values, node->values, self->n_values_per_leaf);
  g_array_append_val (self->children, child);
  g_array_append_val (self->features, split->feature);
  append_threshold (self, split->threshold);
  g_array_append_val (self->missing, split->missing);
  g_array_append_val (self->sets, split->set);
}

/* Whether a split leads to two nodes that there are, by a feature that there is. */
static gboolean
is_split (PymvaForestWriter *self,
          const PymvaForestNode *node,
          gsize n_nodes)
{
  return node->left >= 0 && (gsize) node->left < n_nodes && node->right >= 0 &&
         (gsize) node->right < n_nodes && node->feature >= 0 && node->feature < self->n_features;
}

gboolean
pymva_forest_writer_add_tree (PymvaForestWriter *self,
                              const PymvaForestNode *nodes,
                              gsize n_nodes,
                              gint32 output,
                              GError **error)
{
  g_autofree gint32 *order = NULL;
  gsize n_known = 1;
  gint32 count;

  if (n_nodes == 0 || n_nodes >= G_MAXINT32 - (gsize) self->children->len)
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                           "a tree has no nodes, or there are too many nodes in all");
      return FALSE;
    }

  order = g_new (gint32, n_nodes);
  order[0] = 0;
  for (gsize place = 0; place < n_known; place++)
    {
      const PymvaForestNode *node = &nodes[order[place]];

      append_node (self, node, n_known);
      if (node->left < 0 && node->right < 0)
        continue;

      /* More places than there are nodes would mean that a node has two parents. */
      if (!is_split (self, node, n_nodes) || n_known + 2 > n_nodes)
        {
          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                       "node %d of tree %u has impossible children or an impossible feature",
                       order[place], self->node_counts->len);
          return FALSE;
        }
      order[n_known++] = node->left;
      order[n_known++] = node->right;
    }

  count = n_known;
  g_array_append_val (self->node_counts, count);
  g_array_append_val (self->tree_outputs, output);
  return TRUE;
}

static void
append_array (GArray *to,
              GArray *from)
{
  g_array_append_vals (to, from->data, from->len);
}

/* The numbers of leaves go on where those of the trees before end. */
static void
append_children (PymvaForestWriter *self,
                 const PymvaForestWriter *other)
{
  for (guint i = 0; i < other->children->len; i++)
    {
      gint32 child = g_array_index (other->children, gint32, i);

      child -= child < 0 ? self->n_leaves : 0;
      g_array_append_val (self->children, child);
    }
}

static void
append_sets (PymvaForestWriter *self,
             const PymvaForestWriter *other)
{
  gint32 n_sets = self->set_offsets->len - 1;
  gint32 n_words = self->set_words->len;

  for (guint i = 0; i < other->sets->len; i++)
    {
      gint32 set = g_array_index (other->sets, gint32, i);

      set += set >= 0 ? n_sets : 0;
      g_array_append_val (self->sets, set);
    }
  for (guint i = 1; i < other->set_offsets->len; i++)
    {
      gint32 end = g_array_index (other->set_offsets, gint32, i) + n_words;

      g_array_append_val (self->set_offsets, end);
    }
  append_array (self->set_words, other->set_words);
}

gboolean
pymva_forest_writer_append (PymvaForestWriter *self,
                            const PymvaForestWriter *other,
                            gint32 first_output,
                            GError **error)
{
  if (other->children->len >= G_MAXINT32 - self->children->len)
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "there are too many nodes");
      return FALSE;
    }

  append_array (self->node_counts, other->node_counts);
  append_array (self->features, other->features);
  append_array (self->thresholds, other->thresholds);
  append_array (self->missing, other->missing);
  append_array (self->values, other->values);
  append_children (self, other);
  append_sets (self, other);
  for (guint i = 0; i < other->tree_outputs->len; i++)
    {
      gint32 output = g_array_index (other->tree_outputs, gint32, i) + first_output;

      g_array_append_val (self->tree_outputs, output);
    }
  self->n_leaves += other->n_leaves;

  return TRUE;
}

/* --- the stage --- */

typedef struct
{
  PymvaModelBuilder *builder;
  GVariantBuilder *stage;
  const char *prefix;
} Target;

/* Gives the builder a table, and the stage the key that names it. */
static gboolean
add_table (Target *target,
           const char *key,
           PymvaDType dtype,
           guint n_columns,
           GArray **array,
           GError **error)
{
  g_autofree char *name = g_strconcat (target->prefix, ".", key, NULL);
  gsize size = (gsize) (*array)->len * g_array_get_element_size (*array);
  gint64 shape[2] = { (*array)->len / MAX (n_columns, 1), n_columns };
  g_autoptr (PymvaTensor) tensor =
    pymva_tensor_new_take (dtype, shape, n_columns > 0 ? 2 : 1,
                           g_array_free (g_steal_pointer (array), FALSE), size, error);

  if (tensor == NULL)
    return FALSE;

  g_variant_builder_add (target->stage, "{sv}", key, g_variant_new_string (name));
  pymva_model_builder_add_tensor (target->builder, name, tensor);
  return TRUE;
}

static gboolean
has_any (GArray *bytes)
{
  for (guint i = 0; i < bytes->len; i++)
    if (g_array_index (bytes, guint8, i) != 0)
      return TRUE;

  return FALSE;
}

static gboolean
add_tables (PymvaForestWriter *self,
            Target *target,
            guint n_outputs,
            GError **error)
{
  return add_table (target, "node_counts", PYMVA_DTYPE_INT32, 0, &self->node_counts, error) &&
         add_table (target, "children", PYMVA_DTYPE_INT32, 0, &self->children, error) &&
         add_table (target, "features", PYMVA_DTYPE_INT32, 0, &self->features, error) &&
         add_table (target, "thresholds", self->threshold_dtype, 0, &self->thresholds, error) &&
         add_table (target, "values", PYMVA_DTYPE_FLOAT64, self->n_values_per_leaf, &self->values,
                    error) &&
         (!has_any (self->missing) ||
          add_table (target, "missing", PYMVA_DTYPE_UINT8, 0, &self->missing, error)) &&
         (self->set_offsets->len == 1 ||
          (add_table (target, "sets", PYMVA_DTYPE_INT32, 0, &self->sets, error) &&
           add_table (target, "set_offsets", PYMVA_DTYPE_INT32, 0, &self->set_offsets, error) &&
           add_table (target, "set_words", PYMVA_DTYPE_INT32, 0, &self->set_words, error))) &&
         (self->n_values_per_leaf == n_outputs ||
          add_table (target, "tree_outputs", PYMVA_DTYPE_INT32, 0, &self->tree_outputs, error));
}

gboolean
pymva_forest_writer_add_stage (PymvaForestWriter *self,
                               const PymvaForestOptions *options,
                               PymvaModelBuilder *builder,
                               GError **error)
{
  g_auto (GVariantBuilder) stage = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  Target target = { builder, &stage, options->prefix != NULL ? options->prefix : "forest" };

  g_variant_builder_add (&stage, "{sv}", "kind", g_variant_new_string ("forest"));
  g_variant_builder_add (&stage, "{sv}", "aggregation",
                         g_variant_new_string (options->aggregation));
  g_variant_builder_add (&stage, "{sv}", "precision", g_variant_new_string (options->precision));
  if (options->input != NULL)
    g_variant_builder_add (&stage, "{sv}", "input", g_variant_new_int64 (*options->input));
  if (options->divisor > 0)
    g_variant_builder_add (&stage, "{sv}", "divisor", g_variant_new_int64 (options->divisor));
  if (self->n_values_per_leaf != options->n_outputs)
    g_variant_builder_add (&stage, "{sv}", "n_outputs", g_variant_new_int64 (options->n_outputs));
  if (options->base != NULL)
    {
      g_autofree char *name = g_strconcat (target.prefix, ".base", NULL);
      g_autoptr (PymvaTensor) base =
        pymva_tensor_new_from_doubles (options->base, options->n_outputs, 0, error);

      if (base == NULL)
        return FALSE;
      g_variant_builder_add (&stage, "{sv}", "base", g_variant_new_string (name));
      pymva_model_builder_add_tensor (builder, name, base);
    }
  if (options->rounds)
    g_variant_builder_add (&stage, "{sv}", "dtype", g_variant_new_string ("float32"));

  if (!add_tables (self, &target, options->n_outputs, error))
    return FALSE;

  pymva_model_builder_add_stage (builder, g_variant_builder_end (&stage));
  return TRUE;
}
