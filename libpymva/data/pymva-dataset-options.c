/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include <pymva/pymva-error.h>

#include "base/pymva-names-private.h"
#include "base/pymva-options-private.h"

#include "pymva-dataset-object-private.h"

/* How many events of each class train and test, and how TMVA says so. */

/**
 * pymva_dataset_set_n_events:
 * @self: a data set
 * @class_name: (nullable): a class; `NULL`: all that have no number of their own
 * @part: the part of the data set
 * @n_events: how many events to use; 0: all
 * @error: return location for an error
 *
 * Sets how many events of a class go into a part. Where only one part has a number, the other gets
 * the rest; where both have, what is left over is not used.
 *
 * Fails with `PYMVA_ERROR_VALUE` if the number is negative. That there are enough events is checked
 * when the data set is prepared.
 *
 * Returns: whether the number was set
 *
 * Since: 1.0
 */
gboolean
pymva_dataset_set_n_events (PymvaDataset *self,
                            const char *class_name,
                            PymvaPart part,
                            gint64 n_events,
                            GError **error)
{
  g_return_val_if_fail (PYMVA_IS_DATASET (self), FALSE);
  g_return_val_if_fail (part == PYMVA_PART_TRAINING || part == PYMVA_PART_TEST, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (class_name != NULL && !pymva_dataset_check_class_name (self, class_name, error))
    return FALSE;
  if (n_events < 0)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "A number of events cannot be %" G_GINT64_FORMAT "; 0 stands for all", n_events);
      return FALSE;
    }

  pymva_dataset_settings_ensure_rule (self->settings, class_name)->n_events[part] = n_events;
  pymva_dataset_changed (self);

  return TRUE;
}

/**
 * pymva_dataset_set_training_fraction:
 * @self: a data set
 * @class_name: (nullable): a class; `NULL`: all that have no share of their own
 * @fraction: the share of the events that train; 0: none is set
 * @error: return location for an error
 *
 * Sets which share of the events of a class trains; the others test. It takes precedence over
 * numbers of events and over [property@Dataset:test-fraction].
 *
 * Fails with `PYMVA_ERROR_VALUE` unless the share is at least 0 and less than 1.
 *
 * Returns: whether the share was set
 *
 * Since: 1.0
 */
gboolean
pymva_dataset_set_training_fraction (PymvaDataset *self,
                                     const char *class_name,
                                     double fraction,
                                     GError **error)
{
  g_return_val_if_fail (PYMVA_IS_DATASET (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (class_name != NULL && !pymva_dataset_check_class_name (self, class_name, error))
    return FALSE;
  if (!(fraction >= 0 && fraction < 1))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "A share of training events cannot be %g; it is at least 0 and less than 1, and "
                   "0 stands for no share", fraction);
      return FALSE;
    }

  pymva_dataset_settings_ensure_rule (self->settings, class_name)->training_fraction = fraction;
  pymva_dataset_changed (self);

  return TRUE;
}

/* The words of options, in the order of their enumerations. */
static const char * const split_words[] = { "Random", "Alternate", "Block", NULL };
static const char * const mix_words[] = { "SameAsSplitMode", "Random", "Alternate", "Block", NULL };
static const char * const norm_words[] = { "None", "NumEvents", "EqualNumEvents", NULL };

G_STATIC_ASSERT (G_N_ELEMENTS (split_words) == PYMVA_SPLIT_MODE_BLOCK + 2);
G_STATIC_ASSERT (G_N_ELEMENTS (mix_words) == PYMVA_MIX_MODE_BLOCK + 2);
G_STATIC_ASSERT (G_N_ELEMENTS (norm_words) == PYMVA_NORM_MODE_EQUAL_NUM_EVENTS + 2);

/* What an options string asks for, as long as it is not sure that all of it can be had. */
typedef struct
{
  int split_mode;
  int mix_mode;
  int norm_mode;
  guint seed;
  gboolean scale_with_cuts;
  /* Holds the rules only. */
  PymvaDatasetSettings *counts;
} Request;

static gboolean
read_word (const PymvaOption *option,
           const char * const *words,
           int *number,
           GError **error)
{
  g_autofree char *near = NULL;

  for (int i = 0; words[i] != NULL; i++)
    if (g_ascii_strcasecmp (words[i], option->value) == 0)
      {
        *number = i;
        return TRUE;
      }

  near = pymva_names_format_near (option->value, words);
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE, "The option “%s” cannot be “%s”%s",
               option->name, option->value, near);
  return FALSE;
}

static gboolean
read_count (const PymvaOption *option,
            guint64 most,
            guint64 *count,
            GError **error)
{
  if (g_ascii_string_to_unsigned (option->value, 10, 0, most, count, NULL))
    return TRUE;

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
               "The option “%s” is “%s”; it is a whole number from 0 to %" G_GUINT64_FORMAT,
               option->name, option->value, most);
  return FALSE;
}

