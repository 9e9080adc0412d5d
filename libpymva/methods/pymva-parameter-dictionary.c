/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include <pymva/pymva-error.h>

#include "pymva-parameter-private.h"

/* Against texts that are nothing but brackets. */
#define MOST_NESTING 16

/* What is read, and how far. */
typedef struct
{
  const char *at;
  guint nesting;
} Scanner;

static GVariant *scan_value (Scanner *self,
                             GError **error);

static void
skip_blanks (Scanner *self)
{
  while (g_ascii_isspace (*self->at))
    self->at++;
}

static gboolean
accept (Scanner *self,
        char symbol)
{
  skip_blanks (self);
  if (*self->at != symbol)
    return FALSE;

  self->at++;
  return TRUE;
}

static gboolean
wrong (GError **error,
       const char *expected,
       const char *at)
{
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE, "expected %s, but there is “%s”; write "
               "“name=value, name=value”", expected, *at != '\0' ? at : "the end");

  return FALSE;
}

/* Numbers and the words of Python and JSON; any other word is a text. */
static GVariant *
value_new_from_word (const char *word)
{
  gint64 integer;
  char *end = NULL;
  double number;

  if (g_ascii_strcasecmp (word, "true") == 0)
    return g_variant_new_boolean (TRUE);
  if (g_ascii_strcasecmp (word, "false") == 0)
    return g_variant_new_boolean (FALSE);
  if (g_ascii_strcasecmp (word, "none") == 0)
    return g_variant_new_maybe (G_VARIANT_TYPE_VARIANT, NULL);
  if (g_ascii_string_to_signed (word, 10, G_MININT64, G_MAXINT64, &integer, NULL))
    return g_variant_new_int64 (integer);

  number = g_ascii_strtod (word, &end);
  if (end != word && *end == '\0')
    return g_variant_new_double (number);

  return g_variant_new_string (word);
}

static GVariant *
scan_text (Scanner *self,
           GError **error)
{
  char quote = *self->at++;
  const char *end = strchr (self->at, quote);
  g_autofree char *text = NULL;

  if (end == NULL)
    {
      wrong (error, "a quote that ends the text", self->at);
      return NULL;
    }
  text = g_strndup (self->at, end - self->at);
  self->at = end + 1;

  return g_variant_new_string (text);
}

/* [1, 2] as an array, and (1, 2) as a tuple. */
static GVariant *
scan_list (Scanner *self,
           GError **error)
{
  gboolean is_tuple = *self->at++ == '(';
  char last = is_tuple ? ')' : ']';
  g_auto (GVariantBuilder) builder =
    G_VARIANT_BUILDER_INIT (is_tuple ? G_VARIANT_TYPE_TUPLE : G_VARIANT_TYPE ("av"));

  if (++self->nesting > MOST_NESTING)
    {
      wrong (error, "fewer brackets", self->at);
      return NULL;
    }
  while (!accept (self, last))
    {
      g_autoptr (GVariant) item = scan_value (self, error);

      if (item == NULL)
        return NULL;
      g_variant_builder_add_value (&builder, is_tuple ? item : g_variant_new_variant (item));
      if (!accept (self, ',') && *self->at != last)
        {
          wrong (error, "a comma or the end of the list", self->at);
          return NULL;
        }
    }
  self->nesting--;

  return g_variant_builder_end (&builder);
}

/* New reference, not floating. */
static GVariant *
scan_value (Scanner *self,
            GError **error)
{
  g_autofree char *word = NULL;
  GVariant *value;
  gsize length;

  skip_blanks (self);
  if (*self->at == '\'' || *self->at == '"')
    value = scan_text (self, error);
  else if (*self->at == '(' || *self->at == '[')
    value = scan_list (self, error);
  else
    {
      length = strcspn (self->at, ",)]=");
      word = g_strchomp (g_strndup (self->at, length));
      if (*word == '\0')
        {
          wrong (error, "a value", self->at);
          return NULL;
        }
      self->at += length;
      value = value_new_from_word (word);
    }

  return value != NULL ? g_variant_ref_sink (value) : NULL;
}

static GVariant *
parse_notation (const char *text,
                GError **error)
{
  g_autoptr (GError) reason = NULL;
  GVariant *values = g_variant_parse (G_VARIANT_TYPE_VARDICT, text, NULL, NULL, &reason);

  if (values == NULL)
    g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE, "this is no dictionary “a{sv}” as "
                 "GVariant writes it: %s", reason->message);

  return values;
}

GVariant *
pymva_parameter_parse_dictionary (const char *text,
                                  GError **error)
{
  g_auto (GVariantBuilder) values = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Scanner scanner = { text };

  skip_blanks (&scanner);
  if (*scanner.at == '{')
    return parse_notation (text, error);

  while (*scanner.at != '\0')
    {
      gsize length = strcspn (scanner.at, "=,");
      g_autofree char *name = g_strchomp (g_strndup (scanner.at, length));
      g_autoptr (GVariant) value = NULL;
      const char *start = scanner.at;

      scanner.at += length;
      if (*name == '\0' || !accept (&scanner, '='))
        {
          wrong (error, "a name and “=”", start);
          return NULL;
        }
      value = scan_value (&scanner, error);
      if (value == NULL)
        return NULL;
      g_variant_builder_add (&values, "{sv}", name, value);
      if (!g_hash_table_add (names, g_steal_pointer (&name)))
        {
          wrong (error, "each name once", start);
          return NULL;
        }
      if (!accept (&scanner, ',') && *scanner.at != '\0')
        {
          wrong (error, "a comma", scanner.at);
          return NULL;
        }
      skip_blanks (&scanner);
    }

  return g_variant_ref_sink (g_variant_builder_end (&values));
}
