/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "pymva-dataset-object-private.h"

/**
 * PymvaDataset:
 *
 * The events that methods learn from and are judged by, and what their columns mean.
 *
 * A data set takes events from tables. For a classification each class has tables of its own
 * ([method@Dataset.add_class]), or a column of labels tells them apart
 * ([method@Dataset.add_labelled]); class 0 is the signal. A regression takes its events with
 * [method@Dataset.add_events]. Expressions over the columns of the tables are the variables that a
 * method sees, the targets that it is to learn, and spectators that it never sees. Events can be
 * weighted and cut.
 *
 * [method@Dataset.prepare] reads all this, divides the events into training and test events and
 * normalises the weights. The functions that return events prepare the data set where that has not
 * been done. Whatever is changed afterwards has it prepared anew, rows appended to a table
 * included.
 *
 * Methods take variables and targets as 32-bit numbers; weights stay 64-bit numbers.
 *
 * A data set belongs to one thread at a time, and so do its tables while it is prepared;
 * [method@Dataset.prepare_async] works on a copy of both, so the data set may be looked at, and
 * rows may be appended to the tables, in the meantime. The tensors that it returns may be used by
 * any thread.
 *
 * Since: 1.0
 */
G_DEFINE_FINAL_TYPE (PymvaDataset, pymva_dataset, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_ANALYSIS_TYPE,
  PROP_SPLIT_MODE,
  PROP_MIX_MODE,
  PROP_TEST_FRACTION,
  PROP_SEED,
  PROP_NORM_MODE,
  PROP_SCALE_WITH_CUTS,
  PROP_NEGATIVE_WEIGHTS,
  PROP_MISSING_VALUES,
  PROP_SIGNAL_LABEL,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static void
pymva_dataset_finalize (GObject *object)
{
  PymvaDataset *self = PYMVA_DATASET (object);

  g_clear_pointer (&self->settings, pymva_dataset_settings_free);
  g_clear_pointer (&self->parts, pymva_dataset_parts_unref);

  G_OBJECT_CLASS (pymva_dataset_parent_class)->finalize (object);
}

static void
pymva_dataset_get_property (GObject *object,
                            guint prop_id,
                            GValue *value,
                            GParamSpec *pspec)
{
  PymvaDataset *self = PYMVA_DATASET (object);

  switch (prop_id)
    {
    case PROP_ANALYSIS_TYPE:
      g_value_set_enum (value, pymva_dataset_get_analysis_type (self));
      break;
    case PROP_SPLIT_MODE:
      g_value_set_enum (value, pymva_dataset_get_split_mode (self));
      break;
    case PROP_MIX_MODE:
      g_value_set_enum (value, pymva_dataset_get_mix_mode (self));
      break;
    case PROP_TEST_FRACTION:
      g_value_set_double (value, pymva_dataset_get_test_fraction (self));
      break;
    case PROP_SEED:
      g_value_set_uint (value, pymva_dataset_get_seed (self));
      break;
    case PROP_NORM_MODE:
      g_value_set_enum (value, pymva_dataset_get_norm_mode (self));
      break;
    case PROP_SCALE_WITH_CUTS:
      g_value_set_boolean (value, pymva_dataset_get_scale_with_cuts (self));
      break;
    case PROP_NEGATIVE_WEIGHTS:
      g_value_set_enum (value, pymva_dataset_get_negative_weights (self));
      break;
    case PROP_MISSING_VALUES:
      g_value_set_enum (value, pymva_dataset_get_missing_values (self));
      break;
    case PROP_SIGNAL_LABEL:
      g_value_set_string (value, pymva_dataset_get_signal_label (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
pymva_dataset_set_property (GObject *object,
                            guint prop_id,
                            const GValue *value,
                            GParamSpec *pspec)
{
  PymvaDataset *self = PYMVA_DATASET (object);

  switch (prop_id)
    {
    case PROP_ANALYSIS_TYPE:
      self->settings->analysis_type = g_value_get_enum (value);
      break;
    case PROP_SPLIT_MODE:
      pymva_dataset_set_split_mode (self, g_value_get_enum (value));
      break;
    case PROP_MIX_MODE:
      pymva_dataset_set_mix_mode (self, g_value_get_enum (value));
      break;
    case PROP_TEST_FRACTION:
      pymva_dataset_set_test_fraction (self, g_value_get_double (value));
      break;
    case PROP_SEED:
      pymva_dataset_set_seed (self, g_value_get_uint (value));
      break;
    case PROP_NORM_MODE:
      pymva_dataset_set_norm_mode (self, g_value_get_enum (value));
      break;
    case PROP_SCALE_WITH_CUTS:
      pymva_dataset_set_scale_with_cuts (self, g_value_get_boolean (value));
      break;
    case PROP_NEGATIVE_WEIGHTS:
      pymva_dataset_set_negative_weights (self, g_value_get_enum (value));
      break;
    case PROP_MISSING_VALUES:
      pymva_dataset_set_missing_values (self, g_value_get_enum (value));
      break;
    case PROP_SIGNAL_LABEL:
      pymva_dataset_set_signal_label (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
pymva_dataset_class_init (PymvaDatasetClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = pymva_dataset_finalize;
  object_class->get_property = pymva_dataset_get_property;
  object_class->set_property = pymva_dataset_set_property;

  /**
   * PymvaDataset:analysis-type: (getter get_analysis_type)
   *
   * What methods are to learn from the data set.
   *
   * Since: 1.0
   */
  props[PROP_ANALYSIS_TYPE] =
    g_param_spec_enum ("analysis-type", NULL, NULL, PYMVA_TYPE_ANALYSIS_TYPE,
                       PYMVA_ANALYSIS_TYPE_CLASSIFICATION,
                       G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * PymvaDataset:split-mode: (getter get_split_mode) (setter set_split_mode)
   *
   * How events are divided into training and test events.
   *
   * Each class is divided by itself, in the same proportion. The test events always come in the
   * order of their tables, and the training events as [property@Dataset:mix-mode] says.
   *
   * Since: 1.0
   */
  props[PROP_SPLIT_MODE] =
    g_param_spec_enum ("split-mode", NULL, NULL, PYMVA_TYPE_SPLIT_MODE,
                       PYMVA_SPLIT_MODE_RANDOM, flags);

  /**
   * PymvaDataset:mix-mode: (getter get_mix_mode) (setter set_mix_mode)
   *
   * In which order the training events come: as [property@Dataset:split-mode] says, unless this
   * says otherwise.
   *
   * Since: 1.0
   */
  props[PROP_MIX_MODE] =
    g_param_spec_enum ("mix-mode", NULL, NULL, PYMVA_TYPE_MIX_MODE,
                       PYMVA_MIX_MODE_SAME_AS_SPLIT_MODE, flags);

  /**
   * PymvaDataset:test-fraction: (getter get_test_fraction) (setter set_test_fraction)
   *
   * The share of the events that become test events.
   *
   * At least 0 and less than 1: [method@Dataset.prepare] refuses anything else. It does not count
   * for events whose part was given, nor for classes whose numbers of events were set.
   *
   * Since: 1.0
   */
  /* With the true range GObject would drop a wrong value and quietly keep the one from before. */
  props[PROP_TEST_FRACTION] =
    g_param_spec_double ("test-fraction", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0.5, flags);

  /**
   * PymvaDataset:seed: (getter get_seed) (setter set_seed)
   *
   * The seed of the random split and order.
   *
   * The same seed gives the same events in the same order, on every machine and in every version
   * of the library. Zero is a seed like any other.
   *
   * Since: 1.0
   */
  props[PROP_SEED] =
    g_param_spec_uint ("seed", NULL, NULL, 0, G_MAXUINT, 0, flags);

  /**
   * PymvaDataset:norm-mode: (getter get_norm_mode) (setter set_norm_mode)
   *
   * How the weights of the training events are normalised.
   *
   * The weights of test events are never touched.
   *
   * Since: 1.0
   */
  props[PROP_NORM_MODE] =
    g_param_spec_enum ("norm-mode", NULL, NULL, PYMVA_TYPE_NORM_MODE,
                       PYMVA_NORM_MODE_NONE, flags);

  /**
   * PymvaDataset:scale-with-cuts: (getter get_scale_with_cuts) (setter set_scale_with_cuts)
   *
   * Whether the numbers of events that are asked for count events before cuts.
   *
   * If so, each number that [method@Dataset.set_n_events] was given is multiplied by the share of
   * the events of its class that the cut leaves. TMVA calls this `ScaleWithPreselEff`.
   *
   * Since: 1.0
   */
  props[PROP_SCALE_WITH_CUTS] =
    g_param_spec_boolean ("scale-with-cuts", NULL, NULL, FALSE, flags);

  /**
   * PymvaDataset:negative-weights: (getter get_negative_weights) (setter set_negative_weights)
   *
   * What is done with training events of negative weight.
   *
   * With `ERROR`, events that are still to be split may not have negative weights either, so that
   * it does not depend on the seed. Test events keep their weights.
   *
   * Since: 1.0
   */
  props[PROP_NEGATIVE_WEIGHTS] =
    g_param_spec_enum ("negative-weights", NULL, NULL, PYMVA_TYPE_NEGATIVE_WEIGHTS,
                       PYMVA_NEGATIVE_WEIGHTS_ERROR, flags);

  /**
   * PymvaDataset:missing-values: (getter get_missing_values) (setter set_missing_values)
   *
   * What is done with events that have a missing value.
   *
   * A value is missing where a variable, a target, a label or a weight is NaN, infinite, or
   * beyond the range of 32-bit numbers. Events that a cut removes are not looked at, and
   * spectators may be anything. Missing weights and labels are refused also by `PASS`.
   *
   * Since: 1.0
   */
  props[PROP_MISSING_VALUES] =
    g_param_spec_enum ("missing-values", NULL, NULL, PYMVA_TYPE_MISSING_VALUES,
                       PYMVA_MISSING_VALUES_ERROR, flags);

  /**
   * PymvaDataset:signal-label: (getter get_signal_label) (setter set_signal_label)
   *
   * The name of the class that is the signal.
   *
   * `NULL` (the default): the class that was added first. Where all classes come from label
   * columns: of the labels 0 and 1, or -1 and 1, the larger; else a text that reads “signal”,
   * “sig” or “s”; else the first label that occurs.
   *
   * Since: 1.0
   */
  props[PROP_SIGNAL_LABEL] =
    g_param_spec_string ("signal-label", NULL, NULL, NULL, flags);

  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
pymva_dataset_init (PymvaDataset *self)
{
  self->settings = pymva_dataset_settings_new ();
}

/* pymva_dataset_changed: what was prepared does not hold any more. */
void
pymva_dataset_changed (PymvaDataset *self)
{
  g_clear_pointer (&self->parts, pymva_dataset_parts_unref);
  self->n_changes++;
}

/**
 * pymva_dataset_new:
 * @analysis_type: what methods are to learn
 *
 * Makes an empty data set.
 *
 * Returns: (transfer full): the data set
 *
 * Since: 1.0
 */
PymvaDataset *
pymva_dataset_new (PymvaAnalysisType analysis_type)
{
  return g_object_new (PYMVA_TYPE_DATASET, "analysis-type", analysis_type, NULL);
}

/**
 * pymva_dataset_get_analysis_type: (get-property analysis-type)
 * @self: a data set
 *
 * Gets what methods are to learn from the data set.
 *
 * Returns: the analysis type
 *
 * Since: 1.0
 */
PymvaAnalysisType
pymva_dataset_get_analysis_type (PymvaDataset *self)
{
  g_return_val_if_fail (PYMVA_IS_DATASET (self), PYMVA_ANALYSIS_TYPE_CLASSIFICATION);

  return self->settings->analysis_type;
}
