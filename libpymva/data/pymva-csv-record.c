/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include <pymva/pymva-error.h>

#include "pymva-csv-record-private.h"

/* How much is read at once, unless a record is longer. */
#define BLOCK (256 * 1024)

static const char byte_order_mark[] = "\xef\xbb\xbf";

/* What became of the attempt to take a record from what has been read. */
typedef enum
{
  TAKEN,
  INCOMPLETE,
  FAILED,
} Outcome;

void
pymva_csv_parser_init (PymvaCsvParser *self,
                       GInputStream *stream,
                       char delimiter)
{
  *self = (PymvaCsvParser) {
    .stream = stream,
    .buffer = g_byte_array_new (),
    .delimiter = delimiter,
    .line = 1,
    .next_line = 1,
    .fields = g_array_new (FALSE, FALSE, sizeof (PymvaCsvField)),
  };
}

void
pymva_csv_parser_clear (PymvaCsvParser *self)
{
  g_clear_pointer (&self->buffer, g_byte_array_unref);
  g_clear_pointer (&self->fields, g_array_unref);
}

/* Drops what has been taken and reads on. A long record is read in pieces that grow with it, so
 * that looking for its end again and again takes no more than twice the time. */
static gboolean
read_more (PymvaCsvParser *self,
           GCancellable *cancellable,
           GError **error)
{
  gsize left;
  gsize room;
  gsize n_read;

  if (self->start > 0)
    g_byte_array_remove_range (self->buffer, 0, self->start);
  self->start = 0;
  left = self->buffer->len;
  room = MAX (BLOCK, left);
  if (left + room > G_MAXUINT / 2)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "line %" G_GUINT64_FORMAT
                   ": the line is longer than 1 GB; a quote may be missing",
                   self->line);
      return FALSE;
    }

  g_byte_array_set_size (self->buffer, left + room);
  if (!g_input_stream_read_all (self->stream, self->buffer->data + left, room, &n_read,
                                cancellable, error))
    return FALSE;
  g_byte_array_set_size (self->buffer, left + n_read);
  self->is_at_end = n_read < room;

  if (!self->has_begun && self->buffer->len >= strlen (byte_order_mark) &&
      memcmp (self->buffer->data, byte_order_mark, strlen (byte_order_mark)) == 0)
    self->start = strlen (byte_order_mark);
  self->has_begun = TRUE;

  return TRUE;
}

static void
trim (const char **text,
      const char **end)
{
  while (*text < *end && (**text == ' ' || **text == '\t'))
    (*text)++;
  while (*end > *text && ((*end)[-1] == ' ' || (*end)[-1] == '\t'))
    (*end)--;
}

/* The separator that the first line has outside of quotes. */
static char
detect_delimiter (const char *text,
                  const char *end)
{
  gboolean in_quotes = FALSE;
  gboolean has_tab = FALSE;
  gboolean has_semicolon = FALSE;
  gboolean has_comma = FALSE;
  gboolean has_blank = FALSE;

  trim (&text, &end);
  for (; text < end && (in_quotes || *text != '\n'); text++)
    {
      in_quotes ^= *text == '"';
      if (in_quotes)
        continue;
      has_tab |= *text == '\t';
      has_semicolon |= *text == ';';
      has_comma |= *text == ',';
      has_blank |= *text == ' ';
    }

  return has_tab ? '\t' : has_semicolon ? ';' : has_comma ? ',' : has_blank ? ' ' : ',';
}

static Outcome
fail_in_field (PymvaCsvParser *self,
               const char *what,
               GError **error)
{
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
               "line %" G_GUINT64_FORMAT ", column %u: %s",
               self->next_line, self->fields->len + 1, what);

  return FAILED;
}

/* Finds the end of the quoted value that begins at @at: behind its last quote. Counts lines. */
static const char *
skip_quotes (const char *at,
             const char *end,
             guint64 *n_lines)
{
  for (at++; at < end; at++)
    {
      *n_lines += *at == '\n';
      if (*at != '"')
        continue;
      if (at + 1 == end || at[1] != '"')
        return at + 1;
      at++;
    }

  return NULL;
}

