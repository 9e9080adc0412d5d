/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pymva-dataset-parts-private.h"

G_BEGIN_DECLS

/* The training events of a data set with streams, batch by batch. Holds a piece of each file and a
 * batch, however long the files are. Belongs to one thread at a time. */
typedef struct _PymvaDatasetBatches PymvaDatasetBatches;

gboolean pymva_dataset_has_streams (PymvaDataset *self);

/* Takes what it needs of the data set, which may change afterwards. */
PymvaDatasetBatches *pymva_dataset_batches_new (PymvaDataset *dataset,
                                                gint64 batch_size,
                                                GError **error);
void pymva_dataset_batches_free (PymvaDatasetBatches *self);

/* Reads all files once to count the events that pass and to sum up their weights, which decides
 * how they are shared out and normalised. To be called first. */
gboolean pymva_dataset_batches_count (PymvaDatasetBatches *self,
                                      GCancellable *cancellable,
                                      GError **error);
gint64 pymva_dataset_batches_get_n_events (PymvaDatasetBatches *self);
gint64 pymva_dataset_batches_get_n_batches (PymvaDatasetBatches *self);
const char * const *pymva_dataset_batches_get_classes (PymvaDatasetBatches *self);
/* The most rows that were in memory at once. */
gint64 pymva_dataset_batches_get_most_rows (PymvaDatasetBatches *self);

void pymva_dataset_batches_rewind (PymvaDatasetBatches *self);
/* The next batch, without n_class_events: NULL without an error behind the last one. Free it with
 * pymva_dataset_batch_free(). */
PymvaDatasetPart *pymva_dataset_batches_next (PymvaDatasetBatches *self,
                                              GCancellable *cancellable,
                                              GError **error);
void pymva_dataset_batch_free (PymvaDatasetPart *batch);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PymvaDatasetBatches, pymva_dataset_batches_free)

G_END_DECLS
