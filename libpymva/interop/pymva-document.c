/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "base/pymva-text-private.h"
#include "pymva-document-private.h"

typedef enum
{
  KIND_NULL,
  KIND_BOOLEAN,
  KIND_NUMBER,
  KIND_STRING,
  KIND_NUMBERS,
  KIND_LIST,
  KIND_OBJECT,
} Kind;

/* XGBoost's objects have less than 50 members, beside those that users choose. */
#define MOST_MEMBERS 1000

/* Objects are small, and there may be many: a hash table for each would take a hundred times the
 * memory of the text, and names that are chosen for it would make all of them slow. */
typedef struct
{
  char *name;
  PymvaDocument *value;
} Member;

struct _PymvaDocument
{
  Kind kind;
  union
  {
    double number;
    char *string;
    struct
    {
      double *values;
      gsize n_values;
    } numbers;
    GPtrArray *list;
    struct
    {
      Member *members;
      guint n_members;
    } object;
  };
};

struct _PymvaDocumentList
{
  GArray *numbers;
  /* NULL as long as there are only numbers. */
  GPtrArray *items;
};

static PymvaDocument *
document_new (Kind kind)
{
  PymvaDocument *self = g_new0 (PymvaDocument, 1);

  self->kind = kind;
  return self;
}

static void
free_members (PymvaDocument *self)
{
  for (guint i = 0; i < self->object.n_members; i++)
    {
      g_free (self->object.members[i].name);
      pymva_document_free (self->object.members[i].value);
    }
  g_free (self->object.members);
}

void
pymva_document_free (PymvaDocument *self)
{
  if (self->kind == KIND_STRING)
    g_free (self->string);
  else if (self->kind == KIND_NUMBERS)
    g_free (self->numbers.values);
  else if (self->kind == KIND_LIST)
    g_ptr_array_unref (self->list);
  else if (self->kind == KIND_OBJECT)
    free_members (self);
  g_free (self);
}

PymvaDocument *
pymva_document_new_null (void)
{
  return document_new (KIND_NULL);
}

PymvaDocument *
pymva_document_new_boolean (gboolean value)
{
  PymvaDocument *self = document_new (KIND_BOOLEAN);

  self->number = value;
  return self;
}

PymvaDocument *
pymva_document_new_number (double value)
{
  PymvaDocument *self = document_new (KIND_NUMBER);

  self->number = value;
  return self;
}

PymvaDocument *
pymva_document_new_string (char *text)
{
  PymvaDocument *self = document_new (KIND_STRING);

  self->string = text;
  return self;
}

PymvaDocument *
pymva_document_new_numbers (double *values,
                            gsize n_values)
{
  PymvaDocument *self = document_new (KIND_NUMBERS);

  self->numbers.values = values;
  self->numbers.n_values = n_values;
  return self;
}

PymvaDocument *
pymva_document_new_object (void)
{
  return document_new (KIND_OBJECT);
}

/* The member of an object, or NULL. */
static const PymvaDocument *
lookup_member (const PymvaDocument *self,
               const char *name)
{
  for (guint i = 0; self->kind == KIND_OBJECT && i < self->object.n_members; i++)
    if (g_str_equal (self->object.members[i].name, name))
      return self->object.members[i].value;

  return NULL;
}

gboolean
pymva_document_add_member (PymvaDocument *self,
                           char *name,
                           PymvaDocument *value,
                           GError **error)
{
  guint n = self->object.n_members;

  if (n == MOST_MEMBERS)
    g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "an object has more than %d members",
                 MOST_MEMBERS);
  else if (lookup_member (self, name) != NULL)
    {
      g_autofree char *shown = pymva_text_shorten (name);

      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "“%s” is there twice", shown);
    }
  else
    {
      /* The array doubles each time that it is full. */
      if ((n & (n - 1)) == 0)
        self->object.members = g_renew (Member, self->object.members, MAX (2 * n, 1));
      self->object.members[n] = (Member) { name, value };
      self->object.n_members++;
      return TRUE;
    }

  g_free (name);
  pymva_document_free (value);
  return FALSE;
}

/* --- lists --- */

PymvaDocumentList *
pymva_document_list_new (void)
{
  PymvaDocumentList *self = g_new0 (PymvaDocumentList, 1);

  self->numbers = g_array_new (FALSE, FALSE, sizeof (double));
  return self;
}

void
pymva_document_list_free (PymvaDocumentList *self)
{
  g_clear_pointer (&self->numbers, g_array_unref);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_free (self);
}

