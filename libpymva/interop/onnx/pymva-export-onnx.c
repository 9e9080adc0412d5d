/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "pymva-export-onnx-private.h"
#include "scoring/pymva-json-private.h"

/* The format "onnx": each stage as operators. Between stages numbers are float64, as in this
 * library, so that what one operator computes has the same bits. */

typedef struct
{
  const PymvaGraph *graph;
  PymvaOnnxWriter *writer;
  /* By stage, what it gives. */
  PymvaOnnxColumns *columns;
} Exporter;

static const struct
{
  const PymvaStageClass *klass;
  PymvaOnnxStageFunc write;
} stages[] = {
  { &pymva_stage_affine_class, pymva_onnx_write_affine },
  { &pymva_stage_choose_class, pymva_onnx_write_choose },
  { &pymva_stage_clip_class, pymva_onnx_write_clip },
  { &pymva_stage_encode_class, pymva_onnx_write_encode },
  { &pymva_stage_fill_class, pymva_onnx_write_fill },
  { &pymva_stage_forest_class, pymva_onnx_write_forest },
  { &pymva_stage_interpolate_class, pymva_onnx_write_interpolate },
  { &pymva_stage_linear_class, pymva_onnx_write_matrix },
  { &pymva_stage_link_class, pymva_onnx_write_link },
  { &pymva_stage_matrix_class, pymva_onnx_write_matrix },
  { &pymva_stage_mean_class, pymva_onnx_write_mean },
  { &pymva_stage_mlp_class, pymva_onnx_write_mlp },
  { &pymva_stage_mlp_double_class, pymva_onnx_write_mlp_double },
  { &pymva_stage_product_class, pymva_onnx_write_product },
  { &pymva_stage_select_class, pymva_onnx_write_select },
  { &pymva_stage_weighted_median_class, pymva_onnx_write_weighted_median },
};

/* --- stages --- */

static PymvaOnnxColumns
get_columns (const Exporter *self,
             int input)
{
  return input == PYMVA_GRAPH_VARIABLES ? (PymvaOnnxColumns) { PYMVA_ONNX_INPUT, FALSE }
                                        : self->columns[input];
}

/* What a stage takes: the columns of several ones side by side. */
static PymvaOnnxColumns
join_inputs (const Exporter *self,
             const PymvaGraphStage *stage)
{
  g_autofree const char **names = g_new (const char *, stage->n_inputs);

  if (stage->n_inputs == 1)
    return get_columns (self, stage->inputs[0]);

  for (guint i = 0; i < stage->n_inputs; i++)
    names[i] = pymva_onnx_write_doubles (self->writer, get_columns (self, stage->inputs[i]));

  return (PymvaOnnxColumns) { pymva_onnx_write_concat (self->writer, names, stage->n_inputs),
                              TRUE };
}

/* Whether a stage answers differently on the two sides of a number, by more than it differs. */
static gboolean
jumps (const PymvaStage *stage)
{
  const char *function;

  if (stage->klass == &pymva_stage_link_class)
    {
      function = pymva_stage_link_get_tables (stage).function;
      return g_str_equal (function, "largest") || g_str_equal (function, "hinge");
    }

  return stage->klass == &pymva_stage_choose_class || stage->klass == &pymva_stage_encode_class ||
         stage->klass == &pymva_stage_forest_class ||
         stage->klass == &pymva_stage_weighted_median_class;
}

static gboolean
any_jumps_after (const PymvaGraph *graph,
                 guint number)
{
  for (guint i = number + 1; i < pymva_graph_get_n_stages (graph); i++)
    if (jumps (pymva_graph_get_stage (graph, i).stage))
      return TRUE;

  return FALSE;
}

static PymvaOnnxStageFunc
find_function (const PymvaStage *stage)
{
  for (guint i = 0; i < G_N_ELEMENTS (stages); i++)
    if (stage->klass == stages[i].klass)
      return stages[i].write;

  return NULL;
}

