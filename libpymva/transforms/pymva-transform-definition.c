/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include <pymva/pymva-error.h>

#include "base/pymva-names-private.h"
#include "pymva-transform-definition-private.h"

/* How many names a message lists. */
#define MOST_NAMED 40

/* The first name of each kind is its letter. Where TMVA has the kind, the others are TMVA's. */
static const struct
{
  PymvaTransformKind kind;
  const char *name;
} kinds[] = {
  { PYMVA_TRANSFORM_IDENTITY, "I" },
  { PYMVA_TRANSFORM_IDENTITY, "Ident" },
  { PYMVA_TRANSFORM_IDENTITY, "Identity" },
  { PYMVA_TRANSFORM_NORMALISE, "N" },
  { PYMVA_TRANSFORM_NORMALISE, "Norm" },
  { PYMVA_TRANSFORM_NORMALISE, "Normalise" },
  { PYMVA_TRANSFORM_NORMALISE, "Normalize" },
  { PYMVA_TRANSFORM_DECORRELATE, "D" },
  { PYMVA_TRANSFORM_DECORRELATE, "Deco" },
  { PYMVA_TRANSFORM_DECORRELATE, "Decorrelate" },
  { PYMVA_TRANSFORM_PRINCIPAL, "P" },
  { PYMVA_TRANSFORM_PRINCIPAL, "PCA" },
  { PYMVA_TRANSFORM_UNIFORM, "U" },
  { PYMVA_TRANSFORM_UNIFORM, "Uniform" },
  { PYMVA_TRANSFORM_GAUSS, "G" },
  { PYMVA_TRANSFORM_GAUSS, "Gauss" },
  { PYMVA_TRANSFORM_STANDARDISE, "S" },
  { PYMVA_TRANSFORM_STANDARDISE, "Standardise" },
  { PYMVA_TRANSFORM_STANDARDISE, "Standardize" },
};

const char *
pymva_transform_kind_get_letter (PymvaTransformKind kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (kinds[i].kind == kind)
      return kinds[i].name;

  g_assert_not_reached ();
}

static void
step_free (gpointer data)
{
  PymvaTransformStep *step = data;

  g_free (step->text);
  g_free (step->class_name);
  g_strfreev (step->variables);
  g_free (step);
}

/* Cuts @text where one of @delimiters stands outside of parentheses; NULL and an error where the
 * parentheses do not match. */
static GPtrArray *
split (const char *text,
       const char *delimiters,
       GError **error)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  const char *start = text;
  int depth = 0;

  for (const char *c = text; depth >= 0; c++)
    {
      if (*c == '(')
        depth++;
      else if (*c == ')')
        depth--;
      else if (*c == '\0' || (depth == 0 && strchr (delimiters, *c) != NULL))
        {
          g_ptr_array_add (parts, g_strstrip (g_strndup (start, c - start)));
          start = c + 1;
        }
      if (*c == '\0')
        break;
    }
  if (depth == 0)
    return g_steal_pointer (&parts);

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
               "the parentheses in “%s” do not match", text);
  return NULL;
}

static gboolean
read_kind (PymvaTransformStep *step,
           const char *name,
           GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      if (g_ascii_strcasecmp (name, kinds[i].name) != 0)
        continue;
      step->kind = kinds[i].kind;
      return TRUE;
    }

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
               "there is no transformation “%s”; the transformations are I (none), N (to the "
               "range from -1 to 1), S (to mean 0 and deviation 1), D (decorrelation), "
               "P (principal components), U (uniform) and G (Gaussian)", name);
  return FALSE;
}

/* The names between the parentheses. */
static gboolean
read_variables (PymvaTransformStep *step,
                const char *list,
                GError **error)
{
  g_autoptr (GPtrArray) names = split (list, ",", error);

  if (names == NULL)
    return FALSE;

  for (guint i = 0; i < names->len; i++)
    {
      const char *name = names->pdata[i];

      if (*name == '\0')
        {
          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                       "the list of variables of “%s” has an empty place", step->text);
          return FALSE;
        }
      if (g_str_equal (name, "_T_") || g_str_equal (name, "_S_"))
        {
          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
                       "“%s” asks to transform targets or spectators (%s); only variables are "
                       "transformed, so leave that out", step->text, name);
          return FALSE;
        }
      if (g_str_equal (name, "_V_"))
        return TRUE;
    }

  g_ptr_array_add (names, NULL);
  step->variables = g_strdupv ((char **) names->pdata);
  return TRUE;
}

