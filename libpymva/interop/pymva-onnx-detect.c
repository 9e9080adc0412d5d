/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "pymva-onnx-detect-private.h"

/* The numbers of the fields of ModelProto in onnx.proto. */
#define FIELD_GRAPH 7
#define MOST_FIELD 30

/* The kinds of values in protobuf's encoding (https://protobuf.dev/programming-guides/encoding). */
enum
{
  WIRE_VARINT = 0,
  WIRE_FIXED64 = 1,
  WIRE_BYTES = 2,
  WIRE_FIXED32 = 5,
};

static gboolean
read_varint (const guint8 **position,
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

/* Moves behind the value of a field. */
static gboolean
skip_value (const guint8 **position,
            const guint8 *end,
            guint wire_type)
{
  guint64 size;

  if (wire_type == WIRE_VARINT)
    return read_varint (position, end, &size);
  if (wire_type == WIRE_FIXED64)
    size = 8;
  else if (wire_type == WIRE_FIXED32)
    size = 4;
  else if (wire_type != WIRE_BYTES || !read_varint (position, end, &size))
    return FALSE;
  if (size > (gsize) (end - *position))
    return FALSE;

  *position += size;
  return TRUE;
}

/* The format has no mark at its beginning: it is known by its outermost fields, all of which must
 * be as they can be, and among which is the graph. */
gboolean
pymva_onnx_is_model (GBytes *bytes)
{
  gsize size;
  const guint8 *position = g_bytes_get_data (bytes, &size);
  const guint8 *end = position + size;
  gboolean has_graph = FALSE;
  guint64 tag;

  while (position < end)
    {
      if (!read_varint (&position, end, &tag) || tag >> 3 == 0 || tag >> 3 > MOST_FIELD ||
          !skip_value (&position, end, tag & 7))
        return FALSE;
      has_graph |= tag >> 3 == FIELD_GRAPH && (tag & 7) == WIRE_BYTES;
    }

  return has_graph;
}
