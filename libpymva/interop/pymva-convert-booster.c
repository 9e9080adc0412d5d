/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "pymva-dump-private.h"

/* What boosters write of themselves, as the tables "model" and so on of their adapters. */

PymvaBoosterModel *
pymva_dump_read_booster (const PymvaDump *self,
                         const char *name,
                         PymvaBoosterReadFunc read,
                         GError **error)
{
  PymvaTensor *content = pymva_dump_get_tensor (self, name, PYMVA_DTYPE_UINT8, 1, -1, -1, error);

  return content != NULL ? read (pymva_tensor_get_bytes (content), 0, error) : NULL;
}

/* Models "model-1" to "model-N", one for each target. */
static gboolean
convert (PymvaModelBuilder *builder,
         const PymvaDump *dump,
         PymvaBoosterReadFunc read,
         GError **error)
{
  g_autoptr (PymvaBoosterModel) all = pymva_dump_read_booster (dump, "model-1", read, error);
  gint64 n_models;
  gint64 n_features;

  if (all == NULL || !pymva_dump_read_int (dump->description, "n_models", &n_models, error) ||
      !pymva_dump_read_int (dump->description, "n_features", &n_features, error))
    return FALSE;
  if (all->n_features != n_features)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                   "it has %u features for %" G_GINT64_FORMAT " variables", all->n_features,
                   n_features);
      return FALSE;
    }

  for (gint64 i = 2; i <= n_models; i++)
    {
      g_autofree char *name = g_strdup_printf ("model-%" G_GINT64_FORMAT, i);
      g_autoptr (PymvaBoosterModel) model = pymva_dump_read_booster (dump, name, read, error);

      if (model == NULL || !pymva_booster_model_append (all, model, error))
        return FALSE;
    }

  return pymva_booster_model_add_stages (all, builder, error);
}

gboolean
pymva_convert_xgboost (PymvaModelBuilder *builder,
                       const PymvaDump *dump,
                       GError **error)
{
  return convert (builder, dump, pymva_xgboost_model_new, error);
}

gboolean
pymva_convert_lightgbm (PymvaModelBuilder *builder,
                        const PymvaDump *dump,
                        GError **error)
{
  return convert (builder, dump, pymva_lightgbm_model_new, error);
}
