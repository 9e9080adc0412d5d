/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include <pymva/pymva-error.h>

#include "base/pymva-names-private.h"
#include "base/pymva-options-private.h"

#include "pymva-method-private.h"
#include "pymva-parameter-private.h"
#include "pymva-settings-private.h"

/* What TMVA and PyMVA call the parameters of all methods. */
static const PymvaMethodOption common_options[] = {
  { "H", NULL },
  { "V", NULL },
  { "Verbose", NULL },
  { "VerbosityLevel", NULL },
  { "CreateMVAPdfs", "response-distributions" },
  { "Normalise", NULL },
  { "D", NULL },
  { "VarTransformType", NULL },
  { "TxtWeightFilesOnly", NULL },
  { "NbinsMVAPdf", NULL },
  { "NsmoothMVAPdf", NULL },
  { "VarTransform", "transforms" },
  { "NumThreads", "n-threads" },
  { "NJobs", "n-threads" },
  { "RandomState", "seed" },
  { "IgnoreNegWeightsInTraining", .remedy = "set “negative-weights” of the data set" },
  { "FilenameTrainedModel", PYMVA_METHOD_TRAINED_MODEL_FILE },
  { "FilenameClassifier", PYMVA_METHOD_TRAINED_MODEL_FILE },
  { NULL },
};

/* “NEstimators” -> “n-estimators” */
static char *
dash_name (const char *option)
{
  GString *name = g_string_new (NULL);

  for (gsize i = 0; option[i] != '\0'; i++)
    {
      gboolean starts_word = g_ascii_isupper (option[i]) && i > 0 &&
                             (g_ascii_islower (option[i - 1]) || g_ascii_islower (option[i + 1]));

      if (starts_word)
        g_string_append_c (name, '-');
      g_string_append_c (name, g_ascii_tolower (option[i]));
    }

  return g_string_free (name, FALSE);
}

void
pymva_method_class_install_options (PymvaMethodClass *klass,
                                    const PymvaMethodOption *options)
{
  klass->options = options;
}

static const PymvaMethodOption *
find_option (const PymvaMethodOption *options,
             const char *name)
{
  for (; options != NULL && options->option != NULL; options++)
    if (g_ascii_strcasecmp (options->option, name) == 0)
      return options;

  return NULL;
}

/* “n-estimators” -> “NEstimators” */
static char *
capitalise_name (const char *parameter)
{
  GString *name = g_string_new (NULL);

  for (gsize i = 0; parameter[i] != '\0'; i++)
    if (parameter[i] != '-')
      g_string_append_c (name, i == 0 || parameter[i - 1] == '-' ? g_ascii_toupper (parameter[i])
                                                                 : parameter[i]);

  return g_string_free (name, FALSE);
}

static void
add_options (GStrvBuilder *builder,
             const PymvaMethodOption *options,
             const char *parameter)
{
  for (; options != NULL && options->option != NULL; options++)
    if (g_strcmp0 (options->parameter, parameter) == 0)
      g_strv_builder_add (builder, options->option);
}

char **
pymva_method_class_list_options (PymvaMethodClass *klass,
                                 const char *parameter)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *name = capitalise_name (parameter);

  add_options (builder, klass->options, parameter);
  add_options (builder, common_options, parameter);
  /* Unless that is the name of another one. */
  if (find_option (klass->options, name) == NULL && find_option (common_options, name) == NULL)
    g_strv_builder_add (builder, name);

  return g_strv_builder_end (builder);
}

static gboolean
is_none (const char *value)
{
  return g_ascii_strcasecmp (value, "None") == 0;
}

static gboolean
is_switched_off (const char *value)
{
  gboolean flag;

  return *value == '\0' || is_none (value) ||
         (pymva_options_read_boolean (value, &flag) && !flag);
}

/* PyMVA's values are written as Python has them: 'sqrt' is a text. */
static char *
strip_quotes (const char *value)
{
  gsize length = strlen (value);

  if (length >= 2 && (*value == '\'' || *value == '"') && value[length - 1] == *value)
    return g_strndup (value + 1, length - 2);

  return g_strdup (value);
}

/* Names of the kind that was tried: PyMVA's, or those of the properties. */
static void
set_unknown_option (PymvaMethod *self,
                    const char *option,
                    GError **error)
{
  g_autofree GParamSpec **parameters = NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) known = NULL;
  g_autofree char *near = NULL;
  gboolean capitals = FALSE;
  guint n_parameters;

  for (const char *letter = option; *letter != '\0'; letter++)
    capitals |= g_ascii_isupper (*letter);

  parameters = pymva_method_list_parameters (self, &n_parameters);
  for (guint i = 0; i < n_parameters; i++)
    {
      g_auto (GStrv) options = NULL;

      if (capitals)
        options = pymva_method_class_list_options (PYMVA_METHOD_GET_CLASS (self),
                                                   parameters[i]->name);
      if (options != NULL)
        g_strv_builder_addv (builder, (const char **) options);
      else
        g_strv_builder_add (builder, parameters[i]->name);
    }

  known = g_strv_builder_end (builder);
  near = pymva_names_format_near (option, (const char * const *) known);
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE, "The method “%s” has no option “%s”%s",
               pymva_method_get_title (self), option, near);
}

