/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>
#include <pymva/pymva-method.h>
#include <pymva/pymva-random-forest.h>
#include <pymva/pymva-torch.h>

#include "base/pymva-names-private.h"

/* The names that methods are made by. Ours come with the framework's defaults, PyMVA's with those
 * that PyMVA has. */
static const struct
{
  const char *name;
  GType (*get_type) (void);
  const char *options;
} known_methods[] = {
  { "random-forest", pymva_random_forest_get_type, "" },
  { "torch", pymva_torch_get_type, "" },
  { "PyRandomForest", pymva_random_forest_get_type, "NEstimators=10" },
  { "PyTorch", pymva_torch_get_type, "NumEpochs=10:BatchSize=100:Optimizer=sgd:LearningRate=0.01" },
};

/**
 * pymva_method_create_for_name:
 * @name: the name of a class, for example `"random-forest"`, or PyMVA's name, for example
 *   `"PyRandomForest"`
 * @title: (nullable): what people call the method, or `NULL` for @name
 * @error: return location for an error
 *
 * Makes a method by name. Our names, `"random-forest"` and `"torch"`, have the defaults of the
 * framework; `"PyRandomForest"` and `"PyTorch"` have those of PyMVA.
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
  const char *names[G_N_ELEMENTS (known_methods) + 1] = { NULL };
  g_autofree char *near = NULL;

  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (known_methods); i++)
    {
      g_autoptr (PymvaMethod) method = NULL;

      names[i] = known_methods[i].name;
      if (g_ascii_strcasecmp (names[i], name) != 0)
        continue;

      method = g_object_new (known_methods[i].get_type (),
                             "title", title != NULL ? title : names[i], NULL);
      if (!pymva_method_set_options (method, known_methods[i].options, error))
        return NULL;

      return g_steal_pointer (&method);
    }

  near = pymva_names_format_near (name, names);
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE, "There is no method “%s”%s", name, near);
  return NULL;
}
