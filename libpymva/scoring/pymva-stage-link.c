/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include <pymva/pymva-error.h>

#include "base/pymva-names-private.h"
#include "pymva-json-private.h"
#include "pymva-stage-private.h"

/* The stage "link": from scores to probabilities, in double. */
typedef void (*LinkFunc) (double *values,
                          guint n_values);

typedef struct
{
  PymvaStage parent;
  LinkFunc func;
} Link;

/* Neither branch lets exp() overflow. */
static void
sigmoid (double *values,
         guint n_values)
{
  for (guint i = 0; i < n_values; i++)
    {
      double e = exp (-fabs (values[i]));

      values[i] = (values[i] < 0 ? e : 1) / (1 + e);
    }
}

static void
softmax (double *values,
         guint n_values)
{
  double largest = values[0];
  double sum = 0;

  for (guint i = 1; i < n_values; i++)
    largest = fmax (largest, values[i]);
  for (guint i = 0; i < n_values; i++)
    sum += values[i] = exp (values[i] - largest);
  for (guint i = 0; i < n_values; i++)
    values[i] /= sum;
}

static const char *const names[] = { "sigmoid", "softmax", NULL };
static const LinkFunc funcs[] = { sigmoid, softmax };

static void
link_free (PymvaStage *stage)
{
  g_free (stage);
}

static PymvaStage *
link_new (JsonObject *description,
          GHashTable *tensors,
          guint n_inputs,
          GError **error)
{
  const char *name = NULL;
  g_autofree char *near = NULL;

  if (!pymva_json_read_string (description, "function", TRUE, &name, error))
    return NULL;

  for (guint i = 0; names[i] != NULL; i++)
    if (g_str_equal (name, names[i]))
      {
        Link *self = g_new0 (Link, 1);

        self->parent.klass = &pymva_stage_link_class;
        self->parent.n_inputs = n_inputs;
        self->parent.n_outputs = n_inputs;
        self->func = funcs[i];
        return &self->parent;
      }

  near = pymva_names_format_near (name, names);
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "there is no function “%s”%s", name, near);
  return NULL;
}

static void
link_run (const PymvaStage *stage,
          const PymvaColumns *inputs,
          double *outputs,
          gsize n_rows,
          gpointer scratch)
{
  const Link *self = (const Link *) stage;
  guint n = stage->n_inputs;

  for (gsize i = 0; i < n_rows * n; i++)
    outputs[i] = pymva_columns_get (inputs, i);
  for (gsize row = 0; row < n_rows; row++)
    self->func (outputs + row * n, n);
}

const PymvaStageClass pymva_stage_link_class = {
  .kind = "link",
  .new = link_new,
  .free = link_free,
  .run = link_run,
};
