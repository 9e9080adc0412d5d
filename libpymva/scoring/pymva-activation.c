/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include <pymva/pymva-error.h>

#include "base/pymva-names-private.h"
#include "pymva-activation-private.h"
#include "pymva-json-private.h"

/* The formulas are those of torch.nn's documentation. NaN stays NaN in all of them. */

static void
run_relu (const PymvaActivation *self,
          float *x,
          guint n)
{
  for (guint i = 0; i < n; i++)
    x[i] = x[i] < 0 ? 0 : x[i];
}

static void
run_leaky_relu (const PymvaActivation *self,
                float *x,
                guint n)
{
  float slope = self->first;

  for (guint i = 0; i < n; i++)
    x[i] = x[i] < 0 ? x[i] * slope : x[i];
}

static void
run_elu (const PymvaActivation *self,
         float *x,
         guint n)
{
  for (guint i = 0; i < n; i++)
    x[i] = x[i] < 0 ? self->first * expm1f (x[i]) : x[i];
}

static void
run_selu (const PymvaActivation *self,
          float *x,
          guint n)
{
  const float alpha = 1.6732632423543772848170429916717f;
  const float scale = 1.0507009873554804934193349852946f;

  for (guint i = 0; i < n; i++)
    x[i] = scale * (x[i] < 0 ? alpha * expm1f (x[i]) : x[i]);
}

static void
run_gelu (const PymvaActivation *self,
          float *x,
          guint n)
{
  for (guint i = 0; i < n; i++)
    x[i] = 0.5f * x[i] * (1 + erff (x[i] * (float) G_SQRT2 * 0.5f));
}

static void
run_gelu_tanh (const PymvaActivation *self,
               float *x,
               guint n)
{
  const float factor = 0.7978845608028654f; /* sqrt (2 / pi) */

  for (guint i = 0; i < n; i++)
    x[i] = 0.5f * x[i] * (1 + tanhf (factor * (x[i] + 0.044715f * x[i] * x[i] * x[i])));
}

static void
run_silu (const PymvaActivation *self,
          float *x,
          guint n)
{
  for (guint i = 0; i < n; i++)
    x[i] = x[i] / (1 + expf (-x[i]));
}

static void
run_tanh (const PymvaActivation *self,
          float *x,
          guint n)
{
  for (guint i = 0; i < n; i++)
    x[i] = tanhf (x[i]);
}

static void
run_sigmoid (const PymvaActivation *self,
             float *x,
             guint n)
{
  for (guint i = 0; i < n; i++)
    x[i] = 1 / (1 + expf (-x[i]));
}

static void
run_softplus (const PymvaActivation *self,
              float *x,
              guint n)
{
  float beta = self->first;

  for (guint i = 0; i < n; i++)
    x[i] = x[i] * beta > self->second ? x[i] : log1pf (expf (x[i] * beta)) / beta;
}

static void
run_hard_tanh (const PymvaActivation *self,
               float *x,
               guint n)
{
  for (guint i = 0; i < n; i++)
    x[i] = x[i] < self->first ? self->first : x[i] > self->second ? self->second : x[i];
}

static void
run_identity (const PymvaActivation *self,
              float *x,
              guint n)
{
}

static void
run_softmax (const PymvaActivation *self,
             float *x,
             guint n)
{
  float largest = -INFINITY;
  double sum = 0;

  for (guint i = 0; i < n; i++)
    largest = fmaxf (largest, x[i]);
  for (guint i = 0; i < n; i++)
    sum += x[i] = expf (x[i] - largest);
  for (guint i = 0; i < n; i++)
    x[i] = (float) (x[i] / sum);
}

static const struct
{
  const char *name;
  void (*run) (const PymvaActivation *self,
               float *values,
               guint n_values);
  const char *keys[3];
  double defaults[2];
} kinds[] = {
  { "relu", run_relu },
  { "leaky-relu", run_leaky_relu, { "slope" }, { 0.01 } },
  { "elu", run_elu, { "alpha" }, { 1 } },
  { "selu", run_selu },
  { "gelu", run_gelu },
  { "gelu-tanh", run_gelu_tanh },
  { "silu", run_silu },
  { "tanh", run_tanh },
  { "sigmoid", run_sigmoid },
  { "softplus", run_softplus, { "beta", "threshold" }, { 1, 20 } },
  { "hard-tanh", run_hard_tanh, { "min", "max" }, { -1, 1 } },
  { "identity", run_identity },
  { "softmax", run_softmax },
};

const char * const *
pymva_activation_get_keys (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (name, kinds[i].name))
      return kinds[i].keys;

  return NULL;
}

gboolean
pymva_activation_read (PymvaActivation *self,
                       const char *name,
                       JsonObject *parameters,
                       GError **error)
{
  const char *known[G_N_ELEMENTS (kinds) + 1] = { NULL };
  g_autofree char *near = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      double numbers[2] = { kinds[i].defaults[0], kinds[i].defaults[1] };

      known[i] = kinds[i].name;
      if (!g_str_equal (name, kinds[i].name))
        continue;

      for (guint key = 0; kinds[i].keys[key] != NULL; key++)
        if (!pymva_json_read_double (parameters, kinds[i].keys[key], FALSE, &numbers[key], error))
          return FALSE;
      self->run = kinds[i].run;
      self->first = (float) numbers[0];
      self->second = (float) numbers[1];
      return TRUE;
    }

  near = pymva_names_format_near (name, known);
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "there is no layer “%s”%s", name, near);
  return FALSE;
}

void
pymva_activation_run (const PymvaActivation *self,
                      float *values,
                      guint n_columns,
                      gsize n_rows,
                      gsize stride)
{
  for (gsize row = 0; row < n_rows; row++)
    self->run (self, values + row * stride, n_columns);
}
