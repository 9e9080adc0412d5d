/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include <pymva/pymva-error.h>

#include "pymva-expression-program-private.h"

/* How many operators and parentheses may wait for what follows them: it bounds the memory of
 * parsing and of evaluation. There is no recursion. */
#define MOST_PENDING 200
#define LONGEST (1 << 16)
/* How much of an expression a message repeats. */
#define MOST_SHOWN 120

/* How tightly operators bind, as in C, and "^" tighter than a sign before it. */
enum
{
  PRECEDENCE_NONE,
  PRECEDENCE_CHOICE,
  PRECEDENCE_OR,
  PRECEDENCE_AND,
  PRECEDENCE_EQUALITY,
  PRECEDENCE_COMPARISON,
  PRECEDENCE_SUM,
  PRECEDENCE_PRODUCT,
  PRECEDENCE_SIGN,
  PRECEDENCE_POWER,
};

static const struct
{
  const char *symbol;
  PymvaOp op;
  int precedence;
} operators[] = {
  { "||", PYMVA_OP_OR, PRECEDENCE_OR },
  { "&&", PYMVA_OP_AND, PRECEDENCE_AND },
  { "==", PYMVA_OP_EQUAL, PRECEDENCE_EQUALITY },
  { "!=", PYMVA_OP_NOT_EQUAL, PRECEDENCE_EQUALITY },
  { "<", PYMVA_OP_LESS, PRECEDENCE_COMPARISON },
  { "<=", PYMVA_OP_LESS_EQUAL, PRECEDENCE_COMPARISON },
  { ">", PYMVA_OP_GREATER, PRECEDENCE_COMPARISON },
  { ">=", PYMVA_OP_GREATER_EQUAL, PRECEDENCE_COMPARISON },
  { "+", PYMVA_OP_ADD, PRECEDENCE_SUM },
  { "-", PYMVA_OP_SUBTRACT, PRECEDENCE_SUM },
  { "*", PYMVA_OP_MULTIPLY, PRECEDENCE_PRODUCT },
  { "/", PYMVA_OP_DIVIDE, PRECEDENCE_PRODUCT },
  { "%", PYMVA_OP_REMAINDER, PRECEDENCE_PRODUCT },
  { "^", PYMVA_OP_POWER, PRECEDENCE_POWER },
};

/* What waits on the stack. Of a choice "a ? b : c", the question mark waits for its colon like an
 * open parenthesis, and the colon then like an operator. */
typedef enum
{
  PENDING_OPERATOR,
  PENDING_PARENTHESIS,
  PENDING_CALL,
  PENDING_QUESTION,
} PendingType;

typedef struct
{
  PendingType type;
  PymvaOp op;
  int precedence;
  guint position;
  guint n_arguments;
  const PymvaExpressionFunction *function;
} Pending;

typedef struct
{
  PymvaProgram *program;
  const char *text;
  PymvaLexer lexer;
  PymvaToken token;
  GHashTable *columns;
  Pending pending[MOST_PENDING];
  guint n_pending;
  guint n_values;
  gboolean expects_value;
} Parser;

void
pymva_program_set_error (GError **error,
                         const char *text,
                         guint position,
                         const char *format,
                         ...)
{
  g_autofree char *what = NULL;
  g_autofree char *shown = NULL;
  gboolean is_long = g_utf8_strlen (text, -1) > MOST_SHOWN;
  va_list arguments;

  va_start (arguments, format);
  what = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  shown = g_utf8_substring (text, 0, is_long ? MOST_SHOWN : -1);
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_EXPRESSION,
               "In the expression “%s%s”, at column %u: %s",
               shown, is_long ? "…" : "", position, what);
}

static gboolean
fail_unexpected (Parser *self,
                 const char *expected,
                 GError **error)
{
  const PymvaToken *token = &self->token;
  const char *found = token->type == PYMVA_TOKEN_SYMBOL ? token->symbol : token->name;

  if (token->type == PYMVA_TOKEN_END)
    pymva_program_set_error (error, self->text, token->position,
                             "the expression ends where %s should be", expected);
  else if (token->type == PYMVA_TOKEN_NUMBER)
    pymva_program_set_error (error, self->text, token->position,
                             "there is a number where %s should be", expected);
  else
    pymva_program_set_error (error, self->text, token->position,
                             "there is “%s” where %s should be%s", found, expected,
                             g_str_equal (found, "and") ? "; write “&&” for “and”" :
                             g_str_equal (found, "or") ? "; write “||” for “or”" : "");

  return FALSE;
}

static void
emit (Parser *self,
      PymvaStep step)
{
  g_array_append_val (self->program->steps, step);
  self->n_values += 1 - step.n_operands;
  self->program->depth = MAX (self->program->depth, self->n_values);
}

