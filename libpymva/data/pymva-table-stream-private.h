/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva-table-stream.h>

G_BEGIN_DECLS

/* Which columns of the file are needed, and which others are where it has them: no more are read,
 * unless the option “columns” names them. Without @columns, all are read again. To be said before
 * the first piece is read. */
void pymva_table_stream_set_needed (PymvaTableStream *self,
                                    const char * const *columns,
                                    const char * const *welcome);
/* The column with the numbers of the rows, or NULL. */
const char *pymva_table_stream_get_row_column (PymvaTableStream *self);

G_END_DECLS
