/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include <pymva/pymva-error.h>

#include "base/pymva-names-private.h"
#include "base/pymva-options-private.h"
#include "pymva-parameter-private.h"

#define PARAMETER_FLAGS (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY)

static G_DEFINE_QUARK (pymva-parameter-choices, choices)

static void
parameter_class_init (GParamSpecClass *klass)
{
  klass->value_validate = NULL;
  klass->value_is_valid = NULL;
}

/* A type of pspec like @parent, that lets every value pass; made when it is first asked for. */
static GType
ensure_type (gsize *type,
             const char *name,
             GType parent)
{
  if (g_once_init_enter (type))
    {
      GTypeQuery query;

      g_type_query (parent, &query);
      g_once_init_leave (type,
                         g_type_register_static_simple (parent, g_intern_string (name),
                                                        query.class_size,
                                                        (GClassInitFunc) parameter_class_init,
                                                        query.instance_size, NULL, 0));
    }

  return *type;
}

static GVariant *
new_dictionary (void)
{
  return g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0));
}

GParamSpec *
pymva_parameter_int (const char *name,
                     const char *nick,
                     const char *blurb,
                     int minimum,
                     int maximum,
                     int default_value)
{
  static gsize type;
  GParamSpecInt *pspec =
    g_param_spec_internal (ensure_type (&type, "PymvaParameterInt", G_TYPE_PARAM_INT),
                           name, nick, blurb, PARAMETER_FLAGS);

  pspec->minimum = minimum;
  pspec->maximum = maximum;
  pspec->default_value = default_value;

  return G_PARAM_SPEC (pspec);
}

GParamSpec *
pymva_parameter_int64 (const char *name,
                       const char *nick,
                       const char *blurb,
                       gint64 minimum,
                       gint64 maximum,
                       gint64 default_value)
{
  static gsize type;
  GParamSpecInt64 *pspec =
    g_param_spec_internal (ensure_type (&type, "PymvaParameterInt64", G_TYPE_PARAM_INT64),
                           name, nick, blurb, PARAMETER_FLAGS);

  pspec->minimum = minimum;
  pspec->maximum = maximum;
  pspec->default_value = default_value;

  return G_PARAM_SPEC (pspec);
}

GParamSpec *
pymva_parameter_double (const char *name,
                        const char *nick,
                        const char *blurb,
                        double minimum,
                        double maximum,
                        double default_value)
{
  static gsize type;
  GParamSpecDouble *pspec =
    g_param_spec_internal (ensure_type (&type, "PymvaParameterDouble", G_TYPE_PARAM_DOUBLE),
                           name, nick, blurb, PARAMETER_FLAGS);

  pspec->minimum = minimum;
  pspec->maximum = maximum;
  pspec->default_value = default_value;

  return G_PARAM_SPEC (pspec);
}

GParamSpec *
pymva_parameter_boolean (const char *name,
                         const char *nick,
                         const char *blurb,
                         gboolean default_value)
{
  return g_param_spec_boolean (name, nick, blurb, default_value, PARAMETER_FLAGS);
}

GParamSpec *
pymva_parameter_string (const char *name,
                        const char *nick,
                        const char *blurb,
                        const char *default_value)
{
  return g_param_spec_string (name, nick, blurb, default_value, PARAMETER_FLAGS);
}

GParamSpec *
pymva_parameter_choice (const char *name,
                        const char *nick,
                        const char *blurb,
                        const char * const *choices)
{
  GParamSpec *pspec = g_param_spec_string (name, nick, blurb, choices[0], PARAMETER_FLAGS);

  g_param_spec_set_qdata (pspec, choices_quark (), (gpointer) choices);

  return pspec;
}

GParamSpec *
pymva_parameter_object (const char *name,
                        const char *nick,
                        const char *blurb,
                        GType type)
{
  return g_param_spec_object (name, nick, blurb, type, PARAMETER_FLAGS);
}

GParamSpec *
pymva_parameter_file (const char *name,
                      const char *nick,
                      const char *blurb)
{
  return pymva_parameter_object (name, nick, blurb, G_TYPE_FILE);
}

GParamSpec *
pymva_parameter_dictionary (const char *name,
                            const char *nick,
                            const char *blurb)
{
  static gsize type;
  GParamSpecVariant *pspec =
    g_param_spec_internal (ensure_type (&type, "PymvaParameterDictionary", G_TYPE_PARAM_VARIANT),
                           name, nick, blurb, PARAMETER_FLAGS);

  pspec->type = g_variant_type_copy (G_VARIANT_TYPE_VARDICT);
  pspec->default_value = new_dictionary ();

  return G_PARAM_SPEC (pspec);
}

