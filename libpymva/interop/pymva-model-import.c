/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include <pymva/pymva-error.h>
#include <pymva/pymva-model-import.h>

#include "base/pymva-bytes-private.h"
#include "base/pymva-digest-private.h"
#include "base/pymva-names-private.h"
#include "base/pymva-options-private.h"
#include "data/pymva-expression-private.h"
#include "onnx/pymva-onnx-detect-private.h"
#include "pymva-booster-model-private.h"
#include "pymva-import-private.h"
#include "scoring/pymva-manifest-private.h"

/* The formats, in the order in which they are tried. */
static const struct
{
  const char *name;
  gboolean (*matches) (GBytes *bytes);
  PymvaModelBuilder *(*import) (const PymvaImport *import,
                                GError **error);
  /* The options that not every format takes. */
  const char *options[3];
} formats[] = {
  { "lightgbm", pymva_lightgbm_model_is_text, pymva_import_lightgbm, { "rounds" } },
  { "onnx", pymva_onnx_is_model, pymva_import_onnx, { "analysis", "output" } },
  { "tmva-xml", pymva_tmva_is_weights, pymva_import_tmva, { "signal-efficiency" } },
  { "xgboost-json", pymva_xgboost_model_is_json, pymva_import_xgboost, { "rounds" } },
  { "xgboost-ubj", pymva_xgboost_model_is_ubj, pymva_import_xgboost, { "rounds" } },
};

static const PymvaKnownOption known_options[] = {
  { "analysis", "s", "a word" },
  { "classes", "as", "a list of names" },
  { "format", "s", "a word" },
  { "output", "s", "a name" },
  { "rounds", "x", "a whole number" },
  { "signal-efficiency", "d", "a number" },
  { "targets", "as", "a list of names" },
  { "title", "s", "a text" },
  { "variables", "as", "a list of names" },
  { NULL }
};

/* --- for the importers --- */

static gboolean
are_names (const char * const *names)
{
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; names[i] != NULL; i++)
    if (*names[i] == '\0' || !g_hash_table_add (known, (gpointer) names[i]))
      return FALSE;

  return TRUE;
}

/* The names that an option gives, new, or NULL and no error where it is not set. */
static gboolean
read_names (const PymvaImport *import,
            const char *option,
            guint n_names,
            char ***names,
            GError **error)
{
  g_auto (GStrv) found = NULL;

  if (!g_variant_lookup (import->options, option, "^as", &found))
    return TRUE;

  if (g_strv_length (found) != n_names)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "the option “%s” has %u names, and the model has %u", option,
                   g_strv_length (found), n_names);
      return FALSE;
    }
  if (!are_names ((const char * const *) found))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "the option “%s” has an empty name, or one that is there twice", option);
      return FALSE;
    }

  *names = g_steal_pointer (&found);
  return TRUE;
}

/* Names of a word and a number, from 0 on. */
static char **
number_names (const char *word,
              guint n_names)
{
  char **names = g_new0 (char *, n_names + 1);

  for (guint i = 0; i < n_names; i++)
    names[i] = g_strdup_printf ("%s%u", word, i);

  return names;
}

/* The expression for a column of that name: names that are not words are quoted. */
static char *
quote_name (const char *name)
{
  g_autoptr (PymvaExpression) expression = pymva_expression_new (name, NULL);
  const char * const *names = expression != NULL ? pymva_expression_list_names (expression) : NULL;

  if (names != NULL && names[0] != NULL && names[1] == NULL && g_str_equal (names[0], name))
    return g_strdup (name);

  return strchr (name, '`') == NULL ? g_strdup_printf ("`%s`", name)
                                    : g_strdup_printf ("[%s]", name);
}

gboolean
pymva_import_add_variables (const PymvaImport *import,
                            const char * const *names,
                            guint n_variables,
                            PymvaModelBuilder *builder,
                            GError **error)
{
  g_auto (GStrv) found = NULL;

  /* Before there are names for all of them: a short file may claim any number. */
  if (n_variables > PYMVA_MANIFEST_MOST_VARIABLES)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
                   "it has %u features, and a model can have %d", n_variables,
                   PYMVA_MANIFEST_MOST_VARIABLES);
      return FALSE;
    }
  if (!read_names (import, "variables", n_variables, &found, error))
    return FALSE;
  if (found == NULL)
    found = names != NULL ? g_strdupv ((char **) names) : number_names ("f", n_variables);

  for (guint i = 0; i < n_variables; i++)
    {
      g_autofree char *expression = quote_name (found[i]);

      pymva_model_builder_add_variable (builder, found[i], expression, NULL, NULL);
    }

  return TRUE;
}

