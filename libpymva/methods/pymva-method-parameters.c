/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include <pymva/pymva-error.h>

#include "base/pymva-names-private.h"
#include "pymva-method-private.h"
#include "pymva-parameter-private.h"
#include "pymva-settings-private.h"
#include "transforms/pymva-transform-definition-private.h"

/* Properties that derived classes install as parameters are kept here, so that such a class needs
 * no storage. */
static void
read_parameter (PymvaMethod *self,
                GParamSpec *pspec,
                GValue *value)
{
  const GValue *stored = g_hash_table_lookup (pymva_method_peek_values (self), pspec->name);

  if (stored != NULL)
    g_value_copy (stored, value);
  else
    pymva_parameter_set_default (pspec, value);
}

static void
get_parameter (GObject *object,
               guint prop_id,
               GValue *value,
               GParamSpec *pspec)
{
  read_parameter (PYMVA_METHOD (object), pspec, value);
}

static void
set_parameter (GObject *object,
               guint prop_id,
               const GValue *value,
               GParamSpec *pspec)
{
  PymvaMethod *self = PYMVA_METHOD (object);
  g_auto (GValue) old = G_VALUE_INIT;
  GValue *copy;

  g_value_init (&old, pspec->value_type);
  read_parameter (self, pspec, &old);
  if (pymva_parameter_equal (pspec, value, &old))
    return;

  copy = g_new0 (GValue, 1);
  g_value_init (copy, pspec->value_type);
  g_value_copy (value, copy);
  g_hash_table_insert (pymva_method_peek_values (self), (gpointer) pspec->name, copy);
  g_object_notify_by_pspec (object, pspec);
}

void
pymva_method_class_install_parameters (PymvaMethodClass *klass,
                                       GParamSpec **pspecs,
                                       guint n_pspecs)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = get_parameter;
  object_class->set_property = set_parameter;
  g_object_class_install_properties (object_class, n_pspecs, pspecs);
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp ((*(GParamSpec **) a)->name, (*(GParamSpec **) b)->name);
}

gboolean
pymva_method_is_setting (GParamSpec *pspec)
{
  return (pspec->flags & G_PARAM_READWRITE) == G_PARAM_READWRITE &&
         g_type_is_a (pspec->owner_type, PYMVA_TYPE_METHOD) &&
         !g_str_equal (pspec->name, "title");
}

/* Copies of a method must not write over each other's models. */
static gboolean
is_parameter (GParamSpec *pspec)
{
  return pymva_method_is_setting (pspec)
         && !g_str_equal (pspec->name, PYMVA_METHOD_TRAINED_MODEL_FILE);
}

GParamSpec **
pymva_method_list_parameters (PymvaMethod *self,
                              guint *n_parameters)
{
  g_autofree GParamSpec **all = NULL;
  GParamSpec **parameters;
  guint n_all;
  guint n = 0;

  all = g_object_class_list_properties (G_OBJECT_GET_CLASS (self), &n_all);
  parameters = g_new (GParamSpec *, n_all);
  for (guint i = 0; i < n_all; i++)
    if (is_parameter (all[i]))
      parameters[n++] = all[i];
  qsort (parameters, n, sizeof (GParamSpec *), compare_names);
  *n_parameters = n;

  return parameters;
}

GParamSpec *
pymva_method_find_parameter (PymvaMethod *self,
                             const char *name,
                             GError **error)
{
  g_autofree char *canonical = g_strdelimit (g_strdup (name), "_", '-');
  g_autofree GParamSpec **parameters = NULL;
  g_autofree const char **names = NULL;
  g_autofree char *near = NULL;
  GParamSpec *pspec;
  guint n_parameters;

  pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (self), canonical);
  if (pspec != NULL && pymva_method_is_setting (pspec))
    return pspec;

  parameters = pymva_method_list_parameters (self, &n_parameters);
  names = g_new0 (const char *, n_parameters + 1);
  for (guint i = 0; i < n_parameters; i++)
    names[i] = parameters[i]->name;
  near = pymva_names_format_near (canonical, names);
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE, "The method “%s” has no parameter “%s”%s",
               pymva_method_get_title (self), name, near);
  return NULL;
}

