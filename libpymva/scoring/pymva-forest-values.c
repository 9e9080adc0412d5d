/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include "pymva-forest-blocks-private.h"
#include "pymva-forest-private.h"

/* --- values that occur again --- */

/* Values are kept once if so many times fewer are left, and no more than these: to look for more
 * would take memory where a large file has taken much already. */
#define LEAST_SAVING 4
#define MOST_KEPT (1 << 16)
/* Values that are chosen for it could all have one hash, and to find each would take longer and
 * longer; that of others is in one of so many places. */
#define MOST_PLACES 256

/* The first row of each of the values that are kept, and by the hash of a row, one more than its
 * number. */
typedef struct
{
  const PymvaForestTables *tables;
  guint32 *firsts;
  guint32 *numbers;
  guint32 mask;
  guint32 n_kept;
  guint32 most_kept;
} Values;

static const double *
get_row (const PymvaForestTables *self,
         guint32 value)
{
  return self->values + (gsize) value * self->n_value_columns;
}

static guint64
get_bits (double value)
{
  guint64 bits;

  memcpy (&bits, &value, sizeof bits);

  return bits;
}

static guint64
hash_values (const double *values,
             guint n)
{
  guint64 hash = 0;

  for (guint i = 0; i < n; i++)
    {
      hash = (hash ^ get_bits (values[i])) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
      hash ^= hash >> 32;
    }

  return hash;
}

/* Whether two rows have the same bits. Most rows are short, so that a call would take longer. */
static gboolean
rows_are_same (const double *a,
               const double *b,
               guint n)
{
  guint64 differences = 0;

  for (guint i = 0; i < n; i++)
    differences |= get_bits (a[i]) ^ get_bits (b[i]);

  return differences == 0;
}

/* The number of a row that is kept, also if it is only kept from now on. FALSE if there is no room
 * for it where it could be found again. */
static gboolean
keep_value (Values *self,
            guint32 value,
            guint32 *number)
{
  const PymvaForestTables *tables = self->tables;
  guint n_columns = tables->n_value_columns;
  const double *row = get_row (tables, value);
  guint32 place = hash_values (row, n_columns) & self->mask;
  guint n_places = 1;

  while (self->numbers[place] != 0 && n_places <= MOST_PLACES &&
         !rows_are_same (get_row (tables, self->firsts[self->numbers[place] - 1]), row, n_columns))
    {
      place = (place + 1) & self->mask;
      n_places++;
    }
  if (n_places > MOST_PLACES)
    return FALSE;
  if (self->numbers[place] == 0)
    {
      if (self->n_kept == self->most_kept)
        return FALSE;
      self->firsts[self->n_kept] = value;
      self->numbers[place] = ++self->n_kept;
    }

  *number = self->numbers[place] - 1;
  return TRUE;
}

/* What a row of values holds that its number is known of instead. */
static void
set_number (PymvaForestTables *self,
            guint32 value,
            guint32 number)
{
  memcpy ((double *) get_row (self, value), &number, sizeof number);
}

static guint32
get_number (const PymvaForestTables *self,
            guint32 value)
{
  guint32 number;

  memcpy (&number, get_row (self, value), sizeof number);

  return number;
}

/* Finds the numbers of all rows of values, which hold them then, but for the first ones with each
 * number. If there are too many, all rows are as they were. */
static gboolean
number_values (PymvaForestTables *self,
               Values *values)
{
  gsize row_size = self->n_value_columns * sizeof (double);
  guint32 end = 0;
  guint32 number;

  while (end < self->n_values && keep_value (values, end, &number))
    {
      if (values->firsts[number] != end)
        set_number (self, end, number);
      end++;
    }
  if (end == self->n_values)
    return TRUE;

  for (guint32 value = 0, n = 0; value < end; value++)
    if (n < values->n_kept && values->firsts[n] == value)
      n++;
    else
      memcpy ((double *) get_row (self, value),
              get_row (self, values->firsts[get_number (self, value)]), row_size);
  return FALSE;
}

/* The leaves of a forest whose trees end in single events have no others than 0 and 1, and each
 * that is fetched from a large table takes as long as a step. */
void
pymva_forest_tables_keep_values_once (PymvaForestTables *self)
{
  guint32 most_kept = MIN (self->n_values / LEAST_SAVING, MOST_KEPT);
  guint32 mask = (1u << g_bit_storage (most_kept)) * 2 - 1;
  g_autofree guint32 *numbers = g_new0 (guint32, (gsize) mask + 1);
  g_autofree guint32 *firsts = g_new (guint32, most_kept);
  Values values = { self, firsts, numbers, mask, 0, most_kept };
  gint32 *children = (gint32 *) self->children;
  gsize row_size = self->n_value_columns * sizeof (double);
  char *kept;

  if (!number_values (self, &values))
    return;

  kept = g_malloc (values.n_kept * row_size);
  for (guint32 i = 0; i < values.n_kept; i++)
    {
      memcpy (kept + i * row_size, get_row (self, firsts[i]), row_size);
      set_number (self, firsts[i], i);
    }
  for (guint32 node = 0; node < self->n_nodes; node++)
    if (children[node] < 0)
      children[node] = ~get_number (self, pymva_forest_tables_get_value (self, node));
  pymva_forest_tables_free_values (self);
  self->values = (const double *) kept;
  self->n_values = values.n_kept;
  self->values_are_few = TRUE;
}

/* --- values of some trees --- */

/* The leaves in the trees that are walked. */
static gsize
count_leaves (const PymvaForestTables *self,
              const PymvaForestBlock *blocks,
              guint32 n_blocks)
{
  gsize n_leaves = 0;
  guint32 node = 0;

  for (guint32 i = 0; i < n_blocks; i++)
    {
      guint32 end = node + pymva_forest_block_count_nodes (&blocks[i], self);

      for (; node < end; node++)
        n_leaves += pymva_forest_block_is_walked (&blocks[i]) && self->children[node] < 0;
    }

  return n_leaves;
}

void
pymva_forest_tables_keep_walked_values (PymvaForestTables *self,
                                        const PymvaForestBlock *blocks,
                                        guint32 n_blocks)
{
  gint32 *children = (gint32 *) self->children;
  gsize n_leaves = count_leaves (self, blocks, n_blocks);
  double *kept;
  guint32 n_kept = 0;
  guint32 node = 0;

  if (self->values_are_few || n_leaves > self->n_values / 2)
    return;

  kept = g_new (double, n_leaves);
  for (guint32 i = 0; i < n_blocks; i++)
    {
      guint32 end = node + pymva_forest_block_count_nodes (&blocks[i], self);

      for (; node < end; node++)
        if (pymva_forest_block_is_walked (&blocks[i]) && children[node] < 0)
          {
            kept[n_kept] = self->values[pymva_forest_tables_get_value (self, node)];
            children[node] = ~n_kept++;
          }
    }
  pymva_forest_tables_free_values (self);
  self->values = kept;
  self->n_values = n_kept;
}
