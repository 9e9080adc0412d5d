/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "pymva-tool-data.h"
#include "pymva-tool-figures.h"
#include "pymva-tool-progress.h"
#include "pymva-tool-table.h"
#include "pymva-tool.h"

static char **variables = NULL;
static char **methods = NULL;
static char *output = NULL;
static double test_fraction = 0.5;
static int seed = 0;
static gboolean seed_given = FALSE;
static char *split_mode = NULL;
static char *norm_mode = NULL;
static char *negative_weights = NULL;
static char *missing_values = NULL;
static char **files = NULL;

static gboolean
set_seed (const char *option,
          const char *value,
          gpointer data,
          GError **error)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (value, 10, 0, G_MAXINT, &number, NULL))
    return tool_usage_error (error, "--seed takes a whole number from 0 to %d, not “%s”", G_MAXINT,
                             value);

  seed = (int) number;
  seed_given = TRUE;
  return TRUE;
}

static const GOptionEntry entries[] = {
  { "method", 'm', G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING_ARRAY, &methods,
    "What to train, and its options; may be repeated", "[TITLE=]NAME[:OPTIONS]" },
  { "output", 'o', G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME, &output,
    "The model file, or the folder for those of several methods", "FILE" },
  { "variables", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING_ARRAY, &variables,
    "What to learn from: a,b,'sum := a+b'; by default all numbers", "EXPRESSION,…" },
  { "test-fraction", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_DOUBLE, &test_fraction,
    "The share of the events that is kept for the test (0.5)", "NUMBER" },
  { "seed", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_CALLBACK, set_seed,
    "Makes the split and the methods repeatable", "NUMBER" },
  { "split-mode", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &split_mode,
    "random, alternate or block", "WORD" },
  { "norm-mode", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &norm_mode,
    "How weights are normalised: none, num-events, equal-num-events", "WORD" },
  { "negative-weights", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &negative_weights,
    "What is done with them: error, drop, zero, absolute or pass", "WORD" },
  { "missing-values", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &missing_values,
    "What is done with NaN and infinity: error, drop or pass", "WORD" },
  { G_OPTION_REMAINING, 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME_ARRAY, &files, NULL, NULL },
  { NULL }
};

static const char help[] =
  "Methods are random-forest and torch. Their options are their properties, separated by colons:\n"
  "  --method random-forest:n-estimators=200:max-depth=8\n"
  "  --method small=torch:hidden-layers=16:epochs=30 --method large=torch:hidden-layers=64,64\n"
  "\n"
  "Examples:\n"
  "  pymva train events.csv --label class --method random-forest --output forest.pymva\n"
  "  pymva train --signal data.root:TreeS --background data.root:TreeB \\\n"
  "    --background-weight weight -m random-forest -m torch:epochs=20 -o models/\n"
  "  pymva train data.root:TreeR --target fvalue -m torch -o network.pymva\n";

/* A method that was booked, and where its model goes. */
typedef struct
{
  PymvaMethod *method;
  GFile *file;
  ToolProgress *progress;
} Booking;

static void
booking_free (Booking *self)
{
  g_clear_object (&self->method);
  g_clear_object (&self->file);
  g_clear_pointer (&self->progress, tool_progress_free);
  g_free (self);
}

/* "[TITLE=]NAME[:OPTIONS]" */
static PymvaMethod *
create_method (const char *spec,
               GError **error)
{
  g_autoptr (PymvaMethod) method = NULL;
  const char *colon = strchr (spec, ':');
  g_autofree char *head = colon != NULL ? g_strndup (spec, colon - spec) : g_strdup (spec);
  char *equals = strchr (head, '=');
  const char *title = NULL;
  const char *name = head;
  g_autoptr (GError) local_error = NULL;

  if (equals != NULL)
    {
      *equals = '\0';
      title = head;
      name = equals + 1;
    }

  /* What is wrong here, is wrong with the command line. */
  method = pymva_method_create_for_name (name, title, &local_error);
  if (method == NULL ||
      (colon != NULL && !pymva_method_set_options (method, colon + 1, &local_error)))
    {
      tool_usage_error (error, "%s: %s", spec, local_error->message);
      return NULL;
    }
  if (seed_given)
    pymva_method_set_seed (method, seed);

  return g_steal_pointer (&method);
}

