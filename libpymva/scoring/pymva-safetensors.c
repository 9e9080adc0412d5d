/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include <pymva/pymva-error.h>

#include "base/pymva-bytes-private.h"
#include "base/pymva-pages-private.h"
#include "data/pymva-tensor-private.h"
#include "pymva-json-private.h"
#include "pymva-safetensors-private.h"

#if G_BYTE_ORDER != G_LITTLE_ENDIAN
#error "The tables of model files are little-endian, and are used where they lie."
#endif

/* The limit of the reference implementation. */
#define MOST_HEADER 100000000
#define MOST_DIMENSIONS 8
/* The data start at a multiple of this, as far from the file's start. */
#define ALIGNMENT 64
#define METADATA "__metadata__"

static const struct
{
  const char *name;
  PymvaDType dtype;
} dtypes[] = {
  { "F64", PYMVA_DTYPE_FLOAT64 }, { "I64", PYMVA_DTYPE_INT64 }, { "F32", PYMVA_DTYPE_FLOAT32 },
  { "I32", PYMVA_DTYPE_INT32 },   { "I16", PYMVA_DTYPE_INT16 }, { "I8", PYMVA_DTYPE_INT8 },
  { "U8", PYMVA_DTYPE_UINT8 },    { "BOOL", PYMVA_DTYPE_BOOL },
};

/* A tensor's place in the data. */
typedef struct
{
  const char *name;
  PymvaDType dtype;
  gint64 shape[MOST_DIMENSIONS];
  guint n_dims;
  guint64 first;
  guint64 end;
} Place;

static gboolean
read_dtype (JsonObject *object,
            PymvaDType *dtype,
            GError **error)
{
  const char *name = NULL;

  if (!pymva_json_read_string (object, "dtype", TRUE, &name, error))
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (dtypes); i++)
    if (g_str_equal (name, dtypes[i].name))
      {
        *dtype = dtypes[i].dtype;
        return TRUE;
      }

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "the dtype “%s” is not known here", name);
  return FALSE;
}

/* Reads a list of numbers that are not negative. */
static gboolean
read_numbers (JsonObject *object,
              const char *member,
              guint most,
              gint64 *numbers,
              guint *n_numbers,
              GError **error)
{
  JsonArray *array = NULL;

  if (!pymva_json_read_array (object, member, TRUE, &array, error))
    return FALSE;
  *n_numbers = json_array_get_length (array);
  if (*n_numbers > most)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "“%s” has more than %u elements", member,
                   most);
      return FALSE;
    }

  for (guint i = 0; i < *n_numbers; i++)
    {
      JsonNode *node = json_array_get_element (array, i);

      if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64 ||
          json_node_get_int (node) < 0)
        {
          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                       "“%s” holds something other than whole numbers from 0 on", member);
          return FALSE;
        }
      numbers[i] = json_node_get_int (node);
    }

  return TRUE;
}

/* Reads where a tensor lies and checks that its size is what its dtype and shape need. */
static gboolean
read_place (JsonObject *object,
            Place *place,
            GError **error)
{
  gint64 offsets[2];
  guint n_offsets;
  guint64 size;

  if (!read_dtype (object, &place->dtype, error) ||
      !read_numbers (object, "shape", MOST_DIMENSIONS, place->shape, &place->n_dims, error) ||
      !read_numbers (object, "data_offsets", 2, offsets, &n_offsets, error))
    return FALSE;

  size = pymva_dtype_get_size (place->dtype);
  for (guint i = 0; i < place->n_dims; i++)
    if (!g_uint64_checked_mul (&size, size, place->shape[i]))
      {
        g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "its shape is too large");
        return FALSE;
      }
  if (n_offsets != 2 || offsets[0] > offsets[1] || (guint64) (offsets[1] - offsets[0]) != size)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "its offsets do not span the %" G_GUINT64_FORMAT
                   " bytes that its dtype and shape need", size);
      return FALSE;
    }

  place->first = offsets[0];
  place->end = offsets[1];
  return TRUE;
}

static int
compare_places (gconstpointer a,
                gconstpointer b)
{
  const Place *first = a;
  const Place *second = b;

  if (first->first != second->first)
    return first->first < second->first ? -1 : 1;
  if (first->end != second->end)
    return first->end < second->end ? -1 : 1;
  return strcmp (first->name, second->name);
}

