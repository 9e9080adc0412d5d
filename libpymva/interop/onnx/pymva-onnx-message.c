/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "base/pymva-bytes-private.h"
#include "pymva-onnx-detect-private.h"
#include "pymva-onnx-private.h"

/* Messages in messages: a node with a graph in it is four levels deeper. */
#define MOST_LEVELS 24
/* A message of two bytes takes some hundred in memory. Networks of thousands of layers have fewer
 * than this, and the trees of a forest are no messages. */
#define MOST_MESSAGES 100000

/* What is counted in a file before it is parsed. */
typedef struct
{
  guint n_messages;
} Scan;

static gboolean
set_error (GError **error,
           const char *what)
{
  g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_FORMAT, what);
  return FALSE;
}

static gboolean
scan_message (Scan *scan,
              const ProtobufCMessageDescriptor *descriptor,
              const guint8 *position,
              gsize size,
              guint n_levels,
              GError **error)
{
  const guint8 *end = position + size;

  if (++scan->n_messages > MOST_MESSAGES || n_levels > MOST_LEVELS)
    return set_error (error,
                      "it has more parts, or deeper ones, than a model that can be converted");

  while (position < end)
    {
      const ProtobufCFieldDescriptor *field;
      const guint8 *value = NULL;
      gsize value_size = 0;
      guint64 tag;

      if (!pymva_onnx_read_varint (&position, end, &tag) || tag > G_MAXUINT32 ||
          !pymva_onnx_read_value (&position, end, tag & 7, &value, &value_size))
        return set_error (error, "it is not encoded as a protobuf message");

      /* What is unknown is kept by the parser, each in a block of its own. */
      field = protobuf_c_message_descriptor_get_field (descriptor, tag >> 3);
      scan->n_messages += field == NULL;
      if (field != NULL && field->type == PROTOBUF_C_TYPE_MESSAGE && value != NULL &&
          !scan_message (scan, field->descriptor, value, value_size, n_levels + 1, error))
        return FALSE;
    }

  return TRUE;
}

Onnx__ModelProto *
pymva_onnx_message_read (GBytes *bytes,
                         GError **error)
{
  gsize size;
  const guint8 *data = pymva_bytes_peek (bytes, &size);
  Scan scan = { 0 };
  Onnx__ModelProto *model;

  if (!scan_message (&scan, &onnx__model_proto__descriptor, data, size, 0, error))
    return NULL;
  model = onnx__model_proto__unpack (NULL, size, data);
  if (model == NULL)
    set_error (error, "it is not the message that an ONNX model is");

  return model;
}

void
pymva_onnx_message_free (Onnx__ModelProto *self)
{
  onnx__model_proto__free_unpacked (self, NULL);
}

/* --- nodes --- */

static void G_GNUC_PRINTF (3, 0)
set_node_error (const Onnx__NodeProto *node,
                PymvaError code,
                const char *format,
                va_list arguments,
                GError **error)
{
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  const char *name = node->name != NULL ? node->name : "";

  if (*name != '\0')
    g_set_error (error, PYMVA_ERROR, code, "the node “%s” (%s): %s", name, node->op_type, text);
  else
    g_set_error (error, PYMVA_ERROR, code, "a node %s: %s", node->op_type, text);
}

gboolean
pymva_onnx_refuse (const Onnx__NodeProto *node,
                   GError **error,
                   const char *format,
                   ...)
{
  va_list arguments;

  va_start (arguments, format);
  set_node_error (node, PYMVA_ERROR_UNSUPPORTED, format, arguments, error);
  va_end (arguments);
  return FALSE;
}

gboolean
pymva_onnx_fail (const Onnx__NodeProto *node,
                 GError **error,
                 const char *format,
                 ...)
{
  va_list arguments;

  va_start (arguments, format);
  set_node_error (node, PYMVA_ERROR_FORMAT, format, arguments, error);
  va_end (arguments);
  return FALSE;
}

const Onnx__AttributeProto *
pymva_onnx_node_find (const Onnx__NodeProto *node,
                      const char *name)
{
  for (gsize i = 0; i < node->n_attribute; i++)
    if (g_strcmp0 (node->attribute[i]->name, name) == 0)
      return node->attribute[i];

  return NULL;
}

double
pymva_onnx_node_get_float (const Onnx__NodeProto *node,
                           const char *name,
                           double missing)
{
  const Onnx__AttributeProto *attribute = pymva_onnx_node_find (node, name);

  return attribute != NULL ? attribute->f : missing;
}

gint64
pymva_onnx_node_get_int (const Onnx__NodeProto *node,
                         const char *name,
                         gint64 missing)
{
  const Onnx__AttributeProto *attribute = pymva_onnx_node_find (node, name);

  return attribute != NULL ? attribute->i : missing;
}

char *
pymva_onnx_dup_text (const ProtobufCBinaryData *bytes)
{
  /* Without bytes there is no address of them either. */
  return bytes->len > 0 ? g_utf8_make_valid ((const char *) bytes->data, bytes->len)
                        : g_strdup ("");
}

char *
pymva_onnx_node_dup_text (const Onnx__NodeProto *node,
                          const char *name,
                          const char *missing)
{
  const Onnx__AttributeProto *attribute = pymva_onnx_node_find (node, name);

  return attribute != NULL ? pymva_onnx_dup_text (&attribute->s) : g_strdup (missing);
}

gboolean
pymva_onnx_node_has_text (const Onnx__NodeProto *node,
                          const char *name,
                          const char *missing,
                          const char *text)
{
  g_autofree char *found = pymva_onnx_node_dup_text (node, name, missing);

  return g_strcmp0 (found, text) == 0;
}
