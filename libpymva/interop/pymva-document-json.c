/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pymva/pymva-error.h>

#include "base/pymva-bytes-private.h"
#include "pymva-document-private.h"

/* The longest number: a float32 that is written without an exponent has less than 160 digits. */
#define MOST_DIGITS 512

typedef struct
{
  const char *start;
  const char *at;
  const char *end;
  locale_t c_locale;
} Reader;

static PymvaDocument *read_value (Reader *self,
                                  guint depth,
                                  GError **error);

static gboolean
set_error (const Reader *self,
           const char *what,
           GError **error)
{
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "the JSON is broken at byte %zd: %s",
               self->at - self->start, what);
  return FALSE;
}

static void
skip_space (Reader *self)
{
  while (self->at < self->end && strchr (" \t\r\n", *self->at) != NULL && *self->at != '\0')
    self->at++;
}

/* Steps over a character, with the space before it. */
static gboolean
skip_character (Reader *self,
                char c)
{
  skip_space (self);
  if (self->at == self->end || *self->at != c)
    return FALSE;

  self->at++;
  return TRUE;
}

static gboolean
skip_word (Reader *self,
           const char *word)
{
  gsize length = strlen (word);

  if ((gsize) (self->end - self->at) < length || memcmp (self->at, word, length) != 0)
    return FALSE;

  self->at += length;
  return TRUE;
}

/* --- texts --- */

/* The four digits of an escape, or -1. */
static int
read_code_unit (Reader *self)
{
  int unit = 0;

  if (self->end - self->at < 4)
    return -1;
  for (guint i = 0; i < 4; i++, self->at++)
    {
      if (!g_ascii_isxdigit (*self->at))
        return -1;
      unit = unit << 4 | g_ascii_xdigit_value (*self->at);
    }

  return unit;
}

/* What follows a backslash and a u: a character, or two halves of one. */
static gboolean
read_character (Reader *self,
                GString *text)
{
  int first = read_code_unit (self);
  int second;

  if (first <= 0 || (first >= 0xdc00 && first <= 0xdfff))
    return FALSE;
  if (first < 0xd800 || first > 0xdfff)
    {
      g_string_append_unichar (text, first);
      return TRUE;
    }

  if (!skip_word (self, "\\u"))
    return FALSE;
  second = read_code_unit (self);
  if (second < 0xdc00 || second > 0xdfff)
    return FALSE;
  g_string_append_unichar (text, 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00));

  return TRUE;
}

static gboolean
read_escape (Reader *self,
             GString *text)
{
  static const char from[] = "\"\\/bfnrt";
  static const char to[] = "\"\\/\b\f\n\r\t";
  const char *found;

  if (self->at == self->end)
    return FALSE;
  if (*self->at == 'u')
    {
      self->at++;
      return read_character (self, text);
    }

  found = *self->at != '\0' ? strchr (from, *self->at) : NULL;
  if (found == NULL)
    return FALSE;
  g_string_append_c (text, to[found - from]);
  self->at++;

  return TRUE;
}

