/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include <json-glib/json-glib.h>
#include <pymva/pymva-error.h>
#include <pymva/pymva-model-ensemble.h>

#include "base/pymva-options-private.h"
#include "data/pymva-expression-private.h"
#include "data/pymva-tensor-private.h"
#include "interop/pymva-ensemble-member-private.h"
#include "interop/pymva-forest-writer-private.h"
#include "interop/pymva-stage-writer-private.h"
#include "scoring/pymva-graph-private.h"
#include "scoring/pymva-json-private.h"
#include "scoring/pymva-model-private.h"

/* Several models in one: the stages of all of them, then a mean of what they answer, and with folds
 * a stage that chooses one of them. */

/* The variable that says which member answers. */
#define FOLD "fold"
/* As few as that for the stages of all of them to be no more than a model may have. */
#define MOST_MEMBERS 300

static const PymvaKnownOption known_options[] = {
  { "fold", "s", "an expression" },
  { "title", "s", "a text" },
  { NULL }
};

typedef struct
{
  PymvaModel * const *members;
  guint n_members;
  /* NULL where all members answer together. */
  const char *fold;
  PymvaModelBuilder *builder;
  /* Of JsonObject, one for each member: copies, because other threads may copy them at the same
   * time, and json-glib does not count references atomically. */
  GPtrArray *manifests;
  /* The variables of all members: name -> expression, and name -> column. */
  GHashTable *expressions;
  GHashTable *columns;
  /* The stages that hold the members' answers. */
  int *answers;
} Ensemble;

static void
ensemble_clear (Ensemble *self)
{
  g_clear_pointer (&self->builder, pymva_model_builder_free);
  g_clear_pointer (&self->manifests, g_ptr_array_unref);
  g_clear_pointer (&self->expressions, g_hash_table_unref);
  g_clear_pointer (&self->columns, g_hash_table_unref);
  g_clear_pointer (&self->answers, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Ensemble, ensemble_clear)

/* Says in an error which member it is about. */
static void
prefix_member (Ensemble *self,
               guint number,
               GError **error)
{
  const PymvaManifest *manifest = self->members[number]->manifest;

  g_prefix_error (error, "Member %u, “%s”, cannot be in the ensemble: ", number,
                  manifest != NULL ? manifest->title : "");
}

/* --- which models go together --- */

static gboolean
are_equal (char **a,
           char **b)
{
  static const char * const none[] = { NULL };

  return g_strv_equal (a != NULL ? (const char * const *) a : none,
                       b != NULL ? (const char * const *) b : none);
}

/* What of a member is not as in the first one, or NULL. */
static const char *
find_difference (const PymvaModel *first,
                 const PymvaModel *other)
{
  const PymvaManifest *known = first->manifest;
  const PymvaManifest *found = other->manifest;

  if (known->analysis_type != found->analysis_type)
    return "it is of another type of analysis than";
  if (!are_equal (known->classes, found->classes))
    return "its classes, or their order, are not those of";
  if (!are_equal (known->targets, found->targets))
    return "its targets, or their order, are not those of";
  /* Where neither has names for them. */
  if (first->n_outputs != other->n_outputs)
    return "it does not give as many outputs as";
  if (!g_str_equal (known->outputs, found->outputs))
    return "one of them answers with a probability, and the other with a score: it and";

  return NULL;
}

static gboolean
check_member (PymvaModel *first,
              PymvaModel *member,
              GError **error)
{
  const char *difference;

  if (!pymva_model_check_trained (member, error))
    return FALSE;
  if (member->graph == NULL)
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
                           "it answers with Python, and members must be native");
      return FALSE;
    }

  difference = find_difference (first, member);
  if (difference != NULL)
    g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE, "%s the first member, “%s”", difference,
                 first->manifest->title);

  return difference == NULL;
}

/* --- variables --- */

/* What is no text, which nobody has looked at before, is as if it were not there. */
static const char *
get_text (JsonObject *variable,
          const char *member,
          const char *fallback)
{
  const char *text = fallback;

  pymva_json_read_string (variable, member, FALSE, &text, NULL);
  return text;
}

