/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva.h>

G_BEGIN_DECLS

/* A table of how well models do on the same events: one row for each model, or for each of its
 * classes or targets where there are several. */
typedef struct _ToolFigures ToolFigures;

ToolFigures *tool_figures_new (PymvaAnalysisType analysis_type,
                               gboolean trained);
void tool_figures_free (ToolFigures *self);

void tool_figures_add (ToolFigures *self,
                       const char *title,
                       const char * const *names,
                       PymvaEvaluation *evaluation,
                       double training_time);
void tool_figures_print (ToolFigures *self,
                         const char *events);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ToolFigures, tool_figures_free)

G_END_DECLS
