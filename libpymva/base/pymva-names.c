/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <string.h>

#include "pymva-names-private.h"

/* How many names a message lists before it says how many more there are. */
#define MOST_LISTED 16

/* The same as pymva_names_distance(), up to @most; some number above it where it is more. */
static guint
find_distance (const char *a,
               const char *b,
               guint most)
{
  gsize n = strlen (b);
  g_autofree guint *rows = g_new (guint, 3 * (n + 1));
  guint *before = rows;
  guint *above = rows + (n + 1);
  guint *row = rows + 2 * (n + 1);
  guint least_above = 0;
  guint least = 0;

  for (gsize j = 0; j <= n; j++)
    row[j] = j;

  for (gsize i = 0; a[i] != '\0'; i++)
    {
      guint *oldest = before;
      char x = g_ascii_tolower (a[i]);

      before = above;
      above = row;
      row = oldest;
      row[0] = i + 1;
      least_above = least;
      least = row[0];

      for (gsize j = 0; j < n; j++)
        {
          char y = g_ascii_tolower (b[j]);

          row[j + 1] = MIN (above[j] + (x != y), MIN (row[j], above[j + 1]) + 1);
          if (i > 0 && j > 0 && x == g_ascii_tolower (b[j - 1]) && y == g_ascii_tolower (a[i - 1]))
            row[j + 1] = MIN (row[j + 1], before[j - 1] + 1);
          least = MIN (least, row[j + 1]);
        }
      /* What follows is made of these two rows, and of nothing less than what they have. */
      if (MIN (least, least_above) > most)
        return MIN (least, least_above);
    }

  return row[n];
}

/* pymva_names_distance: the number of single changes (a letter more, less or another, or two
 * neighbours swapped; case does not count) that turn @a into @b, where no letter changes twice:
 * Damerau (1964) as restricted to "optimal string alignment". */
guint
pymva_names_distance (const char *a,
                      const char *b)
{
  return find_distance (a, b, G_MAXUINT);
}

/* pymva_names_format_list: the names, quoted and separated by commas, at most @most of them. */
char *
pymva_names_format_list (const char * const *names,
                         guint most)
{
  g_autoptr (GString) list = g_string_new (NULL);
  guint n_names = names != NULL ? g_strv_length ((char **) names) : 0;

  for (guint i = 0; i < MIN (n_names, most); i++)
    g_string_append_printf (list, "%s“%s”", i > 0 ? ", " : "", names[i]);
  if (n_names > most)
    g_string_append_printf (list, " and %u more", n_names - most);

  return g_string_free (g_steal_pointer (&list), FALSE);
}

/* Whether one may have been meant by the other. Where the lengths differ by more than that, nothing
 * is compared letter by letter: strangers may write names of any length. */
static gboolean
are_near (const char *a,
          const char *b)
{
  gsize shorter = MIN (strlen (a), strlen (b));
  gsize longer = MAX (strlen (a), strlen (b));
  gsize tolerance = MAX (1, shorter / 3);
  guint distance;

  if (longer - shorter > tolerance)
    return FALSE;

  /* Names of one letter are not near each other because one change makes them equal. */
  distance = find_distance (a, b, tolerance);
  return distance <= tolerance && distance < longer;
}

/* pymva_names_format_near:
 * @name: a name that is not known
 * @known: the names that are
 *
 * The second half of a message about an unknown name: the names that it may have been meant for,
 * or all of them where none is near. It starts with "; ", and is empty where nothing is known. */
char *
pymva_names_format_near (const char *name,
                         const char * const *known)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) near = NULL;
  g_autofree char *list = NULL;
  gsize length = strlen (name);

  if (known == NULL || known[0] == NULL)
    return g_strdup ("");

  for (guint i = 0; known[i] != NULL; i++)
    if (are_near (name, known[i]) || (length >= 3 && strstr (known[i], name) != NULL))
      g_strv_builder_add (builder, known[i]);

  near = g_strv_builder_end (builder);
  if (near[0] != NULL)
    {
      list = pymva_names_format_list ((const char * const *) near, MOST_LISTED);
      return g_strdup_printf ("; did you mean %s?", list);
    }

  list = pymva_names_format_list (known, MOST_LISTED);
  return g_strdup_printf ("; there are %s", list);
}
