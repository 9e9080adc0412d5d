/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the subcommands of the pymva program share. The program uses the library as any other
 * program does, through its public headers. */

#include <pymva/pymva.h>

#include "pymva-tool-progress.h"

G_BEGIN_DECLS

/* The exit statuses that the manual page promises. */
enum
{
  TOOL_EXIT_SUCCESS = 0,
  TOOL_EXIT_FAILURE = 1,
  TOOL_EXIT_USAGE = 2,
};

/* A subcommand. @arguments[0] is its name. It reports misuse as G_OPTION_ERROR, and everything
 * else in other domains. */
typedef struct
{
  const char *name;
  const char *summary;
  gboolean (*run) (char ***arguments,
                   GError **error);
} ToolCommand;

gboolean tool_apply (char ***arguments,
                     GError **error);
gboolean tool_describe (char ***arguments,
                        GError **error);
gboolean tool_doctor (char ***arguments,
                      GError **error);
gboolean tool_ensemble (char ***arguments,
                        GError **error);
gboolean tool_evaluate (char ***arguments,
                        GError **error);
gboolean tool_export (char ***arguments,
                      GError **error);
gboolean tool_import (char ***arguments,
                      GError **error);
gboolean tool_info (char ***arguments,
                    GError **error);
gboolean tool_methods (char ***arguments,
                       GError **error);
gboolean tool_run (char ***arguments,
                   GError **error);
gboolean tool_train (char ***arguments,
                     GError **error);

/* --- options (pymva-tool.c) --- */

/* TRUE after --verbose: errors come with the traceback of their Python exception. */
extern gboolean tool_verbose;

GOptionContext *tool_option_context_new (const char *parameters,
                                         const char *summary,
                                         const char *description);
gboolean tool_set_python (const char *option,
                          const char *value,
                          gpointer data,
                          GError **error);
gboolean tool_usage_error (GError **error,
                           const char *format,
                           ...) G_GNUC_PRINTF (2, 3);
char **tool_split_list (const char * const *texts);
void tool_add_text (GVariantDict *options,
                    const char *name,
                    const char *text);
char *tool_name_output (const char *path,
                        const char *ending);
gboolean tool_check_output (const char *output,
                            const char * const *inputs,
                            GError **error);
gboolean tool_parse_enum (GType type,
                          const char *option,
                          const char *word,
                          int *value,
                          GError **error);
void tool_print_error (const char *context,
                       const GError *error);

/* --- what Python code prints (pymva-tool.c) --- */

void tool_watch_output (void);
void tool_set_progress (ToolProgress *progress);

/* --- waiting, with Ctrl-C (pymva-tool.c) --- */

GCancellable *tool_get_cancellable (void);
gboolean tool_is_cancelled (void);
void tool_store_result (GObject *source,
                        GAsyncResult *result,
                        gpointer slot);
GAsyncResult *tool_wait (GAsyncResult **slot);

/* --- models (pymva-tool.c) --- */

PymvaModel *tool_load_model (const char *path,
                             const char *sha256,
                             GError **error);
PymvaModel *tool_load_native_model (const char *path,
                                    const char *action,
                                    GError **error);
gboolean tool_save_model (PymvaModel *model,
                          const char *path,
                          GError **error);
PymvaTensor *tool_predict (PymvaModel *model,
                           PymvaTensor *inputs,
                           GError **error);

G_END_DECLS
