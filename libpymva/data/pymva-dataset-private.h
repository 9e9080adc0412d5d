/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva-dataset.h>

G_BEGIN_DECLS

/* A variable, target or spectator: "name := expression". */
typedef struct
{
  char *name;
  char *expression;
  char *title;
  char *unit;
} PymvaDatasetColumn;

guint pymva_dataset_get_n_variables (PymvaDataset *self);
/* Valid until the data set changes. */
const PymvaDatasetColumn *pymva_dataset_get_variable (PymvaDataset *self,
                                                      guint number);

/* What training saw, for the manifest of a model. These prepare the data set where needed. */
char *pymva_dataset_dup_digest (PymvaDataset *self,
                                GError **error);
gboolean pymva_dataset_get_training_moments (PymvaDataset *self,
                                             double **means,
                                             double **deviations,
                                             GError **error);

G_END_DECLS
