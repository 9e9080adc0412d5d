/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Writes small models into a folder, for the tests of the command: no method is needed.
 *
 *   signal.pymva   P(signal) = 1 / (1 + exp (-z)) with z = a + 0.5 s - 1, and s := a + b
 *   classes.pymva  softmax of (a, b, a + b) for the classes "x", "y", "z"
 *   values.pymva   2 a + 3 b + 1 for the target "t"
 *   code.pymva     as signal.pymva, and holds code */

#include <stdlib.h>

#include <pymva/pymva.h>

#include "scoring/pymva-model-builder-private.h"

static void
add_tensor (PymvaModelBuilder *builder,
            const char *name,
            const float *values,
            gint64 n_rows,
            gint64 n_columns)
{
  const gint64 shape[] = { n_rows, n_columns };
  g_autoptr (GBytes) bytes = g_bytes_new (values, n_rows * MAX (n_columns, 1) * sizeof (float));
  g_autoptr (PymvaTensor) tensor =
    pymva_tensor_new (PYMVA_DTYPE_FLOAT32, shape, n_columns > 0 ? 2 : 1, bytes, NULL);

  pymva_model_builder_add_tensor (builder, name, tensor);
}

static void
add_stage (PymvaModelBuilder *builder,
           const char *text)
{
  g_autoptr (GVariant) stage = g_variant_ref_sink (g_variant_new_parsed (text));

  pymva_model_builder_add_stage (builder, stage);
}

/* Golden rows that the engine itself computes: what a framework would have said is not at hand. */
static void
save (PymvaModelBuilder *builder,
      const char *folder,
      const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaModel) model = pymva_model_builder_build (builder, &error);
  g_autoptr (GFile) file = g_file_new_build_filename (folder, name, NULL);

  if (model == NULL || !pymva_model_save (model, file, NULL, &error))
    g_error ("%s: %s", name, error->message);
}

static void
save_signal (const char *folder,
             const char *name,
             gboolean code)
{
  static const char * const classes[] = { "signal", "background", NULL };
  static const float weight[] = { 1, 0.5f };
  static const float bias[] = { -1 };
  g_autoptr (PymvaModelBuilder) builder =
    pymva_model_builder_new ("hand-made", PYMVA_ANALYSIS_TYPE_CLASSIFICATION);

  pymva_model_builder_set_title (builder, "two classes");
  pymva_model_builder_set_parameters (builder, g_variant_new_parsed ("{'rate': <0.1>}"));
  pymva_model_builder_add_variable (builder, "a", "a", NULL, NULL);
  pymva_model_builder_add_variable (builder, "s", "a + b", NULL, NULL);
  pymva_model_builder_set_classes (builder, classes);
  add_tensor (builder, "weight", weight, 1, 2);
  add_tensor (builder, "bias", bias, 1, 0);
  add_stage (builder, "{'kind': <'mlp'>, 'layers': <[{'type': <'dense'>, 'weight': <'weight'>, "
                      "'bias': <'bias'>}]>}");
  add_stage (builder, "{'kind': <'link'>, 'function': <'sigmoid'>}");
  if (code)
    {
      g_autoptr (GBytes) source = g_bytes_new_static ("pass\n", 5);

      pymva_model_builder_add_backend_file (builder, "user.py", source, TRUE);
    }
  save (builder, folder, name);
}

static void
save_classes (const char *folder)
{
  static const char * const classes[] = { "x", "y", "z", NULL };
  static const float weight[] = { 1, 0, 0, 1, 1, 1 };
  g_autoptr (PymvaModelBuilder) builder =
    pymva_model_builder_new ("hand-made", PYMVA_ANALYSIS_TYPE_MULTICLASS);

  pymva_model_builder_add_variable (builder, "a", "a", NULL, NULL);
  pymva_model_builder_add_variable (builder, "b", "b", NULL, NULL);
  pymva_model_builder_set_classes (builder, classes);
  add_tensor (builder, "weight", weight, 3, 2);
  add_stage (builder, "{'kind': <'mlp'>, 'layers': <[{'type': <'dense'>, 'weight': <'weight'>}]>}");
  add_stage (builder, "{'kind': <'link'>, 'function': <'softmax'>}");
  save (builder, folder, "classes.pymva");
}

static void
save_values (const char *folder)
{
  static const char * const targets[] = { "t", NULL };
  static const float weight[] = { 2, 3 };
  static const float bias[] = { 1 };
  g_autoptr (PymvaModelBuilder) builder =
    pymva_model_builder_new ("hand-made", PYMVA_ANALYSIS_TYPE_REGRESSION);

  pymva_model_builder_add_variable (builder, "a", "a", NULL, NULL);
  pymva_model_builder_add_variable (builder, "b", "b", NULL, NULL);
  pymva_model_builder_set_targets (builder, targets);
  add_tensor (builder, "weight", weight, 1, 2);
  add_tensor (builder, "bias", bias, 1, 0);
  add_stage (builder, "{'kind': <'mlp'>, 'layers': <[{'type': <'dense'>, 'weight': <'weight'>, "
                      "'bias': <'bias'>}]>}");
  save (builder, folder, "values.pymva");
}

int
main (int argc,
      char *argv[])
{
  if (argc != 2)
    {
      g_printerr ("Usage: make-models FOLDER\n");
      return EXIT_FAILURE;
    }

  save_signal (argv[1], "signal.pymva", FALSE);
  save_signal (argv[1], "code.pymva", TRUE);
  save_classes (argv[1]);
  save_values (argv[1]);

  return EXIT_SUCCESS;
}
