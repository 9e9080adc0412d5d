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

/* Whether a training can go on from that of @model: an error where its columns, classes or targets
 * are others. @classes or @targets are not looked at where the type of analysis has none. */
gboolean pymva_training_check_previous (PymvaModel *model,
                                        PymvaAnalysisType analysis_type,
                                        const char * const *variables,
                                        const char * const *classes,
                                        const char * const *targets,
                                        GError **error);

/* What adapters call a type of analysis. */
const char *pymva_training_analysis_name (PymvaAnalysisType analysis_type);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PymvaTraining, pymva_training_unref)

G_END_DECLS
