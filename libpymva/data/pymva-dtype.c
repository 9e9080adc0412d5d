/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>
#include <string.h>

#include <pymva/pymva-enums.h>

#include "pymva-tensor-private.h"

/* Elements are converted in runs of this many, so that the buffer between stays in the cache. */
#define RUN 512

static const struct
{
  const char *name;
  guint8 size;
  gboolean is_float;
} dtypes[] = {
  [PYMVA_DTYPE_FLOAT32] = { "float32", 4, TRUE },
  [PYMVA_DTYPE_FLOAT64] = { "float64", 8, TRUE },
  [PYMVA_DTYPE_INT8] = { "int8", 1, FALSE },
  [PYMVA_DTYPE_UINT8] = { "uint8", 1, FALSE },
  [PYMVA_DTYPE_INT16] = { "int16", 2, FALSE },
  [PYMVA_DTYPE_INT32] = { "int32", 4, FALSE },
  [PYMVA_DTYPE_INT64] = { "int64", 8, FALSE },
  [PYMVA_DTYPE_BOOL] = { "bool", 1, FALSE },
};

gsize
pymva_dtype_get_size (PymvaDType dtype)
{
  return (guint) dtype < G_N_ELEMENTS (dtypes) ? dtypes[dtype].size : 0;
}

const char *
pymva_dtype_get_name (PymvaDType dtype)
{
  return (guint) dtype < G_N_ELEMENTS (dtypes) ? dtypes[dtype].name : "unknown";
}

/* Reads elements of C type @type at any address into @values. */
#define LOAD(type, expression)                                                                     \
  for (gsize i = 0; i < n; i++)                                                                    \
    {                                                                                              \
      type x;                                                                                      \
      memcpy (&x, (const guint8 *) data + i * sizeof x, sizeof x);                                 \
      values[i] = (expression);                                                                    \
    }                                                                                              \
  break

/* Writes @values at any address as elements of C type @type. */
#define STORE(type, expression)                                                                    \
  for (gsize i = 0; i < n; i++)                                                                    \
    {                                                                                              \
      type x = (type) (expression);                                                                \
      memcpy ((guint8 *) data + i * sizeof x, &x, sizeof x);                                       \
    }                                                                                              \
  break

void
pymva_dtype_load_doubles (PymvaDType dtype,
                          gconstpointer data,
                          gsize n,
                          double *values)
{
  switch (dtype)
    {
    case PYMVA_DTYPE_FLOAT32:
      LOAD (float, x);
    case PYMVA_DTYPE_FLOAT64:
      LOAD (double, x);
    case PYMVA_DTYPE_INT8:
      LOAD (gint8, x);
    case PYMVA_DTYPE_UINT8:
      LOAD (guint8, x);
    case PYMVA_DTYPE_INT16:
      LOAD (gint16, x);
    case PYMVA_DTYPE_INT32:
      LOAD (gint32, x);
    case PYMVA_DTYPE_INT64:
      LOAD (gint64, (double) x);
    case PYMVA_DTYPE_BOOL:
      LOAD (guint8, x != 0);
    default:
      g_assert_not_reached ();
    }
}

static void
load_integers (PymvaDType dtype,
               gconstpointer data,
               gsize n,
               gint64 *values)
{
  switch (dtype)
    {
    case PYMVA_DTYPE_INT8:
      LOAD (gint8, x);
    case PYMVA_DTYPE_UINT8:
      LOAD (guint8, x);
    case PYMVA_DTYPE_INT16:
      LOAD (gint16, x);
    case PYMVA_DTYPE_INT32:
      LOAD (gint32, x);
    case PYMVA_DTYPE_INT64:
      LOAD (gint64, x);
    case PYMVA_DTYPE_BOOL:
      LOAD (guint8, x != 0);
    default:
      g_assert_not_reached ();
    }
}

/* The bounds of int64 are not both doubles, so the comparison is with 2^63 itself. */
static gint64
saturate (double value,
          gint64 least,
          gint64 most)
{
  if (isnan (value))
    return 0;
  if (value >= 9223372036854775808.0)
    return most;
  if (value <= -9223372036854775808.0)
    return least;

  return CLAMP ((gint64) value, least, most);
}

static void
store_doubles (PymvaDType dtype,
               gpointer data,
               gsize n,
               const double *values)
{
  switch (dtype)
    {
    case PYMVA_DTYPE_FLOAT32:
      STORE (float, values[i]);
    case PYMVA_DTYPE_FLOAT64:
      STORE (double, values[i]);
    case PYMVA_DTYPE_INT8:
      STORE (gint8, saturate (values[i], G_MININT8, G_MAXINT8));
    case PYMVA_DTYPE_UINT8:
      STORE (guint8, saturate (values[i], 0, G_MAXUINT8));
    case PYMVA_DTYPE_INT16:
      STORE (gint16, saturate (values[i], G_MININT16, G_MAXINT16));
    case PYMVA_DTYPE_INT32:
      STORE (gint32, saturate (values[i], G_MININT32, G_MAXINT32));
    case PYMVA_DTYPE_INT64:
      STORE (gint64, saturate (values[i], G_MININT64, G_MAXINT64));
    case PYMVA_DTYPE_BOOL:
      STORE (guint8, values[i] != 0);
    default:
      g_assert_not_reached ();
    }
}

static void
store_integers (PymvaDType dtype,
                gpointer data,
                gsize n,
                const gint64 *values)
{
  switch (dtype)
    {
    case PYMVA_DTYPE_FLOAT32:
      STORE (float, values[i]);
    case PYMVA_DTYPE_FLOAT64:
      STORE (double, values[i]);
    case PYMVA_DTYPE_INT8:
      STORE (gint8, CLAMP (values[i], G_MININT8, G_MAXINT8));
    case PYMVA_DTYPE_UINT8:
      STORE (guint8, CLAMP (values[i], 0, G_MAXUINT8));
    case PYMVA_DTYPE_INT16:
      STORE (gint16, CLAMP (values[i], G_MININT16, G_MAXINT16));
    case PYMVA_DTYPE_INT32:
      STORE (gint32, CLAMP (values[i], G_MININT32, G_MAXINT32));
    case PYMVA_DTYPE_INT64:
      STORE (gint64, values[i]);
    case PYMVA_DTYPE_BOOL:
      STORE (guint8, values[i] != 0);
    default:
      g_assert_not_reached ();
    }
}

#undef LOAD
#undef STORE

void
pymva_dtype_convert (PymvaDType from,
                     gconstpointer source,
                     PymvaDType to,
                     gpointer target,
                     gsize n)
{
  gsize from_size = pymva_dtype_get_size (from);
  gsize to_size = pymva_dtype_get_size (to);

  for (gsize first = 0; first < n; first += RUN)
    {
      gsize run = MIN (RUN, n - first);
      const guint8 *in = (const guint8 *) source + first * from_size;
      guint8 *out = (guint8 *) target + first * to_size;

      if (dtypes[from].is_float)
        {
          double values[RUN];

          pymva_dtype_load_doubles (from, in, run, values);
          store_doubles (to, out, run, values);
        }
      else
        {
          gint64 values[RUN];

          load_integers (from, in, run, values);
          store_integers (to, out, run, values);
        }
    }
}
