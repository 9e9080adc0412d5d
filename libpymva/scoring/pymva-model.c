/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>
#include <pymva/pymva-model.h>

#include "base/pymva-digest-private.h"

#include "pymva-json-private.h"
#include "pymva-model-private.h"

/**
 * PymvaModel:
 *
 * A trained model: it predicts, and it is saved and loaded.
 *
 * A model comes from [method@Method.get_model] or from a `.pymva` file, and never changes. The
 * file holds tables and descriptions only; loading it executes nothing. Forests and plain networks
 * are computed by the library itself, in a process that needs no Python. A model with code of its
 * user, whose [property@Model:engine] is `python`, needs Python to predict, and loads only with
 * [func@Model.load_trusted].
 *
 * Inputs are rows of the model's variables, in the order of [method@Model.list_variables]. The
 * engine rounds them to float32 where its framework does. Outputs are float32, one row for each row
 * of inputs: the signal's response of a classification, one column per class of a multiclass
 * model, and one column per target of a regression.
 *
 * For forests the output is the framework's result rounded to float32, on every event: at
 * thresholds, for infinities and for NaN too. Networks agree with the framework within 1e-5 times
 * the larger of 1 and the result, or, where a regression's target is near zero as the difference
 * of large numbers, the target's size elsewhere. The bits are the same whatever comes along in a
 * batch, and on whatever thread.
 *
 * All functions may be called from any thread, any number of them at once.
 *
 * A model made by `g_object_new()` is empty: its functions fail with `PYMVA_ERROR_NOT_TRAINED`.
 *
 * Since: 1.0
 */

