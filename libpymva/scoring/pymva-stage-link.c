/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <float.h>
#include <math.h>

#include <pymva/pymva-error.h>

#include "base/pymva-names-private.h"
#include "base/pymva-statistics-private.h"
#include "pymva-json-private.h"
#include "pymva-stage-private.h"
#include "pymva-stage-tables-private.h"

/* The stage "link": from scores to answers, each function in the precision and with the formula of
 * the framework that it comes from, so that the answers are its own. Those that call exp() are only
 * as equal as the libraries of the computers are. */
typedef struct _Link Link;

typedef void (*LinkFunc) (const Link *self,
                          double *values,
                          guint n_values);

struct _Link
{
  PymvaStage parent;
  LinkFunc func;
  const char *name;
  gboolean is_single;
  double slope;
};

/* Neither branch lets exp() overflow. */
static void
sigmoid (const Link *self,
         double *values,
         guint n_values)
{
  for (guint i = 0; i < n_values; i++)
    {
      double e = exp (-fabs (values[i]));

      values[i] = (values[i] < 0 ? e : 1) / (1 + e);
    }
}

/* As LightGBM has it. */
static void
logistic (const Link *self,
          double *values,
          guint n_values)
{
  for (guint i = 0; i < n_values; i++)
    values[i] = 1 / (1 + exp (-self->slope * values[i]));
}

/* As XGBoost has it, which lets nothing overflow. */
static void
logistic_single (const Link *self,
                 double *values,
                 guint n_values)
{
  for (guint i = 0; i < n_values; i++)
    {
      float x = -(float) self->slope * (float) values[i];

      values[i] = 1.0f / (expf (x < 88.7f ? x : 88.7f) + 1.0f);
    }
}

static void
softmax (const Link *self,
         double *values,
         guint n_values)
{
  double largest = values[0];
  double sum = 0;

  for (guint i = 1; i < n_values; i++)
    largest = fmax (largest, values[i]);
  for (guint i = 0; i < n_values; i++)
    sum += values[i] = exp (values[i] - largest);
  for (guint i = 0; i < n_values; i++)
    values[i] /= sum;
}

/* As XGBoost has it: float32, but for the sum. */
static void
softmax_single (const Link *self,
                double *values,
                guint n_values)
{
  float largest = values[0];
  double sum = 0;

  for (guint i = 1; i < n_values; i++)
    largest = fmaxf (largest, values[i]);
  for (guint i = 0; i < n_values; i++)
    sum += values[i] = expf ((float) values[i] - largest);
  for (guint i = 0; i < n_values; i++)
    values[i] = (float) values[i] / (float) sum;
}

static void
exponential (const Link *self,
             double *values,
             guint n_values)
{
  for (guint i = 0; i < n_values; i++)
    values[i] = exp (values[i]);
}

static void
exponential_single (const Link *self,
                    double *values,
                    guint n_values)
{
  for (guint i = 0; i < n_values; i++)
    values[i] = expf (values[i]);
}

static void
softplus (const Link *self,
          double *values,
          guint n_values)
{
  for (guint i = 0; i < n_values; i++)
    values[i] = log1p (exp (values[i]));
}

static void
hinge (const Link *self,
       double *values,
       guint n_values)
{
  for (guint i = 0; i < n_values; i++)
    values[i] = values[i] > 0 ? 1 : 0;
}

/* The square with the sign of the number. */
static void
signed_square (const Link *self,
               double *values,
               guint n_values)
{
  for (guint i = 0; i < n_values; i++)
    values[i] = values[i] * fabs (values[i]);
}

static void
square (const Link *self,
        double *values,
        guint n_values)
{
  for (guint i = 0; i < n_values; i++)
    values[i] *= values[i];
}

static void
relu (const Link *self,
      double *values,
      guint n_values)
{
  for (guint i = 0; i < n_values; i++)
    values[i] = values[i] < 0 ? 0 : values[i];
}

static void
hyperbolic_tangent (const Link *self,
                    double *values,
                    guint n_values)
{
  for (guint i = 0; i < n_values; i++)
    values[i] = tanh (values[i]);
}

/* The number that a normal variable is below with that probability. */
static void
normal_quantile (const Link *self,
                 double *values,
                 guint n_values)
{
  for (guint i = 0; i < n_values; i++)
    if (values[i] > 0 && values[i] < 1)
      values[i] = pymva_statistics_normal_quantile (values[i]);
    else
      values[i] = values[i] == 0 ? -INFINITY : values[i] == 1 ? INFINITY : NAN;
}

static void
gaussian (const Link *self,
          double *values,
          guint n_values)
{
  for (guint i = 0; i < n_values; i++)
    values[i] = exp (-values[i] * values[i] * 0.5);
}

