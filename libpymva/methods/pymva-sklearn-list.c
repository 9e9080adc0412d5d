/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <pymva/pymva-sklearn.h>

#include "pymva-adapter-private.h"
#include "pymva-training-private.h"
#include "python/pymva-object-private.h"

/* One listing on the Python worker. Counted: an abandoned job keeps it. */
typedef struct
{
  PymvaAnalysisType analysis_type;
  char **names;
} Listing;

static void
listing_clear (Listing *self)
{
  g_clear_pointer (&self->names, g_strfreev);
}

static void
listing_unref (Listing *self)
{
  g_atomic_rc_box_release_full (self, (GDestroyNotify) listing_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Listing, listing_unref)

static Listing *
listing_new (PymvaAnalysisType analysis_type)
{
  Listing *self = g_atomic_rc_box_new0 (Listing);

  self->analysis_type = analysis_type;

  return self;
}

static gboolean
list_job (PymvaJob *job,
          gpointer data,
          GError **error)
{
  Listing *self = data;
  g_autoptr (PymvaObject) word = NULL;
  g_autoptr (PymvaObject) names = NULL;

  word = pymva_object_new_from_variant (
    g_variant_new_string (pymva_training_analysis_name (self->analysis_type)), error);
  if (word == NULL)
    return FALSE;
  names = pymva_adapter_call ("sklearn_names", "list_names", &word, 1, error);
  if (names == NULL)
    return FALSE;
  self->names = pymva_object_dup_texts (names, error);

  return self->names != NULL;
}

/**
 * pymva_sklearn_list_estimators:
 * @analysis_type: what is to be learnt
 * @cancellable: (nullable): a cancellable, or `NULL`
 * @error: return location for an error
 *
 * Lists the estimators of the installed scikit-learn that [property@Sklearn:estimator] may name
 * alone: those that suit the type of analysis, and need no other estimator to work with. The first
 * call imports all of scikit-learn, which takes a few seconds.
 *
 * Returns: (transfer full) (array zero-terminated=1): the names in order of the alphabet, or `NULL`
 *   with `PYMVA_ERROR_IMPORT` where scikit-learn is missing
 *
 * Since: 1.0
 */
char **
pymva_sklearn_list_estimators (PymvaAnalysisType analysis_type,
                               GCancellable *cancellable,
                               GError **error)
{
  g_autoptr (Listing) listing = listing_new (analysis_type);

  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!pymva_job_run (list_job, g_atomic_rc_box_acquire (listing),
                      (GDestroyNotify) listing_unref, NULL, NULL, cancellable, error))
    return NULL;

  return g_steal_pointer (&listing->names);
}

/**
 * pymva_sklearn_list_estimators_async:
 * @analysis_type: what is to be learnt
 * @cancellable: (nullable): a cancellable, or `NULL`
 * @callback: (nullable) (scope async) (closure user_data): what to call when it is done
 * @user_data: data for @callback
 *
 * Lists estimators as [func@Sklearn.list_estimators] does, without waiting.
 *
 * Since: 1.0
 */
void
pymva_sklearn_list_estimators_async (PymvaAnalysisType analysis_type,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Listing *listing;

  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, pymva_sklearn_list_estimators_async);
  listing = listing_new (analysis_type);
  g_task_set_task_data (task, listing, (GDestroyNotify) listing_unref);
  pymva_job_run_async (task, list_job, g_atomic_rc_box_acquire (listing),
                       (GDestroyNotify) listing_unref, NULL, NULL);
}

/**
 * pymva_sklearn_list_estimators_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Finishes [func@Sklearn.list_estimators_async].
 *
 * Returns: (transfer full) (array zero-terminated=1): as [func@Sklearn.list_estimators]
 *
 * Since: 1.0
 */
char **
pymva_sklearn_list_estimators_finish (GAsyncResult *result,
                                      GError **error)
{
  Listing *listing;

  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;

  listing = g_task_get_task_data (G_TASK (result));
  return g_steal_pointer (&listing->names);
}
