/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include <pymva/pymva-error.h>

#include "base/pymva-random-private.h"

#include "pymva-dataset-parts-private.h"

#define UNUSED -1

/* The events of one class: those whose part was given, and those that are to be split. */
typedef struct
{
  gint64 *given[2];
  gint64 *open;
  gsize n_given[2];
  gsize n_open;
  /* How many to take of each. */
  gsize take_given[2];
  gsize take_open[2];
} Shares;

static void
shares_clear (Shares *shares)
{
  g_free (shares->given[0]);
  g_free (shares->given[1]);
  g_free (shares->open);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Shares, shares_clear)

static void
collect_shares (Shares *shares,
                const PymvaDatasetEvents *events,
                gint32 number)
{
  gsize n = 0;

  for (gsize i = 0; i < events->n_events; i++)
    n += events->labels[i] == number;

  for (int part = 0; part < 2; part++)
    shares->given[part] = g_new (gint64, MAX (n, 1));
  shares->open = g_new (gint64, MAX (n, 1));

  for (gsize i = 0; i < events->n_events; i++)
    {
      if (events->labels[i] != number)
        continue;
      if (events->parts[i] == PYMVA_DATASET_ANY_PART)
        shares->open[shares->n_open++] = i;
      else
        shares->given[events->parts[i]][shares->n_given[events->parts[i]]++] = i;
    }
}

/* What holds for a class: its own rule where that says something, else the one for all. */
static const PymvaDatasetRule *
find_rule (const PymvaDatasetSettings *settings,
           const char *class_name,
           gboolean (*says) (const PymvaDatasetRule *rule))
{
  const PymvaDatasetRule *own = pymva_dataset_settings_lookup_rule (settings, class_name);
  const PymvaDatasetRule *all = pymva_dataset_settings_lookup_rule (settings, NULL);

  return own != NULL && says (own) ? own : all != NULL && says (all) ? all : NULL;
}

static gboolean
says_fraction (const PymvaDatasetRule *rule)
{
  return rule->training_fraction > 0;
}

static gboolean
says_n_training (const PymvaDatasetRule *rule)
{
  return rule->n_events[PYMVA_PART_TRAINING] > 0;
}

static gboolean
says_n_test (const PymvaDatasetRule *rule)
{
  return rule->n_events[PYMVA_PART_TEST] > 0;
}

/* How many events of a class were asked for in each part; 0: all. A share of training events
 * counts more than numbers, and what is asked for is at least one event. */
static void
get_n_asked (const PymvaDatasetSettings *settings,
             const char *class_name,
             gsize n_events,
             gsize n_read,
             gsize asked[2])
{
  const PymvaDatasetRule *fraction = find_rule (settings, class_name, says_fraction);
  const PymvaDatasetRule *rules[] = { find_rule (settings, class_name, says_n_training),
                                      find_rule (settings, class_name, says_n_test) };

  for (int part = 0; part < 2; part++)
    asked[part] = rules[part] != NULL ? rules[part]->n_events[part] : 0;
  if (fraction != NULL)
    {
      /* A share that is written in decimals, as 0.29, is a little less in binary. */
      asked[PYMVA_PART_TRAINING] = MAX (1, floor (fraction->training_fraction * n_events + 1e-6));
      asked[PYMVA_PART_TEST] = 0;
    }

  for (int part = 0; settings->scale_with_cuts && n_read > 0 && part < 2; part++)
    {
      if (asked[part] > 0)
        asked[part] = MAX (1, floor ((double) asked[part] * n_events / n_read));
    }
}

/* Decides how many events each part gets: first what was asked for, then what is left. */
static gboolean
size_shares (Shares *shares,
             const PymvaDatasetSettings *settings,
             const char *class_name,
             gsize n_read,
             GError **error)
{
  gsize asked[2], needed[2];
  gsize n_events = shares->n_given[0] + shares->n_given[1] + shares->n_open;

  get_n_asked (settings, class_name, n_events, n_read, asked);
  for (int part = 0; part < 2; part++)
    {
      shares->take_given[part] =
        asked[part] > 0 ? MIN (asked[part], shares->n_given[part]) : shares->n_given[part];
      needed[part] = asked[part] > 0 ? asked[part] - shares->take_given[part] : 0;
    }

  if (needed[0] > shares->n_open || needed[1] > shares->n_open - needed[0])
    {
      g_autofree char *of = pymva_dataset_describe_class (class_name);

      g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE,
                   "There are not enough events of %s: %" G_GSIZE_FORMAT " training and %"
                   G_GSIZE_FORMAT " test events were asked for, and there are %" G_GSIZE_FORMAT
                   " after cuts; ask for fewer, with set_n_events or the options nTrain and nTest",
                   of, asked[0], asked[1], n_events);
      return FALSE;
    }

  if (asked[0] == 0 && asked[1] == 0)
    needed[1] = floor (shares->n_open * settings->test_fraction + 0.5);
  if (asked[1] == 0 && asked[0] > 0)
    needed[1] = shares->n_open - needed[0];
  if (asked[0] == 0)
    needed[0] = shares->n_open - needed[1];
  shares->take_open[0] = needed[0];
  shares->take_open[1] = needed[1];

  return TRUE;
}

