/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Events of a pandas frame and of a Parquet file as tables of the library: pandas-frames [DATA
 * [PARQUET]] adds a column to the frame of a CSV file, saves it as Parquet, and reads back the rows
 * that pass a cut. */

#include <pymva/pymva.h>
#include <stdlib.h>

static const char code[] =
  "import pandas\n"
  "frame = pandas.read_csv(data)\n"
  "frame['r'] = (frame['var1'] ** 2 + frame['var2'] ** 2) ** 0.5\n"
  "frame.to_parquet(output)\n";

/* Runs the code, and says how many events the frame has. */
static gboolean
make_file (const char *data,
           const char *output,
           GError **error)
{
  g_autoptr (GVariant) texts = g_variant_ref_sink (
    g_variant_new_parsed ("{'data': <%s>, 'output': <%s>}", data, output));
  g_autoptr (PymvaObject) names = pymva_object_new_from_variant (texts, error);
  g_autoptr (PymvaObject) results = NULL;
  g_autoptr (PymvaObject) key = NULL;
  g_autoptr (PymvaObject) frame = NULL;

  if (names == NULL)
    return FALSE;
  results = pymva_interpreter_run (pymva_interpreter_get_default (), code, names, "frame.py",
                                   error);
  key = pymva_object_new_from_variant (g_variant_new_string ("frame"), NULL);
  frame = results != NULL ? pymva_object_get_item (results, key, error) : NULL;
  if (frame == NULL)
    return FALSE;

  g_print ("%" G_GINT64_FORMAT " events in the frame\n", pymva_object_get_length (frame, NULL));
  return TRUE;
}

static PymvaDatasetReport *
make_report (PymvaTable *table,
             GError **error)
{
  static const char * const variables[] = { "var1", "var2", "var3", "var4" };
  g_autoptr (PymvaDataset) dataset = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_MULTICLASS);

  if (!pymva_dataset_add_labelled (dataset, table, "class", error))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (variables); i++)
    {
      if (!pymva_dataset_add_variable (dataset, variables[i], error))
        return NULL;
    }
  pymva_dataset_set_test_fraction (dataset, 0);

  return pymva_dataset_report_new (dataset, PYMVA_PART_TRAINING, error);
}

static gboolean
run (const char *data,
     const char *output,
     GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (output);
  g_autoptr (PymvaTable) table = NULL;
  g_autoptr (PymvaDatasetReport) report = NULL;
  g_auto (GStrv) classes = NULL;
  g_auto (GStrv) ranked = NULL;

  if (!make_file (data, output, error))
    return FALSE;

  /* A file is read as far as it is needed. */
  table = pymva_table_new_from_file (
    file,
    g_variant_new_parsed ("{'columns': <['class', 'var1', 'var2', 'var3', 'var4']>,"
                          " 'cut': <'r < 1.5'>}"),
    NULL, error);
  if (table == NULL)
    return FALSE;
  g_print ("%" G_GINT64_FORMAT " events with r < 1.5\n", pymva_table_get_n_rows (table));

  report = make_report (table, error);
  if (report == NULL)
    return FALSE;
  classes = pymva_dataset_report_list_classes (report);
  for (guint i = 0; classes[i] != NULL; i++)
    g_print ("%s: %" G_GINT64_FORMAT " events\n", classes[i],
             pymva_dataset_report_get_n_events (report, classes[i]));
  ranked = pymva_dataset_report_list_ranked (report);
  g_print ("the best variable is %s\n", ranked[0]);

  return TRUE;
}

int
main (int argc,
      char *argv[])
{
  g_autoptr (GError) error = NULL;

  if (!run (argc > 1 ? argv[1] : "examples/data/multiclass_example.csv",
            argc > 2 ? argv[2] : "events.parquet", &error))
    {
      g_printerr ("%s\n", error->message);
      return EXIT_FAILURE;
    }

  return EXIT_SUCCESS;
}
