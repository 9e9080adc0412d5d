/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include <pymva/pymva-error.h>

#include "base/pymva-eigen-private.h"
#include "base/pymva-names-private.h"
#include "base/pymva-statistics-private.h"
#include "pymva-transform-fit-private.h"

/* The transformations that are sums and products: N and S column by column, D and P of all. */

/* Correlations whose matrix has a smaller eigenvalue than this are those of columns of which one
 * follows from the others: what is left is how float32 rounded them. */
#define LEAST_EIGENVALUE 1e-12
/* How much of the largest coefficient a column has that belongs to such a combination. */
#define LEAST_SHARE 0.01

/* --- column by column --- */

static double *
new_numbers (const PymvaTransformFit *fit,
             double value)
{
  double *numbers = g_new (double, fit->n_columns);

  for (guint i = 0; i < fit->n_columns; i++)
    numbers[i] = value;

  return numbers;
}

/* Adds (x - subtract) / divide + add, and its inverse; takes the numbers. @add may be NULL. */
static gboolean
add_affine (PymvaTransformFit *fit,
            double *subtract,
            double *divide,
            double *add,
            GError **error)
{
  PymvaTransformStage *forward = pymva_transform_stage_new ("affine");
  PymvaTransformStage *backward = pymva_transform_stage_new ("affine");
  guint n = fit->n_columns;

  if (add != NULL)
    pymva_transform_stage_take (backward, "subtract", g_memdup2 (add, n * sizeof *add), n, 0);
  pymva_transform_stage_take (backward, "multiply", g_memdup2 (divide, n * sizeof *divide), n, 0);
  pymva_transform_stage_take (backward, "add", g_memdup2 (subtract, n * sizeof *subtract), n, 0);
  pymva_transform_stage_take (forward, "subtract", subtract, n, 0);
  pymva_transform_stage_take (forward, "divide", divide, n, 0);
  if (add != NULL)
    pymva_transform_stage_take (forward, "add", add, n, 0);

  return pymva_transform_fit_add (fit, fit->forward, forward, error) &&
         pymva_transform_fit_add (fit, fit->backward, backward, error);
}

gboolean
pymva_transform_fit_range (PymvaTransformFit *self,
                           GError **error)
{
  g_autofree double *subtract = new_numbers (self, 0);
  g_autofree double *divide = new_numbers (self, 1);
  g_autofree double *add = new_numbers (self, 0);

  for (guint i = 0; i < self->n_chosen; i++)
    {
      guint column = self->chosen[i];
      double least;
      double most;

      if (!pymva_transform_fit_scan (self, column, &least, &most, error))
        return FALSE;
      subtract[column] = least;
      divide[column] = (most - least) / 2;
      add[column] = -1;
    }

  return add_affine (self, g_steal_pointer (&subtract), g_steal_pointer (&divide),
                     g_steal_pointer (&add), error);
}

static void
set_weights_error (const PymvaTransformFit *fit,
                   const char *what,
                   GError **error)
{
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
               "the transformation “%s”: %s is not positive, because some weights are negative; "
               "let “negative-weights” of the data set be “drop”, “zero” or “absolute”",
               fit->step->text, what);
}

/* The weighted moments of the finite values of a column. */
static gboolean
get_moments (const PymvaTransformFit *fit,
             guint column,
             double *mean,
             double *deviation,
             GError **error)
{
  g_autofree double *values = g_new (double, fit->n_events);
  g_autofree double *weights = g_new (double, fit->n_events);
  gsize n = 0;
  PymvaMoments moments;

  for (gsize i = 0; i < fit->n_events; i++)
    {
      values[n] = fit->values[i * fit->n_columns + column];
      weights[n] = fit->weights[i];
      n += weights[n] != 0 && isfinite (values[n]);
    }
  pymva_statistics_moments (values, weights, n, &moments);

  if (!(moments.sum_of_weights > 0) || !(moments.variance > 0))
    {
      g_autofree char *what = g_strdup_printf ("the variance of “%s”", fit->names[column]);

      set_weights_error (fit, what, error);
      return FALSE;
    }

  *mean = moments.mean;
  *deviation = sqrt (moments.variance);
  return TRUE;
}

gboolean
pymva_transform_fit_moments (PymvaTransformFit *self,
                             GError **error)
{
  g_autofree double *subtract = new_numbers (self, 0);
  g_autofree double *divide = new_numbers (self, 1);

  for (guint i = 0; i < self->n_chosen; i++)
    {
      guint column = self->chosen[i];
      double least;
      double most;

      if (!pymva_transform_fit_scan (self, column, &least, &most, error) ||
          !get_moments (self, column, &subtract[column], &divide[column], error))
        return FALSE;
    }

  return add_affine (self, g_steal_pointer (&subtract), g_steal_pointer (&divide), NULL, error);
}

