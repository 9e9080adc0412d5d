/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A training in the background that the user stops: the main loop runs on, the signals arrive in
 * it, and the method can be trained again. */

#include <locale.h>

#include <pymva/pymva.h>

typedef struct
{
  GMainLoop *loop;
  GCancellable *cancellable;
  GError *error;
} Training;

static void
iteration_cb (PymvaMethod *method,
              guint index,
              GVariant *metrics,
              gpointer user_data)
{
  Training *training = user_data;

  if (index == 2)
    {
      g_print ("three epochs are enough\n");
      g_cancellable_cancel (training->cancellable);
    }
}

static void
trained_cb (GObject *object,
            GAsyncResult *result,
            gpointer user_data)
{
  Training *training = user_data;

  pymva_method_train_finish (PYMVA_METHOD (object), result, &training->error);
  g_main_loop_quit (training->loop);
}

static gboolean
run (const char *path,
     GError **error)
{
  const char *variables[] = { "var1", "var2", "var3", "var4", NULL };
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  g_autoptr (PymvaTable) table = pymva_table_new_from_file (file, NULL, NULL, error);
  g_autoptr (PymvaDataset) dataset = pymva_dataset_new (PYMVA_ANALYSIS_TYPE_MULTICLASS);
  g_autoptr (PymvaMethod) network = PYMVA_METHOD (pymva_torch_new ());
  g_autoptr (GError) local_error = NULL;
  Training training = { loop, cancellable, NULL };
  gulong handler;

  if (table == NULL || !pymva_dataset_add_labelled (dataset, table, "class", error))
    return FALSE;
  for (guint i = 0; variables[i] != NULL; i++)
    if (!pymva_dataset_add_variable (dataset, variables[i], error))
      return FALSE;

  g_object_set (network, "epochs", 100000, NULL);
  handler = g_signal_connect (network, "iteration", G_CALLBACK (iteration_cb), &training);
  pymva_method_train_async (network, dataset, cancellable, trained_cb, &training);
  g_main_loop_run (loop);

  local_error = training.error;
  if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_print ("cancelled\n");

  g_signal_handler_disconnect (network, handler);
  g_object_set (network, "epochs", 2, NULL);
  if (!pymva_method_train (network, dataset, NULL, error))
    return FALSE;
  g_print ("trained with two epochs\n");

  return TRUE;
}

int
main (int argc,
      char *argv[])
{
  g_autoptr (GError) error = NULL;

  setlocale (LC_CTYPE, "");
  if (!run (argc > 1 ? argv[1] : "examples/data/multiclass_example.csv", &error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  return 0;
}
