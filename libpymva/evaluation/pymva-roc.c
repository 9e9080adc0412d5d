/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>
#include <string.h>

#include "base/pymva-statistics-private.h"

#include "pymva-roc-private.h"

#define N_SEPARATION_BINS 100

typedef struct
{
  double response;
  double signal;
  double background;
} Step;

static int
compare_steps (gconstpointer a,
               gconstpointer b,
               gpointer user_data)
{
  double first = ((const Step *) a)->response;
  double second = ((const Step *) b)->response;

  return first < second ? 1 : first > second ? -1 : 0;
}

/* Weightless events are left out: they must not make points of their own. */
static Step *
collect_steps (const double *responses,
               const guint8 *is_signal,
               const double *weights,
               gsize n_events,
               gsize *n_steps)
{
  g_autofree Step *steps = g_new (Step, MAX (n_events, 1));
  gsize n = 0;

  for (gsize i = 0; i < n_events; i++)
    {
      double weight = weights != NULL ? weights[i] : 1;

      if (weight != 0)
        steps[n++] = (Step) { responses[i], is_signal[i] ? weight : 0, is_signal[i] ? 0 : weight };
    }

  g_qsort_with_data (steps, n, sizeof (Step), compare_steps, NULL);
  *n_steps = n;

  return g_steal_pointer (&steps);
}

static void
trace_curve (PymvaRoc *self,
             const Step *steps,
             gsize n_steps)
{
  double signal = 0;
  double background = 0;
  gsize n = 1;

  self->points = g_new (double, 3 * (n_steps + 1));
  self->points[0] = INFINITY;
  self->points[1] = 0;
  self->points[2] = 0;

  /* Equal responses are accepted together, so they share one point. */
  for (gsize i = 0; i < n_steps; i++)
    {
      signal += steps[i].signal;
      background += steps[i].background;
      if (i + 1 < n_steps && steps[i + 1].response == steps[i].response)
        continue;
      self->points[3 * n] = steps[i].response;
      self->points[3 * n + 1] = background;
      self->points[3 * n + 2] = signal;
      n++;
    }

  for (gsize i = 0; i < n; i++)
    {
      self->points[3 * i + 1] /= background;
      self->points[3 * i + 2] /= signal;
    }

  self->points = g_renew (double, self->points, 3 * n);
  self->n_points = n;
}

static double
integrate_curve (const PymvaRoc *self)
{
  double area = 0;

  for (gsize i = 1; i < self->n_points; i++)
    {
      const double *before = self->points + 3 * (i - 1);
      const double *here = self->points + 3 * i;

      area += (here[1] - before[1]) * (here[2] + before[2]) / 2;
    }

  return area;
}

/* |difference of the means| / sqrt (sum of the variances), as TMVA::MethodBase::GetSignificance. */
static double
compute_significance (const double *responses,
                      const guint8 *is_signal,
                      const double *weights,
                      gsize n_events)
{
  g_autofree double *part = g_new (double, n_events);
  PymvaMoments moments[2];
  double spread;

  for (int side = 0; side < 2; side++)
    {
      for (gsize i = 0; i < n_events; i++)
        part[i] = !!is_signal[i] == side ? (weights != NULL ? weights[i] : 1) : 0;
      pymva_statistics_moments (responses, part, n_events, &moments[side]);
    }

  spread = sqrt (moments[0].variance + moments[1].variance);
  return spread > 0 ? fabs (moments[1].mean - moments[0].mean) / spread : 0;
}

/* pymva_roc_new:
 * @responses: finite
 * @weights: (nullable): finite; those of each side sum to more than zero
 *
 * The curve is sklearn.metrics.roc_curve (drop_intermediate=False), the area the trapezoids'. */
PymvaRoc *
pymva_roc_new (const double *responses,
               const guint8 *is_signal,
               const double *weights,
               gsize n_events)
{
  PymvaRoc *self = g_new0 (PymvaRoc, 1);
  gsize n_steps;
  g_autofree Step *steps = collect_steps (responses, is_signal, weights, n_events, &n_steps);

  trace_curve (self, steps, n_steps);
  self->auc = integrate_curve (self);
  self->separation = pymva_statistics_separation (responses, is_signal, weights, n_events,
                                                  N_SEPARATION_BINS);
  self->significance = compute_significance (responses, is_signal, weights, n_events);

  return self;
}

