/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether these are the bytes of a model in the ONNX format: also where it cannot be read. */
gboolean pymva_onnx_is_model (GBytes *bytes);

G_END_DECLS
