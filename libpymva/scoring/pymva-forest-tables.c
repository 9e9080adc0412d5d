/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include <pymva/pymva-error.h>

#include "base/pymva-pages-private.h"
#include "data/pymva-tensor-private.h"
#include "pymva-forest-private.h"
#include "pymva-json-private.h"
#include "pymva-stage-private.h"

/* What the reading of a stage's tables goes through. */
typedef struct
{
  PymvaForestTables *tables;
  JsonObject *description;
  GHashTable *tensors;
} Reader;

/* --- the tables one by one --- */

/* Takes what lies in the table that @key names, and gives its length and its columns where that is
 * asked for. A key that is missing gives NULL. */
static gboolean
read_table (Reader *reader,
            const char *key,
            gboolean required,
            PymvaDType dtype,
            gint64 length,
            gconstpointer data,
            gint64 *n_found,
            gint64 *n_columns,
            GError **error)
{
  g_autoptr (PymvaTensor) tensor = NULL;
  const char *name = NULL;

  if (!pymva_stage_read_tensor (reader->description, reader->tensors, key, required, dtype,
                                n_columns != NULL ? 2 : 1, &tensor, error) ||
      !pymva_json_read_string (reader->description, key, FALSE, &name, error))
    return FALSE;
  if (tensor == NULL)
    return TRUE;

  if (length >= 0 && pymva_tensor_get_length (tensor, 0) != length)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "its “%s” has %" G_GINT64_FORMAT " elements, not %" G_GINT64_FORMAT, key,
                   pymva_tensor_get_length (tensor, 0), length);
      return FALSE;
    }

  if (n_found != NULL)
    *n_found = pymva_tensor_get_length (tensor, 0);
  if (n_columns != NULL)
    *n_columns = pymva_tensor_get_length (tensor, 1);
  g_hash_table_remove (reader->tensors, name);
  *(gconstpointer *) data = pymva_tensor_free_to_data (g_steal_pointer (&tensor));
  return TRUE;
}

static gboolean
read_members (Reader *reader,
              GError **error)
{
  PymvaForestTables *self = reader->tables;
  const char *aggregation = "average";
  const char *precision = "float64";

  if (!pymva_json_read_string (reader->description, "aggregation", FALSE, &aggregation, error) ||
      !pymva_json_read_string (reader->description, "precision", FALSE, &precision, error) ||
      !pymva_json_read_int (reader->description, "divisor", FALSE, 1, G_MAXINT32, &self->divisor,
                            error))
    return FALSE;

  self->averages = g_str_equal (aggregation, "average");
  if (!self->averages && !g_str_equal (aggregation, "sum"))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "there is no aggregation “%s”",
                   aggregation);
      return FALSE;
    }

  self->sums_are_floats = g_str_equal (precision, "float32");
  if (!self->sums_are_floats && !g_str_equal (precision, "float64"))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "“precision” is “%s”, not “float32” or “float64”", precision);
      return FALSE;
    }

  return TRUE;
}

static gboolean
read_structure (Reader *reader,
                GError **error)
{
  PymvaForestTables *self = reader->tables;
  gint64 n_trees;
  gint64 n_nodes;

  if (!read_table (reader, "node_counts", TRUE, PYMVA_DTYPE_INT32, -1, &self->node_counts,
                   &n_trees, NULL, error) ||
      !read_table (reader, "children", TRUE, PYMVA_DTYPE_INT32, -1, &self->children, &n_nodes, NULL,
                   error))
    return FALSE;
  if (n_nodes >= G_MAXINT32 || n_trees == 0 || n_trees > PYMVA_FOREST_MOST_TREES)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "it has no trees, more than %d of them, or more than 2147483646 nodes",
                   PYMVA_FOREST_MOST_TREES);
      return FALSE;
    }

  self->n_nodes = n_nodes;
  self->n_trees = n_trees;
  if (self->averages && self->divisor == 0)
    self->divisor = self->n_trees;

  return read_table (reader, "features", TRUE, PYMVA_DTYPE_INT32, self->n_nodes,
                     &self->features, NULL, NULL, error) &&
         read_table (reader, "missing", FALSE, PYMVA_DTYPE_UINT8, self->n_nodes, &self->missing,
                     NULL, NULL, error);
}

/* Thresholds may be of two types. */
static gboolean
read_thresholds (Reader *reader,
                 GError **error)
{
  PymvaForestTables *self = reader->tables;
  const char *name = NULL;
  PymvaTensor *tensor = NULL;

  if (!pymva_json_read_string (reader->description, "thresholds", TRUE, &name, error))
    return FALSE;

  tensor = g_hash_table_lookup (reader->tensors, name);
  if (tensor != NULL && pymva_tensor_get_dtype (tensor) == PYMVA_DTYPE_FLOAT64)
    return read_table (reader, "thresholds", TRUE, PYMVA_DTYPE_FLOAT64, self->n_nodes,
                       &self->doubles, NULL, NULL, error);
  return read_table (reader, "thresholds", TRUE, PYMVA_DTYPE_FLOAT32, self->n_nodes,
                     &self->floats, NULL, NULL, error);
}

