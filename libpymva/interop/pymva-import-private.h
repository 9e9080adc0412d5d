/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "scoring/pymva-model-builder-private.h"

G_BEGIN_DECLS

/* What an importer makes of a file. */
typedef struct
{
  GBytes *bytes;
  /* a{sv}: what pymva_model_import() was given; of known names and types. Never NULL. */
  GVariant *options;
  /* What the manifest is to say of the file: framework, versions and so on. */
  GVariantDict *provenance;
} PymvaImport;

/* A builder with everything but title and provenance. What cannot be reproduced exactly is
 * PYMVA_ERROR_UNSUPPORTED, a file that is not as it should be PYMVA_ERROR_FORMAT, and an option
 * that does not fit the file PYMVA_ERROR_VALUE. */
PymvaModelBuilder *pymva_import_lightgbm (const PymvaImport *import,
                                          GError **error);
PymvaModelBuilder *pymva_import_onnx (const PymvaImport *import,
                                      GError **error);
PymvaModelBuilder *pymva_import_tmva (const PymvaImport *import,
                                      GError **error);
PymvaModelBuilder *pymva_import_xgboost (const PymvaImport *import,
                                         GError **error);

/* Adds the variables, as the option "variables" calls them, or @names, or, where that is NULL, f0
 * and so on. */
gboolean pymva_import_add_variables (const PymvaImport *import,
                                     const char * const *names,
                                     guint n_variables,
                                     PymvaModelBuilder *builder,
                                     GError **error);
/* Adds a variable that the file has an expression for: where it is none that this library knows, it
 * is taken for the name of a column. */
void pymva_import_add_expression (PymvaModelBuilder *builder,
                                  const char *name,
                                  const char *expression,
                                  const char *title,
                                  const char *unit);
/* Sets the classes or the targets, as the options "classes" and "targets" call them, or 0 and so on
 * for classes, of two of which 1 is the signal, and "target" or "target0" and so on. */
gboolean pymva_import_set_outputs (const PymvaImport *import,
                                   guint n_outputs,
                                   PymvaModelBuilder *builder,
                                   GError **error);
/* The same where the file has names for them. */
gboolean pymva_import_set_output_names (const PymvaImport *import,
                                        const char * const *names,
                                        PymvaModelBuilder *builder,
                                        GError **error);
/* Whether it is a weight file of TMVA. */
gboolean pymva_tmva_is_weights (GBytes *bytes);

G_END_DECLS
