/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include <pymva/pymva.h>

#include "data/pymva-tensor-private.h"

static PymvaTensor *
new_counting (gint64 rows,
              gint64 columns)
{
  g_autoptr (GError) error = NULL;
  g_autofree double *values = g_new (double, rows * columns);
  PymvaTensor *tensor;

  for (gint64 i = 0; i < rows * columns; i++)
    values[i] = i;
  tensor = pymva_tensor_new_from_doubles (values, rows * columns, columns, &error);
  g_assert_no_error (error);

  return tensor;
}

static double
value_at (PymvaTensor *tensor,
          gint64 row,
          gint64 column)
{
  return pymva_tensor_get_value (tensor, (gint64[]) { row, column }, 2);
}

static void
test_empty (void)
{
  PymvaTensor *tensor = g_object_new (PYMVA_TYPE_TENSOR, NULL);
  g_autofree double *values = NULL;
  gsize n_dims;
  gsize n_values;
  PymvaDType dtype;
  guint n_dims_property;
  guint64 n_elements;

  g_object_get (tensor, "dtype", &dtype, "n-dims", &n_dims_property, "n-elements", &n_elements,
                NULL);
  g_assert_cmpint (dtype, ==, PYMVA_DTYPE_FLOAT32);
  g_assert_cmpuint (n_dims_property, ==, 1);
  g_assert_cmpuint (n_elements, ==, 0);
  g_assert_cmpint (pymva_tensor_get_shape (tensor, &n_dims)[0], ==, 0);
  g_assert_cmpuint (n_dims, ==, 1);
  g_assert_cmpuint (g_bytes_get_size (pymva_tensor_get_bytes (tensor)), ==, 0);
  g_assert_cmpuint (pymva_tensor_get_address (tensor), !=, 0);
  g_assert_true (isnan (pymva_tensor_get_value (tensor, (gint64[]) { 0 }, 1)));
  values = pymva_tensor_to_doubles (tensor, &n_values);
  g_assert_cmpuint (n_values, ==, 0);
  g_assert_finalize_object (tensor);
}

static void
test_new (void)
{
  g_autoptr (GError) error = NULL;
  static const gint32 numbers[] = { 1, -2, 3, -4, 5, -6 };
  g_autoptr (GBytes) bytes = g_bytes_new_static (numbers, sizeof numbers);
  PymvaTensor *tensor = pymva_tensor_new (PYMVA_DTYPE_INT32, (gint64[]) { 2, 3 }, 2, bytes, &error);
  g_autofree double *values = NULL;
  PymvaDType dtype;
  gsize n_dims;
  gsize n_values;
  const gint64 *shape;
  guint64 n_elements;

  g_assert_no_error (error);
  g_object_get (tensor, "dtype", &dtype, "n-elements", &n_elements, NULL);
  g_assert_cmpint (dtype, ==, PYMVA_DTYPE_INT32);
  g_assert_cmpuint (n_elements, ==, 6);
  g_assert_cmpint (pymva_tensor_get_dtype (tensor), ==, PYMVA_DTYPE_INT32);
  g_assert_cmpuint (pymva_tensor_get_n_elements (tensor), ==, 6);
  shape = pymva_tensor_get_shape (tensor, &n_dims);
  g_assert_cmpuint (n_dims, ==, 2);
  g_assert_cmpint (shape[0], ==, 2);
  g_assert_cmpint (shape[1], ==, 3);
  g_assert_true (pymva_tensor_peek_data (tensor) == numbers);
  g_assert_cmpuint (pymva_tensor_get_address (tensor), ==, GPOINTER_TO_SIZE (numbers));
  values = pymva_tensor_to_doubles (tensor, &n_values);
  g_assert_cmpuint (n_values, ==, 6);
  g_assert_cmpfloat (values[5], ==, -6);
  g_assert_finalize_object (tensor);
}