/* Notes for each event of the class which part it belongs to. */
static void
assign_shares (Shares *shares,
               const PymvaDatasetSettings *settings,
               PymvaRandom *random,
               gint8 *assigned)
{
  gsize n_taken = shares->take_open[0] + shares->take_open[1];
  gboolean by_turns = settings->split_mode == PYMVA_SPLIT_MODE_ALTERNATE;

  if (settings->split_mode == PYMVA_SPLIT_MODE_RANDOM)
    {
      pymva_random_shuffle (random, shares->open, shares->n_open);
      for (int part = 0; part < 2; part++)
        pymva_random_shuffle (random, shares->given[part], shares->n_given[part]);
    }

  for (int part = 0; part < 2; part++)
    {
      for (gsize i = 0; i < shares->take_given[part]; i++)
        assigned[shares->given[part][i]] = part;
    }

  /* By turns, test events are spread evenly: one falls wherever their running share passes a whole
   * number. In a block, what is used of the events are its two ends. */
  for (gsize i = 0; i < n_taken; i++)
    {
      gboolean test = by_turns ? (guint64) (i + 1) * shares->take_open[1] / n_taken >
                                   (guint64) i * shares->take_open[1] / n_taken
                               : i >= shares->take_open[0];
      gsize skipped = test && !by_turns ? shares->n_open - n_taken : 0;

      assigned[shares->open[i + skipped]] = test ? PYMVA_PART_TEST : PYMVA_PART_TRAINING;
    }
}

/* The events of a part in the order of the tables. */
static PymvaDatasetOrder
list_part (const gint8 *assigned,
           gsize n_events,
           PymvaPart part)
{
  PymvaDatasetOrder order = { NULL, 0 };

  order.numbers = g_new (gint64, MAX (n_events, 1));
  for (gsize i = 0; i < n_events; i++)
    {
      if (assigned[i] == (gint8) part)
        order.numbers[order.n_numbers++] = i;
    }

  return order;
}

/* Brings events into an order in which the classes take turns as long as they last. */
static void
interleave (PymvaDatasetOrder *order,
            const gint32 *labels,
            guint n_classes)
{
  g_autofree gint64 *mixed = g_new (gint64, MAX (order->n_numbers, 1));
  g_autofree gsize *next = g_new0 (gsize, n_classes);
  gsize n = 0;

  while (n < order->n_numbers)
    {
      for (guint k = 0; k < n_classes; k++)
        {
          while (next[k] < order->n_numbers && labels[order->numbers[next[k]]] != (gint32) k)
            next[k]++;
          if (next[k] < order->n_numbers)
            mixed[n++] = order->numbers[next[k]++];
        }
    }

  g_free (order->numbers);
  order->numbers = g_steal_pointer (&mixed);
}

static PymvaMixMode
get_mix_mode (const PymvaDatasetSettings *settings)
{
  if (settings->mix_mode != PYMVA_MIX_MODE_SAME_AS_SPLIT_MODE)
    return settings->mix_mode;

  return settings->split_mode == PYMVA_SPLIT_MODE_ALTERNATE ? PYMVA_MIX_MODE_ALTERNATE
         : settings->split_mode == PYMVA_SPLIT_MODE_BLOCK   ? PYMVA_MIX_MODE_BLOCK
                                                            : PYMVA_MIX_MODE_RANDOM;
}

/* pymva_dataset_split:
 * @orders: (out): the events of each part
 *
 * Divides the events class by class, so that each class is split in the same proportion. The
 * training events come as the mix mode says; the test events always as the tables have them. */
gboolean
pymva_dataset_split (const PymvaDatasetSettings *settings,
                     const char * const *classes,
                     const PymvaDatasetEvents *events,
                     PymvaDatasetOrder orders[2],
                     GError **error)
{
  g_autofree gint8 *assigned = g_new (gint8, MAX (events->n_events, 1));
  PymvaRandom random;
  PymvaMixMode mix_mode;
  guint n_classes = g_strv_length ((char **) classes);

  for (gsize i = 0; i < events->n_events; i++)
    assigned[i] = UNUSED;

  pymva_random_init (&random, settings->seed);
  for (guint k = 0; k < n_classes; k++)
    {
      g_auto (Shares) shares = { { NULL, NULL }, NULL };

      collect_shares (&shares, events, k);
      if (!size_shares (&shares, settings, classes[k], events->n_read[k], error))
        return FALSE;
      assign_shares (&shares, settings, &random, assigned);
    }

  for (int part = 0; part < 2; part++)
    orders[part] = list_part (assigned, events->n_events, part);

  mix_mode = get_mix_mode (settings);
  if (mix_mode == PYMVA_MIX_MODE_RANDOM)
    pymva_random_shuffle (&random, orders[PYMVA_PART_TRAINING].numbers,
                          orders[PYMVA_PART_TRAINING].n_numbers);
  else if (mix_mode == PYMVA_MIX_MODE_ALTERNATE)
    interleave (&orders[PYMVA_PART_TRAINING], events->labels, n_classes);

  return TRUE;
}
