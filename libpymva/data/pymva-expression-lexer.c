/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include "pymva-expression-program-private.h"

/* Two-letter symbols come first, so that "<=" is not read as "<". */
static const char * const symbols[] = {
  "<=", ">=", "==", "!=", "&&", "||",
  "+", "-", "*", "/", "%", "^", "<", ">", "!", "?", ":", "(", ")", ",",
};

/* What others write, and how it is written here. */
static const struct
{
  const char *symbol;
  const char *remedy;
} foreign[] = {
  { "**", "“^” for powers" },
  { "=", "“==” to compare" },
  { "&", "“&&” for “and”" },
  { "|", "“||” for “or”" },
  { "[", "a column’s odd name as “[name]” or “`name`”; an element of an array cannot be taken" },
};

static void
advance (PymvaLexer *self,
         gsize n_bytes)
{
  self->position += g_utf8_strlen (self->next, n_bytes);
  self->next += n_bytes;
}

static gboolean
is_name_start (gunichar c)
{
  return c == '_' || g_unichar_isalpha (c);
}

static gboolean
is_name_part (gunichar c)
{
  return c == '_' || c == '.' || g_unichar_isalnum (c);
}

/* Copies a name of the given length and moves on by what it takes in the text. */
static gboolean
take_name (PymvaLexer *self,
           PymvaToken *token,
           const char *start,
           gsize length,
           gsize n_bytes,
           GError **error)
{
  if (length == 0 || length >= sizeof token->name)
    {
      pymva_program_set_error (error, self->text, token->position,
                               length == 0 ? "a name is empty" : "a name is longer than 255 bytes");
      return FALSE;
    }

  memcpy (token->name, start, length);
  token->name[length] = '\0';
  advance (self, n_bytes);

  return TRUE;
}

static gboolean
read_quoted_name (PymvaLexer *self,
                  PymvaToken *token,
                  char closing,
                  GError **error)
{
  const char *end = strchr (self->next + 1, closing);

  token->type = PYMVA_TOKEN_QUOTED_NAME;
  if (end == NULL)
    {
      pymva_program_set_error (error, self->text, token->position,
                               "the quoted name that begins here has no closing “%c”", closing);
      return FALSE;
    }

  return take_name (self, token, self->next + 1, end - self->next - 1, end + 1 - self->next, error);
}

static gboolean
read_name (PymvaLexer *self,
           PymvaToken *token,
           GError **error)
{
  const char *end = self->next;

  while (is_name_part (g_utf8_get_char (end)))
    end = g_utf8_next_char (end);
  token->type = PYMVA_TOKEN_NAME;

  return take_name (self, token, self->next, end - self->next, end - self->next, error);
}

static gboolean
read_number (PymvaLexer *self,
             PymvaToken *token,
             GError **error)
{
  const char *end = self->next;
  char *parsed_end;

  while (g_ascii_isdigit (*end) || *end == '.')
    end++;
  if ((*end == 'e' || *end == 'E') &&
      (g_ascii_isdigit (end[1]) || ((end[1] == '+' || end[1] == '-') && g_ascii_isdigit (end[2]))))
    for (end += 2; g_ascii_isdigit (*end); end++)
      ;

  token->type = PYMVA_TOKEN_NUMBER;
  token->number = g_ascii_strtod (self->next, &parsed_end);
  if (parsed_end != end || is_name_part (g_utf8_get_char (end)))
    {
      pymva_program_set_error (error, self->text, token->position,
                               "a number is written in a way that is not understood; quote a name "
                               "that begins with a digit as “[name]”");
      return FALSE;
    }

  advance (self, end - self->next);
  return TRUE;
}

static gboolean
read_symbol (PymvaLexer *self,
             PymvaToken *token,
             GError **error)
{
  g_autofree char *found = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (foreign); i++)
    {
      const char *symbol = foreign[i].symbol;
      gsize length = strlen (symbol);

      /* "=", "&" and "|" are meant where they are not doubled. */
      if (g_str_has_prefix (self->next, symbol) && (length > 1 || self->next[1] != *symbol))
        {
          pymva_program_set_error (error, self->text, token->position,
                                   "“%s” is not an operator; write %s", symbol, foreign[i].remedy);
          return FALSE;
        }
    }

  for (gsize i = 0; i < G_N_ELEMENTS (symbols); i++)
    if (g_str_has_prefix (self->next, symbols[i]))
      {
        token->type = PYMVA_TOKEN_SYMBOL;
        g_strlcpy (token->symbol, symbols[i], sizeof token->symbol);
        advance (self, strlen (symbols[i]));
        return TRUE;
      }

  found = g_utf8_substring (self->next, 0, 1);
  pymva_program_set_error (error, self->text, token->position, "“%s” means nothing here", found);
  return FALSE;
}

gboolean
pymva_lexer_next (PymvaLexer *self,
                  PymvaToken *token,
                  GError **error)
{
  gunichar c;

  advance (self, strspn (self->next, " \t\r\n"));
  token->position = self->position;
  token->symbol[0] = '\0';
  token->name[0] = '\0';

  c = g_utf8_get_char (self->next);
  if (c == 0)
    {
      token->type = PYMVA_TOKEN_END;
      return TRUE;
    }
  if (g_ascii_isdigit (*self->next) || (c == '.' && g_ascii_isdigit (self->next[1])))
    return read_number (self, token, error);
  if (c == '`')
    return read_quoted_name (self, token, '`', error);
  if (c == '[' && self->expects_value)
    return read_quoted_name (self, token, ']', error);
  if (is_name_start (c))
    return read_name (self, token, error);

  return read_symbol (self, token, error);
}
