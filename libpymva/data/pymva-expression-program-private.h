/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pymva-expression-private.h"

G_BEGIN_DECLS

/* What the parser makes of an expression and the evaluator runs: steps in postfix order that work
 * on a stack of columns. */
typedef enum
{
  PYMVA_OP_COLUMN,
  PYMVA_OP_CONSTANT,
  PYMVA_OP_CALL_1,
  PYMVA_OP_CALL_2,
  PYMVA_OP_NEGATE,
  PYMVA_OP_NOT,
  PYMVA_OP_ADD,
  PYMVA_OP_SUBTRACT,
  PYMVA_OP_MULTIPLY,
  PYMVA_OP_DIVIDE,
  PYMVA_OP_REMAINDER,
  PYMVA_OP_POWER,
  PYMVA_OP_LESS,
  PYMVA_OP_LESS_EQUAL,
  PYMVA_OP_GREATER,
  PYMVA_OP_GREATER_EQUAL,
  PYMVA_OP_EQUAL,
  PYMVA_OP_NOT_EQUAL,
  PYMVA_OP_AND,
  PYMVA_OP_OR,
  PYMVA_OP_CHOOSE,
} PymvaOp;

typedef struct
{
  const char *name;
  guint n_arguments;
  /* The one that n_arguments asks for. */
  double (*unary) (double x);
  double (*binary) (double x,
                    double y);
} PymvaExpressionFunction;

typedef struct
{
  PymvaOp op;
  /* How many values it takes from the stack; it leaves one. */
  guint n_operands;
  guint column;
  double constant;
  const PymvaExpressionFunction *function;
} PymvaStep;

typedef struct
{
  GArray *steps;       /* of PymvaStep */
  GPtrArray *names;    /* of char *, NULL-terminated when parsing is done */
  GArray *positions;   /* of guint: where each name is first used, from 1 */
  guint depth;         /* how many columns the stack holds at most */
} PymvaProgram;

/* What an expression consists of: for exporters, which write the same for other programs. */
const PymvaProgram *pymva_expression_get_program (PymvaExpression *self);

gboolean pymva_program_parse (PymvaProgram *self,
                              const char *text,
                              GError **error);
/* Sets an error about the place @position (from 1, in characters) of an expression. */
void pymva_program_set_error (GError **error,
                              const char *text,
                              guint position,
                              const char *format,
                              ...) G_GNUC_PRINTF (4, 5);

/* A power as the operator and the function take it. */
double pymva_expression_power (double x,
                               double y);
const PymvaExpressionFunction *pymva_expression_lookup_function (const char *name);
char *pymva_expression_format_near_functions (const char *name);

/* The words of an expression. */
typedef enum
{
  PYMVA_TOKEN_END,
  PYMVA_TOKEN_NUMBER,
  PYMVA_TOKEN_NAME,
  PYMVA_TOKEN_QUOTED_NAME,
  PYMVA_TOKEN_SYMBOL,
} PymvaTokenType;

typedef struct
{
  PymvaTokenType type;
  guint position;      /* of its first character, from 1 */
  double number;
  char name[256];      /* of a name */
  char symbol[4];      /* of a symbol */
} PymvaToken;

typedef struct
{
  const char *text;
  const char *next;
  guint position;
  gboolean expects_value; /* set by the parser: a "[" begins a name only where a value may stand */
} PymvaLexer;

gboolean pymva_lexer_next (PymvaLexer *self,
                           PymvaToken *token,
                           GError **error);

G_END_DECLS
