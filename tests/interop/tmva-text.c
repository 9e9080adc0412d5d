/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/memory-file.h"
#include "tmva-text.h"

#define URI "memory:///weights.xml"

static GBytes *
change (const char *text,
        const char * const *changes)
{
  GString *changed = g_string_new (text);

  for (guint i = 0; changes != NULL && changes[i] != NULL; i += 2)
    if (g_string_replace (changed, changes[i], changes[i + 1], 1) == 0)
      g_error ("“%s” is not in the file", changes[i]);

  return g_string_free_to_bytes (changed);
}

PymvaModel *
tmva_text_import (const char *text,
                  const char * const *changes,
                  GVariant *options,
                  GError **error)
{
  g_autoptr (GFile) file = memory_file_new (URI);
  g_autoptr (GBytes) bytes = change (text, changes);
  PymvaModel *model;

  memory_file_set_content (file, bytes);
  model = pymva_model_import (file, options, NULL, error);
  memory_file_set_content (file, NULL);

  return model;
}

float
tmva_text_score (const char *text,
                 const char * const *changes,
                 const float *inputs)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaModel) model = tmva_text_import (text, changes, NULL, &error);
  g_autofree float *outputs = NULL;

  g_assert_no_error (error);
  outputs = g_new (float, pymva_model_get_n_outputs (model));
  g_assert_true (pymva_model_score (model, inputs, outputs));
  return outputs[0];
}

void
tmva_text_assert_refused (const char *text,
                          const char * const *changes,
                          PymvaError code,
                          const char *words)
{
  g_autoptr (GError) error = NULL;

  if (tmva_text_import (text, changes, NULL, &error) != NULL)
    g_error ("a file that should be refused (“%s”) is not", words);
  g_assert_error (error, PYMVA_ERROR, (int) code);
  if (strstr (error->message, words) == NULL)
    g_error ("“%s” is not in “%s”", words, error->message);
}
