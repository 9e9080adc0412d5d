/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include "data/pymva-table-private.h"
#include "data/pymva-table-reader-private.h"
#include "python/pymva-job-private.h"
#include "python/pymva-object-private.h"

/* Formats that Python packages read. Each has a module of the bridge with a function
 * open_table (source, name) that gives a reader; see bridge/table_reader.py. */

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
                                   g_variant_new ("(@*ms)", source, tree), NULL, error);
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

/* Adds a column as the readers of Python give it. */
static gboolean
add_values (PymvaTable *table,
            const char *name,
            PymvaObject *values,
            GError **error)
{
  g_autoptr (PymvaTensor) tensor = NULL;
  g_autofree char *type = pymva_object_get_type_name (values);

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

static PymvaObject *
open_with_options (const char *module,
                   GFile *file,
                   GVariant *options,
                   GCancellable *cancellable,
                   GError **error)
{
  const char *tree = NULL;

  if (options != NULL)
    g_variant_lookup (options, "tree", "&s", &tree);

  return open_table (module, file, tree, cancellable, error);
}

static void
close_reader (PymvaObject *reader)
{
  g_autoptr (PymvaObject) closed = pymva_object_call_method (reader, "close", NULL, NULL, NULL);
}

static gboolean
read_all (PymvaTable *table,
          PymvaObject *reader,
          GVariant *options,
          GCancellable *cancellable,
          GError **error)
{
  g_auto (GStrv) columns = choose_columns (reader, options, error);

  for (guint i = 0; columns != NULL && columns[i] != NULL; i++)
    {
      g_autoptr (PymvaObject) values = NULL;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      values = pymva_object_call_method (reader, "read", g_variant_new ("(s)", columns[i]), NULL,
                                         error);
      if (values == NULL || !add_values (table, columns[i], values, error))
        return FALSE;
    }

  return columns != NULL;
}

static gboolean
read_file (const char *module,
           PymvaTable *table,
           GFile *file,
           GVariant *options,
           GCancellable *cancellable,
           GError **error)
{
  g_autoptr (PymvaObject) reader = open_with_options (module, file, options, cancellable, error);
  gboolean done;

  if (reader == NULL)
    return FALSE;
  done = read_all (table, reader, options, cancellable, error);
  close_reader (reader);

  return done;
}

/* A file on its way into tables. */
typedef struct
{
  PymvaTablePieces pieces;
  PymvaObject *reader;
  char **columns;
  gint64 n_all_rows;
  gint64 n_read;
} PythonPieces;

static void
python_pieces_free (PymvaTablePieces *pieces)
{
  PythonPieces *self = (PythonPieces *) pieces;

  close_reader (self->reader);
  g_object_unref (self->reader);
  g_strfreev (self->columns);
  g_free (self);
}

static gboolean
python_pieces_read (PymvaTablePieces *pieces,
                    PymvaTable *table,
                    gsize n_rows,
                    GCancellable *cancellable,
                    GError **error)
{
  PythonPieces *self = (PythonPieces *) pieces;
  g_autoptr (PymvaObject) rows = NULL;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  rows = pymva_object_call_method (self->reader, "read_piece",
                                   g_variant_new ("(^asx)", self->columns, (gint64) n_rows), NULL,
                                   error);
  for (guint i = 0; rows != NULL && self->columns[i] != NULL; i++)
    {
      g_autoptr (PymvaObject) values = pymva_object_get_index (rows, i, error);

      if (values == NULL || !add_values (table, self->columns[i], values, error))
        return FALSE;
    }

  self->n_read += pymva_table_get_n_rows (table);
  pieces->fraction = self->n_read / MAX (self->n_all_rows, 1.0);
  return rows != NULL;
}

static gboolean
count_rows (PythonPieces *self,
            GError **error)
{
  g_autoptr (PymvaObject) number =
    pymva_object_call_method (self->reader, "n_rows", NULL, NULL, error);
  g_autoptr (GVariant) variant = number != NULL ? pymva_object_to_variant (number, error) : NULL;

  if (variant == NULL)
    return FALSE;

  self->n_all_rows = g_variant_get_int64 (variant);
  return TRUE;
}

static PymvaTablePieces *
open_pieces (const char *module,
             GFile *file,
             GVariant *options,
             GCancellable *cancellable,
             GError **error)
{
  g_autoptr (PymvaObject) reader = open_with_options (module, file, options, cancellable, error);
  g_autoptr (PymvaTablePieces) pieces = NULL;
  PythonPieces *self;

  if (reader == NULL)
    return NULL;

  self = g_new0 (PythonPieces, 1);
  pieces = &self->pieces;
  pieces->read = python_pieces_read;
  pieces->free = python_pieces_free;
  self->reader = g_steal_pointer (&reader);
  self->columns = choose_columns (self->reader, options, error);
  if (self->columns == NULL || !count_rows (self, error))
    return NULL;

  return g_steal_pointer (&pieces);
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
  } \
  \
  static PymvaTablePieces * \
  open_##name (GFile *file, \
               GVariant *options, \
               GCancellable *cancellable, \
               GError **error) \
  { \
    return open_pieces (bridge_module, file, options, cancellable, error); \
  }

DEFINE_READER (root, "root_reader")
DEFINE_READER (parquet, "parquet_reader")
DEFINE_READER (feather, "feather_reader")
DEFINE_READER (hdf5, "hdf5_reader")

static const PymvaTableReader readers[] = {
  { "root", (const char * const[]) { "root", NULL }, "root", read_root, open_root },
  { "parquet", (const char * const[]) { "parquet", "pq", NULL }, "PAR1", read_parquet,
    open_parquet },
  { "feather", (const char * const[]) { "feather", "arrow", NULL }, "ARROW1", read_feather,
    open_feather },
  { "hdf5", (const char * const[]) { "h5", "hdf5", "hdf", NULL }, "\x89HDF\r\n\x1a\n", read_hdf5,
    open_hdf5 },
};

__attribute__ ((constructor)) static void
register_readers (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (readers); i++)
    pymva_table_register_reader (&readers[i]);
}
