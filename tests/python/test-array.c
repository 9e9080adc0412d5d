/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "python-util.h"

/* Tensors in NumPy and PyTorch, and back. */

static const struct
{
  PymvaDType dtype;
  const char *name;
  gsize size;
} dtypes[] = {
  { PYMVA_DTYPE_FLOAT32, "float32", 4 }, { PYMVA_DTYPE_FLOAT64, "float64", 8 },
  { PYMVA_DTYPE_INT8, "int8", 1 },       { PYMVA_DTYPE_UINT8, "uint8", 1 },
  { PYMVA_DTYPE_INT16, "int16", 2 },     { PYMVA_DTYPE_INT32, "int32", 4 },
  { PYMVA_DTYPE_INT64, "int64", 8 },     { PYMVA_DTYPE_BOOL, "bool", 1 },
};

/* The numbers 0, 1, 2, ... in six elements; the truth values are 0, 1, 1, ... */
static PymvaTensor *
make_tensor (PymvaDType dtype)
{
  const double values[] = { 0, 1, 2, 3, 4, 5 };
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTensor) doubles = pymva_tensor_new_from_doubles (values, 6, 3, &error);

  g_assert_no_error (error);

  return pymva_tensor_cast (doubles, dtype);
}

/* An expression of “x”, which is an array. */
static PymvaObject *
evaluate_with (PymvaObject *x,
               const char *expression)
{
  const char *names[] = { "x", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaObject) dict = pymva_object_new_dict (names, &x, 1, &error);

  g_assert_no_error (error);

  return evaluate_in (dict, expression);
}

static void
assert_with (PymvaObject *x,
             const char *expression,
             const char *expected)
{
  g_autoptr (PymvaObject) value = evaluate_with (x, expression);

  assert_repr (value, expected);
}

static gsize
get_address (PymvaObject *array)
{
  g_autoptr (PymvaObject) address = evaluate_with (array, "x.ctypes.data");
  g_autoptr (GVariant) value = pymva_object_to_variant (address, NULL);

  return g_variant_get_int64 (value);
}

static PymvaTensor *
to_tensor (PymvaObject *object)
{
  g_autoptr (GError) error = NULL;
  PymvaTensor *tensor = pymva_object_to_tensor (object, &error);

  g_assert_no_error (error);

  return tensor;
}

static void
test_numpy (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (dtypes); i++)
    {
      g_autoptr (PymvaTensor) tensor = make_tensor (dtypes[i].dtype);
      g_autoptr (GError) error = NULL;
      g_autoptr (PymvaObject) array = pymva_object_new_from_tensor (tensor, &error);
      g_autofree char *quoted = g_strdup_printf ("'%s'", dtypes[i].name);
      g_autofree char *type = NULL;
      g_autoptr (PymvaTensor) back = NULL;

      g_assert_no_error (error);
      type = pymva_object_get_type_name (array);
      g_assert_cmpstr (type, ==, "numpy.ndarray");
      assert_with (array, "x.dtype.name", quoted);
      assert_with (array, "x.shape", "(2, 3)");
      assert_with (array, "x.flags.writeable", "False");
      assert_with (array, "x.flags.c_contiguous, x.flags.aligned, x.flags.owndata",
                   "(True, True, False)");
      assert_with (array, "x.astype(int).tolist()",
                   dtypes[i].dtype == PYMVA_DTYPE_BOOL ? "[[0, 1, 1], [1, 1, 1]]"
                                                       : "[[0, 1, 2], [3, 4, 5]]");
      g_assert_cmpuint (get_address (array), ==, pymva_tensor_get_address (tensor));

      back = to_tensor (array);
      g_assert_cmpint (pymva_tensor_get_dtype (back), ==, dtypes[i].dtype);
      g_assert_cmpuint (pymva_tensor_get_n_dims (back), ==, 2);
      g_assert_cmpuint (pymva_tensor_get_address (back), ==, pymva_tensor_get_address (tensor));
    }
}

static void
test_read_only (void)
{
  g_autoptr (PymvaTensor) tensor = make_tensor (PYMVA_DTYPE_FLOAT64);
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaObject) array = pymva_object_new_from_tensor (tensor, &error);
  g_autoptr (PymvaObject) nothing =
    pymva_object_call_method (array, "fill", g_variant_new ("(d)", 1.0), NULL, &error);

  g_assert_null (nothing);
  assert_error_says (&error, PYMVA_ERROR_VALUE, "read-only");
  nothing = pymva_object_call_method (array, "setflags", NULL,
                                      g_variant_new_parsed ("{'write': <true>}"), &error);
  g_assert_null (nothing);
  assert_error_says (&error, PYMVA_ERROR_VALUE, "WRITEABLE");
}

