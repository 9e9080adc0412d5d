/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-enums.h>
#include <pymva/pymva-error.h>
#include <pymva/pymva-interpreter.h>
#include <pymva/pymva-model-object.h>

#include "base/pymva-options-private.h"
#include "data/pymva-tensor-private.h"
#include "interop/pymva-import-private.h"
#include "pymva-adapter-private.h"
#include "pymva-engine-private.h"

/* The bridge module that knows the objects; its comments say what it is asked for. */
#define OPENER "model_objects"

static const PymvaKnownOption known_options[] = {
  { "analysis", "s", "a word" },
  { "classes", "as", "a list of names" },
  { "python", "b", "a truth value" },
  { "response", "s", "a word" },
  { "rounds", "x", "a whole number" },
  { "sample", "aad", "a list of rows of numbers" },
  { "targets", "as", "a list of names" },
  { "title", "s", "a text" },
  { "variables", "as", "a list of names" },
  { NULL }
};

/* What an object is made into. On the Python worker, inside a job. */
typedef struct
{
  PymvaObject *object;
  GVariant *options;

  /* What the bridge module has opened, and what it says of that. */
  PymvaObject *opened;
  GVariant *facts;
  PymvaImport import;
  GVariantDict provenance;
  PymvaModelBuilder *builder;
  PymvaTensor *rows;
  PymvaModel *model;
} Making;

static void
making_clear (Making *self)
{
  g_clear_object (&self->opened);
  g_clear_pointer (&self->facts, g_variant_unref);
  g_clear_pointer (&self->import.bytes, g_bytes_unref);
  g_clear_pointer (&self->import.options, g_variant_unref);
  g_variant_dict_clear (&self->provenance);
  g_clear_pointer (&self->builder, pymva_model_builder_free);
  g_clear_object (&self->rows);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Making, making_clear)

/* --- what is known of the object --- */

static const char *
get_text (Making *self,
          const char *key)
{
  const char *text = "";

  g_variant_lookup (self->facts, key, "&s", &text);
  return text;
}

static gint64
get_number (Making *self,
            const char *key)
{
  gint64 number = 0;

  g_variant_lookup (self->facts, key, "x", &number);
  return number;
}

/* Python's list of texts as one of type “as”. */
static GVariant *
type_names (GVariant *list)
{
  GVariantBuilder names;

  g_variant_builder_init (&names, G_VARIANT_TYPE_STRING_ARRAY);
  for (gsize i = 0; i < g_variant_n_children (list); i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (list, i);
      g_autoptr (GVariant) name = g_variant_get_variant (child);

      g_variant_builder_add_value (&names, name);
    }

  return g_variant_builder_end (&names);
}

/* The options, and the names that the object has where there is no option for them. */
static GVariant *
complete_options (Making *self)
{
  static const char * const lists[] = { "classes", "variables" };
  g_auto (GVariantDict) options;

  g_variant_dict_init (&options, self->options);
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      g_autoptr (GVariant) names = g_variant_lookup_value (self->facts, lists[i], NULL);

      if (names != NULL && !g_variant_dict_contains (&options, lists[i]))
        g_variant_dict_insert_value (&options, lists[i], type_names (names));
    }

  return g_variant_ref_sink (g_variant_dict_end (&options));
}

static gboolean
open_object (Making *self,
             GError **error)
{
  g_autoptr (PymvaObject) options = pymva_object_new_from_variant (self->options, error);
  g_autoptr (PymvaObject) facts = NULL;

  if (options == NULL)
    return FALSE;
  self->opened = pymva_adapter_call (OPENER, "open_object",
                                     (PymvaObject *[]) { self->object, options }, 2, error);
  if (self->opened == NULL)
    return FALSE;
  facts = pymva_adapter_call (OPENER, "describe", &self->opened, 1, error);
  if (facts == NULL)
    return FALSE;
  self->facts = pymva_object_to_variant (facts, error);
  if (self->facts == NULL)
    return FALSE;

  self->import.options = complete_options (self);
  return TRUE;
}

static PymvaTensor *
ask (Making *self,
     const char *function,
     PymvaTensor *inputs,
     GError **error)
{
  g_autoptr (PymvaObject) array = NULL;
  g_autoptr (PymvaObject) answer = NULL;

  if (inputs != NULL && !(array = pymva_object_new_from_tensor (inputs, error)))
    return NULL;
  answer = pymva_adapter_call (OPENER, function, (PymvaObject *[]) { self->opened, array },
                               array != NULL ? 2 : 1, error);

  return answer != NULL ? pymva_object_to_tensor (answer, error) : NULL;
}

