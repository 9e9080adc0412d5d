/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "pymva-expression-private.h"
#include "pymva-table-builder-private.h"
#include "pymva-table-private.h"
#include "pymva-table-reader-private.h"

/* Files that are read in pieces. */

/* How many rows are cut at once. */
#define ROWS_TO_CUT 65536

/* A file that can only be read at once, on its way into tables. */
typedef struct
{
  PymvaTablePieces pieces;
  const PymvaTableReader *reader;
  GFile *file;
  GVariant *options;
  PymvaTable *whole;
  gint64 next_row;
} WholePieces;

static void
whole_pieces_free (PymvaTablePieces *pieces)
{
  WholePieces *self = (WholePieces *) pieces;

  g_clear_object (&self->whole);
  g_clear_object (&self->file);
  g_clear_pointer (&self->options, g_variant_unref);
  g_free (self);
}

/* Adds the columns of @all, from the row @first to that before @end. */
static gboolean
add_rows (PymvaTable *table,
          PymvaTable *all,
          gint64 first,
          gint64 end,
          GError **error)
{
  g_auto (GStrv) names = pymva_table_list_columns (all);

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autoptr (PymvaTensor) values = NULL;
      g_autoptr (PymvaTensor) rows = NULL;

      if (pymva_table_is_text (all, names[i]))
        {
          const PymvaTextColumn *text = pymva_table_get_text_column (all, names[i], NULL);

          if (!pymva_table_add_text_column (table, names[i],
                                            pymva_text_column_slice (text, first, end), error))
            return FALSE;
          continue;
        }
      values = pymva_table_get_column (all, names[i], error);
      rows = values != NULL ? pymva_tensor_slice (values, first, end, error) : NULL;
      if (rows == NULL || !pymva_table_add_column (table, names[i], rows, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
whole_pieces_read (PymvaTablePieces *pieces,
                   PymvaTable *table,
                   gsize n_rows,
                   GCancellable *cancellable,
                   GError **error)
{
  WholePieces *self = (WholePieces *) pieces;
  gint64 first = self->next_row;
  gint64 n_all;

  if (self->whole == NULL)
    {
      self->whole = pymva_table_new ();
      if (!self->reader->read (self->whole, self->file, self->options, cancellable, error))
        return FALSE;
    }

  n_all = pymva_table_get_n_rows (self->whole);
  self->next_row += MIN (n_rows, (gsize) (n_all - first));
  pieces->fraction = self->next_row / MAX (n_all, 1.0);
  return add_rows (table, self->whole, first, self->next_row, error);
}

static PymvaTablePieces *
open_whole (const PymvaTableReader *reader,
            GFile *file,
            GVariant *options)
{
  WholePieces *self = g_new0 (WholePieces, 1);

  self->pieces.read = whole_pieces_read;
  self->pieces.free = whole_pieces_free;
  self->reader = reader;
  self->file = g_object_ref (file);
  self->options = options != NULL ? g_variant_ref (options) : NULL;

  return &self->pieces;
}

/* The options with the columns that the cut names beside those that are wanted. */
static GVariant *
add_columns_of_cut (GVariant *options,
                    const char *cut,
                    GError **error)
{
  g_autoptr (PymvaExpression) expression = pymva_expression_new (cut, error);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (options);
  g_auto (GStrv) columns = NULL;
  g_auto (GStrv) all = NULL;
  const char * const *names;

  if (expression == NULL)
    {
      g_prefix_error (error, "Cut “%s”: ", cut);
      return NULL;
    }
  if (!g_variant_lookup (options, "columns", "^as", &columns))
    return g_variant_ref (options);

  g_strv_builder_addv (builder, (const char **) columns);
  names = pymva_expression_list_names (expression);
  for (guint i = 0; names[i] != NULL; i++)
    if (!g_strv_contains ((const char * const *) columns, names[i]))
      g_strv_builder_add (builder, names[i]);
  all = g_strv_builder_end (builder);
  g_variant_dict_insert_value (&dict, "columns",
                               g_variant_new_strv ((const char * const *) all, -1));

  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

void
pymva_table_pieces_free (PymvaTablePieces *self)
{
  self->free (self);
}

PymvaTablePieces *
pymva_table_open_pieces (GFile *file,
                         GVariant *options,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autoptr (GVariant) for_reader = options != NULL ? g_variant_ref (options) : NULL;
  const PymvaTableReader *reader;
  const char *cut;

  reader = pymva_table_find_reader (file, options, cancellable, error);
  if (reader == NULL)
    return NULL;

  if (options != NULL && g_variant_lookup (options, "cut", "&s", &cut))
    {
      g_clear_pointer (&for_reader, g_variant_unref);
      for_reader = add_columns_of_cut (options, cut, error);
      if (for_reader == NULL)
        return NULL;
    }

  return reader->open != NULL ? reader->open (file, for_reader, cancellable, error)
                              : open_whole (reader, file, for_reader);
}

PymvaTable *
pymva_table_finish_piece (PymvaTable *piece,
                          GVariant *options,
                          const char *more,
                          GError **error)
{
  g_autoptr (PymvaTable) table = g_object_ref (piece);
  g_autoptr (GStrvBuilder) wanted = g_strv_builder_new ();
  g_auto (GStrv) names = NULL;
  g_auto (GStrv) columns = NULL;
  g_auto (GStrv) welcome = NULL;
  const char *cut;

  if (options != NULL && g_variant_lookup (options, "cut", "&s", &cut))
    {
      g_autoptr (PymvaTableBuilder) builder = pymva_table_builder_new ();

      g_set_object (&table, NULL);
      table = pymva_table_new ();
      if (!pymva_table_builder_append (builder, piece, cut, error) ||
          !pymva_table_builder_finish (builder, table, error))
        return NULL;
    }
  if (options == NULL || !g_variant_lookup (options, "columns", "^as", &columns))
    return g_steal_pointer (&table);

  g_strv_builder_addv (wanted, (const char **) columns);
  g_variant_lookup (options, PYMVA_WELCOME_COLUMNS, "^as", &welcome);
  for (guint i = 0; welcome != NULL && welcome[i] != NULL; i++)
    if (pymva_table_has_column (table, welcome[i]) &&
        !g_strv_contains ((const char * const *) columns, welcome[i]))
      g_strv_builder_add (wanted, welcome[i]);
  if (more != NULL)
    g_strv_builder_add (wanted, more);
  names = g_strv_builder_end (wanted);
  if (!pymva_table_pick_columns (table, (const char * const *) names, error))
    return NULL;

  return g_steal_pointer (&table);
}

gboolean
pymva_table_read_and_cut (PymvaTable *table,
                          GFile *file,
                          GVariant *options,
                          GCancellable *cancellable,
                          GError **error)
{
  g_autoptr (PymvaTablePieces) pieces =
    pymva_table_open_pieces (file, options, cancellable, error);
  g_autoptr (PymvaTableBuilder) builder = pymva_table_builder_new ();
  const char *cut;
  gint64 n_rows;

  if (pieces == NULL)
    return FALSE;

  g_variant_lookup (options, "cut", "&s", &cut);
  do
    {
      g_autoptr (PymvaTable) rows = pymva_table_new ();

      if (!pieces->read (pieces, rows, ROWS_TO_CUT, cancellable, error) ||
          !pymva_table_builder_append (builder, rows, cut, error))
        return FALSE;
      n_rows = pymva_table_get_n_rows (rows);
    }
  while (n_rows > 0);

  return pymva_table_builder_finish (builder, table, error);
}
