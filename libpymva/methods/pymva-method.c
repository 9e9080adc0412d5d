/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "pymva-method-private.h"
#include "pymva-parameter-private.h"

/**
 * PymvaMethod:
 *
 * A way to learn from events: it trains a model with a framework of Python, and applies it.
 *
 * Hyperparameters are properties, in the words of the framework: see the classes derived from
 * this one, [class@RandomForest] and [class@Torch]. Setting one takes any value;
 * [method@Method.train] refuses what is no good, says which values are, and leaves the method as
 * it was.
 *
 * ```c
 * g_autoptr (PymvaMethod) method = PYMVA_METHOD (pymva_random_forest_new ());
 *
 * g_object_set (method, "n-estimators", 200, "n-threads", 2, NULL);
 * if (!pymva_method_train (method, dataset, NULL, &error))
 *   return FALSE;
 * g_autoptr (PymvaTensor) responses = pymva_method_predict (method, inputs, NULL, &error);
 * ```
 *
 * A trained method has a [class@Model], which scores events without Python, from any thread, and
 * is what [method@Method.save] writes. Training again replaces it; a training that fails or is
 * cancelled leaves the result of the one before.
 *
 * ## Threads
 *
 * A method belongs to the thread that uses it. Training and prediction run on the library's Python
 * worker, one after the other. Signals are emitted on the thread of the caller: while it waits in
 * [method@Method.train], or in its main context for [method@Method.train_async]; all of them before
 * the call is complete.
 *
 * ## New methods
 *
 * A derived class names an adapter in Python and installs its hyperparameters; storage, checks,
 * options, copies, training and model files are inherited. See
 * [Adding a method](adding-a-method.html).
 *
 * Since: 1.0
 */

