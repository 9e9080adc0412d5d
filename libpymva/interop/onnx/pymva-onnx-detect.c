/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "base/pymva-bytes-private.h"
#include "pymva-onnx-detect-private.h"

/* The numbers of the fields of ModelProto in onnx.proto. */
#define FIELD_GRAPH 7
#define MOST_FIELD 30

/* The kinds of values. */
enum
{
  WIRE_VARINT = 0,
  WIRE_FIXED64 = 1,
  WIRE_BYTES = 2,
  WIRE_FIXED32 = 5,
};

gboolean
pymva_onnx_read_varint (const guint8 **position,
                        const guint8 *end,
                        guint64 *value)
{
  *value = 0;
  for (guint shift = 0; shift < 64 && *position < end; shift += 7)
    {
      guint8 byte = *(*position)++;

      *value |= (guint64) (byte & 0x7f) << shift;
      if (byte < 0x80)
        return TRUE;
    }

  return FALSE;
}

gboolean
pymva_onnx_read_value (const guint8 **position,
                       const guint8 *end,
                       guint wire_type,
                       const guint8 **value,
                       gsize *size)
{
  guint64 number;

  if (wire_type == WIRE_VARINT)
    return pymva_onnx_read_varint (position, end, &number);
  if (wire_type == WIRE_FIXED64)
    number = 8;
  else if (wire_type == WIRE_FIXED32)
    number = 4;
  else if (wire_type != WIRE_BYTES || !pymva_onnx_read_varint (position, end, &number))
    return FALSE;
  if (number > (gsize) (end - *position))
    return FALSE;

  *value = *position;
  *size = number;
  *position += number;
  return TRUE;
}

/* The format has no mark at its beginning: it is known by its outermost fields, all of which must
 * be as they can be, and among which is the graph. */
gboolean
pymva_onnx_is_model (GBytes *bytes)
{
  gsize size;
  const guint8 *position = pymva_bytes_peek (bytes, &size);
  const guint8 *end = position + size;
  gboolean has_graph = FALSE;
  const guint8 *value;
  gsize value_size;
  guint64 tag;

  while (position < end)
    {
      if (!pymva_onnx_read_varint (&position, end, &tag) || tag >> 3 == 0 ||
          tag >> 3 > MOST_FIELD ||
          !pymva_onnx_read_value (&position, end, tag & 7, &value, &value_size))
        return FALSE;
      has_graph |= tag >> 3 == FIELD_GRAPH && (tag & 7) == WIRE_BYTES;
    }

  return has_graph;
}
