/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pymva-dataset-settings-private.h"

G_BEGIN_DECLS

/* The events of one part, as methods take them. */
typedef struct
{
  gint64 n_events;
  gint64 *n_class_events;
  PymvaTensor *inputs;
  PymvaTensor *targets;
  PymvaTensor *spectators;
  PymvaTensor *labels;
  PymvaTensor *weights;
} PymvaDatasetPart;

/* A prepared data set. It never changes, so any thread may read it. */
typedef struct
{
  gatomicrefcount ref_count;
  char **classes;
  guint n_classes;
  /* The numbers of rows of the tables when they were read. */
  gint64 *n_rows;
  guint n_sources;
  PymvaDatasetPart part[2];
} PymvaDatasetParts;

PymvaDatasetParts *pymva_dataset_parts_new (const PymvaDatasetSettings *settings,
                                            GCancellable *cancellable,
                                            GError **error);
PymvaDatasetParts *pymva_dataset_parts_read (const PymvaDatasetSettings *settings,
                                             GCancellable *cancellable,
                                             GError **error);
PymvaDatasetParts *pymva_dataset_parts_ref (PymvaDatasetParts *self);
void pymva_dataset_parts_unref (PymvaDatasetParts *self);

/* All events that passed the cuts, in the order of the tables and their rows. */
typedef struct
{
  gsize n_events;
  gsize n_variables;
  gsize n_targets;
  gsize n_spectators;
  float *inputs;
  float *targets;
  double *spectators;
  double *weights;
  gint32 *labels;
  gint8 *parts;
  /* How many events each class had before cuts. */
  gsize *n_read;
} PymvaDatasetEvents;

PymvaDatasetEvents *pymva_dataset_events_new (const PymvaDatasetSettings *settings,
                                              const char * const *classes,
                                              GCancellable *cancellable,
                                              GError **error);
void pymva_dataset_events_free (PymvaDatasetEvents *self);

/* The numbers of the events of a part, in the order in which methods get them. */
typedef struct
{
  gint64 *numbers;
  gsize n_numbers;
} PymvaDatasetOrder;

gboolean pymva_dataset_split (const PymvaDatasetSettings *settings,
                              const char * const *classes,
                              const PymvaDatasetEvents *events,
                              PymvaDatasetOrder orders[2],
                              GError **error);

/* What prepared data sets and those that are read in batches have in common. */
gboolean pymva_dataset_check_settings (const PymvaDatasetSettings *settings,
                                       GError **error);
gboolean pymva_dataset_check_classes (const PymvaDatasetSettings *settings,
                                      const char * const *classes,
                                      GError **error);
/* Applies what was said about negative weights: FALSE where the event is to be left out. */
gboolean pymva_dataset_meet_negative_weight (const PymvaDatasetSettings *settings,
                                             double *weight);
/* Checks that every class can be learnt. */
gboolean pymva_dataset_check_sums (const char * const *classes,
                                   const double *sums,
                                   const gint64 *counts,
                                   GError **error);
/* What brings the training weights of a class to the norm. */
double pymva_dataset_get_norm (const PymvaDatasetSettings *settings,
                               const double *sums,
                               const gint64 *counts,
                               guint number);

char *pymva_dataset_describe_class (const char *class_name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PymvaDatasetParts, pymva_dataset_parts_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PymvaDatasetEvents, pymva_dataset_events_free)

G_END_DECLS
