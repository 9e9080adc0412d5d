/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>
#include <string.h>

#include <pymva/pymva-error.h>

#include "data/pymva-tensor-private.h"
#include "pymva-dump-private.h"
#include "scoring/pymva-forest-private.h"

/* From scikit-learn's trees to the stage "forest": nodes are put in an order in which siblings are
 * neighbours and children come after their parents, thresholds are rounded, and of the values only
 * those of leaves are kept.
 *
 * A forest ("sklearn-forest") averages, and keeps only the column of the response, if there is one.
 * Boosting ("sklearn-boosting") adds the values to the table "base", divides by each number of the
 * table "divide", lets "link" make probabilities, and then takes the response. */

typedef struct
{
  gint64 n_trees;
  gint64 n_features;
  gint64 n_outputs;
  gint64 response;
  /* The column that leaves keep, or -1 for all. */
  gint64 leaf_column;
  const gint64 *node_counts;
  const gint32 *left;
  const gint32 *right;
  const gint32 *feature;
  const double *threshold;
  const double *values;
  const guint8 *missing; /* or NULL */
} Dumped;

/* The tables of the stage, as they grow. */
typedef struct
{
  GArray *node_counts;
  GArray *children;
  GArray *features;
  GArray *thresholds;
  GArray *missing;
  GArray *values;
  gint32 n_leaves;
  gboolean has_missing;
} Tables;

static void
tables_init (Tables *tables)
{
  *tables = (Tables) {
    .node_counts = g_array_new (FALSE, FALSE, sizeof (gint32)),
    .children = g_array_new (FALSE, FALSE, sizeof (gint32)),
    .features = g_array_new (FALSE, FALSE, sizeof (gint32)),
    .thresholds = g_array_new (FALSE, FALSE, sizeof (float)),
    .missing = g_array_new (FALSE, FALSE, sizeof (guint8)),
    .values = g_array_new (FALSE, FALSE, sizeof (double)),
  };
}

static void
tables_clear (Tables *tables)
{
  g_clear_pointer (&tables->node_counts, g_array_unref);
  g_clear_pointer (&tables->children, g_array_unref);
  g_clear_pointer (&tables->features, g_array_unref);
  g_clear_pointer (&tables->thresholds, g_array_unref);
  g_clear_pointer (&tables->missing, g_array_unref);
  g_clear_pointer (&tables->values, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Tables, tables_clear)

/* --- reading the dump --- */

static gconstpointer
get_data (const PymvaDump *dump,
          const char *name,
          PymvaDType dtype,
          guint n_dims,
          gint64 first,
          gint64 second,
          GError **error)
{
  PymvaTensor *tensor = pymva_dump_get_tensor (dump, name, dtype, n_dims, first, second, error);

  return tensor != NULL ? pymva_tensor_peek_data (tensor) : NULL;
}

/* The number of all nodes, or -1 and an error. */
static gint64
count_nodes (const Dumped *dumped,
             GError **error)
{
  gint64 n_nodes = 0;

  for (gint64 tree = 0; tree < dumped->n_trees; tree++)
    {
      if (dumped->node_counts[tree] < 1 || dumped->node_counts[tree] >= G_MAXINT32 - n_nodes)
        {
          g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                               "a tree has no nodes, or there are too many nodes in all");
          return -1;
        }
      n_nodes += dumped->node_counts[tree];
    }

  return n_nodes;
}

static gboolean
read_dump (const PymvaDump *dump,
           Dumped *dumped,
           GError **error)
{
  gint64 n_nodes;

  if (!pymva_dump_read_int (dump->description, "n_trees", &dumped->n_trees, error) ||
      !pymva_dump_read_int (dump->description, "n_features", &dumped->n_features, error) ||
      !pymva_dump_read_int (dump->description, "n_outputs", &dumped->n_outputs, error) ||
      !pymva_dump_read_int (dump->description, "response", &dumped->response, error))
    return FALSE;
  if (dumped->n_trees < 1 || dumped->n_outputs < 1 || dumped->response < -1 ||
      dumped->response >= dumped->n_outputs)
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                           "there are no trees or no outputs, or the response is none of them");
      return FALSE;
    }

  dumped->node_counts =
    get_data (dump, "node_counts", PYMVA_DTYPE_INT64, 1, dumped->n_trees, -1, error);
  if (dumped->node_counts == NULL || (n_nodes = count_nodes (dumped, error)) < 0)
    return FALSE;

  if (g_hash_table_contains (dump->tensors, "missing") &&
      !(dumped->missing =
          get_data (dump, "missing", PYMVA_DTYPE_UINT8, 1, n_nodes, -1, error)))
    return FALSE;

  return (dumped->left = get_data (dump, "left", PYMVA_DTYPE_INT32, 1, n_nodes, -1, error)) &&
         (dumped->right = get_data (dump, "right", PYMVA_DTYPE_INT32, 1, n_nodes, -1, error)) &&
         (dumped->feature = get_data (dump, "feature", PYMVA_DTYPE_INT32, 1, n_nodes, -1, error)) &&
         (dumped->threshold =
            get_data (dump, "threshold", PYMVA_DTYPE_FLOAT64, 1, n_nodes, -1, error)) &&
         (dumped->values = get_data (dump, "values", PYMVA_DTYPE_FLOAT64, 2, n_nodes,
                                     dumped->n_outputs, error));
}

