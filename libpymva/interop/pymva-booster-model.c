/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "pymva-booster-model-private.h"

void
pymva_booster_model_free (PymvaBoosterModel *self)
{
  g_free (self->version);
  g_free (self->objective);
  g_strfreev (self->features);
  g_clear_pointer (&self->forest, pymva_forest_writer_free);
  g_free (self->base);
  g_clear_pointer (&self->link, g_variant_unref);
  g_free (self);
}

gboolean
pymva_booster_model_choose_rounds (PymvaBoosterModel *self,
                                   guint n_rounds,
                                   GError **error)
{
  if (n_rounds > self->n_rounds_found)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "%u rounds are asked for, and the model has %u", n_rounds,
                   self->n_rounds_found);
      return FALSE;
    }

  if (n_rounds > 0)
    self->n_rounds = n_rounds;
  return TRUE;
}

gboolean
pymva_booster_model_append (PymvaBoosterModel *self,
                            const PymvaBoosterModel *other,
                            GError **error)
{
  if (other->n_features != self->n_features || self->base != NULL || other->base != NULL ||
      g_strcmp0 (other->objective, self->objective) != 0 ||
      !g_str_equal (other->options.aggregation, self->options.aggregation))
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                           "the models of the targets are not alike");
      return FALSE;
    }
  if (other->options.divisor != self->options.divisor)
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
                           "the targets have averages of different numbers of trees, which cannot "
                           "be converted together");
      return FALSE;
    }
  if (!pymva_forest_writer_append (self->forest, other->forest, self->n_outputs, error))
    return FALSE;

  self->n_outputs += other->n_outputs;
  return TRUE;
}

gboolean
pymva_booster_model_add_stages (PymvaBoosterModel *self,
                                PymvaModelBuilder *builder,
                                GError **error)
{
  PymvaForestOptions options = self->options;

  options.n_outputs = self->n_outputs;
  options.base = self->base;
  if (!pymva_forest_writer_add_stage (self->forest, &options, builder, error))
    return FALSE;

  if (self->link != NULL)
    pymva_model_builder_add_stage (builder, self->link);
  return TRUE;
}