static void
test_shapes (void)
{
  static const char *shapes[] = { "()", "(0,)", "(2, 0, 3)", "(1,)", "(2, 1, 3, 1)", "(1,) * 32" };

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      g_autofree char *expression = g_strdup_printf ("__import__('numpy').ones(%s)", shapes[i]);
      g_autofree char *expected = evaluate_repr (NULL, shapes[i]);
      g_autoptr (PymvaObject) array = evaluate (expression);
      g_autoptr (PymvaTensor) tensor = to_tensor (array);
      g_autoptr (GError) error = NULL;
      g_autoptr (PymvaObject) back = pymva_object_new_from_tensor (tensor, &error);

      g_assert_no_error (error);
      assert_with (back, "x.shape", expected);
      assert_with (back, "bool((x == 1).all())", "True");
    }
}

/* Arrays that are not laid out as tensors are, or whose numbers are others. */
static void
test_copies (void)
{
  static const struct
  {
    const char *expression;
    PymvaDType dtype;
    const double values[4];
  } arrays[] = {
    { "numpy.arange(4.0).reshape(2, 2).T", PYMVA_DTYPE_FLOAT64, { 0, 2, 1, 3 } },
    { "numpy.arange(8)[::2]", PYMVA_DTYPE_INT64, { 0, 2, 4, 6 } },
    { "numpy.arange(4)[::-1]", PYMVA_DTYPE_INT64, { 3, 2, 1, 0 } },
    { "numpy.array([1, 2, 3, 4], dtype='>i4')", PYMVA_DTYPE_INT32, { 1, 2, 3, 4 } },
    { "numpy.array([1, 2, 3, 4], dtype='>f8')", PYMVA_DTYPE_FLOAT64, { 1, 2, 3, 4 } },
    { "numpy.array([1.5, -2, 65504, 0], dtype='float16')", PYMVA_DTYPE_FLOAT32,
      { 1.5, -2, 65504, 0 } },
    { "numpy.array([0, 1, 2, 65535], dtype='uint16')", PYMVA_DTYPE_INT32, { 0, 1, 2, 65535 } },
    { "numpy.array([0, 1, 2, 2**32 - 1], dtype='uint32')", PYMVA_DTYPE_INT64,
      { 0, 1, 2, 4294967295 } },
    { "numpy.broadcast_to(numpy.float32(7), 4)", PYMVA_DTYPE_FLOAT32, { 7, 7, 7, 7 } },
    { "numpy.frombuffer(bytes(1) + numpy.arange(4.0).tobytes(), offset=1)", PYMVA_DTYPE_FLOAT64,
      { 0, 1, 2, 3 } },
    { "numpy.zeros(4, dtype=[('a', 'f8'), ('b', 'i1')])['a'] + [1, 2, 3, 4]", PYMVA_DTYPE_FLOAT64,
      { 1, 2, 3, 4 } },
  };
  g_autoptr (PymvaObject) names = run_code ("import numpy\n");

  for (guint i = 0; i < G_N_ELEMENTS (arrays); i++)
    {
      g_autoptr (PymvaObject) array = evaluate_in (names, arrays[i].expression);
      g_autoptr (PymvaTensor) tensor = to_tensor (array);
      gsize n_values;
      g_autofree double *values = pymva_tensor_to_doubles (tensor, &n_values);

      g_assert_cmpint (pymva_tensor_get_dtype (tensor), ==, arrays[i].dtype);
      g_assert_cmpmem (values, n_values * sizeof *values, arrays[i].values,
                       sizeof arrays[i].values);
    }
}

