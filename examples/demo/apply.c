/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The second half of the demo: apply FOLDER MODEL... loads models that the first half has saved,
 * scores its events without Python, and checks that the answers are those of the framework. */

#include <locale.h>
#include <math.h>
#include <string.h>

#include <pymva/pymva.h>

/* A network's sums may be taken in another order than the framework's (docs/model-file.md). */
#define TOLERANCE 1e-5

static gboolean
check_maps (void)
{
  g_autofree char *maps = NULL;
  gboolean clean;

  if (!g_file_get_contents ("/proc/self/maps", &maps, NULL, NULL))
    {
      g_printerr ("/proc/self/maps cannot be read\n");
      return FALSE;
    }
  clean = strstr (maps, "libpython") == NULL;
  g_print ("/proc/self/maps of the second process: %s libpython\n", clean ? "no" : "it has");

  return clean;
}

static gboolean
check_model (GFile *folder,
             const char *title,
             PymvaTable *events,
             GError **error)
{
  g_autofree char *name = g_strconcat (title, ".pymva", NULL);
  g_autoptr (GFile) file = g_file_get_child (folder, name);
  g_autoptr (PymvaModel) model = pymva_model_load (file, NULL, error);
  g_autoptr (PymvaTensor) expected = NULL;
  g_autoptr (PymvaTensor) responses = NULL;
  g_autofree double *here = NULL;
  g_autofree double *there = NULL;
  double largest = 0.0;
  gsize n_equal = 0;
  gsize n_events;

  if (model == NULL)
    return FALSE;
  expected = pymva_table_get_column (events, title, error);
  if (expected == NULL)
    return FALSE;
  responses = pymva_model_predict_table (model, events, error);
  if (responses == NULL)
    return FALSE;

  here = pymva_tensor_to_doubles (responses, &n_events);
  there = pymva_tensor_to_doubles (expected, NULL);
  for (gsize i = 0; i < n_events; i++)
    {
      /* The CSV file has decimal digits: both are floats again only after rounding. */
      double difference = fabs (here[i] - (double) (float) there[i]);

      n_equal += difference == 0.0;
      largest = fmax (largest, difference);
    }
  g_print ("%-14s engine %-7s %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT
           " answers equal Python's to the bit, largest difference %.1g\n",
           title, pymva_model_get_engine (model), n_equal, n_events, largest);

  if (largest > TOLERANCE)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FAILED,
                   "the answers of “%s” differ from Python's by %g", title, largest);
      return FALSE;
    }
  return TRUE;
}

int
main (int argc,
      char *argv[])
{
  g_autoptr (GFile) folder = NULL;
  g_autoptr (GFile) file = NULL;
  g_autoptr (PymvaTable) events = NULL;
  g_autoptr (GError) error = NULL;

  setlocale (LC_CTYPE, "");
  if (argc < 3)
    {
      g_printerr ("usage: %s FOLDER TITLE...\n", argv[0]);
      return 2;
    }

  folder = g_file_new_for_commandline_arg (argv[1]);
  file = g_file_get_child (folder, "events.csv");
  events = pymva_table_new_from_file (file, NULL, NULL, &error);
  for (int i = 2; i < argc && error == NULL; i++)
    check_model (folder, argv[i], events, &error);

  if (error != NULL)
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  return check_maps () ? 0 : 1;
}
