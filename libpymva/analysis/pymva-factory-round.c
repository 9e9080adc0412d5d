/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include <pymva/pymva-error.h>

#include "pymva-factory-round-private.h"

PymvaFactoryRound *
pymva_factory_round_begin (PymvaFactory *factory,
                           GError **error)
{
  PymvaFactoryRound *self;

  if (factory->busy)
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FAILED,
                           "The factory is at work already; wait for that, or cancel it");
      return NULL;
    }
  if (factory->dataset == NULL || factory->entries->len == 0)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE, "The factory has no %s",
                   factory->dataset == NULL ? "data set; give it one when it is made"
                                            : "methods; book some");
      return NULL;
    }

  factory->busy = TRUE;
  self = g_new0 (PymvaFactoryRound, 1);
  /* A handler of a signal may drop the last reference. */
  self->factory = g_object_ref (factory);
  self->titles = g_ptr_array_new_with_free_func (g_free);
  self->errors = g_ptr_array_new_with_free_func ((GDestroyNotify) g_error_free);

  return self;
}

void
pymva_factory_round_free (PymvaFactoryRound *self)
{
  self->factory->busy = FALSE;
  g_clear_object (&self->factory);
  g_clear_pointer (&self->titles, g_ptr_array_unref);
  g_clear_pointer (&self->errors, g_ptr_array_unref);
  g_free (self);
}

gboolean
pymva_factory_round_note (PymvaFactoryRound *self,
                          PymvaFactoryEntry *entry,
                          GError *failure,
                          GError **error)
{
  if (g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, failure);
      return FALSE;
    }

  self->n_methods++;
  if (failure == NULL)
    return TRUE;

  g_ptr_array_add (self->titles, g_strdup (pymva_method_get_title (entry->method)));
  g_ptr_array_add (self->errors, g_error_copy (failure));
  pymva_factory_fail (self->factory, entry, failure);

  return TRUE;
}

gboolean
pymva_factory_round_report (PymvaFactoryRound *self,
                            GError **error)
{
  g_autoptr (GString) summary = NULL;
  g_autoptr (GString) tracebacks = NULL;

  if (self->errors->len == 0)
    return TRUE;
  if (self->errors->len == 1)
    {
      g_propagate_error (error, g_error_copy (g_ptr_array_index (self->errors, 0)));
      return FALSE;
    }

  /* All of it in the first line, as messages have it, and the tracebacks below. */
  summary = g_string_new (NULL);
  tracebacks = g_string_new (NULL);
  g_string_append_printf (summary, "%u of %u methods failed: ", self->errors->len, self->n_methods);
  for (guint i = 0; i < self->errors->len; i++)
    {
      const char *title = g_ptr_array_index (self->titles, i);
      const GError *failure = g_ptr_array_index (self->errors, i);
      gsize length = strcspn (failure->message, "\n");

      g_string_append_printf (summary, "%s“%s” (%.*s)", i > 0 ? "; " : "", title, (int) length,
                              failure->message);
      if (failure->message[length] != '\0')
        g_string_append_printf (tracebacks, "\n“%s”:%s", title, failure->message + length);
    }
  g_string_append (summary, tracebacks->str);
  g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FAILED, summary->str);

  return FALSE;
}