static void
logarithm (const Link *self,
           double *values,
           guint n_values)
{
  for (guint i = 0; i < n_values; i++)
    values[i] = log (values[i]);
}

/* What the logistic function is undone by, as TMVA has it: near 1 most of its digits are those of
 * rounding, and what is no share counts as one that is. */
static void
logit (const Link *self,
       double *values,
       guint n_values)
{
  for (guint i = 0; i < n_values; i++)
    {
      double x = values[i] <= 0 ? 1.0e3 * DBL_MIN : values[i] >= 1 ? 1.0 - 1.0e-15 : values[i];

      values[i] = -log (1.0 / x - 1.0);
    }
}

/* A continued fraction of the hyperbolic tangent, as TMVA has it: in float32, but for the products
 * with x. */
static void
rational_tanh (const Link *self,
               double *values,
               guint n_values)
{
  for (guint i = 0; i < n_values; i++)
    {
      double x = values[i];
      float square = (float) (x * x);
      float numerator =
        (float) (x * (135135.0f + square * (17325.0f + square * (378.0f + square))));
      float denominator = 135135.0f + square * (62370.0f + square * (3150.0f + square * 28.0f));

      values[i] = x > 4.97 ? 1 : x < -4.97 ? -1 : numerator / denominator;
    }
}

/* How scikit-learn lets confidences break ties between votes. */
static void
tie_break (const Link *self,
           double *values,
           guint n_values)
{
  for (guint i = 0; i < n_values; i++)
    values[i] /= 3 * (fabs (values[i]) + 1);
}

static void
largest (const Link *self,
         double *values,
         guint n_values)
{
  guint best = 0;

  for (guint i = 1; i < n_values; i++)
    if (values[i] > values[best])
      best = i;
  for (guint i = 0; i < n_values; i++)
    values[i] = i == best ? 1 : 0;
}

static void
divide (double *values,
        guint n_values,
        double divisor)
{
  for (guint i = 0; divisor != 0 && i < n_values; i++)
    values[i] /= divisor;
}

static double
add_up (const double *values,
        guint n_values)
{
  double sum = 0;

  for (guint i = 0; i < n_values; i++)
    sum += values[i];
  return sum;
}

static void
shares (const Link *self,
        double *values,
        guint n_values)
{
  divide (values, n_values, add_up (values, n_values));
}

static void
shares_uniform (const Link *self,
                double *values,
                guint n_values)
{
  double sum = add_up (values, n_values);

  divide (values, n_values, sum);
  for (guint i = 0; sum == 0 && i < n_values; i++)
    values[i] = 1.0 / n_values;
}

/* scikit-learn takes what is next to nothing for zero. */
static void
divide_by_norm (double *values,
                guint n_values,
                double norm)
{
  if (!(norm < 10 * DBL_EPSILON))
    divide (values, n_values, norm);
}

static void
unit_l1 (const Link *self,
         double *values,
         guint n_values)
{
  double sum = 0;

  for (guint i = 0; i < n_values; i++)
    sum += fabs (values[i]);
  divide_by_norm (values, n_values, sum);
}

static void
unit_l2 (const Link *self,
         double *values,
         guint n_values)
{
  double sum = 0;

  for (guint i = 0; i < n_values; i++)
    sum += values[i] * values[i];
  divide_by_norm (values, n_values, sqrt (sum));
}

/* As ONNX Runtime has them, whose numbers are float32 and whose largest is no size. */
static void
unit_l1_single (const Link *self,
                double *values,
                guint n_values)
{
  float sum = 0;

  for (guint i = 0; i < n_values; i++)
    sum += fabsf ((float) values[i]);
  for (guint i = 0; sum != 0 && i < n_values; i++)
    values[i] = (float) values[i] / sum;
}

static void
unit_l2_single (const Link *self,
                double *values,
                guint n_values)
{
  float sum = 0;

  for (guint i = 0; i < n_values; i++)
    sum += (float) values[i] * (float) values[i];
  for (guint i = 0; sum != 0 && i < n_values; i++)
    {
      float size = sqrtf ((float) values[i] * (float) values[i] / sum);

      values[i] = values[i] < 0 ? -size : size;
    }
}

static void
unit_max_single (const Link *self,
                 double *values,
                 guint n_values)
{
  float most = -G_MAXFLOAT;

  for (guint i = 0; i < n_values; i++)
    most = most < values[i] ? (float) values[i] : most;
  for (guint i = 0; most != 0 && i < n_values; i++)
    values[i] = (float) values[i] / most;
}

