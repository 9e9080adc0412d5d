/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>
#include <string.h>

#include <pymva/pymva-error.h>

#include "data/pymva-expression-private.h"
#include "pymva-tmva-private.h"

/* TMVA's methods that are made of others: “Boost”, a weighted sum of classifiers of one kind, and
 * “Category”, which has one for each category of events. */

static gboolean
check_analysis (const PymvaTmvaMethod *method,
                GError **error)
{
  return method->analysis_type == PYMVA_ANALYSIS_TYPE_CLASSIFICATION ||
         pymva_tmva_method_refuse (method, error, "an analysis other than that of two classes");
}

/* --- Boost --- */

/* What the boosted methods answer, and how it is changed before it is added up. */
typedef struct
{
  GArray *stages;  /* of int */
  GArray *weights; /* of double */
  GArray *cuts;    /* of double: above them an event is signal */
  GArray *signs;   /* of double: −1 where it is below them */
} Boosted;

static void
boosted_init (Boosted *self)
{
  self->stages = g_array_new (FALSE, FALSE, sizeof (int));
  self->weights = g_array_new (FALSE, FALSE, sizeof (double));
  self->cuts = g_array_new (FALSE, FALSE, sizeof (double));
  self->signs = g_array_new (FALSE, FALSE, sizeof (double));
}

static void
boosted_clear (Boosted *self)
{
  g_array_unref (self->stages);
  g_array_unref (self->weights);
  g_array_unref (self->cuts);
  g_array_unref (self->signs);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Boosted, boosted_clear)

/* The answers side by side, less the cuts, and then times the signs, where these are not NULL. */
static int
add_affine (const PymvaTmvaMethod *method,
            const Boosted *boosted,
            const GArray *cuts,
            const GArray *signs)
{
  PymvaStageWriter affine;

  pymva_stage_writer_init (&affine, method->builder, "affine", -1);
  pymva_stage_writer_set_inputs (&affine, (const int *) boosted->stages->data,
                                 boosted->stages->len);
  if (cuts != NULL)
    pymva_stage_writer_set_doubles (&affine, "subtract", (const double *) cuts->data, cuts->len, 0);
  if (signs != NULL)
    pymva_stage_writer_set_doubles (&affine, "multiply", (const double *) signs->data, signs->len,
                                    0);

  return pymva_stage_writer_add (&affine, FALSE);
}

/* The logarithm of how far it is above the cut. */
static int
add_logarithms (const PymvaTmvaMethod *method,
                const Boosted *boosted)
{
  guint n = boosted->stages->len;
  g_autofree double *zeros = g_new0 (double, n);
  PymvaStageWriter clip;
  int stage = add_affine (method, boosted, boosted->cuts, NULL);

  pymva_stage_writer_init (&clip, method->builder, "clip", stage);
  pymva_stage_writer_set_doubles (&clip, "minimum", zeros, n, 0);
  stage = pymva_stage_writer_add (&clip, FALSE);
  stage = pymva_tmva_add_constant (method, "add", exp (-1), n, stage, FALSE);

  return pymva_tmva_add_link (method, "log", stage, FALSE);
}

/* 1 for the signal and −1 for the background. */
static int
add_steps (const PymvaTmvaMethod *method,
           const Boosted *boosted)
{
  guint n = boosted->stages->len;
  int stage = add_affine (method, boosted, boosted->cuts, boosted->signs);

  stage = pymva_tmva_add_link (method, "hinge", stage, FALSE);
  stage = pymva_tmva_add_constant (method, "multiply", 2, n, stage, FALSE);
  return pymva_tmva_add_constant (method, "add", -1, n, stage, FALSE);
}

/* The height of a normal distribution around 1 at what it is above the cut. */
static int
add_gaussians (const PymvaTmvaMethod *method,
               const Boosted *boosted)
{
  int stage = add_affine (method, boosted, boosted->cuts, NULL);

  stage = pymva_tmva_add_constant (method, "add", -1, boosted->stages->len, stage, FALSE);
  return pymva_tmva_add_link (method, "gaussian", stage, FALSE);
}

static int
add_unchanged (const PymvaTmvaMethod *method,
               const Boosted *boosted)
{
  return add_affine (method, boosted, NULL, NULL);
}

