/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/pymva-digest-private.h"
#include "base/pymva-zip-reader-private.h"
#include "base/pymva-zip-writer-private.h"
#include "fuzz.h"
#include "scoring/pymva-json-private.h"

/* Changes model files so that what is changed is read: a flipped byte alone is found by the first
 * checksum. One entry is changed, its digest in the manifest follows, and the archive is packed
 * again. libFuzzer looks for functions of these names. */

size_t LLVMFuzzerMutate (uint8_t *data,
                         size_t size,
                         size_t max_size);
size_t LLVMFuzzerCustomMutator (uint8_t *data,
                                size_t size,
                                size_t max_size,
                                unsigned int seed);

#define MANIFEST "manifest.json"
/* What an entry may grow by. */
#define GROWTH 256

static const double numbers[] = {
  -1, 0, 1, 2, 3, 64, 255, 1 << 20, G_MAXINT32, 1e19, 0.5, -1e300
};
static const char * const words[] = {
  "", "forest", "mlp", "affine", "matrix", "link", "select", "interpolate", "encode",
  "weighted-median", "choose", "clip", "kernel", "product", "mean", "average", "sum", "float32",
  "float64", "softmax", "sigmoid", "relu", "dense", "identity", "classification", "multiclass",
  "regression", "tables", "golden", "backend", "responses", "x0",
};

/* --- the manifest --- */

/* Some value of JSON. */
static JsonNode *
make_value (GRand *random)
{
  JsonNode *node = json_node_alloc ();

  switch (g_rand_int_range (random, 0, 6))
    {
    case 0:
      return json_node_init_null (node);
    case 1:
      return json_node_init_boolean (node, g_rand_boolean (random));
    case 2:
      return json_node_init_double (
        node, numbers[g_rand_int_range (random, 0, G_N_ELEMENTS (numbers))]);
    case 3:
      return json_node_init_int (node, g_rand_int_range (random, -2, 70));
    case 4:
      return json_node_init_string (
        node, words[g_rand_int_range (random, 0, G_N_ELEMENTS (words))]);
    default:
      {
        g_autoptr (JsonArray) array = json_array_new ();

        json_array_add_int_element (array, g_rand_int_range (random, -2, 4));
        return json_node_init_array (node, array);
      }
    }
}

static void change_object (JsonObject *object,
                           GRand *random);

static void
change_array (JsonArray *array,
              GRand *random)
{
  guint n = json_array_get_length (array);
  guint i = n > 0 ? g_rand_int_range (random, 0, n) : 0;
  JsonNode *element = n > 0 ? json_array_get_element (array, i) : NULL;

  if (element != NULL && JSON_NODE_HOLDS_OBJECT (element) && g_rand_int_range (random, 0, 8) > 0)
    change_object (json_node_get_object (element), random);
  else if (element != NULL && g_rand_boolean (random))
    json_array_remove_element (array, i);
  else if (element != NULL && g_rand_boolean (random))
    json_array_add_element (array, json_node_copy (element));
  else
    json_array_add_element (array, make_value (random));
}

static void
change_object (JsonObject *object,
               GRand *random)
{
  g_autoptr (GList) members = json_object_get_members (object);
  guint n = g_list_length (members);
  const char *name = n > 0 ? g_list_nth_data (members, g_rand_int_range (random, 0, n)) : "x";
  const char *other = n > 0 ? g_list_nth_data (members, g_rand_int_range (random, 0, n)) : "y";
  JsonNode *node = n > 0 ? json_object_get_member (object, name) : NULL;
  gboolean deeper = g_rand_int_range (random, 0, 8) > 0;

  if (node != NULL && deeper && JSON_NODE_HOLDS_OBJECT (node))
    change_object (json_node_get_object (node), random);
  else if (node != NULL && deeper && JSON_NODE_HOLDS_ARRAY (node))
    change_array (json_node_get_array (node), random);
  else if (node != NULL && g_rand_int_range (random, 0, 4) == 0)
    json_object_remove_member (object, name);
  else if (node != NULL && g_rand_int_range (random, 0, 4) == 0)
    json_object_set_member (object, name, json_node_copy (json_object_get_member (object, other)));
  else
    json_object_set_member (object, name, make_value (random));
}