G_DEFINE_FINAL_TYPE (PymvaModel, pymva_model, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_TITLE,
  PROP_METHOD_NAME,
  PROP_ANALYSIS_TYPE,
  PROP_ENGINE,
  PROP_KERNEL,
  PROP_N_THREADS,
  PROP_N_VARIABLES,
  PROP_N_OUTPUTS,
  PROP_SHA256,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static void
pymva_model_finalize (GObject *object)
{
  PymvaModel *self = PYMVA_MODEL (object);

  pymva_model_free_python (self);
  g_clear_pointer (&self->graph, pymva_graph_free);
  g_clear_pointer (&self->front, pymva_graph_free);
  g_clear_pointer (&self->manifest, pymva_manifest_free);
  g_clear_pointer (&self->archive, pymva_zip_reader_free);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_object (&self->golden_inputs);
  g_clear_object (&self->golden_outputs);
  g_clear_pointer (&self->responses, pymva_responses_free);
  g_clear_pointer (&self->sha256, g_free);

  G_OBJECT_CLASS (pymva_model_parent_class)->finalize (object);
}

static void
pymva_model_get_property (GObject *object,
                          guint prop_id,
                          GValue *value,
                          GParamSpec *pspec)
{
  PymvaModel *self = PYMVA_MODEL (object);

  switch (prop_id)
    {
    case PROP_TITLE:
      g_value_set_string (value, pymva_model_get_title (self));
      break;
    case PROP_METHOD_NAME:
      g_value_set_string (value, pymva_model_get_method_name (self));
      break;
    case PROP_ANALYSIS_TYPE:
      g_value_set_enum (value, pymva_model_get_analysis_type (self));
      break;
    case PROP_ENGINE:
      g_value_set_string (value, pymva_model_get_engine (self));
      break;
    case PROP_KERNEL:
      g_value_set_string (value, pymva_model_get_kernel (self));
      break;
    case PROP_N_THREADS:
      g_value_set_uint (value, pymva_model_get_n_threads (self));
      break;
    case PROP_N_VARIABLES:
      g_value_set_uint (value, pymva_model_get_n_variables (self));
      break;
    case PROP_N_OUTPUTS:
      g_value_set_uint (value, pymva_model_get_n_outputs (self));
      break;
    case PROP_SHA256:
      g_value_set_string (value, pymva_model_get_sha256 (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
pymva_model_set_property (GObject *object,
                          guint prop_id,
                          const GValue *value,
                          GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_N_THREADS:
      pymva_model_set_n_threads (PYMVA_MODEL (object), g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
pymva_model_class_init (PymvaModelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = pymva_model_finalize;
  object_class->get_property = pymva_model_get_property;
  object_class->set_property = pymva_model_set_property;

  /**
   * PymvaModel:title: (getter get_title)
   *
   * What people call the model: the title of the method that trained it.
   *
   * Since: 1.0
   */
  props[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);

  /**
   * PymvaModel:method-name: (getter get_method_name)
   *
   * The name of the method that trained it, for [func@Method.create_for_name].
   *
   * Since: 1.0
   */
  props[PROP_METHOD_NAME] = g_param_spec_string ("method-name", NULL, NULL, NULL, flags);

  /**
   * PymvaModel:analysis-type: (getter get_analysis_type)
   *
   * What it has learnt.
   *
   * Since: 1.0
   */
  props[PROP_ANALYSIS_TYPE] =
    g_param_spec_enum ("analysis-type", NULL, NULL, PYMVA_TYPE_ANALYSIS_TYPE,
                       PYMVA_ANALYSIS_TYPE_CLASSIFICATION, flags);

  /**
   * PymvaModel:engine: (getter get_engine)
   *
   * What computes the outputs: `forest`, `linear`, `mlp`, or `python` where Python is needed.
   *
   * Since: 1.0
   */
  props[PROP_ENGINE] = g_param_spec_string ("engine", NULL, NULL, NULL, flags);

  /**
   * PymvaModel:kernel: (getter get_kernel)
   *
   * Which code of the engine runs on this machine: `portable`, `avx2` or `avx512`, the best one
   * that the processor has and the model fits; or `python` where the engine is that.
   *
   * The environment variable `PYMVA_KERNEL` names the best one that models may use which are
   * loaded from then on.
   *
   * Since: 1.0
   */
  props[PROP_KERNEL] = g_param_spec_string ("kernel", NULL, NULL, NULL, flags);

  /**
   * PymvaModel:n-threads: (getter get_n_threads) (setter set_n_threads)
   *
   * How many threads predict a batch of events, 0 for one per processor; more than 1024 are as
   * good as 1024. The calling thread is one of them. The outputs are the same bits for any number.
   * The engine `python` has its own threads.
   *
   * This is no part of what is saved. Set it from any thread; predictions that have begun go on as
   * they are.
   *
   * Since: 1.0
   */
  props[PROP_N_THREADS] =
    g_param_spec_uint ("n-threads", NULL, NULL, 0, G_MAXUINT, 1,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * PymvaModel:n-variables: (getter get_n_variables)
   *
   * How many numbers an event has.
   *
   * Since: 1.0
   */
  props[PROP_N_VARIABLES] =
    g_param_spec_uint ("n-variables", NULL, NULL, 0, G_MAXUINT, 0, flags);

  /**
   * PymvaModel:n-outputs: (getter get_n_outputs)
   *
   * How many numbers the model gives for an event.
   *
   * Since: 1.0
   */
  props[PROP_N_OUTPUTS] = g_param_spec_uint ("n-outputs", NULL, NULL, 0, G_MAXUINT, 0, flags);

  /**
   * PymvaModel:sha256: (getter get_sha256)
   *
   * The SHA-256 digest of the model's file, in hexadecimal digits: of the file that it was loaded
   * from, which is also the one that it saves.
   *
   * Since: 1.0
   */
  props[PROP_SHA256] = g_param_spec_string ("sha256", NULL, NULL, NULL, flags);

  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
pymva_model_init (PymvaModel *self)
{
  self->n_threads = 1;
}

gboolean
pymva_model_check_trained (PymvaModel *self,
                           GError **error)
{
  if (self->manifest != NULL)
    return TRUE;

  g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_NOT_TRAINED,
                       "The model is empty; get one from a trained method, or load one");
  return FALSE;
}

/**
 * pymva_model_list_variables:
 * @self: a model
 *
 * Lists the names of the variables, in the order of the columns of its inputs.
 *
 * Returns: (transfer full) (array zero-terminated=1): the names
 *
 * Since: 1.0
 */
char **
pymva_model_list_variables (PymvaModel *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_return_val_if_fail (PYMVA_IS_MODEL (self), NULL);

  for (guint i = 0; i < self->n_variables; i++)
    g_strv_builder_add (
      builder, g_array_index (self->manifest->variables, PymvaManifestVariable, i).name);

  return g_strv_builder_end (builder);
}

/* A copy of a list that may be missing. */
static char **
copy_names (char **names)
{
  return names != NULL ? g_strdupv (names) : g_new0 (char *, 1);
}

/**
 * pymva_model_list_classes:
 * @self: a model
 *
 * Lists the names of the classes; the first one is the signal. There are none in a regression.
 *
 * Returns: (transfer full) (array zero-terminated=1): the names
 *
 * Since: 1.0
 */
char **
pymva_model_list_classes (PymvaModel *self)
{
  g_return_val_if_fail (PYMVA_IS_MODEL (self), NULL);

  return copy_names (self->manifest != NULL ? self->manifest->classes : NULL);
}

/**
 * pymva_model_list_targets:
 * @self: a model
 *
 * Lists the names of the targets of a regression, in the order of the columns of its outputs.
 *
 * Returns: (transfer full) (array zero-terminated=1): the names
 *
 * Since: 1.0
 */
char **
pymva_model_list_targets (PymvaModel *self)
{
  g_return_val_if_fail (PYMVA_IS_MODEL (self), NULL);

  return copy_names (self->manifest != NULL ? self->manifest->targets : NULL);
}

/**
 * pymva_model_dup_manifest:
 * @self: a model
 *
 * Gets the description that the model's file holds: the method and its parameters, the variables,
 * where the model comes from, and more.
 *
 * Returns: (transfer full): a text in JSON, indented
 *
 * Since: 1.0
 */
char *
pymva_model_dup_manifest (PymvaModel *self)
{
  /* Writing takes references to objects of json-glib, which does not count them atomically. */
  static GMutex lock;
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (PYMVA_IS_MODEL (self), NULL);

  if (self->manifest == NULL)
    return g_strdup ("{}");

  locker = g_mutex_locker_new (&lock);
  return pymva_json_format (self->manifest->json, TRUE);
}

/**
 * pymva_model_get_title: (get-property title)
 * @self: a model
 *
 * Gets what people call the model.
 *
 * Returns: (transfer none) (nullable): the title, or `NULL` if the model is empty
 *
 * Since: 1.0
 */
const char *
pymva_model_get_title (PymvaModel *self)
{
  g_return_val_if_fail (PYMVA_IS_MODEL (self), NULL);

  return self->manifest != NULL ? self->manifest->title : NULL;
}

/**
 * pymva_model_get_method_name: (get-property method-name)
 * @self: a model
 *
 * Gets the name of the method that trained the model.
 *
 * Returns: (transfer none) (nullable): the name, or `NULL` if the model is empty
 *
 * Since: 1.0
 */
const char *
pymva_model_get_method_name (PymvaModel *self)
{
  g_return_val_if_fail (PYMVA_IS_MODEL (self), NULL);

  return self->manifest != NULL ? self->manifest->method_name : NULL;
}

/**
 * pymva_model_get_analysis_type: (get-property analysis-type)
 * @self: a model
 *
 * Gets what the model has learnt.
 *
 * Returns: the type of the analysis
 *
 * Since: 1.0
 */
PymvaAnalysisType
pymva_model_get_analysis_type (PymvaModel *self)
{
  g_return_val_if_fail (PYMVA_IS_MODEL (self), PYMVA_ANALYSIS_TYPE_CLASSIFICATION);

  return self->manifest != NULL ? self->manifest->analysis_type
                                : PYMVA_ANALYSIS_TYPE_CLASSIFICATION;
}

/**
 * pymva_model_get_engine: (get-property engine)
 * @self: a model
 *
 * Gets what computes the outputs: `forest`, `linear`, `mlp`, or `python` where Python is needed.
 *
 * Returns: (transfer none) (nullable): the engine's name, or `NULL` if the model is empty
 *
 * Since: 1.0
 */
const char *
pymva_model_get_engine (PymvaModel *self)
{
  g_return_val_if_fail (PYMVA_IS_MODEL (self), NULL);

  if (self->graph != NULL)
    return pymva_graph_get_engine (self->graph);

  return self->manifest != NULL ? PYMVA_STAGE_PYTHON : NULL;
}

/**
 * pymva_model_get_kernel: (get-property kernel)
 * @self: a model
 *
 * Gets which code of the engine runs on this machine; see [property@Model:kernel].
 *
 * Returns: (transfer none) (nullable): `portable`, `avx2`, `avx512` or `python`, or `NULL` if the
 *   model is empty
 *
 * Since: 1.0
 */
const char *
pymva_model_get_kernel (PymvaModel *self)
{
  g_return_val_if_fail (PYMVA_IS_MODEL (self), NULL);

  if (self->graph != NULL)
    return pymva_graph_get_kernel (self->graph);

  return self->manifest != NULL ? PYMVA_STAGE_PYTHON : NULL;
}

/**
 * pymva_model_get_n_threads: (get-property n-threads)
 * @self: a model
 *
 * Gets how many threads predict a batch of events.
 *
 * Returns: the number of threads, 0 for one per processor
 *
 * Since: 1.0
 */
guint
pymva_model_get_n_threads (PymvaModel *self)
{
  g_return_val_if_fail (PYMVA_IS_MODEL (self), 1);

  return g_atomic_int_get (&self->n_threads);
}

/**
 * pymva_model_set_n_threads: (set-property n-threads)
 * @self: a model
 * @n_threads: the number of threads, 0 for one per processor
 *
 * Sets how many threads predict a batch of events; see [property@Model:n-threads].
 *
 * Since: 1.0
 */
void
pymva_model_set_n_threads (PymvaModel *self,
                           guint n_threads)
{
  g_return_if_fail (PYMVA_IS_MODEL (self));

  if ((guint) g_atomic_int_exchange (&self->n_threads, n_threads) != n_threads)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_N_THREADS]);
}

/**
 * pymva_model_get_n_variables: (get-property n-variables)
 * @self: a model
 *
 * Gets how many numbers an event has.
 *
 * Returns: the number of variables, 0 if the model is empty
 *
 * Since: 1.0
 */
guint
pymva_model_get_n_variables (PymvaModel *self)
{
  g_return_val_if_fail (PYMVA_IS_MODEL (self), 0);

  return self->n_variables;
}

/**
 * pymva_model_get_n_outputs: (get-property n-outputs)
 * @self: a model
 *
 * Gets how many numbers the model gives for an event.
 *
 * Returns: the number of outputs, 0 if the model is empty
 *
 * Since: 1.0
 */
guint
pymva_model_get_n_outputs (PymvaModel *self)
{
  g_return_val_if_fail (PYMVA_IS_MODEL (self), 0);

  return self->n_outputs;
}

/**
 * pymva_model_get_sha256: (get-property sha256)
 * @self: a model
 *
 * Gets the digest of the model's file.
 *
 * Returns: (transfer none) (nullable): the SHA-256 digest in hexadecimal digits, or `NULL` if the
 *   model is empty
 *
 * Since: 1.0
 */
const char *
pymva_model_get_sha256 (PymvaModel *self)
{
  char *sha256;

  g_return_val_if_fail (PYMVA_IS_MODEL (self), NULL);

  sha256 = g_atomic_pointer_get (&self->sha256);
  if (sha256 != NULL || self->bytes == NULL)
    return sha256;

  /* Few ask, and a large file takes a while. */
  sha256 = pymva_digest_compute (self->bytes);
  if (!g_atomic_pointer_compare_and_exchange (&self->sha256, NULL, sha256))
    g_free (sha256);

  return g_atomic_pointer_get (&self->sha256);
}
