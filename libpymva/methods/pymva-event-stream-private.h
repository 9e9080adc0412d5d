/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva-object.h>

#include "data/pymva-dataset-batches-private.h"

G_BEGIN_DECLS

/* A data set with streams on its way to an adapter. Counted, because Python may keep it. */
typedef struct _PymvaEventStream PymvaEventStream;

/* On the caller's thread. */
PymvaEventStream *pymva_event_stream_new (PymvaDataset *dataset,
                               gint64 batch_size,
                               GCancellable *cancellable,
                               GError **error);
PymvaEventStream *pymva_event_stream_ref (PymvaEventStream *self);
void pymva_event_stream_unref (PymvaEventStream *self);

/* Valid before it is opened. */
char **pymva_event_stream_dup_classes (PymvaEventStream *self);

/* On the worker: counts the events, and gives the inputs of the first batch. */
PymvaTensor *pymva_event_stream_open (PymvaEventStream *self,
                                GError **error);
gint64 pymva_event_stream_get_n_events (PymvaEventStream *self);
/* What the adapter gets as data["stream"]: a dict with "n_events", "n_batches" and "n_spectators",
 * and the functions "rewind" and "next_batch", which gives a dict of arrays, or None. */
PymvaObject *pymva_event_stream_new_object (PymvaEventStream *self,
                                      GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PymvaEventStream, pymva_event_stream_unref)

G_END_DECLS
