/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include <pymva/pymva-error.h>

#include "base/pymva-names-private.h"
#include "pymva-activation-private.h"
#include "pymva-json-private.h"

/* The parameters are those of torch.nn's documentation. */
#define SELU_ALPHA 1.6732632423543772848170429916717
#define SELU_SCALE 1.0507009873554804934193349852946

static const struct
{
  const char *name;
  PymvaActivationKind kind;
  PymvaNetworkFunction function;
  const char *keys[3];
  /* Of the function's two numbers, whether or not they have keys. */
  double defaults[2];
} kinds[] = {
  { "relu", PYMVA_ACTIVATION_FUNCTION, PYMVA_NETWORK_RELU },
  { "leaky-relu", PYMVA_ACTIVATION_FUNCTION, PYMVA_NETWORK_LEAKY_RELU, { "slope" }, { 0.01 } },
  { "elu", PYMVA_ACTIVATION_FUNCTION, PYMVA_NETWORK_ELU, { "alpha" }, { 1, 1 } },
  { "selu", PYMVA_ACTIVATION_FUNCTION, PYMVA_NETWORK_ELU, { NULL }, { SELU_ALPHA, SELU_SCALE } },
  { "gelu", PYMVA_ACTIVATION_FUNCTION, PYMVA_NETWORK_GELU },
  { "gelu-tanh", PYMVA_ACTIVATION_FUNCTION, PYMVA_NETWORK_GELU_TANH },
  { "silu", PYMVA_ACTIVATION_FUNCTION, PYMVA_NETWORK_SILU },
  { "tanh", PYMVA_ACTIVATION_FUNCTION, PYMVA_NETWORK_TANH },
  { "sigmoid", PYMVA_ACTIVATION_FUNCTION, PYMVA_NETWORK_SIGMOID },
  { "softplus", PYMVA_ACTIVATION_FUNCTION, PYMVA_NETWORK_SOFTPLUS, { "beta", "threshold" },
    { 1, 20 } },
  { "hard-tanh", PYMVA_ACTIVATION_FUNCTION, PYMVA_NETWORK_HARD_TANH, { "min", "max" }, { -1, 1 } },
  { "celu", PYMVA_ACTIVATION_FUNCTION, PYMVA_NETWORK_CELU, { "alpha" }, { 1 } },
  { "exponential", PYMVA_ACTIVATION_FUNCTION, PYMVA_NETWORK_EXP },
  { "hard-sigmoid", PYMVA_ACTIVATION_FUNCTION, PYMVA_NETWORK_HARD_SIGMOID },
  { "hard-silu", PYMVA_ACTIVATION_FUNCTION, PYMVA_NETWORK_HARD_SILU },
  { "log-sigmoid", PYMVA_ACTIVATION_FUNCTION, PYMVA_NETWORK_LOG_SIGMOID },
  { "mish", PYMVA_ACTIVATION_FUNCTION, PYMVA_NETWORK_MISH },
  { "soft-shrink", PYMVA_ACTIVATION_FUNCTION, PYMVA_NETWORK_SOFT_SHRINK, { "width" }, { 0.5 } },
  { "softsign", PYMVA_ACTIVATION_FUNCTION, PYMVA_NETWORK_SOFTSIGN },
  { "tanh-shrink", PYMVA_ACTIVATION_FUNCTION, PYMVA_NETWORK_TANH_SHRINK },
  { "identity", PYMVA_ACTIVATION_IDENTITY },
  { "softmax", PYMVA_ACTIVATION_SOFTMAX },
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
      self->kind = kinds[i].kind;
      self->function = kinds[i].function;
      self->first = (float) numbers[0];
      self->second = (float) numbers[1];
      return TRUE;
    }

  near = pymva_names_format_near (name, known);
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "there is no layer “%s”%s", name, near);
  return FALSE;
}

static void
run_softmax (const PymvaNetworkKernel *kernel,
             float *values,
             guint n)
{
  float largest = -INFINITY;
  double sum = 0;

  for (guint i = 0; i < n; i++)
    largest = fmaxf (largest, values[i]);
  for (guint i = 0; i < n; i++)
    values[i] -= largest;
  kernel->run_function (PYMVA_NETWORK_EXP, 0, 0, values, n);
  for (guint i = 0; i < n; i++)
    sum += values[i];
  for (guint i = 0; i < n; i++)
    values[i] = (float) (values[i] / sum);
}

void
pymva_activation_run (const PymvaActivation *self,
                      const PymvaNetworkKernel *kernel,
                      float *values,
                      guint n_columns,
                      gsize n_rows,
                      gsize stride)
{
  for (gsize row = 0; row < n_rows; row++)
    {
      float *x = values + row * stride;

      if (self->kind == PYMVA_ACTIVATION_FUNCTION)
        kernel->run_function (self->function, self->first, self->second, x, n_columns);
      else if (self->kind == PYMVA_ACTIVATION_SOFTMAX)
        run_softmax (kernel, x, n_columns);
    }
}
