/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include <pymva/pymva-error.h>

#include "pymva-table-private.h"
#include "pymva-table-writer-private.h"
#include "pymva-tensor-private.h"

/* Arrays as numpy.save() writes them:
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */

/* The length of the longest number of rows, for which the header keeps room. */
#define LONGEST_COUNT 20

typedef struct
{
  PymvaTableSink sink;
  const PymvaTableLayout *layout;
  GOutputStream *stream;
  /* Where the rows wait for the header; NULL where the stream itself can be gone back in. */
  GFileIOStream *spool;
  GFile *spool_file;
  goffset start;
  gint64 n_rows;
} NpySink;

static const char *
describe_type (PymvaDType dtype)
{
  gboolean is_little = G_BYTE_ORDER == G_LITTLE_ENDIAN;

  switch (dtype)
    {
    case PYMVA_DTYPE_FLOAT32:
      return is_little ? "<f4" : ">f4";
    case PYMVA_DTYPE_INT64:
      return is_little ? "<i8" : ">i8";
    default:
      return is_little ? "<f8" : ">f8";
    }
}

/* Whether all columns are of one type, so that they are a matrix. */
static gboolean
is_matrix (const PymvaTableLayout *layout)
{
  for (guint i = 1; i < layout->n_columns; i++)
    if (layout->columns[i].dtype != layout->columns[0].dtype)
      return FALSE;

  return TRUE;
}

/* A name as a literal of Python. */
static void
append_name (GString *header,
             const char *name)
{
  g_string_append_c (header, '\'');
  for (const char *at = name; *at != '\0'; at++)
    {
      if (*at == '\'' || *at == '\\')
        g_string_append_c (header, '\\');
      if (*at == '\n')
        g_string_append (header, "\\n");
      else if (*at == '\r')
        g_string_append (header, "\\r");
      else
        g_string_append_c (header, *at);
    }
  g_string_append_c (header, '\'');
}

/* Of the same length for any number of rows. */
static GString *
make_header (const PymvaTableLayout *layout,
             gint64 n_rows)
{
  /* Version 1.0, which all readers know, or 3.0, in which names may be of any letters. */
  gboolean has_names = !is_matrix (layout);
  gsize length_size = has_names ? 4 : 2;
  guint8 start[12] = { 0x93, 'N', 'U', 'M', 'P', 'Y', has_names ? 3 : 1, 0 };
  g_autofree char *count = g_strdup_printf ("%" G_GINT64_FORMAT, n_rows);
  GString *header = g_string_new_len ((const char *) start, 8 + length_size);
  gsize padding = LONGEST_COUNT - strlen (count);
  guint32 length;

  g_string_append (header, "{'descr': ");
  if (!has_names)
    g_string_append_printf (header, "'%s'", describe_type (layout->columns[0].dtype));
  else
    {
      g_string_append_c (header, '[');
      for (guint i = 0; i < layout->n_columns; i++)
        {
          g_string_append_c (header, '(');
          append_name (header, layout->columns[i].name);
          g_string_append_printf (header, ", '%s'), ", describe_type (layout->columns[i].dtype));
        }
      g_string_append_c (header, ']');
    }
  g_string_append_printf (header, ", 'fortran_order': False, 'shape': (%s,", count);
  if (!has_names)
    g_string_append_printf (header, " %u", layout->n_columns);
  g_string_append (header, "), }");

  /* Blanks and a line end, so that the numbers begin at a multiple of 64. */
  while ((header->len + padding + 1) % 64 != 0)
    padding++;
  for (gsize i = 0; i < padding; i++)
    g_string_append_c (header, ' ');
  g_string_append_c (header, '\n');

  length = GUINT32_TO_LE ((guint32) (header->len - 8 - length_size));
  memcpy (header->str + 8, &length, length_size);
  return header;
}

static gboolean
check_numbers (const PymvaTableLayout *layout,
               GError **error)
{
  for (guint i = 0; i < layout->n_columns; i++)
    if (layout->columns[i].is_text)
      {
        g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
                     "the column “%s” holds words, which “npy” cannot; write “csv” or “parquet”",
                     layout->columns[i].name);
        return FALSE;
      }

  return TRUE;
}

