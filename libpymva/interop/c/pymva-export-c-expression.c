/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "data/pymva-expression-program-private.h"
#include "pymva-export-c-private.h"

/* Expressions of columns as C: a statement for each step, since compilers limit how deep
 * parentheses may be nested. */

/* The functions that are not called as in the C library; the helpers are those of
 * pymva-expression-functions.c. */
static const struct
{
  const char *function;
  const char *name;
  const char *code; /* or NULL: the C library has it */
} functions[] = {
  { "abs", "fabs", NULL },
  { "int", "trunc", NULL },
  { "min", "smaller",
    "static double\n"
    "smaller (double x, double y)\n"
    "{\n"
    "  return isnan (x) || x < y ? x : y;\n"
    "}\n" },
  { "max", "larger",
    "static double\n"
    "larger (double x, double y)\n"
    "{\n"
    "  return isnan (x) || x > y ? x : y;\n"
    "}\n" },
  { "pow", "power",
    "static double\n"
    "power (double x, double y)\n"
    "{\n"
    "  return y == 2 ? x * x : pow (x, y);\n"
    "}\n" },
  { "sign", "sign",
    "static double\n"
    "sign (double x)\n"
    "{\n"
    "  return isnan (x) ? x : (x > 0) - (x < 0);\n"
    "}\n" },
};

/* By PymvaOp: x, y and z are the operands. Truth is 1, and everything but 0 is true. */
static const char *const operations[] = {
  [PYMVA_OP_NEGATE] = "-x",
  [PYMVA_OP_NOT] = "x == 0 ? 1 : 0",
  [PYMVA_OP_ADD] = "x + y",
  [PYMVA_OP_SUBTRACT] = "x - y",
  [PYMVA_OP_MULTIPLY] = "x * y",
  [PYMVA_OP_DIVIDE] = "x / y",
  [PYMVA_OP_REMAINDER] = "fmod (x, y)",
  [PYMVA_OP_POWER] = "power (x, y)",
  [PYMVA_OP_LESS] = "x < y ? 1 : 0",
  [PYMVA_OP_LESS_EQUAL] = "x <= y ? 1 : 0",
  [PYMVA_OP_GREATER] = "x > y ? 1 : 0",
  [PYMVA_OP_GREATER_EQUAL] = "x >= y ? 1 : 0",
  [PYMVA_OP_EQUAL] = "x == y ? 1 : 0",
  [PYMVA_OP_NOT_EQUAL] = "x != y ? 1 : 0",
  [PYMVA_OP_AND] = "x != 0 && y != 0 ? 1 : 0",
  [PYMVA_OP_OR] = "x != 0 || y != 0 ? 1 : 0",
  [PYMVA_OP_CHOOSE] = "x != 0 ? y : z",
};

/* What the function is called in C; @code: that of its helper, or NULL. */
static const char *
find_function (const char *function,
               const char **code)
{
  for (guint i = 0; i < G_N_ELEMENTS (functions); i++)
    if (g_str_equal (functions[i].function, function))
      {
        *code = functions[i].code;
        return functions[i].name;
      }

  *code = NULL;
  return function;
}

void
pymva_c_write_expression_helpers (PymvaCWriter *writer,
                                  PymvaExpression *expression)
{
  const GArray *steps = pymva_expression_get_program (expression)->steps;

  for (guint i = 0; i < steps->len; i++)
    {
      const PymvaStep *step = &g_array_index (steps, PymvaStep, i);
      const char *name = step->op == PYMVA_OP_POWER ? "pow" : NULL;
      const char *code = NULL;

      if (step->op == PYMVA_OP_CALL_1 || step->op == PYMVA_OP_CALL_2)
        name = step->function->name;
      if (name != NULL)
        name = find_function (name, &code);
      if (code != NULL)
        pymva_c_writer_add_helper (writer, name, code);
    }
}

/* What a step makes of its operands. */
static void
append_step (GString *text,
             const PymvaStep *step,
             const char * const *operands)
{
  const char *code;

  if (step->op == PYMVA_OP_CALL_1)
    g_string_append_printf (text, "%s (%s)", find_function (step->function->name, &code),
                            operands[0]);
  else if (step->op == PYMVA_OP_CALL_2)
    g_string_append_printf (text, "%s (%s, %s)", find_function (step->function->name, &code),
                            operands[0], operands[1]);
  else
    for (const char *c = operations[step->op]; *c != '\0'; c++)
      {
        /* A letter alone is an operand. */
        gboolean is_operand = *c >= 'x' && *c <= 'z' && !g_ascii_isalpha (c[1]);

        if (is_operand)
          g_string_append (text, operands[*c - 'x']);
        else
          g_string_append_c (text, *c);
      }
}

void
pymva_c_write_expression (PymvaCWriter *writer,
                          PymvaExpression *expression,
                          const char *columns,
                          const guint *positions,
                          const char *target)
{
  const GArray *steps = pymva_expression_get_program (expression)->steps;
  g_autoptr (GPtrArray) stack = g_ptr_array_new_with_free_func (g_free);

  pymva_c_writer_print (writer, "  { /* ");
  pymva_c_append_comment (writer->text, pymva_expression_get_text (expression));
  pymva_c_writer_print (writer, " */\n");
  for (guint i = 0; i < steps->len; i++)
    {
      const PymvaStep *step = &g_array_index (steps, PymvaStep, i);
      g_autoptr (GString) value = g_string_new (NULL);

      if (step->op == PYMVA_OP_COLUMN)
        g_string_printf (value, "%s[%u]", columns, positions[step->column]);
      else if (step->op == PYMVA_OP_CONSTANT)
        {
          /* In parentheses, for a minus before a minus. */
          g_string_append_c (value, '(');
          pymva_c_append_double (value, step->constant);
          g_string_append_c (value, ')');
        }
      else
        {
          guint first = stack->len - step->n_operands;

          pymva_c_writer_print (writer, "    const double t%u = ", i);
          append_step (writer->text, step, (const char * const *) stack->pdata + first);
          pymva_c_writer_print (writer, ";\n");
          g_ptr_array_set_size (stack, first);
          g_string_printf (value, "t%u", i);
        }
      g_ptr_array_add (stack, g_string_free (g_steal_pointer (&value), FALSE));
    }

  pymva_c_writer_print (writer, "    %s = %s;\n  }\n", target,
                        (const char *) g_ptr_array_index (stack, 0));
}

void
pymva_c_write_expressions (PymvaCWriter *writer,
                           const PymvaStage *stage,
                           const char *name)
{
  const guint *columns;

  for (guint i = 0; i < stage->n_outputs; i++)
    pymva_c_write_expression_helpers (writer,
                                      pymva_stage_expression_get_output (stage, i, &columns));

  pymva_c_writer_begin_stage (writer, name);
  pymva_c_writer_print (writer, "  (void) x;\n");
  for (guint i = 0; i < stage->n_outputs; i++)
    {
      PymvaExpression *expression = pymva_stage_expression_get_output (stage, i, &columns);
      g_autofree char *target = g_strdup_printf ("y[%u]", i);

      pymva_c_write_expression (writer, expression, "x", columns, target);
    }
  pymva_c_writer_print (writer, "}\n");
}
