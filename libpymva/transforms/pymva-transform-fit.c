/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include <pymva/pymva-error.h>

#include "pymva-transform-fit-private.h"

gboolean
pymva_transform_fit_add (const PymvaTransformFit *self,
                         GPtrArray *stages,
                         PymvaTransformStage *stage,
                         GError **error)
{
  g_ptr_array_add (stages, stage);

  return pymva_transform_stage_finish (stage, self->n_columns, error);
}

gboolean
pymva_transform_fit_scan (const PymvaTransformFit *self,
                          guint column,
                          double *least,
                          double *most,
                          GError **error)
{
  *least = INFINITY;
  *most = -INFINITY;
  for (gsize i = 0; i < self->n_events; i++)
    {
      double value = self->values[i * self->n_columns + column];

      if (self->weights[i] == 0 || !isfinite (value))
        continue;
      *least = MIN (*least, value);
      *most = MAX (*most, value);
    }

  if (*least < *most)
    return TRUE;

  if (*least > *most)
    g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
                 "the transformation “%s”: “%s” has no value in any training event%s%s%s; remove "
                 "the variable", self->step->text, self->names[column],
                 self->step->class_name != NULL ? " of the class “" : "",
                 self->step->class_name != NULL ? self->step->class_name : "",
                 self->step->class_name != NULL ? "”" : "");
  else
    g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
                 "the transformation “%s”: “%s” is %g in all training events%s%s%s, and cannot be "
                 "scaled; remove the variable, or name the others, as in %s(NAME,NAME)",
                 self->step->text, self->names[column], *least,
                 self->step->class_name != NULL ? " of the class “" : "",
                 self->step->class_name != NULL ? self->step->class_name : "",
                 self->step->class_name != NULL ? "”" : "",
                 pymva_transform_kind_get_letter (self->step->kind));
  return FALSE;
}
