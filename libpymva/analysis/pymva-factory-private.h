/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva-factory.h>

G_BEGIN_DECLS

/* A method that was booked, and what is known of it; by PymvaPart. */
typedef struct
{
  PymvaMethod *method;
  PymvaTensor *responses[2];
  PymvaEvaluation *evaluations[2];
  /* Why the last step that was tried with it failed. */
  GError *failure;
} PymvaFactoryEntry;

struct _PymvaFactory
{
  GObject parent_instance;

  char *job;
  PymvaDataset *dataset;
  /* Of PymvaFactoryEntry, in the order of booking. None is ever removed. */
  GPtrArray *entries;
  /* While one of the functions for all methods runs. */
  gboolean busy;
};

PymvaFactoryEntry *pymva_factory_find (PymvaFactory *self,
                                       const char *title);
/* Forgets what was known of the method. */
void pymva_factory_entry_reset (PymvaFactoryEntry *entry);
void pymva_factory_emit_started (PymvaFactory *self,
                                 PymvaFactoryEntry *entry);
/* After a training that succeeded. */
void pymva_factory_emit_trained (PymvaFactory *self,
                                 PymvaFactoryEntry *entry);
/* Keeps the error, which is taken, and emits the signal. */
void pymva_factory_fail (PymvaFactory *self,
                         PymvaFactoryEntry *entry,
                         GError *error);

G_END_DECLS
