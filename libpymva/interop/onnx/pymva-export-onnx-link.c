/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <float.h>
#include <math.h>

#include "pymva-export-onnx-private.h"

/* The stage “link” as operators. */

/* A function of the numbers in float64, or, of those that have it, in float32. */
typedef struct
{
  PymvaOnnxWriter *writer;
  guint n_columns;
  double slope;
  gboolean is_double;
} Link;

typedef const char *(*LinkFunc) (const Link *self,
                                 const char *x);

static const char *
add_number (const Link *self,
            double value)
{
  return pymva_onnx_writer_add_number (self->writer, self->is_double, value);
}

static const char *
add_one (const Link *self,
         const char *operator,
         const char *x)
{
  return pymva_onnx_writer_add (self->writer, operator, x, NULL);
}

static const char *
add_two (const Link *self,
         const char *operator,
         const char *x,
         const char *y)
{
  return pymva_onnx_writer_add (self->writer, operator, x, y, NULL);
}

static const char *
add_where (const Link *self,
           const char *condition,
           const char *yes,
           const char *no)
{
  return pymva_onnx_writer_add (self->writer, "Where", condition, yes, no, NULL);
}

static const char *
cast_back (const Link *self,
           const char *x)
{
  return pymva_onnx_write_cast (self->writer, x,
                                self->is_double ? ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE
                                                : ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT);
}

/* --- numbers --- */

static const char *
exponential (const Link *self,
             const char *x)
{
  return add_one (self, "Exp", x);
}

static const char *
sigmoid (const Link *self,
         const char *x)
{
  return add_one (self, "Sigmoid", x);
}

/* 1 / (1 + exp (-slope x)) */
static const char *
logistic (const Link *self,
          const char *x)
{
  const char *e = add_one (self, "Exp", add_two (self, "Mul", x, add_number (self, -self->slope)));

  return add_two (self, "Div", add_number (self, 1),
                  add_two (self, "Add", add_number (self, 1), e));
}

static const char *
softplus (const Link *self,
          const char *x)
{
  return add_one (self, "Log",
                  add_two (self, "Add", add_number (self, 1), add_one (self, "Exp", x)));
}

static const char *
logarithm (const Link *self,
           const char *x)
{
  return add_one (self, "Log", x);
}

/* -log (1 / x - 1), where what is no share counts as one that is, as it does for the stage. */
static const char *
logit (const Link *self,
       const char *x)
{
  const char *below = add_two (self, "LessOrEqual", x, add_number (self, 0));
  const char *above = add_two (self, "GreaterOrEqual", x, add_number (self, 1));
  const char *share = add_where (self, below, add_number (self, 1.0e3 * DBL_MIN),
                                 add_where (self, above, add_number (self, 1.0 - 1.0e-15), x));
  const char *inverse = add_two (self, "Div", add_number (self, 1), share);

  return add_one (self, "Neg",
                  add_one (self, "Log", add_two (self, "Sub", inverse, add_number (self, 1))));
}

static const char *
gaussian (const Link *self,
          const char *x)
{
  const char *square = add_two (self, "Mul", x, x);

  return add_one (self, "Exp", add_two (self, "Mul", square, add_number (self, -0.5)));
}

static const char *
signed_square (const Link *self,
               const char *x)
{
  return add_two (self, "Mul", x, add_one (self, "Abs", x));
}

static const char *
square (const Link *self,
        const char *x)
{
  return add_two (self, "Mul", x, x);
}

static const char *
hinge (const Link *self,
       const char *x)
{
  return cast_back (self, add_two (self, "Greater", x, add_number (self, 0)));
}

static const char *
relu (const Link *self,
      const char *x)
{
  const char *zero = add_number (self, 0);

  return add_where (self, add_two (self, "Less", x, zero), zero, x);
}

static const char *
hyperbolic_tangent (const Link *self,
                    const char *x)
{
  return add_one (self, "Tanh", x);
}

static const char *
tie_break (const Link *self,
           const char *x)
{
  const char *size = add_two (self, "Add", add_one (self, "Abs", x), add_number (self, 1));

  return add_two (self, "Div", x, add_two (self, "Mul", size, add_number (self, 3)));
}

/* --- rows --- */

static const char *
add_reduction (const Link *self,
               const char *operator,
               const char *x)
{
  gint64 axis = 1;
  const char *output;

  /* The axes of sums are an input, and of other reductions an attribute. */
  if (g_str_equal (operator, "ReduceSum"))
    return pymva_onnx_writer_add (self->writer, operator, x,
                                  pymva_onnx_writer_add_list_of_ints (self->writer, &axis, 1),
                                  NULL);
  output = add_one (self, operator, x);
  pymva_onnx_writer_set_ints (self->writer, "axes", &axis, 1);
  return output;
}

