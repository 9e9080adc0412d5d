/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva.h>

G_BEGIN_DECLS

/* The options that say what the events are, and the tables and data sets made by them. */

/* How files are read: for train, apply and evaluate. */
extern const GOptionEntry tool_reading_entries[];
/* What the events of files are: for train and evaluate. */
extern const GOptionEntry tool_events_entries[];

PymvaTable *tool_read_table (const char *spec,
                             GError **error);
PymvaTable *tool_read_table_with (const char *spec,
                                  const char *tree,
                                  GVariant *options,
                                  GError **error);

PymvaTableStream *tool_open_stream (const char *spec,
                                    const char *only);

void tool_name_options (GError **error);

/* Events that are read and have been given a meaning. */
typedef struct
{
  PymvaAnalysisType analysis_type;
  /* The values of the label column, the signal first; NULL where there is none. */
  char **labels;
  /* Of PymvaTable: labelled events or those of a regression; else of the signal. */
  GPtrArray *events;
  GPtrArray *background;
} ToolEvents;

/* Whether the options say which events are of which class, or what is their target. */
gboolean tool_events_have_meaning (void);
const char *tool_events_get_weight (void);
const char *tool_events_get_cut (void);
void tool_events_set_default_targets (const char * const *names);
gboolean tool_events_check_options (const char * const *files,
                                    GError **error);
/* Whether a file to be written is none of those that are read. */
gboolean tool_events_check_output (const char * const *files,
                                   const char *output,
                                   GError **error);
ToolEvents *tool_events_read (const char * const *files,
                              GError **error);
void tool_events_free (ToolEvents *self);
/* Adds the expressions, which may be lists separated by commas, or where there are none all columns
 * of numbers that have no other role. */
gboolean tool_events_add_variables (ToolEvents *self,
                                    PymvaDataset *dataset,
                                    const char * const *variables,
                                    GError **error);
gboolean tool_events_add_to (ToolEvents *self,
                             PymvaDataset *dataset,
                             const char * const *classes,
                             GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ToolEvents, tool_events_free)

G_END_DECLS