typedef struct
{
  char *title;
  char *transforms;
  gint64 seed;
  int n_threads;

  /* Values of the hyperparameters of derived classes, name -> GValue; missing: the default. */
  GHashTable *values;
  PymvaTrained *trained;
  gboolean training;
} PymvaMethodPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (PymvaMethod, pymva_method, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_TITLE,
  PROP_TRANSFORMS,
  PROP_SEED,
  PROP_N_THREADS,
  PROP_TRAINED_MODEL_FILE,
  PROP_RESPONSE_DISTRIBUTIONS,
  PROP_TRAINED,
  PROP_TRAINING_TIME,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

enum
{
  SIGNAL_PROGRESS,
  SIGNAL_ITERATION,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
value_free (GValue *value)
{
  g_value_unset (value);
  g_free (value);
}

static void
pymva_method_get_property (GObject *object,
                           guint prop_id,
                           GValue *value,
                           GParamSpec *pspec)
{
  PymvaMethod *self = PYMVA_METHOD (object);

  switch (prop_id)
    {
    case PROP_TITLE:
      g_value_set_string (value, pymva_method_get_title (self));
      break;
    case PROP_TRANSFORMS:
      g_value_set_string (value, pymva_method_get_transforms (self));
      break;
    case PROP_SEED:
      g_value_set_int64 (value, pymva_method_get_seed (self));
      break;
    case PROP_N_THREADS:
      g_value_set_int (value, pymva_method_get_n_threads (self));
      break;
    case PROP_RESPONSE_DISTRIBUTIONS:
      g_value_set_boolean (value, pymva_method_get_response_distributions (self));
      break;
    case PROP_TRAINED_MODEL_FILE:
      g_value_set_object (value, pymva_method_get_trained_model_file (self));
      break;
    case PROP_TRAINED:
      g_value_set_boolean (value, pymva_method_get_trained (self));
      break;
    case PROP_TRAINING_TIME:
      g_value_set_double (value, pymva_method_get_training_time (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
pymva_method_set_property (GObject *object,
                           guint prop_id,
                           const GValue *value,
                           GParamSpec *pspec)
{
  PymvaMethod *self = PYMVA_METHOD (object);

  switch (prop_id)
    {
    case PROP_TITLE:
      pymva_method_set_title (self, g_value_get_string (value));
      break;
    case PROP_TRANSFORMS:
      pymva_method_set_transforms (self, g_value_get_string (value));
      break;
    case PROP_SEED:
      pymva_method_set_seed (self, g_value_get_int64 (value));
      break;
    case PROP_N_THREADS:
      pymva_method_set_n_threads (self, g_value_get_int (value));
      break;
    case PROP_RESPONSE_DISTRIBUTIONS:
      pymva_method_set_response_distributions (self, g_value_get_boolean (value));
      break;
    case PROP_TRAINED_MODEL_FILE:
      pymva_method_set_trained_model_file (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
pymva_method_dispose (GObject *object)
{
  PymvaMethodPrivate *priv = pymva_method_get_instance_private (PYMVA_METHOD (object));

  g_clear_pointer (&priv->trained, pymva_trained_unref);

  G_OBJECT_CLASS (pymva_method_parent_class)->dispose (object);
}

static void
pymva_method_finalize (GObject *object)
{
  PymvaMethodPrivate *priv = pymva_method_get_instance_private (PYMVA_METHOD (object));

  g_clear_pointer (&priv->title, g_free);
  g_clear_pointer (&priv->transforms, g_free);
  g_clear_pointer (&priv->values, g_hash_table_unref);

  G_OBJECT_CLASS (pymva_method_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  /**
   * PymvaMethod:title: (getter get_title) (setter set_title)
   *
   * What people call the method; the name of its class where it was not set.
   *
   * Since: 1.0
   */
  props[PROP_TITLE] =
    pymva_parameter_string ("title", "Title", "What people call the method", NULL);

  /**
   * PymvaMethod:transforms: (getter get_transforms) (setter set_transforms)
   *
   * Transformations of the inputs, as TMVA writes them, for example `"D,G"` or `"N_Signal"`; empty,
   * the default, for none. They are fitted on the training events with their weights, and are a
   * part of the model. See [Transformations](transforms.html).
   *
   * Since: 1.0
   */
  props[PROP_TRANSFORMS] =
    pymva_parameter_string ("transforms", "Transforms", "Transformations of the inputs", "");

  /**
   * PymvaMethod:seed: (getter get_seed) (setter set_seed)
   *
   * The seed of all random numbers of a training: the same seed, data, versions and number of
   * threads give the same model. -1 takes a new one each time; the model's manifest says which.
   *
   * Since: 1.0
   */
  props[PROP_SEED] =
    pymva_parameter_int64 ("seed", "Seed", "Seed of the random numbers; -1: a new one each time",
                           -1, G_MAXUINT32, 0);

  /**
   * PymvaMethod:n-threads: (getter get_n_threads) (setter set_n_threads)
   *
   * How many threads the framework may use; -1 for all processors. The default is 1, which is the
   * fastest for small networks.
   *
   * Since: 1.0
   */
  props[PROP_N_THREADS] =
    pymva_parameter_int ("n-threads", "Threads", "Threads of the framework; -1: all processors",
                         -1, 1024, 1);

  /**
   * PymvaMethod:trained-model-file: (getter get_trained_model_file) (setter set_trained_model_file)
   *
   * Where each training writes its model, or `NULL`, the default, for nowhere. A training that
   * cannot write it fails. Methods that can go on with a training in another process find in this
   * file what they need for that. It is a place and no hyperparameter: copies of the method and
   * [method@Method.dup_parameters] do without it.
   *
   * Since: 1.0
   */
  props[PROP_TRAINED_MODEL_FILE] =
    pymva_parameter_file ("trained-model-file", "Trained model file",
                          "Where each training writes its model");

  /**
   * PymvaMethod:response-distributions: (getter get_response_distributions)
   *   (setter set_response_distributions)
   *
   * Whether the model of a classification keeps how its responses to the training events are
   * distributed, for [method@Model.get_signal_probability] and [method@Model.get_rarity]. The
   * training then also predicts all its events. The default is `FALSE`.
   *
   * Since: 1.0
   */
  props[PROP_RESPONSE_DISTRIBUTIONS] =
    pymva_parameter_boolean ("response-distributions", "Response distributions",
                             "Whether the model keeps how its responses are distributed", FALSE);

  /**
   * PymvaMethod:trained: (getter get_trained)
   *
   * Whether the method can predict. Notified after each training that succeeded, on the thread of
   * its caller.
   *
   * Since: 1.0
   */
  props[PROP_TRAINED] =
    g_param_spec_boolean ("trained", "Trained", "Whether the method can predict", FALSE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * PymvaMethod:training-time: (getter get_training_time)
   *
   * How long the last training took, in seconds, without the time that importing the framework
   * takes; 0 before.
   *
   * Since: 1.0
   */
  props[PROP_TRAINING_TIME] =
    g_param_spec_double ("training-time", "Training time", "Seconds that the last training took",
                         0.0, G_MAXDOUBLE, 0.0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
pymva_method_class_init (PymvaMethodClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = pymva_method_get_property;
  object_class->set_property = pymva_method_set_property;
  object_class->dispose = pymva_method_dispose;
  object_class->finalize = pymva_method_finalize;

  install_properties (object_class);

  /**
   * PymvaMethod::progress:
   * @self: the method
   * @fraction: the share of the training that is done, from 0 to 1
   *
   * Emitted while the method trains, on the thread and in the main context of the caller of
   * [method@Method.train] or [method@Method.train_async]. Where it is not taken as fast as it is
   * reported, only the newest one is emitted.
   *
   * Since: 1.0
   */
  signals[SIGNAL_PROGRESS] = g_signal_new ("progress", PYMVA_TYPE_METHOD, G_SIGNAL_RUN_LAST, 0,
                                           NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_DOUBLE);

  /**
   * PymvaMethod::iteration:
   * @self: the method
   * @index: the number of the iteration, from 0
   * @metrics: its figures by name, `a{sv}`: for networks `epoch`, `training_loss`,
   *   `validation_loss` and `learning_rate`; for forests `trees`
   *
   * Emitted after each epoch, or each block of trees, of a training, on the thread and in the main
   * context of the caller of [method@Method.train] or [method@Method.train_async]. None is left
   * out.
   *
   * Since: 1.0
   */
  signals[SIGNAL_ITERATION] = g_signal_new ("iteration", PYMVA_TYPE_METHOD, G_SIGNAL_RUN_LAST, 0,
                                            NULL, NULL, NULL, G_TYPE_NONE, 2,
                                            G_TYPE_UINT, G_TYPE_VARIANT);
}

static void
pymva_method_init (PymvaMethod *self)
{
  PymvaMethodPrivate *priv = pymva_method_get_instance_private (self);

  priv->transforms = g_strdup ("");
  priv->n_threads = 1;
  priv->values = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                        (GDestroyNotify) value_free);
}

/**
 * pymva_method_get_title: (get-property title)
 * @self: a method
 *
 * Gets what people call the method.
 *
 * Returns: (transfer none) (nullable): the title
 *
 * Since: 1.0
 */
const char *
pymva_method_get_title (PymvaMethod *self)
{
  PymvaMethodPrivate *priv = pymva_method_get_instance_private (self);

  g_return_val_if_fail (PYMVA_IS_METHOD (self), NULL);

  return priv->title != NULL ? priv->title : PYMVA_METHOD_GET_CLASS (self)->name;
}

/**
 * pymva_method_set_title: (set-property title)
 * @self: a method
 * @title: (nullable): the title, or `NULL` for the name of the method's class
 *
 * Sets what people call the method.
 *
 * Since: 1.0
 */
void
pymva_method_set_title (PymvaMethod *self,
                        const char *title)
{
  PymvaMethodPrivate *priv = pymva_method_get_instance_private (self);

  g_return_if_fail (PYMVA_IS_METHOD (self));

  if (g_strcmp0 (priv->title, title) == 0)
    return;

  g_free (priv->title);
  priv->title = g_strdup (title);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TITLE]);
}

/**
 * pymva_method_get_transforms: (get-property transforms)
 * @self: a method
 *
 * Gets the transformations of the inputs.
 *
 * Returns: (transfer none): the transformations as TMVA writes them, empty for none
 *
 * Since: 1.0
 */
const char *
pymva_method_get_transforms (PymvaMethod *self)
{
  PymvaMethodPrivate *priv = pymva_method_get_instance_private (self);

  g_return_val_if_fail (PYMVA_IS_METHOD (self), NULL);

  return priv->transforms;
}

/**
 * pymva_method_set_transforms: (set-property transforms)
 * @self: a method
 * @transforms: (nullable): the transformations as TMVA writes them, empty or `NULL` for none
 *
 * Sets the transformations of the inputs.
 *
 * Since: 1.0
 */
void
pymva_method_set_transforms (PymvaMethod *self,
                             const char *transforms)
{
  PymvaMethodPrivate *priv = pymva_method_get_instance_private (self);

  g_return_if_fail (PYMVA_IS_METHOD (self));

  if (transforms == NULL)
    transforms = "";
  if (g_str_equal (priv->transforms, transforms))
    return;

  g_free (priv->transforms);
  priv->transforms = g_strdup (transforms);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TRANSFORMS]);
}

/**
 * pymva_method_get_seed: (get-property seed)
 * @self: a method
 *
 * Gets the seed of the random numbers.
 *
 * Returns: the seed, -1 for a new one at each training
 *
 * Since: 1.0
 */
gint64
pymva_method_get_seed (PymvaMethod *self)
{
  PymvaMethodPrivate *priv = pymva_method_get_instance_private (self);

  g_return_val_if_fail (PYMVA_IS_METHOD (self), 0);

  return priv->seed;
}

/**
 * pymva_method_set_seed: (set-property seed)
 * @self: a method
 * @seed: the seed, from 0 to 4294967295, or -1 for a new one at each training
 *
 * Sets the seed of the random numbers.
 *
 * Since: 1.0
 */
void
pymva_method_set_seed (PymvaMethod *self,
                       gint64 seed)
{
  PymvaMethodPrivate *priv = pymva_method_get_instance_private (self);

  g_return_if_fail (PYMVA_IS_METHOD (self));

  if (priv->seed == seed)
    return;

  priv->seed = seed;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SEED]);
}

/**
 * pymva_method_get_n_threads: (get-property n-threads)
 * @self: a method
 *
 * Gets how many threads the framework may use.
 *
 * Returns: the number, -1 for all processors
 *
 * Since: 1.0
 */
int
pymva_method_get_n_threads (PymvaMethod *self)
{
  PymvaMethodPrivate *priv = pymva_method_get_instance_private (self);

  g_return_val_if_fail (PYMVA_IS_METHOD (self), 1);

  return priv->n_threads;
}

/**
 * pymva_method_set_n_threads: (set-property n-threads)
 * @self: a method
 * @n_threads: the number, or -1 for all processors
 *
 * Sets how many threads the framework may use.
 *
 * Since: 1.0
 */
void
pymva_method_set_n_threads (PymvaMethod *self,
                            int n_threads)
{
  PymvaMethodPrivate *priv = pymva_method_get_instance_private (self);

  g_return_if_fail (PYMVA_IS_METHOD (self));

  if (priv->n_threads == n_threads)
    return;

  priv->n_threads = n_threads;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_N_THREADS]);
}

/**
 * pymva_method_get_trained: (get-property trained)
 * @self: a method
 *
 * Gets whether the method can predict.
 *
 * Returns: `TRUE` after a training that succeeded
 *
 * Since: 1.0
 */
gboolean
pymva_method_get_trained (PymvaMethod *self)
{
  PymvaMethodPrivate *priv = pymva_method_get_instance_private (self);

  g_return_val_if_fail (PYMVA_IS_METHOD (self), FALSE);

  return priv->trained != NULL;
}

/**
 * pymva_method_get_training_time: (get-property training-time)
 * @self: a method
 *
 * Gets how long the last training took.
 *
 * Returns: the time in seconds, 0 before the first training
 *
 * Since: 1.0
 */
double
pymva_method_get_training_time (PymvaMethod *self)
{
  PymvaMethodPrivate *priv = pymva_method_get_instance_private (self);

  g_return_val_if_fail (PYMVA_IS_METHOD (self), 0.0);

  return priv->trained != NULL ? priv->trained->training_time : 0.0;
}

GHashTable *
pymva_method_peek_values (PymvaMethod *self)
{
  PymvaMethodPrivate *priv = pymva_method_get_instance_private (self);

  return priv->values;
}

PymvaTrained *
pymva_method_dup_trained (PymvaMethod *self,
                          GError **error)
{
  PymvaMethodPrivate *priv = pymva_method_get_instance_private (self);

  if (priv->trained == NULL)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_NOT_TRAINED,
                   "The method “%s” is not trained yet; train it first",
                   pymva_method_get_title (self));
      return NULL;
    }

  return pymva_trained_ref (priv->trained);
}

gboolean
pymva_method_begin_training (PymvaMethod *self,
                             GError **error)
{
  PymvaMethodPrivate *priv = pymva_method_get_instance_private (self);

  if (priv->training)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FAILED,
                   "The method “%s” is being trained already; wait for that, or cancel it",
                   pymva_method_get_title (self));
      return FALSE;
    }

  priv->training = TRUE;
  return TRUE;
}

void
pymva_method_end_training (PymvaMethod *self,
                           PymvaTrained *trained)
{
  PymvaMethodPrivate *priv = pymva_method_get_instance_private (self);

  priv->training = FALSE;
  if (trained == NULL)
    return;

  g_clear_pointer (&priv->trained, pymva_trained_unref);
  priv->trained = pymva_trained_ref (trained);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TRAINING_TIME]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TRAINED]);
}

void
pymva_method_emit_progress (PymvaMethod *self,
                            double fraction)
{
  g_signal_emit (self, signals[SIGNAL_PROGRESS], 0, fraction);
}

void
pymva_method_emit_iteration (PymvaMethod *self,
                             guint index,
                             GVariant *metrics)
{
  g_signal_emit (self, signals[SIGNAL_ITERATION], 0, index, metrics);
}
