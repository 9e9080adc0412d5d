/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include <pymva/pymva-error.h>

#include "base/pymva-bytes-private.h"
#include "pymva-document-private.h"

/* Universal Binary JSON: a letter says what a value is, and numbers are big-endian. A list may say
 * how many values it has ("#"), and also of which type all of them are ("$"), which then is not
 * repeated. */
typedef struct
{
  const guint8 *start;
  const guint8 *at;
  const guint8 *end;
} Reader;

static PymvaDocument *read_value (Reader *self,
                                  char type,
                                  guint depth,
                                  GError **error);

static gboolean
set_error (const Reader *self,
           const char *what,
           GError **error)
{
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
               "the Universal Binary JSON is broken at byte %zd: %s", self->at - self->start, what);
  return FALSE;
}

static gsize
get_left (const Reader *self)
{
  return self->end - self->at;
}

/* The next letter that says something; 0 and an error at the end, and where there is a 0. */
static char
read_letter (Reader *self,
             GError **error)
{
  while (self->at < self->end && *self->at == 'N')
    self->at++;
  if (self->at < self->end && *self->at != 0)
    return *self->at++;

  set_error (self, self->at < self->end ? "there is no such type of values" : "it ends too early",
             error);
  return 0;
}

/* How many bytes a number of this type takes; 0 where it is no type of numbers. */
static gsize
get_number_size (char type)
{
  switch (type)
    {
    case 'i':
    case 'U':
      return 1;
    case 'I':
      return 2;
    case 'l':
    case 'd':
      return 4;
    case 'L':
    case 'D':
      return 8;
    default:
      return 0;
    }
}

/* The number at @data, of which there is enough. */
static double
decode_number (char type,
               const guint8 *data)
{
  gsize size = get_number_size (type);
  guint64 bits = 0;
  guint32 low_bits;
  float single;
  double number;

  for (gsize i = 0; i < size; i++)
    bits = bits << 8 | data[i];

  switch (type)
    {
    case 'i':
      return (gint8) bits;
    case 'I':
      return (gint16) bits;
    case 'l':
      return (gint32) bits;
    case 'L':
      return (gint64) bits;
    case 'd':
      low_bits = bits;
      memcpy (&single, &low_bits, sizeof single);
      return single;
    case 'D':
      memcpy (&number, &bits, sizeof number);
      return number;
    case 'U':
    default:
      return bits;
    }
}

static gboolean
read_number (Reader *self,
             char type,
             double *number,
             GError **error)
{
  gsize size = get_number_size (type);

  if (size == 0)
    return set_error (self, "there is no such type of values", error);
  if (get_left (self) < size)
    return set_error (self, "it ends within a number", error);

  *number = decode_number (type, self->at);
  self->at += size;
  return TRUE;
}

/* A length: a whole number with its type before it. It may not be more than @unit bytes each could
 * fill. */
static gboolean
read_length (Reader *self,
             gsize unit,
             gsize *length,
             GError **error)
{
  char type = read_letter (self, error);
  double number;

  if (type == 0)
    return FALSE;
  if (type == 'd' || type == 'D')
    return set_error (self, "a length is not a whole number", error);
  if (!read_number (self, type, &number, error))
    return FALSE;
  if (number < 0 || number > (double) (get_left (self) / unit))
    return set_error (self, "a length is negative, or more than there is", error);

  *length = number;
  return TRUE;
}

static char *
read_text (Reader *self,
           GError **error)
{
  gsize length;
  char *text;

  if (!read_length (self, 1, &length, error))
    return NULL;
  if (!g_utf8_validate_len ((const char *) self->at, length, NULL))
    {
      set_error (self, "a text is not UTF-8", error);
      return NULL;
    }

  text = g_strndup ((const char *) self->at, length);
  self->at += length;
  return text;
}

/* What may stand before the values of a list or an object. */
typedef struct
{
  /* 0 where each value says its own. */
  char type;
  gboolean has_length;
  gsize length;
} Layout;

static gboolean
read_layout (Reader *self,
             Layout *layout,
             GError **error)
{
  *layout = (Layout) { 0 };
  if (get_left (self) > 0 && *self->at == '$')
    {
      self->at++;
      layout->type = read_letter (self, error);
      if (layout->type == 0)
        return FALSE;
      if (get_left (self) == 0 || *self->at != '#')
        return set_error (self, "values have one type, but no length", error);
    }
  if (get_left (self) == 0 || *self->at != '#')
    return TRUE;

  self->at++;
  layout->has_length = TRUE;
  /* Values without bytes of their own would make a short file claim any length. */
  if (layout->type != 0 && strchr ("ZTF", layout->type) != NULL)
    return set_error (self, "values that are all the same have a length", error);
  return read_length (self, MAX (get_number_size (layout->type), 1), &layout->length, error);
}