/* Adds the variable of a member, or finds the one of the same name. */
static gboolean
add_variable (Ensemble *self,
              JsonObject *variable,
              GError **error)
{
  const char *name = json_object_get_string_member (variable, "name");
  const char *expression = get_text (variable, "expression", name);
  const char *known = g_hash_table_lookup (self->expressions, name);

  if (known != NULL && g_str_equal (known, expression))
    return TRUE;
  if (known != NULL)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "its variable “%s” is “%s”, and that of another member is “%s”", name,
                   expression, known);
      return FALSE;
    }
  if (self->fold != NULL && g_str_equal (name, FOLD))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "it has a variable “%s”, which is what the ensemble calls the number of the "
                   "fold", name);
      return FALSE;
    }

  g_hash_table_insert (self->columns, g_strdup (name),
                       GUINT_TO_POINTER (pymva_model_builder_get_n_variables (self->builder)));
  g_hash_table_insert (self->expressions, g_strdup (name), g_strdup (expression));
  pymva_model_builder_add_variable (self->builder, name, expression,
                                    get_text (variable, "title", NULL),
                                    get_text (variable, "unit", NULL));
  return TRUE;
}

static gboolean
add_variables (Ensemble *self,
               JsonObject *manifest,
               GError **error)
{
  JsonArray *variables = json_object_get_array_member (manifest, "variables");

  for (guint i = 0; i < json_array_get_length (variables); i++)
    if (!add_variable (self, json_array_get_object_element (variables, i), error))
      return FALSE;

  return TRUE;
}

/* Checks a member, and takes what its manifest says. */
static gboolean
read_member (Ensemble *self,
             guint number,
             GError **error)
{
  PymvaModel *member = self->members[number];
  g_autofree char *text = NULL;
  g_autoptr (GBytes) bytes = NULL;
  JsonObject *manifest;

  if (!check_member (self->members[0], member, error))
    return FALSE;

  text = pymva_model_dup_manifest (member);
  bytes = g_bytes_new (text, strlen (text));
  manifest = pymva_json_parse (bytes, error);
  if (manifest == NULL)
    return FALSE;

  g_ptr_array_add (self->manifests, manifest);
  return add_variables (self, manifest, error);
}

/* The columns of the ensemble that are a member's variables. */
static guint *
find_columns (Ensemble *self,
              PymvaModel *member)
{
  guint *columns = g_new (guint, member->n_variables);

  for (guint i = 0; i < member->n_variables; i++)
    {
      const PymvaManifestVariable *variable =
        &g_array_index (member->manifest->variables, PymvaManifestVariable, i);

      columns[i] = GPOINTER_TO_UINT (g_hash_table_lookup (self->columns, variable->name));
    }

  return columns;
}

/* --- what the members say together --- */

/* Adds the mean of what the members answer. Gives the stage. */
static int
add_mean (Ensemble *self)
{
  PymvaStageWriter mean;

  pymva_stage_writer_init (&mean, self->builder, "mean", self->answers[0]);
  pymva_stage_writer_set_inputs (&mean, self->answers, self->n_members);
  pymva_stage_writer_set_int (&mean, "n_outputs", self->members[0]->n_outputs);

  return pymva_stage_writer_add (&mean, FALSE);
}

/* Adds a forest of a tree for each member, which answers 1 where the last variable is its number,
 * and before them a column of ones, which chooses the mean where none does. */
