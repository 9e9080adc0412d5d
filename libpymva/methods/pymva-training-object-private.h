/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pymva-event-stream-private.h"
#include "pymva-training-private.h"

G_BEGIN_DECLS

struct _PymvaTraining
{
  char *title;
  char *method_name;
  char *bridge;
  GVariant *config;
  GHashTable *objects; /* what belongs to it and is no variant */
  GVariant *parameters;

  PymvaAnalysisType analysis_type;
  GPtrArray *variables; /* PymvaDatasetColumn */
  char **variable_names;
  char **classes;
  char **targets;
  PymvaTensor *inputs;
  /* The inputs as the framework gets them: transformed, or the same. */
  PymvaTensor *columns;
  PymvaTensor *answers; /* labels, or the values of the targets */
  PymvaTensor *weights;
  PymvaTensor *spectators;
  char *digest;
  /* Instead of all these, where events are read while they are learnt from; then the inputs are
   * those of the first batch. */
  PymvaEventStream *stream;

  /* Where the model goes, or NULL. */
  GFile *file;
  /* Whether what @previous made, or what that file holds, is gone on with. */
  gboolean continues;
  /* The transformations as TMVA writes them. */
  char *transforms;
  /* What the training before this one made, or NULL. */
  PymvaTrained *previous;
  /* What the file holds, where that is gone on with. */
  PymvaModel *previous_model;
  PymvaTrained *trained;
};

/* Makes the model of what was trained, and checks that it can be made again. */
gboolean pymva_training_build_model (PymvaTraining *self,
                                     GError **error);

G_END_DECLS
