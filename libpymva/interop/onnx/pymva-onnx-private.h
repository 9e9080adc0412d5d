/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "interop/onnx.pb-c.h"

#include "scoring/pymva-model-builder-private.h"

G_BEGIN_DECLS

/* --- the file --- */

/* Limits on nesting and on the number of messages are checked first: the parser of protobuf-c knows
 * none. */
Onnx__ModelProto *pymva_onnx_message_read (GBytes *bytes,
                                           GError **error);
void pymva_onnx_message_free (Onnx__ModelProto *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Onnx__ModelProto, pymva_onnx_message_free)

/* The text that these bytes are, or U+FFFD where they are none; never NULL. */
char *pymva_onnx_dup_text (const ProtobufCBinaryData *bytes);

/* --- nodes --- */

/* PYMVA_ERROR_UNSUPPORTED, with the operator and the node before what is said; gives FALSE. */
gboolean pymva_onnx_refuse (const Onnx__NodeProto *node,
                            GError **error,
                            const char *format,
                            ...) G_GNUC_PRINTF (3, 4);
/* The same with PYMVA_ERROR_FORMAT: the file contradicts itself. */
gboolean pymva_onnx_fail (const Onnx__NodeProto *node,
                          GError **error,
                          const char *format,
                          ...) G_GNUC_PRINTF (3, 4);

/* The attribute of that name, or NULL. */
const Onnx__AttributeProto *pymva_onnx_node_find (const Onnx__NodeProto *node,
                                                  const char *name);
double pymva_onnx_node_get_float (const Onnx__NodeProto *node,
                                  const char *name,
                                  double missing);
gint64 pymva_onnx_node_get_int (const Onnx__NodeProto *node,
                                const char *name,
                                gint64 missing);
/* Whether the attribute, or @missing where there is none, is that text. */
gboolean pymva_onnx_node_has_text (const Onnx__NodeProto *node,
                                   const char *name,
                                   const char *missing,
                                   const char *text);
/* Never NULL where the attribute is there, or @missing is not NULL. */
char *pymva_onnx_node_dup_text (const Onnx__NodeProto *node,
                                const char *name,
                                const char *missing);

/* --- tensors --- */

/* Numbers that are part of the file. */
typedef struct
{
  /* A value of Onnx__TensorProto__DataType. */
  gint32 type;
  gint64 *dims;
  guint n_dims;
  gsize n_values;
  double *values;
} PymvaOnnxTensor;

PymvaOnnxTensor *pymva_onnx_tensor_new (const Onnx__TensorProto *proto,
                                        GError **error);
PymvaOnnxTensor *pymva_onnx_tensor_new_numbers (gint32 type,
                                                const double *values,
                                                gsize n_values);
PymvaOnnxTensor *pymva_onnx_tensor_copy (const PymvaOnnxTensor *self);
void pymva_onnx_tensor_free (PymvaOnnxTensor *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PymvaOnnxTensor, pymva_onnx_tensor_free)

/* --- what names of the graph stand for --- */

typedef enum
{
  /* Whatever it is. */
  PYMVA_ONNX_MEANING_VALUES,
  /* One number for each class. */
  PYMVA_ONNX_MEANING_SCORES,
  PYMVA_ONNX_MEANING_PROBABILITIES,
} PymvaOnnxMeaning;

typedef struct _PymvaOnnxValue PymvaOnnxValue;

struct _PymvaOnnxValue
{
  grefcount ref_count;
  /* Numbers of the file, or NULL: then it is columns, one row for each event. */
  PymvaOnnxTensor *tensor;

  /* The stage that gives the columns, or -1 for the variables. Where there are layers, these
   * columns go through them first: they become a stage when somebody needs one. */
  int stage;
  GPtrArray *layers; /* of GVariant */
  guint n_columns;
  gboolean is_double;
  /* Whole numbers, which are float64 here: ONNX computes with them in another way. */
  gboolean is_integer;
  /* ONNX Runtime's to the last bit, so that trees may compare it. */
  gboolean is_exact;
  PymvaOnnxMeaning meaning;
  char **classes;

  /* Of two classes whose scores follow from one, that of the second: then there is no stage for
   * both. The other is 1 - x, or -x. */
  PymvaOnnxValue *second;
  gboolean adds_to_one;

