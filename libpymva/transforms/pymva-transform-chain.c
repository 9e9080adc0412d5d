/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "data/pymva-tensor-private.h"
#include "scoring/pymva-json-private.h"
#include "scoring/pymva-model-private.h"
#include "pymva-transform-chain-private.h"
#include "pymva-transform-fit-private.h"

struct _PymvaTransformChain
{
  char *definition;
  guint n_columns;
  char **columns;
  gboolean mixes;
  /* Of PymvaTransformStage, in the order in which they are applied. */
  GPtrArray *forward;
  GPtrArray *backward;
};

static void
chain_clear (PymvaTransformChain *self)
{
  g_clear_pointer (&self->definition, g_free);
  g_clear_pointer (&self->columns, g_strfreev);
  g_clear_pointer (&self->forward, g_ptr_array_unref);
  g_clear_pointer (&self->backward, g_ptr_array_unref);
}

PymvaTransformChain *
pymva_transform_chain_ref (PymvaTransformChain *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
pymva_transform_chain_unref (PymvaTransformChain *self)
{
  g_atomic_rc_box_release_full (self, (GDestroyNotify) chain_clear);
}

const char *
pymva_transform_chain_get_definition (PymvaTransformChain *self)
{
  return self->definition;
}

guint
pymva_transform_chain_get_n_columns (PymvaTransformChain *self)
{
  return self->n_columns;
}

const char * const *
pymva_transform_chain_get_columns (PymvaTransformChain *self)
{
  return (const char * const *) self->columns;
}

gboolean
pymva_transform_chain_get_mixes (PymvaTransformChain *self)
{
  return self->mixes;
}

/* --- fitting --- */

static GPtrArray *
new_stages (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) pymva_transform_stage_free);
}

