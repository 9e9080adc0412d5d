/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include "base/pymva-names-private.h"
#include "pymva-expression-program-private.h"

/* A square is one multiplication, rounded right; pow() is some fifty times slower. */
double
pymva_expression_power (double x,
                        double y)
{
  return y == 2 ? x * x : pow (x, y);
}

/* Unlike fmin() and fmax(), these keep NaN, so that a missing value stays missing. */
static double
smaller (double x,
         double y)
{
  return isnan (x) || x < y ? x : y;
}

static double
larger (double x,
        double y)
{
  return isnan (x) || x > y ? x : y;
}

static double
sign (double x)
{
  return isnan (x) ? x : (x > 0) - (x < 0);
}

static const PymvaExpressionFunction functions[] = {
  { "abs", 1, fabs },
  { "fabs", 1, fabs },
  { "sqrt", 1, sqrt },
  { "exp", 1, exp },
  { "log", 1, log },
  { "log10", 1, log10 },
  { "pow", 2, NULL, pymva_expression_power },
  { "sin", 1, sin },
  { "cos", 1, cos },
  { "tan", 1, tan },
  { "asin", 1, asin },
  { "acos", 1, acos },
  { "atan", 1, atan },
  { "atan2", 2, NULL, atan2 },
  { "sinh", 1, sinh },
  { "cosh", 1, cosh },
  { "tanh", 1, tanh },
  { "min", 2, NULL, smaller },
  { "max", 2, NULL, larger },
  { "floor", 1, floor },
  { "ceil", 1, ceil },
  { "int", 1, trunc },
  { "fmod", 2, NULL, fmod },
  { "sign", 1, sign },
};

const PymvaExpressionFunction *
pymva_expression_lookup_function (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (functions); i++)
    if (g_str_equal (functions[i].name, name))
      return &functions[i];

  return NULL;
}

char *
pymva_expression_format_near_functions (const char *name)
{
  const char *known[G_N_ELEMENTS (functions) + 1] = { NULL };

  for (gsize i = 0; i < G_N_ELEMENTS (functions); i++)
    known[i] = functions[i].name;

  return pymva_names_format_near (name, known);
}