static const struct
{
  const char *name;
  int (*add) (const PymvaTmvaMethod *method,
              const Boosted *boosted);
} changes[] = {
  { "linear", add_unchanged },
  { "log", add_logarithms },
  { "step", add_steps },
  { "gauss", add_gaussians },
};

/* The place in the table, or -1 and an error. */
static int
find_change (const PymvaTmvaMethod *method,
             GError **error)
{
  const char *name = pymva_tmva_method_get_option (method, "Boost_Transform");

  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (changes); i++)
    if (g_str_equal (changes[i].name, name))
      return i;

  pymva_tmva_method_refuse (method, error, "the option Boost_Transform=%s",
                            name != NULL ? name : "");
  return -1;
}

/* The boosted methods take the variables as they are transformed for all of them. Others than those
 * that are linear have options, which the file holds in another form. */
static gboolean
import_boosted (const PymvaTmvaMethod *method,
                const PymvaXmlElement *element,
                int input,
                int *stage,
                GError **error)
{
  PymvaTmvaMethod part = *method;

  part.type = pymva_xml_require_attribute (element, "MethodTypeName", error);
  if (part.type == NULL)
    return FALSE;
  if (!g_str_equal (part.type, "Fisher") && !g_str_equal (part.type, "LD"))
    return pymva_tmva_method_refuse (method, error, "a boosted method “%s”", part.type);

  part.setup = element;
  part.weights = pymva_xml_require_child (element, "Weights", error);
  part.input = input;
  return part.weights != NULL && pymva_tmva_method_import (&part, stage, error);
}

static gboolean
read_boosted (const PymvaTmvaMethod *method,
              int input,
              Boosted *boosted,
              GError **error)
{
  const PymvaXmlElement *element = pymva_xml_require_child (method->weights, "Method", error);

  if (element == NULL)
    return FALSE;

  for (; element != NULL; element = pymva_xml_get_next (element, "Method"))
    {
      double weight;
      double cut;
      double sign = 1;
      int stage;

      if (!pymva_xml_read_double (element, "Weight", &weight, error) ||
          !pymva_xml_read_double (element, "MethodSigCut", &cut, error) ||
          (pymva_xml_get_attribute (element, "MethodSigCutOrientation") != NULL &&
           !pymva_xml_read_double (element, "MethodSigCutOrientation", &sign, error)) ||
          !import_boosted (method, element, input, &stage, error))
        return FALSE;
      g_array_append_val (boosted->stages, stage);
      g_array_append_val (boosted->weights, weight);
      g_array_append_val (boosted->cuts, cut);
      g_array_append_val (boosted->signs, sign);
    }

  return TRUE;
}

/* The mean of what the methods answer, by their weights. */
static gboolean
add_mean (const PymvaTmvaMethod *method,
          const Boosted *boosted,
          int input,
          int *stage,
          GError **error)
{
  const double *weights = (const double *) boosted->weights->data;
  guint n = boosted->weights->len;
  double norm = 0;
  PymvaStageWriter sum;

  for (guint i = 0; i < n; i++)
    norm += weights[i];
  if (norm == 0)
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                           "the weights of its boosted methods are 0 together");
      return FALSE;
    }

  pymva_stage_writer_init (&sum, method->builder, "linear", input);
  pymva_stage_writer_set_doubles (&sum, "weight", weights, 1, n);
  *stage = pymva_tmva_add_constant (method, "divide", norm, 1, pymva_stage_writer_add (&sum, FALSE),
                                    FALSE);
  return TRUE;
}

gboolean
pymva_tmva_import_boost (PymvaTmvaMethod *method,
                         int *stage,
                         GError **error)
{
  int change = find_change (method, error);
  g_auto (Boosted) boosted;
  int input;

  boosted_init (&boosted);
  if (change < 0 || !check_analysis (method, error) ||
      !pymva_tmva_method_transform (method, PYMVA_TMVA_ALL_CLASSES, &input, error) ||
      !read_boosted (method, input, &boosted, error))
    return FALSE;

  pymva_model_builder_set_outputs (method->builder, "score");
  return add_mean (method, &boosted, changes[change].add (method, &boosted), stage, error);
}

