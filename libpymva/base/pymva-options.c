/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include "pymva-options-private.h"

static void
option_free (gpointer data)
{
  PymvaOption *option = data;

  g_free (option->name);
  g_free (option->value);
  g_free (option);
}

static PymvaOption *
option_new (const char *text)
{
  PymvaOption *option = g_new (PymvaOption, 1);
  const char *equals = strchr (text, '=');
  gboolean is_negated = *text == '!' && equals == NULL;

  option->name = equals != NULL ? g_strndup (text, equals - text) : g_strdup (text + is_negated);
  option->value = g_strdup (equals != NULL ? equals + 1 : is_negated ? "false" : "true");
  g_strstrip (option->name);
  g_strstrip (option->value);

  return option;
}

GPtrArray *
pymva_options_parse (const char *text)
{
  GPtrArray *options = g_ptr_array_new_with_free_func (option_free);
  g_auto (GStrv) parts = g_strsplit (text, ":", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      if (*g_strstrip (parts[i]) != '\0')
        g_ptr_array_add (options, option_new (parts[i]));
    }

  return options;
}

gboolean
pymva_options_read_boolean (const char *text,
                            gboolean *flag)
{
  static const char * const words[] = { "false", "f", "no", "0", "true", "t", "yes", "1" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_ascii_strcasecmp (text, words[i]) == 0)
      {
        *flag = i >= G_N_ELEMENTS (words) / 2;
        return TRUE;
      }

  return FALSE;
}
