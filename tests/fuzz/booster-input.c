/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "booster-input.h"
#include "score-model.h"

#define MOST_FEATURES 64

static void
build (PymvaBoosterModel *booster)
{
  g_autoptr (PymvaModelBuilder) builder =
    pymva_model_builder_new (booster->framework, booster->analysis_type);
  g_autoptr (PymvaModel) model = NULL;

  for (guint i = 0; i < booster->n_features; i++)
    {
      g_autofree char *name = g_strdup_printf ("x%u", i);

      pymva_model_builder_add_variable (builder, name, NULL, NULL, NULL);
    }
  if (pymva_booster_model_add_stages (booster, builder, NULL))
    model = pymva_model_builder_build (builder, NULL);
  if (model != NULL)
    score_model (model);
}

int
booster_input_read (const guint8 *data,
                    gsize size,
                    PymvaBoosterReadFunc read)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaBoosterModel) booster = read (bytes, 0, &error);

  g_assert ((booster == NULL) == (error != NULL));
  if (booster != NULL && booster->n_features <= MOST_FEATURES)
    build (booster);

  return 0;
}