static const char *
softmax (const Link *self,
         const char *x)
{
  const char *output = add_one (self, "Softmax", x);

  pymva_onnx_writer_set_int (self->writer, "axis", 1);
  return output;
}

/* Of equal ones the first. */
static const char *
largest (const Link *self,
         const char *x)
{
  g_autofree gint64 *numbers = g_new (gint64, self->n_columns);
  const char *best = add_one (self, "ArgMax", x);

  pymva_onnx_writer_set_int (self->writer, "axis", 1);
  for (guint i = 0; i < self->n_columns; i++)
    numbers[i] = i;
  return cast_back (self, add_two (self, "Equal", best,
                                   pymva_onnx_writer_add_table (
                                     self->writer, ONNX__TENSOR_PROTO__DATA_TYPE__INT64, 1,
                                     self->n_columns, numbers)));
}

static const char *
add_shares (const Link *self,
            const char *x,
            const char *otherwise)
{
  const char *sum = add_reduction (self, "ReduceSum", x);

  return add_where (self, add_two (self, "Equal", sum, add_number (self, 0)), otherwise,
                    add_two (self, "Div", x, sum));
}

static const char *
shares (const Link *self,
        const char *x)
{
  return add_shares (self, x, x);
}

static const char *
shares_uniform (const Link *self,
                const char *x)
{
  return add_shares (self, x, add_number (self, 1.0 / self->n_columns));
}

/* Float64 norms that are next to nothing divide nothing, and float32 ones that are zero. */
static const char *
add_unit (const Link *self,
          const char *x,
          const char *norm)
{
  const char *tiny = self->is_double
                       ? add_two (self, "Less", norm, add_number (self, 10 * DBL_EPSILON))
                       : add_two (self, "Equal", norm, add_number (self, 0));

  return add_where (self, tiny, x, add_two (self, "Div", x, norm));
}

static const char *
unit_l1 (const Link *self,
         const char *x)
{
  return add_unit (self, x, add_reduction (self, "ReduceSum", add_one (self, "Abs", x)));
}

static const char *
unit_l2 (const Link *self,
         const char *x)
{
  const char *sum = add_reduction (self, "ReduceSum", add_two (self, "Mul", x, x));

  return add_unit (self, x, add_one (self, "Sqrt", sum));
}

static const char *
unit_max (const Link *self,
          const char *x)
{
  return add_unit (self, x,
                   add_reduction (self, "ReduceMax", self->is_double ? add_one (self, "Abs", x)
                                                                     : x));
}

static const struct
{
  const char *function;
  LinkFunc func;
} links[] = {
  { "exponential", exponential },
  { "gaussian", gaussian },
  { "hinge", hinge },
  { "largest", largest },
  { "log", logarithm },
  { "logistic", logistic },
  { "logit", logit },
  { "relu", relu },
  { "shares", shares },
  { "shares-uniform", shares_uniform },
  { "sigmoid", sigmoid },
  { "signed-square", signed_square },
  { "softmax", softmax },
  { "softplus", softplus },
  { "square", square },
  { "tanh", hyperbolic_tangent },
  { "tie-break", tie_break },
  { "unit-l1", unit_l1 },
  { "unit-l2", unit_l2 },
  { "unit-max", unit_max },
};

PymvaOnnxColumns
pymva_onnx_write_link (PymvaOnnxStage *self)
{
  PymvaLinkTables tables = pymva_stage_link_get_tables (self->stage);
  /* Exponentials that float32 cannot hold are none in float64, and rounded they are the same. */
  gboolean is_unit = g_str_has_prefix (tables.function, "unit-");
  Link link = { self->writer, self->stage->n_inputs, tables.slope,
                !(tables.is_single && is_unit) };
  const char *name;

  for (guint i = 0; i < G_N_ELEMENTS (links); i++)
    if (g_str_equal (tables.function, links[i].function))
      {
        name = link.is_double ? pymva_onnx_write_doubles (self->writer, self->inputs)
                              : pymva_onnx_write_floats (self->writer, self->inputs);
        return (PymvaOnnxColumns) { links[i].func (&link, name), link.is_double };
      }

  self->lacks = " has a function for which ONNX has no operators";
  return (PymvaOnnxColumns) { NULL };
}