/* --- writing the tables --- */

static void
append_leaf (Tables *tables,
             const Dumped *dumped,
             gint64 index)
{
  const double *values = dumped->values + index * dumped->n_outputs;
  gint32 child = -1 - tables->n_leaves++;

  g_array_append_val (tables->children, child);
  if (dumped->leaf_column >= 0)
    g_array_append_vals (tables->values, values + dumped->leaf_column, 1);
  else
    g_array_append_vals (tables->values, values, dumped->n_outputs);
}

/* Appends one node; @n_known is how many nodes of the tree have a place so far. */
static void
append_node (Tables *tables,
             const Dumped *dumped,
             gint64 index,
             gint32 n_known)
{
  gboolean is_leaf = dumped->left[index] < 0;
  gint32 feature = is_leaf ? 0 : dumped->feature[index];
  float threshold = is_leaf ? 0 : pymva_forest_round_threshold (dumped->threshold[index]);
  guint8 missing = 0;

  if (!is_leaf && dumped->missing != NULL)
    missing = dumped->missing[index] != 0;
  tables->has_missing |= missing;

  if (is_leaf)
    append_leaf (tables, dumped, index);
  else
    g_array_append_val (tables->children, n_known);
  g_array_append_val (tables->features, feature);
  g_array_append_val (tables->thresholds, threshold);
  g_array_append_val (tables->missing, missing);
}

/* Appends a tree level by level, so that a node's children get the next two free places. @first is
 * the number of its root among all nodes of the dump. */
static gboolean
append_tree (Tables *tables,
             const Dumped *dumped,
             gint64 tree,
             gint64 first,
             GError **error)
{
  gint32 count = dumped->node_counts[tree];
  g_autofree gint32 *order = g_new (gint32, count);
  gint32 n_known = 1;

  order[0] = 0;
  for (gint32 place = 0; place < n_known; place++)
    {
      gint64 index = first + order[place];
      gint32 left = dumped->left[index];
      gint32 right = dumped->right[index];

      append_node (tables, dumped, index, n_known);
      if (left < 0)
        continue;

      /* Two more places than there are nodes would mean that a node has two parents. */
      if (n_known > count - 2 || left >= count || right < 0 || right >= count ||
          dumped->feature[index] < 0 || dumped->feature[index] >= dumped->n_features ||
          isnan (dumped->threshold[index]))
        {
          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                       "node %d of tree %" G_GINT64_FORMAT " has impossible children, feature or "
                       "threshold", order[place], tree);
          return FALSE;
        }
      order[n_known++] = left;
      order[n_known++] = right;
    }

  g_array_append_val (tables->node_counts, n_known);
  return TRUE;
}

/* Gives the builder a table and the stage the key that names it. */
static gboolean
add_table (PymvaModelBuilder *builder,
           GVariantBuilder *stage,
           const char *key,
           PymvaDType dtype,
           gint64 n_columns,
           GArray **array,
           GError **error)
{
  g_autofree char *name = g_strconcat ("forest.", key, NULL);
  gsize size = (gsize) (*array)->len * g_array_get_element_size (*array);
  gint64 shape[2] = { (*array)->len / MAX (n_columns, 1), n_columns };
  g_autoptr (PymvaTensor) tensor = pymva_tensor_new_take (
    dtype, shape, n_columns > 0 ? 2 : 1, g_array_free (g_steal_pointer (array), FALSE), size,
    error);

  if (tensor == NULL)
    return FALSE;

  g_variant_builder_add (stage, "{sv}", key, g_variant_new_string (name));
  pymva_model_builder_add_tensor (builder, name, tensor);
  return TRUE;
}

