/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "pymva-eigen-private.h"

/* Jacobi's method, by rows (Golub and Van Loan, Matrix Computations, section 8.5): rotations in
 * the plane of two columns make one element off the diagonal zero after another. It is slower than
 * others, and as exact as can be for covariances of columns in very different units, whose small
 * eigenvalues methods that first make the matrix tridiagonal lose (Demmel and Veselić, SIAM Journal
 * on Matrix Analysis 13, 1992). */
#define MOST_SWEEPS 60

/* Turns rows and columns @p and @q of @a so that a[p][q] becomes zero, and rows of @v with them. */
static void
rotate (double *a,
        double *v,
        guint n,
        guint p,
        guint q)
{
  double *row_p = a + (gsize) p * n;
  double *row_q = a + (gsize) q * n;
  double difference = row_q[q] - row_p[p];
  double off = row_p[q];
  double ratio = difference / (2 * off);
  /* The smaller of the two angles; written so that a large ratio does not overflow. */
  double t = copysign (1, ratio) / (fabs (ratio) + hypot (1, ratio));
  double c = 1 / hypot (1, t);
  double s = c * t;

  for (guint k = 0; k < n; k++)
    {
      double *row = a + (gsize) k * n;
      double x = row[p];
      double y = row[q];

      if (k == p || k == q)
        continue;
      row[p] = row_p[k] = c * x - s * y;
      row[q] = row_q[k] = s * x + c * y;
    }
  row_p[p] -= t * off;
  row_q[q] += t * off;
  row_p[q] = row_q[p] = 0;

  for (guint k = 0; k < n; k++)
    {
      double x = v[(gsize) p * n + k];
      double y = v[(gsize) q * n + k];

      v[(gsize) p * n + k] = c * x - s * y;
      v[(gsize) q * n + k] = s * x + c * y;
    }
}

/* Goes once through all pairs; FALSE where nothing was left to be done. */
static gboolean
sweep (double *a,
       double *v,
       guint n)
{
  gboolean rotated = FALSE;

  for (guint p = 0; p + 1 < n; p++)
    for (guint q = p + 1; q < n; q++)
      {
        double off = fabs (a[(gsize) p * n + q]);
        double size = sqrt (fabs (a[(gsize) p * n + p])) * sqrt (fabs (a[(gsize) q * n + q]));

        /* Relative to both columns, which is what keeps small eigenvalues exact. */
        if (off <= DBL_EPSILON * size || off < DBL_MIN)
          continue;
        rotate (a, v, n, p, q);
        rotated = TRUE;
      }

  return rotated;
}

/* The sign of an eigenvector is anybody's choice; this one is scikit-learn's. */
static void
fix_sign (double *vector,
          guint n)
{
  guint largest = 0;
  double sign;

  for (guint k = 1; k < n; k++)
    if (fabs (vector[k]) > fabs (vector[largest]))
      largest = k;
  sign = vector[largest] < 0 ? -1 : 1;
  for (guint k = 0; k < n; k++)
    vector[k] *= sign;
}

void
pymva_eigen_symmetric (double *matrix,
                       guint n,
                       double *values,
                       double *vectors)
{
  g_autofree double *spare = g_new (double, n);

  for (gsize i = 0; i < (gsize) n * n; i++)
    vectors[i] = i % (n + 1) == 0;
  for (guint i = 0; i < MOST_SWEEPS && sweep (matrix, vectors, n); i++)
    ;
  for (guint i = 0; i < n; i++)
    values[i] = matrix[(gsize) i * (n + 1)];

  for (guint i = 0; i < n; i++)
    {
      guint largest = i;

      for (guint k = i + 1; k < n; k++)
        if (values[k] > values[largest])
          largest = k;
      if (largest != i)
        {
          double value = values[i];
          double *a = vectors + (gsize) i * n;
          double *b = vectors + (gsize) largest * n;

          values[i] = values[largest];
          values[largest] = value;
          memcpy (spare, a, n * sizeof (double));
          memcpy (a, b, n * sizeof (double));
          memcpy (b, spare, n * sizeof (double));
        }
      fix_sign (vectors + (gsize) i * n, n);
    }
}
