/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <pymva/pymva.h>

#include "data/pymva-tensor-private.h"
#include "scoring-fixtures.h"
#include "scoring/pymva-safetensors-private.h"

/* A file of a header and of data. */
static GBytes *
make_file (const char *header,
           gconstpointer data,
           gsize size)
{
  GByteArray *bytes = g_byte_array_new ();
  guint64 length = GUINT64_TO_LE ((guint64) strlen (header));

  g_byte_array_append (bytes, (const guint8 *) &length, sizeof length);
  g_byte_array_append (bytes, (const guint8 *) header, strlen (header));
  g_byte_array_append (bytes, data, size);
  return g_byte_array_free_to_bytes (bytes);
}

static void
test_round_trip (void)
{
  const double doubles[] = { 1.5, -2, 1e300 };
  const gint32 ints[] = { 1, 2, 3, 4, 5, 6 };
  const guint8 small[] = { 0, 1, 1 };
  g_autoptr (GHashTable) tensors = fixture_tensors ();
  g_autoptr (GHashTable) found = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) again = NULL;
  g_autoptr (GError) error = NULL;
  PymvaTensor *tensor;

  fixture_insert (tensors, "a “name”", PYMVA_DTYPE_FLOAT64, doubles, 3, 0);
  fixture_insert (tensors, "ints", PYMVA_DTYPE_INT32, ints, 2, 3);
  fixture_insert (tensors, "bools", PYMVA_DTYPE_BOOL, small, 3, 0);
  fixture_insert (tensors, "empty", PYMVA_DTYPE_FLOAT32, NULL, 0, 0);
  bytes = pymva_safetensors_write (tensors, &error);
  g_assert_no_error (error);
  found = pymva_safetensors_read (bytes, &error);
  g_assert_no_error (error);

  g_assert_cmpuint (g_hash_table_size (found), ==, 4);
  tensor = g_hash_table_lookup (found, "ints");
  g_assert_cmpint (pymva_tensor_get_dtype (tensor), ==, PYMVA_DTYPE_INT32);
  g_assert_cmpint (pymva_tensor_get_length (tensor, 0), ==, 2);
  g_assert_cmpint (pymva_tensor_get_length (tensor, 1), ==, 3);
  g_assert_cmpmem (pymva_tensor_peek_data (tensor), sizeof ints, ints, sizeof ints);
  tensor = g_hash_table_lookup (found, "a “name”");
  g_assert_cmpmem (pymva_tensor_peek_data (tensor), sizeof doubles, doubles, sizeof doubles);
  again = pymva_safetensors_write (found, &error);
  g_assert_true (g_bytes_equal (bytes, again));
}

/* A file written out by the description of the format, its header padded with spaces. */
static void
test_format (void)
{
  const float values[] = { 1, 2 };
  g_autoptr (GBytes) bytes = make_file (
    "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}        ", values, 8);
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) found = pymva_safetensors_read (bytes, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (pymva_tensor_peek_data (g_hash_table_lookup (found, "x")), 8, values, 8);
}

static void
test_broken (void)
{
  static const char *const headers[] = {
    "",
    "[]",
    "{",
    "{}",
    "{\"x\":1}",
    "{\"x\":{}}",
    "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}",
    "{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
    "{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
    "{\"x\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}}",
    "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}",
    "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}}",
    "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8,8]}}",
    "{\"x\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}",
    "{\"x\":{\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]}}",
    "{\"x\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,2],\"data_offsets\":[0,8]}}",
    "{\"x\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,0]}}",
    "{\"x\":{\"dtype\":\"F16\",\"shape\":[4],\"data_offsets\":[0,8]}}",
    "{\"x\":{\"dtype\":\"BOOL\",\"shape\":[8],\"data_offsets\":[0,8]}}",
    "{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
    "\"y\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
    "{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
    "\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
    "{/*\"*/\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
    "{\"x\xff\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
  };
  const float values[] = { 1.1f, 2.2f };

  for (guint i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      g_autoptr (GBytes) bytes = make_file (headers[i], values, sizeof values);
      g_autoptr (GError) error = NULL;

      g_assert_null (pymva_safetensors_read (bytes, &error));
      g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT);
    }
}

static void
test_nested (void)
{
  g_autoptr (GString) header = g_string_new ("{\"x\":");
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 1000000; i++)
    g_string_append_c (header, '[');
  bytes = make_file (header->str, "", 0);
  g_assert_null (pymva_safetensors_read (bytes, &error));
  g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT);
}

/* Every part of a file is needed. */
static void
test_truncated (void)
{
  const float values[] = { 1, 2 };
  g_autoptr (GBytes) bytes = make_file (
    "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", values, 8);

  for (gsize size = 0; size < g_bytes_get_size (bytes); size++)
    {
      g_autoptr (GBytes) part = g_bytes_new (g_bytes_get_data (bytes, NULL), size);
      g_autoptr (GError) error = NULL;

      g_assert_null (pymva_safetensors_read (part, &error));
      g_assert_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT);
    }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/safetensors/round-trip", test_round_trip);
  g_test_add_func ("/safetensors/format", test_format);
  g_test_add_func ("/safetensors/broken", test_broken);
  g_test_add_func ("/safetensors/nested", test_nested);
  g_test_add_func ("/safetensors/truncated", test_truncated);

  return g_test_run ();
}
