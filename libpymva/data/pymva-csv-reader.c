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

gboolean
pymva_csv_read (PymvaTable *table,
                GFile *file,
                GVariant *options,
                GCancellable *cancellable,
                GError **error)
{
  g_autoptr (GFileInputStream) stream = NULL;
  g_auto (PymvaCsvParser) parser = { 0 };
  g_autoptr (PymvaColumnChoice) choice = pymva_column_choice_new (options);
  g_autoptr (GPtrArray) columns = NULL;
  gboolean has_header;
  char delimiter;

  if (!get_delimiter (options, &delimiter, error))
    return FALSE;
  stream = g_file_read (file, cancellable, error);
  if (stream == NULL)
    return FALSE;

  pymva_csv_parser_init (&parser, G_INPUT_STREAM (stream), delimiter);
  if (!pymva_csv_parser_next (&parser, cancellable, error))
    return FALSE;
  if (parser.fields->len == 0)
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                           "the file has no line with values");
      return FALSE;
    }

  has_header = holds_names (&parser, options);
  columns = make_columns (&parser, has_header, choice);
  if (!pymva_column_choice_check (choice, error) ||
      (has_header && !pymva_csv_parser_next (&parser, cancellable, error)))
    return FALSE;

  while (parser.fields->len > 0)
    {
      if (!append_record (&parser, columns, error))
        return FALSE;
      pymva_csv_take_plain_rows (&parser, columns);
      if (!pymva_csv_parser_next (&parser, cancellable, error))
        return FALSE;
    }

  for (guint i = 0; i < columns->len; i++)
    {
      PymvaCsvColumn *column = g_ptr_array_index (columns, i);

      if (column->is_wanted && !pymva_csv_column_finish (column, table, error))
        return FALSE;
    }

  return TRUE;
}