static gboolean
read_option (PymvaMethod *self,
             GArray *settings,
             const char *option,
             const char *value,
             GError **error)
{
  const PymvaMethodOption *known;
  g_autofree char *name = NULL;
  g_autofree char *text = strip_quotes (value);
  GParamSpec *pspec;

  known = find_option (PYMVA_METHOD_GET_CLASS (self)->options, option);
  if (known == NULL)
    known = find_option (common_options, option);
  if (known != NULL && known->remedy != NULL && !is_switched_off (value))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
                   "The option “%s” is not supported; instead, %s", option, known->remedy);
      return FALSE;
    }
  if (known != NULL && known->parameter == NULL)
    return TRUE;
  if (known != NULL)
    name = g_strdup (known->parameter);
  else
    name = strpbrk (option, "-_") != NULL ? g_ascii_strdown (option, -1) : dash_name (option);

  pspec = pymva_method_find_parameter (self, name, NULL);
  if (pspec == NULL)
    {
      set_unknown_option (self, option, error);
      return FALSE;
    }

  if (known != NULL && known->none != NULL && is_none (value))
    value = known->none;
  /* PyMVA's 0 leaves the number of threads to the framework. */
  else if (g_str_equal (pspec->name, "n-threads") && g_str_equal (value, "0"))
    value = "None";
  else
    value = text;

  return pymva_parameter_set_text (pspec, pymva_settings_add (settings, pspec), value, error);
}

/**
 * pymva_method_set_option:
 * @self: a method
 * @option: the name of an option, or of a property
 * @value: its value as text, which may have colons
 * @error: return location for an error
 *
 * Sets one hyperparameter from a text, as [method@Method.set_options] does: for front ends and
 * configuration files.
 *
 * Returns: `TRUE`, or `FALSE` with @error set as by [method@Method.set_options]
 *
 * Since: 1.0
 */
gboolean
pymva_method_set_option (PymvaMethod *self,
                         const char *option,
                         const char *value,
                         GError **error)
{
  g_autoptr (GArray) settings = pymva_settings_new ();

  g_return_val_if_fail (PYMVA_IS_METHOD (self), FALSE);
  g_return_val_if_fail (option != NULL, FALSE);
  g_return_val_if_fail (value != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!read_option (self, settings, option, value, error))
    return FALSE;
  pymva_settings_apply (settings, G_OBJECT (self));

  return TRUE;
}

/**
 * pymva_method_set_options:
 * @self: a method
 * @options: options as TMVA writes them, separated by colons
 * @error: return location for an error
 *
 * Sets hyperparameters from an options string, for example
 * `"!H:!V:NumEpochs=20:BatchSize=32:!BatchNorm"`: `Name=value`, `Flag`, or `!Flag`. Names are
 * those of PyMVA's options, or those of the properties. Values are read as numbers, truths and
 * words, and never evaluated, so the quotes around a word may be there or not. “None” means what
 * it means to PyMVA's method: no limit, or the default. Options that only concern TMVA's output, as
 * `H` and `V`, do nothing. All are set, or, after an error, none.
 *
 * Returns: `TRUE`, or `FALSE` with @error set: `PYMVA_ERROR_VALUE` for an unknown option, naming
 *   the near ones, or for a value that cannot be read, and `PYMVA_ERROR_UNSUPPORTED` for an option
 *   of PyMVA that the library has another way for
 *
 * Since: 1.0
 */
gboolean
pymva_method_set_options (PymvaMethod *self,
                          const char *options,
                          GError **error)
{
  g_autoptr (GArray) settings = pymva_settings_new ();
  g_autoptr (GPtrArray) parsed = NULL;

  g_return_val_if_fail (PYMVA_IS_METHOD (self), FALSE);
  g_return_val_if_fail (options != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  parsed = pymva_options_parse (options);
  for (guint i = 0; i < parsed->len; i++)
    {
      const PymvaOption *option = g_ptr_array_index (parsed, i);

      if (!read_option (self, settings, option->name, option->value, error))
        return FALSE;
    }
  pymva_settings_apply (settings, G_OBJECT (self));

  return TRUE;
}