void
pymva_import_add_expression (PymvaModelBuilder *builder,
                             const char *name,
                             const char *expression,
                             const char *title,
                             const char *unit)
{
  g_autoptr (PymvaExpression) parsed = pymva_expression_new (expression, NULL);
  g_autofree char *quoted = parsed == NULL ? quote_name (expression) : NULL;

  pymva_model_builder_add_variable (builder, name, quoted != NULL ? quoted : expression, title,
                                    unit);
}

gboolean
pymva_import_set_output_names (const PymvaImport *import,
                               const char * const *names,
                               PymvaModelBuilder *builder,
                               GError **error)
{
  gboolean is_regression =
    pymva_model_builder_get_analysis_type (builder) == PYMVA_ANALYSIS_TYPE_REGRESSION;
  const char *option = is_regression ? "targets" : "classes";
  const char *other = is_regression ? "classes" : "targets";
  g_autoptr (GVariant) unfit = g_variant_lookup_value (import->options, other, NULL);
  g_auto (GStrv) chosen = NULL;

  if (unfit != NULL)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "the option “%s” does not fit: it is a %s, which has “%s”", other,
                   is_regression ? "regression" : "classification", option);
      return FALSE;
    }
  if (!read_names (import, option, g_strv_length ((char **) names), &chosen, error))
    return FALSE;
  if (chosen == NULL && !are_names (names))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
                   "its %s have an empty name, or one that is there twice: name them with the "
                   "option “%s”", option, option);
      return FALSE;
    }

  if (chosen != NULL)
    names = (const char * const *) chosen;
  if (is_regression)
    pymva_model_builder_set_targets (builder, names);
  else
    pymva_model_builder_set_classes (builder, names);
  return TRUE;
}

gboolean
pymva_import_set_outputs (const PymvaImport *import,
                          guint n_outputs,
                          PymvaModelBuilder *builder,
                          GError **error)
{
  PymvaAnalysisType type = pymva_model_builder_get_analysis_type (builder);
  gboolean is_regression = type == PYMVA_ANALYSIS_TYPE_REGRESSION;
  g_auto (GStrv) names = NULL;

  if (is_regression && n_outputs == 1)
    names = g_strsplit ("target", ",", -1);
  else if (type == PYMVA_ANALYSIS_TYPE_CLASSIFICATION)
    names = g_strsplit ("1,0", ",", -1);
  else
    names = number_names (is_regression ? "target" : "", n_outputs);

  return pymva_import_set_output_names (import, (const char * const *) names, builder, error);
}

/* --- importing --- */

/* Refuses what can be known not to be a model of another program. */
static gboolean
check_bytes (GBytes *bytes,
             GError **error)
{
  /* Where the name of the first entry of a ZIP archive is; a model has that and no other there. */
  static const gsize name_offset = 30;
  static const char first_entry[] = "mimetypeapplication/x-pymva";
  gsize size;
  const char *data = pymva_bytes_peek (bytes, &size);

  if (size == 0)
    g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "the file is empty");
  else if (size > name_offset + strlen (first_entry) && memcmp (data, "PK", 2) == 0 &&
           memcmp (data + name_offset, first_entry, strlen (first_entry)) == 0)
    g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                         "it is a model file already, and can be used as it is");
  else
    return TRUE;

  return FALSE;
}

/* Refuses options that are for other formats. */
static gboolean
check_options (guint format,
               GVariant *options,
               GError **error)
{
  GVariantIter iter;
  const char *option;
  GVariant *value;

  g_variant_iter_init (&iter, options);
  while (g_variant_iter_next (&iter, "{&sv}", &option, &value))
    {
      g_autoptr (GString) takers = g_string_new (NULL);

      g_variant_unref (value);
      if (g_strv_contains (formats[format].options, option))
        continue;
      for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
        if (g_strv_contains (formats[i].options, option))
          g_string_append_printf (takers, "%s“%s”", takers->len > 0 ? ", " : "", formats[i].name);
      if (takers->len == 0)
        continue;

      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "the option “%s” does not fit: it is of the format “%s”, and only %s %s that "
                   "option", option, formats[format].name, takers->str,
                   strchr (takers->str, ',') != NULL ? "take" : "takes");
      return FALSE;
    }

  return TRUE;
}

