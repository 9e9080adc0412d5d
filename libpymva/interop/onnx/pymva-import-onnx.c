/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include <pymva/pymva-error.h>

#include "base/pymva-names-private.h"
#include "interop/pymva-import-private.h"
#include "pymva-onnx-private.h"
#include "scoring/pymva-json-private.h"

/* Models in the format ONNX, whose graph is converted from the output that is asked for: what only
 * other outputs need, as the label of the class, is not looked at. */

#define MOST_VARIABLES (1 << 16)

/* --- inputs --- */

/* The columns of an input, whose shape must be rows of so many. */
static gboolean
read_input (const Onnx__ValueInfoProto *input,
            guint *n_columns,
            gint32 *type,
            GError **error)
{
  const Onnx__TypeProto__Tensor *tensor =
    input->type != NULL && input->type->value_case == ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE
      ? input->type->tensor_type : NULL;
  const Onnx__TensorShapeProto *shape = tensor != NULL ? tensor->shape : NULL;
  const Onnx__TensorShapeProto__Dimension *columns =
    shape != NULL && shape->n_dim == 2 ? shape->dim[1] : NULL;

  *type = tensor != NULL ? tensor->elem_type : ONNX__TENSOR_PROTO__DATA_TYPE__UNDEFINED;
  if (*type != ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT &&
      *type != ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE &&
      *type != ONNX__TENSOR_PROTO__DATA_TYPE__INT64)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
                   "its input “%s” is not a tensor of float, double or int64", input->name);
      return FALSE;
    }
  if (columns == NULL ||
      columns->value_case != ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE ||
      columns->dim_value < 1 || columns->dim_value > MOST_VARIABLES)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
                   "its input “%s” has not the shape of rows with a number of columns that the "
                   "file says: give the shape when the model is exported", input->name);
      return FALSE;
    }

  *n_columns = columns->dim_value;
  return TRUE;
}

/* Old files name initializers among the inputs. */
static GHashTable *
list_initializers (const Onnx__GraphProto *graph)
{
  GHashTable *names = g_hash_table_new (g_str_hash, g_str_equal);

  for (gsize i = 0; i < graph->n_initializer; i++)
    if (graph->initializer[i]->name != NULL)
      g_hash_table_add (names, graph->initializer[i]->name);

  return names;
}

typedef struct
{
  const Onnx__ValueInfoProto *info;
  guint first;
  guint n_columns;
} Input;

static GArray *
list_inputs (const Onnx__GraphProto *graph,
             guint *n_variables,
             gint32 *type,
             GError **error)
{
  g_autoptr (GArray) inputs = g_array_new (FALSE, FALSE, sizeof (Input));
  g_autoptr (GHashTable) initializers = list_initializers (graph);

  *n_variables = 0;
  *type = ONNX__TENSOR_PROTO__DATA_TYPE__UNDEFINED;
  for (gsize i = 0; i < graph->n_input; i++)
    {
      Input input = { graph->input[i], *n_variables };
      gint32 its_type;

      if (input.info->name == NULL || g_hash_table_contains (initializers, input.info->name))
        continue;
      if (!read_input (input.info, &input.n_columns, &its_type, error))
        return NULL;
      if (inputs->len > 0 && its_type != *type)
        {
          g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
                               "its inputs are of several types");
          return NULL;
        }
      *type = its_type;
      *n_variables += input.n_columns;
      if (*n_variables > MOST_VARIABLES)
        break;
      g_array_append_val (inputs, input);
    }
  if (*n_variables == 0 || *n_variables > MOST_VARIABLES)
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
                           "it has no inputs, or too many");
      return NULL;
    }

  return g_steal_pointer (&inputs);
}

/* --- names --- */

static const char *
find_metadata (const Onnx__ModelProto *model,
               const char *key)
{
  for (gsize i = 0; i < model->n_metadata_props; i++)
    if (g_strcmp0 (model->metadata_props[i]->key, key) == 0)
      return model->metadata_props[i]->value;

  return NULL;
}

