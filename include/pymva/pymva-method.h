/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(PYMVA_INSIDE) && !defined(PYMVA_COMPILATION)
#error "Only <pymva/pymva.h> can be included directly."
#endif

#include <gio/gio.h>

#include <pymva/pymva-dataset.h>
#include <pymva/pymva-model.h>

G_BEGIN_DECLS

#define PYMVA_TYPE_METHOD (pymva_method_get_type ())

PYMVA_AVAILABLE_IN_1_0
G_DECLARE_DERIVABLE_TYPE (PymvaMethod, pymva_method, PYMVA, METHOD, GObject)

/**
 * PymvaMethodClass:
 * @parent_class: the parent class
 * @name: the method's name in our spelling, for example `"random-forest"`
 * @title: what people call the method, for example `"Random forest"`
 * @framework: the Python package that it needs, as people install it, for example
 *   `"scikit-learn"`; `NULL` for none
 * @module: the module of that package to import, for example `"sklearn"`; `NULL` for none
 * @bridge: the adapter in Python that trains and predicts, for example `"sklearn_forest"`
 * @check: refuses what the properties and the events cannot do together; called before each
 *   training, after the ranges and words of all properties were found good. May be `NULL`
 * @add_config: adds to what the adapter is told, beside all hyperparameters, or changes it.
 *   May be `NULL`
 *
 * The class structure of [class@Method].
 *
 * Since: 1.0
 */
struct _PymvaMethodClass
{
  GObjectClass parent_class;

  const char *name;
  const char *title;
  const char *framework;
  const char *module;
  const char *bridge;

  /**
   * PymvaMethodClass::check:
   * @self: the method
   * @analysis_type: what is to be learnt
   * @error: return location for an error
   *
   * Refuses what the properties cannot do together.
   *
   * Returns: `TRUE` if training may begin, `FALSE` with @error set if not
   */
  gboolean (*check) (PymvaMethod *self,
                     PymvaAnalysisType analysis_type,
                     GError **error);

  /**
   * PymvaMethodClass::add_config:
   * @self: the method
   * @config: what the adapter is told, with the names of properties as Python writes them
   * @error: return location for an error
   *
   * Adds to what the adapter is told.
   *
   * Returns: `TRUE`, or `FALSE` with @error set
   */
  gboolean (*add_config) (PymvaMethod *self,
                          GVariantDict *config,
                          GError **error);

  /*< private >*/
  gconstpointer options;
  gboolean learns_batches;
  gpointer padding[7];
};

PYMVA_AVAILABLE_IN_1_0
PymvaMethod *pymva_method_create_for_name (const char *name,
                                           const char *title,
                                           GError **error);

PYMVA_AVAILABLE_IN_1_0
const char *pymva_method_get_title (PymvaMethod *self);
PYMVA_AVAILABLE_IN_1_0
void pymva_method_set_title (PymvaMethod *self,
                             const char *title);
PYMVA_AVAILABLE_IN_1_0
const char *pymva_method_get_transforms (PymvaMethod *self);
PYMVA_AVAILABLE_IN_1_0
void pymva_method_set_transforms (PymvaMethod *self,
                                  const char *transforms);
PYMVA_AVAILABLE_IN_1_0
gint64 pymva_method_get_seed (PymvaMethod *self);
PYMVA_AVAILABLE_IN_1_0
void pymva_method_set_seed (PymvaMethod *self,
                            gint64 seed);
PYMVA_AVAILABLE_IN_1_0
int pymva_method_get_n_threads (PymvaMethod *self);
PYMVA_AVAILABLE_IN_1_0
void pymva_method_set_n_threads (PymvaMethod *self,
                                 int n_threads);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_method_get_response_distributions (PymvaMethod *self);
PYMVA_AVAILABLE_IN_1_0
void pymva_method_set_response_distributions (PymvaMethod *self,
                                              gboolean response_distributions);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_method_get_trained (PymvaMethod *self);
PYMVA_AVAILABLE_IN_1_0
double pymva_method_get_training_time (PymvaMethod *self);
PYMVA_AVAILABLE_IN_1_0
GFile *pymva_method_get_trained_model_file (PymvaMethod *self);
PYMVA_AVAILABLE_IN_1_0
void pymva_method_set_trained_model_file (PymvaMethod *self,
                                          GFile *file);

PYMVA_AVAILABLE_IN_1_0
gboolean pymva_method_train (PymvaMethod *self,
                             PymvaDataset *dataset,
                             GCancellable *cancellable,
                             GError **error);
PYMVA_AVAILABLE_IN_1_0
void pymva_method_train_async (PymvaMethod *self,
                               PymvaDataset *dataset,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_method_train_finish (PymvaMethod *self,
                                    GAsyncResult *result,
                                    GError **error);
PYMVA_AVAILABLE_IN_1_0
PymvaTensor *pymva_method_predict (PymvaMethod *self,
                                   PymvaTensor *inputs,
                                   GCancellable *cancellable,
                                   GError **error);
PYMVA_AVAILABLE_IN_1_0
void pymva_method_predict_async (PymvaMethod *self,
                                 PymvaTensor *inputs,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
PYMVA_AVAILABLE_IN_1_0
PymvaTensor *pymva_method_predict_finish (PymvaMethod *self,
                                          GAsyncResult *result,
                                          GError **error);

PYMVA_AVAILABLE_IN_1_0
PymvaModel *pymva_method_get_model (PymvaMethod *self,
                                    GError **error);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_method_save (PymvaMethod *self,
                            GFile *file,
                            GCancellable *cancellable,
                            GError **error);
PYMVA_AVAILABLE_IN_1_0
PymvaTensor *pymva_method_get_importance (PymvaMethod *self,
                                          GError **error);

PYMVA_AVAILABLE_IN_1_0
GVariant *pymva_method_dup_parameters (PymvaMethod *self);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_method_set_parameters (PymvaMethod *self,
                                      GVariant *parameters,
                                      GError **error);
PYMVA_AVAILABLE_IN_1_0
PymvaMethod *pymva_method_copy (PymvaMethod *self);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_method_check_parameters (PymvaMethod *self,
                                        PymvaAnalysisType analysis_type,
                                        GError **error);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_method_set_option (PymvaMethod *self,
                                  const char *option,
                                  const char *value,
                                  GError **error);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_method_set_options (PymvaMethod *self,
                                   const char *options,
                                   GError **error);
PYMVA_AVAILABLE_IN_1_0
char **pymva_method_list_choices (PymvaMethod *self,
                                  const char *property,
                                  GError **error);

G_END_DECLS