/* The format that the file shows, or -1. */
static int
detect_format (GBytes *bytes)
{
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (formats[i].matches (bytes))
      return i;

  return -1;
}

/* The place of the format in the table, or -1 and an error. */
static int
find_format (GBytes *bytes,
             GVariant *options,
             GError **error)
{
  const char *known[G_N_ELEMENTS (formats) + 1] = { NULL };
  const char *name = NULL;
  g_autofree char *near = NULL;
  int detected = detect_format (bytes);

  g_variant_lookup (options, "format", "&s", &name);
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      known[i] = formats[i].name;
      if (name == NULL || !g_str_equal (name, formats[i].name))
        continue;
      if (detected < 0 || formats[i].matches (bytes))
        return i;

      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "it is not of the format “%s”, but of “%s”", name, formats[detected].name);
      return -1;
    }
  if (name == NULL && detected >= 0)
    return detected;

  near = pymva_names_format_near (name != NULL ? name : "", known);
  if (name != NULL)
    g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE, "there is no format “%s”%s", name, near);
  else
    g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                         "it is of no format that can be imported, or is cut short: save a model "
                         "of XGBoost with save_model (\"model.ubj\") or (\"model.json\"), one of "
                         "LightGBM with save_model (\"model.txt\"), and take an ONNX file, or the "
                         "“weights.xml” of TMVA");
  return -1;
}

/* What the model is called where nobody says it: as TMVA's method, “BDT::title”, or as the file,
 * without its suffix. */
static char *
make_title (GFile *file,
            GVariantDict *provenance)
{
  g_autofree char *path = g_file_get_basename (file);
  const char *method = NULL;
  g_autofree char *name = g_filename_display_name (path);
  char *dot = strrchr (name, '.');

  if (g_variant_dict_lookup (provenance, "method", "&s", &method))
    {
      const char *colons = strstr (method, "::");

      return g_strdup (colons != NULL && colons[2] != '\0' ? colons + 2 : method);
    }
  if (dot != NULL && dot != name)
    *dot = '\0';
  return g_steal_pointer (&name);
}

static PymvaModel *
import_bytes (GBytes *bytes,
              GFile *file,
              GVariant *options,
              GError **error)
{
  g_auto (GVariantDict) provenance = G_VARIANT_DICT_INIT (NULL);
  PymvaImport import = { bytes, options, &provenance };
  int format;
  g_autoptr (PymvaModelBuilder) builder = NULL;
  g_autofree char *sha256 = NULL;
  g_autofree char *title = NULL;

  if (!check_bytes (bytes, error))
    return NULL;
  format = find_format (bytes, options, error);
  if (format < 0 || !check_options (format, options, error))
    return NULL;
  builder = formats[format].import (&import, error);
  if (builder == NULL)
    return NULL;

  if (!g_variant_lookup (options, "title", "s", &title))
    title = make_title (file, &provenance);
  pymva_model_builder_set_title (builder, title);
  sha256 = pymva_digest_compute (bytes);
  g_variant_dict_insert (&provenance, "imported-format", "s", formats[format].name);
  g_variant_dict_insert (&provenance, "imported-sha256", "s", sha256);
  g_variant_dict_insert (&provenance, "library", "s", "libpymva " PACKAGE_VERSION);
  pymva_model_builder_set_provenance (builder, g_variant_dict_end (&provenance));

  return pymva_model_builder_build (builder, error);
}

/* @options: owned by the caller, or NULL. */
static PymvaModel *
import_file (GFile *file,
             GVariant *options,
             GCancellable *cancellable,
             GError **error)
{
  g_autoptr (GVariant) none = g_variant_ref_sink (g_variant_new ("a{sv}", NULL));
  g_autoptr (GBytes) bytes = NULL;
  PymvaModel *model;

  if (!pymva_options_check (options, known_options, error))
    return NULL;
  bytes = pymva_model_read_file (file, cancellable, error);
  if (bytes == NULL)
    return NULL;

  model = import_bytes (bytes, file, options != NULL ? options : none, error);
  if (model == NULL)
    {
      g_autofree char *name = g_file_get_parse_name (file);

      g_prefix_error (error, "“%s” cannot be imported: ", name);
    }
  return model;
}