static gboolean
read_sets (Reader *reader,
           GError **error)
{
  PymvaForestTables *self = reader->tables;
  gint64 n_offsets;
  gint64 n_words;
  gint64 n_sets;

  if (!read_table (reader, "sets", FALSE, PYMVA_DTYPE_INT32, self->n_nodes, &self->sets, NULL, NULL,
                   error))
    return FALSE;
  if (self->sets == NULL)
    return TRUE;
  if (!read_table (reader, "set_offsets", TRUE, PYMVA_DTYPE_INT32, -1, &self->set_offsets,
                   &n_offsets, NULL, error) ||
      !read_table (reader, "set_words", TRUE, PYMVA_DTYPE_INT32, -1, &self->set_words, &n_words,
                   NULL, error))
    return FALSE;

  n_sets = n_offsets - 1;
  for (gint64 i = 0; i <= n_sets; i++)
    if (self->set_offsets[i] < (i > 0 ? self->set_offsets[i - 1] : 0) ||
        self->set_offsets[i] > n_words)
      {
        g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                             "its “set_offsets” do not rise, or lead beyond its “set_words”");
        return FALSE;
      }
  for (guint32 node = 0; node < self->n_nodes; node++)
    if (self->sets[node] < -1 || self->sets[node] >= n_sets)
      {
        g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "there is no set %d for node %u",
                     self->sets[node], node);
        return FALSE;
      }

  return TRUE;
}

/* The leaves' values, and which outputs they add to. */
static gboolean
read_values (Reader *reader,
             GError **error)
{
  PymvaForestTables *self = reader->tables;
  gint64 n_values;
  gint64 n_outputs;

  if (!read_table (reader, "values", TRUE, PYMVA_DTYPE_FLOAT64, -1, &self->values, &n_values,
                   &n_outputs, error) ||
      !read_table (reader, "tree_outputs", FALSE, PYMVA_DTYPE_INT32, self->n_trees,
                   &self->tree_outputs, NULL, NULL, error))
    return FALSE;

  if (n_outputs < 1 || n_outputs > PYMVA_STAGE_MOST_COLUMNS || n_values > G_MAXINT32 ||
      (self->tree_outputs != NULL && n_outputs != 1))
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                           "its “values” have no columns, or too many");
      return FALSE;
    }
  self->n_values = n_values;
  self->n_value_columns = n_outputs;

  if (self->tree_outputs != NULL &&
      !pymva_json_read_int (reader->description, "n_outputs", TRUE, 1, PYMVA_STAGE_MOST_COLUMNS,
                            &n_outputs, error))
    return FALSE;
  for (guint32 tree = 0; self->tree_outputs != NULL && tree < self->n_trees; tree++)
    if (self->tree_outputs[tree] < 0 || self->tree_outputs[tree] >= n_outputs)
      {
        g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "there is no output %d for tree %u",
                     self->tree_outputs[tree], tree);
        return FALSE;
      }
  self->n_outputs = n_outputs;

  return read_table (reader, "base", FALSE, PYMVA_DTYPE_FLOAT64, n_outputs, &self->base, NULL,
                     NULL, error);
}

/* --- the trees --- */

static gboolean
check_split (const PymvaForestTables *self,
             guint32 index,
             guint32 offset,
             guint32 count)
{
  guint32 child = self->children[index];
  gint32 feature = self->features[index];

  if (child <= offset || child >= count - 1 || feature < 0 || (guint32) feature >= self->n_inputs)
    return FALSE;
  if (self->missing != NULL && self->missing[index] >= 2 * PYMVA_FOREST_WHOLE)
    return FALSE;

  return pymva_forest_node_is_set (self, index) ||
         !(self->floats != NULL ? isnan (self->floats[index]) : isnan (self->doubles[index]));
}

/* Checks that whatever a tree's nodes hold leads on within it or to a value. */
static gboolean
check_tree (const PymvaForestTables *self,
            guint32 root,
            guint32 count,
            GError **error)
{
  for (guint32 offset = 0; offset < count; offset++)
    {
      gint32 child = self->children[root + offset];

      /* Not -child - 1, which would overflow. */
      if (child < 0 ? ~(guint32) child < self->n_values
                    : check_split (self, root + offset, offset, count))
        continue;

      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "node %u of the tree that starts at %u has no such child, feature or value, or "
                   "an impossible threshold", offset, root);
      return FALSE;
    }

  return TRUE;
}

static gboolean
check_trees (const PymvaForestTables *self,
             GError **error)
{
  guint32 root = 0;

  for (guint32 tree = 0; tree < self->n_trees; tree++)
    {
      gint32 count = self->node_counts[tree];

      if (count <= 0 || (guint32) count > self->n_nodes - root)
        break;
      if (!check_tree (self, root, count, error))
        return FALSE;

      root += count;
      if (tree + 1 == self->n_trees && root == self->n_nodes)
        return TRUE;
    }

  g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                       "its “node_counts” do not add up to its nodes");
  return FALSE;
}

