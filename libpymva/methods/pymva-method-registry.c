/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-ada-boost.h>
#include <pymva/pymva-error.h>
#include <pymva/pymva-gradient-boosting.h>
#include <pymva/pymva-keras.h>
#include <pymva/pymva-lightgbm.h>
#include <pymva/pymva-method.h>
#include <pymva/pymva-python-method.h>
#include <pymva/pymva-random-forest.h>
#include <pymva/pymva-sklearn.h>
#include <pymva/pymva-torch.h>
#include <pymva/pymva-xgboost.h>

#include "base/pymva-names-private.h"
#include "pymva-method-private.h"

/* The classes, in the order in which people see them, with PyMVA's name for each and the options
 * that are its defaults there. Ours come with the framework's defaults. */
static const struct
{
  GType (*get_type) (void);
  const char *pymva_name;
  const char *pymva_options;
} known_methods[] = {
  { pymva_random_forest_get_type, "PyRandomForest", "NEstimators=10" },
  { pymva_gradient_boosting_get_type, "PyGTB", "MaxDepth=3:MinSamplesLeaf=1" },
  { pymva_ada_boost_get_type, "PyAdaBoost", "Algorithm=SAMME" },
  { pymva_xgboost_get_type, NULL, NULL },
  { pymva_lightgbm_get_type, NULL, NULL },
  { pymva_sklearn_get_type, NULL, NULL },
  { pymva_torch_get_type, "PyTorch",
    "NumEpochs=10:BatchSize=100:Optimizer=sgd:LearningRate=0.01:!Standardise:!StandardiseTargets:"
    "TrustModelFile" },
  { pymva_keras_get_type, "PyKeras",
    "NumEpochs=10:BatchSize=100:!Standardise:!StandardiseTargets" },
  { pymva_python_method_get_type, NULL, NULL },
};

GType
pymva_method_get_registered (guint number)
{
  return number < G_N_ELEMENTS (known_methods) ? known_methods[number].get_type () : G_TYPE_INVALID;
}

const char *
pymva_method_get_pymva_name (guint number)
{
  return known_methods[number].pymva_name;
}

static PymvaMethod *
create (GType type,
        const char *title,
        const char *name,
        const char *options,
        GError **error)
{
  g_autoptr (PymvaMethod) method = NULL;

  method = g_object_new (type, "title", title != NULL ? title : name, NULL);
  if (!pymva_method_set_options (method, options, error))
    return NULL;

  return g_steal_pointer (&method);
}

/**
 * pymva_method_create_for_name:
 * @name: the name of a class, for example `"random-forest"`, or PyMVA's name, for example
 *   `"PyRandomForest"`
 * @title: (nullable): what people call the method, or `NULL` for @name
 * @error: return location for an error
 *
 * Makes a method by name. Our names, for example `"random-forest"` and `"torch"`, have the defaults
 * of the framework; `"PyRandomForest"`, `"PyGTB"`, `"PyAdaBoost"`, `"PyTorch"` and `"PyKeras"` have
 * those of PyMVA.
 *
 * Returns: (transfer full): the method, or `NULL` with `PYMVA_ERROR_VALUE` for an unknown name,
 *   naming the near ones
 *
 * Since: 1.0
 */
PymvaMethod *
pymva_method_create_for_name (const char *name,
                              const char *title,
                              GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree char *near = NULL;

  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (known_methods); i++)
    {
      g_autoptr (PymvaMethodClass) klass = g_type_class_ref (known_methods[i].get_type ());
      const char *pymva_name = known_methods[i].pymva_name;

      g_ptr_array_add (names, (gpointer) klass->name);
      if (g_ascii_strcasecmp (klass->name, name) == 0)
        return create (G_TYPE_FROM_CLASS (klass), title, klass->name, "", error);
      if (pymva_name == NULL)
        continue;
      g_ptr_array_add (names, (gpointer) pymva_name);
      if (g_ascii_strcasecmp (pymva_name, name) == 0)
        return create (G_TYPE_FROM_CLASS (klass), title, pymva_name,
                       known_methods[i].pymva_options, error);
    }

  g_ptr_array_add (names, NULL);
  near = pymva_names_format_near (name, (const char * const *) names->pdata);
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE, "There is no method “%s”%s", name, near);
  return NULL;
}
