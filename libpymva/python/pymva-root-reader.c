/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include "data/pymva-table-private.h"
#include "data/pymva-table-reader-private.h"
#include "python/pymva-job-private.h"
#include "python/pymva-object-private.h"

/* TTrees of ROOT files, by uproot; see bridge/root_reader.py. */

/* The file as uproot opens it: by its path, or where it has none its contents. */
static GVariant *
make_source (GFile *file,
             GCancellable *cancellable,
             GError **error)
{
  const char *path = g_file_peek_path (file);
  g_autoptr (GBytes) bytes = NULL;

  if (path != NULL && g_utf8_validate (path, -1, NULL))
    return g_variant_new_string (path);

  bytes = g_file_load_bytes (file, cancellable, NULL, error);
  return bytes != NULL ? g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, bytes, TRUE) : NULL;
}

static PymvaObject *
open_tree (GFile *file,
           const char *tree,
           GCancellable *cancellable,
           GError **error)
{
  g_autoptr (PymvaObject) module = pymva_bridge_import ("root_reader", error);
  GVariant *source;

  if (module == NULL)
    return NULL;
  source = make_source (file, cancellable, error);
  if (source == NULL)
    return NULL;

  return pymva_object_call_method (module, "open_tree",
                                   g_variant_new ("(@*ms)", source, tree), NULL, error);
}

static char **
list_branches (PymvaObject *reader,
               GError **error)
{
  g_autoptr (PymvaObject) names = pymva_object_call_method (reader, "names", NULL, NULL, error);

  return names != NULL ? pymva_object_dup_texts (names, error) : NULL;
}

/* A branch of texts comes as a list of the different ones and an array of numbers in it. */
static gboolean
add_texts (PymvaTable *table,
           const char *name,
           PymvaObject *pair,
           GError **error)
{
  g_autoptr (PymvaObject) list = pymva_object_get_index (pair, 0, error);
  g_autoptr (PymvaObject) numbers = list != NULL ? pymva_object_get_index (pair, 1, error) : NULL;
  g_autoptr (PymvaTensor) codes = numbers != NULL ? pymva_object_to_tensor (numbers, error) : NULL;
  g_auto (GStrv) labels = codes != NULL ? pymva_object_dup_texts (list, error) : NULL;
  PymvaTextColumn *column;
  const gint64 *numbers_of_rows;

  if (labels == NULL)
    return FALSE;

  numbers_of_rows = g_bytes_get_data (pymva_tensor_get_bytes (codes), NULL);
  column = pymva_text_column_new ();
  for (gsize i = 0; i < pymva_tensor_get_n_elements (codes); i++)
    {
      const char *label = labels[numbers_of_rows[i]];

      pymva_text_column_append (column, label, strlen (label));
    }

  return pymva_table_add_text_column (table, name, column, error);
}

static gboolean
read_branch (PymvaTable *table,
             PymvaObject *reader,
             const char *name,
             GError **error)
{
  g_autoptr (PymvaObject) values =
    pymva_object_call_method (reader, "read", g_variant_new ("(s)", name), NULL, error);
  g_autoptr (PymvaTensor) tensor = NULL;
  g_autofree char *type = NULL;

  if (values == NULL)
    return FALSE;

  type = pymva_object_get_type_name (values);
  if (strcmp (type, "tuple") == 0)
    return add_texts (table, name, values, error);

  tensor = pymva_object_to_tensor (values, error);
  return tensor != NULL && pymva_table_add_column (table, name, tensor, error);
}

/* The branches to read. */
static char **
choose_branches (PymvaObject *reader,
                 GVariant *options,
                 GError **error)
{
  g_auto (GStrv) branches = list_branches (reader, error);
  g_autoptr (PymvaColumnChoice) choice = pymva_column_choice_new (options);
  g_autoptr (GStrvBuilder) chosen = g_strv_builder_new ();

  if (branches == NULL)
    return NULL;

  for (guint i = 0; branches[i] != NULL; i++)
    if (pymva_column_choice_takes (choice, branches[i]))
      g_strv_builder_add (chosen, branches[i]);

  return pymva_column_choice_check (choice, error) ? g_strv_builder_end (chosen) : NULL;
}

static gboolean
read_branches (PymvaTable *table,
               PymvaObject *reader,
               GVariant *options,
               GCancellable *cancellable,
               GError **error)
{
  g_auto (GStrv) branches = choose_branches (reader, options, error);

  for (guint i = 0; branches != NULL && branches[i] != NULL; i++)
    if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
        !read_branch (table, reader, branches[i], error))
      return FALSE;

  return branches != NULL;
}

static gboolean
read_root (PymvaTable *table,
           GFile *file,
           GVariant *options,
           GCancellable *cancellable,
           GError **error)
{
  const char *tree = NULL;
  g_autoptr (PymvaObject) reader = NULL;
  g_autoptr (PymvaObject) closed = NULL;
  gboolean done;

  if (options != NULL)
    g_variant_lookup (options, "tree", "&s", &tree);

  reader = open_tree (file, tree, cancellable, error);
  if (reader == NULL)
    return FALSE;
  done = read_branches (table, reader, options, cancellable, error);
  closed = pymva_object_call_method (reader, "close", NULL, NULL, NULL);

  return done;
}

static const char * const suffixes[] = { "root", NULL };

static const PymvaTableReader root_reader = {
  .format = "root",
  .suffixes = suffixes,
  .magic = "root",
  .read = read_root,
};

__attribute__ ((constructor)) static void
register_root_reader (void)
{
  pymva_table_register_reader (&root_reader);
}
