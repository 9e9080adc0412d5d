/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>

#include <pymva/pymva.h>

#include "data/pymva-tensor-private.h"
#include "interop/pymva-convert-private.h"
#include "scoring/pymva-safetensors-private.h"

/* score-dump FOLDER: converts the dump that tests in Python have put there, saves the model, loads
 * it again and scores the events. FOLDER/description is the dump's description as GVariant text,
 * with the member "analysis" added; FOLDER/tables has the tensors, FOLDER/events the tensor
 * "events"; the outputs go to FOLDER/outputs, float32. Fails unless each event alone gives the bits
 * that it gives in a batch. */

static GBytes *
read_bytes (const char *folder,
            const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  GBytes *bytes = g_file_load_bytes (file, NULL, NULL, &error);

  g_assert_no_error (error);
  return bytes;
}

static GHashTable *
read_tensors (const char *folder,
              const char *name)
{
  g_autoptr (GBytes) bytes = read_bytes (folder, name);
  g_autoptr (GError) error = NULL;
  GHashTable *tensors = pymva_safetensors_read (bytes, &error);

  g_assert_no_error (error);
  return tensors;
}

static PymvaModel *
build (GVariant *description,
       GHashTable *tables)
{
  g_autoptr (GEnumClass) types = g_type_class_ref (PYMVA_TYPE_ANALYSIS_TYPE);
  g_autoptr (PymvaModelBuilder) builder = NULL;
  g_autoptr (GError) error = NULL;
  const char *analysis = NULL;
  gint64 n_features = 0;
  PymvaModel *model;

  g_assert_true (g_variant_lookup (description, "analysis", "&s", &analysis));
  g_assert_true (g_variant_lookup (description, "n_features", "x", &n_features));
  builder = pymva_model_builder_new ("dump", g_enum_get_value_by_nick (types, analysis)->value);
  for (gint64 i = 0; i < n_features; i++)
    {
      g_autofree char *name = g_strdup_printf ("x%" G_GINT64_FORMAT, i);

      pymva_model_builder_add_variable (builder, name, NULL, NULL, NULL);
    }

  pymva_convert_dump (builder, description, tables, &error);
  g_assert_no_error (error);
  model = pymva_model_builder_build (builder, &error);
  g_assert_no_error (error);
  return model;
}

/* The model as it comes back from its file. */
static PymvaModel *
save_and_load (PymvaModel *model,
               const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "model.pymva", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  PymvaModel *loaded;

  g_assert_true (pymva_model_save (model, file, NULL, &error));
  loaded = pymva_model_load (file, NULL, &error);
  g_assert_no_error (error);
  return loaded;
}

int
main (int argc,
      char *argv[])
{
  const char *folder = argc == 2 ? argv[1] : NULL;
  g_autofree char *output_path = NULL;
  g_autoptr (GBytes) text = NULL;
  g_autoptr (GVariant) description = NULL;
  g_autoptr (GHashTable) tables = NULL;
  g_autoptr (GHashTable) inputs = NULL;
  g_autoptr (PymvaModel) built = NULL;
  g_autoptr (PymvaModel) model = NULL;
  g_autoptr (PymvaTensor) outputs = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree float *alone = NULL;
  PymvaTensor *events;
  const float *rows;
  const float *found;
  gsize n_outputs;
  gsize n_rows;

  g_assert_nonnull (folder);
  text = read_bytes (folder, "description");
  description = g_variant_parse (G_VARIANT_TYPE_VARDICT, g_bytes_get_data (text, NULL),
                                 (const char *) g_bytes_get_data (text, NULL) +
                                   g_bytes_get_size (text), NULL, &error);
  g_assert_no_error (error);
  tables = read_tensors (folder, "tables");
  inputs = read_tensors (folder, "events");
  built = build (description, tables);
  model = save_and_load (built, folder);

  events = g_hash_table_lookup (inputs, "events");
  outputs = pymva_model_predict (model, events, &error);
  g_assert_no_error (error);
  rows = pymva_tensor_peek_data (events);
  found = pymva_tensor_peek_data (outputs);
  n_rows = pymva_tensor_get_length (outputs, 0);
  n_outputs = pymva_model_get_n_outputs (model);
  alone = g_new (float, n_outputs);
  for (gsize row = 0; row < n_rows; row++)
    {
      g_assert_true (pymva_model_score (
        model, rows + row * pymva_model_get_n_variables (model), alone));
      g_assert_cmpmem (alone, n_outputs * sizeof (float), found + row * n_outputs,
                       n_outputs * sizeof (float));
    }

  output_path = g_build_filename (folder, "outputs", NULL);
  g_assert_true (g_file_set_contents (output_path, (const char *) found,
                                      n_rows * n_outputs * sizeof (float), &error));
  return 0;
}