static PymvaDocument *
read_packed_numbers (Reader *self,
                     const Layout *layout)
{
  gsize size = get_number_size (layout->type);
  double *values = g_new (double, layout->length);

  for (gsize i = 0; i < layout->length; i++, self->at += size)
    values[i] = decode_number (layout->type, self->at);

  return pymva_document_new_numbers (values, layout->length);
}

/* Whether the list or object ends here, and steps over its mark. */
static gboolean
is_at_end (Reader *self,
           const Layout *layout,
           gsize n_read,
           char mark)
{
  if (layout->has_length)
    return n_read == layout->length;

  while (self->at < self->end && *self->at == 'N')
    self->at++;
  if (self->at == self->end || *self->at != mark)
    return FALSE;
  self->at++;
  return TRUE;
}

static PymvaDocument *
read_list (Reader *self,
           guint depth,
           GError **error)
{
  g_autoptr (PymvaDocumentList) list = NULL;
  Layout layout;

  if (!read_layout (self, &layout, error))
    return NULL;
  if (get_number_size (layout.type) > 0)
    return read_packed_numbers (self, &layout);

  list = pymva_document_list_new ();
  for (gsize i = 0; !is_at_end (self, &layout, i, ']'); i++)
    {
      char type = layout.type != 0 ? layout.type : read_letter (self, error);
      PymvaDocument *value = type != 0 ? read_value (self, type, depth + 1, error) : NULL;

      if (value == NULL)
        return NULL;
      pymva_document_list_add (list, value);
    }

  return pymva_document_list_end (g_steal_pointer (&list));
}

static PymvaDocument *
read_object (Reader *self,
             guint depth,
             GError **error)
{
  g_autoptr (PymvaDocument) object = pymva_document_new_object ();
  Layout layout;

  if (!read_layout (self, &layout, error))
    return NULL;

  for (gsize i = 0; !is_at_end (self, &layout, i, '}'); i++)
    {
      g_autofree char *name = read_text (self, error);
      char type = layout.type;
      PymvaDocument *value;

      if (name == NULL || (type == 0 && (type = read_letter (self, error)) == 0))
        return NULL;
      value = read_value (self, type, depth + 1, error);
      if (value == NULL ||
          !pymva_document_add_member (object, g_steal_pointer (&name), value, error))
        return NULL;
    }

  return g_steal_pointer (&object);
}

/* A value whose type has been read. */
static PymvaDocument *
read_value (Reader *self,
            char type,
            guint depth,
            GError **error)
{
  double number;
  char *text;

  if (depth > PYMVA_DOCUMENT_MOST_NESTED)
    {
      set_error (self, "it is nested too deep", error);
      return NULL;
    }

  switch (type)
    {
    case '{':
      return read_object (self, depth, error);
    case '[':
      return read_list (self, depth, error);
    case 'S':
      return (text = read_text (self, error)) != NULL ? pymva_document_new_string (text) : NULL;
    case 'C':
      if (get_left (self) == 0 || *self->at == 0 || *self->at > 127)
        return set_error (self, "a character is none", error), NULL;
      return pymva_document_new_string (g_strndup ((const char *) self->at++, 1));
    case 'Z':
      return pymva_document_new_null ();
    case 'T':
      return pymva_document_new_boolean (TRUE);
    case 'F':
      return pymva_document_new_boolean (FALSE);
    default:
      return read_number (self, type, &number, error) ? pymva_document_new_number (number) : NULL;
    }
}

PymvaDocument *
pymva_document_read_ubj (GBytes *bytes,
                         GError **error)
{
  gsize length;
  const guint8 *data = pymva_bytes_peek (bytes, &length);
  Reader reader = { data, data, data + length };
  char type = read_letter (&reader, error);
  g_autoptr (PymvaDocument) document = type != 0 ? read_value (&reader, type, 0, error) : NULL;

  if (document == NULL || reader.at == reader.end)
    return g_steal_pointer (&document);

  set_error (&reader, "something follows its end", error);
  return NULL;
}
