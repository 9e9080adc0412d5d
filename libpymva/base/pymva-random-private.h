/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A generator of random numbers whose sequence for a seed never changes, on any machine, so that a
 * split of events can be repeated: SplitMix64 (Steele, Lea and Flood, OOPSLA 2014). */
typedef struct
{
  guint64 state;
} PymvaRandom;

void pymva_random_init (PymvaRandom *self,
                        guint64 seed);
guint64 pymva_random_next (PymvaRandom *self);
guint64 pymva_random_below (PymvaRandom *self,
                            guint64 end);
void pymva_random_shuffle (PymvaRandom *self,
                           gint64 *values,
                           gsize n_values);

G_END_DECLS