static void
test_refused (void)
{
  static const struct
  {
    const char *expression;
    const char *message;
  } arrays[] = {
    { "numpy.array([1j])", "complex128" },
    { "numpy.array(['a', 'b'])", "<U1" },
    { "numpy.array([None, 1])", "object" },
    { "numpy.array(['2020-01-01'], dtype='datetime64[D]')", "datetime64[D]" },
    { "numpy.zeros(2, dtype=[('a', 'f8'), ('b', 'i1')])", "'a'" },
    { "numpy.array([1], dtype='uint64')", "uint64" },
    { "numpy.array([1], dtype='longdouble')", "float128" },
  };
  g_autoptr (PymvaObject) names = run_code ("import numpy\n");

  for (guint i = 0; i < G_N_ELEMENTS (arrays); i++)
    {
      g_autoptr (PymvaObject) array = evaluate_in (names, arrays[i].expression);
      g_autoptr (GError) error = NULL;

      g_assert_null (pymva_object_to_tensor (array, &error));
      g_assert_nonnull (strstr (error->message, "astype"));
      assert_error_says (&error, PYMVA_ERROR_TYPE, arrays[i].message);
    }
}

/* NumPy's own scalars are values. */
static void
test_scalars (void)
{
  static const struct
  {
    const char *expression;
    const char *value;
  } scalars[] = {
    { "numpy.float64(0.5)", "0.5" },
    { "numpy.float32(0.5)", "0.5" },
    { "numpy.float16(0.5)", "0.5" },
    { "numpy.int8(-1)", "int64 -1" },
    { "numpy.int64(-1)", "int64 -1" },
    { "numpy.uint64(2**64 - 1)", "uint64 18446744073709551615" },
    { "numpy.bool_(True)", "true" },
    { "numpy.str_('text')", "'text'" },
    { "numpy.bytes_(b'xy')", "@ay [0x78, 0x79]" },
    { "[numpy.float32(1), {'a': numpy.int32(2)}]", "[<1.0>, <{'a': <int64 2>}>]" },
  };
  static const char *refused[] = { "numpy.complex64(1)", "numpy.datetime64('2020-01-01')",
                                   "numpy.timedelta64(5, 'ns')", "numpy.longdouble(1)",
                                   "numpy.array(1.0)", "numpy.array([1.0])" };
  g_autoptr (PymvaObject) names = run_code ("import numpy\n");

  for (guint i = 0; i < G_N_ELEMENTS (scalars); i++)
    {
      g_autoptr (PymvaObject) scalar = evaluate_in (names, scalars[i].expression);
      g_autoptr (GError) error = NULL;
      g_autoptr (GVariant) value = pymva_object_to_variant (scalar, &error);
      g_autoptr (GVariant) expected = g_variant_parse (NULL, scalars[i].value, NULL, NULL, NULL);

      g_assert_no_error (error);
      g_assert_cmpvariant (value, expected);
    }
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (PymvaObject) scalar = evaluate_in (names, refused[i]);
      g_autoptr (GError) error = NULL;

      g_assert_null (pymva_object_to_variant (scalar, &error));
      assert_error_says (&error, PYMVA_ERROR_TYPE, "“numpy.");
    }
}

static void
test_torch (void)
{
  g_autoptr (PymvaObject) names = run_code ("import torch, warnings\n"
                                            "warnings.simplefilter('ignore')\n"
                                            "def address(x):\n"
                                            "    return x.data_ptr()\n");
  g_autoptr (PymvaObject) from_numpy = evaluate_in (names, "torch.from_numpy");
  g_autoptr (PymvaObject) address = evaluate_in (names, "address");

  for (guint i = 0; i < G_N_ELEMENTS (dtypes); i++)
    {
      g_autoptr (PymvaTensor) tensor = make_tensor (dtypes[i].dtype);
      g_autoptr (GError) error = NULL;
      g_autoptr (PymvaObject) array = pymva_object_new_from_tensor (tensor, &error);
      g_autoptr (PymvaObject) torch = pymva_object_call_objects (from_numpy, &array, 1, &error);
      g_autoptr (PymvaObject) place = pymva_object_call_objects (address, &torch, 1, &error);
      g_autoptr (GVariant) value = pymva_object_to_variant (place, &error);
      g_autoptr (PymvaTensor) back = to_tensor (torch);

      g_assert_no_error (error);
      g_assert_cmpuint (g_variant_get_int64 (value), ==, pymva_tensor_get_address (tensor));
      g_assert_cmpuint (pymva_tensor_get_address (back), ==, pymva_tensor_get_address (tensor));
      g_assert_cmpint (pymva_tensor_get_dtype (back), ==, dtypes[i].dtype);
    }
}