static void
fit_clear (PymvaTransformFit *fit)
{
  g_clear_pointer (&fit->weights, g_free);
  g_clear_pointer (&fit->chosen, g_free);
  g_clear_pointer (&fit->forward, g_ptr_array_unref);
  g_clear_pointer (&fit->backward, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PymvaTransformFit, fit_clear)

static gboolean
run_fit (PymvaTransformFit *fit,
         GError **error)
{
  switch (fit->step->kind)
    {
    case PYMVA_TRANSFORM_NORMALISE:
      return pymva_transform_fit_range (fit, error);
    case PYMVA_TRANSFORM_STANDARDISE:
      return pymva_transform_fit_moments (fit, error);
    case PYMVA_TRANSFORM_DECORRELATE:
      return pymva_transform_fit_decorrelation (fit, error);
    case PYMVA_TRANSFORM_PRINCIPAL:
      return pymva_transform_fit_principal (fit, error);
    case PYMVA_TRANSFORM_UNIFORM:
    case PYMVA_TRANSFORM_GAUSS:
      return pymva_transform_fit_distribution (fit, error);
    case PYMVA_TRANSFORM_IDENTITY:
    default:
      return TRUE;
    }
}

/* The weights of the events that a step is fitted on; 0 for the others. */
static double *
mask_weights (const PymvaTransformEvents *events,
              int class_number,
              gsize n_events)
{
  double *weights = g_memdup2 (pymva_tensor_peek_data (events->weights),
                               n_events * sizeof (double));
  const gint32 *labels = events->labels != NULL ? pymva_tensor_peek_data (events->labels) : NULL;

  for (gsize i = 0; class_number >= 0 && i < n_events; i++)
    if (labels[i] != class_number)
      weights[i] = 0;

  return weights;
}

/* What the columns are called after a step, and whether it mixes them. */
static void
note_step (PymvaTransformChain *self,
           const PymvaTransformStep *step,
           const guint *chosen,
           guint n_chosen)
{
  PymvaTransformKind kind = step->kind;
  const char *letter = pymva_transform_kind_get_letter (kind);

  self->mixes |= n_chosen > 1 && (kind == PYMVA_TRANSFORM_DECORRELATE ||
                                  kind == PYMVA_TRANSFORM_PRINCIPAL);
  for (guint i = 0; kind != PYMVA_TRANSFORM_IDENTITY && i < n_chosen; i++)
    {
      char **name = &self->columns[chosen[i]];
      g_autofree char *old = g_steal_pointer (name);

      *name = kind == PYMVA_TRANSFORM_PRINCIPAL ? g_strdup_printf ("%s%u", letter, i + 1)
                                                : g_strdup_printf ("%s(%s)", letter, old);
    }
}

/* Fits one step on @values, and adds its stages. Those that undo it come before those that undo
 * the steps before. */
static gboolean
add_step (PymvaTransformChain *self,
          const PymvaTransformStep *step,
          const PymvaTransformEvents *events,
          double *values,
          gsize n_events,
          GError **error)
{
  g_auto (PymvaTransformFit) fit = {
    .step = step, .values = values, .n_events = n_events, .n_columns = self->n_columns,
    .names = self->columns, .forward = new_stages (), .backward = new_stages ()
  };
  int class_number;

  if (!pymva_transform_step_find_class (step, events->classes, &class_number, error) ||
      !pymva_transform_step_find_columns (step, events->variables, &fit.chosen, &fit.n_chosen,
                                          error))
    return FALSE;

  fit.weights = mask_weights (events, class_number, n_events);
  if (!run_fit (&fit, error))
    return FALSE;

  pymva_transform_stages_run (fit.forward, PYMVA_DTYPE_FLOAT64, values, PYMVA_DTYPE_FLOAT64, values,
                              n_events, self->n_columns);
  note_step (self, step, fit.chosen, fit.n_chosen);
  g_ptr_array_extend_and_steal (self->forward, g_steal_pointer (&fit.forward));
  g_ptr_array_extend_and_steal (fit.backward, g_steal_pointer (&self->backward));
  self->backward = g_steal_pointer (&fit.backward);

  return TRUE;
}

static PymvaTransformChain *
chain_new (const char *definition,
           const char * const *variables)
{
  PymvaTransformChain *self = g_atomic_rc_box_new0 (PymvaTransformChain);

  self->definition = g_strdup (definition);
  self->n_columns = g_strv_length ((char **) variables);
  self->columns = g_strdupv ((char **) variables);
  self->forward = new_stages ();
  self->backward = new_stages ();

  return self;
}

static double *
load_values (PymvaTensor *inputs,
             GError **error)
{
  guint64 n = pymva_tensor_get_n_elements (inputs);
  double *values = g_try_new (double, MAX (n, 1));

  if (values == NULL)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_MEMORY,
                   "there is not enough memory to transform %" G_GINT64_FORMAT " events",
                   pymva_tensor_get_length (inputs, 0));
      return NULL;
    }

  pymva_tensor_copy_doubles (inputs, 0, n, values);
  return values;
}

PymvaTransformChain *
pymva_transform_chain_new (const char *definition,
                           const PymvaTransformEvents *events,
                           GError **error)
{
  g_autoptr (PymvaTransformChain) self = chain_new (definition, events->variables);
  g_autoptr (GPtrArray) steps = pymva_transform_parse (definition, error);
  g_autofree double *values = NULL;

  if (steps == NULL || (values = load_values (events->inputs, error)) == NULL)
    return NULL;

  for (guint i = 0; i < steps->len; i++)
    if (!add_step (self, steps->pdata[i], events, values,
                   pymva_tensor_get_length (events->inputs, 0), error))
      return NULL;

  return g_steal_pointer (&self);
}

/* --- reading --- */

