/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/memory-file.h"
#include "text-file.h"

#define URI "memory:///model"

PymvaModel *
import_bytes (GBytes *bytes,
              GVariant *options,
              GError **error)
{
  g_autoptr (GFile) file = memory_file_new (URI);
  PymvaModel *model;

  memory_file_set_content (file, bytes);
  model = pymva_model_import (file, options, NULL, error);
  memory_file_set_content (file, NULL);

  return model;
}

char *
text_file_change (const char *text,
                  const char * const *changes)
{
  GString *changed = g_string_new (text);

  for (guint i = 0; changes != NULL && changes[i] != NULL; i += 2)
    if (g_string_replace (changed, changes[i], changes[i + 1], 1) == 0)
      g_error ("“%s” is not in the file", changes[i]);

  return g_string_free (changed, FALSE);
}

PymvaModel *
text_file_import (const char *text,
                  const char * const *changes,
                  GVariant *options,
                  GError **error)
{
  g_autofree char *changed = text_file_change (text, changes);
  /* Without the zero byte at its end, so that reading on is an error. */
  g_autoptr (GBytes) bytes = g_bytes_new (changed, strlen (changed));

  return import_bytes (bytes, options, error);
}

float
text_file_score (const char *text,
                 const char * const *changes,
                 const float *inputs)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaModel) model = text_file_import (text, changes, NULL, &error);
  g_autofree float *outputs = NULL;

  g_assert_no_error (error);
  outputs = g_new (float, pymva_model_get_n_outputs (model));
  g_assert_true (pymva_model_score (model, inputs, outputs));
  return outputs[0];
}

void
text_file_assert_refused (const char *text,
                          const char * const *changes,
                          PymvaError code,
                          const char *words)
{
  g_autoptr (GError) error = NULL;

  if (text_file_import (text, changes, NULL, &error) != NULL)
    g_error ("a file that should be refused (“%s”) is not", words);
  g_assert_error (error, PYMVA_ERROR, (int) code);
  if (strstr (error->message, words) == NULL)
    g_error ("“%s” is not in “%s”", words, error->message);
}

void
text_file_assert_all_refused (const TextFileRefusal *refusals,
                              gsize n_refusals,
                              PymvaError code)
{
  for (gsize i = 0; i < n_refusals; i++)
    text_file_assert_refused (refusals[i].text, CHANGES (refusals[i].from, refusals[i].to), code,
                              refusals[i].words);
}
