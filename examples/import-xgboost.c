/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A model that XGBoost has saved, in a program that has neither XGBoost nor Python:
 * import-xgboost [MODEL [DATA]] scores the events of a CSV file with it. */

#include <locale.h>
#include <string.h>

#include <pymva/pymva.h>

static gboolean
python_is_loaded (void)
{
  g_autofree char *maps = NULL;

  return g_file_get_contents ("/proc/self/maps", &maps, NULL, NULL) &&
         strstr (maps, "libpython") != NULL;
}

static PymvaModel *
import (const char *path,
        GError **error)
{
  const char *classes[] = { "Signal", "background", NULL };
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);

  /* The class that XGBoost calls 1 is the signal. */
  g_variant_dict_insert_value (&options, "classes", g_variant_new_strv (classes, -1));

  return pymva_model_import (file, g_variant_dict_end (&options), NULL, error);
}

static gboolean
score (const char *model_path,
       const char *data_path,
       GError **error)
{
  g_autoptr (PymvaModel) model = import (model_path, error);
  g_autoptr (GFile) data_file = g_file_new_for_commandline_arg (data_path);
  g_autoptr (PymvaTable) events = NULL;
  g_autoptr (PymvaTensor) responses = NULL;
  g_autofree double *values = NULL;
  g_auto (GStrv) variables = NULL;
  g_auto (GStrv) classes = NULL;
  g_autofree char *names = NULL;
  gsize n_values;
  guint n_signal = 0;

  if (model == NULL)
    return FALSE;
  variables = pymva_model_list_variables (model);
  classes = pymva_model_list_classes (model);
  names = g_strjoinv (", ", variables);
  g_print ("%s: %s -> %s\n", pymva_model_get_title (model), names, classes[0]);

  events = pymva_table_new_from_file (data_file, NULL, NULL, error);
  if (events == NULL)
    return FALSE;
  responses = pymva_model_predict_table (model, events, error);
  if (responses == NULL)
    return FALSE;

  values = pymva_tensor_to_doubles (responses, &n_values);
  for (gsize i = 0; i < n_values; i++)
    n_signal += values[i] > 0.5;
  g_print ("%u of %" G_GSIZE_FORMAT " events are like the signal\n", n_signal, n_values);
  g_print ("the first event: %.4f\n", values[0]);

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
  if (!score (argc > 1 ? argv[1] : "examples/data/xgboost.ubj",
              argc > 2 ? argv[2] : "examples/data/multiclass_example.csv",
              &error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  return 0;
}
