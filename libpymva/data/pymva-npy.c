/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>
#include <string.h>

#include <pymva/pymva-error.h>

#include "base/pymva-bytes-private.h"
#include "pymva-npy-private.h"

static const char magic[] = "\x93NUMPY";

/* NumPy's own limit, against headers that take long to parse. */
#define LONGEST_HEADER 10000000

/* The text of the header: the literal of a Python dictionary. */
typedef struct
{
  const char *at;
} Scanner;

void
pymva_npy_array_free (PymvaNpyArray *self)
{
  g_array_unref (self->fields);
  g_clear_pointer (&self->data, g_bytes_unref);
  g_free (self);
}

static void
field_clear (gpointer data)
{
  PymvaNpyField *field = data;

  g_free (field->name);
  g_free (field->type);
}

static gboolean
broken (GError **error,
        const char *what)
{
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "the .npy header is broken: %s", what);

  return FALSE;
}

static gboolean
accept (Scanner *self,
        const char *symbol)
{
  self->at += strspn (self->at, " \n");
  if (!g_str_has_prefix (self->at, symbol))
    return FALSE;

  self->at += strlen (symbol);
  return TRUE;
}

/* A string literal; names may have escapes, which are not undone but for the quote itself. */
static char *
scan_string (Scanner *self)
{
  g_autoptr (GString) string = g_string_new (NULL);
  char quote;

  accept (self, "");
  quote = *self->at;
  if (quote != '\'' && quote != '"')
    return NULL;

  for (self->at++; *self->at != '\0' && *self->at != quote; self->at++)
    {
      if (*self->at == '\\' && self->at[1] != '\0')
        self->at++;
      g_string_append_c (string, *self->at);
    }
  if (*self->at != quote)
    return NULL;

  self->at++;
  return g_string_free (g_steal_pointer (&string), FALSE);
}

static gboolean
scan_integer (Scanner *self,
              gint64 *number)
{
  char *end;

  accept (self, "");
  if (!g_ascii_isdigit (*self->at))
    return FALSE;
  *number = g_ascii_strtoll (self->at, &end, 10);
  self->at = end;
  /* Python 2 wrote long integers as "3L". */
  accept (self, "L");

  return *number < G_MAXINT64;
}

/* (3, 4), (3,) or (). */
static gboolean
scan_shape (Scanner *self,
            gint64 *shape,
            gsize most,
            guint *n_dims)
{
  *n_dims = 0;
  if (!accept (self, "("))
    return FALSE;

  while (!accept (self, ")"))
    if (*n_dims == most || !scan_integer (self, &shape[(*n_dims)++]) ||
        (!accept (self, ",") && *self->at != ')'))
      return FALSE;

  return TRUE;
}

/* "<f8": byte order, kind, and size in bytes, or in letters for text. */
static gboolean
parse_type (const char *type,
            PymvaNpyField *field)
{
  gboolean is_big = type[0] == '>';
  const char *kind = strchr ("<>=|", type[0]) != NULL && type[0] != '\0' ? type + 1 : type;
  char *end;
  guint64 size;
  gboolean is_word;
  gboolean is_number;

  if (!g_ascii_isalpha (*kind))
    return FALSE;
  size = g_ascii_strtoull (kind + 1, &end, 10);
  if (end == kind + 1 || size == 0 || size > G_MAXINT32)
    return FALSE;

  /* Units of times stand in brackets, and times are no numbers here. */
  is_word = size == 2 || size == 4 || size == 8;
  is_number = *end == '\0' &&
              ((*kind == 'f' && is_word) ||
               ((*kind == 'i' || *kind == 'u') && (size == 1 || is_word)) ||
               (*kind == 'b' && size == 1));
  field->kind = is_number ? *kind : '\0';
  field->size = *kind == 'U' ? size * 4 : size;
  field->is_swapped = size > 1 && is_big != (G_BYTE_ORDER == G_BIG_ENDIAN) && type[0] != '=';

  return TRUE;
}

static gboolean
add_field (PymvaNpyArray *self,
           char *name,
           char *type,
           guint64 n_items,
           GError **error)
{
  PymvaNpyField field = { .name = name, .type = type, .offset = self->item_size };

  /* The array owns the texts from here on. */
  if (type == NULL || !parse_type (type, &field))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "the .npy header is broken: it has elements of the unknown type “%s”",
                   type != NULL ? type : "");
      g_free (name);
      g_free (type);
      return FALSE;
    }

  if (n_items != 1)
    field.kind = '\0';
  if (!g_size_checked_mul (&field.size, field.size, n_items) ||
      !g_size_checked_add (&self->item_size, self->item_size, field.size))
    {
      field_clear (&field);
      return broken (error, "its elements are larger than any memory");
    }

  /* Padding has no name, and is of no use. */
  if (name != NULL && *name == '\0')
    field_clear (&field);
  else
    g_array_append_val (self->fields, field);
  return TRUE;
}