static gboolean
add_choices (Ensemble *self,
             int *stage,
             GError **error)
{
  static const double no = 0;
  static const double yes = 1;
  gint32 fold = pymva_model_builder_get_n_variables (self->builder) - 1;
  g_autoptr (PymvaForestWriter) writer =
    pymva_forest_writer_new (PYMVA_DTYPE_FLOAT32, fold + 1, 1);
  g_autofree double *base = g_new0 (double, self->n_members + 1);
  int input = PYMVA_GRAPH_VARIABLES;
  PymvaForestOptions options = {
    .aggregation = "sum", .precision = "float64", .n_outputs = self->n_members + 1, .base = base,
    .input = &input, .prefix = FOLD
  };

  base[0] = 1;
  for (guint i = 0; i < self->n_members; i++)
    {
      /* What is rounded to i, halves up, as TMVA does it; nothing is below 0. That is no denormal
       * number, which programs that the model is exported to may take for 0. */
      float below = i > 0 ? nextafterf (i - 0.5f, 0) : -FLT_MIN;
      float last = nextafterf (i + 0.5f, 0);
      const PymvaForestNode nodes[] = {
        { .left = 1, .right = 2, .feature = fold, .threshold = below, .set = -1 },
        { .left = -1, .right = -1, .set = -1, .values = &no },
        { .left = 3, .right = 4, .feature = fold, .threshold = last, .set = -1 },
        { .left = -1, .right = -1, .set = -1, .values = &yes },
        { .left = -1, .right = -1, .set = -1, .values = &no },
      };

      if (!pymva_forest_writer_add_tree (writer, nodes, G_N_ELEMENTS (nodes), i + 1, error))
        return FALSE;
    }

  *stage = pymva_model_builder_get_n_stages (self->builder);
  return pymva_forest_writer_add_stage (writer, &options, self->builder, error);
}

static void
add_choice (Ensemble *self,
            int choices,
            int mean)
{
  g_autofree int *inputs = g_new (int, self->n_members + 2);
  PymvaStageWriter choose;

  inputs[0] = choices;
  inputs[1] = mean;
  memcpy (inputs + 2, self->answers, self->n_members * sizeof *inputs);
  pymva_stage_writer_init (&choose, self->builder, "choose", choices);
  pymva_stage_writer_set_inputs (&choose, inputs, self->n_members + 2);
  pymva_stage_writer_set_int (&choose, "n_choices", (gint64) self->n_members + 1);
  pymva_stage_writer_add (&choose, FALSE);
}

static gboolean
add_stages (Ensemble *self,
            GError **error)
{
  int choices = -1;
  int mean;
  guint n_stages;

  /* Before the members, so that the engine, which is that of the last stage with one, is theirs. */
  if (self->fold != NULL && !add_choices (self, &choices, error))
    return FALSE;
  self->answers = g_new (int, self->n_members);
  for (guint i = 0; i < self->n_members; i++)
    {
      g_autofree guint *columns = find_columns (self, self->members[i]);

      if (!pymva_ensemble_add_member (self->builder, self->members[i],
                                      self->manifests->pdata[i], i, columns, &self->answers[i],
                                      error))
        {
          prefix_member (self, i, error);
          return FALSE;
        }
    }
  mean = add_mean (self);
  if (self->fold != NULL)
    add_choice (self, choices, mean);

  n_stages = pymva_model_builder_get_n_stages (self->builder);
  if (n_stages > PYMVA_GRAPH_MOST_STAGES)
    g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                 "The %u members have too many stages for one model, which would have %u, and may "
                 "have %d: take fewer members", self->n_members, n_stages,
                 PYMVA_GRAPH_MOST_STAGES);

  return n_stages <= PYMVA_GRAPH_MOST_STAGES;
}

/* --- what is said of it --- */

/* Adds an object that a manifest has under this name, unless it has none or an empty one. */
static void
copy_member (GVariantDict *description,
             JsonObject *manifest,
             const char *name)
{
  JsonObject *object = NULL;
  g_autoptr (JsonNode) node = NULL;

  if (!pymva_json_read_object (manifest, name, FALSE, &object, NULL) || object == NULL ||
      json_object_get_size (object) == 0)
    return;

  node = json_node_init_object (json_node_alloc (), object);
  g_variant_dict_insert_value (description, name, json_gvariant_deserialize (node, "a{sv}", NULL));
}

/* What is known of a member: its own words, for the manifest. */
static GVariant *
describe_member (PymvaModel *member,
                 JsonObject *manifest)
{
  g_auto (GVariantDict) description = G_VARIANT_DICT_INIT (NULL);
  JsonObject *method = json_object_get_object_member (manifest, "method");

  g_variant_dict_insert (&description, "title", "s", member->manifest->title);
  g_variant_dict_insert (&description, "method", "s", member->manifest->method_name);
  g_variant_dict_insert (&description, "sha256", "s", pymva_model_get_sha256 (member));
  copy_member (&description, method, "parameters");
  copy_member (&description, manifest, "provenance");

  return g_variant_dict_end (&description);
}