static void
test_torch_tensors (void)
{
  static const struct
  {
    const char *expression;
    PymvaDType dtype;
    const double values[4];
  } tensors[] = {
    { "torch.tensor([1.0, 2, 3, 4], requires_grad=True)", PYMVA_DTYPE_FLOAT32, { 1, 2, 3, 4 } },
    { "torch.nn.Parameter(torch.tensor([1.0, 2, 3, 4]))", PYMVA_DTYPE_FLOAT32, { 1, 2, 3, 4 } },
    { "torch.tensor([1.0, 2, 3, 4], dtype=torch.bfloat16)", PYMVA_DTYPE_FLOAT32, { 1, 2, 3, 4 } },
    { "torch.tensor([1.0, 2, 3, 4], dtype=torch.float16)", PYMVA_DTYPE_FLOAT32, { 1, 2, 3, 4 } },
    { "torch.arange(4).reshape(2, 2).T", PYMVA_DTYPE_INT64, { 0, 2, 1, 3 } },
  };
  g_autoptr (PymvaObject) names = run_code ("import torch\n"
                                            "meta = torch.zeros(2, device='meta')\n"
                                            "sparse = torch.zeros(2).to_sparse()\n"
                                            "number = torch.tensor([1j])\n");
  g_autoptr (PymvaObject) meta = evaluate_in (names, "meta");
  g_autoptr (PymvaObject) sparse = evaluate_in (names, "sparse");
  g_autoptr (PymvaObject) number = evaluate_in (names, "number");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (tensors); i++)
    {
      g_autoptr (PymvaObject) object = evaluate_in (names, tensors[i].expression);
      g_autoptr (PymvaTensor) tensor = to_tensor (object);
      gsize n_values;
      g_autofree double *values = pymva_tensor_to_doubles (tensor, &n_values);

      g_assert_cmpint (pymva_tensor_get_dtype (tensor), ==, tensors[i].dtype);
      g_assert_cmpmem (values, n_values * sizeof *values, tensors[i].values,
                       sizeof tensors[i].values);
    }

  g_assert_null (pymva_object_to_tensor (meta, &error));
  g_assert_nonnull (strstr (error->message, "“meta”"));
  assert_error_says (&error, PYMVA_ERROR_TYPE, ".cpu()");
  g_assert_null (pymva_object_to_tensor (sparse, &error));
  assert_error_says (&error, PYMVA_ERROR_TYPE, "to_dense");
  g_assert_null (pymva_object_to_tensor (number, &error));
  assert_error_says (&error, PYMVA_ERROR_TYPE, "complex64");
}

static void
test_lifetime (void)
{
  g_autoptr (PymvaObject) names = run_code ("import numpy, sys\nthing = numpy.arange(5.0)\n");
  gint64 before = evaluate_int (names, "sys.getrefcount(thing)");
  PymvaObject *thing = evaluate_in (names, "thing");
  PymvaTensor *tensor = to_tensor (thing);
  PymvaObject *again = pymva_object_new_from_tensor (tensor, NULL);
  PymvaObject *rows = evaluate_with (again, "x[1:3]");

  g_object_unref (thing);
  g_object_unref (tensor);
  g_object_unref (again);
  g_assert_cmpint (evaluate_int (names, "sys.getrefcount(thing)"), >, before);
  assert_repr (rows, "array([1., 2.])");
  g_object_unref (rows);
  g_assert_cmpint (evaluate_int (names, "sys.getrefcount(thing)"), ==, before);
}

static void
convert_both_ways (gpointer tensor)
{
  g_autoptr (PymvaObject) array = pymva_object_new_from_tensor (tensor, NULL);
  g_autoptr (PymvaTensor) back = to_tensor (array);
  g_autoptr (PymvaObject) half = evaluate_with (array, "x.astype('float16').T");
  g_autoptr (PymvaTensor) copy = to_tensor (half);
}

static void
test_leaks (void)
{
  g_autoptr (PymvaTensor) tensor = make_tensor (PYMVA_DTYPE_FLOAT32);

  assert_no_leak (convert_both_ways, tensor);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/array/numpy", test_numpy);
  g_test_add_func ("/array/read-only", test_read_only);
  g_test_add_func ("/array/shapes", test_shapes);
  g_test_add_func ("/array/copies", test_copies);
  g_test_add_func ("/array/refused", test_refused);
  g_test_add_func ("/array/scalars", test_scalars);
  g_test_add_func ("/array/torch", test_torch);
  g_test_add_func ("/array/torch-tensors", test_torch_tensors);
  g_test_add_func ("/array/lifetime", test_lifetime);
  g_test_add_func ("/array/leaks", test_leaks);

  return g_test_run ();
}
