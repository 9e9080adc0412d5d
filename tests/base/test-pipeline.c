/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib.h>
#include <gio/gio.h>

#include "base/pymva-pipeline-private.h"

/* Numbers from 0 on, which the work squares, slower for some than for others. */
typedef struct
{
  guint n_items;
  /* The numbers of the items at which a stage fails; none where it is beyond the last. */
  guint fails_to_read;
  guint fails_to_work;
  guint fails_to_write;

  guint n_read;
  GArray *written;
  int n_alive; /* atomic */
  int most_alive; /* of the thread that reads */
} Numbers;

typedef struct
{
  Numbers *numbers;
  guint value;
} Item;

static gboolean
fails (const char *stage,
       guint number,
       guint fails_at,
       GError **error)
{
  if (number == fails_at)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s %u", stage, number);
  return number == fails_at;
}

static Item *
item_new (Numbers *numbers,
          guint value)
{
  Item *item = g_new (Item, 1);

  *item = (Item) { numbers, value };
  return item;
}

static void
item_free (gpointer data)
{
  Item *item = data;

  g_atomic_int_dec_and_test (&item->numbers->n_alive);
  g_free (item);
}

static gpointer
read_number (gpointer data,
             GError **error)
{
  Numbers *self = data;
  int n_alive;

  if (self->n_read == self->n_items || fails ("read", self->n_read, self->fails_to_read, error))
    return NULL;

  n_alive = g_atomic_int_add (&self->n_alive, 1) + 1;
  self->most_alive = MAX (self->most_alive, n_alive);
  return item_new (self, self->n_read++);
}

static gpointer
square (gpointer data,
        gpointer taken,
        GError **error)
{
  Numbers *self = data;
  Item *item = taken;

  if (fails ("work", item->value, self->fails_to_work, error))
    {
      item_free (item);
      return NULL;
    }
  if (item->value % 3 == 0)
    g_usleep (200);
  item->value *= item->value;

  return item;
}

static gboolean
write_number (gpointer data,
              gpointer result,
              GError **error)
{
  Numbers *self = data;
  Item *item = result;
  guint value = item->value;

  item_free (item);
  if (fails ("write", self->written->len, self->fails_to_write, error))
    return FALSE;

  g_array_append_val (self->written, value);
  return TRUE;
}

static const PymvaPipelineStages stages = {
  read_number, square, write_number, item_free, item_free,
};

/* Whatever the number of threads, the same numbers are written before the same error. */
static void
assert_runs (Numbers numbers,
             guint n_written,
             const char *message)
{
  static const guint counts[] = { 1, 2, 3, 4, 5, 100000, G_MAXUINT - 1, G_MAXUINT };

  for (guint at = 0; at < G_N_ELEMENTS (counts); at++)
    {
      guint n_threads = counts[at];
      Numbers own = numbers;
      g_autoptr (GError) error = NULL;

      own.written = g_array_new (FALSE, FALSE, sizeof (guint));
      g_assert_true (pymva_pipeline_run (&stages, &own, n_threads, &error) == (message == NULL));
      g_assert_cmpstr (error != NULL ? error->message : NULL, ==, message);
      g_assert_cmpuint (own.written->len, ==, n_written);
      for (guint i = 0; i < n_written; i++)
        g_assert_cmpuint (g_array_index (own.written, guint, i), ==, i * i);
      g_assert_cmpint (own.n_alive, ==, 0);
      g_assert_cmpint (own.most_alive, <=, n_threads == 1 ? 1 : MIN (n_threads, 1024) + 2);
      g_array_unref (own.written);
    }
}

#define NEVER 1000

static void
test_order (void)
{
  assert_runs ((Numbers) { 100, NEVER, NEVER, NEVER }, 100, NULL);
  assert_runs ((Numbers) { 1, NEVER, NEVER, NEVER }, 1, NULL);
  assert_runs ((Numbers) { 0, NEVER, NEVER, NEVER }, 0, NULL);
}

static void
test_errors (void)
{
  for (guint at = 0; at < 20; at += 7)
    {
      g_autofree char *read = g_strdup_printf ("read %u", at);
      g_autofree char *work = g_strdup_printf ("work %u", at);
      g_autofree char *write = g_strdup_printf ("write %u", at);

      assert_runs ((Numbers) { 50, at, NEVER, NEVER }, at, read);
      assert_runs ((Numbers) { 50, NEVER, at, NEVER }, at, work);
      assert_runs ((Numbers) { 50, NEVER, NEVER, at }, at, write);
      /* The first in the order counts, and not the first in time. */
      assert_runs ((Numbers) { 50, at + 1, at, NEVER }, at, work);
      assert_runs ((Numbers) { 50, at + 2, at + 1, at }, at, write);
    }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/pipeline/order", test_order);
  g_test_add_func ("/pipeline/errors", test_errors);

  return g_test_run ();
}
