/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib.h>

#include "base/pymva-random-private.h"

/* Published outputs of SplitMix64 for the seed 1234567 (Rosetta Code, “Pseudo-random
 * numbers/Splitmix64”). */
static void
test_sequence (void)
{
  const guint64 expected[] = {
    G_GUINT64_CONSTANT (6457827717110365317),  G_GUINT64_CONSTANT (3203168211198807973),
    G_GUINT64_CONSTANT (9817491932198370423),  G_GUINT64_CONSTANT (4593380528125082431),
    G_GUINT64_CONSTANT (16408922859458223821),
  };
  PymvaRandom random;

  pymva_random_init (&random, 1234567);
  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpuint (pymva_random_next (&random), ==, expected[i]);
}

/* Each of three numbers is drawn about as often: four standard deviations are allowed. */
static void
test_below (void)
{
  guint counts[3] = { 0, 0, 0 };
  PymvaRandom random;

  pymva_random_init (&random, 0);
  for (guint i = 0; i < 30000; i++)
    {
      guint64 drawn = pymva_random_below (&random, 3);

      g_assert_cmpuint (drawn, <, 3);
      counts[drawn]++;
    }
  for (guint k = 0; k < 3; k++)
    g_assert_cmpuint (ABS ((int) counts[k] - 10000), <, 330);
  g_assert_cmpuint (pymva_random_below (&random, 1), ==, 0);
}

static void
test_shuffle (void)
{
  gint64 values[100];
  gboolean seen[100] = { FALSE };
  guint n_moved = 0;
  PymvaRandom random;

  for (gint64 i = 0; i < 100; i++)
    values[i] = i;
  pymva_random_init (&random, 5);
  pymva_random_shuffle (&random, values, 100);
  for (gint64 i = 0; i < 100; i++)
    {
      g_assert_false (seen[values[i]]);
      seen[values[i]] = TRUE;
      n_moved += values[i] != i;
    }
  g_assert_cmpuint (n_moved, >, 90);
  pymva_random_shuffle (&random, values, 0);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/random/sequence", test_sequence);
  g_test_add_func ("/random/below", test_below);
  g_test_add_func ("/random/shuffle", test_shuffle);

  return g_test_run ();
}
