/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-dataset.h>
#include <pymva/pymva-error.h>
#include <pymva/pymva-tensor.h>
#include <pymva/pymva-transform.h>

#include "pymva-transform-chain-private.h"

/**
 * PymvaTransform:
 *
 * Transformations of variables, to be looked at by themselves.
 *
 * A method fits and applies those that its property [property@Method:transforms] names; nothing
 * else is needed to train and to predict. This class does the same for plots and for programs that
 * want the transformed numbers, or the way back from them:
 *
 * ```c
 * g_autoptr (PymvaTransform) transform = pymva_transform_new ("D,G");
 *
 * if (!pymva_transform_fit (transform, dataset, NULL, &error))
 *   return FALSE;
 * g_autoptr (PymvaTensor) columns = pymva_transform_apply (transform, inputs, &error);
 * ```
 *
 * See [Transformations](transforms.html) for what there is and how it is computed.
 *
 * A transformation belongs to one thread while it is fitted; afterwards any thread may apply it.
 *
 * Since: 1.0
 */
struct _PymvaTransform
{
  GObject parent_instance;

  char *definition;
  /* NULL until it is fitted. */
  PymvaTransformChain *chain;
};

G_DEFINE_FINAL_TYPE (PymvaTransform, pymva_transform, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_DEFINITION,
  PROP_FITTED,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static void
pymva_transform_finalize (GObject *object)
{
  PymvaTransform *self = PYMVA_TRANSFORM (object);

  g_clear_pointer (&self->definition, g_free);
  g_clear_pointer (&self->chain, pymva_transform_chain_unref);

  G_OBJECT_CLASS (pymva_transform_parent_class)->finalize (object);
}

static void
pymva_transform_get_property (GObject *object,
                              guint prop_id,
                              GValue *value,
                              GParamSpec *pspec)
{
  PymvaTransform *self = PYMVA_TRANSFORM (object);

  switch (prop_id)
    {
    case PROP_DEFINITION:
      g_value_set_string (value, pymva_transform_get_definition (self));
      break;
    case PROP_FITTED:
      g_value_set_boolean (value, pymva_transform_get_fitted (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
pymva_transform_set_property (GObject *object,
                              guint prop_id,
                              const GValue *value,
                              GParamSpec *pspec)
{
  PymvaTransform *self = PYMVA_TRANSFORM (object);

  switch (prop_id)
    {
    case PROP_DEFINITION:
      self->definition = g_value_dup_string (value);
      if (self->definition == NULL)
        self->definition = g_strdup ("");
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
pymva_transform_class_init (PymvaTransformClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = pymva_transform_finalize;
  object_class->get_property = pymva_transform_get_property;
  object_class->set_property = pymva_transform_set_property;

  /**
   * PymvaTransform:definition: (getter get_definition)
   *
   * The transformations as TMVA writes them, for example `"D,G"` or `"N_Signal"`; empty, the
   * default, for none.
   *
   * Since: 1.0
   */
  props[PROP_DEFINITION] =
    g_param_spec_string ("definition", NULL, NULL, "",
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * PymvaTransform:fitted: (getter get_fitted)
   *
   * Whether the transformations can be applied. Notified by each [method@Transform.fit] that
   * succeeds, on the thread of its caller.
   *
   * Since: 1.0
   */
  props[PROP_FITTED] =
    g_param_spec_boolean ("fitted", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
pymva_transform_init (PymvaTransform *self)
{
}

/**
 * pymva_transform_new:
 * @definition: the transformations as TMVA writes them, empty for none
 *
 * Makes transformations that are not fitted yet. What @definition says is looked at when they are.
 *
 * Returns: (transfer full): the transformations
 *
 * Since: 1.0
 */
PymvaTransform *
pymva_transform_new (const char *definition)
{
  return g_object_new (PYMVA_TYPE_TRANSFORM, "definition", definition, NULL);
}

/**
 * pymva_transform_get_definition: (get-property definition)
 * @self: transformations
 *
 * Gets the transformations as TMVA writes them.
 *
 * Returns: (transfer none): see [property@Transform:definition]
 *
 * Since: 1.0
 */
const char *
pymva_transform_get_definition (PymvaTransform *self)
{
  g_return_val_if_fail (PYMVA_IS_TRANSFORM (self), NULL);

  return self->definition;
}

/**
 * pymva_transform_get_fitted: (get-property fitted)
 * @self: transformations
 *
 * Gets whether the transformations can be applied.
 *
 * Returns: `TRUE` after a [method@Transform.fit] that succeeded
 *
 * Since: 1.0
 */
gboolean
pymva_transform_get_fitted (PymvaTransform *self)
{
  g_return_val_if_fail (PYMVA_IS_TRANSFORM (self), FALSE);

  return self->chain != NULL;
}

static PymvaTransformChain *
fit_dataset (PymvaTransform *self,
             PymvaDataset *dataset,
             GError **error)
{
  gboolean regression = pymva_dataset_get_analysis_type (dataset) ==
                        PYMVA_ANALYSIS_TYPE_REGRESSION;
  g_auto (GStrv) variables = pymva_dataset_list_variables (dataset);
  g_auto (GStrv) classes = pymva_dataset_list_classes (dataset);
  g_autoptr (PymvaTensor) inputs = NULL;
  g_autoptr (PymvaTensor) labels = NULL;
  g_autoptr (PymvaTensor) weights = NULL;
  PymvaTransformEvents events;

  inputs = pymva_dataset_get_inputs (dataset, PYMVA_PART_TRAINING, error);
  if (inputs == NULL)
    return NULL;
  weights = pymva_dataset_get_weights (dataset, PYMVA_PART_TRAINING, error);
  if (weights == NULL)
    return NULL;
  if (!regression &&
      (labels = pymva_dataset_get_labels (dataset, PYMVA_PART_TRAINING, error)) == NULL)
    return NULL;

  events = (PymvaTransformEvents) {
    .variables = (const char * const *) variables, .classes = (const char * const *) classes,
    .inputs = inputs, .labels = labels, .weights = weights,
  };
  return pymva_transform_chain_new (self->definition, &events, error);
}

/**
 * pymva_transform_fit:
 * @self: transformations
 * @dataset: the events, which are prepared where they have not been
 * @cancellable: (nullable): a cancellable, or `NULL`; only preparing looks at it
 * @error: return location for an error
 *
 * Fits the transformations on the training events of a data set, with their weights. After an
 * error they are what they were before.
 *
 * Returns: `TRUE`, or `FALSE` with @error set: `PYMVA_ERROR_VALUE` where the definition cannot be
 *   read, or names a class or a variable that there is not; `PYMVA_ERROR_DATA` where a variable is
 *   the same in all events, or as the transformation otherwise cannot take it, naming it; or what
 *   preparing the data set gave
 *
 * Since: 1.0
 */
gboolean
pymva_transform_fit (PymvaTransform *self,
                     PymvaDataset *dataset,
                     GCancellable *cancellable,
                     GError **error)
{
  PymvaTransformChain *chain;

  g_return_val_if_fail (PYMVA_IS_TRANSFORM (self), FALSE);
  g_return_val_if_fail (PYMVA_IS_DATASET (dataset), FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!pymva_dataset_prepare (dataset, cancellable, error))
    return FALSE;
  chain = fit_dataset (self, dataset, error);
  if (chain == NULL)
    {
      g_prefix_error (error, "The transformations “%s” cannot be fitted: ", self->definition);
      return FALSE;
    }

  g_clear_pointer (&self->chain, pymva_transform_chain_unref);
  self->chain = chain;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_FITTED]);
  return TRUE;
}

static gboolean
check_fitted (PymvaTransform *self,
              GError **error)
{
  if (self->chain != NULL)
    return TRUE;

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_NOT_TRAINED,
               "The transformations “%s” are not fitted yet; fit them to a data set first",
               self->definition);
  return FALSE;
}

/**
 * pymva_transform_apply:
 * @self: fitted transformations
 * @inputs: the events, n × variables, of any type
 * @error: return location for an error
 *
 * Transforms variables. They are rounded to float32 first, as all variables of a data set are.
 *
 * Returns: (transfer full): the transformed columns, n × variables, float64, which methods get
 *   rounded to float32; or `NULL` with @error set: `PYMVA_ERROR_NOT_TRAINED`, or
 *   `PYMVA_ERROR_VALUE` for inputs of a wrong shape
 *
 * Since: 1.0
 */
PymvaTensor *
pymva_transform_apply (PymvaTransform *self,
                       PymvaTensor *inputs,
                       GError **error)
{
  g_return_val_if_fail (PYMVA_IS_TRANSFORM (self), NULL);
  g_return_val_if_fail (PYMVA_IS_TENSOR (inputs), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!check_fitted (self, error))
    return NULL;

  return pymva_transform_chain_apply (self->chain, inputs, PYMVA_DTYPE_FLOAT64, error);
}

/**
 * pymva_transform_invert:
 * @self: fitted transformations
 * @columns: transformed columns, n × variables, of any type
 * @error: return location for an error
 *
 * Finds the variables that columns were made of. All transformations can be undone; what U and G
 * have sent to an end comes back as the extreme value of the training events.
 *
 * Returns: (transfer full): the variables, n × variables, float64, exact but for rounding; or
 *   `NULL` with @error set as by [method@Transform.apply]
 *
 * Since: 1.0
 */
PymvaTensor *
pymva_transform_invert (PymvaTransform *self,
                        PymvaTensor *columns,
                        GError **error)
{
  g_return_val_if_fail (PYMVA_IS_TRANSFORM (self), NULL);
  g_return_val_if_fail (PYMVA_IS_TENSOR (columns), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!check_fitted (self, error))
    return NULL;

  return pymva_transform_chain_invert (self->chain, columns, error);
}

/**
 * pymva_transform_list_columns:
 * @self: transformations
 *
 * Lists titles for the transformed columns, as `D(a)`, or `P1` for the first principal component.
 *
 * Returns: (transfer full) (array zero-terminated=1): the titles; none before the transformations
 *   are fitted
 *
 * Since: 1.0
 */
char **
pymva_transform_list_columns (PymvaTransform *self)
{
  g_return_val_if_fail (PYMVA_IS_TRANSFORM (self), NULL);

  return self->chain != NULL
           ? g_strdupv ((char **) pymva_transform_chain_get_columns (self->chain))
           : g_new0 (char *, 1);
}