static gboolean
is_title_taken (GPtrArray *bookings,
                const char *title)
{
  for (guint i = 0; i < bookings->len; i++)
    {
      Booking *booking = g_ptr_array_index (bookings, i);

      if (g_strcmp0 (pymva_method_get_title (booking->method), title) == 0)
        return TRUE;
    }

  return FALSE;
}

/* A title that exists becomes "title (2)". */
static void
make_title_unique (GPtrArray *bookings,
                   PymvaMethod *method)
{
  g_autofree char *title = g_strdup (pymva_method_get_title (method));

  for (guint number = 2; is_title_taken (bookings, pymva_method_get_title (method)); number++)
    {
      g_autofree char *numbered = g_strdup_printf ("%s (%u)", title, number);

      pymva_method_set_title (method, numbered);
    }
}

static gboolean
is_folder (const char *path)
{
  return g_str_has_suffix (path, G_DIR_SEPARATOR_S) || g_file_test (path, G_FILE_TEST_IS_DIR);
}

static GFile *
choose_file (PymvaMethod *method,
             gboolean folder)
{
  g_autofree char *title = g_strdelimit (g_strdup (pymva_method_get_title (method)), "/", '_');
  g_autofree char *name = g_strdup_printf ("%s.pymva", title);
  g_autofree char *path = folder ? g_build_filename (output, name, NULL) : g_strdup (output);

  return g_file_new_for_path (path);
}

static GPtrArray *
book_methods (GError **error)
{
  g_autoptr (GPtrArray) bookings = g_ptr_array_new_with_free_func ((GDestroyNotify) booking_free);
  gboolean folder = is_folder (output) || methods[1] != NULL;

  for (guint i = 0; methods[i] != NULL; i++)
    {
      PymvaMethod *method = create_method (methods[i], error);
      Booking *booking;

      if (method == NULL)
        return NULL;
      make_title_unique (bookings, method);
      booking = g_new0 (Booking, 1);
      booking->method = method;
      booking->file = choose_file (method, folder);
      g_ptr_array_add (bookings, booking);
    }

  return g_steal_pointer (&bookings);
}

static gboolean
check_options (GError **error)
{
  static char *none[] = { NULL };

  if (files == NULL)
    files = g_strdupv (none);
  if (!tool_events_check_options ((const char * const *) files, error))
    return FALSE;
  if (methods == NULL)
    return tool_usage_error (error, "say what to train: --method random-forest, for example");
  if (output == NULL)
    return tool_usage_error (error, "say where the model goes: --output FILE.pymva");
  if (methods[1] != NULL && !is_folder (output) &&
      (g_file_test (output, G_FILE_TEST_EXISTS) || g_str_has_suffix (output, ".pymva")))
    return tool_usage_error (error, "several methods need a folder, and “%s” is a file", output);
  if (!(test_fraction >= 0 && test_fraction < 1))
    return tool_usage_error (error, "--test-fraction takes a number from 0 to below 1, not %g",
                             test_fraction);

  return TRUE;
}

static gboolean
set_words (PymvaDataset *dataset,
           GError **error)
{
  struct
  {
    const char *word;
    const char *option;
    const char *property;
    GType type;
  } const words[] = {
    { split_mode, "--split-mode", "split-mode", PYMVA_TYPE_SPLIT_MODE },
    { norm_mode, "--norm-mode", "norm-mode", PYMVA_TYPE_NORM_MODE },
    { negative_weights, "--negative-weights", "negative-weights", PYMVA_TYPE_NEGATIVE_WEIGHTS },
    { missing_values, "--missing-values", "missing-values", PYMVA_TYPE_MISSING_VALUES },
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      int value;

      if (words[i].word == NULL)
        continue;
      if (!tool_parse_enum (words[i].type, words[i].option, words[i].word, &value, error))
        return FALSE;
      g_object_set (dataset, words[i].property, value, NULL);
    }

  return TRUE;
}

