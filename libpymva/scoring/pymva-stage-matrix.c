/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "data/pymva-tensor-private.h"
#include "pymva-json-private.h"
#include "pymva-stage-private.h"
#include "pymva-stage-tables-private.h"

/* The stage "matrix": y = M x in double, each sum in the order of the columns, for all columns or
 * for those that the key "columns" lists; the others stay as they are. And the engine "linear", a
 * model that is such a product and a bias: y = M x + b. */
typedef struct
{
  PymvaStage parent;
  guint n_rows;
  guint n_columns;
  /* The matrix by columns: so the sums of all rows grow together, and the compiler may do several
   * at once without changing the order in any of them. */
  double *transposed;
  guint *columns; /* or NULL: all */
  PymvaTensor *bias; /* or NULL */
} Matrix;

static void
matrix_free (PymvaStage *stage)
{
  Matrix *self = (Matrix *) stage;

  g_free (self->transposed);
  g_free (self->columns);
  g_clear_object (&self->bias);
  g_free (self);
}

static gboolean
read_matrix (Matrix *self,
             JsonObject *description,
             GHashTable *tensors,
             const char *key,
             GError **error)
{
  g_autoptr (PymvaTensor) tensor = NULL;
  const double *values;

  if (!pymva_stage_read_tensor (description, tensors, key, TRUE, PYMVA_DTYPE_FLOAT64, 2,
                                &tensor, error))
    return FALSE;

  /* Some of the columns can only be replaced by as many. */
  if (pymva_tensor_get_length (tensor, 1) != self->n_columns ||
      pymva_tensor_get_length (tensor, 0) < 1 ||
      pymva_tensor_get_length (tensor, 0) > PYMVA_STAGE_MOST_COLUMNS ||
      (self->columns != NULL && pymva_tensor_get_length (tensor, 0) != self->n_columns))
    {
      g_autofree char *shape = pymva_tensor_format_shape (tensor);

      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "its “%s” is %s, which does not take %u columns", key, shape,
                   self->n_columns);
      return FALSE;
    }
  if (!pymva_stage_check_finite (tensor, key, error))
    return FALSE;

  self->n_rows = pymva_tensor_get_length (tensor, 0);
  self->transposed = g_new (double, (gsize) self->n_rows * self->n_columns);
  values = pymva_tensor_peek_data (tensor);
  for (gsize i = 0; i < self->n_rows; i++)
    for (gsize j = 0; j < self->n_columns; j++)
      self->transposed[j * self->n_rows + i] = values[i * self->n_columns + j];

  return TRUE;
}

static PymvaStage *
matrix_new (JsonObject *description,
            GHashTable *tensors,
            guint n_inputs,
            GError **error)
{
  Matrix *self = g_new0 (Matrix, 1);
  g_autoptr (PymvaStage) stage = &self->parent;

  stage->klass = &pymva_stage_matrix_class;
  stage->n_inputs = n_inputs;
  self->n_columns = n_inputs;
  if (!pymva_stage_read_numbers (description, "columns", FALSE, n_inputs, &self->columns,
                                 &self->n_columns, error) ||
      !read_matrix (self, description, tensors, "matrix", error))
    return NULL;

  stage->n_outputs = self->columns != NULL ? n_inputs : self->n_rows;
  stage->row_scratch = sizeof (double) * self->n_rows;
  return g_steal_pointer (&stage);
}

static PymvaStage *
linear_new (JsonObject *description,
            GHashTable *tensors,
            guint n_inputs,
            GError **error)
{
  Matrix *self = g_new0 (Matrix, 1);
  g_autoptr (PymvaStage) stage = &self->parent;

  stage->klass = &pymva_stage_linear_class;
  stage->n_inputs = n_inputs;
  self->n_columns = n_inputs;
  if (!read_matrix (self, description, tensors, "weight", error) ||
      !pymva_stage_read_columns (description, tensors, "bias", FALSE, PYMVA_DTYPE_FLOAT64,
                                 self->n_rows, &self->bias, error) ||
      (self->bias != NULL && !pymva_stage_check_finite (self->bias, "bias", error)))
    return NULL;

  stage->n_outputs = self->n_rows;
  stage->row_scratch = sizeof (double) * self->n_rows;
  return g_steal_pointer (&stage);
}

PymvaMatrixTables
pymva_stage_matrix_get_tables (const PymvaStage *stage)
{
  const Matrix *self = (const Matrix *) stage;

  return (PymvaMatrixTables) {
    .n_rows = self->n_rows,
    .n_columns = self->n_columns,
    .transposed = self->transposed,
    .columns = self->columns,
    .bias = self->bias != NULL ? pymva_tensor_peek_data (self->bias) : NULL,
  };
}

static void
matrix_run (const PymvaStage *stage,
            const PymvaColumns *inputs,
            double *outputs,
            gsize n_rows,
            gpointer scratch)
{
  const Matrix *self = (const Matrix *) stage;
  double *sums = scratch;

  for (gsize row = 0; row < n_rows; row++)
    {
      gsize first = row * stage->n_inputs;
      double *y = outputs + row * stage->n_outputs;

      for (guint i = 0; i < self->n_rows; i++)
        sums[i] = 0;
      for (guint j = 0; j < self->n_columns; j++)
        {
          const double *column = self->transposed + (gsize) j * self->n_rows;
          double x = pymva_columns_get (inputs,
                                        first + (self->columns != NULL ? self->columns[j] : j));

          for (guint i = 0; i < self->n_rows; i++)
            sums[i] += column[i] * x;
        }

      for (guint i = 0; self->columns != NULL && i < stage->n_inputs; i++)
        y[i] = pymva_columns_get (inputs, first + i);
      for (guint i = 0; i < self->n_rows; i++)
        y[self->columns != NULL ? self->columns[i] : i] = sums[i];
    }
}

static void
linear_run (const PymvaStage *stage,
            const PymvaColumns *inputs,
            double *outputs,
            gsize n_rows,
            gpointer scratch)
{
  const Matrix *self = (const Matrix *) stage;
  const double *bias = self->bias != NULL ? pymva_tensor_peek_data (self->bias) : NULL;

  matrix_run (stage, inputs, outputs, n_rows, scratch);
  /* Last, as the frameworks do it. */
  for (gsize row = 0; bias != NULL && row < n_rows; row++)
    for (guint i = 0; i < self->n_rows; i++)
      outputs[row * self->n_rows + i] += bias[i];
}

const PymvaStageClass pymva_stage_linear_class = {
  .kind = "linear",
  .engine = TRUE,
  .new = linear_new,
  .free = matrix_free,
  .run = linear_run,
};

const PymvaStageClass pymva_stage_matrix_class = {
  .kind = "matrix",
  .exact = TRUE,
  .new = matrix_new,
  .free = matrix_free,
  .run = matrix_run,
};
