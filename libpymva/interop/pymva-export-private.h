/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "scoring/pymva-model-private.h"
#include "scoring/pymva-stage-tables-private.h"

G_BEGIN_DECLS

/* What an exporter makes files of. */
typedef struct
{
  PymvaModel *model;
  /* The stages with their tables; those of the model itself may have dropped them. */
  const PymvaGraph *graph;
  /* a{sv}: what pymva_model_export() was given; of names and types that the format knows. Never
   * NULL. */
  GVariant *options;
  /* What to write, and what the files so far hold. */
  GFile *file;
  GPtrArray *files;    /* of GFile */
  GPtrArray *contents; /* of GBytes */
} PymvaExport;

/* Adds a file that is written once the exporter has succeeded. */
void pymva_export_add_file (PymvaExport *self,
                            GFile *file,
                            GBytes *content);
/* Sets the error of a stage that the format cannot express; @reason goes on after its name, as in
 * “ has no …”. */
void pymva_export_refuse_stage (const PymvaStage *stage,
                                guint number,
                                const char *reason,
                                GError **error);

/* The formats: each adds its files. What the format cannot express is PYMVA_ERROR_UNSUPPORTED, and
 * an option that does not fit the model PYMVA_ERROR_VALUE. */
gboolean pymva_export_c (PymvaExport *export,
                         GError **error);
gboolean pymva_export_onnx (PymvaExport *export,
                            GError **error);

G_END_DECLS
