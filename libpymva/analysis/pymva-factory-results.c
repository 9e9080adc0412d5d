/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <math.h>

#include <pymva/pymva-error.h>

#include "base/pymva-names-private.h"
#include "data/pymva-dataset-report-private.h"
#include "data/pymva-tensor-private.h"

#include "pymva-factory-private.h"

/**
 * pymva_factory_get_failure:
 * @self: a factory
 * @title: the title of a method
 *
 * Gets why a method failed, in training, testing or evaluation, whichever was tried last.
 *
 * Returns: (transfer full) (nullable): the error, or `NULL` where it did not fail, or no method has
 *   that title
 *
 * Since: 1.0
 */
GError *
pymva_factory_get_failure (PymvaFactory *self,
                           const char *title)
{
  PymvaFactoryEntry *entry;

  g_return_val_if_fail (PYMVA_IS_FACTORY (self), NULL);
  g_return_val_if_fail (title != NULL, NULL);

  entry = pymva_factory_find (self, title);
  return entry != NULL && entry->failure != NULL ? g_error_copy (entry->failure) : NULL;
}

static PymvaFactoryEntry *
lookup (PymvaFactory *self,
        const char *title,
        GError **error)
{
  PymvaFactoryEntry *entry = pymva_factory_find (self, title);
  g_auto (GStrv) titles = NULL;
  g_autofree char *near = NULL;

  if (entry != NULL)
    return entry;

  titles = pymva_factory_list_titles (self);
  near = pymva_names_format_near (title, (const char * const *) titles);
  g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_VALUE, "No method “%s” is booked%s", title, near);
  return NULL;
}

/* Says why there is no result. */
static void
set_missing (PymvaFactoryEntry *entry,
             const char *step,
             PymvaPart part,
             gboolean other_part,
             GError **error)
{
  const char *title = pymva_method_get_title (entry->method);

  if (entry->failure != NULL)
    {
      g_propagate_error (error, g_error_copy (entry->failure));
      g_prefix_error (error, "The method “%s” failed: ", title);
    }
  else if (other_part)
    g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_DATA, "The data set has no %s events",
                 part == PYMVA_PART_TEST ? "test" : "training");
  else if (!pymva_method_get_trained (entry->method))
    g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_NOT_TRAINED,
                 "The method “%s” is not trained yet; call train_all first", title);
  else
    g_set_error (error, PYMVA_ERROR, PYMVA_ERROR_FAILED,
                 "There is no result for the method “%s” yet; call %s first", title, step);
}

static gboolean
is_part (PymvaPart part)
{
  return part == PYMVA_PART_TRAINING || part == PYMVA_PART_TEST;
}

/**
 * pymva_factory_get_responses:
 * @self: a factory
 * @title: the title of a method
 * @part: whose events
 * @error: return location for an error
 *
 * Gets what a method answered to the events of a part of the data set, in its order, as
 * [method@Model.predict] gives it.
 *
 * Returns: (transfer full): the answers; or `NULL` with @error set: `PYMVA_ERROR_VALUE` where no
 *   method has that title, naming the near ones; `PYMVA_ERROR_NOT_TRAINED`; `PYMVA_ERROR_FAILED`
 *   before [method@Factory.test_all]; `PYMVA_ERROR_DATA` where the part has no events; or what the
 *   method failed with
 *
 * Since: 1.0
 */
