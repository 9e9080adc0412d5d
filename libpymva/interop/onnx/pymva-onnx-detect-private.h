/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether these are the bytes of a model in the ONNX format: also where it cannot be read. */
gboolean pymva_onnx_is_model (GBytes *bytes);

/* Protobuf's encoding (https://protobuf.dev/programming-guides/encoding): both move the position
 * behind what they read, and give FALSE where the bytes end before. */
gboolean pymva_onnx_read_varint (const guint8 **position,
                                 const guint8 *end,
                                 guint64 *value);
/* The bytes of the value of a field; a varint leaves @value and @size as they are. */
gboolean pymva_onnx_read_value (const guint8 **position,
                                const guint8 *end,
                                guint wire_type,
                                const guint8 **value,
                                gsize *size);

G_END_DECLS
