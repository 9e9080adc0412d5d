/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>

#include "data/pymva-expression-private.h"
#include "fuzz.h"

#define N_ROWS 4

static const double values[N_ROWS] = { 0, -1.5, NAN, 1e300 };

/* Any name is that of a column. */
static void
evaluate (PymvaExpression *expression)
{
  const char * const *names = pymva_expression_list_names (expression);
  guint n = g_strv_length ((char **) names);
  g_autofree const double **columns = g_new (const double *, n + 1);
  double found[N_ROWS];

  for (guint i = 0; i < n; i++)
    columns[i] = values;
  pymva_expression_evaluate_columns (expression, columns, N_ROWS, found);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autofree char *name = NULL;
  g_autofree char *right = NULL;
  g_autoptr (PymvaExpression) expression = NULL;

  if (!pymva_expression_split (text, &name, &right, NULL))
    return 0;
  expression = pymva_expression_new (right, NULL);
  if (expression != NULL)
    evaluate (expression);

  return 0;
}
