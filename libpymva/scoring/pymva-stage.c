/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include <pymva/pymva-error.h>

#include "base/pymva-names-private.h"
#include "data/pymva-tensor-private.h"
#include "pymva-json-private.h"
#include "pymva-stage-private.h"

static const PymvaStageClass *const classes[] = {
  &pymva_stage_affine_class,
  &pymva_stage_choose_class,
  &pymva_stage_clip_class,
  &pymva_stage_encode_class,
  &pymva_stage_expression_class,
  &pymva_stage_fill_class,
  &pymva_stage_forest_class,
  &pymva_stage_interpolate_class,
  &pymva_stage_kernel_class,
  &pymva_stage_linear_class,
  &pymva_stage_link_class,
  &pymva_stage_matrix_class,
  &pymva_stage_mean_class,
  &pymva_stage_mlp_class,
  &pymva_stage_product_class,
  &pymva_stage_select_class,
  &pymva_stage_weighted_median_class,
};

static PymvaStage *
make_stage (JsonObject *description,
            GHashTable *tensors,
            guint n_inputs,
            gboolean for_export,
            GError **error)
{
  const char *known[G_N_ELEMENTS (classes) + 1] = { NULL };
  const char *kind = NULL;
  g_autofree char *near = NULL;

  if (!pymva_json_read_string (description, "kind", TRUE, &kind, error))
    return NULL;

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    {
      if (g_str_equal (kind, classes[i]->kind))
        {
          PymvaStage *self =
            for_export && classes[i]->new_for_export != NULL
              ? classes[i]->new_for_export (description, tensors, n_inputs, error)
              : classes[i]->new (description, tensors, n_inputs, error);

          if (self == NULL)
            g_prefix_error (error, "%s: ", kind);
          return self;
        }
      known[i] = classes[i]->kind;
    }

  near = pymva_names_format_near (kind, known);
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
               "there is no kind of stage “%s” in this version of the library%s", kind, near);
  return NULL;
}

PymvaStage *
pymva_stage_new (JsonObject *description,
                 GHashTable *tensors,
                 guint n_inputs,
                 GError **error)
{
  return make_stage (description, tensors, n_inputs, FALSE, error);
}

PymvaStage *
pymva_stage_new_for_export (JsonObject *description,
                            GHashTable *tensors,
                            guint n_inputs,
                            GError **error)
{
  return make_stage (description, tensors, n_inputs, TRUE, error);
}

void
pymva_stage_free (PymvaStage *self)
{
  self->klass->free (self);
}

gboolean
pymva_stage_read_tensor (JsonObject *description,
                         GHashTable *tensors,
                         const char *key,
                         gboolean required,
                         PymvaDType dtype,
                         guint n_dims,
                         PymvaTensor **tensor,
                         GError **error)
{
  const char *name = NULL;
  PymvaTensor *found;

  if (!pymva_json_read_string (description, key, required, &name, error))
    return FALSE;
  if (name == NULL)
    return TRUE;

  found = g_hash_table_lookup (tensors, name);
  if (found == NULL)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "there is no table “%s” for its “%s”, or it is that of a forest already", name,
                   key);
      return FALSE;
    }
  if (pymva_tensor_get_dtype (found) != dtype || pymva_tensor_get_n_dims (found) != n_dims)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "the table “%s” is %s with %u dimensions, not %s with %u", name,
                   pymva_dtype_get_name (pymva_tensor_get_dtype (found)),
                   pymva_tensor_get_n_dims (found), pymva_dtype_get_name (dtype), n_dims);
      return FALSE;
    }

  *tensor = g_object_ref (found);
  return TRUE;
}

gboolean
pymva_stage_read_columns (JsonObject *description,
                          GHashTable *tensors,
                          const char *key,
                          gboolean required,
                          PymvaDType dtype,
                          guint n_columns,
                          PymvaTensor **tensor,
                          GError **error)
{
  g_autoptr (PymvaTensor) found = NULL;

  if (!pymva_stage_read_tensor (description, tensors, key, required, dtype, 1, &found, error))
    return FALSE;
  if (found != NULL && pymva_tensor_get_length (found, 0) != n_columns)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "its “%s” has %" G_GINT64_FORMAT " elements for %u columns", key,
                   pymva_tensor_get_length (found, 0), n_columns);
      return FALSE;
    }

  *tensor = g_steal_pointer (&found);
  return TRUE;
}

