/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "python-util.h"

/* Arrays where NumPy cannot be imported: they cross by the buffer protocol alone. */

static const struct
{
  PymvaDType dtype;
  const char *format;
  gsize size;
} formats[] = {
  { PYMVA_DTYPE_FLOAT32, "'f'", 4 }, { PYMVA_DTYPE_FLOAT64, "'d'", 8 },
  { PYMVA_DTYPE_INT8, "'b'", 1 },    { PYMVA_DTYPE_UINT8, "'B'", 1 },
  { PYMVA_DTYPE_INT16, "'h'", 2 },   { PYMVA_DTYPE_INT32, "'i'", 4 },
  { PYMVA_DTYPE_INT64, "'q'", 8 },   { PYMVA_DTYPE_BOOL, "'?'", 1 },
};

static PymvaTensor *
make_tensor (PymvaDType dtype,
             gsize size)
{
  const gint64 shape[] = { 2, 3 };
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_malloc0 (6 * size), 6 * size);
  g_autoptr (GError) error = NULL;
  PymvaTensor *tensor = pymva_tensor_new (dtype, shape, 2, bytes, &error);

  g_assert_no_error (error);

  return tensor;
}

static void
assert_attribute (PymvaObject *object,
                  const char *name,
                  const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaObject) value = pymva_object_get_attribute (object, name, &error);

  g_assert_no_error (error);
  assert_repr (value, expected);
}

static void
assert_shape (PymvaTensor *tensor,
              PymvaDType dtype,
              const gint64 *expected,
              gsize n_expected)
{
  gsize n_dims;
  const gint64 *shape = pymva_tensor_get_shape (tensor, &n_dims);

  g_assert_cmpint (pymva_tensor_get_dtype (tensor), ==, dtype);
  g_assert_cmpmem (shape, n_dims * sizeof *shape, expected, n_expected * sizeof *expected);
}

static void
test_from_tensor (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_autoptr (PymvaTensor) tensor = make_tensor (formats[i].dtype, formats[i].size);
      g_autoptr (GError) error = NULL;
      g_autoptr (PymvaObject) view = pymva_object_new_from_tensor (tensor, &error);
      g_autoptr (PymvaTensor) back = NULL;
      g_autofree char *type = NULL;

      g_assert_no_error (error);
      type = pymva_object_get_type_name (view);
      g_assert_cmpstr (type, ==, "memoryview");
      assert_attribute (view, "format", formats[i].format);
      assert_attribute (view, "shape", "(2, 3)");
      assert_attribute (view, "readonly", "True");
      assert_attribute (view, "c_contiguous", "True");

      back = pymva_object_to_tensor (view, &error);
      g_assert_no_error (error);
      assert_shape (back, formats[i].dtype, (const gint64[]) { 2, 3 }, 2);
      g_assert_cmpuint (pymva_tensor_get_address (back), ==, pymva_tensor_get_address (tensor));
    }
}

static void
test_no_elements (void)
{
  const gint64 shape[] = { 0, 3 };
  g_autoptr (GBytes) bytes = g_bytes_new (NULL, 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTensor) tensor = pymva_tensor_new (PYMVA_DTYPE_INT32, shape, 2, bytes, &error);
  g_autoptr (PymvaObject) view = pymva_object_new_from_tensor (tensor, &error);
  g_autoptr (PymvaTensor) back = NULL;

  g_assert_no_error (error);
  assert_attribute (view, "shape", "(0, 3)");
  back = pymva_object_to_tensor (view, &error);
  g_assert_no_error (error);
  assert_shape (back, PYMVA_DTYPE_INT32, shape, 2);
}

