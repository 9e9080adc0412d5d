/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>
#include <stdlib.h>

#include <pymva/pymva-error.h>

#include "base/pymva-statistics-private.h"
#include "pymva-transform-fit-private.h"

/* U and G: a column through its own cumulative distribution F, and for G on to the number that a
 * normal variable is below with the probability F. F of a value is the share of the weights below
 * it and half of the share at it, so that it is the same read from either end; of the least and the
 * largest value it is 0 and 1, as in TMVA and in scikit-learn. */

/* So many knots are kept as they are. */
#define MOST_KNOTS 20000
/* Of more, those are kept that give F everywhere to within one part in so many. */
#define N_PARTS 10000

/* Knots whose F is nearer are one: of two doubles side by side the normal numbers are often the
 * same, and the way back needs them to rise. */
#define LEAST_STEP 1e-13

/* TMVA's least probability that G takes as it is: so its ends are -5.73 and 5.73. */
#define LEAST_TAIL 5e-9

typedef struct
{
  double value;
  double weight;
} Point;

/* Points that count as one: equal values, or more where weights are negative. */
typedef struct
{
  double first;
  double last;
  double weight;
} Block;

typedef struct
{
  double x;
  double f;
} Knot;

static int
compare_points (gconstpointer a,
                gconstpointer b)
{
  double x = ((const Point *) a)->value;
  double y = ((const Point *) b)->value;

  return (x > y) - (x < y);
}

static GArray *
sort_column (const PymvaTransformFit *fit,
             guint column)
{
  GArray *points = g_array_sized_new (FALSE, FALSE, sizeof (Point), fit->n_events);

  for (gsize i = 0; i < fit->n_events; i++)
    {
      Point point = { fit->values[i * fit->n_columns + column], fit->weights[i] };

      if (point.weight != 0 && isfinite (point.value))
        g_array_append_val (points, point);
    }
  qsort (points->data, points->len, sizeof (Point), compare_points);

  return points;
}

/* Joins equal values, and blocks that do not weigh anything with their neighbours, until each
 * weighs something: so F rises from block to block whatever the signs of the weights. */
static GArray *
find_blocks (GArray *points)
{
  GArray *blocks = g_array_new (FALSE, FALSE, sizeof (Block));

  for (guint i = 0; i < points->len;)
    {
      const Point *point = &g_array_index (points, Point, i);
      Block block = { point->value, point->value, 0 };

      for (; i < points->len && g_array_index (points, Point, i).value == block.last; i++)
        block.weight += g_array_index (points, Point, i).weight;

      while (blocks->len > 0)
        {
          const Block *before = &g_array_index (blocks, Block, blocks->len - 1);

          if (before->weight > 0 && block.weight > 0)
            break;
          block.first = before->first;
          block.weight += before->weight;
          g_array_set_size (blocks, blocks->len - 1);
        }
      g_array_append_val (blocks, block);
    }

  return blocks;
}

static double
get_middle (GArray *blocks,
            guint number)
{
  const Block *block = &g_array_index (blocks, Block, number);

  return block->first / 2 + block->last / 2;
}

/* One knot per block, in the middle of it, but for those that are as good as at an end. F is at
 * least @least, and at most so much below 1. */
static GArray *
find_knots (GArray *blocks,
            double least)
{
  GArray *knots = g_array_sized_new (FALSE, FALSE, sizeof (Knot), blocks->len);
  Knot end = { get_middle (blocks, blocks->len - 1), 1 - least };
  double sum = 0;
  double before = 0;

  for (guint i = 0; i < blocks->len; i++)
    sum += g_array_index (blocks, Block, i).weight;
  for (guint i = 0; i + 1 < blocks->len; i++)
    {
      double weight = g_array_index (blocks, Block, i).weight;
      Knot knot = { get_middle (blocks, i), i == 0 ? least : (before + weight / 2) / sum };
      const Knot *last = knots->len > 0 ? &g_array_index (knots, Knot, knots->len - 1) : NULL;

      before += weight;
      if (last == NULL || (knot.x > last->x && knot.f - last->f > LEAST_STEP && knot.x < end.x &&
                           end.f - knot.f > LEAST_STEP))
        g_array_append_val (knots, knot);
    }
  g_array_append_val (knots, end);

  return knots;
}

/* Drops knots between which F is known well enough: two neighbours of those that stay are nearer
 * than one part, or were neighbours before. */
static void
thin_knots (GArray *knots)
{
  Knot *all = (Knot *) knots->data;
  guint n_kept = 1;

  if (knots->len <= MOST_KNOTS)
    return;

  for (guint i = 1; i < knots->len; i++)
    if (i + 1 == knots->len || all[i + 1].f - all[n_kept - 1].f > 1.0 / N_PARTS)
      all[n_kept++] = all[i];
  g_array_set_size (knots, n_kept);
}

static GArray *
fit_column (const PymvaTransformFit *fit,
            guint column,
            GError **error)
{
  g_autoptr (GArray) points = NULL;
  g_autoptr (GArray) blocks = NULL;
  g_autoptr (GArray) knots = NULL;
  double least;
  double most;

  if (!pymva_transform_fit_scan (fit, column, &least, &most, error))
    return NULL;

  points = sort_column (fit, column);
  blocks = find_blocks (points);
  knots = find_knots (blocks, fit->step->kind == PYMVA_TRANSFORM_GAUSS ? LEAST_TAIL : 0);
  if (knots->len < 2)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
                   "the transformation “%s”: negative weights leave no distribution of “%s”; let "
                   "“negative-weights” of the data set be “drop”, “zero” or “absolute”",
                   fit->step->text, fit->names[column]);
      return NULL;
    }

  thin_knots (knots);
  return g_steal_pointer (&knots);
}

static gboolean
add_curves (PymvaTransformFit *fit,
            GPtrArray *stages,
            gint32 *counts,
            GArray *from,
            GArray *to,
            GError **error)
{
  PymvaTransformStage *stage = pymva_transform_stage_new ("interpolate");

  pymva_transform_stage_take_ints (stage, "counts",
                                   g_memdup2 (counts, fit->n_columns * sizeof *counts),
                                   fit->n_columns);
  pymva_transform_stage_take (stage, "x", g_memdup2 (from->data, from->len * sizeof (double)),
                              from->len, 0);
  pymva_transform_stage_take (stage, "y", g_memdup2 (to->data, to->len * sizeof (double)),
                              to->len, 0);

  return pymva_transform_fit_add (fit, stages, stage, error);
}

gboolean
pymva_transform_fit_distribution (PymvaTransformFit *self,
                                  GError **error)
{
  g_autofree gint32 *counts = g_new0 (gint32, self->n_columns);
  g_autoptr (GArray) x = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) y = g_array_new (FALSE, FALSE, sizeof (double));
  gboolean gauss = self->step->kind == PYMVA_TRANSFORM_GAUSS;

  for (guint i = 0; i < self->n_chosen; i++)
    {
      g_autoptr (GArray) knots = fit_column (self, self->chosen[i], error);

      if (knots == NULL)
        return FALSE;
      counts[self->chosen[i]] = knots->len;
      for (guint k = 0; k < knots->len; k++)
        {
          const Knot *knot = &g_array_index (knots, Knot, k);
          double value = gauss ? pymva_statistics_normal_quantile (knot->f) : knot->f;

          g_array_append_val (x, knot->x);
          g_array_append_val (y, value);
        }
    }

  return add_curves (self, self->forward, counts, x, y, error) &&
         add_curves (self, self->backward, counts, y, x, error);
}
