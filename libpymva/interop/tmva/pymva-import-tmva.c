/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <stdarg.h>
#include <string.h>

#include <pymva/pymva-error.h>

#include "base/pymva-bytes-private.h"
#include "base/pymva-names-private.h"
#include "pymva-tmva-private.h"

/* Weight files of TMVA, the “weights.xml” of its methods: https://root.cern/manual/tmva */

/* The first bytes are looked at for the name of the root element. */
#define HEAD_SIZE 4096

/* What any file may make, and what each of its bytes adds to that. A density takes 20000 numbers,
 * and each of the bins that become kernels 10000 steps, in files of some 10 bytes a bin. */
#define LEAST_NUMBERS (G_GUINT64_CONSTANT (1) << 25)
#define NUMBERS_PER_BYTE 4
#define LEAST_STEPS (G_GUINT64_CONSTANT (1) << 27)
#define STEPS_PER_BYTE 1000

static const struct
{
  const char *type;
  PymvaTmvaImportFunc import;
  /* What the answer for two classes is: TMVA trains some methods towards 1 for the signal and 0 for
   * the background, and their answers are estimates of the probability. */
  const char *outputs;
  /* The method compares numbers as float32 itself. */
  gboolean rounds;
  /* Its spectators are variables of the model. */
  gboolean with_spectators;
} methods[] = {
  { "BDT", pymva_tmva_import_bdt, "score", TRUE },
  { "Boost", pymva_tmva_import_boost, "score", FALSE },
  { "Category", pymva_tmva_import_category, "score", FALSE, TRUE },
  { "Cuts", pymva_tmva_import_cuts, "score", FALSE },
  { "FDA", pymva_tmva_import_fda, "probability", FALSE },
  { "Fisher", pymva_tmva_import_fisher, "score", FALSE },
  { "HMatrix", pymva_tmva_import_h_matrix, "score", FALSE },
  { "LD", pymva_tmva_import_ld, "score", FALSE },
  { "Likelihood", pymva_tmva_import_likelihood, "probability", FALSE },
  { "MLP", pymva_tmva_import_mlp, "probability", FALSE },
  { "RuleFit", pymva_tmva_import_rule_fit, "score", FALSE },
  { "SVM", pymva_tmva_import_svm, "probability", FALSE },
};

gboolean
pymva_tmva_is_weights (GBytes *bytes)
{
  gsize length;
  const char *text = pymva_bytes_peek (bytes, &length);

  return g_strstr_len (text, MIN (length, HEAD_SIZE), "<MethodSetup") != NULL;
}

/* --- what methods read --- */

/* The element @item in the element @list that has this name; NULL where there is none. */
static const PymvaXmlElement *
find_named (const PymvaXmlElement *setup,
            const char *list,
            const char *item,
            const char *name)
{
  const PymvaXmlElement *element = pymva_xml_get_child (pymva_xml_get_child (setup, list), item);

  while (element != NULL && g_strcmp0 (pymva_xml_get_attribute (element, "name"), name) != 0)
    element = pymva_xml_get_next (element, item);

  return element;
}

const char *
pymva_tmva_method_get_option (const PymvaTmvaMethod *self,
                              const char *name)
{
  const PymvaXmlElement *option = find_named (self->setup, "Options", "Option", name);

  return option != NULL ? pymva_xml_get_text (option) : NULL;
}

gboolean
pymva_tmva_method_get_flag (const PymvaTmvaMethod *self,
                            const char *name,
                            gboolean fallback)
{
  const char *value = pymva_tmva_method_get_option (self, name);

  return value != NULL ? g_ascii_strcasecmp (value, "True") == 0 : fallback;
}

gboolean
pymva_tmva_method_refuse (const PymvaTmvaMethod *self,
                          GError **error,
                          const char *format,
                          ...)
{
  g_autofree char *what = NULL;
  va_list arguments;

  va_start (arguments, format);
  what = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
               "%s of TMVA's method “%s” cannot be reproduced", what, self->type);
  return FALSE;
}

gboolean
pymva_tmva_method_spend (const PymvaTmvaMethod *self,
                         guint64 n_numbers,
                         guint64 n_steps,
                         GError **error)
{
  PymvaTmvaBudget *budget = self->budget;
  const char *what = NULL;

  if (n_numbers > budget->n_numbers)
    what = "too large tables";
  else if (n_steps > budget->n_steps)
    what = "too much work";
  if (what != NULL)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
                   "TMVA's method “%s” asks for %s for a file of that size", self->type, what);
      return FALSE;
    }

  budget->n_numbers -= n_numbers;
  budget->n_steps -= n_steps;
  return TRUE;
}

static int
find_method (const char *type,
             GError **error)
{
  const char *known[G_N_ELEMENTS (methods) + 1] = { NULL };
  g_autofree char *near = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      known[i] = methods[i].type;
      if (g_str_equal (methods[i].type, type))
        return i;
    }

  near = pymva_names_format_near (type, known);
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
               "TMVA's method “%s” cannot be imported%s", type, near);
  return -1;
}