/**
 * pymva_model_import:
 * @file: a file that another program has saved a model in
 * @options: (nullable): a dictionary, see below
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Makes a model of one that another program has trained and saved. Python is not needed, and
 * nothing in the file is executed. The new model gives the other program's answers, rounded to
 * float32; what cannot be reproduced exactly is refused. PyGObject calls this function `import_`.
 *
 * The formats are those of XGBoost, JSON and Universal Binary JSON, with the boosters `gbtree` and
 * `dart`, LightGBM's text, ONNX, and the weight files of TMVA's methods, XML. The page
 * [Bring your model](bring-your-model.html) says what they may hold.
 *
 * A model of two classes answers with the probability of the class that the other program calls 1.
 *
 * The options are:
 *
 * - `format` (`s`): `lightgbm`, `onnx`, `tmva-xml`, `xgboost-json` or `xgboost-ubj`, where the file
 *   does not show it
 * - `title` (`s`): what the model is called; by default as TMVA's method, or else as the file is,
 *   without its suffix
 * - `variables` (`as`): the names of the variables, in their order; by default those that the model
 *   has for its features, or else `f0` and so on
 * - `classes` (`as`): the names of the classes; of two, first that of the class 1, which is the
 *   signal. By default they are called by their numbers
 * - `targets` (`as`): the names of the targets of a regression
 * - `rounds` (`x`): how many rounds of boosting to take; by default those up to the best one, where
 *   the training of the model was stopped early and says so, or else all
 * - `analysis` (`s`): of an ONNX model, `classification`, `multiclass` or `regression`, where its
 *   last operator does not show it
 * - `output` (`s`): which output of an ONNX model to take; by default the first one of numbers
 * - `signal-efficiency` (`d`): which share of the signal TMVA's Cuts are to leave, above 0 and up
 *   to 1. These need it, and no other model does
 *
 * An option that does not fit the format of the file, or what the model does, is an error.
 *
 * Fails with `PYMVA_ERROR_FORMAT` if the file is broken or of no known format, with
 * `PYMVA_ERROR_UNSUPPORTED`, and the name of what is meant, if it holds something that cannot be
 * reproduced, with `PYMVA_ERROR_VALUE` or `PYMVA_ERROR_TYPE` if an option is wrong, and with
 * `G_IO_ERROR_NOT_FOUND` if there is no such file.
 *
 * Returns: (transfer full): the model
 *
 * Since: 1.0
 */
PymvaModel *
pymva_model_import (GFile *file,
                    GVariant *options,
                    GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (GVariant) owned = NULL;

  g_return_val_if_fail (G_IS_FILE (file), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (options != NULL)
    owned = g_variant_ref_sink (options);

  return import_file (file, owned, cancellable, error);
}

typedef struct
{
  GFile *file;
  GVariant *options;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_object_unref (job->file);
  g_clear_pointer (&job->options, g_variant_unref);
  g_free (job);
}

static void
import_in_thread (GTask *task,
                  gpointer source_object,
                  gpointer task_data,
                  GCancellable *cancellable)
{
  const Job *job = task_data;
  GError *error = NULL;
  PymvaModel *model = import_file (job->file, job->options, cancellable, &error);

  if (model != NULL)
    g_task_return_pointer (task, model, g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * pymva_model_import_async:
 * @file: a file that another program has saved a model in
 * @options: (nullable): a dictionary, as [func@Model.import] takes it
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async) (closure user_data): called when the model is there
 * @user_data: data for @callback
 *
 * Makes a model of one that another program has saved, without blocking; see [func@Model.import].
 *
 * Since: 1.0
 */
void
pymva_model_import_async (GFile *file,
                          GVariant *options,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Job *job;

  g_return_if_fail (G_IS_FILE (file));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  job = g_new0 (Job, 1);
  job->file = g_object_ref (file);
  if (options != NULL)
    job->options = g_variant_ref_sink (options);
  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, pymva_model_import_async);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, import_in_thread);
}

/**
 * pymva_model_import_finish:
 * @result: the result that the callback got
 * @error: return location for an error
 *
 * Ends [func@Model.import_async].
 *
 * Returns: (transfer full): the model
 *
 * Since: 1.0
 */
PymvaModel *
pymva_model_import_finish (GAsyncResult *result,
                           GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, pymva_model_import_async), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
