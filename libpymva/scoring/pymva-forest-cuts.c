/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "pymva-forest-cuts-private.h"
#include "pymva-forest-heads-private.h"

/* Places for the numbers of cuts: about twice as many as there may be cuts. Cuts that are chosen
 * for it could all have one hash, so each is in one of so many places. */
#define N_PLACES (1u << 17)
#define MOST_TRIED 256

G_STATIC_ASSERT (PYMVA_FOREST_MOST_CUTS < PYMVA_FOREST_NO_CUT);

/* --- keys --- */

/* A column's key: what its byte of a row depends on. */
#define KEY_IS_SET (G_GUINT64_CONSTANT (1) << 63)
#define KEY_SET_SHIFT 32
#define KEY_FEATURE_SHIFT 8
#define KEY_RULE_SHIFT 5
#define KEY_WHOLE 2

static guint64
get_key (const PymvaForestTables *tables,
         guint32 node)
{
  guint missing = pymva_forest_tables_get_missing (tables, node);
  guint64 key = (guint64) tables->features[node] << KEY_FEATURE_SHIFT |
                (guint64) pymva_forest_tables_get_rule (tables, node, FALSE) << KEY_RULE_SHIFT;

  if (!pymva_forest_node_is_set (tables, node))
    return key;
  /* The rest of what is missing is in the rule, whose place the last bit would take. */
  return key | KEY_IS_SET | (guint64) tables->sets[node] << KEY_SET_SHIFT |
         ((missing & PYMVA_FOREST_WHOLE) != 0 ? KEY_WHOLE : 0) |
         (missing &
          (PYMVA_FOREST_MISSING_LEFT | PYMVA_FOREST_BEYOND_IS_MISSING | PYMVA_FOREST_TRUNCATES));
}

static PymvaForestCut
make_cut (const PymvaForestTables *tables,
          guint32 node)
{
  PymvaForestCut cut = { .key = get_key (tables, node), .node = node };

  if (pymva_forest_node_is_set (tables, node))
    return cut;
  cut.threshold = tables->doubles != NULL ? tables->doubles[node] : (double) tables->floats[node];
  /* Both zeros are one. */
  cut.threshold += 0.0;
  return cut;
}

static guint32
mix (guint64 bits)
{
  bits *= G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  bits ^= bits >> 32;
  bits *= G_GUINT64_CONSTANT (0xd6e8feb86659fd93);

  return bits >> 32;
}

static guint32
hash_cut (const PymvaForestCut *cut)
{
  guint64 bits;

  memcpy (&bits, &cut->threshold, sizeof bits);
  return mix (bits + mix (cut->key));
}

/* --- adding --- */

/* There is room for one more column than there may be. */
static guint
find_column (PymvaForestCuts *self,
             guint64 key)
{
  guint32 mask = G_N_ELEMENTS (self->column_numbers) - 1;
  guint32 place = mix (key) & mask;
  guint16 number;

  while ((number = self->column_numbers[place]) != 0 && self->columns[number - 1].key != key)
    place = (place + 1) & mask;
  if (number == 0)
    {
      number = self->column_numbers[place] = ++self->n_keys;
      self->columns[number - 1].key = key;
      self->columns[number - 1].n_cuts = 0;
    }

  return number - 1;
}

/* Whether a cut more still fits. */
static gboolean
count_cut (PymvaForestCuts *self,
           PymvaForestCut *cut)
{
  guint32 *n_cuts;

  cut->column = find_column (self, cut->key);
  n_cuts = &self->columns[cut->column].n_cuts;
  self->n_columns += *n_cuts % PYMVA_BYTE_MOST_CUTS == 0;
  (*n_cuts)++;
  return self->n_columns <= (*n_cuts <= PYMVA_BYTE_MOST_CUTS ? self->limits.most_columns
                                                             : self->limits.few_columns);
}

static gboolean
add_cut (PymvaForestCuts *self,
         PymvaForestCut *cut)
{
  guint32 place = hash_cut (cut);

  for (guint tried = 0; tried < MOST_TRIED; tried++, place++)
    {
      guint16 *number = &self->numbers[place % N_PLACES];
      const PymvaForestCut *found;

      if (*number == 0)
        {
          if (!count_cut (self, cut))
            return FALSE;
          cut->number = self->cuts->len;
          g_array_append_val (self->cuts, *cut);
          *number = self->cuts->len;
          return TRUE;
        }
      found = &g_array_index (self->cuts, PymvaForestCut, *number - 1);
      if (found->key == cut->key && found->threshold == cut->threshold)
        {
          cut->number = found->number;
          return TRUE;
        }
    }

  return FALSE;
}

gboolean
pymva_forest_cuts_add (PymvaForestCuts *self,
                       const PymvaForestTables *tables,
                       const guint32 *nodes,
                       guint n_nodes,
                       guint16 *numbers)
{
  guint n_before = self->cuts->len;

  for (guint i = 0; i < n_nodes; i++)
    {
      PymvaForestCut cut;

      numbers[i] = PYMVA_FOREST_NO_CUT;
      if (nodes[i] == PYMVA_FOREST_NONE)
        continue;
      cut = make_cut (tables, nodes[i]);
      if (!add_cut (self, &cut))
        {
          g_array_set_size (self->cuts, n_before);
          return FALSE;
        }
      numbers[i] = cut.number;
    }

  return TRUE;
}

