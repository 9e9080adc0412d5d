/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include <pymva/pymva-error.h>

#include "pymva-names-private.h"
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

static gboolean
check_option (const char *name,
              GVariant *value,
              const PymvaKnownOption *known,
              GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree char *near = NULL;

  for (; known->name != NULL; known++)
    {
      g_ptr_array_add (names, (gpointer) known->name);
      if (!g_str_equal (name, known->name))
        continue;
      if (g_variant_is_of_type (value, G_VARIANT_TYPE (known->type)))
        return TRUE;

      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_TYPE,
                   "The option “%s” is %s (GVariant type “%s”), not of type “%s”",
                   name, known->what, known->type, g_variant_get_type_string (value));
      return FALSE;
    }

  g_ptr_array_add (names, NULL);
  near = pymva_names_format_near (name, (const char * const *) names->pdata);
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE, "There is no option “%s”%s", name, near);
  return FALSE;
}

gboolean
pymva_options_check (GVariant *options,
                     const PymvaKnownOption *known,
                     GError **error)
{
  GVariantIter iter;
  const char *name;
  GVariant *value;

  if (options == NULL)
    return TRUE;

  if (!g_variant_is_of_type (options, G_VARIANT_TYPE_VARDICT))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_TYPE,
                   "Options are of the GVariant type “a{sv}”, not “%s”",
                   g_variant_get_type_string (options));
      return FALSE;
    }

  g_variant_iter_init (&iter, options);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &value))
    {
      gboolean is_good = check_option (name, value, known, error);

      g_variant_unref (value);
      if (!is_good)
        return FALSE;
    }

  return TRUE;
}