gboolean
pymva_stage_read_numbers (JsonObject *description,
                          const char *key,
                          gboolean required,
                          guint n_columns,
                          guint **numbers,
                          guint *n_numbers,
                          GError **error)
{
  g_autofree guint *found = NULL;
  JsonArray *array = NULL;
  guint n;

  if (!pymva_json_read_array (description, key, required, &array, error))
    return FALSE;
  if (array == NULL)
    return TRUE;

  n = json_array_get_length (array);
  if (n == 0)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "“%s” is empty", key);
      return FALSE;
    }

  found = g_new (guint, n);
  for (guint i = 0; i < n; i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      gint64 column = -1;

      if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64)
        column = json_node_get_int (node);
      if (column < 0 || column >= n_columns)
        {
          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                       "element %u of “%s” is not the number of one of %u columns", i, key,
                       n_columns);
          return FALSE;
        }
      found[i] = column;
    }

  *numbers = g_steal_pointer (&found);
  *n_numbers = n;
  return TRUE;
}

/* Makes the sums of the counts, and checks that the numbers are as many and rise in each column. */
static gboolean
find_firsts (const gint32 *counts,
             PymvaTensor *numbers,
             const char *key,
             guint n_columns,
             gsize *firsts,
             GError **error)
{
  const double *values = pymva_tensor_peek_data (numbers);
  gsize n = pymva_tensor_get_length (numbers, 0);

  for (guint i = 0; i < n_columns; i++)
    {
      if (counts[i] < 0)
        {
          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "column %u has %d of its “%s”", i,
                       counts[i], key);
          return FALSE;
        }
      firsts[i + 1] = firsts[i] + counts[i];
    }
  if (firsts[n_columns] != n)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "its “%s” has %" G_GSIZE_FORMAT " elements, and its “counts” say %"
                   G_GSIZE_FORMAT, key, n, firsts[n_columns]);
      return FALSE;
    }

  for (guint i = 0; i < n_columns; i++)
    for (gsize k = firsts[i] + 1; k < firsts[i + 1]; k++)
      if (!(values[k - 1] < values[k]))
        {
          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                       "element %" G_GSIZE_FORMAT " of its “%s” is not above the one before, of "
                       "the same column %u", k, key, i);
          return FALSE;
        }

  return TRUE;
}

gboolean
pymva_stage_read_rising (JsonObject *description,
                         GHashTable *tensors,
                         const char *key,
                         guint n_columns,
                         gsize **firsts,
                         PymvaTensor **tensor,
                         GError **error)
{
  g_autoptr (PymvaTensor) counts = NULL;
  g_autoptr (PymvaTensor) found = NULL;
  g_autofree gsize *sums = g_new0 (gsize, n_columns + 1);

  if (!pymva_stage_read_columns (description, tensors, "counts", TRUE, PYMVA_DTYPE_INT32,
                                 n_columns, &counts, error) ||
      !pymva_stage_read_tensor (description, tensors, key, TRUE, PYMVA_DTYPE_FLOAT64, 1, &found,
                                error) ||
      !pymva_stage_check_finite (found, key, error) ||
      !find_firsts (pymva_tensor_peek_data (counts), found, key, n_columns, sums, error))
    return FALSE;

  *firsts = g_steal_pointer (&sums);
  *tensor = g_steal_pointer (&found);
  return TRUE;
}

gboolean
pymva_stage_check_finite (PymvaTensor *tensor,
                          const char *key,
                          GError **error)
{
  const double *values = pymva_tensor_peek_data (tensor);
  guint64 n = pymva_tensor_get_n_elements (tensor);

  for (guint64 i = 0; i < n; i++)
    if (!isfinite (values[i]))
      {
        g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                     "element %" G_GUINT64_FORMAT " of its “%s” is not a finite number", i, key);
        return FALSE;
      }

  return TRUE;
}

static gboolean
is_kernel (const char *name)
{
  for (PymvaKernel kernel = PYMVA_KERNEL_PORTABLE; kernel <= PYMVA_KERNEL_AVX512; kernel++)
    if (g_str_equal (name, pymva_kernel_get_name (kernel)))
      return TRUE;

  return FALSE;
}

PymvaKernel
pymva_stage_choose_kernel (void)
{
  static int has_warned; /* atomic */
  const char *wanted = g_getenv ("PYMVA_KERNEL");

  if (wanted != NULL && !is_kernel (wanted) &&
      g_atomic_int_compare_and_exchange (&has_warned, FALSE, TRUE))
    g_warning ("The environment variable PYMVA_KERNEL is “%s”, which is none of the kernels "
               "“portable”, “avx2” and “avx512”: the best one is taken", wanted);

  return pymva_kernel_choose ();
}

const float *
pymva_columns_get_floats (const PymvaColumns *columns,
                          gsize n_values,
                          float *buffer)
{
  if (columns->floats != NULL)
    return columns->floats;

  for (gsize i = 0; i < n_values; i++)
    buffer[i] = (float) columns->doubles[i];
  return buffer;
}
