/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "pymva-user-code-private.h"

gboolean
pymva_user_code_check (PymvaMethod *method,
                       GError **error)
{
  g_autofree char *code = NULL;
  g_autoptr (GFile) file = NULL;

  g_object_get (method, "user-code", &code, "user-file", &file, NULL);
  if (code != NULL && *code != '\0' && file != NULL)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "The method “%s” has both “user-code” and “user-file”; set one of them",
                   pymva_method_get_title (method));
      return FALSE;
    }

  return TRUE;
}

gboolean
pymva_user_code_add_config (PymvaMethod *method,
                            GVariantDict *config,
                            GError **error)
{
  g_autoptr (GFile) file = NULL;
  g_autofree char *text = NULL;
  g_autofree char *name = NULL;
  gsize length;

  g_variant_dict_remove (config, "user_file");
  g_object_get (method, "user-file", &file, NULL);
  if (file == NULL)
    return TRUE;

  name = g_file_is_native (file) ? g_file_get_path (file) : g_file_get_uri (file);
  if (!g_file_load_contents (file, NULL, &text, &length, NULL, error))
    {
      g_prefix_error (error, "User code of the method “%s”: ", pymva_method_get_title (method));
      return FALSE;
    }
  if (!g_utf8_validate (text, length, NULL) || !g_utf8_validate (name, -1, NULL))
    {
      g_autofree char *shown = g_file_get_parse_name (file);

      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "The user code “%s” of the method “%s” is not UTF-8 text; write it as such",
                   shown, pymva_method_get_title (method));
      return FALSE;
    }
  g_variant_dict_insert (config, "user_code", "s", text);
  g_variant_dict_insert (config, "user_filename", "s", name);

  return TRUE;
}
