/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "interop/pymva-export-private.h"
#include "pymva-onnx-writer-private.h"

G_BEGIN_DECLS

/* Columns of the ONNX graph: float32, or float64 as between stages. */
typedef struct
{
  const char *name;
  gboolean is_double;
} PymvaOnnxColumns;

/* What the conversion of one stage goes through. */
typedef struct
{
  PymvaOnnxWriter *writer;
  const PymvaStage *stage;
  PymvaOnnxColumns inputs;
  /* A later stage jumps where a number crosses another: then the sums of trees must be exact. */
  gboolean must_be_exact;
  /* What cannot be expressed, for the message of an error: “ …”. */
  const char *lacks;
} PymvaOnnxStage;

/* Computes the stage: the columns that it gives, whose name is NULL where ONNX cannot. */
typedef PymvaOnnxColumns (*PymvaOnnxStageFunc) (PymvaOnnxStage *self);

PymvaOnnxColumns pymva_onnx_write_forest (PymvaOnnxStage *self);
PymvaOnnxColumns pymva_onnx_write_link (PymvaOnnxStage *self);
PymvaOnnxColumns pymva_onnx_write_matrix (PymvaOnnxStage *self);
PymvaOnnxColumns pymva_onnx_write_mlp (PymvaOnnxStage *self);
PymvaOnnxColumns pymva_onnx_write_mlp_double (PymvaOnnxStage *self);
PymvaOnnxColumns pymva_onnx_write_affine (PymvaOnnxStage *self);
PymvaOnnxColumns pymva_onnx_write_choose (PymvaOnnxStage *self);
PymvaOnnxColumns pymva_onnx_write_clip (PymvaOnnxStage *self);
PymvaOnnxColumns pymva_onnx_write_mean (PymvaOnnxStage *self);
PymvaOnnxColumns pymva_onnx_write_product (PymvaOnnxStage *self);
PymvaOnnxColumns pymva_onnx_write_encode (PymvaOnnxStage *self);
PymvaOnnxColumns pymva_onnx_write_fill (PymvaOnnxStage *self);
PymvaOnnxColumns pymva_onnx_write_interpolate (PymvaOnnxStage *self);
PymvaOnnxColumns pymva_onnx_write_select (PymvaOnnxStage *self);
PymvaOnnxColumns pymva_onnx_write_weighted_median (PymvaOnnxStage *self);

/* The columns in a type: the name of what is cast where it must be. */
const char *pymva_onnx_write_doubles (PymvaOnnxWriter *writer,
                                      PymvaOnnxColumns columns);
const char *pymva_onnx_write_floats (PymvaOnnxWriter *writer,
                                     PymvaOnnxColumns columns);
const char *pymva_onnx_write_cast (PymvaOnnxWriter *writer,
                                   const char *name,
                                   gint32 type);
/* Columns side by side. */
const char *pymva_onnx_write_concat (PymvaOnnxWriter *writer,
                                     const char * const *names,
                                     guint n_names);
/* Columns by their numbers. */
const char *pymva_onnx_write_gather (PymvaOnnxWriter *writer,
                                     const char *name,
                                     const guint *columns,
                                     guint n_columns);

G_END_DECLS