static PymvaDataset *
make_dataset (GError **error)
{
  static const char * const classes[] = { "signal", "background", NULL };
  g_autoptr (ToolEvents) events = tool_events_read ((const char * const *) files, error);
  g_autoptr (PymvaDataset) dataset = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *slot = NULL;

  if (events == NULL)
    return NULL;

  dataset = pymva_dataset_new (events->analysis_type);
  pymva_dataset_set_test_fraction (dataset, test_fraction);
  if (seed_given)
    pymva_dataset_set_seed (dataset, seed);
  if (!set_words (dataset, error) || !tool_events_add_variables (events, dataset, (const char * const *) variables, error) ||
      !tool_events_add_to (events, dataset, classes, error))
    return NULL;

  pymva_dataset_prepare_async (dataset, tool_get_cancellable (), tool_store_result, &slot);
  result = tool_wait (&slot);
  if (!pymva_dataset_prepare_finish (dataset, result, error))
    return NULL;

  return g_steal_pointer (&dataset);
}

static void
print_dataset (PymvaDataset *dataset)
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

static void
progress_cb (PymvaMethod *method,
             double fraction,
             gpointer data)
{
  Booking *booking = data;

  tool_progress_set_fraction (booking->progress, fraction);
}

static void
iteration_cb (PymvaMethod *method,
              guint index,
              GVariant *metrics,
              gpointer data)
{
  Booking *booking = data;

  tool_progress_set_metrics (booking->progress, index, metrics);
}

static gboolean
train_method (Booking *booking,
              PymvaDataset *dataset,
              GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *slot = NULL;
  g_autofree char *duration = NULL;
  g_autofree char *outcome = NULL;
  gboolean trained;

  g_signal_connect (booking->method, "progress", G_CALLBACK (progress_cb), booking);
  g_signal_connect (booking->method, "iteration", G_CALLBACK (iteration_cb), booking);
  tool_set_progress (booking->progress);
  tool_progress_set_fraction (booking->progress, 0);
  pymva_method_train_async (booking->method, dataset, tool_get_cancellable (), tool_store_result,
                            &slot);
  result = tool_wait (&slot);
  trained = pymva_method_train_finish (booking->method, result, error);
  tool_set_progress (NULL);
  g_signal_handlers_disconnect_by_data (booking->method, booking);

  duration = tool_format_duration (pymva_method_get_training_time (booking->method));
  outcome = trained ? g_strdup_printf ("trained in %s", duration) : g_strdup ("not trained");
  tool_progress_finish (booking->progress, outcome);

  return trained;
}

static gboolean
save_model (PymvaModel *model,
            GFile *file,
            GError **error)
{
  g_autoptr (GFile) folder = g_file_get_parent (file);
  g_autofree char *path = g_file_get_path (folder);

  if (g_mkdir_with_parents (path, 0777) != 0)
    {
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno),
                   "The folder “%s” could not be made: %s", path, g_strerror (errno));
      return FALSE;
    }

  return pymva_model_save (model, file, tool_get_cancellable (), error);
}

