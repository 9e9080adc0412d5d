/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A table of texts for people: the first column is aligned at its left, the others at their
 * right. */
typedef struct _ToolTable ToolTable;

ToolTable *tool_table_new (const char * const *headings);
void tool_table_free (ToolTable *self);

void tool_table_add_row (ToolTable *self,
                         const char * const *cells);
void tool_table_set_left (ToolTable *self,
                          guint column);
guint tool_table_get_n_rows (ToolTable *self);
char *tool_table_format (ToolTable *self,
                         guint indent);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ToolTable, tool_table_free)

char *tool_format_number (double value,
                          guint n_decimals);
char *tool_format_duration (double seconds);

G_END_DECLS
