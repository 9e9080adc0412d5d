/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pymva-dataset-parts-private.h"

G_BEGIN_DECLS

struct _PymvaDataset
{
  GObject parent_instance;

  PymvaDatasetSettings *settings;
  /* What the settings led to; NULL until prepared, and again after each change. */
  PymvaDatasetParts *parts;
  /* Counts the changes, to notice those made while the data set is prepared on another thread. */
  guint n_changes;
};

void pymva_dataset_changed (PymvaDataset *self);
gboolean pymva_dataset_check_class_name (PymvaDataset *self,
                                         const char *name,
                                         GError **error);

G_END_DECLS
