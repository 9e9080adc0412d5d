/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "pymva-tmva-private.h"

/* TMVA's linear discriminants: a constant, and the variables times a coefficient each. */

/* Reads “Coefficient” elements, which say their places themselves. */
static gboolean
read_coefficients (const PymvaTmvaMethod *method,
                   const char *index_name,
                   double *coefficients,
                   GError **error)
{
  guint n = method->n_variables + 1;
  const PymvaXmlElement *element = pymva_xml_get_child (method->weights, "Coefficient");
  g_autofree gboolean *found = g_new0 (gboolean, method->n_outputs * n);
  guint n_found = 0;

  for (; element != NULL; element = pymva_xml_get_next (element, "Coefficient"))
    {
      gint64 output = 0;
      gint64 index;
      double value;

      if ((pymva_xml_get_attribute (element, "IndexOut") != NULL &&
           !pymva_xml_read_int (element, "IndexOut", 0, method->n_outputs - 1, &output, error)) ||
          !pymva_xml_read_int (element, index_name, 0, n - 1, &index, error) ||
          !pymva_xml_read_double (element, "Value", &value, error))
        return FALSE;
      n_found += !found[output * n + index];
      found[output * n + index] = TRUE;
      coefficients[output * n + index] = value;
    }
  if (n_found == method->n_outputs * n)
    return TRUE;

  g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                       "it has a coefficient twice, and lacks another");
  return FALSE;
}

/* What the file has is counted before there is memory for it. */
static gboolean
check_size (const PymvaTmvaMethod *method,
            GError **error)
{
  guint n_found = pymva_xml_count_children (method->weights, "Coefficient");
  guint64 n = ((guint64) method->n_variables + 1) * method->n_outputs;

  if (n_found == n)
    return TRUE;

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
               "it has %u coefficients, and should have %" G_GUINT64_FORMAT, n_found, n);
  return FALSE;
}

static gboolean
import_linear (PymvaTmvaMethod *method,
               const char *index_name,
               int *stage,
               GError **error)
{
  guint n = method->n_variables;
  g_autofree double *coefficients = NULL;
  g_autofree double *weight = NULL;
  g_autofree double *bias = NULL;
  PymvaStageWriter linear;
  int input;

  if (!check_size (method, error))
    return FALSE;
  coefficients = g_new0 (double, method->n_outputs * (n + 1));
  weight = g_new (double, method->n_outputs * n);
  bias = g_new (double, method->n_outputs);
  if (!read_coefficients (method, index_name, coefficients, error) ||
      !pymva_tmva_method_transform (method, PYMVA_TMVA_ALL_CLASSES, &input, error))
    return FALSE;

  for (guint output = 0; output < method->n_outputs; output++)
    {
      bias[output] = coefficients[output * (n + 1)];
      for (guint i = 0; i < n; i++)
        weight[output * n + i] = coefficients[output * (n + 1) + 1 + i];
    }
  pymva_stage_writer_init (&linear, method->builder, "linear", input);
  pymva_stage_writer_set_doubles (&linear, "weight", weight, method->n_outputs, n);
  pymva_stage_writer_set_doubles (&linear, "bias", bias, method->n_outputs, 0);
  /* The answers of a regression are float32. */
  *stage = pymva_stage_writer_add (&linear,
                                   method->analysis_type == PYMVA_ANALYSIS_TYPE_REGRESSION);

  return TRUE;
}

gboolean
pymva_tmva_import_fisher (PymvaTmvaMethod *method,
                          int *stage,
                          GError **error)
{
  return import_linear (method, "Index", stage, error);
}

gboolean
pymva_tmva_import_ld (PymvaTmvaMethod *method,
                      int *stage,
                      GError **error)
{
  return import_linear (method, "IndexCoeff", stage, error);
}