static GVariant *
dup_values (PymvaMethod *self,
            char delimiter)
{
  g_autofree GParamSpec **parameters = NULL;
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  guint n_parameters;

  parameters = pymva_method_list_parameters (self, &n_parameters);
  for (guint i = 0; i < n_parameters; i++)
    {
      g_auto (GValue) value = G_VALUE_INIT;
      g_autoptr (GVariant) variant = NULL;
      g_autofree char *key = g_strdelimit (g_strdup (parameters[i]->name), "-", delimiter);

      g_value_init (&value, parameters[i]->value_type);
      g_object_get_property (G_OBJECT (self), parameters[i]->name, &value);
      variant = pymva_parameter_to_variant (&value);
      /* A class made in a scripting language may have properties that no variant can hold. */
      if (variant != NULL)
        g_variant_builder_add (&builder, "{sv}", key, variant);
    }

  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

/**
 * pymva_method_dup_parameters:
 * @self: a method
 *
 * Gets all hyperparameters: the properties that training depends on, with their values, those that
 * were never set included. A file is written as its URI.
 *
 * Returns: (transfer full): a dictionary of the type `a{sv}`, for
 *   [method@Method.set_parameters]
 *
 * Since: 1.0
 */
GVariant *
pymva_method_dup_parameters (PymvaMethod *self)
{
  g_return_val_if_fail (PYMVA_IS_METHOD (self), NULL);

  return dup_values (self, '-');
}

GVariant *
pymva_method_dup_config (PymvaMethod *self,
                         GError **error)
{
  PymvaMethodClass *klass = PYMVA_METHOD_GET_CLASS (self);
  g_autoptr (GVariant) values = dup_values (self, '_');
  g_auto (GVariantDict) config;

  g_variant_dict_init (&config, values);
  g_variant_dict_insert (&config, "title", "s", pymva_method_get_title (self));
  /* The seed that is used, so that a model's manifest can name it. */
  if (pymva_method_get_seed (self) < 0)
    g_variant_dict_insert (&config, "seed", "x", (gint64) g_random_int ());
  if (klass->add_config != NULL && !klass->add_config (self, &config, error))
    return NULL;

  return g_variant_ref_sink (g_variant_dict_end (&config));
}

gboolean
pymva_method_add_path (PymvaMethod *self,
                       const char *property,
                       GVariantDict *config,
                       GError **error)
{
  g_autofree char *key = g_strdelimit (g_strdup (property), "-", '_');
  g_autoptr (GFile) file = NULL;
  const char *path;

  g_object_get (self, property, &file, NULL);
  if (file == NULL)
    return TRUE;

  path = g_file_peek_path (file);
  if (path == NULL || !g_utf8_validate (path, -1, NULL))
    {
      g_autofree char *shown = g_file_get_parse_name (file);

      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "“%s” of the method “%s” is “%s”; it must be on this computer, with a path that "
                   "is UTF-8 text", property, pymva_method_get_title (self), shown);
      return FALSE;
    }
  g_variant_dict_insert (config, key, "s", path);

  return TRUE;
}

GHashTable *
pymva_method_dup_objects (PymvaMethod *self)
{
  GHashTable *objects = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  g_autofree GParamSpec **parameters = NULL;
  guint n_parameters;

  parameters = pymva_method_list_parameters (self, &n_parameters);
  for (guint i = 0; i < n_parameters; i++)
    {
      g_autoptr (PymvaObject) object = NULL;

      if (!g_type_is_a (parameters[i]->value_type, PYMVA_TYPE_OBJECT))
        continue;
      g_object_get (self, parameters[i]->name, &object, NULL);
      if (object != NULL)
        g_hash_table_insert (objects, g_strdelimit (g_strdup (parameters[i]->name), "-", '_'),
                             g_steal_pointer (&object));
    }

  return objects;
}

/**
 * pymva_method_check_parameters:
 * @self: a method
 * @analysis_type: what is to be learnt
 * @error: return location for an error
 *
 * Checks whether the hyperparameters are good to train with, which [method@Method.train] does
 * first. Nothing is imported for it.
 *
 * Returns: `TRUE`, or `FALSE` with @error set: `PYMVA_ERROR_VALUE` for a property that is no good,
 *   naming the good values, or `PYMVA_ERROR_UNSUPPORTED`
 *
 * Since: 1.0
 */
