/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva-table-stream.h>

#include "pymva-dataset-private.h"
#include "pymva-table-private.h"

G_BEGIN_DECLS

/* The part of events that are still to be split. */
#define PYMVA_DATASET_ANY_PART -1

/* A table of events. */
typedef struct
{
  /* NULL where a column of labels tells the classes, and "" for regression. */
  char *class_name;
  char *label;
  PymvaTable *events;
  double weight;
  int part;
  /* Whether the table holds events that were added one by one: the values of the variables, targets
   * and spectators themselves, and a weight. */
  gboolean is_pushed;
  /* What the table is a piece of has so many rows before it. */
  gint64 first_row;
} PymvaDatasetSource;

/* A file whose events are read while a method learns from them. */
typedef struct
{
  char *class_name; /* "" for regression */
  PymvaTableStream *events;
  double weight;
} PymvaDatasetStream;

/* The column of the weights of events that were added one by one. */
#define PYMVA_DATASET_PUSHED_WEIGHT "(weight)"

/* What was set for one class, or, with class_name NULL, for all those without a setting. */
typedef struct
{
  char *class_name;
  char *weight;
  char *cut;
  gint64 n_events[2];
  /* The share of the events that train; 0: not set. */
  double training_fraction;
} PymvaDatasetRule;

/* Everything that determines what a prepared data set holds. */
typedef struct
{
  PymvaAnalysisType analysis_type;
  PymvaSplitMode split_mode;
  PymvaMixMode mix_mode;
  double test_fraction;
  guint seed;
  PymvaNormMode norm_mode;
  gboolean scale_with_cuts;
  PymvaNegativeWeights negative_weights;
  PymvaMissingValues missing_values;
  char *signal_label;
  GPtrArray *variables;
  GPtrArray *targets;
  GPtrArray *spectators;
  GPtrArray *sources;
  GPtrArray *streams;
  GPtrArray *rules;
} PymvaDatasetSettings;

PymvaDatasetSettings *pymva_dataset_settings_new (void);
PymvaDatasetSettings *pymva_dataset_settings_copy (const PymvaDatasetSettings *self);
void pymva_dataset_settings_free (PymvaDatasetSettings *self);

PymvaDatasetColumn *pymva_dataset_column_new (const char *expression,
                                              const char *title,
                                              const char *unit,
                                              GError **error);
void pymva_dataset_column_free (PymvaDatasetColumn *self);

PymvaDatasetSource *pymva_dataset_settings_add_source (PymvaDatasetSettings *self,
                                                       const char *class_name,
                                                       const char *label,
                                                       PymvaTable *events,
                                                       double weight,
                                                       int part);
void pymva_dataset_settings_add_stream (PymvaDatasetSettings *self,
                                        const char *class_name,
                                        PymvaTableStream *events,
                                        double weight);
/* The column that holds a variable, target or spectator of events that were added one by one. */
char *pymva_dataset_settings_name_pushed (const PymvaDatasetSettings *self,
                                          GPtrArray *columns,
                                          guint number);
PymvaDatasetRule *pymva_dataset_settings_ensure_rule (PymvaDatasetSettings *self,
                                                      const char *class_name);
const PymvaDatasetRule *pymva_dataset_settings_lookup_rule (const PymvaDatasetSettings *self,
                                                            const char *class_name);

void pymva_dataset_settings_replace_counts (PymvaDatasetSettings *self,
                                            const PymvaDatasetSettings *counts);

char **pymva_dataset_settings_list_classes (const PymvaDatasetSettings *self,
                                            GError **error);
gint32 *pymva_dataset_settings_number_rows (const PymvaDatasetSettings *self,
                                            const PymvaDatasetSource *source,
                                            const char * const *classes,
                                            GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PymvaDatasetColumn, pymva_dataset_column_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PymvaDatasetSettings, pymva_dataset_settings_free)

G_END_DECLS
