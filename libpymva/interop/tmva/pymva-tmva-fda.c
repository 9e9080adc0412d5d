/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include <pymva/pymva-error.h>

#include "data/pymva-expression-private.h"
#include "pymva-tmva-private.h"

/* TMVA's function discriminant: a formula over the variables x0, x1 and so on, with the parameters
 * (0), (1) and so on, which each class has numbers of its own for. */

/* Of a formula, which is written again for each class. */
#define MOST_CHARACTERS 4096
/* What each character takes once the formula is parsed, in numbers of a table. */
#define NUMBERS_PER_CHARACTER 16

/* The parameters of all outputs, one after the other. */
static double *
read_parameters (const PymvaTmvaMethod *method,
                 gint64 *n_parameters,
                 GError **error)
{
  const PymvaXmlElement *element = pymva_xml_get_child (method->weights, "Parameter");
  guint n_found = pymva_xml_count_children (method->weights, "Parameter");
  g_autofree double *parameters = g_new0 (double, n_found);

  if (!pymva_xml_read_int (method->weights, "NPars", 1, G_MAXINT16, n_parameters, error))
    return NULL;
  if (n_found != *n_parameters * method->n_outputs)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "it has %u parameters, and should have %" G_GINT64_FORMAT, n_found,
                   *n_parameters * method->n_outputs);
      return NULL;
    }

  for (guint i = 0; i < n_found; i++, element = pymva_xml_get_next (element, "Parameter"))
    {
      gint64 index;

      if (!pymva_xml_read_int (element, "Index", i, i, &index, error) ||
          !pymva_xml_read_double (element, "Value", parameters + i, error))
        return NULL;
    }

  return g_steal_pointer (&parameters);
}

/* The formula with the numbers in the places of the parameters, “(” and “)” included. */
static char *
fill_in (const char *formula,
         const double *parameters,
         gint64 n_parameters)
{
  GString *text = g_string_new (NULL);

  while (*formula != '\0')
    {
      gsize n_digits = *formula == '(' ? strspn (formula + 1, "0123456789") : 0;
      g_autofree char *digits = g_strndup (formula + 1, n_digits);
      char number[G_ASCII_DTOSTR_BUF_SIZE];
      guint64 index;

      if (n_digits > 0 && formula[n_digits + 1] == ')' &&
          g_ascii_string_to_unsigned (digits, 10, 0, n_parameters - 1, &index, NULL))
        {
          g_string_append_printf (text, "(%s)",
                                  g_ascii_dtostr (number, sizeof number, parameters[index]));
          formula += n_digits + 2;
        }
      else
        g_string_append_c (text, *formula++);
    }

  return g_string_free (text, FALSE);
}

/* Whether the formula is one that this library knows. */
static gboolean
check_formula (const PymvaTmvaMethod *method,
               const char *formula,
               GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (PymvaExpression) expression = NULL;

  if (strlen (formula) > MOST_CHARACTERS)
    return pymva_tmva_method_refuse (method, error, "such a long formula");
  expression = pymva_expression_new (formula, &reason);

  return expression != NULL || pymva_tmva_method_refuse (method, error, "the formula “%s” (%s)",
                                                         formula, reason->message);
}

gboolean
pymva_tmva_import_fda (PymvaTmvaMethod *method,
                       int *stage,
                       GError **error)
{
  gboolean is_multiclass = method->analysis_type == PYMVA_ANALYSIS_TYPE_MULTICLASS;
  const char *formula = pymva_xml_require_attribute (method->weights, "Formula", error);
  g_autofree double *parameters = NULL;
  g_autoptr (GStrvBuilder) texts = g_strv_builder_new ();
  g_auto (GStrv) expressions = NULL;
  gint64 n_parameters;
  int input;

  if (formula == NULL)
    return FALSE;
  if (method->analysis_type == PYMVA_ANALYSIS_TYPE_REGRESSION && method->n_outputs != 1)
    return pymva_tmva_method_refuse (method, error, "a regression of several targets");
  if (!check_formula (method, formula, error))
    return FALSE;
  parameters = read_parameters (method, &n_parameters, error);
  if (parameters == NULL ||
      !pymva_tmva_method_transform (method, PYMVA_TMVA_ALL_CLASSES, &input, error))
    return FALSE;

  for (guint i = 0; i < method->n_outputs; i++)
    {
      g_autofree char *text = fill_in (formula, parameters + i * n_parameters, n_parameters);

      if (!pymva_tmva_method_spend (method, NUMBERS_PER_CHARACTER * strlen (text), 0, error))
        return FALSE;
      g_strv_builder_add (texts, text);
    }
  expressions = g_strv_builder_end (texts);
  /* The answers of a regression and of each class are float32. */
  *stage = pymva_tmva_add_expressions (method, (const char * const *) expressions, &input, 1,
                                       method->analysis_type != PYMVA_ANALYSIS_TYPE_CLASSIFICATION);
  if (is_multiclass)
    *stage = pymva_tmva_add_link (method, "softmax", *stage, TRUE);

  return TRUE;
}