gboolean
pymva_tmva_method_import (PymvaTmvaMethod *method,
                          int *stage,
                          GError **error)
{
  int place = find_method (method->type, error);

  if (place < 0)
    return FALSE;

  pymva_model_builder_set_outputs (method->builder, methods[place].outputs);
  return methods[place].import (method, stage, error);
}

/* --- the file --- */

static const char *
find_info (const PymvaXmlElement *setup,
           const char *name)
{
  const PymvaXmlElement *info = find_named (setup, "GeneralInfo", "Info", name);

  return info != NULL ? pymva_xml_get_attribute (info, "value") : NULL;
}

/* “4.2.1 [262657]”: the number in the brackets is the version again. */
static gboolean
read_version (PymvaTmvaMethod *method,
              GError **error)
{
  const char *release = find_info (method->setup, "TMVA Release");
  const char *bracket = release != NULL ? strchr (release, '[') : NULL;
  guint64 version;

  if (bracket != NULL)
    {
      g_autofree char *digits = g_strndup (bracket + 1, strspn (bracket + 1, "0123456789"));

      if (g_ascii_string_to_unsigned (digits, 10, 1, G_MAXINT32, &version, NULL))
        {
          method->version = version;
          return TRUE;
        }
    }

  g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                       "it does not say which release of TMVA wrote it");
  return FALSE;
}

static gboolean
read_analysis (PymvaTmvaMethod *method,
               GError **error)
{
  static const struct
  {
    const char *name;
    PymvaAnalysisType type;
  } analyses[] = {
    { "Classification", PYMVA_ANALYSIS_TYPE_CLASSIFICATION },
    { "Multiclass", PYMVA_ANALYSIS_TYPE_MULTICLASS },
    { "Regression", PYMVA_ANALYSIS_TYPE_REGRESSION },
  };
  const char *name = find_info (method->setup, "AnalysisType");

  /* Releases before 4.1 knew nothing else. */
  if (name == NULL)
    name = "Classification";
  for (guint i = 0; i < G_N_ELEMENTS (analyses); i++)
    if (g_ascii_strcasecmp (name, analyses[i].name) == 0)
      {
        method->analysis_type = analyses[i].type;
        return TRUE;
      }

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
               "the analysis “%s” of TMVA cannot be imported", name);
  return FALSE;
}

/* The values of an attribute of the elements @item in the element @list, in the file's order: a new
 * list, empty where there is no such element. */
static gboolean
read_list (const PymvaXmlElement *setup,
           const char *list,
           const char *item,
           const char *attribute,
           char ***values,
           GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  const PymvaXmlElement *element = pymva_xml_get_child (pymva_xml_get_child (setup, list), item);

  for (; element != NULL; element = pymva_xml_get_next (element, item))
    {
      const char *value = pymva_xml_require_attribute (element, attribute, error);

      if (value == NULL)
        return FALSE;
      g_ptr_array_add (found, g_strdup (value));
    }

  g_ptr_array_add (found, NULL);
  *values = (char **) g_ptr_array_free (g_steal_pointer (&found), FALSE);
  return TRUE;
}

/* Adds the elements @item of a list, of which there may be none. */
static gboolean
add_items (PymvaTmvaMethod *method,
           const PymvaXmlElement *list,
           const char *item,
           GError **error)
{
  const PymvaXmlElement *variable = pymva_xml_get_child (list, item);

  for (; variable != NULL; variable = pymva_xml_get_next (variable, item))
    {
      const char *expression = pymva_xml_require_attribute (variable, "Expression", error);
      const char *label = pymva_xml_get_attribute (variable, "Label");

      if (expression == NULL)
        return FALSE;
      pymva_import_add_expression (method->builder, label != NULL ? label : expression, expression,
                                   pymva_xml_get_attribute (variable, "Title"),
                                   pymva_xml_get_attribute (variable, "Unit"));
    }

  return TRUE;
}

/* The categories of events may depend on spectators, too. */
static gboolean
add_variables (PymvaTmvaMethod *method,
               gboolean with_spectators,
               GError **error)
{
  const PymvaXmlElement *variables = pymva_xml_require_child (method->setup, "Variables", error);
  const PymvaXmlElement *spectators =
    with_spectators ? pymva_xml_get_child (method->setup, "Spectators") : NULL;
  g_autoptr (GVariant) names = NULL;

  if (variables == NULL || pymva_xml_require_child (variables, "Variable", error) == NULL)
    return FALSE;

  method->n_variables = pymva_xml_count_children (variables, "Variable");
  if (spectators != NULL)
    method->n_variables += pymva_xml_count_children (spectators, "Spectator");
  names = g_variant_lookup_value (method->import->options, "variables", NULL);
  if (names != NULL)
    return pymva_import_add_variables (method->import, NULL, method->n_variables, method->builder,
                                       error);

  return add_items (method, variables, "Variable", error) &&
         add_items (method, spectators, "Spectator", error);
}

/* The classes in the order of the file, but that the signal is the first one of two. For TMVA it is
 * the class of that very name, or else the first one. */