static gboolean
write_stage (Exporter *self,
             guint number,
             GError **error)
{
  PymvaGraphStage stage = pymva_graph_get_stage (self->graph, number);
  PymvaOnnxStageFunc write = find_function (stage.stage);
  PymvaOnnxStage target = { self->writer, stage.stage, join_inputs (self, &stage),
                            any_jumps_after (self->graph, number) };
  PymvaOnnxColumns columns = write != NULL ? write (&target) : (PymvaOnnxColumns) { NULL };

  if (columns.name == NULL)
    {
      pymva_export_refuse_stage (stage.stage, number,
                                 target.lacks != NULL ? target.lacks
                                                      : " cannot be expressed in ONNX", error);
      return FALSE;
    }

  if (stage.rounds && columns.is_double)
    columns = (PymvaOnnxColumns) { pymva_onnx_write_floats (self->writer, columns), FALSE };
  self->columns[number] = columns;
  return TRUE;
}

/* --- the rest --- */

static void
set_names (PymvaOnnxWriter *writer,
           const char *key,
           char **names)
{
  g_autoptr (GVariant) list = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *text = NULL;

  if (names == NULL || names[0] == NULL)
    return;
  list = g_variant_ref_sink (g_variant_new_strv ((const char * const *) names, -1));
  node = pymva_json_node_new_from_variant (list);
  text = json_to_string (node, FALSE);
  pymva_onnx_writer_set_metadata (writer, key, text);
}

static void
describe (const PymvaModel *model,
          PymvaOnnxWriter *writer)
{
  const PymvaManifest *manifest = model->manifest;
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_autoptr (GStrvBuilder) expressions = g_strv_builder_new ();
  g_autoptr (GEnumClass) types = g_type_class_ref (PYMVA_TYPE_ANALYSIS_TYPE);
  g_auto (GStrv) name_list = NULL;
  g_auto (GStrv) expression_list = NULL;
  const char *sha256 = pymva_model_get_sha256 ((PymvaModel *) model);

  for (guint i = 0; i < manifest->variables->len; i++)
    {
      const PymvaManifestVariable *variable =
        &g_array_index (manifest->variables, PymvaManifestVariable, i);

      g_strv_builder_add (names, variable->name);
      g_strv_builder_add (expressions, variable->expression);
    }
  name_list = g_strv_builder_end (names);
  expression_list = g_strv_builder_end (expressions);

  set_names (writer, "pymva.variables", name_list);
  set_names (writer, "pymva.expressions", expression_list);
  set_names (writer, "pymva.classes", manifest->classes);
  set_names (writer, "pymva.targets", manifest->targets);
  pymva_onnx_writer_set_metadata (writer, "pymva.analysis",
                                  g_enum_get_value (types, manifest->analysis_type)->value_nick);
  pymva_onnx_writer_set_metadata (writer, "pymva.outputs", manifest->outputs);
  pymva_onnx_writer_set_metadata (writer, "pymva.sha256", sha256);
}

static void
rename_output (Exporter *self,
               PymvaOnnxColumns columns)
{
  const char *name = pymva_onnx_write_floats (self->writer, columns);

  pymva_onnx_writer_add (self->writer, "Identity", name, NULL);
  pymva_onnx_writer_set_output (self->writer, PYMVA_ONNX_OUTPUT);
}

gboolean
pymva_export_onnx (PymvaExport *export,
                   GError **error)
{
  guint n_stages = pymva_graph_get_n_stages (export->graph);
  g_autoptr (PymvaOnnxWriter) writer = pymva_onnx_writer_new ();
  g_autofree PymvaOnnxColumns *columns = g_new0 (PymvaOnnxColumns, MAX (n_stages, 1));
  Exporter self = { export->graph, writer, columns };
  g_autoptr (GBytes) bytes = NULL;

  for (guint i = 0; i < n_stages; i++)
    if (!write_stage (&self, i, error))
      return FALSE;

  rename_output (&self, get_columns (&self, (int) n_stages - 1));
  describe (export->model, writer);
  bytes = pymva_onnx_writer_finish (writer, pymva_model_get_title (export->model),
                                    pymva_graph_get_n_variables (export->graph),
                                    pymva_graph_get_n_outputs (export->graph), error);
  if (bytes == NULL)
    return FALSE;

  pymva_export_add_file (export, export->file, bytes);
  return TRUE;
}
