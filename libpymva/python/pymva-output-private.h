/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "python/pymva-backend-private.h"

G_BEGIN_DECLS

/* What Python code prints and logs, on its way to the program. Any thread, without the GIL. */
void pymva_output_line (PymvaStream stream,
                        const char *line);
gboolean pymva_output_is_taken (void);
void pymva_output_log (GLogLevelFlags level,
                       const char *logger,
                       const char *message);

/* For the interpreter object: the names of its signal and property stay in its file. */
void pymva_interpreter_emit_output (PymvaInterpreter *self,
                                    PymvaStream stream,
                                    const char *line);
gboolean pymva_interpreter_has_output_handler (PymvaInterpreter *self);
/* Posts notify::state and its like to the thread that made the interpreter object. */
void pymva_interpreter_queue_notify (void);

G_END_DECLS