  /* For patterns of several nodes: what it was made from, and by which operator. The graph keeps
   * it. */
  PymvaOnnxValue *origin;
  const char *function;
  /* It is part of such a pattern alone, and no stage computes it. */
  gboolean is_symbol;
  double number;
};

/* Columns of a stage. */
PymvaOnnxValue *pymva_onnx_value_new (int stage,
                                      guint n_columns);
PymvaOnnxValue *pymva_onnx_value_ref (PymvaOnnxValue *self);
void pymva_onnx_value_unref (PymvaOnnxValue *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PymvaOnnxValue, pymva_onnx_value_unref)

/* --- the graph --- */

typedef struct
{
  PymvaModelBuilder *builder;
  GHashTable *values; /* name -> PymvaOnnxValue */
  GPtrArray *origins; /* of PymvaOnnxValue */
  /* The variables rounded to float32, where that is a stage. */
  PymvaOnnxValue *rounded;
  gint64 opset;
  /* How many tables there are, and how many numbers more they may have. */
  guint n_tables;
  gsize n_values_left;
} PymvaOnnxGraph;

PymvaOnnxGraph *pymva_onnx_graph_new (PymvaModelBuilder *builder,
                                      gsize file_size);
void pymva_onnx_graph_free (PymvaOnnxGraph *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PymvaOnnxGraph, pymva_onnx_graph_free)

/* Says what the name of an input stands for, which has that type of Onnx__TensorProto__DataType. */
gboolean pymva_onnx_graph_add_input (PymvaOnnxGraph *self,
                                     const char *name,
                                     guint first_column,
                                     guint n_columns,
                                     guint n_variables,
                                     gint32 type,
                                     GError **error);
/* Adds the stages that make the columns called @output; the value belongs to the graph. */
PymvaOnnxValue *pymva_onnx_graph_convert (PymvaOnnxGraph *self,
                                          const Onnx__GraphProto *graph,
                                          const char *output,
                                          GError **error);

/* The @index-th input of a node, or NULL and an error. */
PymvaOnnxValue *pymva_onnx_graph_get_value (PymvaOnnxGraph *self,
                                            const Onnx__NodeProto *node,
                                            gsize index,
                                            GError **error);
/* The same of columns, or of numbers of the file; an input that is left out gives NULL without an
 * error unless it is @required. */
PymvaOnnxValue *pymva_onnx_graph_get_columns (PymvaOnnxGraph *self,
                                              const Onnx__NodeProto *node,
                                              gsize index,
                                              GError **error);
gboolean pymva_onnx_graph_get_tensor (PymvaOnnxGraph *self,
                                      const Onnx__NodeProto *node,
                                      gsize index,
                                      gboolean required,
                                      const PymvaOnnxTensor **tensor,
                                      GError **error);
/* Says what the @index-th output of a node is. Takes the value. FALSE where that is NULL because it
 * could not be made: what made it has set the error. */
gboolean pymva_onnx_graph_set_value (PymvaOnnxGraph *self,
                                     const Onnx__NodeProto *node,
                                     gsize index,
                                     PymvaOnnxValue *value);

PymvaOnnxValue *pymva_onnx_value_new_tensor (PymvaOnnxTensor *tensor);
/* A part of a pattern. */
PymvaOnnxValue *pymva_onnx_graph_new_symbol (PymvaOnnxGraph *self,
                                             const char *function,
                                             PymvaOnnxValue *origin,
                                             double number);
/* Of two classes whose scores follow from that of the second, which it takes. */
PymvaOnnxValue *pymva_onnx_value_new_pair (PymvaOnnxValue *second,
                                           gboolean adds_to_one);
/* Makes a stage of what is pending. */
gboolean pymva_onnx_graph_settle (PymvaOnnxGraph *self,
                                  PymvaOnnxValue *value,
                                  GError **error);
/* Appends a stage of a kind with these members, a{sv}, that takes the columns of @input. What it
 * gives is of the type of @input: rounded to float32, unless that is float64. */
PymvaOnnxValue *pymva_onnx_graph_add_stage (PymvaOnnxGraph *self,
                                            PymvaOnnxValue *input,
                                            const char *kind,
                                            GVariantBuilder *members,
                                            guint n_columns,
                                            GError **error);