static GBytes *
npy_encode (const PymvaTableLayout *layout,
            PymvaTable *rows,
            GError **error)
{
  gsize n_rows = pymva_table_get_n_rows (rows);
  gsize row_size = 0;
  gsize offset = 0;
  guint8 *data;

  if (!check_numbers (layout, error))
    return NULL;

  for (guint i = 0; i < layout->n_columns; i++)
    row_size += pymva_dtype_get_size (layout->columns[i].dtype);
  data = g_malloc (MAX (n_rows * row_size, 1));
  for (guint i = 0; i < layout->n_columns; i++)
    {
      g_autoptr (PymvaTensor) column =
        pymva_layout_column_convert (&layout->columns[i], rows, error);
      gsize size = pymva_dtype_get_size (layout->columns[i].dtype);
      const guint8 *values;

      if (column == NULL)
        {
          g_free (data);
          return NULL;
        }
      values = pymva_tensor_peek_data (column);
      for (gsize row = 0; row < n_rows; row++)
        memcpy (data + row * row_size + offset, values + row * size, size);
      offset += size;
    }

  return g_bytes_new_take (data, n_rows * row_size);
}

static GOutputStream *
get_row_stream (NpySink *self)
{
  return self->spool != NULL ? g_io_stream_get_output_stream (G_IO_STREAM (self->spool))
                             : self->stream;
}

static gboolean
npy_sink_write (PymvaTableSink *sink,
                PymvaTable *rows,
                GBytes *encoded,
                GCancellable *cancellable,
                GError **error)
{
  NpySink *self = (NpySink *) sink;
  gsize size;
  gconstpointer data = g_bytes_get_data (encoded, &size);

  self->n_rows += pymva_table_get_n_rows (rows);
  return g_output_stream_write_all (get_row_stream (self), data, size, NULL, cancellable, error);
}

static gboolean
write_header (NpySink *self,
              GCancellable *cancellable,
              GError **error)
{
  g_autoptr (GString) header = make_header (self->layout, self->n_rows);

  return g_output_stream_write_all (self->stream, header->str, header->len, NULL, cancellable,
                                    error);
}

static gboolean
npy_sink_finish (PymvaTableSink *sink,
                 GCancellable *cancellable,
                 GError **error)
{
  NpySink *self = (NpySink *) sink;

  if (self->spool == NULL)
    return g_seekable_seek (G_SEEKABLE (self->stream), self->start, G_SEEK_SET, cancellable,
                            error) &&
           write_header (self, cancellable, error) &&
           g_seekable_seek (G_SEEKABLE (self->stream), 0, G_SEEK_END, cancellable, error) &&
           g_output_stream_flush (self->stream, cancellable, error);

  return write_header (self, cancellable, error) &&
         g_seekable_seek (G_SEEKABLE (self->spool), 0, G_SEEK_SET, cancellable, error) &&
         g_output_stream_splice (self->stream,
                                 g_io_stream_get_input_stream (G_IO_STREAM (self->spool)),
                                 G_OUTPUT_STREAM_SPLICE_NONE, cancellable, error) >= 0 &&
         g_output_stream_flush (self->stream, cancellable, error);
}

static void
npy_sink_free (PymvaTableSink *sink)
{
  NpySink *self = (NpySink *) sink;

  if (self->spool_file != NULL)
    g_file_delete (self->spool_file, NULL, NULL);
  g_clear_object (&self->spool_file);
  g_clear_object (&self->spool);
  g_object_unref (self->stream);
  g_free (self);
}

static PymvaTableSink *
npy_open (const PymvaTableLayout *layout,
          GOutputStream *stream,
          GCancellable *cancellable,
          GError **error)
{
  NpySink *self;
  gboolean is_open;

  /* Where there are no rows, nothing has been encoded. */
  if (!check_numbers (layout, error))
    return NULL;

  self = g_new0 (NpySink, 1);
  self->sink.write = npy_sink_write;
  self->sink.finish = npy_sink_finish;
  self->sink.free = npy_sink_free;
  self->layout = layout;
  self->stream = g_object_ref (stream);
  if (G_IS_SEEKABLE (stream) && g_seekable_can_seek (G_SEEKABLE (stream)))
    {
      self->start = g_seekable_tell (G_SEEKABLE (stream));
      is_open = write_header (self, cancellable, error);
    }
  else
    {
      self->spool_file = g_file_new_tmp (NULL, &self->spool, error);
      is_open = self->spool_file != NULL;
    }
  if (is_open)
    return &self->sink;

  npy_sink_free (&self->sink);
  return NULL;
}

const PymvaTableFormat pymva_npy_format = {
  .format = "npy",
  .suffixes = (const char * const[]) { "npy", NULL },
  .encode = npy_encode,
  .open_stream = npy_open,
};
