/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>
#include <string.h>

#include <pymva/pymva-error.h>

#include "pymva-expression-private.h"
#include "pymva-expression-program-private.h"
#include "pymva-tensor-private.h"

/* Rows are evaluated in blocks of this many, which stay in the cache from step to step. */
#define BLOCK 1024

struct _PymvaExpression
{
  char *text;
  PymvaProgram program;
};

void
pymva_expression_free (PymvaExpression *self)
{
  g_free (self->text);
  g_array_unref (self->program.steps);
  g_array_unref (self->program.positions);
  g_ptr_array_unref (self->program.names);
  g_free (self);
}

PymvaExpression *
pymva_expression_new (const char *text,
                      GError **error)
{
  g_autoptr (PymvaExpression) self = g_new0 (PymvaExpression, 1);

  self->text = g_strdup (text);
  self->program.steps = g_array_new (FALSE, FALSE, sizeof (PymvaStep));
  self->program.positions = g_array_new (FALSE, FALSE, sizeof (guint));
  self->program.names = g_ptr_array_new_with_free_func (g_free);
  if (!pymva_program_parse (&self->program, text, error))
    return NULL;

  return g_steal_pointer (&self);
}

const char *
pymva_expression_get_text (PymvaExpression *self)
{
  return self->text;
}

const char * const *
pymva_expression_list_names (PymvaExpression *self)
{
  return (const char * const *) self->program.names->pdata;
}

const PymvaProgram *
pymva_expression_get_program (PymvaExpression *self)
{
  return &self->program;
}

/* Runs a step that has operands over @n rows: x, y and z are they, as many as it has; the result
 * may be written over them. */
static void
run_step (const PymvaStep *step,
          gsize n,
          const double *x,
          const double *y,
          const double *z,
          double *result)
{
#define FOR_EACH(expression)                                                                       \
  for (gsize i = 0; i < n; i++)                                                                    \
    result[i] = (expression);                                                                      \
  break

  switch (step->op)
    {
    case PYMVA_OP_CALL_1:
      FOR_EACH (step->function->unary (x[i]));
    case PYMVA_OP_CALL_2:
      FOR_EACH (step->function->binary (x[i], y[i]));
    case PYMVA_OP_NEGATE:
      FOR_EACH (-x[i]);
    case PYMVA_OP_NOT:
      FOR_EACH (x[i] == 0);
    case PYMVA_OP_ADD:
      FOR_EACH (x[i] + y[i]);
    case PYMVA_OP_SUBTRACT:
      FOR_EACH (x[i] - y[i]);
    case PYMVA_OP_MULTIPLY:
      FOR_EACH (x[i] * y[i]);
    case PYMVA_OP_DIVIDE:
      FOR_EACH (x[i] / y[i]);
    case PYMVA_OP_REMAINDER:
      FOR_EACH (fmod (x[i], y[i]));
    case PYMVA_OP_POWER:
      FOR_EACH (pymva_expression_power (x[i], y[i]));
    case PYMVA_OP_LESS:
      FOR_EACH (x[i] < y[i]);
    case PYMVA_OP_LESS_EQUAL:
      FOR_EACH (x[i] <= y[i]);
    case PYMVA_OP_GREATER:
      FOR_EACH (x[i] > y[i]);
    case PYMVA_OP_GREATER_EQUAL:
      FOR_EACH (x[i] >= y[i]);
    case PYMVA_OP_EQUAL:
      FOR_EACH (x[i] == y[i]);
    case PYMVA_OP_NOT_EQUAL:
      FOR_EACH (x[i] != y[i]);
    case PYMVA_OP_AND:
      FOR_EACH (x[i] != 0 && y[i] != 0);
    case PYMVA_OP_OR:
      FOR_EACH (x[i] != 0 || y[i] != 0);
    case PYMVA_OP_CHOOSE:
      FOR_EACH (x[i] != 0 ? y[i] : z[i]);
    case PYMVA_OP_COLUMN:
    case PYMVA_OP_CONSTANT:
    default:
      g_assert_not_reached ();
    }
#undef FOR_EACH
}

/* Runs all steps over the rows [first, first + n). @stack is where each value lies: in its part of
 * @buffers, or in the column itself. */