/* What follows the opening quote. */
static char *
read_text (Reader *self,
           GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  while (self->at < self->end && *self->at != '"')
    {
      char c = *self->at++;

      if (c == '\0' || (c == '\\' && !read_escape (self, text)))
        {
          set_error (self, "this stands for no character", error);
          return NULL;
        }
      if (c != '\\')
        g_string_append_c (text, c);
    }

  if (self->at == self->end || !g_utf8_validate_len (text->str, text->len, NULL))
    {
      set_error (self, self->at == self->end ? "a text has no end" : "a text is not UTF-8", error);
      return NULL;
    }
  self->at++;

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* --- numbers --- */

/* Whether the characters are those of a number in JSON; *@is_float where it has a fraction or an
 * exponent. */
static gboolean
is_number (const char *text,
           gboolean *is_float)
{
  gsize n_digits;

  text += *text == '-';
  n_digits = strspn (text, "0123456789");
  text += n_digits;
  *is_float = *text != '\0';
  if (n_digits == 0)
    return FALSE;
  if (*text == '.')
    {
      n_digits = strspn (text + 1, "0123456789");
      text += 1 + n_digits;
      if (n_digits == 0)
        return FALSE;
    }
  if (*text == 'e' || *text == 'E')
    {
      text += text[1] == '+' || text[1] == '-' ? 2 : 1;
      n_digits = strspn (text, "0123456789");
      text += n_digits;
      if (n_digits == 0)
        return FALSE;
    }

  return *text == '\0';
}

static gboolean
read_number (Reader *self,
             double *number,
             GError **error)
{
  char text[MOST_DIGITS + 1];
  gsize length = 0;
  gboolean is_float;

  if (skip_word (self, "NaN"))
    return *number = NAN, TRUE;
  if (skip_word (self, "Infinity"))
    return *number = INFINITY, TRUE;
  if (skip_word (self, "-Infinity"))
    return *number = -INFINITY, TRUE;

  while (length < MOST_DIGITS && self->at + length < self->end &&
         (g_ascii_isdigit (self->at[length]) || strchr ("+-.eE", self->at[length]) != NULL) &&
         self->at[length] != '\0')
    {
      text[length] = self->at[length];
      length++;
    }
  text[length] = '\0';
  if (!is_number (text, &is_float))
    return set_error (self, "this is no value", error);

  self->at += length;
  *number = is_float ? strtof_l (text, NULL, self->c_locale) : strtod_l (text, NULL,
                                                                         self->c_locale);
  return TRUE;
}

/* --- lists and objects --- */

/* What follows the opening bracket. */
static PymvaDocument *
read_list (Reader *self,
           guint depth,
           GError **error)
{
  g_autoptr (PymvaDocumentList) list = pymva_document_list_new ();

  if (skip_character (self, ']'))
    return pymva_document_list_end (g_steal_pointer (&list));

  do
    {
      PymvaDocument *value = read_value (self, depth + 1, error);

      if (value == NULL)
        return NULL;
      pymva_document_list_add (list, value);
    }
  while (skip_character (self, ','));

  if (skip_character (self, ']'))
    return pymva_document_list_end (g_steal_pointer (&list));
  set_error (self, "a list has no end", error);
  return NULL;
}

static gboolean
read_member (Reader *self,
             PymvaDocument *object,
             guint depth,
             GError **error)
{
  g_autofree char *name = NULL;
  PymvaDocument *value;

  if (!skip_character (self, '"'))
    return set_error (self, "an object has no end, or a member no name", error);
  name = read_text (self, error);
  if (name == NULL)
    return FALSE;
  if (!skip_character (self, ':'))
    return set_error (self, "a member has no value", error);
  value = read_value (self, depth + 1, error);
  if (value == NULL)
    return FALSE;

  return pymva_document_add_member (object, g_steal_pointer (&name), value, error);
}

static PymvaDocument *
read_object (Reader *self,
             guint depth,
             GError **error)
{
  g_autoptr (PymvaDocument) object = pymva_document_new_object ();

  if (skip_character (self, '}'))
    return g_steal_pointer (&object);

  do
    if (!read_member (self, object, depth, error))
      return NULL;
  while (skip_character (self, ','));

  if (skip_character (self, '}'))
    return g_steal_pointer (&object);
  set_error (self, "an object has no end", error);
  return NULL;
}

static PymvaDocument *
read_value (Reader *self,
            guint depth,
            GError **error)
{
  double number;
  char *text;

  skip_space (self);
  if (depth > PYMVA_DOCUMENT_MOST_NESTED)
    {
      set_error (self, "it is nested too deep", error);
      return NULL;
    }

  if (skip_character (self, '{'))
    return read_object (self, depth, error);
  if (skip_character (self, '['))
    return read_list (self, depth, error);
  if (skip_character (self, '"'))
    return (text = read_text (self, error)) != NULL ? pymva_document_new_string (text) : NULL;
  if (skip_word (self, "true"))
    return pymva_document_new_boolean (TRUE);
  if (skip_word (self, "false"))
    return pymva_document_new_boolean (FALSE);
  if (skip_word (self, "null"))
    return pymva_document_new_null ();

  return read_number (self, &number, error) ? pymva_document_new_number (number) : NULL;
}

static locale_t
get_c_locale (void)
{
  static gsize locale = 0;

  if (g_once_init_enter (&locale))
    g_once_init_leave (&locale, (gsize) newlocale (LC_ALL_MASK, "C", (locale_t) 0));

  return (locale_t) locale;
}

PymvaDocument *
pymva_document_read_json (GBytes *bytes,
                          GError **error)
{
  gsize length;
  const char *text = pymva_bytes_peek (bytes, &length);
  Reader reader = { text, text, text + length, get_c_locale () };
  g_autoptr (PymvaDocument) document = read_value (&reader, 0, error);

  if (document == NULL)
    return NULL;
  skip_space (&reader);
  if (reader.at == reader.end)
    return g_steal_pointer (&document);

  set_error (&reader, "something follows its end", error);
  return NULL;
}