/* Adds the stage "forest", of all columns of the leaves or of one, -1 for all. */
static gboolean
add_forest (PymvaModelBuilder *builder,
            const Dumped *dumped,
            const char *aggregation,
            PymvaTensor *base,
            GError **error)
{
  g_auto (Tables) tables = { NULL };
  g_auto (GVariantBuilder) stage = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  gint64 n_columns = dumped->leaf_column >= 0 ? 1 : dumped->n_outputs;
  gint64 first = 0;

  tables_init (&tables);
  for (gint64 tree = 0; tree < dumped->n_trees; tree++)
    {
      if (!append_tree (&tables, dumped, tree, first, error))
        return FALSE;
      first += dumped->node_counts[tree];
    }

  g_variant_builder_add (&stage, "{sv}", "kind", g_variant_new_string ("forest"));
  g_variant_builder_add (&stage, "{sv}", "aggregation", g_variant_new_string (aggregation));
  if (!add_table (builder, &stage, "node_counts", PYMVA_DTYPE_INT32, 0, &tables.node_counts,
                  error) ||
      !add_table (builder, &stage, "children", PYMVA_DTYPE_INT32, 0, &tables.children, error) ||
      !add_table (builder, &stage, "features", PYMVA_DTYPE_INT32, 0, &tables.features, error) ||
      !add_table (builder, &stage, "thresholds", PYMVA_DTYPE_FLOAT32, 0, &tables.thresholds,
                  error) ||
      !add_table (builder, &stage, "values", PYMVA_DTYPE_FLOAT64, n_columns, &tables.values,
                  error) ||
      (tables.has_missing && !add_table (builder, &stage, "missing", PYMVA_DTYPE_UINT8, 0,
                                         &tables.missing, error)))
    return FALSE;
  if (base != NULL)
    {
      g_variant_builder_add (&stage, "{sv}", "base", g_variant_new_string ("forest.base"));
      pymva_model_builder_add_tensor (builder, "forest.base", base);
    }

  pymva_model_builder_add_stage (builder, g_variant_builder_end (&stage));
  return TRUE;
}

gboolean
pymva_convert_sklearn_forest (PymvaModelBuilder *builder,
                              const PymvaDump *dump,
                              GError **error)
{
  Dumped dumped = { 0 };

  if (!read_dump (dump, &dumped, error))
    return FALSE;

  dumped.leaf_column = dumped.response;
  return add_forest (builder, &dumped, "average", NULL, error);
}

/* --- boosting --- */

/* Adds a stage that divides all columns by a number. */
static gboolean
add_division (PymvaModelBuilder *builder,
              gint64 n_columns,
              gint64 place,
              double number,
              GError **error)
{
  g_autofree char *name = g_strdup_printf ("boosting.divide%" G_GINT64_FORMAT, place);
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (PymvaTensor) tensor = NULL;
  GVariantBuilder stage;

  for (gint64 i = 0; i < n_columns; i++)
    g_array_append_val (numbers, number);
  tensor = pymva_tensor_new_from_doubles ((double *) numbers->data, n_columns, 0, error);
  if (tensor == NULL)
    return FALSE;

  g_variant_builder_init (&stage, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&stage, "{sv}", "kind", g_variant_new_string ("affine"));
  g_variant_builder_add (&stage, "{sv}", "divide", g_variant_new_string (name));
  pymva_model_builder_add_tensor (builder, name, tensor);
  pymva_model_builder_add_stage (builder, g_variant_builder_end (&stage));

  return TRUE;
}

static gboolean
add_divisions (PymvaModelBuilder *builder,
               const PymvaDump *dump,
               gint64 n_columns,
               GError **error)
{
  PymvaTensor *divide;
  const double *numbers;

  if (!g_hash_table_contains (dump->tensors, "divide"))
    return TRUE;

  divide = pymva_dump_get_tensor (dump, "divide", PYMVA_DTYPE_FLOAT64, 1, -1, -1, error);
  if (divide == NULL)
    return FALSE;
  numbers = pymva_tensor_peek_data (divide);
  for (gint64 i = 0; i < pymva_tensor_get_length (divide, 0); i++)
    if (!add_division (builder, n_columns, i, numbers[i], error))
      return FALSE;

  return TRUE;
}

static void
add_link (PymvaModelBuilder *builder,
          const char *function)
{
  GVariantBuilder stage;

  if (g_str_equal (function, "none"))
    return;

  g_variant_builder_init (&stage, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&stage, "{sv}", "kind", g_variant_new_string ("link"));
  g_variant_builder_add (&stage, "{sv}", "function", g_variant_new_string (function));
  pymva_model_builder_add_stage (builder, g_variant_builder_end (&stage));
}

gboolean
pymva_convert_sklearn_boosting (PymvaModelBuilder *builder,
                                const PymvaDump *dump,
                                GError **error)
{
  Dumped dumped = { 0 };
  PymvaTensor *base;
  const char *link;

  if (!read_dump (dump, &dumped, error) ||
      !pymva_dump_read_string (dump->description, "link", &link, error))
    return FALSE;
  base = pymva_dump_get_tensor (dump, "base", PYMVA_DTYPE_FLOAT64, 1, dumped.n_outputs, -1, error);
  if (base == NULL)
    return FALSE;

  /* The link may need all columns. */
  dumped.leaf_column = -1;
  if (!add_forest (builder, &dumped, "sum", base, error) ||
      !add_divisions (builder, dump, dumped.n_outputs, error))
    return FALSE;
  add_link (builder, link);

  return pymva_convert_response (builder, dumped.response, dumped.n_outputs, error);
}
