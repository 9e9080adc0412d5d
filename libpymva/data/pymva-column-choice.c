/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "base/pymva-names-private.h"
#include "pymva-table-reader-private.h"

struct _PymvaColumnChoice
{
  /* NULL where all are wanted. */
  char **wanted;
  /* NULL where there are none. */
  char **welcome;
  GPtrArray *seen;
};

PymvaColumnChoice *
pymva_column_choice_new (GVariant *options)
{
  PymvaColumnChoice *self = g_new0 (PymvaColumnChoice, 1);

  if (options != NULL)
    {
      g_variant_lookup (options, "columns", "^as", &self->wanted);
      g_variant_lookup (options, PYMVA_WELCOME_COLUMNS, "^as", &self->welcome);
    }
  self->seen = g_ptr_array_new_with_free_func (g_free);

  return self;
}

void
pymva_column_choice_free (PymvaColumnChoice *self)
{
  g_strfreev (self->wanted);
  g_strfreev (self->welcome);
  g_ptr_array_unref (self->seen);
  g_free (self);
}

gboolean
pymva_column_choice_takes (PymvaColumnChoice *self,
                           const char *name)
{
  if (self->wanted == NULL)
    return TRUE;

  g_ptr_array_add (self->seen, g_strdup (name));
  return g_strv_contains ((const char * const *) self->wanted, name) ||
         (self->welcome != NULL && g_strv_contains ((const char * const *) self->welcome, name));
}

gboolean
pymva_column_choice_check (PymvaColumnChoice *self,
                           GError **error)
{
  for (guint i = 0; self->wanted != NULL && self->wanted[i] != NULL; i++)
    {
      g_autofree char *near = NULL;

      if (g_ptr_array_find_with_equal_func (self->seen, self->wanted[i], g_str_equal, NULL))
        continue;

      g_ptr_array_add (self->seen, NULL);
      near = pymva_names_format_near (self->wanted[i], (const char * const *) self->seen->pdata);
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
                   "there is no column “%s”%s", self->wanted[i], near);
      return FALSE;
    }

  return TRUE;
}
