/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include <pymva/pymva-error.h>

#include "data/pymva-tensor-private.h"
#include "pymva-json-private.h"
#include "pymva-stage-private.h"
#include "pymva-stage-tables-private.h"

/* The stage "kernel", a support vector machine: one column, the sum of a radial kernel around each
 * of its vectors, times the weight of that. */
typedef struct
{
  PymvaStage parent;
  PymvaTensor *vectors;
  PymvaTensor *weights;
  double gamma;
  double bias;
  gboolean is_single;
} Kernel;

static void
kernel_free (PymvaStage *stage)
{
  Kernel *self = (Kernel *) stage;

  g_clear_object (&self->vectors);
  g_clear_object (&self->weights);
  g_free (self);
}

static gboolean
read_numbers (Kernel *self,
              JsonObject *description,
              GError **error)
{
  const char *precision = "float64";

  if (!pymva_json_read_double (description, "gamma", TRUE, &self->gamma, error) ||
      !pymva_json_read_double (description, "bias", FALSE, &self->bias, error) ||
      !pymva_json_read_string (description, "precision", FALSE, &precision, error))
    return FALSE;

  self->is_single = g_str_equal (precision, "float32");
  if (self->is_single || g_str_equal (precision, "float64"))
    return TRUE;

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
               "“precision” is “%s”, not “float32” or “float64”", precision);
  return FALSE;
}

static PymvaStage *
kernel_new (JsonObject *description,
            GHashTable *tensors,
            guint n_inputs,
            GError **error)
{
  Kernel *self = g_new0 (Kernel, 1);
  g_autoptr (PymvaStage) stage = &self->parent;

  stage->klass = &pymva_stage_kernel_class;
  stage->n_inputs = n_inputs;
  stage->n_outputs = 1;
  if (!pymva_stage_read_tensor (description, tensors, "vectors", TRUE, PYMVA_DTYPE_FLOAT64, 2,
                                &self->vectors, error) ||
      !pymva_stage_check_finite (self->vectors, "vectors", error) ||
      !pymva_stage_read_tensor (description, tensors, "weights", TRUE, PYMVA_DTYPE_FLOAT64, 1,
                                &self->weights, error) ||
      !pymva_stage_check_finite (self->weights, "weights", error) ||
      !read_numbers (self, description, error))
    return NULL;

  if (pymva_tensor_get_length (self->vectors, 1) == n_inputs &&
      pymva_tensor_get_length (self->vectors, 0) == pymva_tensor_get_length (self->weights, 0))
    return g_steal_pointer (&stage);

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
               "its “vectors” are not of %u columns, or not as many as its “weights”", n_inputs);
  return NULL;
}

PymvaKernelTables
pymva_stage_kernel_get_tables (const PymvaStage *stage)
{
  const Kernel *self = (const Kernel *) stage;

  return (PymvaKernelTables) {
    .n_vectors = pymva_tensor_get_length (self->weights, 0),
    .vectors = pymva_tensor_peek_data (self->vectors),
    .weights = pymva_tensor_peek_data (self->weights),
    .gamma = self->gamma,
    .bias = self->bias,
    .is_single = self->is_single,
  };
}

static double
compute (const Kernel *self,
         const PymvaColumns *inputs,
         gsize first,
         const double *vector)
{
  double distance = 0;

  for (guint i = 0; i < self->parent.n_inputs; i++)
    {
      double difference = vector[i] - pymva_columns_get (inputs, first + i);

      distance += difference * difference;
    }

  return exp (-self->gamma * distance);
}

/* As TMVA has it: float32, but for the exponential function. */
static double
compute_single (const Kernel *self,
                const PymvaColumns *inputs,
                gsize first,
                const double *vector)
{
  float distance = 0;

  for (guint i = 0; i < self->parent.n_inputs; i++)
    {
      float difference = (float) vector[i] - (float) pymva_columns_get (inputs, first + i);

      distance += difference * difference;
    }

  return (float) exp (-distance * (float) self->gamma);
}

static void
kernel_run (const PymvaStage *stage,
            const PymvaColumns *inputs,
            double *outputs,
            gsize n_rows,
            gpointer scratch)
{
  const Kernel *self = (const Kernel *) stage;
  const double *vectors = pymva_tensor_peek_data (self->vectors);
  const double *weights = pymva_tensor_peek_data (self->weights);
  gsize n_vectors = pymva_tensor_get_length (self->weights, 0);
  guint n = stage->n_inputs;

  for (gsize row = 0; row < n_rows; row++)
    {
      double sum = 0;

      for (gsize i = 0; i < n_vectors; i++)
        if (self->is_single)
          sum += (float) weights[i] *
                 (float) compute_single (self, inputs, row * n, vectors + i * n);
        else
          sum += weights[i] * compute (self, inputs, row * n, vectors + i * n);
      outputs[row] = sum + self->bias;
    }
}

const PymvaStageClass pymva_stage_kernel_class = {
  .kind = "kernel",
  .engine = TRUE,
  .new = kernel_new,
  .free = kernel_free,
  .run = kernel_run,
};
