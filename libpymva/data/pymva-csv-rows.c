/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include "pymva-csv-column-private.h"
#include "pymva-number-private.h"

/* The rows of which almost all texts consist, read in one pass: each number is recognised and
 * converted where it stands, without looking for its end first. A row is counted in only when all
 * of it is plain; any other is left to the parser of records, which also knows what to say about
 * it. */

/* Where the value ends that begins at @at, or NULL where the row is not plain. */
static const char *
skip_word (const char *at,
           const char *end,
           char delimiter)
{
  if (at < end && *at == '"')
    return NULL;

  for (; at < end && *at != delimiter && *at != '\n'; at++)
    {
      /* A carriage return may only be part of a line end. */
      if (*at == '\r' && at + 1 < end && at[1] == '\n')
        break;
      if ((guchar) *at >= 0x80 || *at == '\0' || *at == '\r')
        return NULL;
    }

  return at;
}

static inline gboolean
is_at_end_of_value (const char *at,
                    const char *end,
                    char delimiter)
{
  return at < end && (*at == delimiter || *at == '\n' || *at == '\r');
}

/* Reads one value. Numbers are put behind the last row of their column, words are noted. */
static inline const char *
read_value (PymvaCsvColumn *column,
            const char *at,
            const char *end,
            char delimiter)
{
  const char *start;

  while (at < end && *at == ' ')
    at++;
  start = at;

  if (column->is_wanted && column->numbers != NULL)
    {
      double *number;

      pymva_csv_column_reserve (column);
      number = &column->numbers[column->n_rows];
      if (is_at_end_of_value (at, end, delimiter))
        *number = NAN;
      else
        at = pymva_number_scan (at, end, number);
      while (at != NULL && at < end && *at == ' ')
        at++;

      return at;
    }

  if (column->is_wanted && column->text == NULL)
    return is_at_end_of_value (at, end, delimiter) ? at : NULL;

  at = skip_word (at, end, delimiter);
  if (at == NULL || (at > start && (*start == '\t' || at[-1] == ' ' || at[-1] == '\t')))
    return NULL;
  column->word = (PymvaCsvField) { start, at - start, FALSE };

  return at;
}

/* Reads a row: where the next one begins, or NULL where this one is not plain, or not whole. */
static const char *
read_row (PymvaCsvColumn **columns,
          guint n_columns,
          const char *at,
          const char *end,
          char delimiter)
{
  /* Empty lines are no rows, and nor is one of blanks, which looks like a missing value where there
   * is one column. */
  if (*at == '\n' || *at == '\r' || (*at == ' ' && n_columns == 1))
    return NULL;

  for (guint i = 0; i < n_columns; i++)
    {
      at = read_value (columns[i], at, end, delimiter);
      if (at == NULL)
        return NULL;
      if (i + 1 == n_columns)
        break;
      if (at == end || *at != delimiter)
        return NULL;
      at++;
    }

  if (at < end && *at == '\r')
    at++;

  return at < end && *at == '\n' ? at + 1 : NULL;
}

static void
count_row (PymvaCsvColumn **columns,
           guint n_columns)
{
  for (guint i = 0; i < n_columns; i++)
    {
      PymvaCsvColumn *column = columns[i];

      if (column->is_wanted && column->text != NULL)
        pymva_text_column_append (column->text, column->word.text, column->word.length);
      column->n_rows += column->is_wanted;
    }
}

gsize
pymva_csv_take_plain_rows (PymvaCsvParser *parser,
                           GPtrArray *columns,
                           gsize most_rows)
{
  PymvaCsvColumn **all = (PymvaCsvColumn **) columns->pdata;
  const char *text = (const char *) parser->buffer->data;
  const char *end = text + parser->buffer->len;
  const char *at = text + parser->start;
  gsize n_rows = 0;

  /* Any number of blanks separates where one does, also at the ends of lines. */
  if (parser->delimiter == ' ')
    return 0;

  while (at < end && n_rows < most_rows)
    {
      const char *next = read_row (all, columns->len, at, end, parser->delimiter);

      if (next == NULL)
        break;
      count_row (all, columns->len);
      parser->next_line++;
      n_rows++;
      at = next;
    }

  parser->start = at - text;
  return n_rows;
}