void
pymva_roc_free (PymvaRoc *self)
{
  g_free (self->points);
  g_free (self);
}

/* pymva_roc_get_signal_efficiency: along the straight lines between the points of the curve; where
 * it rises vertically, its upper end. NaN below zero. */
double
pymva_roc_get_signal_efficiency (const PymvaRoc *self,
                                 double background_efficiency)
{
  if (!(background_efficiency >= 0))
    return NAN;

  for (gsize i = 1; i < self->n_points; i++)
    {
      const double *before = self->points + 3 * (i - 1);
      const double *here = self->points + 3 * i;

      if (here[1] > background_efficiency)
        return before[2] + (here[2] - before[2]) * (background_efficiency - before[1]) /
                           (here[1] - before[1]);
    }

  return self->points[3 * (self->n_points - 1) + 2];
}

typedef struct
{
  double response;
  gsize event;
} Place;

static int
compare_places (gconstpointer a,
                gconstpointer b,
                gpointer user_data)
{
  double first = ((const Place *) a)->response;
  double second = ((const Place *) b)->response;

  return first < second ? -1 : first > second ? 1 : 0;
}

/* The sums of the weights of background [0] and signal [1], and what makes the variance of each
 * unbiased: 1 / (1 - sum w^2 / (sum w)^2), which is n / (n - 1) where all weights are equal. */
static void
sum_sides (const guint8 *is_signal,
           const double *weights,
           gsize n_events,
           double *sums,
           double *corrections)
{
  double squares[2] = { 0, 0 };

  sums[0] = sums[1] = 0;
  for (gsize i = 0; i < n_events; i++)
    {
      double weight = weights != NULL ? weights[i] : 1;

      sums[!!is_signal[i]] += weight;
      squares[!!is_signal[i]] += weight * weight;
    }

  for (int side = 0; side < 2; side++)
    {
      double rest = 1 - squares[side] / (sums[side] * sums[side]);

      corrections[side] = rest > 0 ? 1 / rest : NAN;
    }
}

/* pymva_roc_add_influences:
 *
 * The area is the mean, over pairs of a signal and a background event, of which one has the higher
 * response. What an event contributes is the share of the other side that it is on the right side
 * of, less the area, times its share of the weights of its own side; ties count half. The sum of
 * the squares of these is the variance of DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988)
 * 837, and the sum of the products of those of two methods their covariance. The shares come out of
 * one pass over the sorted events, as in Sun and Xu, IEEE Signal Processing Letters 21 (2014) 1389.
 * With weights it is the linearised variance of the weighted area of Yao, Li and Graubard,
 * Statistics in Medicine 34 (2015) 1293, for events that were drawn one by one. */
void
pymva_roc_add_influences (const PymvaRoc *self,
                          const double *responses,
                          const guint8 *is_signal,
                          const double *weights,
                          gsize n_events,
                          double share,
                          double *influences)
{
  g_autofree Place *places = g_new (Place, MAX (n_events, 1));
  double sums[2], corrections[2];
  double below[2] = { 0, 0 };

  sum_sides (is_signal, weights, n_events, sums, corrections);
  for (gsize i = 0; i < n_events; i++)
    places[i] = (Place) { responses[i], i };
  g_qsort_with_data (places, n_events, sizeof (Place), compare_places, NULL);

  for (gsize first = 0, end; first < n_events; first = end)
    {
      double here[2] = { 0, 0 };

      for (end = first; end < n_events && places[end].response == places[first].response; end++)
        {
          gsize i = places[end].event;

          here[!!is_signal[i]] += weights != NULL ? weights[i] : 1;
        }
      for (gsize at = first; at < end; at++)
        {
          gsize i = places[at].event;
          int side = !!is_signal[i];
          double weight = weights != NULL ? weights[i] : 1;
          double passed = (below[!side] + here[!side] / 2) / sums[!side];
          double right = side == 1 ? passed : 1 - passed;

          influences[i] +=
            weight / sums[side] * (right - self->auc) * sqrt (corrections[side]) / share;
        }
      below[0] += here[0];
      below[1] += here[1];
    }
}