const char * const *
pymva_parameter_get_choices (GParamSpec *pspec)
{
  return g_param_spec_get_qdata (pspec, choices_quark ());
}

/* Words are compared whatever their case, and an underscore is a dash. */
static gboolean
same_word (const char *a,
           const char *b)
{
  for (; *a != '\0' && *b != '\0'; a++, b++)
    {
      char letter_a = *a == '_' ? '-' : g_ascii_tolower (*a);
      char letter_b = *b == '_' ? '-' : g_ascii_tolower (*b);

      if (letter_a != letter_b)
        return FALSE;
    }

  return *a == *b;
}

void
pymva_parameter_set_default (GParamSpec *pspec,
                             GValue *value)
{
  /* The pspec lends its dictionary without a reference, and the next setter would drop one. */
  if (G_VALUE_HOLDS_VARIANT (value))
    g_value_set_variant (value, G_PARAM_SPEC_VARIANT (pspec)->default_value);
  else
    g_param_value_set_default (pspec, value);
}

gboolean
pymva_parameter_equal (GParamSpec *pspec,
                       const GValue *a,
                       const GValue *b)
{
  /* The pspec calls a NaN equal to every number. */
  if (G_VALUE_HOLDS_DOUBLE (a))
    return g_value_get_double (a) == g_value_get_double (b);

  /* The pspec compares only the addresses of dictionaries. */
  if (G_VALUE_HOLDS_VARIANT (a))
    {
      g_autoptr (GVariant) first = pymva_parameter_to_variant (a);
      g_autoptr (GVariant) second = pymva_parameter_to_variant (b);

      return g_variant_equal (first, second);
    }

  return g_param_values_cmp (pspec, a, b) == 0;
}

static gboolean
check_dictionary (GParamSpec *pspec,
                  const char *title,
                  GVariant *dictionary,
                  GError **error)
{
  if (dictionary == NULL || g_variant_is_of_type (dictionary, G_VARIANT_TYPE_VARDICT))
    return TRUE;

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
               "“%s” of the method “%s” is of the type “%s”; it must be of the type “a{sv}”",
               pspec->name, title, g_variant_get_type_string (dictionary));
  return FALSE;
}

static gboolean
check_range (GParamSpec *pspec,
             const char *title,
             double number,
             double minimum,
             double maximum,
             GError **error)
{
  if (number >= minimum && number <= maximum)
    return TRUE;

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
               "“%s” of the method “%s” is %.10g; it must be between %.10g and %.10g",
               pspec->name, title, number, minimum, maximum);
  return FALSE;
}

gboolean
pymva_parameter_check_word (const char *name,
                            const char *word,
                            const char *title,
                            const char * const *choices,
                            GError **error)
{
  g_autofree char *list = NULL;

  if (word == NULL)
    word = "";
  for (guint i = 0; choices[i] != NULL; i++)
    if (same_word (choices[i], word))
      return TRUE;

  list = pymva_names_format_list (choices, G_MAXUINT);
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
               "“%s” of the method “%s” is “%s”; it must be one of %s", name, title, word, list);
  return FALSE;
}

gboolean
pymva_parameter_check (GParamSpec *pspec,
                       const GValue *value,
                       const char *title,
                       GError **error)
{
  if (G_IS_PARAM_SPEC_INT (pspec))
    return check_range (pspec, title, g_value_get_int (value),
                        G_PARAM_SPEC_INT (pspec)->minimum, G_PARAM_SPEC_INT (pspec)->maximum,
                        error);
  if (G_IS_PARAM_SPEC_INT64 (pspec))
    return check_range (pspec, title, (double) g_value_get_int64 (value),
                        (double) G_PARAM_SPEC_INT64 (pspec)->minimum,
                        (double) G_PARAM_SPEC_INT64 (pspec)->maximum, error);
  if (G_IS_PARAM_SPEC_DOUBLE (pspec))
    return check_range (pspec, title, g_value_get_double (value),
                        G_PARAM_SPEC_DOUBLE (pspec)->minimum,
                        G_PARAM_SPEC_DOUBLE (pspec)->maximum, error);
  if (G_IS_PARAM_SPEC_VARIANT (pspec))
    return check_dictionary (pspec, title, g_value_get_variant (value), error);
  if (pymva_parameter_get_choices (pspec) != NULL)
    return pymva_parameter_check_word (pspec->name, g_value_get_string (value), title,
                                       pymva_parameter_get_choices (pspec), error);

  return TRUE;
}