static void
describe (Ensemble *self,
          GVariant *options)
{
  const PymvaManifest *first = self->members[0]->manifest;
  g_auto (GVariantDict) provenance = G_VARIANT_DICT_INIT (NULL);
  g_auto (GVariantDict) parameters = G_VARIANT_DICT_INIT (NULL);
  g_auto (GVariantBuilder) members = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));
  g_autofree char *title = NULL;

  if (!g_variant_lookup (options, "title", "s", &title))
    title = g_strdup (first->title);
  pymva_model_builder_set_title (self->builder, title);
  if (first->classes != NULL)
    pymva_model_builder_set_classes (self->builder, (const char * const *) first->classes);
  if (first->targets != NULL)
    pymva_model_builder_set_targets (self->builder, (const char * const *) first->targets);
  pymva_model_builder_set_outputs (self->builder, first->outputs);

  if (self->fold != NULL)
    g_variant_dict_insert (&parameters, "fold", "s", self->fold);
  pymva_model_builder_set_parameters (self->builder, g_variant_dict_end (&parameters));
  for (guint i = 0; i < self->n_members; i++)
    g_variant_builder_add_value (&members, describe_member (self->members[i],
                                                            self->manifests->pdata[i]));
  g_variant_dict_insert (&provenance, "library", "s", "libpymva " PACKAGE_VERSION);
  g_variant_dict_insert_value (&provenance, "members", g_variant_builder_end (&members));
  pymva_model_builder_set_provenance (self->builder, g_variant_dict_end (&provenance));
}

/* Rows for the file to be checked with: the members' own, side by side, as many as all have, and
 * for one after the other of the folds, and beyond the last one. NULL where a member has none. */
static PymvaTensor *
make_golden_inputs (Ensemble *self)
{
  guint n_variables = pymva_model_builder_get_n_variables (self->builder);
  gint64 shape[] = { G_MAXINT64, n_variables };
  g_autofree float *rows = NULL;

  for (guint i = 0; i < self->n_members; i++)
    if (self->members[i]->golden_inputs != NULL)
      shape[0] = MIN (shape[0], pymva_tensor_get_length (self->members[i]->golden_inputs, 0));
    else
      return NULL;

  rows = g_new0 (float, shape[0] * n_variables);
  for (guint i = self->n_members; i-- > 0;)
    {
      PymvaModel *member = self->members[i];
      const float *inputs = pymva_tensor_peek_data (member->golden_inputs);
      g_autofree guint *columns = find_columns (self, member);

      for (gint64 row = 0; row < shape[0]; row++)
        for (guint k = 0; k < member->n_variables; k++)
          rows[row * n_variables + columns[k]] = inputs[row * member->n_variables + k];
    }
  for (gint64 row = 0; self->fold != NULL && row < shape[0]; row++)
    rows[(row + 1) * n_variables - 1] = row % (self->n_members + 1);

  return pymva_tensor_new_take (PYMVA_DTYPE_FLOAT32, shape, 2, g_steal_pointer (&rows),
                                shape[0] * n_variables * sizeof (float), NULL);
}

/* The members' frameworks have given no answers for it, so those of the model itself are kept: they
 * are to stay the same on other machines, and in later versions. */
static PymvaModel *
build (Ensemble *self,
       GError **error)
{
  g_autoptr (PymvaModel) model = pymva_model_builder_build (self->builder, error);
  g_autoptr (PymvaTensor) inputs = model != NULL ? make_golden_inputs (self) : NULL;
  g_autoptr (PymvaTensor) outputs = NULL;

  if (model == NULL)
    /* All stages were in models before, so it is what the manifest says of the members. */
    g_prefix_error (error, "There is too much to say of the ensemble's members for one model. Take "
                    "fewer of them, and instead of ensembles what these are made of: ");
  if (inputs == NULL)
    return g_steal_pointer (&model);

  outputs = pymva_model_run (model, inputs, NULL, error);
  if (outputs == NULL)
    return NULL;
  pymva_model_builder_set_golden (self->builder, inputs, outputs);

  return pymva_model_builder_build (self->builder, error);
}

