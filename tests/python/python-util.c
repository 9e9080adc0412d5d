/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "python-util.h"

PymvaObject *
evaluate_in (PymvaObject *names,
             const char *expression)
{
  g_autoptr (GError) error = NULL;
  PymvaObject *value = pymva_interpreter_evaluate (pymva_interpreter_get_default (), expression,
                                                   names, &error);

  g_assert_no_error (error);
  g_assert_nonnull (value);

  return value;
}

PymvaObject *
evaluate (const char *expression)
{
  return evaluate_in (NULL, expression);
}

gint64
evaluate_int (PymvaObject *names,
              const char *expression)
{
  g_autoptr (PymvaObject) object = evaluate_in (names, expression);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) value = pymva_object_to_variant (object, &error);

  g_assert_no_error (error);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
    return g_variant_get_boolean (value);
  return g_variant_get_int64 (value);
}

/* How many blocks of memory Python holds that are not garbage. */
static gint64
count_blocks (void)
{
  return evaluate_int (NULL, "(__import__('gc').collect(), "
                             "__import__('sys').getallocatedblocks())[1]");
}

/* Python fills caches of its own with hundreds of blocks, when and how many hangs on its seed for
 * hashes. They are full in the end, while a leak grows in every round. */
#define N_USES 200
#define N_ROUNDS 20

void
assert_no_leak (UseFunc use,
                gpointer data)
{
  gint64 least = G_MAXINT64;
  gint64 n_blocks = count_blocks ();

  for (guint round = 0; round < N_ROUNDS && least >= N_USES / 2; round++)
    {
      gint64 before = n_blocks;

      for (guint i = 0; i < N_USES; i++)
        use (data);
      n_blocks = count_blocks ();
      least = MIN (least, ABS (n_blocks - before));
    }

  g_assert_cmpint (least, <, N_USES / 2);
}

char *
evaluate_repr (PymvaObject *names,
               const char *expression)
{
  g_autoptr (PymvaObject) object = evaluate_in (names, expression);
  g_autoptr (GError) error = NULL;
  char *text = pymva_object_repr (object, &error);

  g_assert_no_error (error);

  return text;
}

PymvaObject *
run_code (const char *code)
{
  g_autoptr (GError) error = NULL;
  PymvaObject *names = pymva_interpreter_run (pymva_interpreter_get_default (), code, NULL,
                                              "test.py", &error);

  g_assert_no_error (error);
  g_assert_nonnull (names);

  return names;
}

void
assert_repr (PymvaObject *object,
             const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = pymva_object_repr (object, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, expected);
}

void
assert_error_says (GError **error,
                   PymvaError code,
                   const char *text)
{
  g_assert_error (*error, PYMVA_ERROR, (int) code);
  if (strstr ((*error)->message, text) == NULL)
    g_test_message ("expected “%s” in: %s", text, (*error)->message);
  g_assert_nonnull (strstr ((*error)->message, text));
  g_clear_error (error);
}