/* ('x', '<f8') or ('x', '<f8', (3,)): the rest of it, behind the parenthesis. */
static gboolean
scan_field (PymvaNpyArray *self,
            Scanner *scanner,
            GError **error)
{
  g_autofree char *name = NULL;
  g_autofree char *type = NULL;
  gint64 shape[PYMVA_MOST_DIMS];
  guint n_dims = 0;
  gsize n_items = 1;

  /* A name with a title is a pair of texts. */
  if (accept (scanner, "("))
    {
      g_autofree char *title = scan_string (scanner);

      if (title == NULL || !accept (scanner, ",") || (name = scan_string (scanner)) == NULL ||
          !accept (scanner, ")"))
        return broken (error, "a field has no name");
    }
  else
    name = scan_string (scanner);

  if (name == NULL || !accept (scanner, ","))
    return broken (error, "a field has no name");
  type = scan_string (scanner);
  if (type == NULL)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "the field “%s” has fields itself; save it as an array of its own", name);
      return FALSE;
    }
  if (accept (scanner, ","))
    {
      gboolean has_shape = accept (scanner, "") && *scanner->at == '(';

      if (has_shape && !scan_shape (scanner, shape, G_N_ELEMENTS (shape), &n_dims))
        return broken (error, "the shape of a field is not a tuple of lengths");
    }
  if (!accept (scanner, ")"))
    return broken (error, "a field is not understood");

  for (guint i = 0; i < n_dims; i++)
    if (!g_size_checked_mul (&n_items, n_items, shape[i]))
      return broken (error, "its elements are larger than any memory");

  return add_field (self, g_steal_pointer (&name), g_steal_pointer (&type), n_items, error);
}

static gboolean
scan_descr (PymvaNpyArray *self,
            Scanner *scanner,
            GError **error)
{
  if (!accept (scanner, "["))
    return add_field (self, NULL, scan_string (scanner), 1, error);

  while (!accept (scanner, "]"))
    {
      if (!accept (scanner, "("))
        return broken (error, "“descr” is not understood");
      if (!scan_field (self, scanner, error))
        return FALSE;
      if (!accept (scanner, ",") && *scanner->at != ']')
        return broken (error, "“descr” is not understood");
    }

  return TRUE;
}

static gboolean
scan_entry (PymvaNpyArray *self,
            Scanner *scanner,
            const char *key,
            GError **error)
{
  if (g_str_equal (key, "descr"))
    return scan_descr (self, scanner, error);

  if (g_str_equal (key, "fortran_order"))
    {
      self->is_fortran = accept (scanner, "True");
      return self->is_fortran || accept (scanner, "False") ||
             broken (error, "“fortran_order” is neither True nor False");
    }

  if (g_str_equal (key, "shape"))
    return scan_shape (scanner, self->shape, G_N_ELEMENTS (self->shape), &self->n_dims) ||
           broken (error, "“shape” is not a tuple of lengths");

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
               "the .npy header is broken: it has the unknown key “%s”", key);
  return FALSE;
}

static gboolean
parse_header (PymvaNpyArray *self,
              const char *text,
              GError **error)
{
  static const char * const keys[] = { "descr", "fortran_order", "shape" };
  Scanner scanner = { text };
  gboolean seen[G_N_ELEMENTS (keys)] = { FALSE };

  if (!accept (&scanner, "{"))
    return broken (error, "it is not a dictionary");

  while (!accept (&scanner, "}"))
    {
      g_autofree char *key = scan_string (&scanner);

      if (key == NULL || !accept (&scanner, ":"))
        return broken (error, "it is not a dictionary");

      for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
        if (g_str_equal (key, keys[i]))
          {
            if (seen[i])
              return broken (error, "a key is there twice");
            seen[i] = TRUE;
          }
      if (!scan_entry (self, &scanner, key, error))
        return FALSE;
      if (!accept (&scanner, ",") && *scanner.at != '}')
        return broken (error, "it is not a dictionary");
    }

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    if (!seen[i])
      {
        g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                     "the .npy header is broken: “%s” is missing", keys[i]);
        return FALSE;
      }

  return TRUE;
}

/* Up to version 2 the header is Latin-1, as names with “é” show; since then it is UTF-8. */
static char *
decode_header (guint8 version,
               const char *text,
               gsize length)
{
  g_autoptr (GString) decoded = NULL;

  if (version >= 3)
    return g_utf8_validate_len (text, length, NULL) ? g_strndup (text, length) : NULL;

  decoded = g_string_sized_new (length);
  for (gsize i = 0; i < length; i++)
    if (text[i] != '\0')
      g_string_append_unichar (decoded, (guint8) text[i]);
    else
      return NULL;

  return g_string_free (g_steal_pointer (&decoded), FALSE);
}

