/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <errno.h>

#include "base/pymva-text-private.h"
#include "pymva-tool-table.h"
#include "pymva-tool-training.h"
#include "pymva-tool.h"

typedef struct
{
  const char *output;
  gboolean folder;
  guint title_width;
  gboolean success;
  /* Of the method that is trained now. */
  PymvaMethod *method;
  ToolProgress *progress;
} Training;

GFile *
tool_choose_model_file (PymvaMethod *method,
                        const char *output,
                        gboolean folder)
{
  g_autofree char *title = g_strdelimit (g_strdup (pymva_method_get_title (method)), "/", '_');
  g_autofree char *name = g_strdup_printf ("%s.pymva", title);
  g_autofree char *path = folder ? g_build_filename (output, name, NULL) : g_strdup (output);

  return g_file_new_for_path (path);
}

void
tool_print_dataset (PymvaDataset *dataset)
{
  g_auto (GStrv) names = pymva_dataset_list_variables (dataset);
  g_auto (GStrv) classes = pymva_dataset_list_classes (dataset);
  g_autofree char *list = g_strjoinv (", ", names);

  g_printerr ("%u variables: %s\n", g_strv_length (names), list);
  for (guint i = 0; classes != NULL && classes[i] != NULL; i++)
    g_printerr ("%s: %" G_GINT64_FORMAT " events to train, %" G_GINT64_FORMAT " to test\n",
                classes[i],
                pymva_dataset_get_n_events (dataset, PYMVA_PART_TRAINING, classes[i]),
                pymva_dataset_get_n_events (dataset, PYMVA_PART_TEST, classes[i]));
  if (classes == NULL || classes[0] == NULL)
    g_printerr ("%" G_GINT64_FORMAT " events to train, %" G_GINT64_FORMAT " to test\n",
                pymva_dataset_get_n_events (dataset, PYMVA_PART_TRAINING, NULL),
                pymva_dataset_get_n_events (dataset, PYMVA_PART_TEST, NULL));
}

gboolean
tool_make_folder (const char *path,
                  GError **error)
{
  if (g_mkdir_with_parents (path, 0777) == 0)
    return TRUE;

  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno),
               "The folder “%s” could not be made: %s", path, g_strerror (errno));
  return FALSE;
}

static gboolean
save_model (PymvaMethod *method,
            GFile *file,
            GError **error)
{
  g_autoptr (GFile) folder = g_file_get_parent (file);
  g_autofree char *path = g_file_get_path (folder);

  return tool_make_folder (path, error) &&
         pymva_method_save (method, file, tool_get_cancellable (), error);
}

static void
progress_cb (PymvaMethod *method,
             double fraction,
             gpointer data)
{
  Training *self = data;

  tool_progress_set_fraction (self->progress, fraction);
}

static void
iteration_cb (PymvaMethod *method,
              guint index,
              GVariant *metrics,
              gpointer data)
{
  Training *self = data;

  tool_progress_set_metrics (self->progress, index, metrics);
}

static void
begin_method (PymvaFactory *factory,
              PymvaMethod *method,
              gpointer data)
{
  Training *self = data;

  self->method = g_object_ref (method);
  self->progress = tool_progress_new (pymva_method_get_title (method), self->title_width);
  g_signal_connect (method, "progress", G_CALLBACK (progress_cb), self);
  g_signal_connect (method, "iteration", G_CALLBACK (iteration_cb), self);
  tool_set_progress (self->progress);
  tool_progress_set_fraction (self->progress, 0);
}

static void
end_method (Training *self,
            const char *outcome)
{
  tool_set_progress (NULL);
  g_signal_handlers_disconnect_by_data (self->method, self);
  tool_progress_finish (self->progress, outcome);
  g_clear_pointer (&self->progress, tool_progress_free);
  g_clear_object (&self->method);
}

static void
trained_cb (PymvaFactory *factory,
            PymvaMethod *method,
            gpointer data)
{
  Training *self = data;
  const char *title = pymva_method_get_title (method);
  g_autofree char *duration = tool_format_duration (pymva_method_get_training_time (method));
  g_autofree char *outcome = g_strdup_printf ("trained in %s", duration);
  g_autoptr (GFile) file = tool_choose_model_file (method, self->output, self->folder);
  g_autoptr (GError) error = NULL;

  end_method (self, outcome);
  if (save_model (method, file, &error))
    {
      g_printerr ("%s: saved as “%s”\n", title, g_file_peek_path (file));
      return;
    }
  self->success = FALSE;
  tool_print_error (title, error);
}

static void
failed_cb (PymvaFactory *factory,
           PymvaMethod *method,
           GError *error,
           gpointer data)
{
  Training *self = data;

  if (self->method != NULL)
    end_method (self, "not trained");
  tool_print_error (pymva_method_get_title (method), error);
}

static guint
measure_titles (PymvaFactory *factory)
{
  g_auto (GStrv) titles = pymva_factory_list_titles (factory);
  guint width = 0;

  for (guint i = 0; titles[i] != NULL; i++)
    width = MAX (width, (guint) pymva_text_measure (titles[i]));

  return width;
}

gboolean
tool_train_all (PymvaFactory *factory,
                const char *output,
                gboolean folder)
{
  Training self = { output, folder, measure_titles (factory), TRUE, NULL, NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;

  g_signal_connect (factory, "method-started", G_CALLBACK (begin_method), &self);
  g_signal_connect (factory, "method-trained", G_CALLBACK (trained_cb), &self);
  g_signal_connect (factory, "method-failed", G_CALLBACK (failed_cb), &self);
  pymva_factory_train_all_async (factory, tool_get_cancellable (), tool_store_result, &slot);
  result = tool_wait (&slot);
  if (!pymva_factory_train_all_finish (factory, result, &error))
    self.success = FALSE;
  g_signal_handlers_disconnect_by_data (factory, &self);

  if (self.method != NULL)
    {
      g_autofree char *title = g_strdup (pymva_method_get_title (self.method));

      end_method (&self, "not trained");
      tool_print_error (title, error);
    }

  return self.success;
}

static gboolean
is_any_trained (PymvaFactory *factory)
{
  g_auto (GStrv) titles = pymva_factory_list_titles (factory);

  for (guint i = 0; titles[i] != NULL; i++)
    if (pymva_method_get_trained (pymva_factory_get_method (factory, titles[i])))
      return TRUE;

  return FALSE;
}

/* After a cancelled training, what is trained is evaluated all the same. */
gboolean
tool_evaluate_all (PymvaFactory *factory)
{
  Training self = { NULL, FALSE, 0, TRUE, NULL, NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;
  gboolean success;

  if (!is_any_trained (factory))
    return TRUE;

  g_signal_connect (factory, "method-failed", G_CALLBACK (failed_cb), &self);
  pymva_factory_evaluate_all_async (factory, tool_is_cancelled () ? NULL : tool_get_cancellable (),
                                    tool_store_result, &slot);
  result = tool_wait (&slot);
  success = pymva_factory_evaluate_all_finish (factory, result, &error);
  g_signal_handlers_disconnect_by_data (factory, &self);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    tool_print_error (NULL, error);

  return success;
}
