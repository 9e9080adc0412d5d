/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include <pymva/pymva-error.h>

#include "data/pymva-tensor-private.h"
#include "pymva-responses-private.h"

/* TMVA's defaults, NbinsMVAPdf and NsmoothMVAPdf. */
#define N_BINS 60
#define N_SMOOTH 2

enum
{
  SIGNAL,
  BACKGROUND,
  N_CLASSES,
};

struct _PymvaResponses
{
  /* Of bins of equal width. */
  double minimum;
  double maximum;
  double width;
  guint n_bins;
  /* At the centres of the bins, class after class. Between them they follow straight lines, and
   * beyond the outer ones they stay up to the edge, and are zero from there on. That integrates to
   * one, as the histogram does. */
  double *densities;
};

static PymvaResponses *
responses_new (double minimum,
               double maximum,
               guint n_bins)
{
  PymvaResponses *self = g_new0 (PymvaResponses, 1);

  self->minimum = minimum;
  self->maximum = maximum;
  self->width = (maximum - minimum) / n_bins;
  self->n_bins = n_bins;
  self->densities = g_new0 (double, (gsize) N_CLASSES * n_bins);

  return self;
}

void
pymva_responses_free (PymvaResponses *self)
{
  g_free (self->densities);
  g_free (self);
}

static const double *
get_density (const PymvaResponses *self,
             guint class_number)
{
  return self->densities + (gsize) class_number * self->n_bins;
}

/* --- making --- */

static void
find_range (const float *responses,
            gsize n,
            double *minimum,
            double *maximum)
{
  *minimum = INFINITY;
  *maximum = -INFINITY;
  for (gsize i = 0; i < n; i++)
    if (isfinite (responses[i]))
      {
        *minimum = MIN (*minimum, responses[i]);
        *maximum = MAX (*maximum, responses[i]);
      }
  /* Where all are the same they are in the middle of bins that are wide enough to tell apart. */
  if (!(*maximum > *minimum))
    {
      double middle = isfinite (*minimum) ? *minimum : 0.5;
      double reach = MAX (0.5, fabs (middle) * FLT_EPSILON);

      *minimum = middle - reach;
      *maximum = middle + reach;
    }
}

static void
fill (PymvaResponses *self,
      const float *responses,
      const gint32 *labels,
      const double *weights,
      gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      double *density = self->densities + (labels[i] == 0 ? SIGNAL : BACKGROUND) * self->n_bins;
      int bin;

      if (!isfinite (responses[i]))
        continue;
      bin = (int) ((responses[i] - self->minimum) / self->width);
      density[CLAMP (bin, 0, (int) self->n_bins - 1)] += weights[i];
    }
}

/* A binomial filter: half of a bin stays, and a quarter goes to each side. Nothing gets lost. */
static void
smooth (double *density,
        guint n_bins)
{
  double previous = density[0];

  for (guint i = 0; i < n_bins; i++)
    {
      double here = density[i];
      double next = i + 1 < n_bins ? density[i + 1] : here;

      density[i] = 0.25 * previous + 0.5 * here + 0.25 * next;
      previous = here;
    }
}

static gboolean
normalise (PymvaResponses *self,
           guint class_number,
           GError **error)
{
  double *density = self->densities + (gsize) class_number * self->n_bins;
  double sum = 0.0;

  /* Negative weights may leave a bin below nothing, which no density can be. */
  for (guint i = 0; i < self->n_bins; i++)
    sum += density[i] = MAX (density[i], 0.0);
  if (!(sum > 0.0) || !isfinite (sum))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "The weights of the training events of the %s do not give its responses a "
                   "distribution; switch “response-distributions” off, or see “negative-weights” "
                   "of the data set", class_number == SIGNAL ? "signal" : "background");
      return FALSE;
    }
  for (guint i = 0; i < N_SMOOTH; i++)
    smooth (density, self->n_bins);
  for (guint i = 0; i < self->n_bins; i++)
    density[i] /= sum * self->width;

  return TRUE;
}

PymvaResponses *
pymva_responses_new (PymvaTensor *responses,
                     PymvaTensor *labels,
                     PymvaTensor *weights,
                     GError **error)
{
  g_autoptr (PymvaResponses) self = NULL;
  const float *values = pymva_tensor_peek_data (responses);
  gsize n = pymva_tensor_get_length (responses, 0);
  double minimum;
  double maximum;

  find_range (values, n, &minimum, &maximum);
  self = responses_new (minimum, maximum, N_BINS);
  fill (self, values, pymva_tensor_peek_data (labels), pymva_tensor_peek_data (weights), n);
  if (!normalise (self, SIGNAL, error) || !normalise (self, BACKGROUND, error))
    return NULL;

  return g_steal_pointer (&self);
}