/* A list of so many names that this library has written into the file, or NULL. */
static char **
read_metadata (const Onnx__ModelProto *model,
               const char *key,
               guint n_names)
{
  const char *text = find_metadata (model, key);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (JsonObject) object = NULL;
  g_autofree char *wrapped = NULL;
  g_auto (GStrv) names = NULL;

  if (text == NULL)
    return NULL;
  wrapped = g_strdup_printf ("{\"names\": %s}", text);
  bytes = g_bytes_new_static (wrapped, strlen (wrapped));
  object = pymva_json_parse (bytes, NULL);
  if (object == NULL || !pymva_json_read_strings (object, "names", TRUE, &names, NULL) ||
      g_strv_length (names) != n_names)
    return NULL;

  return g_steal_pointer (&names);
}

/* One column is called as its input, and several as it with their numbers; those of one input alone
 * have no names. */
static char **
name_variables (const Onnx__ModelProto *model,
                const GArray *inputs,
                guint n_variables)
{
  char **found = read_metadata (model, "pymva.variables", n_variables);
  g_autoptr (GStrvBuilder) names = NULL;

  if (found != NULL || inputs->len == 1)
    return found;

  names = g_strv_builder_new ();
  for (guint i = 0; i < inputs->len; i++)
    {
      const Input *input = &g_array_index (inputs, Input, i);

      for (guint k = 0; k < input->n_columns; k++)
        {
          g_autofree char *name = input->n_columns == 1
                                    ? g_strdup (input->info->name)
                                    : g_strdup_printf ("%s%u", input->info->name, k);

          g_strv_builder_add (names, name);
        }
    }
  return g_strv_builder_end (names);
}

/* --- the output --- */

/* An output may be labels, which are whole numbers or texts. */
static gboolean
has_numbers (const Onnx__ValueInfoProto *output)
{
  gint32 type;

  if (output->type == NULL || output->type->value_case != ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE)
    return TRUE;

  type = output->type->tensor_type->elem_type;
  return type == ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT ||
         type == ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE;
}

static const char *
choose_output (const Onnx__GraphProto *graph,
               GVariant *options,
               GError **error)
{
  const char *name = NULL;
  g_autoptr (GPtrArray) known = g_ptr_array_new ();
  g_autofree char *near = NULL;

  g_variant_lookup (options, "output", "&s", &name);
  for (gsize i = 0; i < graph->n_output; i++)
    {
      const Onnx__ValueInfoProto *output = graph->output[i];

      if (output->name == NULL)
        continue;
      if (name != NULL ? g_str_equal (name, output->name) : has_numbers (output))
        return output->name;
      g_ptr_array_add (known, output->name);
    }
  g_ptr_array_add (known, NULL);

  near = pymva_names_format_near (name != NULL ? name : "", (const char * const *) known->pdata);
  if (name != NULL)
    g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE, "it has no output “%s”%s", name, near);
  else
    g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
                         "it has no output of numbers");
  return NULL;
}

/* Whether a model with so many outputs can do that. */
static gboolean
fits_analysis (PymvaAnalysisType type,
               guint n_columns)
{
  return type == PYMVA_ANALYSIS_TYPE_CLASSIFICATION ? n_columns <= 2
         : type == PYMVA_ANALYSIS_TYPE_MULTICLASS   ? n_columns >= 2
                                                    : TRUE;
}

/* What the model does: as the option says, or the file that this library has written, or as what is
 * computed last shows. */