/* --- the order --- */

static int
compare_keys (gconstpointer a,
              gconstpointer b)
{
  guint64 first = *(const guint64 *) a;
  guint64 second = *(const guint64 *) b;

  return (first > second) - (first < second);
}

static int
compare_cuts (gconstpointer a,
              gconstpointer b)
{
  const PymvaForestCut *first = a;
  const PymvaForestCut *second = b;

  if (first->key != second->key)
    return first->key < second->key ? -1 : 1;
  return (first->threshold > second->threshold) - (first->threshold < second->threshold);
}

/* What a cut is sorted by, from the highest bit: the place of its column, as much of its threshold
 * as float32 has, and its number, which does not count. */
#define ORDER_COLUMN_SHIFT 55
#define ORDER_SHIFT 16

/* Whole numbers in the order of the thresholds. */
static guint64
get_order (const PymvaForestCut *cut)
{
  guint64 bits;

  memcpy (&bits, &cut->threshold, sizeof bits);
  return bits >> 63 != 0 ? ~bits : bits | G_GUINT64_CONSTANT (1) << 63;
}

/* By column, its place among all. */
static void
place_columns (const PymvaForestCuts *self,
               guint16 *places)
{
  guint64 keys[PYMVA_FOREST_MOST_COLUMNS];

  for (guint i = 0; i < self->n_keys; i++)
    keys[i] = self->columns[i].key;
  qsort (keys, self->n_keys, sizeof *keys, compare_keys);
  for (guint i = 0; i < self->n_keys; i++)
    {
      const guint64 *found =
        bsearch (&self->columns[i].key, keys, self->n_keys, sizeof *keys, compare_keys);

      places[i] = found - keys;
    }
}

/* Sorts by one byte after the other, and so ends where it began; @others is room for as many. */
static void
sort_orders (guint64 *orders,
             guint64 *others,
             guint n)
{
  for (guint shift = ORDER_SHIFT; shift < 64; shift += 8)
    {
      guint counts[257] = { 0 };
      guint64 *sorted = others;

      for (guint i = 0; i < n; i++)
        counts[(orders[i] >> shift & 0xff) + 1]++;
      for (guint i = 0; i < 256; i++)
        counts[i + 1] += counts[i];
      for (guint i = 0; i < n; i++)
        sorted[counts[orders[i] >> shift & 0xff]++] = orders[i];
      others = orders;
      orders = sorted;
    }
}

/* Of thresholds that are float64 some may still be out of order, and few are. */
static void
finish_order (PymvaForestCuts *self)
{
  for (guint i = 1; i < self->cuts->len; i++)
    if (compare_cuts (&g_array_index (self->cuts, PymvaForestCut, i - 1),
                      &g_array_index (self->cuts, PymvaForestCut, i)) > 0)
      {
        g_array_sort (self->cuts, compare_cuts);
        return;
      }
}

void
pymva_forest_cuts_sort (PymvaForestCuts *self)
{
  guint n = self->cuts->len;
  g_autofree guint64 *orders = g_new (guint64, 2 * (gsize) n + 1);
  GArray *sorted = g_array_sized_new (FALSE, FALSE, sizeof (PymvaForestCut), n);
  guint16 places[PYMVA_FOREST_MOST_COLUMNS];

  place_columns (self, places);
  for (guint i = 0; i < n; i++)
    {
      const PymvaForestCut *cut = &g_array_index (self->cuts, PymvaForestCut, i);

      orders[i] = (guint64) places[cut->column] << ORDER_COLUMN_SHIFT |
                  get_order (cut) >> (64 - ORDER_COLUMN_SHIFT) >> ORDER_SHIFT << ORDER_SHIFT |
                  cut->number;
    }
  sort_orders (orders, orders + n, n);
  for (guint i = 0; i < n; i++)
    g_array_append_val (sorted, g_array_index (self->cuts, PymvaForestCut,
                                               orders[i] & G_MAXUINT16));

  g_array_unref (self->cuts);
  self->cuts = sorted;
  finish_order (self);
}

/* --- life --- */

void
pymva_forest_cuts_init (PymvaForestCuts *self,
                        PymvaForestLimits limits)
{
  *self = (PymvaForestCuts) { .limits = limits };
  self->cuts = g_array_new (FALSE, FALSE, sizeof (PymvaForestCut));
  self->numbers = g_new0 (guint16, N_PLACES);
}

void
pymva_forest_cuts_reset (PymvaForestCuts *self)
{
  g_array_set_size (self->cuts, 0);
  memset (self->numbers, 0, N_PLACES * sizeof (guint16));
  memset (self->column_numbers, 0, sizeof self->column_numbers);
  self->n_keys = 0;
  self->n_columns = 0;
}

void
pymva_forest_cuts_clear (PymvaForestCuts *self)
{
  g_clear_pointer (&self->cuts, g_array_unref);
  g_clear_pointer (&self->numbers, g_free);
}
