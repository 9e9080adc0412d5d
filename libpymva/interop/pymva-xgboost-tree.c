/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include <pymva/pymva-error.h>

#include "pymva-xgboost-tree-private.h"
#include "scoring/pymva-forest-private.h"

/* The largest category of a set: as large as its numbers are exact in float32. */
#define MOST_CATEGORY (1 << 24)

static gboolean
set_error (GError **error,
           const char *what)
{
  g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, what);
  return FALSE;
}

gint32
pymva_xgboost_tree_to_int (double number)
{
  return number >= -1 && number <= G_MAXINT32 && number == floor (number) ? (gint32) number : -2;
}

/* The tables of a tree, each with a number per node. */
typedef struct
{
  gsize n_nodes;
  const double *left;
  const double *right;
  const double *feature;
  const double *condition;
  const double *default_left;
  /* Missing in models before 1.5; the rest only counts where there are category splits. */
  const double *split_type;
  const double *category_nodes;
  const double *category_segments;
  const double *category_sizes;
  const double *categories;
  gsize n_category_nodes;
  gsize n_categories;
  /* Where leaves have several values: those of all leaves or nodes, and how many numbers. */
  const double *leaf_weights;
  gsize n_leaf_weights;
  gboolean leaves_have_numbers;
} Tree;

static gboolean
read_table (const PymvaDocument *tree,
            const char *member,
            gboolean required,
            gsize n_nodes,
            const double **values,
            GError **error)
{
  gsize n_values = n_nodes;

  *values = NULL;
  if (!pymva_document_get_numbers (tree, member, required, values, &n_values, error))
    return FALSE;
  if (n_values == n_nodes)
    return TRUE;

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
               "“%s” has %" G_GSIZE_FORMAT " numbers for %" G_GSIZE_FORMAT " nodes", member,
               n_values, n_nodes);
  return FALSE;
}

static gboolean
read_categories (const PymvaDocument *document,
                 Tree *tree,
                 GError **error)
{
  gsize n_segments = 0;
  gsize n_sizes = 0;

  if (!pymva_document_get_numbers (document, "categories_nodes", FALSE, &tree->category_nodes,
                                   &tree->n_category_nodes, error) ||
      !pymva_document_get_numbers (document, "categories_segments", FALSE,
                                   &tree->category_segments, &n_segments, error) ||
      !pymva_document_get_numbers (document, "categories_sizes", FALSE, &tree->category_sizes,
                                   &n_sizes, error) ||
      !pymva_document_get_numbers (document, "categories", FALSE, &tree->categories,
                                   &tree->n_categories, error))
    return FALSE;

  return (n_segments == tree->n_category_nodes && n_sizes == tree->n_category_nodes) ||
         set_error (error, "its tables of categories are not of one length");
}

static gboolean
read_leaf_weights (const PymvaDocument *document,
                   Tree *tree,
                   GError **error)
{
  tree->leaves_have_numbers = pymva_document_has_member (document, "leaf_weights");
  return pymva_document_get_numbers (document,
                                     tree->leaves_have_numbers ? "leaf_weights" : "base_weights",
                                     TRUE, &tree->leaf_weights, &tree->n_leaf_weights, error);
}

static gboolean
read_tree (const PymvaDocument *document,
           guint n_leaf_values,
           Tree *tree,
           GError **error)
{
  *tree = (Tree) { 0 };
  if (!pymva_document_get_numbers (document, "left_children", TRUE, &tree->left, &tree->n_nodes,
                                   error) ||
      !read_table (document, "right_children", TRUE, tree->n_nodes, &tree->right, error) ||
      !read_table (document, "split_indices", TRUE, tree->n_nodes, &tree->feature, error) ||
      !read_table (document, "split_conditions", TRUE, tree->n_nodes, &tree->condition, error) ||
      !read_table (document, "default_left", TRUE, tree->n_nodes, &tree->default_left, error) ||
      !read_table (document, "split_type", FALSE, tree->n_nodes, &tree->split_type, error) ||
      !read_categories (document, tree, error))
    return FALSE;

  return n_leaf_values == 1 || read_leaf_weights (document, tree, error);
}

/* The categories of splits lie one after the other. If they were shared, a short file could take
 * any time. */
static gboolean
check_category_sizes (const Tree *tree,
                      GError **error)
{
  double n_categories = 0;

  for (gsize i = 0; i < tree->n_category_nodes; i++)
    n_categories += fabs (tree->category_sizes[i]);

  return n_categories <= tree->n_categories ||
         set_error (error, "splits have more categories together than there are");
}

/* The set of categories of a split, which in XGBoost go right: the children change sides. */
static gboolean
make_set (PymvaForestWriter *writer,
          const Tree *tree,
          gsize place,
          PymvaForestNode *node,
          GError **error)
{
  g_autofree guint32 *words = NULL;
  double first = tree->category_segments[place];
  double size = tree->category_sizes[place];
  gint32 largest = -1;

  if (!(first >= 0 && size >= 0 && first + size <= tree->n_categories))
    return set_error (error, "categories of a split are none that there are");
  for (gsize i = first; i < (gsize) first + (gsize) size; i++)
    {
      gint32 category = pymva_xgboost_tree_to_int (tree->categories[i]);

      if (category < 0 || category >= MOST_CATEGORY)
        return set_error (error, "a category is not a whole number below 16777216");
      largest = MAX (largest, category);
    }

  words = g_new0 (guint32, largest / 32 + 1);
  for (gsize i = first; i < (gsize) first + (gsize) size; i++)
    words[(guint32) tree->categories[i] / 32] |= 1u << (guint32) tree->categories[i] % 32;
  node->set = pymva_forest_writer_add_set (writer, words, largest / 32 + 1, error);
  if (node->set < 0)
    return FALSE;
  pymva_forest_node_exchange_children (node);

  return TRUE;
}

