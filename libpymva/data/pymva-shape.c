/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "pymva-shape-private.h"
#include "pymva-tensor-private.h"

char *
pymva_shape_format (const gint64 *shape,
                    gsize n_dims)
{
  g_autoptr (GString) text = g_string_new (n_dims == 0 ? "1" : NULL);

  for (gsize i = 0; i < n_dims; i++)
    g_string_append_printf (text, "%s%" G_GINT64_FORMAT, i > 0 ? " × " : "", shape[i]);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

gboolean
pymva_shape_check (PymvaDType dtype,
                   const gint64 *shape,
                   gsize n_dims,
                   gsize *n_elements,
                   GError **error)
{
  gsize item_size = pymva_dtype_get_size (dtype);
  gsize product = 1;
  gboolean is_empty = FALSE;

  if (item_size == 0)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "There is no element type of number %d", (int) dtype);
      return FALSE;
    }
  if (n_dims > PYMVA_MOST_DIMS)
    {
      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "A tensor has at most %d dimensions, not %" G_GSIZE_FORMAT,
                   PYMVA_MOST_DIMS, n_dims);
      return FALSE;
    }

  for (gsize i = 0; i < n_dims; i++)
    {
      if (shape[i] < 0)
        {
          g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                       "The length of dimension %" G_GSIZE_FORMAT " is %" G_GINT64_FORMAT
                       "; a length must not be negative",
                       i, shape[i]);
          return FALSE;
        }
      is_empty |= shape[i] == 0;
    }

  for (gsize i = 0; i < n_dims && !is_empty; i++)
    if (!g_size_checked_mul (&product, product, shape[i]) || product > G_MAXSSIZE / item_size)
      {
        g_autofree char *text = pymva_shape_format (shape, n_dims);

        g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                     "A tensor of shape %s is larger than any memory", text);
        return FALSE;
      }

  *n_elements = is_empty ? 0 : product;
  return TRUE;
}

gboolean
pymva_shape_infer (gint64 *shape,
                   gsize n_dims,
                   gsize n_elements)
{
  gsize product = 1;
  gint64 *inferred = NULL;

  for (gsize i = 0; i < n_dims; i++)
    {
      if (shape[i] == -1 && inferred == NULL)
        inferred = &shape[i];
      else if (shape[i] <= 0 || !g_size_checked_mul (&product, product, shape[i]))
        return FALSE;
    }

  if (inferred == NULL || n_elements % product != 0)
    return FALSE;

  *inferred = n_elements / product;
  return TRUE;
}
