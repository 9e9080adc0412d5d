/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include "data/pymva-table-builder-private.h"
#include "data/pymva-table-private.h"
#include "data/pymva-table-reader-private.h"
#include "python/pymva-job-private.h"
#include "python/pymva-object-private.h"

/* Formats that Python packages read. Each has a module of the bridge with a function
 * open_table (source, name, chunk) that gives a reader; see bridge/table_reader.py. */

/* How many rows are cut at once. Formats that come in blocks of their own have other numbers. */
#define CHUNK 100000


/* The file as it is opened in Python: by its path, or where it has none its contents. */
static GVariant *
make_source (GFile *file,
             GCancellable *cancellable,
             GError **error)
{
  const char *path = g_file_peek_path (file);
  g_autoptr (GBytes) bytes = NULL;

  if (path != NULL && g_utf8_validate (path, -1, NULL))
    return g_variant_new_string (path);

  bytes = g_file_load_bytes (file, cancellable, NULL, error);
  return bytes != NULL ? g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, bytes, TRUE) : NULL;
}

static PymvaObject *
open_table (const char *module_name,
            GFile *file,
            const char *tree,
            GCancellable *cancellable,
            GError **error)
{
  g_autoptr (PymvaObject) module = pymva_bridge_import (module_name, error);
  GVariant *source;

  if (module == NULL)
    return NULL;
  source = make_source (file, cancellable, error);
  if (source == NULL)
    return NULL;

  return pymva_object_call_method (module, "open_table",
                                   g_variant_new ("(@*msi)", source, tree, CHUNK), NULL, error);
}

static char **
list_columns (PymvaObject *reader,
              GError **error)
{
  g_autoptr (PymvaObject) names = pymva_object_call_method (reader, "names", NULL, NULL, error);

  return names != NULL ? pymva_object_dup_texts (names, error) : NULL;
}

/* A column of texts comes as a list of the different ones and an array of numbers in it. */
static gboolean
add_texts (PymvaTable *table,
           const char *name,
           PymvaObject *pair,
           GError **error)
{
  g_autoptr (PymvaObject) list = pymva_object_get_index (pair, 0, error);
  g_autoptr (PymvaObject) numbers = list != NULL ? pymva_object_get_index (pair, 1, error) : NULL;
  g_autoptr (PymvaTensor) codes = numbers != NULL ? pymva_object_to_tensor (numbers, error) : NULL;
  g_auto (GStrv) labels = codes != NULL ? pymva_object_dup_texts (list, error) : NULL;
  PymvaTextColumn *column;
  const gint64 *numbers_of_rows;

  if (labels == NULL)
    return FALSE;

  numbers_of_rows = g_bytes_get_data (pymva_tensor_get_bytes (codes), NULL);
  column = pymva_text_column_new ();
  for (gsize i = 0; i < pymva_tensor_get_n_elements (codes); i++)
    {
      const char *label = labels[numbers_of_rows[i]];

      pymva_text_column_append (column, label, strlen (label));
    }

  return pymva_table_add_text_column (table, name, column, error);
}

/* Adds the rows from @first to @end of a column to the table. */
static gboolean
read_column (PymvaTable *table,
             PymvaObject *reader,
             const char *name,
             gint64 first,
             gint64 end,
             GError **error)
{
  g_autoptr (PymvaObject) values = pymva_object_call_method (
    reader, "read", g_variant_new ("(sxx)", name, first, end), NULL, error);
  g_autoptr (PymvaTensor) tensor = NULL;
  g_autofree char *type = NULL;

  if (values == NULL)
    return FALSE;

  type = pymva_object_get_type_name (values);
  if (strcmp (type, "tuple") == 0)
    return add_texts (table, name, values, error);

  tensor = pymva_object_to_tensor (values, error);
  return tensor != NULL && pymva_table_add_column (table, name, tensor, error);
}

/* The columns to read. */
static char **
choose_columns (PymvaObject *reader,
                GVariant *options,
                GError **error)
{
  g_auto (GStrv) columns = list_columns (reader, error);
  g_autoptr (PymvaColumnChoice) choice = pymva_column_choice_new (options);
  g_autoptr (GStrvBuilder) chosen = g_strv_builder_new ();

  if (columns == NULL)
    return NULL;

  for (guint i = 0; columns[i] != NULL; i++)
    if (pymva_column_choice_takes (choice, columns[i]))
      g_strv_builder_add (chosen, columns[i]);

  return pymva_column_choice_check (choice, error) ? g_strv_builder_end (chosen) : NULL;
}