/* --- Category --- */

/* The variables and the spectators by what @attribute calls them: their places among the variables
 * of the model, and one more, as pointers. */
static GHashTable *
list_places (const PymvaTmvaMethod *method,
             const char *attribute)
{
  const PymvaXmlElement *lists[] = { pymva_xml_get_child (method->setup, "Variables"),
                                     pymva_xml_get_child (method->setup, "Spectators") };
  static const char *const items[] = { "Variable", "Spectator" };
  GHashTable *places = g_hash_table_new (g_str_hash, g_str_equal);
  guint place = 0;

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      const PymvaXmlElement *item = pymva_xml_get_child (lists[i], items[i]);

      for (; item != NULL; item = pymva_xml_get_next (item, items[i]))
        {
          const char *name = pymva_xml_get_attribute (item, attribute);

          place++;
          if (name != NULL && !g_hash_table_contains (places, name))
            g_hash_table_insert (places, (gpointer) name, GUINT_TO_POINTER (place));
        }
    }

  return places;
}

/* The text with x0, x1 and so on in the places of names. Words in it that are numbers or functions
 * stay. */
static char *
replace_names (const char *text,
               GHashTable *places)
{
  static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789.";
  g_autoptr (GString) replaced = g_string_new (NULL);

  while (*text != '\0')
    {
      gsize length = MAX (strspn (text, letters), 1);
      g_autofree char *word = g_strndup (text, length);
      guint place = GPOINTER_TO_UINT (g_hash_table_lookup (places, word));

      if (place > 0)
        g_string_append_printf (replaced, "x%u", place - 1);
      else
        g_string_append (replaced, word);
      text += length;
    }

  return g_string_free (g_steal_pointer (&replaced), FALSE);
}

/* The cut as an expression over x0, x1 and so on, new. */
static char *
translate_cut (const PymvaTmvaMethod *method,
               const char *cut,
               GHashTable *places,
               GError **error)
{
  g_autoptr (PymvaExpression) expression = pymva_expression_new (cut, NULL);
  const char *const *names = expression != NULL ? pymva_expression_list_names (expression) : NULL;
  gboolean is_known = expression != NULL;

  for (guint i = 0; is_known && names[i] != NULL; i++)
    is_known = g_hash_table_contains (places, names[i]);
  if (is_known)
    return replace_names (cut, places);

  pymva_tmva_method_refuse (method, error, "the category “%s”", cut);
  return NULL;
}

/* The method as its categories see it: with its variables, and without the spectators. */
static PymvaTmvaMethod
drop_spectators (const PymvaTmvaMethod *method,
                 int input)
{
  PymvaTmvaMethod all = *method;
  const PymvaXmlElement *list = pymva_xml_get_child (method->setup, "Variables");
  g_autofree guint *columns = NULL;

  all.n_variables = pymva_xml_count_children (list, "Variable");
  columns = g_new (guint, all.n_variables);
  for (guint i = 0; i < all.n_variables; i++)
    columns[i] = i;
  all.input = pymva_tmva_add_select (method, columns, all.n_variables, input);
  return all;
}

/* The variables of a category, by their labels; all, where it does not name any. */
static gboolean
select_variables (const PymvaTmvaMethod *method,
                  const char *labels,
                  GHashTable *places,
                  PymvaTmvaMethod *part,
                  GError **error)
{
  guint n = method->n_variables;
  g_auto (GStrv) names = g_strsplit (labels, ":", -1);
  guint n_names = g_strv_length (names);
  g_autofree guint *columns = g_new (guint, n_names);

  if (n_names == 0)
    return TRUE;

  for (guint i = 0; i < n_names; i++)
    {
      guint place = GPOINTER_TO_UINT (g_hash_table_lookup (places, names[i]));

      /* Instead of a spectator TMVA would take a variable. */
      if (place == 0 || place > n)
        return pymva_tmva_method_refuse (
          method, error, "a category that takes “%s”, which is no variable,", names[i]);
      columns[i] = place - 1;
    }

  part->n_variables = n_names;
  part->input = pymva_tmva_add_select (method, columns, part->n_variables, part->input);
  return TRUE;
}

