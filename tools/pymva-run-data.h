/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva.h>

#include "pymva-tool-config.h"

G_BEGIN_DECLS

/* The data set that a key file describes: its groups “data”, “dataset” and “class NAME”. */

extern const char * const run_data_keys[];
extern const char * const run_dataset_keys[];
extern const char * const run_class_keys[];

/* What can be told without reading the files; complains of what is wrong with it. */
gboolean run_find_analysis_type (ToolConfig *config,
                                 PymvaAnalysisType *type);
void run_check_data (ToolConfig *config);
/* Reads the files and prepares the data set, until Ctrl-C. NULL with complaints, or with @error
 * where it was cancelled. @seed: -1 for none */
PymvaDataset *run_make_dataset (ToolConfig *config,
                                gint64 seed,
                                GError **error);

G_END_DECLS
