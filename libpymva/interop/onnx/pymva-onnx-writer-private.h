/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "interop/onnx.pb-c.h"

#include <glib.h>

G_BEGIN_DECLS

/* An ONNX model as it grows. Values are known by their names, which the writer owns. */
typedef struct _PymvaOnnxWriter PymvaOnnxWriter;

PymvaOnnxWriter *pymva_onnx_writer_new (void);
void pymva_onnx_writer_free (PymvaOnnxWriter *self);

/* A node with the inputs that follow, up to NULL: the name of its output. */
const char *pymva_onnx_writer_add (PymvaOnnxWriter *self,
                                   const char *operator,
                                   ...) G_GNUC_NULL_TERMINATED;
const char *pymva_onnx_writer_add_list (PymvaOnnxWriter *self,
                                        const char *operator,
                                        const char * const *inputs,
                                        guint n_inputs);
/* Calls the output of the last node like that. */
void pymva_onnx_writer_set_output (PymvaOnnxWriter *self,
                                   const char *name);
/* The second output of the last node. */
const char *pymva_onnx_writer_add_output (PymvaOnnxWriter *self);

/* What else belongs to the last node. Lists are copied. */
void pymva_onnx_writer_set_domain (PymvaOnnxWriter *self,
                                   const char *domain);
void pymva_onnx_writer_set_float (PymvaOnnxWriter *self,
                                  const char *name,
                                  float value);
void pymva_onnx_writer_set_floats (PymvaOnnxWriter *self,
                                   const char *name,
                                   const float *values,
                                   gsize n_values);
void pymva_onnx_writer_set_int (PymvaOnnxWriter *self,
                                const char *name,
                                gint64 value);
void pymva_onnx_writer_set_ints (PymvaOnnxWriter *self,
                                 const char *name,
                                 const gint64 *values,
                                 gsize n_values);
void pymva_onnx_writer_set_text (PymvaOnnxWriter *self,
                                 const char *name,
                                 const char *text);
/* The texts are not copied. */
void pymva_onnx_writer_set_texts (PymvaOnnxWriter *self,
                                  const char *name,
                                  const char * const *texts,
                                  gsize n_texts);
void pymva_onnx_writer_set_doubles (PymvaOnnxWriter *self,
                                    const char *name,
                                    const double *values,
                                    gsize n_values);

/* Constants: the names of their values. Numbers are copied. A row has the shape 1 x n, and without
 * columns a table has one dimension. */
const char *pymva_onnx_writer_add_table (PymvaOnnxWriter *self,
                                         gint32 type,
                                         gint64 n_rows,
                                         gint64 n_columns,
                                         gconstpointer values);
const char *pymva_onnx_writer_add_row (PymvaOnnxWriter *self,
                                       const double *values,
                                       gsize n_values);
const char *pymva_onnx_writer_add_list_of_ints (PymvaOnnxWriter *self,
                                                const gint64 *values,
                                                gsize n_values);
const char *pymva_onnx_writer_add_number (PymvaOnnxWriter *self,
                                          gboolean is_double,
                                          double value);

/* What the model as a whole says. */
void pymva_onnx_writer_set_metadata (PymvaOnnxWriter *self,
                                     const char *key,
                                     const char *value);
/* The message, with one input and one output of float32. */
GBytes *pymva_onnx_writer_finish (PymvaOnnxWriter *self,
                                  const char *name,
                                  guint n_inputs,
                                  guint n_outputs,
                                  GError **error);

/* What the input and the output are called. */
#define PYMVA_ONNX_INPUT "inputs"
#define PYMVA_ONNX_OUTPUT "outputs"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PymvaOnnxWriter, pymva_onnx_writer_free)

G_END_DECLS
