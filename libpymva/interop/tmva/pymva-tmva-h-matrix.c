/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "pymva-tmva-private.h"

/* TMVA's H-matrix: how much closer an event is to the mean of the signal than to that of the
 * background, (b − s) / (s + b) with the χ² of both. */

/* x0 × x(n) + … + x(n − 1) × x(2 n − 1) */
static char *
write_product (guint n)
{
  GString *text = g_string_new ("x0*x");

  g_string_append_printf (text, "%u", n);
  for (guint i = 1; i < n; i++)
    g_string_append_printf (text, "+x%u*x%u", i, n + i);

  return g_string_free (text, FALSE);
}

/* The χ² with the mean and the inverse covariance matrix of one class. */
static gboolean
add_chi2 (PymvaTmvaMethod *method,
          const char *mean_name,
          const char *matrix_name,
          int class_index,
          int *stage,
          GError **error)
{
  guint n = method->n_variables;
  const PymvaXmlElement *mean = pymva_xml_require_child (method->weights, mean_name, error);
  const PymvaXmlElement *matrix =
    mean != NULL ? pymva_xml_require_child (method->weights, matrix_name, error) : NULL;
  g_autofree double *means = matrix != NULL ? pymva_xml_read_numbers (mean, n, error) : NULL;
  g_autofree double *inverse =
    means != NULL ? pymva_xml_read_numbers (matrix, (gsize) n * n, error) : NULL;
  g_autofree char *product = write_product (n);
  PymvaStageWriter step;
  int factors[2];

  if (inverse == NULL || !pymva_tmva_method_transform (method, class_index, stage, error))
    return FALSE;

  pymva_stage_writer_init (&step, method->builder, "affine", *stage);
  pymva_stage_writer_set_doubles (&step, "subtract", means, n, 0);
  factors[0] = pymva_stage_writer_add (&step, FALSE);
  pymva_stage_writer_init (&step, method->builder, "matrix", factors[0]);
  pymva_stage_writer_set_doubles (&step, "matrix", inverse, n, n);
  factors[1] = pymva_stage_writer_add (&step, FALSE);
  *stage = pymva_tmva_add_expression (method, product, factors, 2);

  return TRUE;
}

gboolean
pymva_tmva_import_h_matrix (PymvaTmvaMethod *method,
                            int *stage,
                            GError **error)
{
  int chi2[2];

  if (!add_chi2 (method, "VecMeanS", "InvHMatS", method->signal_class, &chi2[0], error) ||
      !add_chi2 (method, "VecMeanB", "InvHMatB", 1 - method->signal_class, &chi2[1], error))
    return FALSE;

  *stage = pymva_tmva_add_expression (method, "(x1-x0)/(x0+x1)", chi2, 2);
  return TRUE;
}