/* Reads the places of all tensors, in the order of the data, and checks that they fill it. */
static GArray *
read_places (JsonObject *header,
             gsize size,
             GError **error)
{
  g_autoptr (GArray) places = g_array_new (FALSE, TRUE, sizeof (Place));
  g_autoptr (GList) names = json_object_get_members (header);
  guint64 end = 0;

  for (GList *link = names; link != NULL; link = link->next)
    {
      Place place = { .name = link->data };
      JsonObject *object = NULL;

      if (g_str_equal (place.name, METADATA))
        continue;
      if (!pymva_json_read_object (header, place.name, TRUE, &object, error))
        return NULL;
      if (!read_place (object, &place, error))
        {
          g_prefix_error (error, "the tensor “%s”: ", place.name);
          return NULL;
        }
      g_array_append_val (places, place);
    }

  g_array_sort (places, compare_places);
  for (guint i = 0; i < places->len; i++)
    {
      const Place *place = &g_array_index (places, Place, i);

      if (place->first != end)
        {
          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                       "the tensor “%s” does not start where the one before it ends", place->name);
          return NULL;
        }
      end = place->end;
    }
  if (end != size)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "the tensors fill %" G_GUINT64_FORMAT " of %" G_GSIZE_FORMAT " bytes", end,
                   size);
      return NULL;
    }

  return g_steal_pointer (&places);
}

static GBytes *
copy_mapped (GBytes *data,
             const Place *place)
{
  const guint8 *start = pymva_bytes_peek (data, NULL);
  gsize size = place->end - place->first;

  return g_bytes_new_take (pymva_pages_copy (start + place->first, size), size);
}

static PymvaTensor *
make_tensor (GBytes *data,
             const Place *place,
             gboolean is_mapped,
             GError **error)
{
  g_autoptr (GBytes) bytes =
    is_mapped ? copy_mapped (data, place)
              : g_bytes_new_from_bytes (data, place->first, place->end - place->first);

  if (place->dtype == PYMVA_DTYPE_BOOL)
    {
      gsize size;
      const guint8 *values = pymva_bytes_peek (bytes, &size);

      for (gsize i = 0; i < size; i++)
        if (values[i] > 1)
          {
            g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                                 "a truth value is neither 0 nor 1");
            return NULL;
          }
    }

  return pymva_tensor_new (place->dtype, place->shape, place->n_dims, bytes, error);
}

static GHashTable *
make_tensors (JsonObject *header,
              GBytes *data,
              gboolean is_mapped,
              GError **error)
{
  g_autoptr (GHashTable) tensors =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  g_autoptr (GArray) places = read_places (header, g_bytes_get_size (data), error);

  if (places == NULL)
    return NULL;

  for (guint i = 0; i < places->len; i++)
    {
      const Place *place = &g_array_index (places, Place, i);
      PymvaTensor *tensor = make_tensor (data, place, is_mapped, error);

      if (tensor == NULL)
        {
          g_prefix_error (error, "the tensor “%s”: ", place->name);
          return NULL;
        }
      g_hash_table_insert (tensors, g_strdup (place->name), tensor);
    }

  return g_steal_pointer (&tensors);
}

static GHashTable *
read_tensors (GBytes *bytes,
              gboolean is_mapped,
              GError **error)
{
  g_autoptr (GBytes) text = NULL;
  g_autoptr (GBytes) data = NULL;
  g_autoptr (JsonObject) header = NULL;
  gsize size;
  const char *start = pymva_bytes_peek (bytes, &size);
  guint64 header_size;

  if (size >= 8)
    memcpy (&header_size, start, 8);
  if (size < 8 || (header_size = GUINT64_FROM_LE (header_size)) > size - 8 ||
      header_size > MOST_HEADER || header_size == 0 || start[8] != '{')
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                           "it is cut off, or not a safetensors file");
      return NULL;
    }

  text = g_bytes_new_from_bytes (bytes, 8, header_size);
  data = g_bytes_new_from_bytes (bytes, 8 + header_size, size - 8 - header_size);
  header = pymva_json_parse (text, error);

  return header != NULL ? make_tensors (header, data, is_mapped, error) : NULL;
}

