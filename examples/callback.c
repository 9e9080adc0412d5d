/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A function of the C program, called by Python: it decides how Python sorts. */

#include <locale.h>
#include <string.h>

#include <pymva/pymva.h>

typedef struct
{
  guint n_calls;
} Counter;

/* Called by Python with one word; gives the number of its vowels. */
static PymvaObject *
count_vowels (PymvaObject *args,
              PymvaObject *kwargs,
              gpointer user_data,
              GError **error)
{
  Counter *counter = user_data;
  g_autoptr (PymvaObject) word = NULL;
  g_autofree char *text = NULL;
  gint64 n_vowels = 0;

  counter->n_calls++;

  word = pymva_object_get_index (args, 0, error);
  if (word == NULL || (text = pymva_object_to_string (word, error)) == NULL)
    return NULL;
  if (*text == '\0')
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_VALUE, "an empty word has no vowels");
      return NULL;
    }

  for (const char *letter = text; *letter != '\0'; letter++)
    n_vowels += strchr ("aeiou", *letter) != NULL;

  return pymva_object_new_from_variant (g_variant_new_int64 (n_vowels), error);
}

static gboolean
run (GError **error)
{
  PymvaInterpreter *python = pymva_interpreter_get_default ();
  Counter counter = { 0 };
  g_autoptr (PymvaObject) function = NULL;
  g_autoptr (PymvaObject) names = NULL;
  g_autoptr (PymvaObject) sorted = NULL;
  g_autoptr (PymvaObject) failed = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autofree char *text = NULL;
  const char *keys[] = { "count_vowels" };

  function =
    pymva_interpreter_new_function (python, "count_vowels", count_vowels, &counter, NULL, error);
  if (function == NULL)
    return FALSE;

  names = pymva_object_new_dict (keys, &function, 1, error);
  if (names == NULL)
    return FALSE;
  sorted = pymva_interpreter_evaluate (
    python, "', '.join(sorted(['banana', 'fig', 'papaya', 'aubergine'], key=count_vowels))", names,
    error);
  if (sorted == NULL || (text = pymva_object_to_string (sorted, error)) == NULL)
    return FALSE;
  g_print ("sorted: %s\n", text);
  g_print ("%u calls\n", counter.n_calls);

  /* An error that the function sets is an exception in Python, and comes back as it was. */
  failed = pymva_interpreter_evaluate (python, "count_vowels('')", names, &local_error);
  g_assert (failed == NULL);
  if (g_error_matches (local_error, PYMVA_ERROR, PYMVA_ERROR_VALUE))
    g_print ("an empty word is refused\n");

  return TRUE;
}

int
main (void)
{
  g_autoptr (GError) error = NULL;

  setlocale (LC_CTYPE, "");
  if (!run (&error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  return 0;
}
