/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "pymva-forest-nodes-private.h"

/* --- columns --- */

/* A node's place among all inputs and rules. */
static gsize
get_place (const PymvaForestTables *tables,
           guint32 node)
{
  return (gsize) tables->features[node] * PYMVA_N_COLUMN_RULES +
         pymva_forest_tables_get_rule (tables, node, TRUE);
}

/* Numbers the columns that splits compare: all inputs as they are if that will do, or else those
 * that occur. Gives the number of each by input and rule. */
static guint32 *
make_columns (PymvaForestNodes *self,
              const PymvaForestTables *tables)
{
  guint32 *numbers = g_new0 (guint32, (gsize) tables->n_inputs * PYMVA_N_COLUMN_RULES);
  gboolean plain = TRUE;
  guint32 n = 0;

  for (guint32 node = 0; node < tables->n_nodes; node++)
    if (tables->children[node] >= 0)
      {
        gsize place = get_place (tables, node);
        guint32 *number = &numbers[place];

        plain &= place % PYMVA_N_COLUMN_RULES == PYMVA_COLUMN_PLAIN;
        n += *number == 0;
        *number = 1;
      }

  self->columns_are_inputs =
    plain && (n == 0 || tables->n_inputs <= PYMVA_NARROW_MOST_COLUMNS ||
              n > PYMVA_NARROW_MOST_COLUMNS);
  if (self->columns_are_inputs)
    n = tables->n_inputs;

  self->columns = g_new (PymvaForestColumn, n);
  self->n_columns = n;
  n = 0;
  for (guint32 feature = 0; feature < tables->n_inputs; feature++)
    for (guint32 rule = 0; rule < PYMVA_N_COLUMN_RULES; rule++)
      {
        guint32 *number = &numbers[feature * PYMVA_N_COLUMN_RULES + rule];

        if (*number == 0 && (!self->columns_are_inputs || rule != PYMVA_COLUMN_PLAIN))
          continue;
        *number = n;
        self->columns[n++] = (PymvaForestColumn) { feature, rule };
      }

  return numbers;
}

/* --- nodes --- */

static PymvaNarrowNode
make_narrow (const PymvaForestTables *tables,
             guint32 node,
             guint32 offset,
             guint32 column)
{
  gint32 child = tables->children[node];

  if (child < 0)
    return (PymvaNarrowNode) { .value = pymva_narrow_pack_value (~(guint32) child),
                               .link = PYMVA_NARROW_LEAF };
  return (PymvaNarrowNode) {
    .threshold = pymva_forest_tables_get_threshold (tables, node),
    .link = column << PYMVA_NARROW_COLUMN_SHIFT | ((guint32) child - offset + 1),
  };
}

static PymvaWideNode
make_wide (const PymvaForestTables *tables,
           guint32 node,
           guint32 offset,
           guint32 column)
{
  gint32 child = tables->children[node];
  PymvaWideNode made = { .column = PYMVA_WIDE_SPLIT };

  if (child < 0)
    return (PymvaWideNode) { .value = ~(guint32) child };

  if (pymva_forest_node_is_set (tables, node))
    made = pymva_forest_tables_make_set (tables, node);
  else
    made.threshold = pymva_forest_tables_get_threshold (tables, node);
  made.column |= column;
  made.step = (guint32) child - offset;
  return made;
}

static gboolean
needs_wide (const PymvaForestNodes *self,
            const PymvaForestTables *tables)
{
  if (tables->sets != NULL || self->n_columns > PYMVA_NARROW_MOST_COLUMNS ||
      tables->n_values > PYMVA_NARROW_MOST_VALUES)
    return TRUE;

  for (guint32 tree = 0; tree < tables->n_trees; tree++)
    if ((guint32) tables->node_counts[tree] > PYMVA_NARROW_MOST_NODES - 1)
      return TRUE;
  return FALSE;
}

/* The levels of splits that a tree has; @levels is room for a number per node. Children come after
 * their parents, so the leaves come first. */
static guint8
count_levels (const PymvaForestTables *tables,
              guint32 root,
              guint32 count,
              guint8 *levels)
{
  for (guint32 offset = count; offset-- > 0;)
    {
      gint32 child = tables->children[root + offset];

      levels[offset] = 0;
      if (child >= 0)
        levels[offset] = MIN (MAX (levels[child], levels[child + 1]) + 1, G_MAXUINT8);
    }

  return levels[0];
}

void
pymva_forest_nodes_init (PymvaForestNodes *self,
                         const PymvaForestTables *tables)
{
  g_autofree guint32 *numbers = make_columns (self, tables);
  g_autofree guint8 *levels = g_new (guint8, tables->n_nodes);
  guint32 node = 0;

  self->roots = g_new (guint32, tables->n_trees);
  self->n_levels = g_new (guint8, tables->n_trees);
  if (needs_wide (self, tables))
    self->wide = g_new (PymvaWideNode, tables->n_nodes);
  else
    self->narrow = g_new (PymvaNarrowNode, tables->n_nodes);

  for (guint32 tree = 0; tree < tables->n_trees; tree++)
    {
      guint32 count = tables->node_counts[tree];

      self->roots[tree] = node;
      self->n_levels[tree] = count_levels (tables, node, count, levels);
      for (guint32 offset = 0; offset < count; offset++, node++)
        {
          guint32 column = 0;

          if (tables->children[node] >= 0)
            column = numbers[get_place (tables, node)];
          if (self->wide != NULL)
            self->wide[node] = make_wide (tables, node, offset, column);
          else
            self->narrow[node] = make_narrow (tables, node, offset, column);
        }
    }
}

void
pymva_forest_nodes_clear (PymvaForestNodes *self)
{
  g_clear_pointer (&self->columns, g_free);
  g_clear_pointer (&self->roots, g_free);
  g_clear_pointer (&self->n_levels, g_free);
  g_clear_pointer (&self->narrow, g_free);
  g_clear_pointer (&self->wide, g_free);
}
