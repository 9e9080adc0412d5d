/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>
#include <string.h>

#include <pymva/pymva-error.h>

#include "base/pymva-bytes-private.h"
#include "data/pymva-number-private.h"
#include "pymva-xml-private.h"

/* An element and its attributes, in pieces of memory that the document owns together: a forest has
 * a hundred thousand of them. */
struct _PymvaXmlElement
{
  const char *name;
  const char *text;
  /* Names and values, one after the other, up to NULL. */
  const char **attributes;
  PymvaXmlElement *children;
  PymvaXmlElement *next;
};

struct _PymvaXml
{
  GPtrArray *blocks;
  /* The names of elements and attributes, of which there are few. */
  GHashTable *names;
  PymvaXmlElement *root;
};

/* The document as it is read: the elements that are open, and what their text is so far. */
typedef struct
{
  PymvaXml *xml;
  GPtrArray *open;
  /* The last child of each. */
  GPtrArray *last;
  GPtrArray *texts;
  guint n_elements;
} Reader;

static void
free_string (gpointer string)
{
  if (string != NULL)
    g_string_free (string, TRUE);
}

static gpointer
allocate (PymvaXml *xml,
          gsize size)
{
  gpointer block = g_malloc0 (size);

  g_ptr_array_add (xml->blocks, block);
  return block;
}

static const char *
intern (PymvaXml *xml,
        const char *name)
{
  const char *known = g_hash_table_lookup (xml->names, name);

  if (known == NULL)
    {
      known = g_strdup (name);
      g_hash_table_add (xml->names, (gpointer) known);
    }
  return known;
}

static void
copy_attributes (PymvaXml *xml,
                 PymvaXmlElement *element,
                 const char **names,
                 const char **values)
{
  guint n = 0;
  gsize length = 0;
  char *text;

  for (; names[n] != NULL; n++)
    length += strlen (values[n]) + 1;
  if (n == 0)
    return;

  /* The values lie behind their list. */
  element->attributes = allocate (xml, (2 * n + 1) * sizeof (char *) + length);
  text = (char *) (element->attributes + 2 * n + 1);
  for (guint i = 0; i < n; i++)
    {
      gsize size = strlen (values[i]) + 1;

      memcpy (text, values[i], size);
      element->attributes[2 * i] = intern (xml, names[i]);
      element->attributes[2 * i + 1] = text;
      text += size;
    }
}

static gboolean
check_limits (const Reader *reader,
              const char *name,
              GError **error)
{
  if (reader->open->len < PYMVA_XML_MOST_NESTED && reader->n_elements < PYMVA_XML_MOST_ELEMENTS)
    return TRUE;

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
               reader->open->len < PYMVA_XML_MOST_NESTED ? "it has too many elements at “%s”"
                                                         : "its elements nest too deep at “%s”",
               name);
  return FALSE;
}

static void
start_element (GMarkupParseContext *context,
               const char *name,
               const char **attribute_names,
               const char **attribute_values,
               gpointer user_data,
               GError **error)
{
  Reader *reader = user_data;
  PymvaXmlElement *element;

  if (!check_limits (reader, name, error))
    return;

  element = allocate (reader->xml, sizeof (PymvaXmlElement));
  element->name = intern (reader->xml, name);
  element->text = "";
  copy_attributes (reader->xml, element, attribute_names, attribute_values);
  reader->n_elements++;

  if (reader->open->len == 0)
    reader->xml->root = element;
  else
    {
      PymvaXmlElement *parent = reader->open->pdata[reader->open->len - 1];
      PymvaXmlElement *last = reader->last->pdata[reader->open->len - 1];

      *(last != NULL ? &last->next : &parent->children) = element;
      reader->last->pdata[reader->open->len - 1] = element;
    }
  g_ptr_array_add (reader->open, element);
  g_ptr_array_add (reader->last, NULL);
  g_ptr_array_add (reader->texts, NULL);
}

static void
end_element (GMarkupParseContext *context,
             const char *name,
             gpointer user_data,
             GError **error)
{
  Reader *reader = user_data;
  guint level = reader->open->len - 1;
  PymvaXmlElement *element = reader->open->pdata[level];
  GString *text = reader->texts->pdata[level];

  if (text != NULL)
    {
      char *copy = g_strdup (g_strstrip (text->str));

      g_ptr_array_add (reader->xml->blocks, copy);
      element->text = copy;
    }
  g_ptr_array_set_size (reader->open, level);
  g_ptr_array_set_size (reader->last, level);
  g_ptr_array_set_size (reader->texts, level);
}

static gboolean
is_blank (const char *text,
          gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isspace (text[i]))
      return FALSE;

  return TRUE;
}

static void
add_text (GMarkupParseContext *context,
          const char *text,
          gsize length,
          gpointer user_data,
          GError **error)
{
  Reader *reader = user_data;
  GString **collected;

  /* Most text is the blanks between elements. */
  if (reader->open->len == 0 || is_blank (text, length))
    return;

  collected = (GString **) &reader->texts->pdata[reader->texts->len - 1];
  if (*collected == NULL)
    *collected = g_string_new (NULL);
  g_string_append_len (*collected, text, length);
}

static const GMarkupParser parser = {
  .start_element = start_element,
  .end_element = end_element,
  .text = add_text,
};