/* --- what it becomes --- */

/* A booster is imported from what its framework writes into files. */
static gboolean
import_content (Making *self,
                GError **error)
{
  g_autoptr (PymvaTensor) content = ask (self, "content", NULL, error);

  if (content == NULL)
    return FALSE;

  self->import.bytes = g_bytes_ref (pymva_tensor_get_bytes (content));
  self->builder = g_str_equal (get_text (self, "format"), "lightgbm")
                    ? pymva_import_lightgbm (&self->import, error)
                    : pymva_import_xgboost (&self->import, error);
  return self->builder != NULL;
}

static gboolean
find_analysis_type (const char *name,
                    PymvaAnalysisType *type)
{
  g_autoptr (GEnumClass) types = g_type_class_ref (PYMVA_TYPE_ANALYSIS_TYPE);
  const GEnumValue *value = g_enum_get_value_by_nick (types, name);

  if (value == NULL)
    return FALSE;
  *type = value->value;
  return TRUE;
}

/* The stages that its adapter dumps, or the engine “python”. */
static gboolean
describe_stages (Making *self,
                 PymvaObject *state,
                 gint64 n_columns,
                 GError **error)
{
  g_autoptr (PymvaObject) dump = NULL;
  gboolean is_native = FALSE;

  g_variant_lookup (self->facts, "native", "b", &is_native);
  if (!is_native)
    return pymva_engine_describe_state (get_text (self, "bridge"), state, n_columns, FALSE,
                                        self->builder, error);

  dump = pymva_object_get_attribute (self->opened, "dump", error);
  return dump != NULL && pymva_engine_describe_dump (dump, self->builder, error);
}

static gboolean
add_provenance_of_adapter (Making *self,
                           PymvaObject *state,
                           GError **error)
{
  g_autoptr (PymvaObject) told = pymva_adapter_call (get_text (self, "bridge"), "provenance",
                                                     &state, 1, error);
  g_autoptr (GVariant) values = NULL;
  GVariantIter iter;
  const char *key;
  GVariant *value;

  if (told == NULL)
    return FALSE;
  values = pymva_object_to_variant (told, error);
  if (values == NULL)
    return FALSE;

  g_variant_iter_init (&iter, values);
  while (g_variant_iter_loop (&iter, "{&sv}", &key, &value))
    g_variant_dict_insert_value (&self->provenance, key, value);
  return TRUE;
}

static gboolean
describe_adapted (Making *self,
                  GError **error)
{
  g_autoptr (PymvaObject) state = pymva_object_get_attribute (self->opened, "state", error);
  gint64 n_outputs = get_number (self, "n_outputs");
  PymvaAnalysisType type;

  if (state == NULL)
    return FALSE;
  if (!find_analysis_type (get_text (self, "analysis"), &type))
    g_assert_not_reached ();

  self->builder = pymva_model_builder_new (get_text (self, "method"), type);
  return pymva_import_add_variables (&self->import, NULL, get_number (self, "n_variables"),
                                     self->builder, error) &&
         pymva_import_set_outputs (&self->import, n_outputs, self->builder, error) &&
         describe_stages (self, state,
                          type == PYMVA_ANALYSIS_TYPE_CLASSIFICATION ? 1 : n_outputs, error) &&
         add_provenance_of_adapter (self, state, error);
}

static gboolean
add_golden (Making *self,
            GError **error)
{
  g_autoptr (PymvaTensor) answers = NULL;

  self->rows = ask (self, "rows", NULL, error);
  if (self->rows == NULL)
    return FALSE;
  answers = ask (self, "answer", self->rows, error);
  if (answers == NULL)
    return FALSE;

  pymva_model_builder_set_golden (self->builder, self->rows, answers);
  return TRUE;
}

static void
finish_description (Making *self)
{
  const char *title = get_text (self, "title");

  g_variant_lookup (self->options, "title", "&s", &title);
  pymva_model_builder_set_title (self->builder, title);

  g_variant_dict_insert (&self->provenance, "imported-format", "s", "python-object");
  g_variant_dict_insert (&self->provenance, "imported-class", "s", get_text (self, "class"));
  g_variant_dict_insert (&self->provenance, "imported-sha256", "s", get_text (self, "digest"));
  g_variant_dict_insert (&self->provenance, "library", "s", "libpymva " PACKAGE_VERSION);
  g_variant_dict_insert (&self->provenance, "python", "s",
                         pymva_interpreter_get_version (pymva_interpreter_get_default ()));
  pymva_model_builder_set_provenance (self->builder, g_variant_dict_end (&self->provenance));
}

