/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include <pymva/pymva-error.h>

#include "base/pymva-names-private.h"
#include "pymva-expression-private.h"
#include "pymva-table-private.h"
#include "pymva-tensor-private.h"

/**
 * PymvaTable:
 *
 * Events as named columns of equal length.
 *
 * The numbers of a table are kept in double precision. Columns are added whole
 * ([method@Table.add_column]), or read from a file ([ctor@Table.new_from_file]), and rows may be
 * appended one by one ([method@Table.append_row]): to begin with no rows, add empty columns.
 *
 * A column that was read from a text file and does not hold numbers is kept as words. It can serve
 * as the label column of a data set, but not in expressions.
 *
 * A table may be used by any thread, by several at once as long as none of them changes it.
 *
 * Since: 1.0
 */
struct _PymvaTable
{
  GObject parent_instance;

  GPtrArray *columns;
  GHashTable *numbers; /* name -> number of the column */
  gsize n_rows;
};

/* The memory of a column that grows. Tensors share it: rows that were handed out are never written
 * again, and a block that is full is replaced, not moved. */
typedef struct
{
  gatomicrefcount ref_count;
  gsize capacity;
  double values[];
} Block;

/* A column is one of three: a tensor that was added, a block that grows, or words. */
typedef struct
{
  char *name;
  PymvaTensor *tensor;
  Block *block;
  PymvaTextColumn *text;
} Column;

G_DEFINE_FINAL_TYPE (PymvaTable, pymva_table, G_TYPE_OBJECT)

static Block *
block_ref (Block *block)
{
  g_atomic_ref_count_inc (&block->ref_count);
  return block;
}

static void
block_unref (gpointer data)
{
  Block *block = data;

  if (g_atomic_ref_count_dec (&block->ref_count))
    g_free (block);
}

static void
column_free (gpointer data)
{
  Column *column = data;

  if (column == NULL)
    return;

  g_free (column->name);
  g_clear_object (&column->tensor);
  g_clear_pointer (&column->block, block_unref);
  g_clear_pointer (&column->text, pymva_text_column_unref);
  g_free (column);
}

static void
pymva_table_finalize (GObject *object)
{
  PymvaTable *self = PYMVA_TABLE (object);

  g_hash_table_unref (self->numbers);
  g_ptr_array_unref (self->columns);

  G_OBJECT_CLASS (pymva_table_parent_class)->finalize (object);
}

static void
pymva_table_class_init (PymvaTableClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pymva_table_finalize;
}

static void
pymva_table_init (PymvaTable *self)
{
  self->columns = g_ptr_array_new_with_free_func (column_free);
  self->numbers = g_hash_table_new (g_str_hash, g_str_equal);
}

/**
 * pymva_table_new:
 *
 * Makes a table without columns.
 *
 * Returns: (transfer full): the table
 *
 * Since: 1.0
 */
PymvaTable *
pymva_table_new (void)
{
  return g_object_new (PYMVA_TYPE_TABLE, NULL);
}

static Column *
peek_column (PymvaTable *self,
             const char *name)
{
  gpointer number;

  if (!g_hash_table_lookup_extended (self->numbers, name, NULL, &number))
    return NULL;

  return g_ptr_array_index (self->columns, GPOINTER_TO_UINT (number));
}

static Column *
lookup_column (PymvaTable *self,
               const char *name,
               GError **error)
{
  Column *column = peek_column (self, name);

  if (column == NULL)
    {
      g_auto (GStrv) known = pymva_table_list_columns (self);
      g_autofree char *near = pymva_names_format_near (name, (const char * const *) known);

      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
                   "The table has no column “%s”%s", name, near);
    }

  return column;
}

/* Whether a column of that name and length may join. */
static gboolean
check_new_column (PymvaTable *self,
                  const char *name,
                  gsize n_rows,
                  GError **error)
{
  if (*name == '\0' || !g_utf8_validate (name, -1, NULL))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
                   "Column %u has no usable name; a name is UTF-8 text of at least one letter",
                   self->columns->len + 1);
      return FALSE;
    }
  if (g_hash_table_contains (self->numbers, name))
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
                   "The table already has a column “%s”; give the new one another name", name);
      return FALSE;
    }
  if (self->columns->len > 0 && n_rows != self->n_rows)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
                   "Column “%s” has %" G_GSIZE_FORMAT " values, but the table has %" G_GSIZE_FORMAT
                   " rows",
                   name, n_rows, self->n_rows);
      return FALSE;
    }

  return TRUE;
}

