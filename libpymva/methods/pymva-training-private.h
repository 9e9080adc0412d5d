/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pymva-method-private.h"
#include "python/pymva-job-private.h"

G_BEGIN_DECLS

/* One training on the Python worker: all it needs of the method and the data set, taken on the
 * caller's thread, so that the worker touches neither. Counted: an abandoned job keeps it. */
typedef struct _PymvaTraining PymvaTraining;

/* @dataset is prepared, or has streams that the method takes: then @cancellable, which may be
 * NULL, stops reading them. */
PymvaTraining *pymva_training_new (PymvaMethod *method,
                                   PymvaDataset *dataset,
                                   GCancellable *cancellable,
                                   GError **error);
PymvaTraining *pymva_training_ref (PymvaTraining *self);
void pymva_training_unref (PymvaTraining *self);

/* The function of the job. */
gboolean pymva_training_run (PymvaJob *job,
                             gpointer training,
                             GError **error);
/* (transfer none): what it made; after the job has succeeded. */
PymvaTrained *pymva_training_get_result (PymvaTraining *self);

/* What adapters call a type of analysis. */
const char *pymva_training_analysis_name (PymvaAnalysisType analysis_type);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PymvaTraining, pymva_training_unref)

G_END_DECLS
