/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* How far something is: on a terminal one line that is drawn anew, else a line of text for each
 * tenth. Both go to stderr, because stdout is for results. */
typedef struct _ToolProgress ToolProgress;

ToolProgress *tool_progress_new (const char *title,
                                 guint title_width);
void tool_progress_free (ToolProgress *self);

void tool_progress_set_fraction (ToolProgress *self,
                                 double fraction);
void tool_progress_set_metrics (ToolProgress *self,
                                guint index,
                                GVariant *metrics);
void tool_progress_print (ToolProgress *self,
                          const char *line);
void tool_progress_finish (ToolProgress *self,
                           const char *outcome);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ToolProgress, tool_progress_free)

char *tool_progress_format_metrics (guint index,
                                    GVariant *metrics);
char *tool_progress_format_bar (const char *title,
                                guint title_width,
                                double fraction,
                                double seconds,
                                const char *metrics,
                                guint n_columns);

G_END_DECLS