static void
emit_pending (Parser *self,
              const Pending *pending)
{
  guint n_operands = 2;

  if (pending->op == PYMVA_OP_NEGATE || pending->op == PYMVA_OP_NOT)
    n_operands = 1;
  else if (pending->op == PYMVA_OP_CHOOSE)
    n_operands = 3;

  emit (self, (PymvaStep) { .op = pending->op, .n_operands = n_operands });
}

static gboolean
push (Parser *self,
      Pending pending,
      GError **error)
{
  if (self->n_pending == MOST_PENDING)
    {
      pymva_program_set_error (error, self->text, self->token.position,
                               "the expression is nested more than %d deep; define parts of it as "
                               "columns", MOST_PENDING);
      return FALSE;
    }

  pending.position = self->token.position;
  self->pending[self->n_pending++] = pending;
  return TRUE;
}

/* Ends the operators that bind at least as tightly as @precedence, up to what is still open. */
static void
reduce (Parser *self,
        int precedence)
{
  while (self->n_pending > 0)
    {
      const Pending *top = &self->pending[self->n_pending - 1];

      if (top->type != PENDING_OPERATOR || top->precedence < precedence)
        return;
      emit_pending (self, top);
      self->n_pending--;
    }
}

static void
emit_column (Parser *self)
{
  PymvaProgram *program = self->program;
  gpointer number;

  if (!g_hash_table_lookup_extended (self->columns, self->token.name, NULL, &number))
    {
      char *name = g_strdup (self->token.name);

      number = GUINT_TO_POINTER (program->names->len);
      g_ptr_array_add (program->names, name);
      g_array_append_val (program->positions, self->token.position);
      g_hash_table_insert (self->columns, name, number);
    }

  emit (self, (PymvaStep) { .op = PYMVA_OP_COLUMN, .column = GPOINTER_TO_UINT (number) });
}

/* A name before a parenthesis is a function, any other one a column. */
static gboolean
parse_name (Parser *self,
            GError **error)
{
  const char *after = self->lexer.next + strspn (self->lexer.next, " \t\r\n");
  const PymvaExpressionFunction *function;
  Pending call;

  if (*after != '(' || self->token.type == PYMVA_TOKEN_QUOTED_NAME)
    {
      emit_column (self);
      self->expects_value = FALSE;
      return TRUE;
    }

  function = pymva_expression_lookup_function (self->token.name);
  if (function == NULL)
    {
      g_autofree char *near = pymva_expression_format_near_functions (self->token.name);

      pymva_program_set_error (error, self->text, self->token.position,
                               "there is no function “%s”%s", self->token.name, near);
      return FALSE;
    }

  call = (Pending) { .type = PENDING_CALL, .function = function, .n_arguments = 1 };
  if (!push (self, call, error))
    return FALSE;

  /* The parenthesis, which is there. */
  return pymva_lexer_next (&self->lexer, &self->token, error);
}

static gboolean
push_sign (Parser *self,
           PymvaOp op,
           GError **error)
{
  return push (self, (Pending) { .op = op, .precedence = PRECEDENCE_SIGN }, error);
}

static gboolean
parse_value (Parser *self,
             GError **error)
{
  const char *symbol = self->token.symbol;

  switch (self->token.type)
    {
    case PYMVA_TOKEN_NUMBER:
      emit (self, (PymvaStep) { .op = PYMVA_OP_CONSTANT, .constant = self->token.number });
      self->expects_value = FALSE;
      return TRUE;
    case PYMVA_TOKEN_NAME:
    case PYMVA_TOKEN_QUOTED_NAME:
      return parse_name (self, error);
    case PYMVA_TOKEN_SYMBOL:
      if (g_str_equal (symbol, "("))
        return push (self, (Pending) { .type = PENDING_PARENTHESIS }, error);
      if (g_str_equal (symbol, "-"))
        return push_sign (self, PYMVA_OP_NEGATE, error);
      if (g_str_equal (symbol, "!"))
        return push_sign (self, PYMVA_OP_NOT, error);
      if (g_str_equal (symbol, "+"))
        return TRUE;
      break;
    case PYMVA_TOKEN_END:
    default:
      break;
    }

  return fail_unexpected (self, "a value", error);
}

static gboolean
check_arity (Parser *self,
             const Pending *call,
             GError **error)
{
  if (call->n_arguments == call->function->n_arguments)
    return TRUE;

  pymva_program_set_error (error, self->text, call->position,
                           "the function “%s” takes %u argument%s, not %u",
                           call->function->name, call->function->n_arguments,
                           call->function->n_arguments == 1 ? "" : "s", call->n_arguments);
  return FALSE;
}