/* The memory lives for as long as Python uses it, and no longer. */
static void
test_lifetime (void)
{
  const gint64 shape[] = { 4 };
  gboolean is_free = FALSE;
  g_autoptr (PymvaObject) names = run_code ("held = []\n");
  g_autoptr (PymvaObject) held = evaluate_in (names, "held");
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_with_free_func (g_new0 (guint8, 4), 4, NULL, NULL);
  GBytes *watched = g_bytes_new_with_free_func (g_bytes_get_data (bytes, NULL), 4,
                                                (GDestroyNotify) g_atomic_int_inc, &is_free);
  PymvaTensor *tensor = pymva_tensor_new (PYMVA_DTYPE_UINT8, shape, 1, watched, &error);
  PymvaObject *view = pymva_object_new_from_tensor (tensor, &error);
  g_autoptr (PymvaObject) nothing = NULL;

  g_assert_no_error (error);
  g_bytes_unref (watched);
  g_object_unref (tensor);
  nothing = pymva_object_call_method_objects (held, "append", &view, 1, &error);
  g_assert_no_error (error);
  g_object_unref (view);
  g_assert_cmpint (evaluate_int (names, "len(held[0])"), ==, 4);
  g_assert_false (is_free);

  g_clear_object (&nothing);
  nothing = pymva_object_call_method (held, "clear", NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (is_free);
  g_free ((gpointer) g_bytes_get_data (bytes, NULL));
}

/* A tensor keeps the Python object whose memory it uses. */
static void
test_object_lifetime (void)
{
  g_autoptr (PymvaObject) names = run_code ("import sys\nthing = bytearray(b'0123456789abcdef')\n");
  gint64 before = evaluate_int (names, "sys.getrefcount(thing)");
  PymvaObject *thing = evaluate_in (names, "thing");
  g_autoptr (GError) error = NULL;
  PymvaTensor *tensor = pymva_object_to_tensor (thing, &error);

  g_assert_no_error (error);
  g_object_unref (thing);
  g_assert_cmpint (evaluate_int (names, "sys.getrefcount(thing)"), >, before);
  g_assert_cmpmem (g_bytes_get_data (pymva_tensor_get_bytes (tensor), NULL), 16,
                   "0123456789abcdef", 16);
  g_object_unref (tensor);
  g_assert_cmpint (evaluate_int (names, "sys.getrefcount(thing)"), ==, before);
}

static void
test_buffers (void)
{
  static const struct
  {
    const char *expression;
    PymvaDType dtype;
    gint64 length;
    double second;
  } buffers[] = {
    { "b'\\x01\\x02\\x03'", PYMVA_DTYPE_UINT8, 3, 2.0 },
    { "bytearray(b'\\x01\\x02')", PYMVA_DTYPE_UINT8, 2, 2.0 },
    { "__import__('array').array('d', [1.5, 2.5])", PYMVA_DTYPE_FLOAT64, 2, 2.5 },
    { "__import__('array').array('f', [1.5, 2.5])", PYMVA_DTYPE_FLOAT32, 2, 2.5 },
    { "__import__('array').array('b', [1, -2])", PYMVA_DTYPE_INT8, 2, -2.0 },
    { "__import__('array').array('h', [1, -2])", PYMVA_DTYPE_INT16, 2, -2.0 },
    { "__import__('array').array('i', [1, -2])", PYMVA_DTYPE_INT32, 2, -2.0 },
    { "__import__('array').array('l', [1, -2])", PYMVA_DTYPE_INT64, 2, -2.0 },
    { "__import__('array').array('q', [1, -2])", PYMVA_DTYPE_INT64, 2, -2.0 },
    { "(__import__('ctypes').c_bool * 2)(False, True)", PYMVA_DTYPE_BOOL, 2, 1.0 },
    { "memoryview(__import__('array').array('i', range(10)))[::3]", PYMVA_DTYPE_INT32, 4, 3.0 },
    { "memoryview(__import__('array').array('d', range(4)))[::-1]", PYMVA_DTYPE_FLOAT64, 4, 2.0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (buffers); i++)
    {
      g_autoptr (PymvaObject) object = evaluate (buffers[i].expression);
      g_autoptr (GError) error = NULL;
      g_autoptr (PymvaTensor) tensor = pymva_object_to_tensor (object, &error);
      const gint64 second = 1;

      g_assert_no_error (error);
      assert_shape (tensor, buffers[i].dtype, &buffers[i].length, 1);
      g_assert_cmpfloat (pymva_tensor_get_value (tensor, &second, 1), ==, buffers[i].second);
    }
}

static void
test_refused (void)
{
  static const char *expressions[] = { "[1.0, 2.0]", "'text'", "7", "None", "{}" };
  g_autoptr (PymvaObject) unsigned_long = evaluate ("__import__('array').array('L', [1])");
  g_autoptr (PymvaObject) names = run_code ("class Buffer:\n    pass\n");
  g_autoptr (PymvaObject) dict = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (expressions); i++)
    {
      g_autoptr (PymvaObject) object = evaluate (expressions[i]);
      g_autofree char *type = pymva_object_get_type_name (object);

      g_assert_null (pymva_object_to_tensor (object, &error));
      g_assert_nonnull (strstr (error->message, type));
      assert_error_says (&error, PYMVA_ERROR_TYPE, "no array of numbers");
    }

  /* It is known to be an array, but only NumPy could convert it. */
  g_assert_null (pymva_object_to_tensor (unsigned_long, &error));
  assert_error_says (&error, PYMVA_ERROR_IMPORT, "numpy");
}

/* Python code cannot write to the numbers, nor make such objects. */
static void
test_read_only (void)
{
  g_autoptr (PymvaTensor) tensor = make_tensor (PYMVA_DTYPE_INT16, 2);
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaObject) view = pymva_object_new_from_tensor (tensor, &error);
  g_autoptr (PymvaObject) owner = pymva_object_get_attribute (view, "obj", &error);
  g_autoptr (PymvaObject) class = pymva_object_get_attribute (owner, "__class__", &error);
  g_autoptr (PymvaObject) c_int = evaluate ("__import__('ctypes').c_int16");
  g_autofree char *type = pymva_object_get_type_name (owner);

  g_assert_no_error (error);
  g_assert_cmpstr (type, ==, "pymva.TensorBuffer");
  g_assert_null (pymva_object_call_method_objects (c_int, "from_buffer", &owner, 1, &error));
  assert_error_says (&error, PYMVA_ERROR_TYPE, "writable");
  g_assert_null (pymva_object_call (class, NULL, NULL, &error));
  assert_error_says (&error, PYMVA_ERROR_TYPE, "only the host");
}

int
main (int argc,
      char *argv[])
{
  g_autoptr (PymvaObject) names = NULL;

  g_test_init (&argc, &argv, NULL);

  /* As if it were not installed. */
  names = run_code ("import sys\nsys.modules['numpy'] = None\n");

  g_test_add_func ("/buffer/from-tensor", test_from_tensor);
  g_test_add_func ("/buffer/no-elements", test_no_elements);
  g_test_add_func ("/buffer/lifetime", test_lifetime);
  g_test_add_func ("/buffer/object-lifetime", test_object_lifetime);
  g_test_add_func ("/buffer/buffers", test_buffers);
  g_test_add_func ("/buffer/refused", test_refused);
  g_test_add_func ("/buffer/read-only", test_read_only);

  return g_test_run ();
}