/* Takes what the column holds. */
static Column *
join_column (PymvaTable *self,
             const char *name,
             gsize n_rows,
             PymvaTensor *tensor,
             PymvaTextColumn *text)
{
  Column *column = g_new0 (Column, 1);

  column->name = g_strdup (name);
  column->tensor = tensor;
  column->text = text;
  g_hash_table_insert (self->numbers, column->name, GUINT_TO_POINTER (self->columns->len));
  g_ptr_array_add (self->columns, column);
  self->n_rows = n_rows;

  return column;
}

/**
 * pymva_table_add_column:
 * @self: a table
 * @name: the name of the column
 * @values: its values, one per row: a tensor of one dimension
 * @error: return location for an error
 *
 * Adds a column of numbers. The first column sets the number of rows. Values of type float64 are
 * shared, others are converted as [method@Tensor.cast] does.
 *
 * Fails with `PYMVA_ERROR_DATA` if the table has a column of that name, or the length is not the
 * number of rows.
 *
 * Returns: whether the column was added
 *
 * Since: 1.0
 */
gboolean
pymva_table_add_column (PymvaTable *self,
                        const char *name,
                        PymvaTensor *values,
                        GError **error)
{
  gsize n_rows;

  g_return_val_if_fail (PYMVA_IS_TABLE (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);
  g_return_val_if_fail (PYMVA_IS_TENSOR (values), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (pymva_tensor_get_n_dims (values) != 1)
    {
      g_autofree char *shape = pymva_tensor_format_shape (values);

      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
                   "The values of column “%s” have the shape %s; a column has one dimension",
                   name, shape);
      return FALSE;
    }

  n_rows = pymva_tensor_get_n_elements (values);
  if (!check_new_column (self, name, n_rows, error))
    return FALSE;

  join_column (self, name, n_rows, pymva_tensor_cast (values, PYMVA_DTYPE_FLOAT64), NULL);
  return TRUE;
}

gboolean
pymva_table_add_text_column (PymvaTable *self,
                             const char *name,
                             PymvaTextColumn *column,
                             GError **error)
{
  g_autoptr (PymvaTextColumn) owned = column;

  if (!check_new_column (self, name, column->n_rows, error))
    return FALSE;

  join_column (self, name, column->n_rows, NULL, g_steal_pointer (&owned));
  return TRUE;
}

/* Makes room for one more value. */
static void
column_reserve (Column *column,
                gsize n_rows)
{
  gsize capacity = MAX (64, n_rows * 2);
  Block *grown;

  if (column->block != NULL && n_rows < column->block->capacity)
    return;

  grown = g_malloc (sizeof *grown + capacity * sizeof (double));
  g_atomic_ref_count_init (&grown->ref_count);
  grown->capacity = capacity;
  if (n_rows > 0)
    memcpy (grown->values,
            column->block != NULL ? column->block->values : pymva_tensor_peek_data (column->tensor),
            n_rows * sizeof (double));

  g_clear_pointer (&column->block, block_unref);
  g_clear_object (&column->tensor);
  column->block = grown;
}

/**
 * pymva_table_append_row:
 * @self: a table
 * @values: (array length=n_values): the row's values, in the order of the columns
 * @n_values: the number of values
 * @error: return location for an error
 *
 * Appends a row. Tensors that [method@Table.get_column] gave before do not change.
 *
 * Fails with `PYMVA_ERROR_DATA` if there is not one value for each column, or a column holds words.
 *
 * Returns: whether the row was appended
 *
 * Since: 1.0
 */
gboolean
pymva_table_append_row (PymvaTable *self,
                        const double *values,
                        gsize n_values,
                        GError **error)
{
  g_return_val_if_fail (PYMVA_IS_TABLE (self), FALSE);
  g_return_val_if_fail (values != NULL || n_values == 0, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (self->columns->len == 0)
    {
      g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
                           "The table has no columns yet; add them, empty, before the first row");
      return FALSE;
    }
  if (n_values != self->columns->len)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
                   "A row of %" G_GSIZE_FORMAT " values was given to a table of %u columns",
                   n_values, self->columns->len);
      return FALSE;
    }

  for (guint i = 0; i < self->columns->len; i++)
    {
      Column *column = g_ptr_array_index (self->columns, i);

      if (column->text != NULL)
        {
          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
                       "Column “%s” holds words; rows of numbers cannot be appended to it",
                       column->name);
          return FALSE;
        }
    }

  for (guint i = 0; i < self->columns->len; i++)
    {
      Column *column = g_ptr_array_index (self->columns, i);

      column_reserve (column, self->n_rows);
      column->block->values[self->n_rows] = values[i];
    }
  self->n_rows++;

  return TRUE;
}

