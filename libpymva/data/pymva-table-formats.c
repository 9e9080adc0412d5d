/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include <pymva/pymva-error.h>

#include "base/pymva-names-private.h"
#include "base/pymva-options-private.h"
#include "pymva-table-writer-private.h"

/* The formats in which tables are written, and the options. */

static const PymvaKnownOption known_options[] = {
  { "format", "s", "a word" },
  { "tree", "s", "a name" },
  { "types", "a{ss}", "a dictionary of names and types" },
  { NULL }
};

static GMutex formats_lock;
static GPtrArray *registered; /* of const PymvaTableFormat *, guarded by the lock */

void
pymva_table_register_format (const PymvaTableFormat *format)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&formats_lock);

  if (registered == NULL)
    registered = g_ptr_array_new ();
  g_ptr_array_add (registered, (gpointer) format);
}

/* All formats there are, the native ones first. */
static GPtrArray *
list_formats (void)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&formats_lock);
  GPtrArray *formats = g_ptr_array_new ();

  g_ptr_array_add (formats, (gpointer) &pymva_csv_format);
  g_ptr_array_add (formats, (gpointer) &pymva_npy_format);
  for (guint i = 0; registered != NULL && i < registered->len; i++)
    g_ptr_array_add (formats, g_ptr_array_index (registered, i));

  return formats;
}

static const PymvaTableFormat *
find_by_name (GPtrArray *formats,
              const char *name,
              GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree char *near = NULL;

  for (guint i = 0; i < formats->len; i++)
    {
      const PymvaTableFormat *format = g_ptr_array_index (formats, i);

      if (g_str_equal (format->format, name))
        return format;
      g_ptr_array_add (names, (gpointer) format->format);
    }

  g_ptr_array_add (names, NULL);
  near = pymva_names_format_near (name, (const char * const *) names->pdata);
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE, "there is no format “%s” to write%s", name,
               near);
  return NULL;
}

/* A name without an ending is that of a text; with an ending that stands for nothing, text would
 * not be what was meant. */
static const PymvaTableFormat *
find_by_suffix (GPtrArray *formats,
                GFile *file,
                GError **error)
{
  g_autofree char *basename = file != NULL ? g_file_get_basename (file) : NULL;
  g_autofree char *lower = g_ascii_strdown (basename != NULL ? basename : "", -1);
  const char *dot = strrchr (lower, '.');
  g_autoptr (GString) known = g_string_new (NULL);

  if (dot == NULL || dot == lower || dot[1] == '\0')
    return &pymva_csv_format;
  for (guint i = 0; i < formats->len; i++)
    {
      const PymvaTableFormat *format = g_ptr_array_index (formats, i);

      if (g_strv_contains (format->suffixes, dot + 1))
        return format;
      g_string_append_printf (known, "%s“%s”", i > 0 ? ", " : "", format->format);
    }

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
               "“%s” stands for no format that can be written, which are %s; choose one with the "
               "option “format”", dot, known->str);
  return NULL;
}

const PymvaTableFormat *
pymva_table_find_format (GFile *file,
                         GVariant *options,
                         GError **error)
{
  g_autoptr (GPtrArray) formats = list_formats ();
  const PymvaTableFormat *format;
  const char *name;

  if (!pymva_options_check (options, known_options, error))
    return NULL;
  if (options != NULL && g_variant_lookup (options, "format", "&s", &name))
    format = find_by_name (formats, name, error);
  else
    format = find_by_suffix (formats, file, error);

  if (format != NULL && format->open_stream == NULL && file == NULL)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
                   "“%s” can only be written to a file, and not to a stream", format->format);
      return NULL;
    }

  return format;
}

gboolean
pymva_table_read_types (GVariant *options,
                        GHashTable *dtypes,
                        GError **error)
{
  g_autoptr (GVariantIter) types = NULL;
  const char *column;
  const char *word;

  if (options == NULL || !g_variant_lookup (options, "types", "a{ss}", &types))
    return TRUE;

  while (g_variant_iter_next (types, "{&s&s}", &column, &word))
    {
      PymvaDType dtype;

      if (g_str_equal (word, "float32"))
        dtype = PYMVA_DTYPE_FLOAT32;
      else if (g_str_equal (word, "float64"))
        dtype = PYMVA_DTYPE_FLOAT64;
      else if (g_str_equal (word, "int64"))
        dtype = PYMVA_DTYPE_INT64;
      else
        {
          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                       "the type of the column “%s” is “%s”; there are “float32”, “float64”, "
                       "“int64”", column, word);
          return FALSE;
        }
      g_hash_table_insert (dtypes, g_strdup (column), GINT_TO_POINTER (dtype));
    }

  return TRUE;
}