static gboolean
read_fraction (const PymvaOption *option,
               double *fraction,
               GError **error)
{
  char *end;

  *fraction = g_ascii_strtod (option->value, &end);
  if (end != option->value && *end == '\0' && *fraction >= 0 && *fraction < 1)
    return TRUE;

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
               "The option “%s” is “%s”; it is the share of the events that train, which is less "
               "than 1, or 0 for none", option->name, option->value);
  return FALSE;
}

static gboolean
read_seed (const PymvaOption *option,
           Request *request,
           GError **error)
{
  guint64 seed;

  if (!read_count (option, G_MAXUINT, &seed, error))
    return FALSE;

  while (seed == 0)
    seed = g_random_int ();
  request->seed = seed;

  return TRUE;
}

static gboolean
read_flag (const PymvaOption *option,
           gboolean *flag,
           GError **error)
{
  if (pymva_options_read_boolean (option->value, flag))
    return TRUE;

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
               "The option “%s” is “%s”; it is “true” or “false”", option->name, option->value);
  return FALSE;
}

/* What follows the prefix, whose case does not count; NULL where the option has another one. */
static const char *
skip_prefix (const char *name,
             const char *prefix)
{
  gsize length = strlen (prefix);

  return g_ascii_strncasecmp (name, prefix, length) == 0 ? name + length : NULL;
}

/* The rule for the class that an option names; TMVA does not tell cases apart, and calls the class
 * of a regression by that word. */
static PymvaDatasetRule *
ensure_rule (PymvaDataset *self,
             Request *request,
             const char *class_name,
             const PymvaOption *option,
             GError **error)
{
  g_auto (GStrv) classes = pymva_dataset_list_classes (self);

  if (pymva_dataset_get_analysis_type (self) == PYMVA_ANALYSIS_TYPE_REGRESSION)
    {
      if (g_ascii_strcasecmp (class_name, "Regression") == 0)
        return pymva_dataset_settings_ensure_rule (request->counts, NULL);

      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "The option “%s” names a class, and a regression has none; its events are "
                   "called “Regression”, as in “nTrain_Regression”", option->name);
      return NULL;
    }
  if (!pymva_dataset_check_class_name (self, class_name, error))
    {
      g_prefix_error (error, "The option “%s”: ", option->name);
      return NULL;
    }

  for (guint i = 0; !g_strv_contains ((const char * const *) classes, class_name) &&
                    classes[i] != NULL; i++)
    if (g_ascii_strcasecmp (classes[i], class_name) == 0)
      return pymva_dataset_settings_ensure_rule (request->counts, classes[i]);

  return pymva_dataset_settings_ensure_rule (request->counts, class_name);
}

static gboolean
read_class_option (PymvaDataset *self,
                   Request *request,
                   const PymvaOption *option,
                   gboolean *is_known,
                   GError **error)
{
  static const char * const prefixes[] = { "nTrain_", "nTest_", "TrainTestSplit_" };
  PymvaDatasetRule *rule;
  guint64 count;

  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    {
      const char *class_name = skip_prefix (option->name, prefixes[i]);

      if (class_name == NULL)
        continue;
      *is_known = TRUE;
      rule = ensure_rule (self, request, class_name, option, error);
      if (rule == NULL)
        return FALSE;
      if (i == G_N_ELEMENTS (prefixes) - 1)
        return read_fraction (option, &rule->training_fraction, error);
      if (!read_count (option, G_MAXINT64, &count, error))
        return FALSE;
      rule->n_events[i] = count;
      return TRUE;
    }

  *is_known = FALSE;
  return TRUE;
}

static void
set_unknown_option_error (PymvaDataset *self,
                          const char *name,
                          const char * const *known,
                          GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) classes = pymva_dataset_list_classes (self);
  g_auto (GStrv) names = NULL;
  g_autofree char *near = NULL;

  for (guint i = 0; known[i] != NULL; i++)
    g_strv_builder_add (builder, known[i]);
  if (classes[0] == NULL)
    g_strv_builder_add_many (builder, "nTrain_Regression", "nTest_Regression",
                             "TrainTestSplit_Regression", NULL);
  for (guint i = 0; classes[i] != NULL; i++)
    {
      g_autofree char *n_training = g_strconcat ("nTrain_", classes[i], NULL);
      g_autofree char *n_test = g_strconcat ("nTest_", classes[i], NULL);
      g_autofree char *fraction = g_strconcat ("TrainTestSplit_", classes[i], NULL);

      g_strv_builder_add_many (builder, n_training, n_test, fraction, NULL);
    }

  names = g_strv_builder_end (builder);
  near = pymva_names_format_near (name, (const char * const *) names);
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE, "Unknown option “%s”%s", name, near);
}