/* The same with a layer of a stage “mlp”, for columns that are float32. */
PymvaOnnxValue *pymva_onnx_graph_add_layer (PymvaOnnxGraph *self,
                                            PymvaOnnxValue *input,
                                            GVariant *layer,
                                            guint n_columns,
                                            GError **error);
/* What the layers before the last one give. */
PymvaOnnxValue *pymva_onnx_graph_drop_layer (PymvaOnnxGraph *self,
                                             const PymvaOnnxValue *input);
/* A layer of a stage “mlp” without weights; @members are its other members, a{sv}, or NULL. */
PymvaOnnxValue *pymva_onnx_graph_add_activation (PymvaOnnxGraph *self,
                                                 PymvaOnnxValue *input,
                                                 const char *type,
                                                 GVariant *members,
                                                 GError **error);
/* As float64, or rounded to float32. */
PymvaOnnxValue *pymva_onnx_graph_cast (PymvaOnnxGraph *self,
                                       PymvaOnnxValue *input,
                                       gboolean to_double,
                                       GError **error);
/* As float32, for operators that compute in that whatever goes in. */
PymvaOnnxValue *pymva_onnx_graph_narrow (PymvaOnnxGraph *self,
                                         PymvaOnnxValue *input,
                                         GError **error);
/* The columns of all of them, side by side. */
PymvaOnnxValue *pymva_onnx_graph_join (PymvaOnnxGraph *self,
                                       GPtrArray *inputs,
                                       GError **error);
/* Gives the builder a table, and names it in @members. Copies the numbers. */
gboolean pymva_onnx_graph_add_table (PymvaOnnxGraph *self,
                                     GVariantBuilder *members,
                                     const char *key,
                                     PymvaDType dtype,
                                     const double *values,
                                     gint64 n_rows,
                                     gint64 n_columns /* 0: one dimension */,
                                     GError **error);

/* Some of the columns. */
PymvaOnnxValue *pymva_onnx_graph_select (PymvaOnnxGraph *self,
                                         PymvaOnnxValue *input,
                                         const guint *columns,
                                         guint n_columns,
                                         GError **error);
/* The same of columns that follow each other. */
PymvaOnnxValue *pymva_onnx_graph_select_range (PymvaOnnxGraph *self,
                                               PymvaOnnxValue *input,
                                               guint first,
                                               guint n_columns,
                                               GError **error);
/* Columns by a function of the stage “link”. */
PymvaOnnxValue *pymva_onnx_graph_add_link (PymvaOnnxGraph *self,
                                           PymvaOnnxValue *input,
                                           const char *function,
                                           GError **error);
/* One step of a stage “affine”: @key is “add” or the like, and there is one number for each column
 * or one for all. Gives ONNX Runtime's bits. */
PymvaOnnxValue *pymva_onnx_graph_add_affine (PymvaOnnxGraph *self,
                                             PymvaOnnxValue *input,
                                             const char *key,
                                             const double *values,
                                             gsize n_values,
                                             GError **error);

/* --- operators --- */

typedef gboolean (*PymvaOnnxConvertFunc) (PymvaOnnxGraph *graph,
                                          const Onnx__NodeProto *node,
                                          GError **error);

typedef struct
{
  const char *name;
  PymvaOnnxConvertFunc convert;
} PymvaOnnxOperator;

/* Each ends with an empty one. */
extern const PymvaOnnxOperator pymva_onnx_arithmetic_operators[];
extern const PymvaOnnxOperator pymva_onnx_column_operators[];
extern const PymvaOnnxOperator pymva_onnx_network_operators[];
/* Of the domain ai.onnx.ml. */
extern const PymvaOnnxOperator pymva_onnx_ml_column_operators[];
extern const PymvaOnnxOperator pymva_onnx_score_operators[];
extern const PymvaOnnxOperator pymva_onnx_tree_operators[];

/* What “post_transform” makes of the columns. */
PymvaOnnxValue *pymva_onnx_apply_post_transform (PymvaOnnxGraph *graph,
                                                 const Onnx__NodeProto *node,
                                                 PymvaOnnxValue *input,
                                                 const char *function,
                                                 GError **error);
/* The labels of the classes, from attributes of a node, or NULL. */
char **pymva_onnx_read_labels (const Onnx__NodeProto *node,
                               const char *texts,
                               const char *numbers);

G_END_DECLS
