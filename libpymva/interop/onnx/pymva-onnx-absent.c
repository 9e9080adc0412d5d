/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-error.h>

#include "interop/pymva-export-private.h"
#include "interop/pymva-import-private.h"

/* What there is of ONNX where the library was built without it. */
PymvaModelBuilder *
pymva_import_onnx (const PymvaImport *import,
                   GError **error)
{
  g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
                       "it is an ONNX model, and this libpymva was built without ONNX: build it "
                       "with -Donnx=enabled, which needs protobuf-c and libonnx-dev");
  return NULL;
}

gboolean
pymva_export_onnx (PymvaExport *export,
                   GError **error)
{
  g_set_error_literal (error, PYMVA_ERROR, PYMVA_ERROR_UNSUPPORTED,
                       "this libpymva was built without ONNX: build it with -Donnx=enabled, which "
                       "needs protobuf-c and libonnx-dev");
  return FALSE;
}