static gboolean
read_option (PymvaDataset *self,
             Request *request,
             const PymvaOption *option,
             GError **error)
{
  /* From “V” on they only concern what TMVA prints. */
  static const char * const known[] = { "SplitMode", "MixMode", "NormMode", "SplitSeed",
                                        "ScaleWithPreselEff", "V", "Verbose", "H", "VerboseLevel",
                                        "Correlations", "CalcCorrelations", NULL };
  gboolean is_known;
  guint number = 0;

  if (!read_class_option (self, request, option, &is_known, error))
    return FALSE;
  if (is_known)
    return TRUE;

  while (known[number] != NULL && g_ascii_strcasecmp (known[number], option->name) != 0)
    number++;
  switch (number)
    {
    case 0:
      return read_word (option, split_words, &request->split_mode, error);
    case 1:
      return read_word (option, mix_words, &request->mix_mode, error);
    case 2:
      return read_word (option, norm_words, &request->norm_mode, error);
    case 3:
      return read_seed (option, request, error);
    case 4:
      return read_flag (option, &request->scale_with_cuts, error);
    default:
      if (known[number] != NULL)
        return TRUE;
      set_unknown_option_error (self, option->name, known, error);
      return FALSE;
    }
}

static void
apply_request (PymvaDataset *self,
               const Request *request)
{
  g_object_freeze_notify (G_OBJECT (self));
  pymva_dataset_set_split_mode (self, request->split_mode);
  pymva_dataset_set_mix_mode (self, request->mix_mode);
  pymva_dataset_set_norm_mode (self, request->norm_mode);
  pymva_dataset_set_seed (self, request->seed);
  pymva_dataset_set_scale_with_cuts (self, request->scale_with_cuts);
  g_object_thaw_notify (G_OBJECT (self));

  pymva_dataset_settings_replace_counts (self->settings, request->counts);
  pymva_dataset_changed (self);
}

/**
 * pymva_dataset_set_options:
 * @self: a data set
 * @options: options as TMVA writes them, separated by colons
 * @error: return location for an error
 *
 * Says in TMVA's words how the events are divided, for example
 * `"nTrain_Signal=1000:nTest_Background=0:SplitMode=Random:NormMode=NumEvents:!V"`:
 *
 * | option | here | default |
 * |---|---|---|
 * | `SplitMode` | [property@Dataset:split-mode] | `Random` |
 * | `MixMode` | [property@Dataset:mix-mode] | `SameAsSplitMode` |
 * | `SplitSeed` | [property@Dataset:seed]; 0: another one with each call | 100 |
 * | `NormMode` | [property@Dataset:norm-mode] | `EqualNumEvents` |
 * | `ScaleWithPreselEff` | [property@Dataset:scale-with-cuts] | false |
 * | `nTrain_CLASS`, `nTest_CLASS` | [method@Dataset.set_n_events] | 0 |
 * | `TrainTestSplit_CLASS` | [method@Dataset.set_training_fraction] | 0 |
 * | `V`, `H`, `VerboseLevel`, `Correlations` | nothing: they concern what TMVA prints | |
 *
 * The string is the whole of them: what it leaves out gets TMVA's default, also where it was set
 * before. The class of a regression is called `Regression`. Cases of letters do not count. All
 * are set, or, after an error, none.
 *
 * Fails with `PYMVA_ERROR_VALUE` for an unknown option, naming the near ones, and for a value that
 * cannot be. That there are classes of these names, and enough events, is checked when the data
 * set is prepared.
 *
 * Returns: whether the options were set
 *
 * Since: 1.0
 */
gboolean
pymva_dataset_set_options (PymvaDataset *self,
                           const char *options,
                           GError **error)
{
  Request request = {
    .split_mode = PYMVA_SPLIT_MODE_RANDOM,
    .mix_mode = PYMVA_MIX_MODE_SAME_AS_SPLIT_MODE,
    .norm_mode = PYMVA_NORM_MODE_EQUAL_NUM_EVENTS,
    .seed = 100,
  };
  g_autoptr (PymvaDatasetSettings) counts = NULL;
  g_autoptr (GPtrArray) parsed = NULL;

  g_return_val_if_fail (PYMVA_IS_DATASET (self), FALSE);
  g_return_val_if_fail (options != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  request.counts = counts = pymva_dataset_settings_new ();
  parsed = pymva_options_parse (options);
  for (guint i = 0; i < parsed->len; i++)
    {
      if (!read_option (self, &request, g_ptr_array_index (parsed, i), error))
        return FALSE;
    }

  apply_request (self, &request);
  return TRUE;
}
