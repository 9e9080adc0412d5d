/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pymva-onnx-private.h"

G_BEGIN_DECLS

/* What a node asks of its feature, where the answer “yes” leads to its true child. */
typedef enum
{
  PYMVA_ONNX_MODE_LEAF,
  PYMVA_ONNX_MODE_NOT_ABOVE,
  PYMVA_ONNX_MODE_BELOW,
  PYMVA_ONNX_MODE_NOT_BELOW,
  PYMVA_ONNX_MODE_ABOVE,
  PYMVA_ONNX_MODE_EQUAL,
  PYMVA_ONNX_MODE_NOT_EQUAL,
} PymvaOnnxMode;

/* Trees as the operators of ai.onnx.ml have them. */
typedef struct
{
  PymvaOnnxValue *input;
  guint n_outputs;
  gboolean is_double;

  /* One of each for a node; the nodes of a tree follow each other, its root first, and their ids
   * are from 0 on, in any order. */
  gsize n_nodes;
  const gint64 *tree_ids;
  const gint64 *node_ids;
  const gint64 *features;
  const gint64 *true_ids;
  const gint64 *false_ids;
  const gint64 *missing; /* or NULL */
  double *thresholds;
  guint8 *modes;

  /* One of each for a weight. */
  gsize n_weights;
  const gint64 *weight_trees;
  const gint64 *weight_nodes;
  const gint64 *weight_targets;
  double *weights;

  double *base;
  gsize n_base;
} PymvaOnnxTrees;

void pymva_onnx_trees_clear (PymvaOnnxTrees *self);
/* Appends the stage “forest”, and what else belongs to the aggregation. */
PymvaOnnxValue *pymva_onnx_trees_add (PymvaOnnxTrees *self,
                                      PymvaOnnxGraph *graph,
                                      const Onnx__NodeProto *node,
                                      const char *aggregate,
                                      GError **error);
/* Whether every row has a vote for a class. */
gboolean pymva_onnx_trees_always_vote (const PymvaOnnxTrees *self,
                                       gint64 target);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PymvaOnnxTrees, pymva_onnx_trees_clear)

G_END_DECLS
