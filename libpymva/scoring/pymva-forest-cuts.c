/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

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
static guint32 *
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

  return &self->columns[number - 1].n_cuts;
}

/* Whether a cut more still fits. */
static gboolean
count_cut (PymvaForestCuts *self,
           const PymvaForestCut *cut)
{
  guint32 *n_cuts = find_column (self, cut->key);

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

void
pymva_forest_cuts_sort (PymvaForestCuts *self)
{
  g_array_sort (self->cuts, compare_cuts);
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