/* What encloses the values so far, once the operators among them are done; NULL at the top. */
static Pending *
close_operators (Parser *self)
{
  reduce (self, PRECEDENCE_NONE);

  return self->n_pending > 0 ? &self->pending[self->n_pending - 1] : NULL;
}

static gboolean
parse_closing (Parser *self,
               GError **error)
{
  Pending *open = close_operators (self);

  if (open == NULL)
    {
      pymva_program_set_error (error, self->text, self->token.position,
                               "this “)” closes nothing; take it away or add a “(” before it");
      return FALSE;
    }
  if (open->type == PENDING_QUESTION)
    return fail_unexpected (self, "the “:” of a choice", error);

  if (open->type == PENDING_CALL)
    {
      if (!check_arity (self, open, error))
        return FALSE;
      emit (self, (PymvaStep) {
              .op = open->n_arguments == 1 ? PYMVA_OP_CALL_1 : PYMVA_OP_CALL_2,
              .n_operands = open->n_arguments,
              .function = open->function,
            });
    }
  self->n_pending--;

  return TRUE;
}

static gboolean
parse_comma (Parser *self,
             GError **error)
{
  Pending *open = close_operators (self);

  if (open == NULL || open->type != PENDING_CALL)
    return fail_unexpected (self, open != NULL && open->type == PENDING_QUESTION
                                    ? "the “:” of a choice" : "an operator", error);

  open->n_arguments++;
  self->expects_value = TRUE;
  return TRUE;
}

static gboolean
parse_colon (Parser *self,
             GError **error)
{
  Pending *open = close_operators (self);

  if (open == NULL || open->type != PENDING_QUESTION)
    {
      pymva_program_set_error (error, self->text, self->token.position,
                               "this “:” belongs to no “?”; "
                               "a choice is written “condition ? a : b”");
      return FALSE;
    }

  open->type = PENDING_OPERATOR;
  open->op = PYMVA_OP_CHOOSE;
  open->precedence = PRECEDENCE_CHOICE;
  self->expects_value = TRUE;
  return TRUE;
}

static gboolean
parse_operator (Parser *self,
                GError **error)
{
  const char *symbol = self->token.symbol;

  if (g_str_equal (symbol, ")"))
    return parse_closing (self, error);
  if (g_str_equal (symbol, ","))
    return parse_comma (self, error);
  if (g_str_equal (symbol, ":"))
    return parse_colon (self, error);

  if (g_str_equal (symbol, "?"))
    {
      /* Choices group to the right: what waits for its last part keeps waiting. */
      reduce (self, PRECEDENCE_CHOICE + 1);
      self->expects_value = TRUE;
      return push (self, (Pending) { .type = PENDING_QUESTION }, error);
    }

  for (gsize i = 0; i < G_N_ELEMENTS (operators); i++)
    if (g_str_equal (symbol, operators[i].symbol))
      {
        int precedence = operators[i].precedence;

        /* Powers group to the right, everything else to the left. */
        reduce (self, precedence == PRECEDENCE_POWER ? precedence + 1 : precedence);
        self->expects_value = TRUE;
        return push (self, (Pending) { .op = operators[i].op, .precedence = precedence }, error);
      }

  return fail_unexpected (self, "an operator", error);
}

/* The end of the text: nothing may be open. */
static gboolean
parse_end (Parser *self,
           GError **error)
{
  const Pending *open;

  if (self->expects_value)
    return fail_unexpected (self, "a value", error);

  open = close_operators (self);
  if (open == NULL)
    return TRUE;

  pymva_program_set_error (error, self->text, open->position, "%s",
                           open->type == PENDING_QUESTION
                             ? "this “?” has no “:”"
                             : "the parenthesis that opens here is not closed");
  return FALSE;
}

gboolean
pymva_program_parse (PymvaProgram *self,
                     const char *text,
                     GError **error)
{
  g_autoptr (GHashTable) columns = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree Parser *parser = NULL;

  if (strlen (text) > LONGEST || !g_utf8_validate (text, -1, NULL))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_EXPRESSION,
                   "An expression is UTF-8 text of at most %d bytes", LONGEST);
      return FALSE;
    }

  parser = g_new0 (Parser, 1);
  parser->program = self;
  parser->text = text;
  parser->columns = columns;
  parser->lexer = (PymvaLexer) { text, text, 1 };
  parser->expects_value = TRUE;

  do
    {
      parser->lexer.expects_value = parser->expects_value;
      if (!pymva_lexer_next (&parser->lexer, &parser->token, error))
        return FALSE;

      if (parser->token.type == PYMVA_TOKEN_END ? !parse_end (parser, error) :
          parser->expects_value ? !parse_value (parser, error) : !parse_operator (parser, error))
        return FALSE;
    }
  while (parser->token.type != PYMVA_TOKEN_END);

  g_ptr_array_add (self->names, NULL);
  return TRUE;
}