void
pymva_document_list_add (PymvaDocumentList *self,
                         PymvaDocument *value)
{
  if (self->items == NULL && value->kind == KIND_NUMBER)
    {
      g_array_append_val (self->numbers, value->number);
      pymva_document_free (value);
      return;
    }

  if (self->items == NULL)
    {
      self->items = g_ptr_array_new_with_free_func ((GDestroyNotify) pymva_document_free);
      for (guint i = 0; i < self->numbers->len; i++)
        g_ptr_array_add (self->items, pymva_document_new_number (
                                        g_array_index (self->numbers, double, i)));
    }
  g_ptr_array_add (self->items, value);
}

PymvaDocument *
pymva_document_list_end (PymvaDocumentList *self)
{
  PymvaDocument *list;

  if (self->items != NULL)
    {
      list = document_new (KIND_LIST);
      list->list = g_steal_pointer (&self->items);
    }
  else
    {
      gsize n_values;
      gpointer values = g_array_steal (self->numbers, &n_values);

      list = pymva_document_new_numbers (values, n_values);
    }
  pymva_document_list_free (self);

  return list;
}

/* --- asking --- */

static gboolean
find_member (const PymvaDocument *self,
             const char *member,
             gboolean required,
             const PymvaDocument **value,
             GError **error)
{
  *value = lookup_member (self, member);
  if (*value != NULL && (*value)->kind == KIND_NULL)
    *value = NULL;
  if (*value != NULL || !required)
    return TRUE;

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "“%s” is missing", member);
  return FALSE;
}

static gboolean
set_type_error (const char *member,
                const char *expected,
                GError **error)
{
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "“%s” is not %s", member, expected);
  return FALSE;
}

gboolean
pymva_document_get_object (const PymvaDocument *self,
                           const char *member,
                           gboolean required,
                           const PymvaDocument **value,
                           GError **error)
{
  if (!find_member (self, member, required, value, error))
    return FALSE;

  return *value == NULL || (*value)->kind == KIND_OBJECT ||
         set_type_error (member, "an object", error);
}

gboolean
pymva_document_get_string (const PymvaDocument *self,
                           const char *member,
                           gboolean required,
                           const char **value,
                           GError **error)
{
  const PymvaDocument *found;

  if (!find_member (self, member, required, &found, error))
    return FALSE;
  if (found == NULL)
    return TRUE;
  if (found->kind != KIND_STRING)
    return set_type_error (member, "a text", error);

  *value = found->string;
  return TRUE;
}

gboolean
pymva_document_get_list (const PymvaDocument *self,
                         const char *member,
                         gboolean required,
                         const PymvaDocument **value,
                         GError **error)
{
  if (!find_member (self, member, required, value, error))
    return FALSE;

  return *value == NULL || (*value)->kind == KIND_LIST || (*value)->kind == KIND_NUMBERS ||
         set_type_error (member, "a list", error);
}

gboolean
pymva_document_get_numbers (const PymvaDocument *self,
                            const char *member,
                            gboolean required,
                            const double **values,
                            gsize *n_values,
                            GError **error)
{
  const PymvaDocument *found;

  if (!find_member (self, member, required, &found, error))
    return FALSE;
  if (found == NULL)
    return TRUE;
  if (found->kind != KIND_NUMBERS)
    return set_type_error (member, "a list of numbers", error);

  *values = found->numbers.values;
  *n_values = found->numbers.n_values;
  return TRUE;
}

gboolean
pymva_document_has_member (const PymvaDocument *self,
                           const char *member)
{
  return lookup_member (self, member) != NULL;
}

gsize
pymva_document_get_length (const PymvaDocument *list)
{
  if (list->kind == KIND_NUMBERS)
    return list->numbers.n_values;

  return list->kind == KIND_LIST ? list->list->len : 0;
}

const PymvaDocument *
pymva_document_get_element (const PymvaDocument *list,
                            gsize index)
{
  return list->kind == KIND_LIST && index < list->list->len ? g_ptr_array_index (list->list, index)
                                                            : NULL;
}

char **
pymva_document_dup_strings (const PymvaDocument *list,
                            GError **error)
{
  gsize length = pymva_document_get_length (list);
  g_auto (GStrv) strings = g_new0 (char *, length + 1);

  for (gsize i = 0; i < length; i++)
    {
      const PymvaDocument *element = pymva_document_get_element (list, i);

      if (element == NULL || element->kind != KIND_STRING)
        {
          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                       "element %" G_GSIZE_FORMAT " is not a text", i);
          return NULL;
        }
      strings[i] = g_strdup (element->string);
    }

  return g_steal_pointer (&strings);
}

const double *
pymva_document_peek_numbers (const PymvaDocument *self,
                             gsize *n_values)
{
  *n_values = self->kind == KIND_NUMBERS ? self->numbers.n_values : self->kind == KIND_NUMBER;
  if (self->kind == KIND_NUMBERS)
    return self->numbers.values;

  return self->kind == KIND_NUMBER ? &self->number : NULL;
}