/* x < @condition; nothing is below NaN either. */
static void
set_condition (const PymvaForestWriter *writer,
               PymvaForestNode *node,
               float condition)
{
  pymva_forest_writer_set_below (writer, node, isnan (condition) ? -INFINITY : condition);
}

static gboolean
find_leaf_values (const PymvaXGBoostPlace *place,
                  const Tree *tree,
                  gsize index,
                  PymvaForestNode *node,
                  GError **error)
{
  gint32 number = tree->leaves_have_numbers ? pymva_xgboost_tree_to_int (tree->right[index])
                                            : (gint32) index;

  node->right = -1;
  if (place->n_leaf_values == 1)
    {
      node->values = &tree->condition[index];
      return TRUE;
    }
  if (number < 0 || (gsize) number >= tree->n_leaf_weights / place->n_leaf_values)
    return set_error (error, "a leaf has no values");

  node->values = &tree->leaf_weights[(gsize) number * place->n_leaf_values];
  return TRUE;
}

/* Each leaf has values of its own. If they were shared, a short file could take any memory. */
static gboolean
check_leaf_weights (const PymvaXGBoostPlace *place,
                    const Tree *tree,
                    GError **error)
{
  gsize n_leaves = 0;

  for (gsize i = 0; i < tree->n_nodes; i++)
    n_leaves += tree->left[i] == -1;

  return place->n_leaf_values == 1 || n_leaves <= tree->n_leaf_weights / place->n_leaf_values ||
         set_error (error, "there are not values for all leaves");
}

/* The categories of the splits that have some. */
static gboolean
make_sets (const Tree *tree,
           PymvaForestWriter *writer,
           PymvaForestNode *nodes,
           GError **error)
{
  if (!check_category_sizes (tree, error))
    return FALSE;
  for (gsize i = 0; i < tree->n_category_nodes; i++)
    {
      gint32 index = pymva_xgboost_tree_to_int (tree->category_nodes[i]);

      if (index < 0 || (gsize) index >= tree->n_nodes || tree->split_type == NULL ||
          tree->split_type[index] != 1 || nodes[index].set >= 0)
        return set_error (error, "categories belong to a node that has none");
      if (nodes[index].left >= 0 && !make_set (writer, tree, i, &nodes[index], error))
        return FALSE;
    }
  for (gsize i = 0; tree->split_type != NULL && i < tree->n_nodes; i++)
    if (tree->split_type[i] != 0 && nodes[i].left != -1 && nodes[i].set < 0)
      return set_error (error, "a split by categories has none");

  return TRUE;
}

static gboolean
make_nodes (const PymvaXGBoostPlace *place,
            const Tree *tree,
            PymvaForestWriter *writer,
            PymvaForestNode *nodes,
            GError **error)
{
  if (!check_leaf_weights (place, tree, error))
    return FALSE;
  for (gsize i = 0; i < tree->n_nodes; i++)
    {
      PymvaForestNode *node = &nodes[i];

      *node = (PymvaForestNode) { .left = pymva_xgboost_tree_to_int (tree->left[i]),
                                  .right = pymva_xgboost_tree_to_int (tree->right[i]),
                                  .feature = pymva_xgboost_tree_to_int (tree->feature[i]),
                                  .set = -1 };
      if (tree->default_left[i] != 0)
        node->missing = PYMVA_FOREST_MISSING_LEFT;
      if (node->left == -1)
        {
          if (!find_leaf_values (place, tree, i, node, error))
            return FALSE;
        }
      else if (node->left < 0 || node->right < 0)
        return set_error (error, "a split has no children");
      else if (tree->split_type == NULL || tree->split_type[i] == 0)
        set_condition (writer, node, tree->condition[i]);
    }

  return make_sets (tree, writer, nodes, error);
}

gboolean
pymva_xgboost_tree_add (const PymvaDocument *document,
                        const PymvaXGBoostPlace *place,
                        PymvaForestWriter *writer,
                        GError **error)
{
  double output = place->n_leaf_values > 1 ? 0 : place->output;
  g_autofree PymvaForestNode *nodes = NULL;
  g_autofree double *weighted = NULL;
  Tree tree;

  if (document == NULL)
    return set_error (error, "a tree is no object");
  if (!read_tree (document, place->n_leaf_values, &tree, error))
    return FALSE;
  if (!(output >= 0 && output < place->n_outputs && output == floor (output)))
    return set_error (error, "“tree_info” names an output that there is not");

  nodes = g_new (PymvaForestNode, MAX (tree.n_nodes, 1));
  if (!make_nodes (place, &tree, writer, nodes, error))
    return FALSE;

  /* dart multiplies in float32 before it adds. */
  if (place->weight != NULL)
    weighted = g_new (double, MAX (tree.n_nodes, 1));
  for (gsize i = 0; place->weight != NULL && i < tree.n_nodes; i++)
    if (nodes[i].left < 0)
      {
        weighted[i] = (float) *nodes[i].values * (float) *place->weight;
        nodes[i].values = &weighted[i];
      }

  return pymva_forest_writer_add_tree (writer, nodes, tree.n_nodes, output, error);
}

