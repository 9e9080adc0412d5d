/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include <pymva/pymva-error.h>

#include "data/pymva-tensor-private.h"
#include "pymva-json-private.h"
#include "pymva-stage-private.h"
#include "pymva-stage-tables-private.h"

/* The stage "weighted-median": of the columns of a row, sorted, the first where the weights so far
 * are half of all weights, as AdaBoostRegressor of scikit-learn has it; or the mean of those around
 * the first where they are more, as TMVA has it. The weights are added in the order of the columns'
 * values; equal ones keep the order of the columns. */
typedef struct
{
  PymvaStage parent;
  PymvaTensor *weights;
  /* How many columns count on each side; -1: only that column itself. */
  gint64 reach;
  /* The sum of all weights in the order of the columns. */
  double sum;
} WeightedMedian;

/* A column, and its weight or the sum of the weights so far. */
typedef struct
{
  double value;
  double weight;
} Share;

static void
weighted_median_free (PymvaStage *stage)
{
  WeightedMedian *self = (WeightedMedian *) stage;

  g_clear_object (&self->weights);
  g_free (self);
}

static gboolean
read_weights (WeightedMedian *self,
              GError **error)
{
  const double *values = pymva_tensor_peek_data (self->weights);

  if (!pymva_stage_check_finite (self->weights, "weights", error))
    return FALSE;
  for (gint64 i = 0; i < pymva_tensor_get_length (self->weights, 0); i++)
    {
      if (values[i] < 0)
        {
          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                       "element %" G_GINT64_FORMAT " of its “weights” is negative", i);
          return FALSE;
        }
      self->sum += values[i];
    }

  return TRUE;
}

static PymvaStage *
weighted_median_new (JsonObject *description,
                     GHashTable *tensors,
                     guint n_inputs,
                     GError **error)
{
  WeightedMedian *self = g_new0 (WeightedMedian, 1);
  g_autoptr (PymvaStage) stage = &self->parent;

  stage->klass = &pymva_stage_weighted_median_class;
  stage->n_inputs = n_inputs;
  stage->n_outputs = 1;
  self->reach = -1;
  /* The shares of a row, and as many for sorting them. */
  stage->row_scratch = 2 * n_inputs * sizeof (Share);
  if (!pymva_stage_read_columns (description, tensors, "weights", TRUE, PYMVA_DTYPE_FLOAT64,
                                 n_inputs, &self->weights, error) ||
      !pymva_json_read_int (description, "reach", FALSE, 0, n_inputs, &self->reach, error) ||
      !read_weights (self, error))
    return NULL;

  return g_steal_pointer (&stage);
}

PymvaWeightedMedianTables
pymva_stage_weighted_median_get_tables (const PymvaStage *stage)
{
  const WeightedMedian *self = (const WeightedMedian *) stage;

  return (PymvaWeightedMedianTables) {
    .weights = pymva_tensor_peek_data (self->weights),
    .reach = self->reach,
    .sum = self->sum,
  };
}

/* NaN comes last, as NumPy sorts it. */
static gboolean
is_before (const Share *first,
           const Share *second)
{
  return first->value < second->value || (isnan (second->value) && !isnan (first->value));
}

static void
merge (const Share *left,
       guint n_left,
       const Share *right,
       guint n_right,
       Share *merged)
{
  while (n_left > 0 && n_right > 0)
    if (is_before (right, left))
      {
        *merged++ = *right++;
        n_right--;
      }
    else
      {
        *merged++ = *left++;
        n_left--;
      }
  while (n_left-- > 0)
    *merged++ = *left++;
  while (n_right-- > 0)
    *merged++ = *right++;
}

/* Sorts without moving equal values past each other; returns where the result lies, which is
 * @shares or @spare. */
static Share *
sort_shares (Share *shares,
             Share *spare,
             guint n)
{
  for (guint length = 1; length < n; length *= 2)
    {
      Share *merged = spare;

      for (guint first = 0; first < n; first += 2 * length)
        {
          guint middle = MIN (first + length, n);

          merge (shares + first, middle - first, shares + middle,
                 MIN (middle + length, n) - middle, merged + first);
        }
      spare = shares;
      shares = merged;
    }

  return shares;
}

static double
find_median (Share *shares,
             guint n)
{
  guint median = 0;

  for (guint i = 1; i < n; i++)
    shares[i].weight += shares[i - 1].weight;
  while (median < n - 1 && shares[median].weight < 0.5 * shares[n - 1].weight)
    median++;

  return shares[median].value;
}

/* The mean of the one where the weights are more than half of all, and of up to @reach on each side
 * of it. */
static double
find_mean (const WeightedMedian *self,
           const Share *shares,
           guint n)
{
  double weight = 0;
  double sum = 0;
  gint64 end = 0;
  gint64 first;
  gint64 last;

  while (end < n && weight <= self->sum / 2)
    weight += shares[end++].weight;

  first = MAX (end - self->reach - 1, 0);
  last = MIN (end + self->reach, n);
  for (gint64 i = first; i < last; i++)
    sum += shares[i].value;

  return sum / (last - first);
}

static void
weighted_median_run (const PymvaStage *stage,
                     const PymvaColumns *inputs,
                     double *outputs,
                     gsize n_rows,
                     gpointer scratch)
{
  const WeightedMedian *self = (const WeightedMedian *) stage;
  const double *weights = pymva_tensor_peek_data (self->weights);
  guint n = stage->n_inputs;
  Share *shares = scratch;

  for (gsize row = 0; row < n_rows; row++)
    {
      for (guint i = 0; i < n; i++)
        shares[i] = (Share) { pymva_columns_get (inputs, row * n + i), weights[i] };
      outputs[row] = self->reach < 0
                       ? find_median (sort_shares (shares, shares + n, n), n)
                       : find_mean (self, sort_shares (shares, shares + n, n), n);
    }
}

const PymvaStageClass pymva_stage_weighted_median_class = {
  .kind = "weighted-median",
  .exact = TRUE,
  .new = weighted_median_new,
  .free = weighted_median_free,
  .run = weighted_median_run,
};