/* Finds the header's text, and where the numbers begin. */
static char *
find_header (const guint8 *data,
             gsize size,
             gsize *data_offset,
             GError **error)
{
  gsize start;
  gsize length;
  char *header;

  if (size < 10 || memcmp (data, magic, strlen (magic)) != 0)
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                           "this is no .npy file: it does not begin with “\\x93NUMPY”");
      return NULL;
    }
  if (data[6] < 1 || data[6] > 3)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VERSION,
                   "the .npy file is of version %u.%u; versions 1 to 3 can be read",
                   data[6], data[7]);
      return NULL;
    }

  start = data[6] == 1 ? 10 : 12;
  length = data[8] | data[9] << 8;
  if (data[6] > 1)
    length |= size < 12 ? G_MAXUINT32 : (gsize) data[10] << 16 | (gsize) data[11] << 24;
  if (length > LONGEST_HEADER || length > size - MIN (start, size))
    {
      broken (error, "it is cut off");
      return NULL;
    }

  *data_offset = start + length;
  header = decode_header (data[6], (const char *) data + start, length);
  if (header == NULL)
    broken (error, "it is not text");

  return header;
}

static gboolean
check_size (PymvaNpyArray *self,
            guint64 given,
            GError **error)
{
  gsize size = self->item_size;
  gboolean is_empty = FALSE;

  for (guint i = 0; i < self->n_dims; i++)
    is_empty |= self->shape[i] == 0;
  for (guint i = 0; i < self->n_dims && !is_empty; i++)
    if (!g_size_checked_mul (&size, size, self->shape[i]))
      return broken (error, "its shape is larger than any memory");
  if (is_empty)
    size = 0;

  if (given == size)
    return TRUE;

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
               "the .npy header announces %" G_GSIZE_FORMAT " bytes of numbers, but %"
               G_GUINT64_FORMAT " follow it; the file is %s",
               size, given, given < size ? "cut off" : "of more than one array");
  return FALSE;
}

PymvaNpyArray *
pymva_npy_array_new_for_start (GBytes *start,
                               guint64 file_size,
                               goffset *data_offset,
                               GError **error)
{
  g_autoptr (PymvaNpyArray) self = g_new0 (PymvaNpyArray, 1);
  gsize size;
  const guint8 *data = pymva_bytes_peek (start, &size);
  g_autofree char *header = NULL;
  gsize offset;

  self->fields = g_array_new (FALSE, FALSE, sizeof (PymvaNpyField));
  g_array_set_clear_func (self->fields, field_clear);
  header = find_header (data, size, &offset, error);
  if (header == NULL || !parse_header (self, header, error) ||
      !check_size (self, file_size - offset, error))
    return NULL;

  *data_offset = offset;
  return g_steal_pointer (&self);
}

PymvaNpyArray *
pymva_npy_array_new (GBytes *file,
                     GError **error)
{
  goffset offset;
  gsize size = g_bytes_get_size (file);
  PymvaNpyArray *self = pymva_npy_array_new_for_start (file, size, &offset, error);

  if (self != NULL)
    self->data = g_bytes_new_from_bytes (file, offset, size - offset);

  return self;
}

/* IEEE 754 binary16. */
static double
half_to_double (guint16 bits)
{
  int exponent = bits >> 10 & 0x1f;
  int fraction = bits & 0x3ff;
  double value;

  if (exponent == 0x1f)
    value = fraction != 0 ? NAN : INFINITY;
  else if (exponent == 0)
    value = ldexp (fraction, -24);
  else
    value = ldexp (fraction + 0x400, exponent - 25);

  return (bits & 0x8000) != 0 ? -value : value;
}

/* @bits are the element's bytes as an unsigned number. */
static double
decode (char kind,
        gsize size,
        guint64 bits)
{
  guint32 half = bits;
  float single;
  double value;

  switch (kind)
    {
    case 'b':
      return bits != 0;
    case 'u':
      return bits;
    case 'i':
      /* The sign is the highest bit of the element. */
      return (gint64) (bits << (64 - 8 * size)) >> (64 - 8 * size);
    case 'f':
      if (size == 2)
        return half_to_double (bits);
      if (size == 4)
        {
          memcpy (&single, &half, sizeof single);
          return single;
        }
      memcpy (&value, &bits, sizeof value);
      return value;
    default:
      g_assert_not_reached ();
    }
}

void
pymva_npy_field_load (const PymvaNpyField *self,
                      const guint8 *data,
                      gsize stride,
                      gsize n,
                      double *values)
{
  gboolean is_big = self->is_swapped != (G_BYTE_ORDER == G_BIG_ENDIAN);

  for (gsize i = 0; i < n; i++)
    {
      const guint8 *item = data + i * stride + self->offset;
      guint64 bits = 0;

      for (gsize j = 0; j < self->size; j++)
        bits |= (guint64) item[j] << 8 * (is_big ? self->size - 1 - j : j);
      values[i] = decode (self->kind, self->size, bits);
    }
}
