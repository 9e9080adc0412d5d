/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>
#include <string.h>

#include "pymva-tmva-spline-private.h"

#define MOST_COEFFICIENTS 6

struct _PymvaTmvaSpline
{
  PymvaTmvaInterpolation method;
  guint n;
  const double *x;
  const double *y;
  /* Of splines of the third and the fifth degree, the polynomial from each point on, lowest power
   * first, in the distance from that point. */
  double (*polynomials)[MOST_COEFFICIENTS];
};

/* --- cubic --- */

/* The slopes at the points, times the distance h between them. The third derivative is continuous
 * at the second point and at the last but one (“not a knot”): C. de Boor, A practical guide to
 * splines, chapter IV. */
static double *
solve_slopes (const double *y,
              guint n)
{
  double *slopes = g_new (double, n);
  g_autofree double *above = g_new (double, n);

  if (n == 2)
    {
      slopes[0] = slopes[1] = y[1] - y[0];
      return slopes;
    }
  if (n == 3)
    {
      slopes[0] = (-3 * y[0] + 4 * y[1] - y[2]) / 2;
      slopes[1] = (y[2] - y[0]) / 2;
      slopes[2] = (y[0] - 4 * y[1] + 3 * y[2]) / 2;
      return slopes;
    }

  /* s[0] + 2 s[1], then s[i - 1] + 4 s[i] + s[i + 1], then 2 s[n - 2] + s[n - 1]. */
  above[0] = 2;
  slopes[0] = (5 * (y[1] - y[0]) + (y[2] - y[1])) / 2;
  for (guint i = 1; i + 1 < n; i++)
    {
      double pivot = 4 - above[i - 1];

      above[i] = 1 / pivot;
      slopes[i] = (3 * (y[i + 1] - y[i - 1]) - slopes[i - 1]) / pivot;
    }
  slopes[n - 1] = ((5 * (y[n - 1] - y[n - 2]) + (y[n - 2] - y[n - 3])) / 2 - 2 * slopes[n - 2]) /
                  (1 - 2 * above[n - 2]);
  for (guint i = n - 1; i-- > 0;)
    slopes[i] -= above[i] * slopes[i + 1];

  return slopes;
}

static void
make_cubic (PymvaTmvaSpline *self)
{
  g_autofree double *slopes = solve_slopes (self->y, self->n);

  for (guint i = 0; i + 1 < self->n; i++)
    {
      double *c = self->polynomials[i];
      double rise = self->y[i + 1] - self->y[i];
      double h = self->x[i + 1] - self->x[i];

      c[0] = self->y[i];
      c[1] = slopes[i] / h;
      c[2] = (3 * rise - 2 * slopes[i] - slopes[i + 1]) / (h * h);
      c[3] = (slopes[i] + slopes[i + 1] - 2 * rise) / (h * h * h);
    }
}

/* --- quintic --- */

typedef double Matrix[2][2];

static void
multiply (const Matrix a,
          const double *b,
          guint n_columns,
          double *product)
{
  for (guint row = 0; row < 2; row++)
    for (guint column = 0; column < n_columns; column++)
      product[row * n_columns + column] = a[row][0] * b[column] + a[row][1] * b[n_columns + column];
}

static void
invert (Matrix a)
{
  double determinant = a[0][0] * a[1][1] - a[0][1] * a[1][0];
  Matrix inverse = { { a[1][1] / determinant, -a[0][1] / determinant },
                     { -a[1][0] / determinant, a[0][0] / determinant } };

  memcpy (a, inverse, sizeof inverse);
}

/* The slopes times h and the second derivatives times h² at the points, for which the third and the
 * fourth derivative are continuous and 0 at both ends: the natural spline of the fifth degree. The
 * equations have blocks of two: those of the point before, the point and the point after. */
static double (*solve_derivatives (const double *y,
                                   guint n))[2]
{
  static const Matrix before = { { -24, -3 }, { 168, 24 } };
  static const Matrix after = { { 24, -3 }, { 168, -24 } };
  double (*found)[2] = g_malloc_n (n, sizeof *found);
  g_autofree Matrix *above = g_new (Matrix, n);

  for (guint i = 0; i < n; i++)
    {
      double left = i > 0 ? y[i] - y[i - 1] : 0;
      double right = i + 1 < n ? y[i + 1] - y[i] : 0;
      Matrix middle = { { 0, 18 }, { 384, 0 } };
      double rest[2] = { 60 * (right - left), 360 * (right + left) };
      double product[4];

      if (i == 0 || i + 1 == n)
        {
          Matrix end = { { i == 0 ? 36 : -36, 9 }, { 192, i == 0 ? 36 : -36 } };

          memcpy (middle, end, sizeof end);
        }
      if (i > 0)
        {
          multiply (before, &above[i - 1][0][0], 2, product);
          for (guint k = 0; k < 4; k++)
            middle[k / 2][k % 2] -= product[k];
          multiply (before, found[i - 1], 1, product);
          rest[0] -= product[0];
          rest[1] -= product[1];
        }

      invert (middle);
      multiply (middle, &after[0][0], 2, &above[i][0][0]);
      multiply (middle, rest, 1, found[i]);
    }

  for (guint i = n - 1; i-- > 0;)
    {
      double product[2];

      multiply (above[i], found[i + 1], 1, product);
      found[i][0] -= product[0];
      found[i][1] -= product[1];
    }

  return found;
}