static gboolean
import_category (const PymvaTmvaMethod *method,
                 const PymvaXmlElement *element,
                 GHashTable *labels,
                 char **type,
                 int *stage,
                 GError **error)
{
  const char *title = pymva_xml_require_attribute (element, "Method", error);
  const char *variables =
    title != NULL ? pymva_xml_require_attribute (element, "Variables", error) : NULL;
  PymvaTmvaMethod part = *method;

  if (variables == NULL)
    return FALSE;
  *type = g_strndup (title, strcspn (title, ":"));
  if (g_str_equal (*type, "Category") || g_str_equal (*type, "Cuts"))
    return pymva_tmva_method_refuse (method, error, "a category with the method “%s”", *type);

  part.type = *type;
  part.setup = element;
  part.weights = pymva_xml_require_child (element, "Weights", error);
  return part.weights != NULL && select_variables (method, variables, labels, &part, error) &&
         pymva_tmva_method_import (&part, stage, error);
}

/* The kinds of answers of several methods. */
typedef struct
{
  char *type;
  char *outputs;
  gboolean differ;
} Kinds;

static void
kinds_clear (Kinds *self)
{
  g_free (self->type);
  g_free (self->outputs);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Kinds, kinds_clear)

static void
kinds_add (Kinds *self,
           const char *type,
           const char *outputs)
{
  if (self->type == NULL)
    {
      self->type = g_strdup (type);
      self->outputs = g_strdup (outputs);
    }
  self->differ = self->differ || !g_str_equal (self->type, type) ||
                 !g_str_equal (self->outputs, outputs);
}

/* The first stage is that of the cuts, for which its place is kept. */
static gboolean
import_categories (const PymvaTmvaMethod *method,
                   GArray *stages,
                   GStrvBuilder *cuts,
                   GError **error)
{
  const PymvaXmlElement *element = pymva_xml_require_child (method->weights, "SubMethod", error);
  g_autoptr (GHashTable) expressions = list_places (method, "Expression");
  g_autoptr (GHashTable) labels = list_places (method, "Label");
  g_auto (Kinds) kinds = { NULL };
  int stage = 0;

  if (element == NULL)
    return FALSE;

  g_array_append_val (stages, stage);
  for (; element != NULL; element = pymva_xml_get_next (element, "SubMethod"))
    {
      const char *cut = pymva_xml_require_attribute (element, "Cut", error);
      g_autofree char *translated =
        cut != NULL ? translate_cut (method, cut, expressions, error) : NULL;
      g_autofree char *type = NULL;

      if (translated == NULL ||
          !import_category (method, element, labels, &type, &stage, error))
        return FALSE;
      g_strv_builder_add (cuts, translated);
      g_array_append_val (stages, stage);
      kinds_add (&kinds, type, pymva_model_builder_get_outputs (method->builder));
    }

  /* Answers of different kinds are nothing but numbers that grow towards the signal. */
  if (kinds.differ)
    pymva_model_builder_set_outputs (method->builder, "score");
  return TRUE;
}

gboolean
pymva_tmva_import_category (PymvaTmvaMethod *method,
                            int *stage,
                            GError **error)
{
  g_autoptr (GArray) stages = g_array_new (FALSE, FALSE, sizeof (int));
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) cuts = NULL;
  PymvaTmvaMethod all;
  PymvaStageWriter choose;
  int input;

  if (!check_analysis (method, error) ||
      !pymva_tmva_method_transform (method, PYMVA_TMVA_ALL_CLASSES, &input, error))
    return FALSE;
  all = drop_spectators (method, input);
  if (!import_categories (&all, stages, builder, error))
    return FALSE;

  /* The cuts are those of the variables as they were. */
  cuts = g_strv_builder_end (builder);
  g_array_index (stages, int, 0) =
    pymva_tmva_add_expressions (method, (const char * const *) cuts, &method->input, 1, FALSE);
  pymva_stage_writer_init (&choose, method->builder, "choose", -1);
  pymva_stage_writer_set_inputs (&choose, (const int *) stages->data, stages->len);
  pymva_stage_writer_set_int (&choose, "n_choices", stages->len - 1);
  *stage = pymva_stage_writer_add (&choose, FALSE);
  return TRUE;
}
