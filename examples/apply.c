/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A trained model in a program that has no Python: apply [MODEL [DATA]] scores the events of a CSV
 * file with what the forest example has saved. */

#include <locale.h>
#include <string.h>

#include <pymva/pymva.h>

/* The number of the class with the largest response. */
static gsize
largest (const double *responses,
         gsize n_responses)
{
  gsize best = 0;

  for (gsize i = 1; i < n_responses; i++)
    if (responses[i] > responses[best])
      best = i;

  return best;
}

static gboolean
python_is_loaded (void)
{
  g_autofree char *maps = NULL;

  return g_file_get_contents ("/proc/self/maps", &maps, NULL, NULL) &&
         strstr (maps, "libpython") != NULL;
}

static gboolean
apply (const char *model_path,
       const char *data_path,
       GError **error)
{
  g_autoptr (GFile) model_file = g_file_new_for_commandline_arg (model_path);
  g_autoptr (GFile) data_file = g_file_new_for_commandline_arg (data_path);
  g_autoptr (PymvaModel) model = pymva_model_load (model_file, NULL, error);
  g_autoptr (PymvaTable) events = NULL;
  g_autoptr (PymvaTensor) responses = NULL;
  g_autofree double *values = NULL;
  g_autofree guint *counts = NULL;
  g_auto (GStrv) classes = NULL;
  const double event[] = { 0.2, 0.3, 0.5, 0.9 };
  g_autofree double *response = NULL;
  gsize n_values;
  gsize n_classes;

  if (model == NULL)
    return FALSE;
  events = pymva_table_new_from_file (data_file, NULL, NULL, error);
  if (events == NULL)
    return FALSE;

  /* All events at once: the variables are computed from the table's columns. */
  responses = pymva_model_predict_table (model, events, error);
  if (responses == NULL)
    return FALSE;

  classes = pymva_model_list_classes (model);
  n_classes = g_strv_length (classes);
  counts = g_new0 (guint, n_classes);
  values = pymva_tensor_to_doubles (responses, &n_values);
  for (gsize i = 0; i + n_classes <= n_values; i += n_classes)
    counts[largest (values + i, n_classes)]++;
  for (gsize i = 0; i < n_classes; i++)
    g_print ("%s: %u events\n", classes[i], counts[i]);

  /* One event. */
  response = pymva_model_predict_event (model, event, G_N_ELEMENTS (event), &n_classes, error);
  if (response == NULL)
    return FALSE;
  g_print ("the event is %s\n", classes[largest (response, n_classes)]);

  g_print ("engine %s, Python is %s\n",
           pymva_model_get_engine (model),
           python_is_loaded () ? "loaded" : "not loaded");

  return TRUE;
}

int
main (int argc,
      char *argv[])
{
  g_autoptr (GError) error = NULL;

  setlocale (LC_CTYPE, "");
  if (!apply (argc > 1 ? argv[1] : "forest.pymva",
              argc > 2 ? argv[2] : "examples/data/multiclass_example.csv",
              &error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  return 0;
}