/**
 * pymva_table_get_n_rows:
 * @self: a table
 *
 * Gets the number of rows.
 *
 * Returns: the number of rows
 *
 * Since: 1.0
 */
gint64
pymva_table_get_n_rows (PymvaTable *self)
{
  g_return_val_if_fail (PYMVA_IS_TABLE (self), 0);

  return self->n_rows;
}

/**
 * pymva_table_list_columns:
 * @self: a table
 *
 * Lists the names of the columns in their order.
 *
 * Returns: (array zero-terminated=1) (transfer full): the names
 *
 * Since: 1.0
 */
char **
pymva_table_list_columns (PymvaTable *self)
{
  char **names;

  g_return_val_if_fail (PYMVA_IS_TABLE (self), NULL);

  names = g_new (char *, self->columns->len + 1);
  for (guint i = 0; i < self->columns->len; i++)
    names[i] = g_strdup (((Column *) g_ptr_array_index (self->columns, i))->name);
  names[self->columns->len] = NULL;

  return names;
}

/* A word that the column holds: not the empty one, which stands for a missing label. */
static const char *
get_example (const PymvaTextColumn *text)
{
  for (guint i = 0; i < text->n_labels; i++)
    if (*text->labels[i] != '\0')
      return text->labels[i];

  return "";
}

/**
 * pymva_table_get_column:
 * @self: a table
 * @name: the name of a column
 * @error: return location for an error
 *
 * Gets the values of a column. Nothing is copied.
 *
 * Fails with `PYMVA_ERROR_DATA` if there is no such column, or it holds words.
 *
 * Returns: (transfer full): the values: float64, one per row
 *
 * Since: 1.0
 */
PymvaTensor *
pymva_table_get_column (PymvaTable *self,
                        const char *name,
                        GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  gint64 shape[1];
  Column *column;

  g_return_val_if_fail (PYMVA_IS_TABLE (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  column = lookup_column (self, name, error);
  if (column == NULL)
    return NULL;

  if (column->text != NULL)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
                   "Column “%s” holds words, such as “%s”, not numbers; it can only be a label",
                   name, get_example (column->text));
      return NULL;
    }
  if (column->tensor != NULL)
    return g_object_ref (column->tensor);

  bytes = g_bytes_new_with_free_func (column->block->values, self->n_rows * sizeof (double),
                                      block_unref, block_ref (column->block));
  shape[0] = self->n_rows;

  return pymva_tensor_new (PYMVA_DTYPE_FLOAT64, shape, 1, bytes, error);
}

