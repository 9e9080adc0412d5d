/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include <pymva/pymva-error.h>

#include "pymva-csv-column-private.h"
#include "pymva-number-private.h"
#include "pymva-table-reader-private.h"

static const PymvaCsvField *
get_field (const PymvaCsvParser *parser,
           guint number)
{
  return &g_array_index (parser->fields, PymvaCsvField, number);
}

static gboolean
holds_names (const PymvaCsvParser *parser,
             GVariant *options)
{
  gboolean has_header;

  if (options != NULL && g_variant_lookup (options, "header", "b", &has_header))
    return has_header;

  for (guint i = 0; i < parser->fields->len; i++)
    {
      const PymvaCsvField *field = get_field (parser, i);
      double number;

      if (field->length > 0 && !pymva_number_parse (field->text, field->length, &number))
        return TRUE;
    }

  return FALSE;
}

static GPtrArray *
make_columns (const PymvaCsvParser *parser,
              gboolean has_header,
              PymvaColumnChoice *choice)
{
  GPtrArray *columns = g_ptr_array_new_with_free_func ((GDestroyNotify) pymva_csv_column_free);

  for (guint i = 0; i < parser->fields->len; i++)
    {
      const PymvaCsvField *field = get_field (parser, i);
      g_autofree char *name = has_header && field->length > 0
                                ? g_strndup (field->text, field->length)
                                : g_strdup_printf ("column%u", i + 1);
      PymvaCsvColumn *column = pymva_csv_column_new (name);

      column->is_wanted = pymva_column_choice_takes (choice, column->name);
      g_ptr_array_add (columns, column);
    }

  return columns;
}

static gboolean
append_value (PymvaCsvColumn *column,
              const PymvaCsvField *field,
              guint64 line,
              guint number_of_column,
              GError **error)
{
  g_autofree char *text = NULL;
  g_autofree char *shown = NULL;

  if (field->length == 0)
    {
      pymva_csv_column_append_missing (column);
      return TRUE;
    }
  if (pymva_csv_column_append (column, field->text, field->length))
    return TRUE;

  text = g_strndup (field->text, MIN (field->length, 40));
  shown = g_utf8_make_valid (text, -1);
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
               "line %" G_GUINT64_FORMAT ", column %u (“%s”): “%s” is not a number",
               line, number_of_column, column->name, shown);
  return FALSE;
}

static gboolean
append_record (const PymvaCsvParser *parser,
               GPtrArray *columns,
               GError **error)
{
  if (parser->fields->len != columns->len)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "line %" G_GUINT64_FORMAT ": there are %u values, but the first line has %u",
                   parser->line, parser->fields->len, columns->len);
      return FALSE;
    }

  for (guint i = 0; i < columns->len; i++)
    {
      PymvaCsvColumn *column = g_ptr_array_index (columns, i);

      if (column->is_wanted &&
          !append_value (column, get_field (parser, i), parser->line, i + 1, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
get_delimiter (GVariant *options,
               char *delimiter,
               GError **error)
{
  const char *text;

  *delimiter = '\0';
  if (options == NULL || !g_variant_lookup (options, "delimiter", "&s", &text))
    return TRUE;

  if (strlen (text) != 1 || (*text != '\t' && *text != ' ' && !g_ascii_ispunct (*text)) ||
      strchr ("\".+-", *text) != NULL)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "The option “delimiter” is “%s”; it is one letter that is part of no number, "
                   "such as “,” or a tab, or a blank for any number of blanks", text);
      return FALSE;
    }

  *delimiter = *text;
  return TRUE;
}

/* A text on its way into tables. The parser holds the next record, or none behind the last one. */
typedef struct
{
  PymvaTablePieces pieces;
  GFileInputStream *stream;
  goffset size;
  PymvaCsvParser parser;
  GPtrArray *columns;
} CsvPieces;

static void
csv_pieces_free (PymvaTablePieces *pieces)
{
  CsvPieces *self = (CsvPieces *) pieces;

  pymva_csv_parser_clear (&self->parser);
  g_clear_pointer (&self->columns, g_ptr_array_unref);
  g_clear_object (&self->stream);
  g_free (self);
}

static gboolean
csv_pieces_read (PymvaTablePieces *pieces,
                 PymvaTable *table,
                 gsize n_rows,
                 GCancellable *cancellable,
                 GError **error)
{
  CsvPieces *self = (CsvPieces *) pieces;
  gsize n_read = 0;

  while (self->parser.fields->len > 0 && n_read < n_rows)
    {
      if (!append_record (&self->parser, self->columns, error))
        return FALSE;
      n_read++;
      n_read += pymva_csv_take_plain_rows (&self->parser, self->columns, n_rows - n_read);
      if (!pymva_csv_parser_next (&self->parser, cancellable, error))
        return FALSE;
    }

  pieces->fraction = (double) g_seekable_tell (G_SEEKABLE (self->stream)) / MAX (self->size, 1);
  for (guint i = 0; i < self->columns->len; i++)
    {
      PymvaCsvColumn *column = g_ptr_array_index (self->columns, i);

      if (column->is_wanted && !pymva_csv_column_finish (column, table, error))
        return FALSE;
    }

  return TRUE;
}

PymvaTablePieces *
pymva_csv_open (GFile *file,
                GVariant *options,
                GCancellable *cancellable,
                GError **error)
{
  g_autoptr (PymvaTablePieces) pieces = NULL;
  g_autoptr (GFileInputStream) stream = NULL;
  g_autoptr (GFileInfo) info = NULL;
  g_autoptr (PymvaColumnChoice) choice = pymva_column_choice_new (options);
  CsvPieces *self;
  gboolean has_header;
  char delimiter;

  if (!get_delimiter (options, &delimiter, error))
    return NULL;
  stream = g_file_read (file, cancellable, error);
  if (stream == NULL)
    return NULL;
  /* Streams of some kinds of files cannot tell. */
  info = g_file_input_stream_query_info (stream, G_FILE_ATTRIBUTE_STANDARD_SIZE, cancellable, NULL);

  self = g_new0 (CsvPieces, 1);
  pieces = &self->pieces;
  pieces->read = csv_pieces_read;
  pieces->free = csv_pieces_free;
  self->size = info != NULL ? g_file_info_get_size (info) : 0;
  self->stream = g_steal_pointer (&stream);
  pymva_csv_parser_init (&self->parser, G_INPUT_STREAM (self->stream), delimiter);
  if (!pymva_csv_parser_next (&self->parser, cancellable, error))
    return NULL;
  if (self->parser.fields->len == 0)
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                           "the file has no line with values");
      return NULL;
    }

  has_header = holds_names (&self->parser, options);
  self->columns = make_columns (&self->parser, has_header, choice);
  if (!pymva_column_choice_check (choice, error) ||
      (has_header && !pymva_csv_parser_next (&self->parser, cancellable, error)))
    return NULL;

  return g_steal_pointer (&pieces);
}

gboolean
pymva_csv_read (PymvaTable *table,
                GFile *file,
                GVariant *options,
                GCancellable *cancellable,
                GError **error)
{
  g_autoptr (PymvaTablePieces) pieces = pymva_csv_open (file, options, cancellable, error);

  return pieces != NULL && pieces->read (pieces, table, G_MAXSIZE, cancellable, error);
}