gboolean
pymva_method_check_parameters (PymvaMethod *self,
                               PymvaAnalysisType analysis_type,
                               GError **error)
{
  PymvaMethodClass *klass;
  const char *title;
  g_autoptr (GPtrArray) steps = NULL;
  g_autofree GParamSpec **parameters = NULL;
  guint n_parameters;

  g_return_val_if_fail (PYMVA_IS_METHOD (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  klass = PYMVA_METHOD_GET_CLASS (self);
  title = pymva_method_get_title (self);
  parameters = pymva_method_list_parameters (self, &n_parameters);
  for (guint i = 0; i < n_parameters; i++)
    {
      g_auto (GValue) value = G_VALUE_INIT;

      g_value_init (&value, parameters[i]->value_type);
      g_object_get_property (G_OBJECT (self), parameters[i]->name, &value);
      if (!pymva_parameter_check (parameters[i], &value, title, error))
        return FALSE;
    }

  steps = pymva_transform_parse (pymva_method_get_transforms (self), error);
  if (steps == NULL)
    {
      g_prefix_error (error, "“transforms” of the method “%s”: ", title);
      return FALSE;
    }

  return klass->check == NULL || klass->check (self, analysis_type, error);
}

/**
 * pymva_method_set_parameters:
 * @self: a method
 * @parameters: hyperparameters by name, of the type `a{sv}`
 * @error: return location for an error
 *
 * Sets several hyperparameters. Names are those of the properties, with dashes or underscores.
 * Numbers may be of any width that holds them. All are set, or, after an error, none.
 *
 * Returns: `TRUE`, or `FALSE` with @error set: `PYMVA_ERROR_VALUE` for an unknown name, naming the
 *   near ones, and `PYMVA_ERROR_TYPE` for a value of a wrong type
 *
 * Since: 1.0
 */
gboolean
pymva_method_set_parameters (PymvaMethod *self,
                             GVariant *parameters,
                             GError **error)
{
  g_autoptr (GVariant) sunk = NULL;
  g_autoptr (GArray) settings = pymva_settings_new ();
  g_autofree char *type = NULL;
  GVariantIter iter;
  const char *name;
  GVariant *value;

  g_return_val_if_fail (PYMVA_IS_METHOD (self), FALSE);
  g_return_val_if_fail (parameters != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  sunk = g_variant_ref_sink (parameters);
  if (!g_variant_is_of_type (sunk, G_VARIANT_TYPE_VARDICT))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_TYPE,
                   "Parameters are of the type “%s”; they must be of the type “a{sv}”",
                   g_variant_get_type_string (sunk));
      return FALSE;
    }

  g_variant_iter_init (&iter, sunk);
  while (g_variant_iter_loop (&iter, "{&sv}", &name, &value))
    {
      GParamSpec *pspec = pymva_method_find_parameter (self, name, error);

      if (pspec == NULL ||
          !pymva_parameter_set_variant (pspec, pymva_settings_add (settings, pspec), value,
                                        error))
        {
          g_variant_unref (value);
          return FALSE;
        }
    }
  pymva_settings_apply (settings, G_OBJECT (self));

  return TRUE;
}

/**
 * pymva_method_copy:
 * @self: a method
 *
 * Makes a method of the same class, with the same title and hyperparameters, that is not trained.
 *
 * Returns: (transfer full): the copy
 *
 * Since: 1.0
 */
PymvaMethod *
pymva_method_copy (PymvaMethod *self)
{
  PymvaMethod *copy;
  g_autofree GParamSpec **parameters = NULL;
  guint n_parameters;

  g_return_val_if_fail (PYMVA_IS_METHOD (self), NULL);

  copy = g_object_new (G_OBJECT_TYPE (self), "title", pymva_method_get_title (self), NULL);
  parameters = pymva_method_list_parameters (self, &n_parameters);
  for (guint i = 0; i < n_parameters; i++)
    {
      g_auto (GValue) value = G_VALUE_INIT;

      g_value_init (&value, parameters[i]->value_type);
      g_object_get_property (G_OBJECT (self), parameters[i]->name, &value);
      g_object_set_property (G_OBJECT (copy), parameters[i]->name, &value);
    }

  return copy;
}

/**
 * pymva_method_list_choices:
 * @self: a method
 * @property: the name of a property that is a word
 * @error: return location for an error
 *
 * Lists the words that a property may be, the default first.
 *
 * Returns: (transfer full) (array zero-terminated=1): the words, or `NULL` with
 *   `PYMVA_ERROR_VALUE` where there is no such property, or it is not one of a list of words
 *
 * Since: 1.0
 */
char **
pymva_method_list_choices (PymvaMethod *self,
                           const char *property,
                           GError **error)
{
  const char * const *choices;
  GParamSpec *pspec;

  g_return_val_if_fail (PYMVA_IS_METHOD (self), NULL);
  g_return_val_if_fail (property != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  pspec = pymva_method_find_parameter (self, property, error);
  if (pspec == NULL)
    return NULL;

  choices = pymva_parameter_get_choices (pspec);
  if (choices == NULL)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "“%s” of the method “%s” is not a word out of a list; it is a value of the "
                   "type %s",
                   pspec->name, pymva_method_get_title (self), g_type_name (pspec->value_type));
      return NULL;
    }

  return g_strdupv ((char **) choices);
}