static PymvaModel *
make_ensemble (PymvaModel * const *members,
               guint n_members,
               GVariant *options,
               GError **error)
{
  g_auto (Ensemble) self = { members, n_members };
  g_autoptr (PymvaExpression) fold = NULL;

  if (!pymva_options_check (options, known_options, error))
    return NULL;
  if (n_members == 0 || n_members > MOST_MEMBERS)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "An ensemble has 1 to %d members, and here are %u", MOST_MEMBERS, n_members);
      return NULL;
    }
  if (g_variant_lookup (options, "fold", "&s", &self.fold) &&
      (fold = pymva_expression_new (self.fold, error)) == NULL)
    {
      g_prefix_error (error, "The option “fold”: ");
      return NULL;
    }

  if (!pymva_model_check_trained (members[0], error))
    return NULL;

  self.expressions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self.columns = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self.builder = pymva_model_builder_new ("ensemble", members[0]->manifest->analysis_type);
  self.manifests = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  for (guint i = 0; i < n_members; i++)
    if (!read_member (&self, i, error))
      {
        prefix_member (&self, i, error);
        return NULL;
      }
  if (self.fold != NULL)
    pymva_model_builder_add_variable (self.builder, FOLD, self.fold, "Fold", NULL);
  if (!add_stages (&self, error))
    return NULL;

  describe (&self, options);
  return build (&self, error);
}

/**
 * pymva_model_new_ensemble: (constructor)
 * @members: (array length=n_members): the models, 1 to 300
 * @n_members: how many they are
 * @options: (nullable): a dictionary, see below
 * @error: return location for an error
 *
 * Makes one model of several, as those that a cross-validation has trained, each on all folds of
 * the events but one. It is native, and needs no more than its file.
 *
 * Its output is the mean of the members' outputs, which are added as float64 in the order of the
 * members and divided by their number, as `numpy.mean()` does it. The members may be of any
 * methods, with the same type of analysis, the same classes or targets in the same order, and
 * outputs of the same meaning. Variables of the same name are one variable; the ensemble has those
 * of all members, first the first one's.
 *
 * The options are:
 *
 * - `fold` (`s`): an expression over columns of a table, as [method@Table.evaluate] knows them, for
 *   the number of the fold that an event was in, from 0 on: then the member of that number, which
 *   has not been trained with the event, answers alone. It becomes one more variable, `fold`, the
 *   last one. It is rounded, halves up, as TMVA does it with its `SplitExpr`, which is written
 *   here as `int (fabs (eventID)) % 5`. Where it is negative, NaN, or beyond the last member, the
 *   mean of all members answers: so for events that were in no fold
 * - `title` (`s`): what the model is called; by default as the first member
 *
 * [Cross-validation ensembles](ensembles.html) tells how to train and to use one.
 *
 * The manifest names the members and keeps what theirs say of the training. Where all members have
 * golden rows, the ensemble's own answers for them become those of its file.
 *
 * Fails with `PYMVA_ERROR_VALUE` if the members do not go together, with `PYMVA_ERROR_UNSUPPORTED`
 * if one of them needs Python, with `PYMVA_ERROR_EXPRESSION` if `fold` is no expression, with
 * `PYMVA_ERROR_TYPE` or `PYMVA_ERROR_VALUE` if an option is wrong, and with `PYMVA_ERROR_FORMAT` if
 * ensembles of ensembles nest deeper than ten.
 *
 * Returns: (transfer full): the model
 *
 * Since: 1.0
 */
PymvaModel *
pymva_model_new_ensemble (PymvaModel * const *members,
                          gsize n_members,
                          GVariant *options,
                          GError **error)
{
  g_autoptr (GVariant) owned =
    g_variant_ref_sink (options != NULL ? options : g_variant_new ("a{sv}", NULL));

  g_return_val_if_fail (members != NULL || n_members == 0, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);
  for (gsize i = 0; i < n_members; i++)
    g_return_val_if_fail (PYMVA_IS_MODEL (members[i]), NULL);

  return make_ensemble (members, MIN (n_members, G_MAXUINT), owned, error);
}