static gboolean
make_job (PymvaJob *job,
          gpointer data,
          GError **error)
{
  Making *self = data;

  if (!open_object (self, error))
    return FALSE;

  self->import.provenance = &self->provenance;
  if (!(*get_text (self, "format") != '\0' ? import_content (self, error)
                                           : describe_adapted (self, error)) ||
      !add_golden (self, error))
    return FALSE;

  finish_description (self);
  self->model = pymva_model_builder_build (self->builder, error);
  if (self->model != NULL && !pymva_engine_check_model (self->model, self->rows, error))
    g_clear_object (&self->model);
  return self->model != NULL;
}

/**
 * pymva_model_new_from_object:
 * @object: a fitted model that lives in Python
 * @options: (nullable): a dictionary, see below
 * @error: return location for an error
 *
 * Makes a model of one that code in Python has fitted: an estimator of scikit-learn, XGBoost or
 * LightGBM, a chain or an ensemble of these, a booster, or a network of PyTorch or Keras that is a
 * chain of layers. PyGObject programs call `Pymva.Model.from_python (fitted, classes=[...])`, with
 * the options as named arguments.
 *
 * The new model needs no Python. It answers as the object does, forests to the last bit, linear
 * models and networks within 1e-5; the object answers some rows meanwhile, which the model keeps,
 * and is checked with whenever it is loaded. The object is not changed. The page
 * [Bring your model](bring-your-model.html#from-a-notebook) says what is known.
 *
 * A model of two classes answers with the probability of the second of the object's `classes_`.
 *
 * The options are:
 *
 * - `title` (`s`): what the model is called; by default as the classes of the object
 * - `variables` (`as`): the names of the variables; by default those that the object has been
 *   fitted with, or else `f0` and so on
 * - `classes` (`as`): the names of the classes; of two, first that of the second of `classes_`,
 *   which is the signal. By default they are called as there
 * - `targets` (`as`): the names of the targets of a regression
 * - `rounds` (`x`): how many rounds of a booster to take; by default those up to the best one,
 *   where its training was stopped early, or else all
 * - `analysis` (`s`): what a network is for: `classification`, `multiclass` or `regression`; by
 *   default for classes if `classes` are named, or if it ends with a sigmoid or softmax
 * - `response` (`s`): what the outputs of a network for classes are: `probability`, `logits` or
 *   `score`
 * - `sample` (`aad`): rows of inputs that the object is to answer; by default they are made up
 * - `python` (`b`): whether an estimator without native form becomes a model with the engine
 *   `python`, whose file holds a pickle, and needs Python, and trust, to be loaded
 *
 * This runs on the worker of the library, and waits for it. It starts the interpreter if it has not
 * been.
 *
 * Fails with `PYMVA_ERROR_NOT_TRAINED` if the object is not fitted, with `PYMVA_ERROR_TYPE` if it
 * is of an unknown kind, with `PYMVA_ERROR_UNSUPPORTED` if it has no native form, which the message
 * explains, and with `PYMVA_ERROR_VALUE` or `PYMVA_ERROR_TYPE` if an option is wrong.
 *
 * Returns: (transfer full): the model
 *
 * Since: 1.0
 */
PymvaModel *
pymva_model_new_from_object (PymvaObject *object,
                             GVariant *options,
                             GError **error)
{
  g_autoptr (GVariant) owned = NULL;
  g_auto (Making) making = { .object = object, .provenance = G_VARIANT_DICT_INIT (NULL) };

  g_return_val_if_fail (PYMVA_IS_OBJECT (object), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  owned = g_variant_ref_sink (options != NULL ? options : g_variant_new ("a{sv}", NULL));
  making.options = owned;
  if (!pymva_options_check (owned, known_options, error))
    return NULL;

  if (!pymva_job_run (make_job, &making, NULL, NULL, NULL, NULL, error))
    {
      g_autofree char *name = pymva_object_get_type_name (object);

      g_prefix_error (error, "“%s” cannot be imported: ", name);
      return NULL;
    }
  return making.model;
}