static gboolean
read_rows (PymvaTable *table,
           PymvaObject *reader,
           char **columns,
           gint64 first,
           gint64 end,
           GCancellable *cancellable,
           GError **error)
{
  for (guint i = 0; columns[i] != NULL; i++)
    if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
        !read_column (table, reader, columns[i], first, end, error))
      return FALSE;

  return TRUE;
}

/* The rows at which chunks end, in which the format is best read. */
static gint64 *
list_ends (PymvaObject *reader,
           gsize *n_ends,
           GError **error)
{
  g_autoptr (PymvaObject) list = pymva_object_call_method (reader, "ends", NULL, NULL, error);
  g_autoptr (GVariant) variants = list != NULL ? pymva_object_to_variant (list, error) : NULL;
  gint64 *ends;

  if (variants == NULL)
    return NULL;

  *n_ends = g_variant_n_children (variants);
  ends = g_new (gint64, *n_ends + 1);
  for (gsize i = 0; i < *n_ends; i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (variants, i);
      g_autoptr (GVariant) end = g_variant_get_variant (child);

      ends[i] = g_variant_get_int64 (end);
    }

  return ends;
}

/* Keeps of each chunk only the rows that pass. */
static gboolean
read_and_cut (PymvaTable *table,
              PymvaObject *reader,
              char **columns,
              const char *cut,
              GCancellable *cancellable,
              GError **error)
{
  g_autoptr (PymvaTableBuilder) builder = pymva_table_builder_new ();
  gsize n_ends;
  g_autofree gint64 *ends = list_ends (reader, &n_ends, error);
  gint64 first = 0;

  if (ends == NULL)
    return FALSE;

  for (gsize i = 0; i < n_ends; i++)
    {
      g_autoptr (PymvaTable) rows = pymva_table_new ();

      if (!read_rows (rows, reader, columns, first, ends[i], cancellable, error) ||
          !pymva_table_builder_append (builder, rows, cut, error))
        return FALSE;
      first = ends[i];
    }

  return pymva_table_builder_finish (builder, table, error);
}

static gboolean
read_all (PymvaTable *table,
          PymvaObject *reader,
          GVariant *options,
          GCancellable *cancellable,
          GError **error)
{
  g_auto (GStrv) columns = choose_columns (reader, options, error);
  const char *cut;

  if (columns == NULL)
    return FALSE;
  if (options != NULL && g_variant_lookup (options, "cut", "&s", &cut))
    return read_and_cut (table, reader, columns, cut, cancellable, error);

  return read_rows (table, reader, columns, 0, -1, cancellable, error);
}

static gboolean
read_file (const char *module,
           PymvaTable *table,
           GFile *file,
           GVariant *options,
           GCancellable *cancellable,
           GError **error)
{
  const char *tree = NULL;
  g_autoptr (PymvaObject) reader = NULL;
  g_autoptr (PymvaObject) closed = NULL;
  gboolean done;

  if (options != NULL)
    g_variant_lookup (options, "tree", "&s", &tree);

  reader = open_table (module, file, tree, cancellable, error);
  if (reader == NULL)
    return FALSE;
  done = read_all (table, reader, options, cancellable, error);
  closed = pymva_object_call_method (reader, "close", NULL, NULL, NULL);

  return done;
}

#define DEFINE_READER(name, bridge_module) \
  static gboolean \
  read_##name (PymvaTable *table, \
               GFile *file, \
               GVariant *options, \
               GCancellable *cancellable, \
               GError **error) \
  { \
    return read_file (bridge_module, table, file, options, cancellable, error); \
  }

DEFINE_READER (root, "root_reader")
DEFINE_READER (parquet, "parquet_reader")
DEFINE_READER (feather, "feather_reader")
DEFINE_READER (hdf5, "hdf5_reader")

static const PymvaTableReader readers[] = {
  { "root", (const char * const[]) { "root", NULL }, "root", read_root, TRUE },
  { "parquet", (const char * const[]) { "parquet", "pq", NULL }, "PAR1", read_parquet, TRUE },
  { "feather", (const char * const[]) { "feather", "arrow", NULL }, "ARROW1", read_feather, TRUE },
  { "hdf5", (const char * const[]) { "h5", "hdf5", "hdf", NULL }, "\x89HDF\r\n\x1a\n", read_hdf5,
    TRUE },
};

__attribute__ ((constructor)) static void
register_readers (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (readers); i++)
    pymva_table_register_reader (&readers[i]);
}