static gboolean
parse (Reader *reader,
       GBytes *bytes,
       GError **error)
{
  g_autoptr (GMarkupParseContext) context =
    g_markup_parse_context_new (&parser, G_MARKUP_TREAT_CDATA_AS_TEXT, reader, NULL);
  g_autoptr (GError) reason = NULL;
  gsize length;
  const char *text = pymva_bytes_peek (bytes, &length);

  if (length <= G_MAXSSIZE && g_markup_parse_context_parse (context, text, length, &reason) &&
      g_markup_parse_context_end_parse (context, &reason))
    return TRUE;

  /* Those of the parser are of a domain of its own. */
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "it is not proper XML: %s",
               reason != NULL ? reason->message : "it is too long");
  return FALSE;
}

PymvaXml *
pymva_xml_read (GBytes *bytes,
                GError **error)
{
  g_autoptr (PymvaXml) self = g_new0 (PymvaXml, 1);
  g_autoptr (GPtrArray) open = g_ptr_array_new ();
  g_autoptr (GPtrArray) last = g_ptr_array_new ();
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (free_string);
  Reader reader = { self, open, last, texts, 0 };

  self->blocks = g_ptr_array_new_with_free_func (g_free);
  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (!parse (&reader, bytes, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
pymva_xml_free (PymvaXml *self)
{
  g_ptr_array_unref (self->blocks);
  g_hash_table_unref (self->names);
  g_free (self);
}

/* --- elements --- */

const PymvaXmlElement *
pymva_xml_get_root (const PymvaXml *self)
{
  return self->root;
}

const char *
pymva_xml_get_name (const PymvaXmlElement *self)
{
  return self->name;
}

const char *
pymva_xml_get_text (const PymvaXmlElement *self)
{
  return self->text;
}

static const PymvaXmlElement *
find_element (const PymvaXmlElement *element,
              const char *name)
{
  while (element != NULL && name != NULL && !g_str_equal (element->name, name))
    element = element->next;

  return element;
}

const PymvaXmlElement *
pymva_xml_get_child (const PymvaXmlElement *self,
                     const char *name)
{
  return self != NULL ? find_element (self->children, name) : NULL;
}

const PymvaXmlElement *
pymva_xml_get_next (const PymvaXmlElement *self,
                    const char *name)
{
  return find_element (self->next, name);
}

guint
pymva_xml_count_children (const PymvaXmlElement *self,
                          const char *name)
{
  guint n = 0;

  for (const PymvaXmlElement *child = pymva_xml_get_child (self, name); child != NULL;
       child = pymva_xml_get_next (child, name))
    n++;

  return n;
}

const char *
pymva_xml_get_attribute (const PymvaXmlElement *self,
                         const char *name)
{
  /* These are no long lists: GMarkup takes no element with more than 1000 attributes. */
  for (const char **at = self->attributes; at != NULL && *at != NULL; at += 2)
    if (g_str_equal (*at, name))
      return at[1];

  return NULL;
}

const PymvaXmlElement *
pymva_xml_require_child (const PymvaXmlElement *self,
                         const char *name,
                         GError **error)
{
  const PymvaXmlElement *child = pymva_xml_get_child (self, name);

  if (child == NULL)
    g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "its “%s” has no “%s”", self->name,
                 name != NULL ? name : "elements");
  return child;
}

const char *
pymva_xml_require_attribute (const PymvaXmlElement *self,
                             const char *name,
                             GError **error)
{
  const char *value = pymva_xml_get_attribute (self, name);

  if (value == NULL)
    g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "its “%s” has no attribute “%s”",
                 self->name, name);
  return value;
}

gboolean
pymva_xml_read_double (const PymvaXmlElement *self,
                       const char *name,
                       double *number,
                       GError **error)
{
  const char *value = pymva_xml_require_attribute (self, name, error);

  if (value == NULL)
    return FALSE;
  if (pymva_number_parse (value, strlen (value), number) && isfinite (*number))
    return TRUE;

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
               "the “%s” of its “%s” is “%.40s”, which is no finite number", name, self->name,
               value);
  return FALSE;
}

gboolean
pymva_xml_read_int (const PymvaXmlElement *self,
                    const char *name,
                    gint64 minimum,
                    gint64 maximum,
                    gint64 *number,
                    GError **error)
{
  const char *value = pymva_xml_require_attribute (self, name, error);

  if (value == NULL)
    return FALSE;
  /* Where there is nothing to choose from, no number is right. */
  if (minimum <= maximum &&
      g_ascii_string_to_signed (value, 10, minimum, maximum, number, NULL))
    return TRUE;

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
               "the “%s” of its “%s” is “%.40s”, not a whole number from %" G_GINT64_FORMAT
               " to %" G_GINT64_FORMAT, name, self->name, value, minimum, maximum);
  return FALSE;
}

double *
pymva_xml_read_numbers (const PymvaXmlElement *self,
                        gsize n_numbers,
                        GError **error)
{
  g_autofree double *numbers = NULL;
  const char *at = self->text;
  gsize n = 0;

  /* A number and a blank take two bytes: what the file says asks for no more than it has. */
  if (n_numbers <= strlen (at) / 2 + 1)
    numbers = g_new (double, MAX (n_numbers, 1));
  while (numbers != NULL && *at != '\0' && n <= n_numbers)
    {
      gsize length = strcspn (at, " \t\r\n");
      double number;

      if (!pymva_number_parse (at, length, &number) || !isfinite (number))
        {
          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                       "“%.*s” in its “%s” is no finite number", (int) MIN (length, 40), at,
                       self->name);
          return NULL;
        }
      if (n < n_numbers)
        numbers[n] = number;
      n++;
      at += length;
      at += strspn (at, " \t\r\n");
    }
  if (numbers != NULL && n == n_numbers)
    return g_steal_pointer (&numbers);

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
               "its “%s” does not have the %" G_GSIZE_FORMAT " numbers that it should", self->name,
               n_numbers);
  return NULL;
}
