/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva-table.h>

G_BEGIN_DECLS

/* What reads a table from one format of file. Readers that need Python live in a layer above and
 * register themselves when the library is loaded, so that this layer never knows of them. */
typedef struct
{
  /* The word of the option "format". */
  const char *format;
  /* File name endings without the dot, NULL-terminated, lower case. */
  const char * const *suffixes;
  /* The bytes that a file of this format starts with; NULL where there are none. */
  const char *magic;
  /* Fills @table, which is new and empty, on any thread. @options is a{sv} or NULL. */
  gboolean (*read) (PymvaTable *table,
                    GFile *file,
                    GVariant *options,
                    GCancellable *cancellable,
                    GError **error);
} PymvaTableReader;

void pymva_table_register_reader (const PymvaTableReader *reader);

G_END_DECLS
