/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "python/pymva-output-private.h"

#define LOG_DOMAIN "Pymva-Python"

gboolean
pymva_output_is_taken (void)
{
  return pymva_interpreter_has_output_handler (pymva_interpreter_get_default ());
}

void
pymva_output_line (PymvaStream stream,
                   const char *line)
{
  g_log_structured (LOG_DOMAIN, G_LOG_LEVEL_INFO,
                    "PYMVA_STREAM", stream == PYMVA_STREAM_STDOUT ? "stdout" : "stderr",
                    "MESSAGE", "%s", line);
  if (pymva_output_is_taken ())
    pymva_interpreter_emit_output (pymva_interpreter_get_default (), stream, line);
}

void
pymva_output_log (GLogLevelFlags level,
                  const char *logger,
                  const char *message)
{
  g_log_structured (LOG_DOMAIN, level, "PYMVA_LOGGER", logger, "MESSAGE", "%s: %s", logger,
                    message);
}
