/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "pymva-tmva-private.h"

/* TMVA's support vector machine with a radial kernel, in float32. */

/* A support vector is a row: a number, its class, α, α', and its variables. */
enum
{
  VECTOR_NUMBER,
  VECTOR_CLASS,
  VECTOR_ALPHA,
  VECTOR_ALPHA_PRIME,
  VECTOR_FIRST
};

/* Without the option “Kernel”, which older releases did not have, it is radial. */
static gboolean
check_options (const PymvaTmvaMethod *method,
               GError **error)
{
  const char *kernel = pymva_tmva_method_get_option (method, "Kernel");

  if (method->analysis_type != PYMVA_ANALYSIS_TYPE_CLASSIFICATION)
    return pymva_tmva_method_refuse (method, error, "the regression");

  return kernel == NULL || g_str_equal (kernel, "RBF") ||
         pymva_tmva_method_refuse (method, error, "the option Kernel=%s", kernel);
}

static gboolean
read_vectors (const PymvaTmvaMethod *method,
              GArray *vectors,
              GArray *weights,
              GError **error)
{
  const PymvaXmlElement *element =
    pymva_xml_require_child (method->weights, "SupportVector", error);
  guint n = method->n_variables;

  if (element == NULL)
    return FALSE;

  for (; element != NULL; element = pymva_xml_get_next (element, "SupportVector"))
    {
      g_autofree double *numbers = pymva_xml_read_numbers (element, VECTOR_FIRST + n, error);
      double weight;

      if (numbers == NULL)
        return FALSE;
      weight = (float) numbers[VECTOR_ALPHA] * (int) CLAMP (numbers[VECTOR_CLASS], -1, 1);
      g_array_append_val (weights, weight);
      g_array_append_vals (vectors, numbers + VECTOR_FIRST, n);
    }

  return TRUE;
}

gboolean
pymva_tmva_import_svm (PymvaTmvaMethod *method,
                       int *stage,
                       GError **error)
{
  g_autoptr (GArray) vectors = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) weights = g_array_new (FALSE, FALSE, sizeof (double));
  PymvaStageWriter kernel;
  PymvaStageWriter link;
  double bias;
  double gamma;
  int input;

  if (!check_options (method, error) ||
      !pymva_xml_read_double (method->weights, "fBparm", &bias, error) ||
      !pymva_xml_read_double (method->weights, "fGamma", &gamma, error) ||
      !read_vectors (method, vectors, weights, error) ||
      !pymva_tmva_method_transform (method, PYMVA_TMVA_ALL_CLASSES, &input, error))
    return FALSE;

  pymva_stage_writer_init (&kernel, method->builder, "kernel", input);
  pymva_stage_writer_set_word (&kernel, "precision", "float32");
  pymva_stage_writer_set_number (&kernel, "gamma", (float) gamma);
  pymva_stage_writer_set_number (&kernel, "bias", -(float) bias);
  pymva_stage_writer_set_doubles (&kernel, "vectors", (const double *) vectors->data, weights->len,
                                  method->n_variables);
  pymva_stage_writer_set_doubles (&kernel, "weights", (const double *) weights->data, weights->len,
                                  0);

  /* The sum is greater for the background. */
  pymva_stage_writer_init (&link, method->builder, "link", pymva_stage_writer_add (&kernel, FALSE));
  pymva_stage_writer_set_word (&link, "function", "logistic");
  pymva_stage_writer_set_number (&link, "slope", -1);
  *stage = pymva_stage_writer_add (&link, FALSE);
  return TRUE;
}