static gboolean
find_analysis_type (GVariant *options,
                    const Onnx__ModelProto *model,
                    const PymvaOnnxValue *value,
                    PymvaAnalysisType *type,
                    GError **error)
{
  g_autoptr (GEnumClass) types = g_type_class_ref (PYMVA_TYPE_ANALYSIS_TYPE);
  gboolean is_sigmoid = value->n_columns == 1 && g_strcmp0 (value->function, "sigmoid") == 0;
  const char *written = find_metadata (model, "pymva.analysis");
  const char *name = NULL;
  const GEnumValue *found;

  if (!g_variant_lookup (options, "analysis", "&s", &name))
    {
      found = written != NULL ? g_enum_get_value_by_nick (types, written) : NULL;
      if (found != NULL && fits_analysis (found->value, value->n_columns))
        *type = found->value;
      else if (value->meaning != PYMVA_ONNX_MEANING_VALUES || is_sigmoid)
        *type = value->n_columns > 2 ? PYMVA_ANALYSIS_TYPE_MULTICLASS
                                     : PYMVA_ANALYSIS_TYPE_CLASSIFICATION;
      else
        *type = PYMVA_ANALYSIS_TYPE_REGRESSION;
      return TRUE;
    }

  found = g_enum_get_value_by_nick (types, name);
  if (found == NULL)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "the option “analysis” is “%s”, and must be “classification”, “multiclass” or "
                   "“regression”", name);
      return FALSE;
    }
  *type = found->value;
  if (!fits_analysis (*type, value->n_columns))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "the option “analysis” is “%s”, and the model has %u outputs", name,
                   value->n_columns);
      return FALSE;
    }

  return TRUE;
}

/* The stages end with the columns that the model answers with: of two classes the second, which
 * is the signal. */
static PymvaOnnxValue *
finish_columns (PymvaOnnxGraph *graph,
                PymvaOnnxValue *value,
                PymvaAnalysisType type,
                GError **error)
{
  g_autoptr (PymvaOnnxValue) answer = NULL;

  answer = type == PYMVA_ANALYSIS_TYPE_CLASSIFICATION && value->n_columns == 2
             ? pymva_onnx_graph_select_range (graph, value, 1, 1, error)
             : pymva_onnx_value_ref (value);
  if (answer == NULL || !pymva_onnx_graph_settle (graph, answer, error))
    return NULL;
  if (answer->stage >= 0 &&
      (guint) answer->stage + 1 == pymva_model_builder_get_n_stages (graph->builder))
    return g_steal_pointer (&answer);

  /* The last stage gives the answer. */
  return pymva_onnx_graph_select_range (graph, answer, 0, answer->n_columns, error);
}

/* The labels, of two of which the signal comes first. */
static gboolean
set_outputs (const PymvaImport *import,
             const Onnx__ModelProto *model,
             const PymvaOnnxValue *value,
             PymvaModelBuilder *builder,
             GError **error)
{
  PymvaAnalysisType type = pymva_model_builder_get_analysis_type (builder);
  gboolean is_regression = type == PYMVA_ANALYSIS_TYPE_REGRESSION;
  guint n_names = type == PYMVA_ANALYSIS_TYPE_CLASSIFICATION ? 2 : value->n_columns;
  g_auto (GStrv) names =
    read_metadata (model, is_regression ? "pymva.targets" : "pymva.classes", n_names);

  if (names == NULL && !is_regression && value->classes != NULL &&
      g_strv_length (value->classes) == n_names)
    {
      names = g_strdupv (value->classes);
      if (n_names == 2)
        {
          char *first = names[0];

          names[0] = names[1];
          names[1] = first;
        }
    }

  return names != NULL
           ? pymva_import_set_output_names (import, (const char * const *) names, builder, error)
           : pymva_import_set_outputs (import, value->n_columns, builder, error);
}

/* --- the model --- */

static gboolean
read_versions (const Onnx__ModelProto *model,
               PymvaOnnxGraph *graph,
               GError **error)
{
  for (gsize i = 0; i < model->n_opset_import; i++)
    {
      const Onnx__OperatorSetIdProto *set = model->opset_import[i];

      if (set->domain == NULL || *set->domain == '\0' || g_str_equal (set->domain, "ai.onnx"))
        graph->opset = set->version;
    }
  if (model->n_functions == 0)
    return TRUE;

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
               "it defines the function “%s”, and functions cannot be converted: inline them first",
               model->functions[0]->name != NULL ? model->functions[0]->name : "");
  return FALSE;
}

