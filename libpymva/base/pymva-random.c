/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "pymva-random-private.h"

void
pymva_random_init (PymvaRandom *self,
                   guint64 seed)
{
  self->state = seed;
}

guint64
pymva_random_next (PymvaRandom *self)
{
  guint64 z = (self->state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));

  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);

  return z ^ (z >> 31);
}

/* pymva_random_below: a number from 0 to @end - 1, each equally likely: what would make the first
 * ones likelier is drawn again. */
guint64
pymva_random_below (PymvaRandom *self,
                    guint64 end)
{
  guint64 unfair = (G_MAXUINT64 - end + 1) % end;
  guint64 drawn;

  do
    drawn = pymva_random_next (self);
  while (drawn < unfair);

  return drawn % end;
}

/* pymva_random_shuffle: all orders are equally likely (Fisher and Yates). */
void
pymva_random_shuffle (PymvaRandom *self,
                      gint64 *values,
                      gsize n_values)
{
  for (gsize i = n_values; i > 1; i--)
    {
      gsize j = pymva_random_below (self, i);
      gint64 value = values[i - 1];

      values[i - 1] = values[j];
      values[j] = value;
    }
}