GVariant *
pymva_parameter_to_variant (const GValue *value)
{
  GVariant *variant = NULL;

  if (G_VALUE_HOLDS_INT (value))
    variant = g_variant_new_int32 (g_value_get_int (value));
  else if (G_VALUE_HOLDS_INT64 (value))
    variant = g_variant_new_int64 (g_value_get_int64 (value));
  else if (G_VALUE_HOLDS_DOUBLE (value))
    variant = g_variant_new_double (g_value_get_double (value));
  else if (G_VALUE_HOLDS_BOOLEAN (value))
    variant = g_variant_new_boolean (g_value_get_boolean (value));
  else if (G_VALUE_HOLDS_STRING (value))
    variant = g_variant_new_string (g_value_get_string (value) != NULL
                                    ? g_value_get_string (value) : "");
  else if (G_VALUE_HOLDS (value, G_TYPE_FILE))
    {
      GFile *file = g_value_get_object (value);

      variant = g_variant_new_take_string (file != NULL ? g_file_get_uri (file) : g_strdup (""));
    }
  else if (G_VALUE_HOLDS_VARIANT (value))
    return g_value_get_variant (value) != NULL ? g_value_dup_variant (value) : new_dictionary ();

  return variant != NULL ? g_variant_ref_sink (variant) : NULL;
}

/* What values a property takes, to end a message with. */
static char *
describe_values (GParamSpec *pspec)
{
  if (G_IS_PARAM_SPEC_INT (pspec))
    return g_strdup_printf ("a whole number between %d and %d", G_PARAM_SPEC_INT (pspec)->minimum,
                            G_PARAM_SPEC_INT (pspec)->maximum);
  if (G_IS_PARAM_SPEC_INT64 (pspec))
    return g_strdup ("a whole number");
  if (G_IS_PARAM_SPEC_DOUBLE (pspec))
    return g_strdup_printf ("a number between %.10g and %.10g",
                            G_PARAM_SPEC_DOUBLE (pspec)->minimum,
                            G_PARAM_SPEC_DOUBLE (pspec)->maximum);
  if (G_IS_PARAM_SPEC_BOOLEAN (pspec))
    return g_strdup ("true or false");
  if (G_IS_PARAM_SPEC_VARIANT (pspec))
    return g_strdup ("a dictionary of the type “a{sv}”");
  if (pspec->value_type == G_TYPE_FILE)
    return g_strdup ("a text that names a file");
  if (G_IS_PARAM_SPEC_STRING (pspec))
    return g_strdup ("a text");

  return g_strdup_printf ("an object of the type “%s”", g_type_name (pspec->value_type));
}

/* A number of any of GVariant's types; @whole is FALSE where @integer cannot hold it. */
static gboolean
read_number (GVariant *variant,
             gint64 *integer,
             double *number,
             gboolean *whole)
{
  *whole = TRUE;
  switch (g_variant_classify (variant))
    {
    case G_VARIANT_CLASS_BYTE: *integer = g_variant_get_byte (variant); break;
    case G_VARIANT_CLASS_INT16: *integer = g_variant_get_int16 (variant); break;
    case G_VARIANT_CLASS_UINT16: *integer = g_variant_get_uint16 (variant); break;
    case G_VARIANT_CLASS_INT32: *integer = g_variant_get_int32 (variant); break;
    case G_VARIANT_CLASS_UINT32: *integer = g_variant_get_uint32 (variant); break;
    case G_VARIANT_CLASS_INT64: *integer = g_variant_get_int64 (variant); break;
    case G_VARIANT_CLASS_UINT64:
      *whole = g_variant_get_uint64 (variant) <= G_MAXINT64;
      *integer = *whole ? (gint64) g_variant_get_uint64 (variant) : 0;
      *number = (double) g_variant_get_uint64 (variant);
      return TRUE;
    case G_VARIANT_CLASS_DOUBLE:
      *number = g_variant_get_double (variant);
      /* JavaScript has no other numbers than these. */
      *whole = *number == floor (*number) && fabs (*number) < 0x1p53;
      *integer = *whole ? (gint64) *number : 0;
      return TRUE;
    default:
      return FALSE;
    }

  *number = (double) *integer;
  return TRUE;
}

/* Dictionaries whose values are all of one type are taken too. */
static GVariant *
dictionary_new_from_variant (GVariant *variant)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  if (g_variant_is_of_type (variant, G_VARIANT_TYPE_VARDICT))
    return g_variant_ref (variant);

  for (gsize i = 0; i < g_variant_n_children (variant); i++)
    {
      g_autoptr (GVariant) entry = g_variant_get_child_value (variant, i);
      g_autoptr (GVariant) value = g_variant_get_child_value (entry, 1);
      const char *name;

      g_variant_get_child (entry, 0, "&s", &name);
      g_variant_builder_add (&builder, "{sv}", name, value);
    }

  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