/* --- all columns at once --- */

/* The means and the covariance of the chosen columns. */
typedef struct
{
  double *means;
  double *matrix;
  /* Of the covariance: see pymva_eigen_symmetric(). */
  double *values;
  double *vectors;
} Covariance;

static void
covariance_clear (Covariance *covariance)
{
  g_clear_pointer (&covariance->means, g_free);
  g_clear_pointer (&covariance->matrix, g_free);
  g_clear_pointer (&covariance->values, g_free);
  g_clear_pointer (&covariance->vectors, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Covariance, covariance_clear)

/* Every chosen column varies, and no value is missing: a sum over columns would lack it. */
static gboolean
check_columns (const PymvaTransformFit *fit,
               GError **error)
{
  for (guint i = 0; i < fit->n_chosen; i++)
    {
      guint column = fit->chosen[i];
      double least;
      double most;

      for (gsize k = 0; k < fit->n_events; k++)
        if (fit->weights[k] != 0 && !isfinite (fit->values[k * fit->n_columns + column]))
          {
            g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
                         "the transformation “%s” adds up columns, and “%s” has missing values; "
                         "let “missing-values” of the data set be “drop”, or use a transformation "
                         "of single columns: N, S, U or G", fit->step->text, fit->names[column]);
            return FALSE;
          }
      if (!pymva_transform_fit_scan (fit, column, &least, &most, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
compute_means (const PymvaTransformFit *fit,
               double *means,
               double *sum_of_weights,
               GError **error)
{
  guint n = fit->n_chosen;

  *sum_of_weights = 0;
  for (gsize k = 0; k < fit->n_events; k++)
    {
      if (fit->weights[k] == 0)
        continue;
      *sum_of_weights += fit->weights[k];
      for (guint i = 0; i < n; i++)
        means[i] += fit->weights[k] * fit->values[k * fit->n_columns + fit->chosen[i]];
    }
  if (!(*sum_of_weights > 0))
    {
      set_weights_error (fit, "the sum of the weights", error);
      return FALSE;
    }

  for (guint i = 0; i < n; i++)
    means[i] /= *sum_of_weights;
  return TRUE;
}

static gboolean
compute_covariance (const PymvaTransformFit *fit,
                    Covariance *covariance,
                    GError **error)
{
  guint n = fit->n_chosen;
  g_autofree double *difference = g_new (double, n);
  g_autofree double *copy = NULL;
  double *matrix;
  double sum;

  covariance->means = g_new0 (double, n);
  covariance->matrix = matrix = g_new0 (double, (gsize) n * n);
  if (!check_columns (fit, error) || !compute_means (fit, covariance->means, &sum, error))
    return FALSE;

  for (gsize k = 0; k < fit->n_events; k++)
    {
      if (fit->weights[k] == 0)
        continue;
      for (guint i = 0; i < n; i++)
        difference[i] = fit->values[k * fit->n_columns + fit->chosen[i]] - covariance->means[i];
      for (guint i = 0; i < n; i++)
        {
          double weighted = fit->weights[k] * difference[i];

          for (guint j = i; j < n; j++)
            matrix[(gsize) i * n + j] += weighted * difference[j];
        }
    }
  for (guint i = 0; i < n; i++)
    for (guint j = i; j < n; j++)
      matrix[(gsize) j * n + i] = matrix[(gsize) i * n + j] /= sum;

  covariance->values = g_new (double, n);
  covariance->vectors = g_new (double, (gsize) n * n);
  copy = g_memdup2 (matrix, (gsize) n * n * sizeof *matrix);
  pymva_eigen_symmetric (copy, n, covariance->values, covariance->vectors);
  return TRUE;
}

/* Names the columns of a combination that does not vary. */
static void
set_dependence_error (const PymvaTransformFit *fit,
                      const double *vector,
                      GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree char *list = NULL;
  double largest = 0;

  for (guint i = 0; i < fit->n_chosen; i++)
    largest = fmax (largest, fabs (vector[i]));
  for (guint i = 0; i < fit->n_chosen; i++)
    if (fabs (vector[i]) >= LEAST_SHARE * largest)
      g_ptr_array_add (names, fit->names[fit->chosen[i]]);
  g_ptr_array_add (names, NULL);
  list = pymva_names_format_list ((const char * const *) names->pdata, 10);

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
               "the transformation “%s”: one of the variables %s follows from the others, so they "
               "cannot be decorrelated; leave one of them out, or use P instead",
               fit->step->text, list);
}

/* In the correlations all columns have the same unit, so that small means small. */
static gboolean
check_independence (const PymvaTransformFit *fit,
                    const Covariance *covariance,
                    GError **error)
{
  gsize n = fit->n_chosen;
  g_autofree double *correlations = g_new (double, n * n);
  g_autofree double *values = g_new (double, n);
  g_autofree double *vectors = g_new (double, n * n);

  for (gsize i = 0; i < n; i++)
    if (!(covariance->matrix[i * n + i] > 0))
      {
        g_autofree char *what = g_strdup_printf ("the variance of “%s”",
                                                 fit->names[fit->chosen[i]]);

        set_weights_error (fit, what, error);
        return FALSE;
      }
  for (gsize i = 0; i < n; i++)
    for (gsize j = 0; j < n; j++)
      correlations[i * n + j] = covariance->matrix[i * n + j] /
                                sqrt (covariance->matrix[i * n + i]) /
                                sqrt (covariance->matrix[j * n + j]);
  pymva_eigen_symmetric (correlations, n, values, vectors);

  if (values[n - 1] < -LEAST_EIGENVALUE)
    {
      set_weights_error (fit, "the variance of a combination of variables", error);
      return FALSE;
    }
  if (values[n - 1] < LEAST_EIGENVALUE || covariance->values[n - 1] <= 0)
    {
      set_dependence_error (fit, vectors + (n - 1) * n, error);
      return FALSE;
    }

  return TRUE;
}

/* V^T diag (values ^ power) V, for eigenvectors in the rows of V. */
static double *
raise_matrix (const Covariance *covariance,
              guint n,
              double power)
{
  double *result = g_new0 (double, (gsize) n * n);

  for (guint k = 0; k < n; k++)
    {
      const double *vector = covariance->vectors + (gsize) k * n;
      double factor = pow (covariance->values[k], power);

      for (guint i = 0; i < n; i++)
        for (guint j = 0; j < n; j++)
          result[(gsize) i * n + j] += factor * vector[i] * vector[j];
    }

  return result;
}

/* Adds a matrix, n_chosen x n_chosen, which is taken. */
static gboolean
add_matrix (PymvaTransformFit *fit,
            GPtrArray *stages,
            double *matrix,
            GError **error)
{
  PymvaTransformStage *stage = pymva_transform_stage_new ("matrix");

  pymva_transform_stage_take (stage, "matrix", matrix, fit->n_chosen, fit->n_chosen);
  if (fit->n_chosen < fit->n_columns)
    pymva_transform_stage_set_columns (stage, fit->chosen, fit->n_chosen);

  return pymva_transform_fit_add (fit, stages, stage, error);
}

gboolean
pymva_transform_fit_decorrelation (PymvaTransformFit *self,
                                   GError **error)
{
  g_auto (Covariance) covariance = { NULL };
  guint n = self->n_chosen;

  return compute_covariance (self, &covariance, error) &&
         check_independence (self, &covariance, error) &&
         add_matrix (self, self->forward, raise_matrix (&covariance, n, -0.5), error) &&
         add_matrix (self, self->backward, raise_matrix (&covariance, n, 0.5), error);
}

/* Adds an affine stage of one table, of the means; the other columns have 0. */
static gboolean
add_means (PymvaTransformFit *fit,
           GPtrArray *stages,
           const char *key,
           const double *means,
           GError **error)
{
  PymvaTransformStage *stage = pymva_transform_stage_new ("affine");
  double *numbers = new_numbers (fit, 0);

  for (guint i = 0; i < fit->n_chosen; i++)
    numbers[fit->chosen[i]] = means[i];
  pymva_transform_stage_take (stage, key, numbers, fit->n_columns, 0);

  return pymva_transform_fit_add (fit, stages, stage, error);
}

gboolean
pymva_transform_fit_principal (PymvaTransformFit *self,
                               GError **error)
{
  g_auto (Covariance) covariance = { NULL };
  gsize n = self->n_chosen;
  double *transposed;

  if (!compute_covariance (self, &covariance, error))
    return FALSE;

  transposed = g_new (double, n * n);
  for (gsize i = 0; i < n; i++)
    for (gsize j = 0; j < n; j++)
      transposed[j * n + i] = covariance.vectors[i * n + j];

  return add_matrix (self, self->backward, transposed, error) &&
         add_means (self, self->backward, "add", covariance.means, error) &&
         add_means (self, self->forward, "subtract", covariance.means, error) &&
         add_matrix (self, self->forward, g_steal_pointer (&covariance.vectors), error);
}