/* Lets the sizes and digests of the manifest be those of the files. */
static GBytes *
correct_manifest (JsonObject *manifest,
                  GHashTable *files)
{
  JsonNode *node = json_object_get_member (manifest, "entries");
  JsonObject *entries = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node)
                                                                      : NULL;
  g_autoptr (GList) members = entries != NULL ? json_object_get_members (entries) : NULL;
  char *text;

  for (GList *l = members; l != NULL; l = l->next)
    {
      JsonNode *entry = json_object_get_member (entries, l->data);
      GBytes *content = g_hash_table_lookup (files, l->data);
      g_autofree char *sha256 = content != NULL ? pymva_digest_compute (content) : NULL;

      if (content == NULL || !JSON_NODE_HOLDS_OBJECT (entry))
        continue;
      json_object_set_int_member (json_node_get_object (entry), "size", g_bytes_get_size (content));
      json_object_set_string_member (json_node_get_object (entry), "sha256", sha256);
    }

  text = pymva_json_format (manifest, FALSE);
  return g_bytes_new_take (text, strlen (text));
}

/* --- the archive --- */

/* An object that may be changed, as those of pymva_json_parse() may not be; NULL where the text is
 * no object. */
static JsonObject *
parse (GBytes *text)
{
  g_autoptr (JsonObject) object = text != NULL ? pymva_json_parse (text, NULL) : NULL;
  g_autofree char *copy = object != NULL ? pymva_json_format (object, FALSE) : NULL;
  g_autoptr (JsonNode) root = copy != NULL ? json_from_string (copy, NULL) : NULL;

  return root != NULL ? json_node_dup_object (root) : NULL;
}

static GBytes *
change_bytes (GBytes *content)
{
  gsize size = g_bytes_get_size (content);
  guint8 *copy = g_malloc (size + GROWTH);

  if (size > 0)
    memcpy (copy, g_bytes_get_data (content, NULL), size);
  size = LLVMFuzzerMutate (copy, size, size + GROWTH);
  return g_bytes_new_take (copy, size);
}

static GBytes *
pack (const char * const *names,
      GHashTable *files)
{
  PymvaZipWriter *writer = pymva_zip_writer_new ();

  for (guint i = 0; names[i] != NULL; i++)
    pymva_zip_writer_add (writer, names[i], g_hash_table_lookup (files, names[i]), NULL);

  return pymva_zip_writer_finish (writer, NULL);
}

/* NULL where the archive is none, or a checksum is wrong. */
static GBytes *
change_archive (PymvaZipReader *reader,
                GRand *random)
{
  g_autoptr (GHashTable) files =
    g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) g_bytes_unref);
  const char * const *names = pymva_zip_reader_list_names (reader);
  guint n = g_strv_length ((char **) names);
  const char *chosen = names[g_rand_int_range (random, 0, MAX (n, 1))];
  g_autoptr (JsonObject) manifest = NULL;

  for (guint i = 0; i < n; i++)
    {
      GBytes *content = pymva_zip_reader_lookup (reader, names[i], NULL);

      if (content == NULL)
        return NULL;
      g_hash_table_insert (files, (gpointer) names[i], content);
    }
  manifest = parse (g_hash_table_lookup (files, MANIFEST));
  if (manifest == NULL)
    return NULL;

  if (g_str_equal (chosen, MANIFEST))
    change_object (manifest, random);
  else
    g_hash_table_insert (files, (gpointer) chosen,
                         change_bytes (g_hash_table_lookup (files, chosen)));
  g_hash_table_insert (files, (gpointer) MANIFEST, correct_manifest (manifest, files));

  return pack (names, files);
}

size_t
LLVMFuzzerCustomMutator (uint8_t *data,
                         size_t size,
                         size_t max_size,
                         unsigned int seed)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  g_autoptr (GBytes) archive = g_bytes_new_static (data, size);
  g_autoptr (PymvaZipReader) reader = pymva_zip_reader_new (archive, 0, NULL);
  g_autoptr (GBytes) changed = NULL;

  if (reader != NULL && g_rand_int_range (random, 0, 16) > 0)
    changed = change_archive (reader, random);
  if (changed == NULL || g_bytes_get_size (changed) > max_size)
    return LLVMFuzzerMutate (data, size, max_size);

  memcpy (data, g_bytes_get_data (changed, NULL), g_bytes_get_size (changed));
  return g_bytes_get_size (changed);
}
