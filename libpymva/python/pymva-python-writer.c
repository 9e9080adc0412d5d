/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "data/pymva-table-private.h"
#include "data/pymva-table-writer-private.h"
#include "data/pymva-tensor-private.h"
#include "python/pymva-job-private.h"
#include "python/pymva-object-private.h"

/* Formats that Python packages write. Each has a module of the bridge with a function
 * open_table (path, names, types, tree) that gives a writer; see bridge/table_writer.py. */

#define DEFAULT_TREE "responses"

typedef struct
{
  PymvaTableSink sink;
  const PymvaTableLayout *layout;
  PymvaObject *writer;
} PythonSink;

/* A column of words: the different ones, and an array that says which one each row has. */
static PymvaObject *
make_texts (PymvaTable *rows,
            const char *name,
            GError **error)
{
  const PymvaTextColumn *column = pymva_table_get_text_column (rows, name, error);
  g_autoptr (PymvaObject) labels = NULL;
  g_autoptr (PymvaObject) codes = NULL;
  g_autoptr (PymvaTensor) tensor = NULL;
  GVariant *list;

  if (column == NULL)
    return NULL;

  list = g_variant_new_strv ((const char * const *) column->labels, column->n_labels);
  labels = pymva_object_new_from_variant (list, error);
  tensor = labels != NULL ? pymva_table_get_codes (rows, name, error) : NULL;
  codes = tensor != NULL ? pymva_object_new_from_tensor (tensor, error) : NULL;
  if (codes == NULL)
    return NULL;

  return pymva_object_new_tuple ((PymvaObject *[]) { labels, codes }, 2, error);
}

static PymvaObject *
make_column (const PymvaLayoutColumn *column,
             PymvaTable *rows,
             GError **error)
{
  g_autoptr (PymvaTensor) numbers = NULL;

  if (column->is_text)
    return make_texts (rows, column->name, error);

  numbers = pymva_layout_column_convert (column, rows, error);
  return numbers != NULL ? pymva_object_new_from_tensor (numbers, error) : NULL;
}

static gboolean
python_sink_write (PymvaTableSink *sink,
                   PymvaTable *rows,
                   GBytes *encoded,
                   GCancellable *cancellable,
                   GError **error)
{
  PythonSink *self = (PythonSink *) sink;
  g_autoptr (GPtrArray) columns = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (PymvaObject) list = NULL;
  g_autoptr (PymvaObject) done = NULL;

  for (guint i = 0; i < self->layout->n_columns; i++)
    {
      PymvaObject *column = make_column (&self->layout->columns[i], rows, error);

      if (column == NULL)
        return FALSE;
      g_ptr_array_add (columns, column);
    }

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  list = pymva_object_new_list ((PymvaObject **) columns->pdata, columns->len, error);
  if (list == NULL)
    return FALSE;
  done = pymva_object_call_method_objects (self->writer, "write", &list, 1, error);
  return done != NULL;
}

static gboolean
python_sink_finish (PymvaTableSink *sink,
                    GCancellable *cancellable,
                    GError **error)
{
  PythonSink *self = (PythonSink *) sink;
  g_autoptr (PymvaObject) done =
    pymva_object_call_method (self->writer, "finish", NULL, NULL, error);

  return done != NULL;
}

static void
python_sink_free (PymvaTableSink *sink)
{
  PythonSink *self = (PythonSink *) sink;
  g_autoptr (PymvaObject) closed =
    pymva_object_call_method (self->writer, "close", NULL, NULL, NULL);

  g_object_unref (self->writer);
  g_free (self);
}

static GVariant *
make_arguments (const PymvaTableLayout *layout,
                const char *path,
                GVariant *options)
{
  GVariantBuilder names;
  GVariantBuilder types;
  const char *tree = DEFAULT_TREE;

  g_variant_builder_init (&names, G_VARIANT_TYPE_STRING_ARRAY);
  g_variant_builder_init (&types, G_VARIANT_TYPE_STRING_ARRAY);
  for (guint i = 0; i < layout->n_columns; i++)
    {
      const PymvaLayoutColumn *column = &layout->columns[i];

      g_variant_builder_add (&names, "s", column->name);
      g_variant_builder_add (&types, "s",
                             column->is_text ? "text" : pymva_dtype_get_name (column->dtype));
    }
  if (options != NULL)
    g_variant_lookup (options, "tree", "&s", &tree);

  return g_variant_new ("(sasass)", path, &names, &types, tree);
}

static PymvaTableSink *
open_sink (const char *module_name,
           const PymvaTableLayout *layout,
           const char *path,
           GVariant *options,
           GError **error)
{
  g_autoptr (PymvaObject) module = pymva_bridge_import (module_name, error);
  g_autoptr (PymvaObject) writer = NULL;
  PythonSink *self;

  if (module == NULL)
    return NULL;
  writer = pymva_object_call_method (module, "open_table",
                                     make_arguments (layout, path, options), NULL, error);
  if (writer == NULL)
    return NULL;

  self = g_new0 (PythonSink, 1);
  self->sink.write = python_sink_write;
  self->sink.finish = python_sink_finish;
  self->sink.free = python_sink_free;
  self->layout = layout;
  self->writer = g_steal_pointer (&writer);

  return &self->sink;
}

static PymvaTableSink *
open_parquet (const PymvaTableLayout *layout,
              const char *path,
              GVariant *options,
              GError **error)
{
  return open_sink ("parquet_writer", layout, path, options, error);
}

static PymvaTableSink *
open_root (const PymvaTableLayout *layout,
           const char *path,
           GVariant *options,
           GError **error)
{
  return open_sink ("root_writer", layout, path, options, error);
}

static const PymvaTableFormat formats[] = {
  {
    .format = "parquet",
    .suffixes = (const char * const[]) { "parquet", "pq", NULL },
    .open_path = open_parquet,
  },
  {
    .format = "root",
    .suffixes = (const char * const[]) { "root", NULL },
    .open_path = open_root,
  },
};

__attribute__ ((constructor)) static void
register_formats (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    pymva_table_register_format (&formats[i]);
}