/* Takes one field off @at, and leaves @at at the separator or line end behind it. */
static Outcome
take_field (PymvaCsvParser *self,
            const char **at,
            const char *end,
            guint64 *n_lines,
            GError **error)
{
  const char *start = *at;
  const char *stop;
  PymvaCsvField field;

  while (start < end && (*start == ' ' || (*start == '\t' && self->delimiter != '\t')))
    start++;

  if (start < end && *start == '"')
    {
      stop = skip_quotes (start, end, n_lines);
      if (stop == NULL && !self->is_at_end)
        return INCOMPLETE;
      if (stop == NULL)
        return fail_in_field (self, "the quote that opens here is never closed", error);
      *at = stop;
      while (*at < end && (**at == ' ' || **at == '\r') && self->delimiter != **at)
        (*at)++;
      if (*at < end && **at != self->delimiter && **at != '\n')
        return fail_in_field (self, "there is text behind the closing quote; double the quotes "
                                    "inside of quotes", error);
      /* The quotes stay for now: what is inside is cleared of them when the record is whole. */
      field = (PymvaCsvField) { start, stop - start, TRUE };
    }
  else
    {
      for (stop = start; stop < end && *stop != self->delimiter && *stop != '\n'; stop++)
        if (self->delimiter == ' ' && *stop == '\t')
          break;
      *at = stop;
      if (stop > start && stop[-1] == '\r' && (stop == end || *stop == '\n'))
        stop--;
      trim (&start, &stop);
      if (memchr (start, '\r', stop - start) != NULL)
        return fail_in_field (self, "there is a carriage return within the line; end lines as on "
                                    "Unix or Windows, for example with “tr '\\r' '\\n'”", error);
      field = (PymvaCsvField) { start, stop - start, FALSE };
    }

  g_array_append_val (self->fields, field);
  return TAKEN;
}

/* Takes the quotes off the values, and one of two that stand for one. */
static void
unquote (PymvaCsvParser *self)
{
  for (guint i = 0; i < self->fields->len; i++)
    {
      PymvaCsvField *field = &g_array_index (self->fields, PymvaCsvField, i);
      char *to;

      if (!field->is_quoted)
        continue;

      field->text++;
      field->length -= 2;
      if (memchr (field->text, '"', field->length) == NULL)
        continue;

      to = (char *) field->text;
      for (const char *from = field->text; from < field->text + field->length; from++)
        {
          *to++ = *from;
          from += *from == '"';
        }
      field->length = to - field->text;
    }
}

static Outcome
take_record (PymvaCsvParser *self,
             GError **error)
{
  const char *text = (const char *) self->buffer->data + self->start;
  const char *end = (const char *) self->buffer->data + self->buffer->len;
  const char *at = text;
  guint64 n_lines = 1;

  g_array_set_size (self->fields, 0);
  for (;;)
    {
      Outcome outcome = take_field (self, &at, end, &n_lines, error);

      if (outcome != TAKEN)
        return outcome;
      if (self->delimiter == ' ')
        while (at < end && (*at == ' ' || *at == '\t' || *at == '\r'))
          at++;
      if (at == end && !self->is_at_end)
        return INCOMPLETE;
      if (at == end || *at == '\n')
        break;
      at += self->delimiter != ' ';
    }

  if (!g_utf8_validate_len (text, at - text, NULL))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "line %" G_GUINT64_FORMAT ": the text is not UTF-8; convert the file, for "
                   "example with “iconv -t UTF-8”", self->next_line);
      return FAILED;
    }

  unquote (self);
  self->line = self->next_line;
  self->next_line += n_lines;
  self->start += at - text + (at < end);

  return TAKEN;
}

/* An empty line: a quoted empty value is none. */
static gboolean
is_blank (PymvaCsvParser *self)
{
  const PymvaCsvField *field = &g_array_index (self->fields, PymvaCsvField, 0);

  return self->fields->len == 1 && field->length == 0 && !field->is_quoted;
}

gboolean
pymva_csv_parser_next (PymvaCsvParser *self,
                       GCancellable *cancellable,
                       GError **error)
{
  for (;;)
    {
      Outcome outcome = INCOMPLETE;

      if (self->start == self->buffer->len && self->is_at_end)
        {
          g_array_set_size (self->fields, 0);
          return TRUE;
        }

      if (self->start < self->buffer->len)
        {
          const char *text = (const char *) self->buffer->data + self->start;
          gsize left = self->buffer->len - self->start;

          if (self->delimiter == '\0' && (self->is_at_end || memchr (text, '\n', left) != NULL))
            self->delimiter = detect_delimiter (text, text + left);
          if (self->delimiter != '\0')
            outcome = take_record (self, error);
        }

      if (outcome == FAILED)
        return FALSE;
      if (outcome == TAKEN && !is_blank (self))
        return TRUE;
      if (outcome == INCOMPLETE && !read_more (self, cancellable, error))
        return FALSE;
    }
}