/* --- in files --- */

GHashTable *
pymva_responses_list_tensors (PymvaResponses *self)
{
  GHashTable *tensors = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
  const double edges[] = { self->minimum, self->maximum };

  g_hash_table_insert (tensors, (gpointer) "edges",
                       pymva_tensor_new_from_doubles (edges, G_N_ELEMENTS (edges), 0, NULL));
  g_hash_table_insert (tensors, (gpointer) "densities",
                       pymva_tensor_new_from_doubles (self->densities,
                                                      (gsize) N_CLASSES * self->n_bins,
                                                      self->n_bins, NULL));

  return tensors;
}

/* Whether numbers of a file are a density. */
static gboolean
is_density (const PymvaResponses *self,
            const double *density)
{
  double integral = 0.0;

  for (guint i = 0; i < self->n_bins; i++)
    if (density[i] >= 0.0)
      integral += density[i] * self->width;
    else
      return FALSE;

  return fabs (integral - 1.0) < 1e-6;
}

PymvaResponses *
pymva_responses_new_from_tensors (GHashTable *tensors,
                                  GError **error)
{
  PymvaTensor *edges = g_hash_table_lookup (tensors, "edges");
  PymvaTensor *densities = g_hash_table_lookup (tensors, "densities");
  g_autoptr (PymvaResponses) self = NULL;

  if (edges != NULL && densities != NULL &&
      pymva_tensor_get_dtype (edges) == PYMVA_DTYPE_FLOAT64 &&
      pymva_tensor_get_dtype (densities) == PYMVA_DTYPE_FLOAT64 &&
      pymva_tensor_get_n_dims (edges) == 1 && pymva_tensor_get_length (edges, 0) == 2 &&
      pymva_tensor_get_n_dims (densities) == 2 &&
      pymva_tensor_get_length (densities, 0) == N_CLASSES &&
      pymva_tensor_get_length (densities, 1) >= 1 &&
      pymva_tensor_get_length (densities, 1) <= G_MAXUINT16)
    {
      const double *borders = pymva_tensor_peek_data (edges);
      guint n_bins = pymva_tensor_get_length (densities, 1);

      self = responses_new (borders[0], borders[1], n_bins);
      memcpy (self->densities, pymva_tensor_peek_data (densities),
              sizeof (double) * N_CLASSES * n_bins);
      if (isfinite (borders[0]) && isfinite (borders[1]) && borders[1] > borders[0] &&
          self->width > 0.0 && isfinite (self->width) &&
          is_density (self, get_density (self, SIGNAL)) &&
          is_density (self, get_density (self, BACKGROUND)))
        return g_steal_pointer (&self);
    }

  g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                       "it does not hold the distributions of two classes");
  return NULL;
}

/* --- asking --- */

static double
evaluate (const PymvaResponses *self,
          guint class_number,
          double response)
{
  const double *density = get_density (self, class_number);
  double place = (response - self->minimum) / self->width;
  double share;
  guint bin;

  if (!(response >= self->minimum && response <= self->maximum))
    return 0.0;
  place = CLAMP (place - 0.5, 0.0, self->n_bins - 1.0);
  bin = (guint) place;
  share = place - bin;

  return share > 0.0 ? (1.0 - share) * density[bin] + share * density[bin + 1] : density[bin];
}

double
pymva_responses_get_probability (const PymvaResponses *self,
                                 double response,
                                 double prior)
{
  double signal = prior * evaluate (self, SIGNAL, response);
  double background = (1.0 - prior) * evaluate (self, BACKGROUND, response);

  return signal + background > 0.0 ? signal / (signal + background) : NAN;
}

double
pymva_responses_get_rarity (const PymvaResponses *self,
                            double response)
{
  const double *density = get_density (self, BACKGROUND);
  double place = (response - self->minimum) / self->width;
  double integral;
  double share;
  guint bin;

  if (isnan (response))
    return NAN;
  if (response <= self->minimum)
    return 0.0;
  if (response >= self->maximum)
    return 1.0;

  /* The first half bin, the whole steps between centres, and a part of one. */
  if (place <= 0.5)
    return MIN (place * density[0] * self->width, 1.0);
  integral = 0.5 * density[0];
  place -= 0.5;
  bin = MIN ((guint) place, self->n_bins - 1);
  for (guint i = 0; i < bin; i++)
    integral += 0.5 * (density[i] + density[i + 1]);
  share = place - bin;
  if (bin + 1 < self->n_bins)
    integral += share * (density[bin] + 0.5 * share * (density[bin + 1] - density[bin]));
  else
    integral += share * density[bin];

  return MIN (integral * self->width, 1.0);
}