gboolean
pymva_parameter_set_variant (GParamSpec *pspec,
                             GValue *value,
                             GVariant *variant,
                             GError **error)
{
  gint64 integer;
  double number;
  gboolean whole;

  if (G_VALUE_HOLDS_BOOLEAN (value) && g_variant_is_of_type (variant, G_VARIANT_TYPE_BOOLEAN))
    g_value_set_boolean (value, g_variant_get_boolean (variant));
  else if (G_VALUE_HOLDS_STRING (value) && g_variant_is_of_type (variant, G_VARIANT_TYPE_STRING))
    g_value_set_string (value, g_variant_get_string (variant, NULL));
  else if (G_VALUE_HOLDS (value, G_TYPE_FILE) &&
           g_variant_is_of_type (variant, G_VARIANT_TYPE_STRING))
    {
      const char *name = g_variant_get_string (variant, NULL);

      g_value_take_object (value,
                           *name != '\0' ? g_file_new_for_commandline_arg (name) : NULL);
    }
  else if (G_VALUE_HOLDS_DOUBLE (value) && read_number (variant, &integer, &number, &whole))
    g_value_set_double (value, number);
  else if (G_VALUE_HOLDS_INT64 (value) && read_number (variant, &integer, &number, &whole) && whole)
    g_value_set_int64 (value, integer);
  else if (G_VALUE_HOLDS_INT (value) && read_number (variant, &integer, &number, &whole) &&
           whole && integer >= G_MININT && integer <= G_MAXINT)
    g_value_set_int (value, integer);
  else if (G_VALUE_HOLDS_VARIANT (value) &&
           g_variant_is_of_type (variant, G_VARIANT_TYPE ("a{s*}")))
    g_value_take_variant (value, dictionary_new_from_variant (variant));
  else
    {
      g_autofree char *text = g_variant_print (variant, FALSE);
      g_autofree char *good = describe_values (pspec);

      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_TYPE,
                   "“%s” cannot be %s (of the type “%s”); it must be %s", pspec->name, text,
                   g_variant_get_type_string (variant), good);
      return FALSE;
    }

  return TRUE;
}

gboolean
pymva_parameter_set_text (GParamSpec *pspec,
                          GValue *value,
                          const char *text,
                          GError **error)
{
  g_autofree char *good = NULL;
  gint64 integer;
  gboolean flag;

  if (g_ascii_strcasecmp (text, "None") == 0)
    {
      pymva_parameter_set_default (pspec, value);
      return TRUE;
    }

  if (G_VALUE_HOLDS_STRING (value))
    {
      g_value_set_string (value, text);
      return TRUE;
    }
  if (G_VALUE_HOLDS (value, G_TYPE_FILE))
    {
      g_value_take_object (value, *text != '\0' ? g_file_new_for_commandline_arg (text) : NULL);
      return TRUE;
    }
  if (G_VALUE_HOLDS_VARIANT (value))
    {
      GVariant *dictionary = pymva_parameter_parse_dictionary (text, error);

      if (dictionary == NULL)
        {
          g_prefix_error (error, "“%s” is “%s”: ", pspec->name, text);
          return FALSE;
        }
      g_value_take_variant (value, dictionary);
      return TRUE;
    }
  if (G_VALUE_HOLDS_BOOLEAN (value) && pymva_options_read_boolean (text, &flag))
    {
      g_value_set_boolean (value, flag);
      return TRUE;
    }
  if (G_VALUE_HOLDS_INT (value) &&
      g_ascii_string_to_signed (text, 10, G_MININT, G_MAXINT, &integer, NULL))
    {
      g_value_set_int (value, integer);
      return TRUE;
    }
  if (G_VALUE_HOLDS_INT64 (value) &&
      g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, &integer, NULL))
    {
      g_value_set_int64 (value, integer);
      return TRUE;
    }
  if (G_VALUE_HOLDS_DOUBLE (value))
    {
      char *end = NULL;
      double number = g_ascii_strtod (text, &end);

      if (end != text && *end == '\0')
        {
          g_value_set_double (value, number);
          return TRUE;
        }
    }

  good = describe_values (pspec);
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE, "“%s” is “%s”; it must be %s", pspec->name,
               text, good);
  return FALSE;
}