static gboolean
read_stages (PymvaTransformChain *self,
             PymvaModel *model,
             GError **error)
{
  g_autoptr (GHashTable) tables = pymva_model_read_tables (model, error);
  JsonArray *stages = model->manifest->stages;

  if (tables == NULL)
    return FALSE;

  for (guint i = 0; i < json_array_get_length (stages); i++)
    {
      g_autoptr (GError) local_error = NULL;
      PymvaTransformStage *stage = pymva_transform_stage_read (
        json_array_get_object_element (stages, i), tables, self->n_columns, &local_error);

      if (local_error != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      if (stage == NULL)
        break;
      g_ptr_array_add (self->forward, stage);
    }

  return TRUE;
}

static gboolean
note_steps (PymvaTransformChain *self,
            const char * const *variables,
            GError **error)
{
  g_autoptr (GPtrArray) steps = pymva_transform_parse (self->definition, error);

  if (steps == NULL)
    return FALSE;

  for (guint i = 0; i < steps->len; i++)
    {
      g_autofree guint *chosen = NULL;
      guint n_chosen;

      if (!pymva_transform_step_find_columns (steps->pdata[i], variables, &chosen, &n_chosen,
                                              error))
        return FALSE;
      note_step (self, steps->pdata[i], chosen, n_chosen);
    }

  return TRUE;
}

PymvaTransformChain *
pymva_transform_chain_new_from_model (PymvaModel *model,
                                      const char * const *variables,
                                      GError **error)
{
  g_autoptr (PymvaTransformChain) self = NULL;
  JsonObject *method = NULL;
  JsonObject *parameters = NULL;
  const char *definition = "";

  if (!pymva_json_read_object (model->manifest->json, "method", TRUE, &method, error) ||
      !pymva_json_read_object (method, "parameters", TRUE, &parameters, error) ||
      !pymva_json_read_string (parameters, "transforms", FALSE, &definition, error))
    return NULL;
  if (model->n_variables != g_strv_length ((char **) variables))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "its model has %u variables, and the data set %u", model->n_variables,
                   g_strv_length ((char **) variables));
      return NULL;
    }

  self = chain_new (definition, variables);
  if (!read_stages (self, model, error) || !note_steps (self, variables, error))
    return NULL;

  return g_steal_pointer (&self);
}

/* --- applying --- */

static PymvaTensor *
run (PymvaTransformChain *self,
     GPtrArray *stages,
     PymvaDType input_type,
     PymvaTensor *inputs,
     PymvaDType output_type,
     GError **error)
{
  g_autoptr (PymvaTensor) cast = NULL;
  gint64 shape[2] = { pymva_tensor_get_length (inputs, 0), self->n_columns };
  gsize size;
  gpointer outputs;

  if (pymva_tensor_get_n_dims (inputs) != 2 ||
      pymva_tensor_get_length (inputs, 1) != self->n_columns)
    {
      g_autofree char *found = pymva_tensor_format_shape (inputs);

      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "The transformation “%s” takes events of %u columns, but a tensor of shape %s "
                   "was given", self->definition, self->n_columns, found);
      return NULL;
    }

  size = pymva_dtype_get_size (output_type);
  if (!g_size_checked_mul (&size, size, shape[1]) || !g_size_checked_mul (&size, size, shape[0]) ||
      (outputs = g_try_malloc (MAX (size, 1))) == NULL)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_MEMORY,
                   "There is not enough memory to transform %" G_GINT64_FORMAT " events", shape[0]);
      return NULL;
    }

  cast = pymva_tensor_cast (inputs, input_type);
  pymva_transform_stages_run (stages, input_type, pymva_tensor_peek_data (cast), output_type,
                              outputs, shape[0], self->n_columns);
  return pymva_tensor_new_take (output_type, shape, 2, outputs, size, error);
}

PymvaTensor *
pymva_transform_chain_apply (PymvaTransformChain *self,
                             PymvaTensor *inputs,
                             PymvaDType dtype,
                             GError **error)
{
  return run (self, self->forward, PYMVA_DTYPE_FLOAT32, inputs, dtype, error);
}

PymvaTensor *
pymva_transform_chain_invert (PymvaTransformChain *self,
                              PymvaTensor *columns,
                              GError **error)
{
  return run (self, self->backward, PYMVA_DTYPE_FLOAT64, columns, PYMVA_DTYPE_FLOAT64, error);
}

void
pymva_transform_chain_describe (PymvaTransformChain *self,
                                PymvaModelBuilder *builder)
{
  for (guint i = 0; i < self->forward->len; i++)
    pymva_transform_stage_describe (self->forward->pdata[i], builder, i,
                                    i + 1 == self->forward->len);
}