static void
test_scalar (void)
{
  g_autoptr (GError) error = NULL;
  double number = 2.5;
  g_autoptr (GBytes) bytes = g_bytes_new (&number, sizeof number);
  g_autoptr (PymvaTensor) tensor = pymva_tensor_new (PYMVA_DTYPE_FLOAT64, NULL, 0, bytes, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (pymva_tensor_get_n_dims (tensor), ==, 0);
  g_assert_cmpfloat (pymva_tensor_get_value (tensor, NULL, 0), ==, 2.5);
  g_assert_null (pymva_tensor_slice (tensor, 0, 1, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
}

/* Bytes at an odd address, as a slice of a file may be, are brought to an even one. */
static void
test_unaligned (void)
{
  g_autoptr (GError) error = NULL;
  double numbers[] = { 1.5, -2.5, 0 };
  g_autoptr (GBytes) padded = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (PymvaTensor) tensor = NULL;

  memmove ((guint8 *) numbers + 3, numbers, 2 * sizeof (double));
  padded = g_bytes_new (numbers, sizeof numbers);
  bytes = g_bytes_new_from_bytes (padded, 3, 2 * sizeof (double));
  tensor = pymva_tensor_new (PYMVA_DTYPE_FLOAT64, (gint64[]) { 2 }, 1, bytes, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (pymva_tensor_get_address (tensor) % sizeof (double), ==, 0);
  g_assert_cmpfloat (((const double *) pymva_tensor_peek_data (tensor))[1], ==, -2.5);
}

static void
assert_new_fails (PymvaDType dtype,
                  const gint64 *shape,
                  gsize n_dims,
                  gsize size,
                  const char *message)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTensor) tensor = pymva_tensor_new_take (dtype, shape, n_dims, g_malloc0 (size),
                                                          size, &error);

  g_assert_null (tensor);
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
  g_assert_nonnull (strstr (error->message, message));
}

static void
test_errors (void)
{
  gint64 many[65] = { 0 };

  assert_new_fails (PYMVA_DTYPE_FLOAT32, (gint64[]) { 2, 3 }, 2, 20,
                    "A tensor of float32 with shape 2 × 3 takes 24 bytes, but 20 were given");
  assert_new_fails (PYMVA_DTYPE_FLOAT32, (gint64[]) { 2, 3 }, 2, 6,
                    "new GLib.Bytes(new Uint8Array(array.buffer))");
  assert_new_fails (PYMVA_DTYPE_UINT8, (gint64[]) { 5 }, 1, 4, "takes 5 bytes, but 4 were given");
  assert_new_fails (PYMVA_DTYPE_FLOAT32, (gint64[]) { 2, -3 }, 2, 24, "dimension 1 is -3");
  assert_new_fails (PYMVA_DTYPE_FLOAT64, (gint64[]) { G_MAXINT64, 3 }, 2, 8,
                    "larger than any memory");
  assert_new_fails (PYMVA_DTYPE_FLOAT64, (gint64[]) { G_GINT64_CONSTANT (1) << 61 }, 1, 8,
                    "larger than any memory");
  assert_new_fails (PYMVA_DTYPE_FLOAT64, many, 65, 0, "at most 64 dimensions");
  assert_new_fails ((PymvaDType) 99, (gint64[]) { 1 }, 1, 8, "no element type of number 99");
}

static void
test_from_doubles (void)
{
  g_autoptr (GError) error = NULL;
  double values[] = { 1, 2, 3, 4 };
  g_autoptr (PymvaTensor) flat = pymva_tensor_new_from_doubles (values, 4, 0, &error);
  g_autoptr (PymvaTensor) square = pymva_tensor_new_from_doubles (values, 4, 2, &error);
  g_autoptr (PymvaTensor) none = pymva_tensor_new_from_doubles (NULL, 0, 3, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (pymva_tensor_get_n_dims (flat), ==, 1);
  g_assert_cmpfloat (value_at (square, 1, 0), ==, 3);
  g_assert_cmpint (pymva_tensor_get_length (none, 0), ==, 0);
  g_assert_cmpint (pymva_tensor_get_length (none, 1), ==, 3);
  g_assert_cmpint (pymva_tensor_get_length (none, 2), ==, 1);

  g_assert_null (pymva_tensor_new_from_doubles (values, 4, 3, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
  g_clear_error (&error);
  g_assert_null (pymva_tensor_new_from_doubles (values, 4, -1, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
}

static void
test_value (void)
{
  g_autoptr (PymvaTensor) tensor = new_counting (2, 3);

  g_assert_cmpfloat (value_at (tensor, 1, 2), ==, 5);
  g_assert_true (isnan (value_at (tensor, 2, 0)));
  g_assert_true (isnan (value_at (tensor, 0, 3)));
  g_assert_true (isnan (value_at (tensor, -1, 0)));
  g_assert_true (isnan (pymva_tensor_get_value (tensor, (gint64[]) { 0 }, 1)));
}

static void
assert_cast (PymvaTensor *tensor,
             PymvaDType dtype,
             const double *expected)
{
  g_autoptr (PymvaTensor) cast = pymva_tensor_cast (tensor, dtype);
  g_autofree double *values = NULL;
  gsize n_values;

  g_assert_cmpint (pymva_tensor_get_dtype (cast), ==, dtype);
  values = pymva_tensor_to_doubles (cast, &n_values);
  for (gsize i = 0; i < n_values; i++)
    g_assert_cmpfloat (values[i], ==, expected[i]);
}

static void
test_cast_from_float (void)
{
  double values[] = { 1.5, -1.5, 300.7, -300.7, 2147483648.0, 1e20, -1e20, 0, NAN };
  g_autoptr (PymvaTensor) tensor = pymva_tensor_new_from_doubles (values, G_N_ELEMENTS (values), 0,
                                                                  NULL);
  g_autoptr (PymvaTensor) same = pymva_tensor_cast (tensor, PYMVA_DTYPE_FLOAT64);
  g_autoptr (PymvaTensor) single = pymva_tensor_cast (tensor, PYMVA_DTYPE_FLOAT32);
  const float *singles = pymva_tensor_peek_data (single);

  g_assert_true (same == tensor);
  /* numpy.clip (numpy.trunc (values), least, most), 0 for NaN */
  assert_cast (tensor, PYMVA_DTYPE_INT8, (double[]) { 1, -1, 127, -128, 127, 127, -128, 0, 0 });
  assert_cast (tensor, PYMVA_DTYPE_UINT8, (double[]) { 1, 0, 255, 0, 255, 255, 0, 0, 0 });
  assert_cast (tensor, PYMVA_DTYPE_INT16,
               (double[]) { 1, -1, 300, -300, 32767, 32767, -32768, 0, 0 });
  assert_cast (tensor, PYMVA_DTYPE_INT32,
               (double[]) { 1, -1, 300, -300, 2147483647, 2147483647, -2147483648.0, 0, 0 });
  assert_cast (tensor, PYMVA_DTYPE_INT64,
               (double[]) { 1, -1, 300, -300, 2147483648, 9223372036854775808.0,
                            -9223372036854775808.0, 0, 0 });
  assert_cast (tensor, PYMVA_DTYPE_BOOL, (double[]) { 1, 1, 1, 1, 1, 1, 1, 0, 1 });
  g_assert_cmpfloat (singles[2], ==, 300.7f);
  g_assert_cmpfloat (singles[5], ==, 1e20f);
  g_assert_true (isnan (singles[8]));
}

static void
test_cast_from_integer (void)
{
  gint64 numbers[] = { (G_GINT64_CONSTANT (1) << 62) + 1, -129, 200, 0 };
  g_autoptr (GBytes) bytes = g_bytes_new (numbers, sizeof numbers);
  g_autoptr (PymvaTensor) tensor = pymva_tensor_new (PYMVA_DTYPE_INT64, (gint64[]) { 4 }, 1, bytes,
                                                     NULL);

  assert_cast (tensor, PYMVA_DTYPE_FLOAT32, (double[]) { 4611686018427387904.0, -129, 200, 0 });
  assert_cast (tensor, PYMVA_DTYPE_INT8, (double[]) { 127, -128, 127, 0 });
  assert_cast (tensor, PYMVA_DTYPE_UINT8, (double[]) { 255, 0, 200, 0 });
  assert_cast (tensor, PYMVA_DTYPE_INT16, (double[]) { 32767, -129, 200, 0 });
  assert_cast (tensor, PYMVA_DTYPE_INT32, (double[]) { 2147483647, -129, 200, 0 });
  assert_cast (tensor, PYMVA_DTYPE_BOOL, (double[]) { 1, 1, 1, 0 });
}

/* A long integer is rounded once only to become float32: NumPy gives 4611686568183201792, not
 * 4611686018427387904, which rounding to double in between would give. */
static void
test_cast_rounds_once (void)
{
  gint64 number = (G_GINT64_CONSTANT (1) << 62) + (G_GINT64_CONSTANT (1) << 38) + 1;
  g_autoptr (GBytes) bytes = g_bytes_new (&number, sizeof number);
  g_autoptr (PymvaTensor) tensor = pymva_tensor_new (PYMVA_DTYPE_INT64, NULL, 0, bytes, NULL);

  assert_cast (tensor, PYMVA_DTYPE_FLOAT32, (double[]) { 4611686568183201792.0 });
}

/* Each integer type reads back what it was given, over more than one run of elements. */
static void
test_cast_there_and_back (void)
{
  g_autoptr (PymvaTensor) tensor = new_counting (1200, 1);

  for (PymvaDType dtype = PYMVA_DTYPE_FLOAT32; dtype <= PYMVA_DTYPE_INT64; dtype++)
    {
      g_autoptr (PymvaTensor) there = pymva_tensor_cast (tensor, dtype);
      g_autoptr (PymvaTensor) wide = pymva_tensor_cast (there, PYMVA_DTYPE_INT64);
      g_autoptr (PymvaTensor) back = pymva_tensor_cast (wide, PYMVA_DTYPE_FLOAT64);

      g_assert_cmpfloat (value_at (back, 100, 0), ==, 100);
      g_assert_cmpfloat (value_at (back, 1199, 0), ==,
                         dtype == PYMVA_DTYPE_INT8 ? 127 : dtype == PYMVA_DTYPE_UINT8 ? 255 : 1199);
    }
}

static void
test_reshape (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTensor) tensor = new_counting (4, 3);
  g_autoptr (PymvaTensor) wide = pymva_tensor_reshape (tensor, (gint64[]) { 2, 6 }, 2, &error);
  g_autoptr (PymvaTensor) inferred = pymva_tensor_reshape (tensor, (gint64[]) { -1, 2 }, 2, &error);

  g_assert_no_error (error);
  g_assert_cmpfloat (value_at (wide, 1, 0), ==, 6);
  g_assert_cmpuint (pymva_tensor_get_address (wide), ==, pymva_tensor_get_address (tensor));
  g_assert_cmpint (pymva_tensor_get_length (inferred, 0), ==, 6);

  g_assert_null (pymva_tensor_reshape (tensor, (gint64[]) { 5, 2 }, 2, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
  g_assert_nonnull (strstr (error->message,
                            "4 × 3 has 12 elements and cannot take the shape 5 × 2"));
  g_clear_error (&error);
  g_assert_null (pymva_tensor_reshape (tensor, (gint64[]) { -1, 5 }, 2, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
  g_clear_error (&error);
  g_assert_null (pymva_tensor_reshape (tensor, (gint64[]) { -1, -1 }, 2, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
  g_clear_error (&error);
  g_assert_null (pymva_tensor_reshape (tensor, NULL, 0, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
}

static void
test_slice (void)
{
  g_autoptr (GError) error = NULL;
  PymvaTensor *tensor = new_counting (5, 2);
  g_autoptr (PymvaTensor) rows = pymva_tensor_slice (tensor, 1, 3, &error);
  g_autoptr (PymvaTensor) none = pymva_tensor_slice (tensor, 5, 5, &error);
  gint64 bad[][2] = { { -1, 2 }, { 3, 2 }, { 0, 6 }, { G_MININT64, G_MAXINT64 } };

  g_assert_no_error (error);
  g_assert_cmpuint (pymva_tensor_get_n_elements (rows), ==, 4);
  g_assert_cmpfloat (value_at (rows, 0, 0), ==, 2);
  g_assert_cmpfloat (value_at (rows, 1, 1), ==, 5);
  g_assert_cmpuint (pymva_tensor_get_address (rows), ==, pymva_tensor_get_address (tensor) + 16);
  g_assert_cmpuint (pymva_tensor_get_n_elements (none), ==, 0);

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_assert_null (pymva_tensor_slice (tensor, bad[i][0], bad[i][1], &error));
      g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE);
      g_clear_error (&error);
    }

  /* The rows keep the memory, not the tensor, alive. */
  g_assert_finalize_object (tensor);
  g_assert_cmpfloat (value_at (rows, 1, 1), ==, 5);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/tensor/empty", test_empty);
  g_test_add_func ("/tensor/new", test_new);
  g_test_add_func ("/tensor/scalar", test_scalar);
  g_test_add_func ("/tensor/unaligned", test_unaligned);
  g_test_add_func ("/tensor/errors", test_errors);
  g_test_add_func ("/tensor/from-doubles", test_from_doubles);
  g_test_add_func ("/tensor/value", test_value);
  g_test_add_func ("/tensor/cast-from-float", test_cast_from_float);
  g_test_add_func ("/tensor/cast-from-integer", test_cast_from_integer);
  /* The processor that valgrind emulates rounds twice. */
  if (g_getenv ("PYMVA_TEST_VALGRIND") == NULL)
    g_test_add_func ("/tensor/cast-rounds-once", test_cast_rounds_once);
  g_test_add_func ("/tensor/cast-there-and-back", test_cast_there_and_back);
  g_test_add_func ("/tensor/reshape", test_reshape);
  g_test_add_func ("/tensor/slice", test_slice);

  return g_test_run ();
}
