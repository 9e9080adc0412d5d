/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "pymva-booster-model-private.h"
#include "pymva-import-private.h"

static gboolean
read_rounds (const PymvaImport *import,
             guint *n_rounds,
             GError **error)
{
  gint64 number;

  *n_rounds = 0;
  if (!g_variant_lookup (import->options, "rounds", "x", &number))
    return TRUE;
  if (number < 1 || number > G_MAXINT32)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "the option “rounds” is %" G_GINT64_FORMAT ", and must be at least 1", number);
      return FALSE;
    }

  *n_rounds = number;
  return TRUE;
}

static void
describe (const PymvaBoosterModel *model,
          GVariantDict *provenance)
{
  g_autofree char *version_key = g_ascii_strdown (model->framework, -1);

  g_variant_dict_insert (provenance, "framework", "s", model->framework);
  if (model->version != NULL)
    g_variant_dict_insert (provenance, version_key, "s", model->version);
  if (model->objective != NULL)
    g_variant_dict_insert (provenance, "objective", "s", model->objective);
  g_variant_dict_insert (provenance, "rounds", "x", (gint64) model->n_rounds);
  g_variant_dict_insert (provenance, "rounds-in-file", "x", (gint64) model->n_rounds_found);
}

static PymvaModelBuilder *
import_booster (const PymvaImport *import,
                const char *method_name,
                PymvaBoosterReadFunc read,
                GError **error)
{
  g_autoptr (PymvaBoosterModel) model = NULL;
  g_autoptr (PymvaModelBuilder) builder = NULL;
  guint n_rounds;

  if (!read_rounds (import, &n_rounds, error))
    return NULL;
  model = read (import->bytes, n_rounds, error);
  if (model == NULL)
    return NULL;

  builder = pymva_model_builder_new (method_name, model->analysis_type);
  pymva_model_builder_set_outputs (builder, model->outputs);
  if (!pymva_import_add_variables (import, (const char * const *) model->features,
                                   model->n_features, builder, error) ||
      !pymva_import_set_outputs (import, model->n_outputs, builder, error) ||
      !pymva_booster_model_add_stages (model, builder, error))
    return NULL;

  describe (model, import->provenance);
  return g_steal_pointer (&builder);
}

PymvaModelBuilder *
pymva_import_xgboost (const PymvaImport *import,
                      GError **error)
{
  return import_booster (import, "xgboost", pymva_xgboost_model_new, error);
}

PymvaModelBuilder *
pymva_import_lightgbm (const PymvaImport *import,
                       GError **error)
{
  return import_booster (import, "lightgbm", pymva_lightgbm_model_new, error);
}