GHashTable *
pymva_safetensors_read (GBytes *bytes,
                        GError **error)
{
  return read_tensors (bytes, FALSE, error);
}

GHashTable *
pymva_safetensors_read_mapped (GBytes *bytes,
                               GError **error)
{
  return read_tensors (bytes, TRUE, error);
}

/* --- writing --- */

typedef struct
{
  const char *name;
  PymvaTensor *tensor;
  gsize element_size;
} Item;

/* Wide elements first, so that each tensor is aligned for its dtype, then by name. */
static int
compare_items (gconstpointer a,
               gconstpointer b)
{
  const Item *first = a;
  const Item *second = b;

  if (first->element_size != second->element_size)
    return first->element_size > second->element_size ? -1 : 1;
  return strcmp (first->name, second->name);
}

static const char *
get_dtype_name (PymvaDType dtype)
{
  for (guint i = 0; i < G_N_ELEMENTS (dtypes); i++)
    if (dtypes[i].dtype == dtype)
      return dtypes[i].name;

  g_assert_not_reached ();
}

static JsonObject *
describe_item (const Item *item,
               guint64 offset)
{
  JsonObject *object = json_object_new ();
  JsonArray *shape = json_array_new ();
  JsonArray *offsets = json_array_new ();
  gsize n_dims;
  const gint64 *lengths = pymva_tensor_get_shape (item->tensor, &n_dims);

  for (gsize i = 0; i < n_dims; i++)
    json_array_add_int_element (shape, lengths[i]);
  json_array_add_int_element (offsets, offset);
  json_array_add_int_element (
    offsets, offset + pymva_tensor_get_n_elements (item->tensor) * item->element_size);

  json_object_set_string_member (object, "dtype",
                                 get_dtype_name (pymva_tensor_get_dtype (item->tensor)));
  json_object_set_array_member (object, "shape", shape);
  json_object_set_array_member (object, "data_offsets", offsets);

  return object;
}

GBytes *
pymva_safetensors_write (GHashTable *tensors,
                         GError **error)
{
  g_autoptr (GArray) items = g_array_new (FALSE, FALSE, sizeof (Item));
  g_autoptr (JsonObject) header = json_object_new ();
  g_autoptr (GString) text = NULL;
  g_autofree char *json = NULL;
  GByteArray *bytes;
  GHashTableIter iter;
  Item item;
  guint64 offset = 0;
  guint64 header_size;

  g_hash_table_iter_init (&iter, tensors);
  while (g_hash_table_iter_next (&iter, (gpointer *) &item.name, (gpointer *) &item.tensor))
    {
      item.element_size = pymva_dtype_get_size (pymva_tensor_get_dtype (item.tensor));
      g_array_append_val (items, item);
    }
  g_array_sort (items, compare_items);

  for (guint i = 0; i < items->len; i++)
    {
      const Item *next = &g_array_index (items, Item, i);

      json_object_set_object_member (header, next->name, describe_item (next, offset));
      offset += pymva_tensor_get_n_elements (next->tensor) * next->element_size;
    }

  /* GByteArray counts in guint. */
  if (offset > G_MAXUINT32 / 2)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
                   "the tables take %" G_GUINT64_FORMAT " bytes: 2 GiB is the most a file can hold",
                   offset);
      return NULL;
    }

  json = pymva_json_format (header, FALSE);
  text = g_string_new (json);
  while ((8 + text->len) % ALIGNMENT != 0)
    g_string_append_c (text, ' ');

  bytes = g_byte_array_sized_new (8 + text->len + offset);
  header_size = GUINT64_TO_LE ((guint64) text->len);
  g_byte_array_append (bytes, (const guint8 *) &header_size, 8);
  g_byte_array_append (bytes, (const guint8 *) text->str, text->len);
  for (guint i = 0; i < items->len; i++)
    {
      const Item *next = &g_array_index (items, Item, i);
      gsize size = pymva_tensor_get_n_elements (next->tensor) * next->element_size;

      if (size > 0)
        g_byte_array_append (bytes, pymva_tensor_peek_data (next->tensor), size);
    }

  return g_byte_array_free_to_bytes (bytes);
}
