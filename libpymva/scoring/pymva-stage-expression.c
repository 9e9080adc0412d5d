/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "data/pymva-expression-private.h"
#include "pymva-json-private.h"
#include "pymva-stage-private.h"
#include "pymva-stage-tables-private.h"

/* The stage "expression": a column for each expression over the columns, which it calls x0, x1 and
 * so on. */
typedef struct
{
  PymvaStage parent;
  PymvaExpression **expressions;
  /* For each expression the columns that it names, in its own order. */
  guint **columns;
  guint most_names;
} Expression;

static void
expression_free (PymvaStage *stage)
{
  Expression *self = (Expression *) stage;

  for (guint i = 0; i < stage->n_outputs; i++)
    {
      g_clear_pointer (&self->expressions[i], pymva_expression_free);
      g_free (self->columns[i]);
    }
  g_free (self->expressions);
  g_free (self->columns);
  g_free (self);
}

/* The numbers of the columns that an expression names. */
static gboolean
find_columns (Expression *self,
              guint number,
              GError **error)
{
  const char * const *names = pymva_expression_list_names (self->expressions[number]);
  guint n = g_strv_length ((char **) names);

  self->most_names = MAX (self->most_names, n);
  self->columns[number] = g_new (guint, n);
  for (guint i = 0; i < n; i++)
    {
      guint64 column;

      if (*names[i] != 'x' || self->parent.n_inputs == 0 ||
          !g_ascii_string_to_unsigned (names[i] + 1, 10, 0, self->parent.n_inputs - 1, &column,
                                       NULL))
        {
          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                       "element %u of its “expressions” names “%s”, and there are %u columns from "
                       "“x0” on", number, names[i], self->parent.n_inputs);
          return FALSE;
        }
      self->columns[number][i] = column;
    }

  return TRUE;
}

static gboolean
read_expressions (Expression *self,
                  char **texts,
                  GError **error)
{
  gsize scratch = 0;

  for (guint i = 0; i < self->parent.n_outputs; i++)
    {
      g_autoptr (GError) reason = NULL;

      self->expressions[i] = pymva_expression_new (texts[i], &reason);
      if (self->expressions[i] == NULL)
        {
          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT,
                       "element %u of its “expressions”: %s", i, reason->message);
          return FALSE;
        }
      if (!find_columns (self, i, error))
        return FALSE;
      scratch = MAX (scratch, pymva_expression_get_scratch_size (self->expressions[i], 1));
    }

  /* The columns one by one, one of answers, and the pointers to them: the last are needed once, and
   * one row has room for them. */
  self->parent.row_scratch = (self->parent.n_inputs + 1) * sizeof (double) +
                             self->most_names * sizeof (double *) + scratch;
  return TRUE;
}

static PymvaStage *
expression_new (JsonObject *description,
                GHashTable *tensors,
                guint n_inputs,
                GError **error)
{
  Expression *self = g_new0 (Expression, 1);
  g_autoptr (PymvaStage) stage = &self->parent;
  g_auto (GStrv) texts = NULL;
  guint n;

  stage->klass = &pymva_stage_expression_class;
  stage->n_inputs = n_inputs;
  if (!pymva_json_read_strings (description, "expressions", TRUE, &texts, error))
    return NULL;

  n = g_strv_length (texts);
  if (n == 0 || n > PYMVA_STAGE_MOST_COLUMNS)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, "it has %u “expressions”", n);
      return NULL;
    }
  stage->n_outputs = n;
  self->expressions = g_new0 (PymvaExpression *, n);
  self->columns = g_new0 (guint *, n);

  return read_expressions (self, texts, error) ? g_steal_pointer (&stage) : NULL;
}

PymvaExpression *
pymva_stage_expression_get_output (const PymvaStage *stage,
                                   guint output,
                                   const guint **columns)
{
  const Expression *self = (const Expression *) stage;

  *columns = self->columns[output];
  return self->expressions[output];
}

static void
expression_run (const PymvaStage *stage,
                const PymvaColumns *inputs,
                double *outputs,
                gsize n_rows,
                gpointer scratch)
{
  const Expression *self = (const Expression *) stage;
  double *values = scratch;
  double *answers = values + n_rows * stage->n_inputs;
  const double **columns = (const double **) (answers + n_rows);

  for (guint i = 0; i < stage->n_inputs; i++)
    for (gsize row = 0; row < n_rows; row++)
      values[i * n_rows + row] = pymva_columns_get (inputs, row * stage->n_inputs + i);

  for (guint i = 0; i < stage->n_outputs; i++)
    {
      const char * const *names = pymva_expression_list_names (self->expressions[i]);

      for (guint name = 0; names[name] != NULL; name++)
        columns[name] = values + self->columns[i][name] * n_rows;
      pymva_expression_evaluate_scratch (self->expressions[i], columns, n_rows, answers,
                                         columns + self->most_names);
      for (gsize row = 0; row < n_rows; row++)
        outputs[row * stage->n_outputs + i] = answers[row];
    }
}

const PymvaStageClass pymva_stage_expression_class = {
  .kind = "expression",
  .new = expression_new,
  .free = expression_free,
  .run = expression_run,
};
