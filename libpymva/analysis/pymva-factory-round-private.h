/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pymva-factory-private.h"

G_BEGIN_DECLS

/* One pass over all methods, and what failed in it. */
typedef struct
{
  PymvaFactory *factory;
  guint n_methods;
  GPtrArray *titles;
  GPtrArray *errors;
} PymvaFactoryRound;

/* NULL where there is nothing to do, or another round goes on. */
PymvaFactoryRound *pymva_factory_round_begin (PymvaFactory *factory,
                                              GError **error);
/* Notes how a method fared; takes @failure, which is NULL for success. FALSE where it was
 * cancelled: the round is over, with that as its error. */
gboolean pymva_factory_round_note (PymvaFactoryRound *self,
                                   PymvaFactoryEntry *entry,
                                   GError *failure,
                                   GError **error);
/* The one failure, or all of them in one error. */
gboolean pymva_factory_round_report (PymvaFactoryRound *self,
                                     GError **error);
/* Ends the round: others may begin. */
void pymva_factory_round_free (PymvaFactoryRound *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PymvaFactoryRound, pymva_factory_round_free)

G_END_DECLS
