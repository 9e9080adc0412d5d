/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include "pymva-method-private.h"
#include "pymva-parameter-info-private.h"
#include "pymva-parameter-private.h"

/**
 * PymvaParameterInfo:
 *
 * What a front end needs to know of a hyperparameter to draw a row of a form: what it is called,
 * what it means, its type, range, words and default.
 *
 * [method@MethodInfo.list_parameters] gives them. The value itself is the property of the same name
 * of the method. These objects never change, and any thread may read them.
 *
 * Since: 1.0
 */
struct _PymvaParameterInfo
{
  GObject parent_instance;

  GParamSpec *pspec;
  char **options;
};

G_DEFINE_FINAL_TYPE (PymvaParameterInfo, pymva_parameter_info, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_NAME,
  PROP_TITLE,
  PROP_DESCRIPTION,
  PROP_VALUE_TYPE,
  PROP_DEFAULT_VALUE,
  PROP_MINIMUM,
  PROP_MAXIMUM,
  PROP_CHOICES,
  PROP_OPTIONS,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static void
pymva_parameter_info_get_property (GObject *object,
                                   guint prop_id,
                                   GValue *value,
                                   GParamSpec *pspec)
{
  PymvaParameterInfo *self = PYMVA_PARAMETER_INFO (object);

  switch (prop_id)
    {
    case PROP_NAME:
      g_value_set_string (value, pymva_parameter_info_get_name (self));
      break;
    case PROP_TITLE:
      g_value_set_string (value, pymva_parameter_info_get_title (self));
      break;
    case PROP_DESCRIPTION:
      g_value_set_string (value, pymva_parameter_info_get_description (self));
      break;
    case PROP_VALUE_TYPE:
      g_value_set_gtype (value, pymva_parameter_info_get_value_type (self));
      break;
    case PROP_DEFAULT_VALUE:
      g_value_take_variant (value, pymva_parameter_info_dup_default_value (self));
      break;
    case PROP_MINIMUM:
      g_value_set_double (value, pymva_parameter_info_get_minimum (self));
      break;
    case PROP_MAXIMUM:
      g_value_set_double (value, pymva_parameter_info_get_maximum (self));
      break;
    case PROP_CHOICES:
      g_value_take_boxed (value, pymva_parameter_info_list_choices (self));
      break;
    case PROP_OPTIONS:
      g_value_take_boxed (value, pymva_parameter_info_list_options (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
pymva_parameter_info_finalize (GObject *object)
{
  PymvaParameterInfo *self = PYMVA_PARAMETER_INFO (object);

  g_clear_pointer (&self->pspec, g_param_spec_unref);
  g_clear_pointer (&self->options, g_strfreev);

  G_OBJECT_CLASS (pymva_parameter_info_parent_class)->finalize (object);
}

static void
install_word_properties (void)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  /**
   * PymvaParameterInfo:name: (getter get_name)
   *
   * The name of the method's property, for example `"max-depth"`.
   *
   * Since: 1.0
   */
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);

  /**
   * PymvaParameterInfo:title: (getter get_title)
   *
   * What people call it, for example `"Depth"`.
   *
   * Since: 1.0
   */
  props[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);

  /**
   * PymvaParameterInfo:description: (getter get_description)
   *
   * What it means, in a short sentence.
   *
   * Since: 1.0
   */
  props[PROP_DESCRIPTION] = g_param_spec_string ("description", NULL, NULL, NULL, flags);

  /**
   * PymvaParameterInfo:choices: (getter list_choices)
   *
   * The words that are good; empty where the value is not a word out of a list.
   *
   * Since: 1.0
   */
  props[PROP_CHOICES] = g_param_spec_boxed ("choices", NULL, NULL, G_TYPE_STRV, flags);

  /**
   * PymvaParameterInfo:options: (getter list_options)
   *
   * What options strings call it, those of PyMVA first.
   *
   * Since: 1.0
   */
  props[PROP_OPTIONS] = g_param_spec_boxed ("options", NULL, NULL, G_TYPE_STRV, flags);
}

static void
install_value_properties (void)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  /**
   * PymvaParameterInfo:value-type: (getter get_value_type)
   *
   * The type of the property.
   *
   * Since: 1.0
   */
  props[PROP_VALUE_TYPE] =
    g_param_spec_gtype ("value-type", NULL, NULL, G_TYPE_NONE, flags);

  /**
   * PymvaParameterInfo:default-value: (getter dup_default_value)
   *
   * The value that it has before it is set.
   *
   * Since: 1.0
   */
  props[PROP_DEFAULT_VALUE] =
    g_param_spec_variant ("default-value", NULL, NULL, G_VARIANT_TYPE_ANY, NULL, flags);

  /**
   * PymvaParameterInfo:minimum: (getter get_minimum)
   *
   * The smallest number that is good; NaN where the value is not a number.
   *
   * Since: 1.0
   */
  props[PROP_MINIMUM] =
    g_param_spec_double ("minimum", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0.0, flags);

  /**
   * PymvaParameterInfo:maximum: (getter get_maximum)
   *
   * The largest number that is good; NaN where the value is not a number.
   *
   * Since: 1.0
   */
  props[PROP_MAXIMUM] =
    g_param_spec_double ("maximum", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0.0, flags);
}

static void
pymva_parameter_info_class_init (PymvaParameterInfoClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = pymva_parameter_info_get_property;
  object_class->finalize = pymva_parameter_info_finalize;

  install_word_properties ();
  install_value_properties ();
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
pymva_parameter_info_init (PymvaParameterInfo *self)
{
}

PymvaParameterInfo *
pymva_parameter_info_new (PymvaMethodClass *klass,
                          GParamSpec *pspec)
{
  PymvaParameterInfo *self = g_object_new (PYMVA_TYPE_PARAMETER_INFO, NULL);

  self->pspec = g_param_spec_ref (pspec);
  /* No text is a live object. */
  if (!g_type_is_a (pspec->value_type, PYMVA_TYPE_OBJECT))
    self->options = pymva_method_class_list_options (klass, pspec->name);

  return self;
}

/**
 * pymva_parameter_info_get_name: (get-property name)
 * @self: a parameter's description
 *
 * Gets the name of the method's property.
 *
 * Returns: (transfer none) (nullable): the name, for example `"max-depth"`
 *
 * Since: 1.0
 */
const char *
pymva_parameter_info_get_name (PymvaParameterInfo *self)
{
  g_return_val_if_fail (PYMVA_IS_PARAMETER_INFO (self), NULL);

  return self->pspec != NULL ? self->pspec->name : NULL;
}

/**
 * pymva_parameter_info_get_title: (get-property title)
 * @self: a parameter's description
 *
 * Gets what people call the parameter.
 *
 * Returns: (transfer none) (nullable): the title, for example `"Depth"`
 *
 * Since: 1.0
 */
const char *
pymva_parameter_info_get_title (PymvaParameterInfo *self)
{
  g_return_val_if_fail (PYMVA_IS_PARAMETER_INFO (self), NULL);

  return self->pspec != NULL ? g_param_spec_get_nick (self->pspec) : NULL;
}

/**
 * pymva_parameter_info_get_description: (get-property description)
 * @self: a parameter's description
 *
 * Gets what the parameter means.
 *
 * Returns: (transfer none) (nullable): a short sentence
 *
 * Since: 1.0
 */
const char *
pymva_parameter_info_get_description (PymvaParameterInfo *self)
{
  g_return_val_if_fail (PYMVA_IS_PARAMETER_INFO (self), NULL);

  return self->pspec != NULL ? g_param_spec_get_blurb (self->pspec) : NULL;
}

/**
 * pymva_parameter_info_get_value_type: (get-property value-type)
 * @self: a parameter's description
 *
 * Gets the type of the method's property.
 *
 * Returns: the type, for example `G_TYPE_INT`
 *
 * Since: 1.0
 */
GType
pymva_parameter_info_get_value_type (PymvaParameterInfo *self)
{
  g_return_val_if_fail (PYMVA_IS_PARAMETER_INFO (self), G_TYPE_NONE);

  return self->pspec != NULL ? self->pspec->value_type : G_TYPE_NONE;
}

/**
 * pymva_parameter_info_dup_default_value: (get-property default-value)
 * @self: a parameter's description
 *
 * Gets the value that the parameter has before it is set.
 *
 * Returns: (transfer full) (nullable): the value, of the type that
 *   [method@Method.dup_parameters] gives it; `NULL` where no variant can hold it
 *
 * Since: 1.0
 */
GVariant *
pymva_parameter_info_dup_default_value (PymvaParameterInfo *self)
{
  g_return_val_if_fail (PYMVA_IS_PARAMETER_INFO (self), NULL);

  return self->pspec != NULL
         ? pymva_parameter_to_variant (g_param_spec_get_default_value (self->pspec)) : NULL;
}

static void
read_range (GParamSpec *pspec,
            double *minimum,
            double *maximum)
{
  *minimum = *maximum = NAN;
  if (G_IS_PARAM_SPEC_INT (pspec))
    {
      *minimum = G_PARAM_SPEC_INT (pspec)->minimum;
      *maximum = G_PARAM_SPEC_INT (pspec)->maximum;
    }
  else if (G_IS_PARAM_SPEC_INT64 (pspec))
    {
      *minimum = G_PARAM_SPEC_INT64 (pspec)->minimum;
      *maximum = G_PARAM_SPEC_INT64 (pspec)->maximum;
    }
  else if (G_IS_PARAM_SPEC_DOUBLE (pspec))
    {
      *minimum = G_PARAM_SPEC_DOUBLE (pspec)->minimum;
      *maximum = G_PARAM_SPEC_DOUBLE (pspec)->maximum;
    }
}

/**
 * pymva_parameter_info_get_minimum: (get-property minimum)
 * @self: a parameter's description
 *
 * Gets the smallest number that is good. The property takes any value; training refuses others.
 *
 * Returns: the number, or NaN where the value is not a number
 *
 * Since: 1.0
 */
double
pymva_parameter_info_get_minimum (PymvaParameterInfo *self)
{
  double minimum, maximum;

  g_return_val_if_fail (PYMVA_IS_PARAMETER_INFO (self), NAN);

  read_range (self->pspec, &minimum, &maximum);

  return minimum;
}

/**
 * pymva_parameter_info_get_maximum: (get-property maximum)
 * @self: a parameter's description
 *
 * Gets the largest number that is good.
 *
 * Returns: the number, or NaN where the value is not a number
 *
 * Since: 1.0
 */
double
pymva_parameter_info_get_maximum (PymvaParameterInfo *self)
{
  double minimum, maximum;

  g_return_val_if_fail (PYMVA_IS_PARAMETER_INFO (self), NAN);

  read_range (self->pspec, &minimum, &maximum);

  return maximum;
}

/**
 * pymva_parameter_info_list_choices: (get-property choices)
 * @self: a parameter's description
 *
 * Gets the words that are good. The first one is the default.
 *
 * Returns: (transfer full): the words; empty where the value is not a word out of a list
 *
 * Since: 1.0
 */
char **
pymva_parameter_info_list_choices (PymvaParameterInfo *self)
{
  const char * const *choices = NULL;

  g_return_val_if_fail (PYMVA_IS_PARAMETER_INFO (self), NULL);

  if (self->pspec != NULL)
    choices = pymva_parameter_get_choices (self->pspec);

  return choices != NULL ? g_strdupv ((char **) choices) : g_new0 (char *, 1);
}

/**
 * pymva_parameter_info_list_options: (get-property options)
 * @self: a parameter's description
 *
 * Gets what options strings call the parameter: the names that PyMVA has, if it has any, and the
 * property's name in capitals. See [method@Method.set_options].
 *
 * Returns: (transfer full): the names, for example `"NumEpochs"` and `"Epochs"`
 *
 * Since: 1.0
 */
char **
pymva_parameter_info_list_options (PymvaParameterInfo *self)
{
  g_return_val_if_fail (PYMVA_IS_PARAMETER_INFO (self), NULL);

  return self->options != NULL ? g_strdupv (self->options) : g_new0 (char *, 1);
}
