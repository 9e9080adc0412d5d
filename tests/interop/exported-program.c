/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "exported-program.h"

char *
exported_run (GPtrArray *arguments)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *messages = NULL;
  char *output = NULL;
  int status = 0;

  g_ptr_array_add (arguments, NULL);
  g_spawn_sync (NULL, (char **) arguments->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output,
                &messages, &status, &error);
  g_assert_no_error (error);
  if (!g_spawn_check_wait_status (status, &error))
    g_error ("%s: %s\n%s", (char *) arguments->pdata[0], error->message, messages);

  return output;
}

static void
add_words (GPtrArray *arguments,
           const char *words)
{
  g_auto (GStrv) split = g_strsplit (words, " ", -1);

  for (guint i = 0; split[i] != NULL; i++)
    g_ptr_array_add (arguments, g_strdup (split[i]));
}

void
exported_compile (const char *folder,
                  const char *variable,
                  const char *language)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new_with_free_func (g_free);
  const char *compiler = g_getenv (variable);
  g_autofree char *output = NULL;

  if (compiler == NULL)
    g_error ("the variable %s does not name a compiler", variable);

  add_words (arguments, compiler);
  add_words (arguments, language);
  add_words (arguments, "-O1 -Wall -Wextra -pedantic -Werror -ffp-contract=off -DEXPORTED_MAIN");
  g_ptr_array_add (arguments, g_build_filename (folder, "exported.c", NULL));
  g_ptr_array_add (arguments, g_strdup ("-o"));
  g_ptr_array_add (arguments, g_build_filename (folder, "exported", NULL));
  g_ptr_array_add (arguments, g_strdup ("-lm"));
  output = exported_run (arguments);
}

float *
exported_predict (const char *folder,
                  const char *option,
                  guint n_numbers)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new_with_free_func (g_free);
  float *numbers = g_new (float, n_numbers);
  g_autofree char *output = NULL;
  char *next;

  g_ptr_array_add (arguments, g_build_filename (folder, "exported", NULL));
  if (option != NULL)
    g_ptr_array_add (arguments, g_strdup (option));
  g_ptr_array_add (arguments, g_build_filename (folder, "rows.csv", NULL));
  output = exported_run (arguments);

  next = strchr (output, '\n');
  g_assert_nonnull (next);
  for (guint i = 0; i < n_numbers; i++)
    {
      char *end;

      numbers[i] = (float) g_ascii_strtod (next + 1, &end);
      g_assert_true (end > next + 1);
      next = end;
    }
  g_assert_cmpstr (next, ==, "\n");

  return numbers;
}
