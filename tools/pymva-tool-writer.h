/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva.h>

G_BEGIN_DECLS

/* How numbers leave the program. */
typedef enum
{
  TOOL_FORMAT_CSV,
  TOOL_FORMAT_NPY,
} ToolFormat;

/* @blocks are float32 tensors of as many columns as there are @columns, one below the other. */
gboolean tool_write (GOutputStream *stream,
                     ToolFormat format,
                     const char * const *columns,
                     GPtrArray *blocks,
                     GCancellable *cancellable,
                     GError **error);

G_END_DECLS