static void
make_quintic (PymvaTmvaSpline *self)
{
  guint n = self->n;
  g_autofree double (*found)[2] = solve_derivatives (self->y, n);

  for (guint i = 0; i < n; i++)
    {
      double *c = self->polynomials[i];
      double h = i + 1 < n ? self->x[i + 1] - self->x[i] : self->x[i] - self->x[i - 1];

      c[0] = self->y[i];
      c[1] = found[i][0];
      c[2] = found[i][1] / 2;
      if (i + 1 < n)
        {
          double rise = self->y[i + 1] - self->y[i];
          const double *a = found[i];
          const double *b = found[i + 1];

          c[3] = 10 * rise - 6 * a[0] - 4 * b[0] - 1.5 * a[1] + 0.5 * b[1];
          c[4] = -15 * rise + 8 * a[0] + 7 * b[0] + 1.5 * a[1] - b[1];
          c[5] = 6 * rise - 3 * a[0] - 3 * b[0] - 0.5 * a[1] + 0.5 * b[1];
        }
      for (guint k = 1; k < MOST_COEFFICIENTS; k++)
        c[k] /= pow (h, k);
    }
}

guint
pymva_tmva_spline_get_least_points (PymvaTmvaInterpolation method)
{
  return method == PYMVA_TMVA_SPLINE5 ? 3 : method == PYMVA_TMVA_SPLINE3 ? 2 : 1;
}

/* --- evaluating --- */

PymvaTmvaSpline *
pymva_tmva_spline_new (PymvaTmvaInterpolation method,
                       const double *x,
                       const double *y,
                       guint n)
{
  PymvaTmvaSpline *self = g_new0 (PymvaTmvaSpline, 1);

  self->method = method;
  self->n = n;
  self->x = x;
  self->y = y;
  self->polynomials = g_malloc0_n (n, sizeof *self->polynomials);
  if (method == PYMVA_TMVA_SPLINE3)
    make_cubic (self);
  else if (method == PYMVA_TMVA_SPLINE5)
    make_quintic (self);

  return self;
}

void
pymva_tmva_spline_free (PymvaTmvaSpline *self)
{
  g_free (self->polynomials);
  g_free (self);
}

/* The last point that is not above @x, or the first. */
static guint
find_point (const PymvaTmvaSpline *self,
            double x)
{
  guint low = 0;
  guint high = self->n;

  while (high - low > 1)
    {
      guint middle = low + (high - low) / 2;

      if (self->x[middle] <= x)
        low = middle;
      else
        high = middle;
    }

  return low;
}

static double
evaluate_line (const PymvaTmvaSpline *self,
               double x)
{
  guint i = find_point (self, x);

  if (self->n == 1)
    return self->y[0];
  if (i == self->n - 1)
    i--;
  return self->y[i] + (x - self->x[i]) * (self->y[i + 1] - self->y[i]) /
                        (self->x[i + 1] - self->x[i]);
}

/* The parabola through three points, in float32 and in the form in which TMVA has it: where bins
 * are narrow next to their distance from 0, most of its digits are those of rounding. */
static double
evaluate_parabola (const PymvaTmvaSpline *self,
                   float x,
                   guint first)
{
  float x1 = (float) self->x[first];
  float x2 = (float) self->x[first + 1];
  float x3 = (float) self->x[first + 2];
  float y1 = (float) self->y[first];
  float y2 = (float) self->y[first + 1];
  float y3 = (float) self->y[first + 2];
  float a = y1 * (x2 - x3) + y2 * (x3 - x1) + y3 * (x1 - x2);
  float b = y1 * (x2 * x2 - x3 * x3) + y2 * (x3 * x3 - x1 * x1) + y3 * (x1 * x1 - x2 * x2);
  float c = y1 * (x2 - x3) * x2 * x3 + y2 * (x3 - x1) * x3 * x1 + y3 * (x1 - x2) * x1 * x2;
  float divisor = (x2 - x3) * (x3 - x1) * (x1 - x2);

  return divisor != 0 ? (-a * x * x + b * x - c) / divisor : 0;
}

/* The mean of the parabolas through the point before or after, where there are both. */
static double
evaluate_parabolas (const PymvaTmvaSpline *self,
                    double x)
{
  guint i = find_point (self, x);

  if (self->n < 3)
    return self->y[i];
  if (i == 0)
    return evaluate_parabola (self, (float) x, 0);
  if (i + 2 >= self->n)
    return evaluate_parabola (self, (float) x, self->n - 3);
  return 0.5 * (evaluate_parabola (self, (float) x, i - 1) +
                evaluate_parabola (self, (float) x, i));
}

double
pymva_tmva_spline_evaluate (const PymvaTmvaSpline *self,
                            double x)
{
  guint i = find_point (self, x);
  const double *c;
  double dx;
  double sum = 0;

  if (self->method == PYMVA_TMVA_SPLINE1)
    return evaluate_line (self, x);
  if (self->method == PYMVA_TMVA_SPLINE2)
    return evaluate_parabolas (self, x);

  if (self->method == PYMVA_TMVA_SPLINE3)
    i = MIN (i, self->n - 2);
  c = self->polynomials[i];
  dx = x - self->x[i];
  for (guint k = MOST_COEFFICIENTS; k-- > 0;)
    sum = sum * dx + c[k];
  return sum;
}
