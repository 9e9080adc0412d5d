/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "pymva-bytes-private.h"

gconstpointer
pymva_bytes_peek (GBytes *bytes,
                  gsize *length)
{
  static const double nothing[1];
  gconstpointer data = g_bytes_get_data (bytes, length);

  return data != NULL ? data : nothing;
}
