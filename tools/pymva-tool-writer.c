/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pymva-tool-writer.h"

/* Text is handed on in pieces of about this size. */
#define PIECE (64 * 1024)

/* The shortest text that reads back as the same number. */
static void
append_float (GString *text,
              float value)
{
  char buffer[32];

  /* As NumPy, pandas and R read them. */
  if (isnan (value))
    {
      g_string_append (text, "nan");
      return;
    }
  for (int n_digits = 6; n_digits <= 9; n_digits++)
    {
      snprintf (buffer, sizeof buffer, "%.*g", n_digits, value);
      if (strtof (buffer, NULL) == value)
        break;
    }
  g_string_append (text, buffer);
}

/* A name with a separator or a quote in it stands in quotes (RFC 4180). */
static void
append_name (GString *text,
             const char *name)
{
  if (strpbrk (name, ",\"\r\n") == NULL)
    {
      g_string_append (text, name);
      return;
    }

  g_string_append_c (text, '"');
  for (const char *at = name; *at != '\0'; at++)
    {
      if (*at == '"')
        g_string_append_c (text, '"');
      g_string_append_c (text, *at);
    }
  g_string_append_c (text, '"');
}

static gboolean
flush (GOutputStream *stream,
       GString *text,
       GCancellable *cancellable,
       GError **error)
{
  /* Ctrl-C comes by the main loop. */
  while (g_main_context_iteration (NULL, FALSE))
    continue;

  if (!g_output_stream_write_all (stream, text->str, text->len, NULL, cancellable, error))
    return FALSE;

  g_string_truncate (text, 0);
  return TRUE;
}

static gboolean
write_csv (GOutputStream *stream,
           const char * const *columns,
           GPtrArray *blocks,
           GCancellable *cancellable,
           GError **error)
{
  g_autoptr (GString) text = g_string_sized_new (PIECE + 1024);
  guint n_columns = g_strv_length ((char **) columns);

  for (guint i = 0; i < n_columns; i++)
    {
      if (i > 0)
        g_string_append_c (text, ',');
      append_name (text, columns[i]);
    }
  g_string_append_c (text, '\n');

  for (guint i = 0; i < blocks->len; i++)
    {
      GBytes *bytes = pymva_tensor_get_bytes (g_ptr_array_index (blocks, i));
      gsize size;
      const float *values = g_bytes_get_data (bytes, &size);

      for (gsize j = 0; j < size / sizeof (float); j++)
        {
          append_float (text, values[j]);
          g_string_append_c (text, (j + 1) % n_columns == 0 ? '\n' : ',');
          if (text->len >= PIECE && !flush (stream, text, cancellable, error))
            return FALSE;
        }
    }

  return flush (stream, text, cancellable, error);
}

/* The format of NumPy's files, version 1.0:
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
static gboolean
write_npy (GOutputStream *stream,
           guint n_columns,
           GPtrArray *blocks,
           GCancellable *cancellable,
           GError **error)
{
  static const guint8 magic[] = { 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0 };
  g_autoptr (GString) header = g_string_new (NULL);
  gint64 n_rows = 0;
  guint16 length;

  for (guint i = 0; i < blocks->len; i++)
    n_rows += pymva_tensor_get_n_elements (g_ptr_array_index (blocks, i)) / n_columns;

  g_string_append_printf (
    header, "{'descr': '%s', 'fortran_order': False, 'shape': (%" G_GINT64_FORMAT ", %u), }",
    G_BYTE_ORDER == G_LITTLE_ENDIAN ? "<f4" : ">f4", n_rows, n_columns);
  /* Blanks and a line end, so that the numbers begin at a multiple of 64. */
  while ((sizeof magic + sizeof length + header->len + 1) % 64 != 0)
    g_string_append_c (header, ' ');
  g_string_append_c (header, '\n');

  length = GUINT16_TO_LE ((guint16) header->len);
  if (!g_output_stream_write_all (stream, magic, sizeof magic, NULL, cancellable, error) ||
      !g_output_stream_write_all (stream, &length, sizeof length, NULL, cancellable, error) ||
      !flush (stream, header, cancellable, error))
    return FALSE;

  for (guint i = 0; i < blocks->len; i++)
    {
      GBytes *bytes = pymva_tensor_get_bytes (g_ptr_array_index (blocks, i));
      gsize size;
      const void *data = g_bytes_get_data (bytes, &size);

      if (!g_output_stream_write_all (stream, data, size, NULL, cancellable, error))
        return FALSE;
    }

  return TRUE;
}

gboolean
tool_write (GOutputStream *stream,
            ToolFormat format,
            const char * const *columns,
            GPtrArray *blocks,
            GCancellable *cancellable,
            GError **error)
{
  if (format == TOOL_FORMAT_NPY)
    return write_npy (stream, g_strv_length ((char **) columns), blocks, cancellable, error);

  return write_csv (stream, columns, blocks, cancellable, error);
}