/**
 * pymva_table_evaluate:
 * @self: a table
 * @expression: an expression over its columns
 * @error: return location for an error
 *
 * Evaluates an expression for each row, for example `"log(abs(x)) + y * z"` or
 * `"pt > 20 && abs(eta) < 2.4"`. It is parsed once and evaluated over whole columns in double
 * precision.
 *
 * From what binds least to what binds most, with parentheses to change that:
 *
 * | operators         | meaning                                            | group to the |
 * | ----------------- | -------------------------------------------------- | ------------ |
 * | `a ? b : c`       | `b` where `a` is true, else `c`                    | right        |
 * | `\|\|`            | or                                                 | left         |
 * | `&&`              | and                                                | left         |
 * | `==` `!=`         | equal, not equal                                   | left         |
 * | `<` `<=` `>` `>=` | less, less or equal, greater, greater or equal     | left         |
 * | `+` `-`           | sum, difference                                    | left         |
 * | `*` `/` `%`       | product, quotient, remainder                       | left         |
 * | `-` `+` `!`       | sign, not                                          | right        |
 * | `^`               | power: `-x^2` is `-(x^2)`, `2^3^2` is `2^(3^2)`    | right        |
 *
 * Functions: `abs fabs sqrt exp log log10 pow sin cos tan asin acos atan atan2 sinh cosh tanh min
 * max floor ceil int fmod sign`. `fabs` is `abs`, as TMVA's expressions have it. `log` is the
 * natural logarithm, angles are in radians, `int` drops the fraction, `sign` is -1, 0 or 1, and
 * `pow`, `atan2`, `min`, `max` and `fmod` take two arguments.
 *
 * Names are of letters, digits, `_` and `.`, and do not begin with a digit or `.`; other names are
 * written in brackets or backticks: `[two words]`.
 *
 * All numbers are of double precision: quotients are not rounded, and the remainder is that of
 * `fmod()`, with the sign of the dividend. Comparisons, `&&`, `||` and `!` give 1 or 0, and
 * everything but 0 is true. Both sides of `&&`, `||` and `:` are evaluated. What has no value, as
 * `log(-1)`, is NaN, which arithmetic, functions, `min` and `max` keep; compared with anything NaN
 * gives 0 (with `!=`: 1), and as a truth value NaN is true, as in C.
 *
 * Fails with `PYMVA_ERROR_EXPRESSION`, and the column of the text, if the expression cannot be
 * parsed, or names a function or column that does not exist or holds words.
 *
 * Returns: (transfer full): float64, one value per row
 *
 * Since: 1.0
 */
PymvaTensor *
pymva_table_evaluate (PymvaTable *self,
                      const char *expression,
                      GError **error)
{
  g_autoptr (PymvaExpression) parsed = NULL;

  g_return_val_if_fail (PYMVA_IS_TABLE (self), NULL);
  g_return_val_if_fail (expression != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  parsed = pymva_expression_new (expression, error);
  if (parsed == NULL)
    return NULL;

  return pymva_expression_evaluate (parsed, self, error);
}

gboolean
pymva_table_has_column (PymvaTable *self,
                        const char *name)
{
  return peek_column (self, name) != NULL;
}

gboolean
pymva_table_pick_columns (PymvaTable *self,
                          const char * const *names,
                          GError **error)
{
  g_autoptr (GPtrArray) all = NULL;

  for (guint i = 0; names[i] != NULL; i++)
    {
      if (lookup_column (self, names[i], error) == NULL)
        return FALSE;
      for (guint j = 0; j < i; j++)
        if (g_str_equal (names[i], names[j]))
          {
            g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                         "Column “%s” was asked for twice", names[i]);
            return FALSE;
          }
    }

  all = g_steal_pointer (&self->columns);
  self->columns = g_ptr_array_new_with_free_func (column_free);
  for (guint i = 0; names[i] != NULL; i++)
    {
      guint number = GPOINTER_TO_UINT (g_hash_table_lookup (self->numbers, names[i]));

      g_ptr_array_add (self->columns, g_steal_pointer (&all->pdata[number]));
    }

  g_hash_table_remove_all (self->numbers);
  for (guint i = 0; i < self->columns->len; i++)
    {
      Column *column = g_ptr_array_index (self->columns, i);

      g_hash_table_insert (self->numbers, column->name, GUINT_TO_POINTER (i));
    }

  return TRUE;
}

gboolean
pymva_table_is_text (PymvaTable *self,
                     const char *name)
{
  Column *column = peek_column (self, name);

  return column != NULL && column->text != NULL;
}

const PymvaTextColumn *
pymva_table_get_text_column (PymvaTable *self,
                             const char *name,
                             GError **error)
{
  Column *column = lookup_column (self, name, error);

  if (column == NULL)
    return NULL;

  if (column->text == NULL)
    g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
                 "Column “%s” holds numbers, not words", name);

  return column->text;
}

PymvaTable *
pymva_table_snapshot (PymvaTable *self)
{
  PymvaTable *snapshot = pymva_table_new ();

  for (guint i = 0; i < self->columns->len; i++)
    {
      const Column *column = g_ptr_array_index (self->columns, i);
      Column *copy = join_column (snapshot, column->name, self->n_rows, NULL, NULL);

      g_set_object (&copy->tensor, column->tensor);
      if (column->block != NULL)
        copy->block = block_ref (column->block);
      if (column->text != NULL)
        copy->text = pymva_text_column_ref (column->text);
    }

  return snapshot;
}
