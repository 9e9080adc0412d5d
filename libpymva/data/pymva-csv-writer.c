/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include "pymva-number-private.h"
#include "pymva-table-private.h"
#include "pymva-table-writer-private.h"
#include "pymva-tensor-private.h"

/* Text with commas (RFC 4180), and line ends as on Unix. */

void
pymva_csv_append_word (GString *text,
                       const char *word)
{
  if (strpbrk (word, ",\"\r\n") == NULL)
    {
      g_string_append (text, word);
      return;
    }

  g_string_append_c (text, '"');
  for (const char *at = word; *at != '\0'; at++)
    {
      if (*at == '"')
        g_string_append_c (text, '"');
      g_string_append_c (text, *at);
    }
  g_string_append_c (text, '"');
}

static void
append_number (GString *text,
               PymvaDType dtype,
               gconstpointer numbers,
               gint64 row)
{
  char buffer[PYMVA_NUMBER_LENGTH];
  char *end;

  if (dtype == PYMVA_DTYPE_FLOAT32)
    end = pymva_number_format_float (buffer, ((const float *) numbers)[row]);
  else if (dtype == PYMVA_DTYPE_INT64)
    end = pymva_number_format_integer (buffer, ((const gint64 *) numbers)[row]);
  else
    end = pymva_number_format_double (buffer, ((const double *) numbers)[row]);
  g_string_append_len (text, buffer, end - buffer);
}

static GBytes *
csv_encode (const PymvaTableLayout *layout,
            PymvaTable *rows,
            GError **error)
{
  gint64 n_rows = pymva_table_get_n_rows (rows);
  g_autoptr (GPtrArray) columns = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree gconstpointer *numbers = g_new0 (gconstpointer, layout->n_columns);
  g_autofree const PymvaTextColumn **words = g_new0 (const PymvaTextColumn *, layout->n_columns);
  GString *text;

  for (guint i = 0; i < layout->n_columns; i++)
    {
      const PymvaLayoutColumn *column = &layout->columns[i];
      PymvaTensor *tensor;

      if (column->is_text)
        {
          words[i] = pymva_table_get_text_column (rows, column->name, error);
          if (words[i] == NULL)
            return NULL;
          continue;
        }
      tensor = pymva_layout_column_convert (column, rows, error);
      if (tensor == NULL)
        return NULL;
      g_ptr_array_add (columns, tensor);
      numbers[i] = pymva_tensor_peek_data (tensor);
    }

  text = g_string_sized_new (n_rows * layout->n_columns * 12);
  for (gint64 row = 0; row < n_rows; row++)
    {
      for (guint i = 0; i < layout->n_columns; i++)
        {
          if (i > 0)
            g_string_append_c (text, ',');
          if (words[i] != NULL)
            pymva_csv_append_word (text, words[i]->labels[words[i]->codes[row]]);
          else
            append_number (text, layout->columns[i].dtype, numbers[i], row);
        }
      g_string_append_c (text, '\n');
    }

  return g_string_free_to_bytes (text);
}

typedef struct
{
  PymvaTableSink sink;
  GOutputStream *stream;
} CsvSink;

static gboolean
csv_sink_write (PymvaTableSink *sink,
                PymvaTable *rows,
                GBytes *encoded,
                GCancellable *cancellable,
                GError **error)
{
  CsvSink *self = (CsvSink *) sink;
  gsize size;
  const char *text = g_bytes_get_data (encoded, &size);

  return g_output_stream_write_all (self->stream, text, size, NULL, cancellable, error);
}

static gboolean
csv_sink_finish (PymvaTableSink *sink,
                 GCancellable *cancellable,
                 GError **error)
{
  CsvSink *self = (CsvSink *) sink;

  return g_output_stream_flush (self->stream, cancellable, error);
}

static void
csv_sink_free (PymvaTableSink *sink)
{
  CsvSink *self = (CsvSink *) sink;

  g_object_unref (self->stream);
  g_free (self);
}

static PymvaTableSink *
csv_open (const PymvaTableLayout *layout,
          GOutputStream *stream,
          GCancellable *cancellable,
          GError **error)
{
  g_autoptr (GString) header = g_string_new (NULL);
  CsvSink *self;

  for (guint i = 0; i < layout->n_columns; i++)
    {
      if (i > 0)
        g_string_append_c (header, ',');
      pymva_csv_append_word (header, layout->columns[i].name);
    }
  g_string_append_c (header, '\n');
  if (!g_output_stream_write_all (stream, header->str, header->len, NULL, cancellable, error))
    return NULL;

  self = g_new0 (CsvSink, 1);
  self->sink.write = csv_sink_write;
  self->sink.finish = csv_sink_finish;
  self->sink.free = csv_sink_free;
  self->stream = g_object_ref (stream);

  return &self->sink;
}

const PymvaTableFormat pymva_csv_format = {
  .format = "csv",
  .suffixes = (const char * const[]) { "csv", "txt", NULL },
  .encode = csv_encode,
  .open_stream = csv_open,
};