static gboolean
evaluate_model (PymvaModel *model,
                PymvaMethod *method,
                PymvaDataset *dataset,
                ToolFigures *figures,
                GError **error)
{
  gboolean regression =
    pymva_dataset_get_analysis_type (dataset) == PYMVA_ANALYSIS_TYPE_REGRESSION;
  g_autoptr (PymvaTensor) inputs = pymva_dataset_get_inputs (dataset, PYMVA_PART_TEST, error);
  g_autoptr (PymvaTensor) responses = NULL;
  g_autoptr (PymvaTensor) truth = NULL;
  g_autoptr (PymvaTensor) weights = NULL;

  if (inputs == NULL || (responses = tool_predict (model, inputs, error)) == NULL)
    return FALSE;
  truth = regression ? pymva_dataset_get_targets (dataset, PYMVA_PART_TEST, error)
                     : pymva_dataset_get_labels (dataset, PYMVA_PART_TEST, error);
  if (truth == NULL ||
      (weights = pymva_dataset_get_weights (dataset, PYMVA_PART_TEST, error)) == NULL)
    return FALSE;

  return tool_figures_add (figures, pymva_method_get_title (method), model, responses, truth,
                           weights, pymva_method_get_training_time (method), error);
}

/* Trains, saves, and adds a row of figures where there are events to test with. */
static gboolean
work (Booking *booking,
      PymvaDataset *dataset,
      ToolFigures *figures,
      GError **error)
{
  g_autoptr (PymvaModel) model = NULL;

  if (!train_method (booking, dataset, error))
    return FALSE;
  model = pymva_method_get_model (booking->method, error);
  if (model == NULL || !save_model (model, booking->file, error))
    return FALSE;
  if (figures == NULL)
    return TRUE;

  return evaluate_model (model, booking->method, dataset, figures, error);
}

static guint
measure_titles (GPtrArray *bookings)
{
  guint width = 0;

  for (guint i = 0; i < bookings->len; i++)
    {
      Booking *booking = g_ptr_array_index (bookings, i);

      width = MAX (width, g_utf8_strlen (pymva_method_get_title (booking->method), -1));
    }

  return width;
}

/* A method that fails does not keep the others from being trained; Ctrl-C does. Errors are
 * reported here, as there may be several. */
static gboolean
work_all (GPtrArray *bookings,
          PymvaDataset *dataset,
          ToolFigures *figures)
{
  guint width = measure_titles (bookings);
  gboolean success = TRUE;

  for (guint i = 0; i < bookings->len; i++)
    {
      Booking *booking = g_ptr_array_index (bookings, i);
      const char *title = pymva_method_get_title (booking->method);
      g_autoptr (GError) error = NULL;

      booking->progress = tool_progress_new (title, width);
      if (work (booking, dataset, figures, &error))
        {
          g_printerr ("%s: saved as “%s”\n", title, g_file_peek_path (booking->file));
          continue;
        }
      success = FALSE;
      tool_print_error (title, error);
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        break;
    }

  return success;
}

/* tool_train: pymva train [FILE…] */
gboolean
tool_train (char ***arguments,
            GError **error)
{
  g_autoptr (GOptionContext) context = tool_option_context_new (
    "[FILE…]", "Trains methods on the events of files, saves their models, and prints how they do\n"
               "on the test events.",
    help);
  g_autoptr (GPtrArray) bookings = NULL;
  g_autoptr (PymvaDataset) dataset = NULL;
  g_autoptr (ToolFigures) figures = NULL;
  gboolean success;

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_main_entries (context, tool_events_entries, NULL);
  g_option_context_add_main_entries (context, tool_reading_entries, NULL);
  if (!g_option_context_parse_strv (context, arguments, error) || !check_options (error))
    return FALSE;

  bookings = book_methods (error);
  dataset = bookings != NULL ? make_dataset (error) : NULL;
  if (dataset == NULL)
    return FALSE;
  print_dataset (dataset);
  if (pymva_dataset_get_n_events (dataset, PYMVA_PART_TEST, NULL) > 0)
    figures = tool_figures_new (pymva_dataset_get_analysis_type (dataset), TRUE);

  success = work_all (bookings, dataset, figures);
  if (figures != NULL)
    tool_figures_print (figures, "test events");

  return success;
}