PymvaTensor *
pymva_factory_get_responses (PymvaFactory *self,
                             const char *title,
                             PymvaPart part,
                             GError **error)
{
  PymvaFactoryEntry *entry;

  g_return_val_if_fail (PYMVA_IS_FACTORY (self), NULL);
  g_return_val_if_fail (title != NULL, NULL);
  g_return_val_if_fail (is_part (part), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  entry = lookup (self, title, error);
  if (entry == NULL)
    return NULL;
  if (entry->responses[part] == NULL)
    {
      set_missing (entry, "test_all", part, entry->responses[!part] != NULL, error);
      return NULL;
    }

  return g_object_ref (entry->responses[part]);
}

/**
 * pymva_factory_get_evaluation:
 * @self: a factory
 * @title: the title of a method
 * @part: whose events
 * @error: return location for an error
 *
 * Gets how good a method is on the events of a part of the data set.
 *
 * Returns: (transfer full): the evaluation; or `NULL` with @error set as by
 *   [method@Factory.get_responses]
 *
 * Since: 1.0
 */
PymvaEvaluation *
pymva_factory_get_evaluation (PymvaFactory *self,
                              const char *title,
                              PymvaPart part,
                              GError **error)
{
  PymvaFactoryEntry *entry;

  g_return_val_if_fail (PYMVA_IS_FACTORY (self), NULL);
  g_return_val_if_fail (title != NULL, NULL);
  g_return_val_if_fail (is_part (part), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  entry = lookup (self, title, error);
  if (entry == NULL)
    return NULL;
  if (entry->evaluations[part] == NULL)
    {
      set_missing (entry, "evaluate_all", part, entry->evaluations[!part] != NULL, error);
      return NULL;
    }

  return g_object_ref (entry->evaluations[part]);
}

/**
 * pymva_factory_get_correlations:
 * @self: a factory
 * @class_number: whose events to take; of two classes, 0 is the signal. Any number for a
 *   regression, which takes all events
 * @error: return location for an error
 *
 * Gets the linear correlation coefficients of the methods' answers to the test events of a class,
 * as [method@Evaluation.get_correlation] computes them.
 *
 * Returns: (transfer full): methods x methods float64 in the order of booking, with NaN where a
 *   method has not been evaluated; or `NULL` with @error set: `PYMVA_ERROR_VALUE` where there is no
 *   such class
 *
 * Since: 1.0
 */
PymvaTensor *
pymva_factory_get_correlations (PymvaFactory *self,
                                guint class_number,
                                GError **error)
{
  g_autofree double *values = NULL;
  guint n;

  g_return_val_if_fail (PYMVA_IS_FACTORY (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  n = self->entries->len;
  values = g_new (double, MAX (n * n, 1));
  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < n; j++)
      {
        PymvaFactoryEntry *first = g_ptr_array_index (self->entries, i);
        PymvaFactoryEntry *second = g_ptr_array_index (self->entries, j);
        PymvaEvaluation *of_first = first->evaluations[PYMVA_PART_TEST];
        PymvaEvaluation *of_second = second->evaluations[PYMVA_PART_TEST];
        g_autoptr (GError) local_error = NULL;

        values[i * n + j] = NAN;
        if (of_first == NULL || of_second == NULL)
          continue;
        values[i * n + j] =
          pymva_evaluation_get_correlation (of_first, of_second, class_number, &local_error);
        if (local_error != NULL)
          {
            g_propagate_error (error, g_steal_pointer (&local_error));
            return NULL;
          }
      }

  return pymva_tensor_new_take (PYMVA_DTYPE_FLOAT64, (const gint64[]) { n, n }, 2,
                                g_steal_pointer (&values), n * n * sizeof (double), error);
}

/**
 * pymva_factory_get_variable_ranking:
 * @self: a factory
 * @error: return location for an error
 *
 * Gets how much each variable tells by itself, whatever the method, by the training events and
 * their weights: its separation of the classes, or the size of its correlation coefficient with the
 * target, as [method@DatasetReport.list_ranked] has it. What a method makes of its variables is
 * [method@Method.get_importance].
 *
 * Returns: (transfer full): float64, one number per variable in the data set's order; or `NULL`
 *   with @error set to what preparing the data set gave
 *
 * Since: 1.0
 */
PymvaTensor *
pymva_factory_get_variable_ranking (PymvaFactory *self,
                                    GError **error)
{
  g_autoptr (PymvaDatasetReport) report = NULL;

  g_return_val_if_fail (PYMVA_IS_FACTORY (self), NULL);
  g_return_val_if_fail (self->dataset != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  report = pymva_dataset_report_new (self->dataset, PYMVA_PART_TRAINING, error);
  if (report == NULL)
    return NULL;

  return pymva_tensor_new_from_doubles (report->scores, report->n_variables, 0, error);
}