gboolean
pymva_forest_tables_read (PymvaForestTables *self,
                          JsonObject *description,
                          GHashTable *tensors,
                          guint n_inputs,
                          GError **error)
{
  Reader reader = { self, description, tensors };

  *self = (PymvaForestTables) { .n_inputs = n_inputs };

  if (!read_members (&reader, error) || !read_structure (&reader, error) ||
      !read_thresholds (&reader, error) || !read_sets (&reader, error) ||
      !read_values (&reader, error) || !check_trees (self, error))
    return FALSE;

  pymva_forest_tables_keep_values_once (self);
  return TRUE;
}

/* --- memory --- */

static void
free_table (gconstpointer table)
{
  gconstpointer *data = (gconstpointer *) table;

  g_free ((gpointer) *data);
  *data = NULL;
}

void
pymva_forest_tables_free_trees (PymvaForestTables *self)
{
  free_table (&self->node_counts);
  free_table (&self->children);
  free_table (&self->features);
  free_table (&self->floats);
  free_table (&self->doubles);
  free_table (&self->missing);
  free_table (&self->sets);
}

void
pymva_forest_tables_free_values (PymvaForestTables *self)
{
  free_table (&self->values);
}

void
pymva_forest_tables_clear (PymvaForestTables *self)
{
  pymva_forest_tables_free_trees (self);
  pymva_forest_tables_free_values (self);
  free_table (&self->base);
  free_table (&self->tree_outputs);
  free_table (&self->set_offsets);
  free_table (&self->set_words);
}

static void
drop_numbers (gconstpointer table,
              gsize size,
              guint32 first,
              guint32 n)
{
  if (table != NULL)
    pymva_pages_drop ((const char *) table + first * size, n * size);
}

void
pymva_forest_tables_drop_cuts (PymvaForestTables *self,
                               guint32 first,
                               guint32 n_nodes)
{
  drop_numbers (self->features, sizeof *self->features, first, n_nodes);
  drop_numbers (self->floats, sizeof *self->floats, first, n_nodes);
  drop_numbers (self->doubles, sizeof *self->doubles, first, n_nodes);
  drop_numbers (self->sets, sizeof *self->sets, first, n_nodes);
}

void
pymva_forest_tables_drop_nodes (PymvaForestTables *self,
                                guint32 first,
                                guint32 n_nodes)
{
  pymva_forest_tables_drop_cuts (self, first, n_nodes);
  drop_numbers (self->children, sizeof *self->children, first, n_nodes);
  drop_numbers (self->missing, sizeof *self->missing, first, n_nodes);
}

float
pymva_forest_round_threshold (double threshold)
{
  float rounded = (float) threshold;

  return rounded > threshold ? nextafterf (rounded, -INFINITY) : rounded;
}

guint32
pymva_forest_tables_find_most_nodes (const PymvaForestTables *self)
{
  guint32 most = 0;

  for (guint32 tree = 0; tree < self->n_trees; tree++)
    most = MAX (most, (guint32) self->node_counts[tree]);

  return most;
}

/* Children come after their parents, so the leaves come first. Which nodes are leaves nobody can
 * guess, so no branch asks for it: a leaf looks at the levels of the root, and has none. */
guint8
pymva_forest_tables_count_levels (const PymvaForestTables *self,
                                  guint32 root,
                                  guint32 count,
                                  guint8 *levels)
{
  levels[0] = levels[1] = 0;
  for (guint32 offset = count; offset-- > 0;)
    {
      gint32 child = self->children[root + offset];
      guint32 is_split = (child >= 0) * G_MAXUINT32;
      guint32 below = child & is_split;
      guint n = MAX (levels[below], levels[below + 1]) + 1;

      levels[offset] = MIN (n, G_MAXUINT8) & is_split;
    }

  return levels[0];
}

/* --- nodes --- */

float
pymva_forest_tables_get_threshold (const PymvaForestTables *self,
                                   guint32 node)
{
  return self->floats != NULL ? self->floats[node]
                              : pymva_forest_round_threshold (self->doubles[node]);
}

PymvaWideNode
pymva_forest_tables_make_set (const PymvaForestTables *self,
                              guint32 node)
{
  guint missing = pymva_forest_tables_get_missing (self, node);
  PymvaWideNode made = { .set = self->sets[node], .column = PYMVA_WIDE_SPLIT | PYMVA_WIDE_SET };

  if ((missing & PYMVA_FOREST_MISSING_LEFT) != 0)
    made.column |= PYMVA_WIDE_MISSING_LEFT;
  if ((missing & PYMVA_FOREST_BEYOND_IS_MISSING) != 0)
    made.column |= PYMVA_WIDE_BEYOND_MISSING;
  if ((missing & PYMVA_FOREST_TRUNCATES) != 0)
    made.column |= PYMVA_WIDE_TRUNCATES;
  if ((missing & PYMVA_FOREST_WHOLE) != 0)
    made.column |= PYMVA_WIDE_WHOLE;

  return made;
}