static void
unit_max (const Link *self,
          double *values,
          guint n_values)
{
  double size = 0;

  for (guint i = 0; i < n_values; i++)
    size = fmax (size, fabs (values[i]));
  divide_by_norm (values, n_values, size);
}

typedef struct
{
  const char *name;
  /* By precision; one may be NULL. */
  LinkFunc func;
  LinkFunc single;
  /* Every computer gives the same bits. */
  gboolean exact;
} LinkFunction;

static const LinkFunction functions[] = {
  { "exponential", exponential, exponential_single, FALSE },
  { "gaussian", gaussian, NULL, FALSE },
  { "hinge", hinge, hinge, TRUE },
  { "largest", largest, NULL, TRUE },
  { "log", logarithm, NULL, FALSE },
  { "logistic", logistic, logistic_single, FALSE },
  { "logit", logit, NULL, FALSE },
  { "normal-quantile", normal_quantile, NULL, FALSE },
  { "rational-tanh", rational_tanh, NULL, TRUE },
  { "relu", relu, NULL, TRUE },
  { "shares", shares, NULL, TRUE },
  { "shares-uniform", shares_uniform, NULL, TRUE },
  { "sigmoid", sigmoid, NULL, FALSE },
  { "signed-square", signed_square, NULL, TRUE },
  { "softmax", softmax, softmax_single, FALSE },
  { "softplus", softplus, NULL, FALSE },
  { "square", square, NULL, TRUE },
  { "tanh", hyperbolic_tangent, NULL, FALSE },
  { "tie-break", tie_break, NULL, TRUE },
  { "unit-l1", unit_l1, unit_l1_single, TRUE },
  { "unit-l2", unit_l2, unit_l2_single, TRUE },
  { "unit-max", unit_max, unit_max_single, TRUE },
};

static void
link_free (PymvaStage *stage)
{
  g_free (stage);
}

/* The function, which there is in that precision, or NULL and an error. */
static const LinkFunction *
find_function (const char *name,
               const char *precision,
               gboolean *is_single,
               GError **error)
{
  const char *known[G_N_ELEMENTS (functions) + 1] = { NULL };
  g_autofree char *near = NULL;

  *is_single = g_str_equal (precision, "float32");
  if (!*is_single && !g_str_equal (precision, "float64"))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "“precision” is “%s”, not “float32” or “float64”", precision);
      return NULL;
    }

  for (guint i = 0; i < G_N_ELEMENTS (functions); i++)
    {
      known[i] = functions[i].name;
      if (!g_str_equal (name, functions[i].name))
        continue;
      if ((*is_single ? functions[i].single : functions[i].func) != NULL)
        return &functions[i];
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "there is no function “%s” of the precision “%s”", name, precision);
      return NULL;
    }

  near = pymva_names_format_near (name, known);
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "there is no function “%s”%s", name, near);
  return NULL;
}

static PymvaStage *
link_new (JsonObject *description,
          GHashTable *tensors,
          guint n_inputs,
          GError **error)
{
  const char *name = NULL;
  const char *precision = "float64";
  double slope = 1;
  gboolean is_single;
  const LinkFunction *function;
  Link *self;

  if (!pymva_json_read_string (description, "function", TRUE, &name, error) ||
      !pymva_json_read_string (description, "precision", FALSE, &precision, error) ||
      !pymva_json_read_double (description, "slope", FALSE, &slope, error))
    return NULL;
  function = find_function (name, precision, &is_single, error);
  if (function == NULL)
    return NULL;

  self = g_new0 (Link, 1);
  self->parent.klass = &pymva_stage_link_class;
  self->parent.n_inputs = n_inputs;
  self->parent.n_outputs = n_inputs;
  self->parent.exact = function->exact;
  self->func = is_single ? function->single : function->func;
  self->name = function->name;
  self->is_single = is_single;
  self->slope = slope;
  return &self->parent;
}

PymvaLinkTables
pymva_stage_link_get_tables (const PymvaStage *stage)
{
  const Link *self = (const Link *) stage;

  return (PymvaLinkTables) { self->name, self->is_single, self->slope };
}

static void
link_run (const PymvaStage *stage,
          const PymvaColumns *inputs,
          double *outputs,
          gsize n_rows,
          gpointer scratch)
{
  const Link *self = (const Link *) stage;
  guint n = stage->n_inputs;

  for (gsize i = 0; i < n_rows * n; i++)
    outputs[i] = pymva_columns_get (inputs, i);
  for (gsize row = 0; row < n_rows; row++)
    self->func (self, outputs + row * n, n);
}

const PymvaStageClass pymva_stage_link_class = {
  .kind = "link",
  .new = link_new,
  .free = link_free,
  .run = link_run,
};