static const double *
run_block (const PymvaProgram *program,
           const double * const *columns,
           gsize first,
           gsize n,
           const double **stack,
           double *buffers)
{
  guint height = 0;

  for (guint i = 0; i < program->steps->len; i++)
    {
      const PymvaStep *step = &g_array_index (program->steps, PymvaStep, i);
      double *result;

      height -= step->n_operands;
      result = buffers + height * n;
      if (step->op == PYMVA_OP_COLUMN)
        {
          stack[height++] = columns[step->column] + first;
          continue;
        }

      if (step->op == PYMVA_OP_CONSTANT)
        for (gsize row = 0; row < n; row++)
          result[row] = step->constant;
      else
        run_step (step, n, stack[height], stack[height + 1], stack[height + 2], result);
      stack[height++] = result;
    }

  return stack[0];
}

gsize
pymva_expression_get_scratch_size (PymvaExpression *self,
                                   gsize n_rows)
{
  /* Steps of one operand are handed two more, which they do not read. */
  return (self->program.depth + 2) * sizeof (double *) +
         self->program.depth * MIN (n_rows, BLOCK) * sizeof (double);
}

void
pymva_expression_evaluate_scratch (PymvaExpression *self,
                                   const double * const *columns,
                                   gsize n_rows,
                                   double *values,
                                   gpointer scratch)
{
  double *buffers = scratch;
  const double **stack =
    (const double **) (buffers + self->program.depth * MIN (n_rows, BLOCK));

  memset (stack, 0, (self->program.depth + 2) * sizeof (double *));
  for (gsize first = 0; first < n_rows; first += BLOCK)
    {
      gsize n = MIN (BLOCK, n_rows - first);

      memcpy (values + first,
              run_block (&self->program, columns, first, n, stack, buffers),
              n * sizeof (double));
    }
}

void
pymva_expression_evaluate_columns (PymvaExpression *self,
                                   const double * const *columns,
                                   gsize n_rows,
                                   double *values)
{
  g_autofree char *scratch = g_malloc (pymva_expression_get_scratch_size (self, n_rows));

  pymva_expression_evaluate_scratch (self, columns, n_rows, values, scratch);
}

/* Says where the text names a column that is of no use, unless it is just that name. */
static void
set_column_error (PymvaExpression *self,
                  guint number,
                  const char *name,
                  const char *message,
                  GError **error)
{
  if (g_str_equal (self->text, name))
    g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_EXPRESSION, message);
  else
    pymva_program_set_error (error, self->text,
                             g_array_index (self->program.positions, guint, number), "%s", message);
}

/* Gets the columns that the expression needs. */
static gboolean
find_columns (PymvaExpression *self,
              PymvaTable *table,
              GPtrArray *columns,
              GError **error)
{
  const char * const *names = pymva_expression_list_names (self);

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autoptr (GError) local_error = NULL;
      PymvaTensor *column = pymva_table_get_column (table, names[i], &local_error);

      if (column == NULL)
        {
          set_column_error (self, i, names[i], local_error->message, error);
          return FALSE;
        }
      g_ptr_array_add (columns, column);
    }

  return TRUE;
}

PymvaTensor *
pymva_expression_evaluate (PymvaExpression *self,
                           PymvaTable *table,
                           GError **error)
{
  g_autoptr (GPtrArray) columns = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree const double **data = NULL;
  gsize n_rows = pymva_table_get_n_rows (table);
  double *values;

  if (!find_columns (self, table, columns, error))
    return NULL;

  if (self->program.steps->len == 1 && columns->len == 1)
    return g_object_ref (g_ptr_array_index (columns, 0));

  data = g_new (const double *, columns->len);
  for (guint i = 0; i < columns->len; i++)
    data[i] = pymva_tensor_peek_data (g_ptr_array_index (columns, i));

  values = g_new (double, n_rows);
  pymva_expression_evaluate_columns (self, data, n_rows, values);

  return pymva_tensor_new_take_doubles (values, n_rows);
}

gboolean
pymva_expression_split (const char *text,
                        char **name,
                        char **expression,
                        GError **error)
{
  const char *sign = strstr (text, ":=");
  g_autofree char *left = sign != NULL ? g_strndup (text, sign - text) : g_strdup (text);
  g_autofree char *right = g_strdup (sign != NULL ? sign + strlen (":=") : text);

  g_strstrip (left);
  g_strstrip (right);
  if (*left == '\0' || *right == '\0')
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_EXPRESSION,
                   sign != NULL ? "“%s” lacks a part; write “name := expression”"
                                : "The expression “%s” is empty", text);
      return FALSE;
    }

  *name = g_steal_pointer (&left);
  *expression = g_steal_pointer (&right);
  return TRUE;
}