/* “N(a,b)_Signal”: a name, perhaps variables, perhaps a class. */
static PymvaTransformStep *
read_step (const char *text,
           GError **error)
{
  PymvaTransformStep *step = g_new0 (PymvaTransformStep, 1);
  g_autoptr (GString) name = g_string_new (text);
  const char *open = strchr (text, '(');
  const char *close = strrchr (text, ')');
  gboolean success = TRUE;
  char *underscore;

  step->text = g_strdup (text);
  if (open != NULL && close != NULL)
    {
      g_autofree char *list = g_strndup (open + 1, close - open - 1);

      g_string_erase (name, open - text, close - open + 1);
      success = read_variables (step, list, error);
    }

  underscore = strchr (name->str, '_');
  if (underscore != NULL)
    {
      if (!g_str_equal (underscore + 1, "AllClasses"))
        step->class_name = g_strdup (underscore + 1);
      g_string_truncate (name, underscore - name->str);
    }
  success = success && read_kind (step, name->str, error);

  if (!success)
    g_clear_pointer (&step, step_free);
  return step;
}

GPtrArray *
pymva_transform_parse (const char *definition,
                       GError **error)
{
  g_autoptr (GPtrArray) steps = g_ptr_array_new_with_free_func (step_free);
  g_autoptr (GPtrArray) parts = NULL;
  g_autofree char *text = g_strstrip (g_strdup (definition));

  if (*text == '\0' || g_str_equal (text, "None"))
    return g_steal_pointer (&steps);
  if (strchr (text, ';') != NULL)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "“%s” lists several chains of transformations; a method has one, whose parts "
                   "are separated by commas", text);
      return NULL;
    }

  parts = split (text, ",+", error);
  if (parts == NULL)
    return NULL;
  for (guint i = 0; i < parts->len; i++)
    {
      PymvaTransformStep *step = read_step (parts->pdata[i], error);

      if (step == NULL)
        return NULL;
      g_ptr_array_add (steps, step);
    }

  return g_steal_pointer (&steps);
}

/* The number of a variable by its name, or as TMVA numbers it, “_V3_”; -1 where there is none. */
static int
find_variable (const char *name,
               const char * const *variables)
{
  guint n_variables = g_strv_length ((char **) variables);
  guint64 number;
  char *end;

  for (guint i = 0; i < n_variables; i++)
    if (g_str_equal (variables[i], name))
      return i;

  if (!g_str_has_prefix (name, "_V") || !g_ascii_isdigit (name[2]))
    return -1;

  number = g_ascii_strtoull (name + 2, &end, 10);
  return g_str_equal (end, "_") && number < n_variables ? (int) number : -1;
}

gboolean
pymva_transform_step_find_columns (const PymvaTransformStep *self,
                                   const char * const *variables,
                                   guint **columns,
                                   guint *n_columns,
                                   GError **error)
{
  guint n_variables = g_strv_length ((char **) variables);
  g_autofree gboolean *chosen = g_new0 (gboolean, n_variables);

  for (guint i = 0; self->variables == NULL && i < n_variables; i++)
    chosen[i] = TRUE;
  for (guint i = 0; self->variables != NULL && self->variables[i] != NULL; i++)
    {
      int number = find_variable (self->variables[i], variables);

      if (number < 0)
        {
          g_autofree char *near = pymva_names_format_near (self->variables[i], variables);

          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                       "the transformation “%s”: there is no variable “%s”%s", self->text,
                       self->variables[i], near);
          return FALSE;
        }
      chosen[number] = TRUE;
    }

  *n_columns = 0;
  *columns = g_new (guint, n_variables);
  for (guint i = 0; i < n_variables; i++)
    if (chosen[i])
      (*columns)[(*n_columns)++] = i;

  return TRUE;
}

gboolean
pymva_transform_step_find_class (const PymvaTransformStep *self,
                                 const char * const *classes,
                                 int *number,
                                 GError **error)
{
  guint n_classes = g_strv_length ((char **) classes);
  g_autofree char *list = NULL;

  *number = -1;
  if (self->class_name == NULL)
    return TRUE;
  if (n_classes == 0)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "the transformation “%s” is for the events of one class, and a regression has "
                   "no classes; leave “_%s” out", self->text, self->class_name);
      return FALSE;
    }

  for (guint i = 0; i < n_classes; i++)
    if (g_str_equal (classes[i], self->class_name))
      *number = i;
  /* What TMVA calls the two classes, whatever they are called here. */
  if (*number < 0 && n_classes == 2 && g_str_equal (self->class_name, "Signal"))
    *number = 0;
  if (*number < 0 && n_classes == 2 && g_str_equal (self->class_name, "Background"))
    *number = 1;
  if (*number >= 0)
    return TRUE;

  list = pymva_names_format_list (classes, MOST_NAMED);
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
               "the transformation “%s”: there is no class “%s”; the classes are %s, and "
               "“AllClasses” stands for all of them", self->text, self->class_name, list);
  return FALSE;
}
