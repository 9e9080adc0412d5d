/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include <pymva/pymva-interpreter.h>

#include "data/pymva-dataset-private.h"
#include "data/pymva-tensor-private.h"
#include "pymva-adapter-private.h"
#include "pymva-engine-private.h"
#include "pymva-training-object-private.h"
#include "scoring/pymva-model-builder-private.h"

/* How many events of the training go into a model file with the framework's answers. */
#define N_GOLDEN 32

/* Some of the training events, from all over them. */
static PymvaTensor *
new_golden_inputs (PymvaTensor *inputs,
                   GError **error)
{
  gsize n_dims;
  const gint64 *shape = pymva_tensor_get_shape (inputs, &n_dims);
  gint64 n_golden = MIN (shape[0], N_GOLDEN);
  gsize row_size = shape[1] * sizeof (float);
  g_autoptr (GBytes) some = NULL;
  const guint8 *from = g_bytes_get_data (pymva_tensor_get_bytes (inputs), NULL);
  guint8 *rows = g_malloc (MAX (n_golden * row_size, 1));

  for (gint64 i = 0; i < n_golden; i++)
    memcpy (rows + i * row_size, from + (i * shape[0] / n_golden) * row_size, row_size);
  some = g_bytes_new_take (rows, n_golden * row_size);

  return pymva_tensor_new (PYMVA_DTYPE_FLOAT32, (gint64[]) { n_golden, shape[1] }, 2, some, error);
}

static gboolean
add_golden (PymvaTraining *self,
            PymvaModelBuilder *builder,
            PymvaTensor *inputs,
            gint64 *n_outputs,
            GError **error)
{
  g_autoptr (PymvaTensor) outputs = NULL;

  outputs = pymva_trained_predict (self->trained, self->bridge, inputs, error);
  if (outputs == NULL)
    return FALSE;
  pymva_model_builder_set_golden (builder, inputs, outputs);
  *n_outputs = pymva_tensor_get_length (outputs, 1);

  return TRUE;
}

static gboolean
add_provenance (PymvaTraining *self,
                PymvaModelBuilder *builder,
                GError **error)
{
  g_autoptr (PymvaObject) told = NULL;
  g_autoptr (GVariant) values = NULL;
  g_auto (GVariantDict) provenance;
  gint64 seed = 0;

  told = pymva_adapter_call (self->bridge, "provenance", &self->trained->state, 1, error);
  if (told == NULL)
    return FALSE;
  values = pymva_object_to_variant (told, error);
  if (values == NULL)
    return FALSE;

  g_variant_lookup (self->config, "seed", "x", &seed);
  g_variant_dict_init (&provenance, values);
  g_variant_dict_insert (&provenance, "library", "s", "libpymva " PACKAGE_VERSION);
  g_variant_dict_insert (&provenance, "python", "s",
                         pymva_interpreter_get_version (pymva_interpreter_get_default ()));
  g_variant_dict_insert (&provenance, "seed", "x", seed);
  if (self->digest != NULL)
    g_variant_dict_insert (&provenance, "data-digest", "s", self->digest);
  g_variant_dict_insert (&provenance, "n-training-events", "x",
                         self->stream != NULL ? pymva_event_stream_get_n_events (self->stream)
                                              : pymva_tensor_get_length (self->inputs, 0));
  g_variant_dict_insert (&provenance, "training-time", "d", self->trained->training_time);
  values = (g_variant_unref (values), g_variant_ref_sink (g_variant_dict_end (&provenance)));
  pymva_model_builder_set_provenance (builder, values);

  return TRUE;
}

/* The model predicts the events that it was trained with, and is built again with what it says. */
static gboolean
add_responses (PymvaTraining *self,
               PymvaModelBuilder *builder,
               GError **error)
{
  g_autoptr (PymvaTensor) predictions = NULL;
  g_autoptr (PymvaResponses) responses = NULL;
  gboolean wanted = FALSE;

  g_variant_lookup (self->config, "response_distributions", "b", &wanted);
  if (!wanted || self->analysis_type != PYMVA_ANALYSIS_TYPE_CLASSIFICATION)
    return TRUE;

  predictions = pymva_model_predict (self->trained->model, self->inputs, error);
  if (predictions != NULL)
    responses = pymva_responses_new (predictions, self->answers, self->weights, error);
  if (responses == NULL)
    return FALSE;

  pymva_model_builder_set_responses (builder, responses);
  g_clear_object (&self->trained->model);
  self->trained->model = pymva_model_builder_build (builder, error);

  return self->trained->model != NULL;
}

gboolean
pymva_training_build_model (PymvaTraining *self,
                            GError **error)
{
  g_autoptr (PymvaModelBuilder) builder = NULL;
  g_autoptr (PymvaTensor) golden = new_golden_inputs (self->inputs, error);
  gint64 n_outputs;

  if (golden == NULL)
    return FALSE;
  builder = pymva_model_builder_new (self->method_name, self->analysis_type);
  pymva_model_builder_set_title (builder, self->title);
  pymva_model_builder_set_parameters (builder, self->parameters);
  for (guint i = 0; i < self->variables->len; i++)
    {
      const PymvaDatasetColumn *variable = g_ptr_array_index (self->variables, i);

      pymva_model_builder_add_variable (builder, variable->name, variable->expression,
                                        variable->title, variable->unit);
    }
  if (self->analysis_type == PYMVA_ANALYSIS_TYPE_REGRESSION)
    pymva_model_builder_set_targets (builder, (const char * const *) self->targets);
  else
    pymva_model_builder_set_classes (builder, (const char * const *) self->classes);

  if (self->trained->transforms != NULL)
    pymva_transform_chain_describe (self->trained->transforms, builder);
  if (!add_golden (self, builder, golden, &n_outputs, error) ||
      !add_provenance (self, builder, error) ||
      !pymva_engine_describe_state (self->bridge, self->trained->state, n_outputs,
                                    self->file != NULL, builder, error))
    return FALSE;

  self->trained->model = pymva_model_builder_build (builder, error);
  return self->trained->model != NULL &&
         pymva_engine_check_model (self->trained->model, golden, error) &&
         add_responses (self, builder, error);
}