static gboolean
set_classes (PymvaTmvaMethod *method,
             GError **error)
{
  gboolean is_two = method->analysis_type == PYMVA_ANALYSIS_TYPE_CLASSIFICATION;
  g_auto (GStrv) names = NULL;
  guint n;

  if (!read_list (method->setup, "Classes", "Class", "Name", &names, error))
    return FALSE;

  n = g_strv_length (names);
  if (is_two && n == 0)
    {
      g_strfreev (names);
      names = g_strsplit ("Signal,Background", ",", -1);
      n = 2;
    }
  if (is_two ? n != 2 : n < 2)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "it has %u classes", n);
      return FALSE;
    }
  if (is_two && g_str_equal (names[1], "Signal"))
    {
      char *signal = names[1];

      names[1] = names[0];
      names[0] = signal;
      method->signal_class = 1;
    }

  method->n_outputs = is_two ? 1 : n;
  return pymva_import_set_output_names (method->import, (const char * const *) names,
                                        method->builder, error);
}

static gboolean
set_targets (PymvaTmvaMethod *method,
             GError **error)
{
  g_auto (GStrv) names = NULL;

  if (!read_list (method->setup, "Targets", "Target", "Label", &names, error))
    return FALSE;

  method->n_outputs = g_strv_length (names);
  if (method->n_outputs > 0)
    return pymva_import_set_output_names (method->import, (const char * const *) names,
                                          method->builder, error);

  g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                       "it is a regression without targets");
  return FALSE;
}

static gboolean
has_transformations (const PymvaXmlElement *setup)
{
  const PymvaXmlElement *list = pymva_xml_get_child (setup, "Transformations");

  return pymva_xml_get_child (list, "Transform") != NULL;
}

static void
describe (const PymvaTmvaMethod *method,
          const char *title)
{
  static const struct
  {
    const char *info;
    const char *key;
  } infos[] = { { "TMVA Release", "tmva" }, { "ROOT Release", "root" } };
  GVariantDict *provenance = method->import->provenance;

  g_variant_dict_insert (provenance, "framework", "s", "TMVA");
  g_variant_dict_insert (provenance, "method", "s", title);
  for (guint i = 0; i < G_N_ELEMENTS (infos); i++)
    {
      const char *value = find_info (method->setup, infos[i].info);

      if (value != NULL)
        g_variant_dict_insert (provenance, infos[i].key, "s", value);
    }
}

static PymvaModelBuilder *
import_setup (const PymvaImport *import,
              const PymvaXmlElement *setup,
              GError **error)
{
  gsize size = g_bytes_get_size (import->bytes);
  PymvaTmvaBudget budget = { LEAST_NUMBERS + NUMBERS_PER_BYTE * (guint64) size,
                             LEAST_STEPS + STEPS_PER_BYTE * (guint64) size };
  PymvaTmvaMethod method = { import, .budget = &budget, .setup = setup, .input = -1 };
  const char *title = pymva_xml_require_attribute (setup, "Method", error);
  g_autofree char *type = NULL;
  g_autofree char *lower = NULL;
  g_autofree char *name = NULL;
  g_autoptr (PymvaModelBuilder) builder = NULL;
  int place;
  int stage;

  /* “BDT::my BDT” */
  if (title == NULL)
    return NULL;
  type = g_strndup (title, strcspn (title, ":"));
  method.type = type;
  place = find_method (type, error);
  if (place < 0 || !read_version (&method, error) || !read_analysis (&method, error))
    return NULL;
  method.weights = pymva_xml_require_child (setup, "Weights", error);
  if (method.weights == NULL)
    return NULL;

  lower = g_ascii_strdown (type, -1);
  name = g_strconcat ("tmva-", lower, NULL);
  builder = pymva_model_builder_new (name, method.analysis_type);
  method.builder = builder;
  if (!add_variables (&method, methods[place].with_spectators, error) ||
      !(method.analysis_type == PYMVA_ANALYSIS_TYPE_REGRESSION ? set_targets (&method, error)
                                                               : set_classes (&method, error)))
    return NULL;
  if (!methods[place].rounds || has_transformations (setup))
    method.input = pymva_tmva_add_rounding (&method);
  if (!pymva_tmva_method_import (&method, &stage, error) ||
      (method.analysis_type == PYMVA_ANALYSIS_TYPE_REGRESSION &&
       !pymva_tmva_method_restore_targets (&method, &stage, error)))
    return NULL;

  describe (&method, title);
  return g_steal_pointer (&builder);
}

PymvaModelBuilder *
pymva_import_tmva (const PymvaImport *import,
                   GError **error)
{
  g_autoptr (PymvaXml) xml = pymva_xml_read (import->bytes, error);
  const PymvaXmlElement *root;

  if (xml == NULL)
    return NULL;
  root = pymva_xml_get_root (xml);
  if (root != NULL && g_str_equal (pymva_xml_get_name (root), "MethodSetup"))
    return import_setup (import, root, error);

  g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                       "it is no weight file of TMVA: these begin with “MethodSetup”");
  return NULL;
}