static void
describe (const Onnx__ModelProto *model,
          const PymvaOnnxGraph *graph,
          GVariantDict *provenance)
{
  g_variant_dict_insert (provenance, "framework", "s", "ONNX");
  if (model->producer_name != NULL && *model->producer_name != '\0' &&
      g_utf8_validate (model->producer_name, -1, NULL))
    g_variant_dict_insert (provenance, "producer", "s", model->producer_name);
  if (model->producer_version != NULL && *model->producer_version != '\0' &&
      g_utf8_validate (model->producer_version, -1, NULL))
    g_variant_dict_insert (provenance, "producer-version", "s", model->producer_version);
  if (graph->opset > 0)
    g_variant_dict_insert (provenance, "opset", "x", graph->opset);
}

static gboolean
add_inputs (const PymvaImport *import,
            const Onnx__ModelProto *model,
            PymvaOnnxGraph *graph,
            GError **error)
{
  guint n_variables;
  gint32 type;
  g_autoptr (GArray) inputs = list_inputs (model->graph, &n_variables, &type, error);
  g_auto (GStrv) names = NULL;

  if (inputs == NULL)
    return FALSE;
  names = name_variables (model, inputs, n_variables);
  if (!pymva_import_add_variables (import, (const char * const *) names, n_variables,
                                   graph->builder, error))
    return FALSE;

  for (guint i = 0; i < inputs->len; i++)
    {
      const Input *input = &g_array_index (inputs, Input, i);

      if (!pymva_onnx_graph_add_input (graph, input->info->name, input->first, input->n_columns,
                                       n_variables, type, error))
        return FALSE;
    }

  return TRUE;
}

static PymvaModelBuilder *
convert (const PymvaImport *import,
         const Onnx__ModelProto *model,
         GError **error)
{
  g_autoptr (PymvaModelBuilder) builder =
    pymva_model_builder_new ("onnx", PYMVA_ANALYSIS_TYPE_REGRESSION);
  g_autoptr (PymvaOnnxGraph) graph =
    pymva_onnx_graph_new (builder, g_bytes_get_size (import->bytes));
  const char *output = choose_output (model->graph, import->options, error);
  g_autoptr (PymvaOnnxValue) answer = NULL;
  PymvaOnnxValue *value;
  PymvaAnalysisType type;

  if (output == NULL || !read_versions (model, graph, error) ||
      !add_inputs (import, model, graph, error))
    return NULL;
  value = pymva_onnx_graph_convert (graph, model->graph, output, error);
  if (value == NULL || !find_analysis_type (import->options, model, value, &type, error))
    return NULL;

  pymva_model_builder_set_analysis_type (builder, type);
  answer = finish_columns (graph, value, type, error);
  if (answer == NULL || !set_outputs (import, model, value, builder, error))
    return NULL;
  if ((value->meaning == PYMVA_ONNX_MEANING_SCORES ||
       g_strcmp0 (find_metadata (model, "pymva.outputs"), "score") == 0) &&
      type != PYMVA_ANALYSIS_TYPE_REGRESSION)
    pymva_model_builder_set_outputs (builder, "score");
  describe (model, graph, import->provenance);
  return g_steal_pointer (&builder);
}

PymvaModelBuilder *
pymva_import_onnx (const PymvaImport *import,
                   GError **error)
{
  g_autoptr (Onnx__ModelProto) model = pymva_onnx_message_read (import->bytes, error);

  if (model == NULL)
    return NULL;
  if (model->graph == NULL)
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "it has no graph");
      return NULL;
    }

  return convert (import, model, error);
}
