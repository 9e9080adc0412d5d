/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>
#include <string.h>

#include <pymva/pymva-error.h>

#include "base/pymva-names-private.h"

#include "pymva-dataset-settings-private.h"
#include "pymva-tensor-private.h"

/* More different values than this in a label column mean that it is the wrong column. */
#define MOST_LABELS 1000

/* The texts that stand for the signal where nothing says which label does. */
static const char * const signal_words[] = { "signal", "sig", "s", NULL };

/* Whole numbers as such, others with as many digits as tell them apart. */
static char *
format_label (double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  /* -0 and 0 are one label. */
  if (value == 0)
    value = 0;
  if (value == floor (value) && fabs (value) < 1e15)
    return g_strdup (g_ascii_formatd (text, sizeof text, "%.0f", value));
  return g_strdup (g_ascii_dtostr (text, sizeof text, value));
}

static gboolean
check_number_of_labels (const PymvaTextColumn *labels,
                        const char *name,
                        GError **error)
{
  if (labels->n_labels <= MOST_LABELS)
    return TRUE;

  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA,
               "Column “%s” holds more than %d different values; it cannot be the label of classes",
               name, MOST_LABELS);
  return FALSE;
}

/* A column of numbers as labels; what is not finite becomes "", the missing label. */
static PymvaTextColumn *
number_labels (PymvaTensor *values,
               const char *name,
               GError **error)
{
  g_autoptr (PymvaTextColumn) labels = pymva_text_column_new ();
  gsize n_rows;
  g_autofree double *numbers = pymva_tensor_to_doubles (values, &n_rows);
  g_autofree char *text = NULL;

  for (gsize i = 0; i < n_rows; i++)
    {
      /* Labels come in runs; only the first of each is formatted. */
      if (i == 0 || numbers[i] != numbers[i - 1])
        {
          g_free (text);
          text = isfinite (numbers[i]) ? format_label (numbers[i]) : g_strdup ("");
        }

      pymva_text_column_append (labels, text, strlen (text));
      if (!check_number_of_labels (labels, name, error))
        return NULL;
    }

  return g_steal_pointer (&labels);
}

/* The labels of a table. @owned is set where they had to be made. */
static const PymvaTextColumn *
read_labels (const PymvaDatasetSource *source,
             PymvaTextColumn **owned,
             GError **error)
{
  g_autoptr (PymvaTensor) values = NULL;

  if (pymva_table_is_text (source->events, source->label))
    {
      const PymvaTextColumn *text =
        pymva_table_get_text_column (source->events, source->label, error);

      return text != NULL && check_number_of_labels (text, source->label, error) ? text : NULL;
    }

  values = pymva_table_get_column (source->events, source->label, error);
  if (values == NULL)
    return NULL;

  *owned = number_labels (values, source->label, error);
  return *owned;
}

static gboolean
find_class (GPtrArray *classes,
            const char *name,
            guint *number)
{
  return g_ptr_array_find_with_equal_func (classes, name, g_str_equal, number);
}

static void
add_class (GPtrArray *classes,
           const char *name)
{
  if (!find_class (classes, name, NULL))
    g_ptr_array_add (classes, g_strdup (name));
}

/* Which of the labels stands for the signal where nobody said so. */
static guint
guess_signal (GPtrArray *classes)
{
  guint number;

  if (classes->len == 2 && find_class (classes, "1", &number) &&
      (find_class (classes, "0", NULL) || find_class (classes, "-1", NULL)))
    return number;

  for (guint i = 0; i < classes->len; i++)
    {
      for (guint k = 0; signal_words[k] != NULL; k++)
        {
          if (g_ascii_strcasecmp (classes->pdata[i], signal_words[k]) == 0)
            return i;
        }
    }

  return 0;
}

/* The class that the property signal-label names; "1.0" finds the label 1. */
static gboolean
find_signal (const PymvaDatasetSettings *self,
             GPtrArray *classes,
             guint *number,
             GError **error)
{
  g_autofree char *text = NULL;
  g_autofree char *near = NULL;
  char *end;
  double value;

  if (find_class (classes, self->signal_label, number))
    return TRUE;
  value = g_ascii_strtod (self->signal_label, &end);
  text = end != self->signal_label && *end == '\0' ? format_label (value) : NULL;
  if (text != NULL && find_class (classes, text, number))
    return TRUE;

  g_ptr_array_add (classes, NULL);
  near = pymva_names_format_near (self->signal_label, (const char * const *) classes->pdata);
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE, "No class is called “%s”, the signal-label%s",
               self->signal_label, near);

  return FALSE;
}

/* pymva_dataset_settings_list_classes: the names of the classes, the signal first. Regression has
 * one nameless class. */
char **
pymva_dataset_settings_list_classes (const PymvaDatasetSettings *self,
                                     GError **error)
{
  g_autoptr (GPtrArray) classes = g_ptr_array_new_with_free_func (g_free);
  gboolean labelled = self->sources->len > 0;
  guint signal = 0;

  for (guint i = 0; i < self->sources->len; i++)
    {
      const PymvaDatasetSource *source = self->sources->pdata[i];
      g_autoptr (PymvaTextColumn) owned = NULL;
      const PymvaTextColumn *labels;

      if (source->class_name != NULL)
        {
          add_class (classes, source->class_name);
          labelled = FALSE;
          continue;
        }
      labels = read_labels (source, &owned, error);
      if (labels == NULL)
        return NULL;
      for (guint k = 0; k < labels->n_labels; k++)
        {
          if (*labels->labels[k] != '\0')
            add_class (classes, labels->labels[k]);
        }
    }

  if (self->signal_label != NULL && classes->len > 0)
    {
      if (!find_signal (self, classes, &signal, error))
        return NULL;
    }
  else if (labelled)
    signal = guess_signal (classes);
  if (signal > 0)
    g_ptr_array_insert (classes, 0, g_ptr_array_steal_index (classes, signal));
  g_ptr_array_add (classes, NULL);

  return (char **) g_ptr_array_steal (classes, NULL);
}

/* pymva_dataset_settings_number_rows: the number of the class of each row; -1 where the label is
 * missing. */
gint32 *
pymva_dataset_settings_number_rows (const PymvaDatasetSettings *self,
                                    const PymvaDatasetSource *source,
                                    const char * const *classes,
                                    GError **error)
{
  g_autoptr (PymvaTextColumn) owned = NULL;
  const PymvaTextColumn *labels = NULL;
  g_autofree gint32 *of_label = NULL;
  gsize n_rows = pymva_table_get_n_rows (source->events);
  gint32 *numbers;

  if (source->class_name == NULL)
    {
      labels = read_labels (source, &owned, error);
      if (labels == NULL)
        return NULL;
      of_label = g_new (gint32, MAX (labels->n_labels, 1));
      for (guint k = 0; k < labels->n_labels; k++)
        {
          of_label[k] = -1;
          for (gint32 i = 0; classes[i] != NULL; i++)
            {
              if (strcmp (classes[i], labels->labels[k]) == 0)
                of_label[k] = i;
            }
        }
    }

  numbers = g_new0 (gint32, MAX (n_rows, 1));
  for (gint32 i = 0; source->class_name != NULL && classes[i] != NULL; i++)
    {
      if (strcmp (classes[i], source->class_name) == 0)
        for (gsize row = 0; row < n_rows; row++)
          numbers[row] = i;
    }
  for (gsize row = 0; labels != NULL && row < n_rows; row++)
    numbers[row] = of_label[labels->codes[row]];

  return numbers;
}
