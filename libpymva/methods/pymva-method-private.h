/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva-method.h>
#include <pymva/pymva-object.h>

#include "transforms/pymva-transform-chain-private.h"

G_BEGIN_DECLS

/* What one training made. Immutable, counted, and shared with predictions that run. */
typedef struct
{
  /* The adapter's own object: the framework's model. */
  PymvaObject *state;
  PymvaModel *model;
  /* What the inputs go through before the framework sees them, or NULL. */
  PymvaTransformChain *transforms;
  /* NULL where the framework has no such figure, or it is not one of variables. */
  PymvaTensor *importance;
  gint64 n_variables;
  /* In seconds, without the time that importing the framework took. */
  double training_time;
} PymvaTrained;

PymvaTrained *pymva_trained_new (void);
PymvaTrained *pymva_trained_ref (PymvaTrained *self);
void pymva_trained_unref (PymvaTrained *self);
/* Asks the framework, through the adapter, for answers to inputs before any transformation; on the
 * Python worker, inside a job. */
PymvaTensor *pymva_trained_predict (PymvaTrained *self,
                                    const char *bridge,
                                    PymvaTensor *inputs,
                                    GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PymvaTrained, pymva_trained_unref)

/* Installs the hyperparameters of a derived class, pspecs[1] to pspecs[n_pspecs - 1], made with
 * pymva-parameter-private.h, and keeps their values. */
void pymva_method_class_install_parameters (PymvaMethodClass *klass,
                                            GParamSpec **pspecs,
                                            guint n_pspecs);

/* What TMVA and PyMVA call a parameter, where that is not the parameter's name in capitals. */
typedef struct
{
  const char *option;
  /* NULL: the option does nothing here, or cannot be had. */
  const char *parameter;
  /* What “None” means, where that is not the parameter's default. */
  const char *none;
  /* Of an option that cannot be had, unless it is switched off: what to do instead. */
  const char *remedy;
} PymvaMethodOption;

/* The names that a derived class adds to those of all methods: static, and the last one is empty
 * ({ NULL }). */
void pymva_method_class_install_options (PymvaMethodClass *klass,
                                         const PymvaMethodOption *options);

/* What options strings call a parameter, PyMVA's names first: a NULL-terminated array. */
char **pymva_method_class_list_options (PymvaMethodClass *klass,
                                        const char *parameter);

/* The registered classes, in the order in which people see them: G_TYPE_INVALID past the last. */
GType pymva_method_get_registered (guint number);
/* What PyMVA calls a registered class, or NULL. */
const char *pymva_method_get_pymva_name (guint number);

/* The name of the property for the place of trained models. */
#define PYMVA_METHOD_TRAINED_MODEL_FILE "trained-model-file"

/* Says that the adapter of a derived class takes data["stream"] (pymva-event-stream-private.h),
 * which has the events of data sets with streams, batch by batch. */
void pymva_method_class_set_learns_batches (PymvaMethodClass *klass);
/* Whether this is a training of such a class with such a data set. */
gboolean pymva_method_streams (PymvaMethod *self,
                               PymvaDataset *dataset);

/* The hyperparameters of derived classes that were set, name -> GValue, and that place. */
GHashTable *pymva_method_peek_values (PymvaMethod *self);

/* The last training's result, new reference, or NULL and NOT_TRAINED. */
PymvaTrained *pymva_method_dup_trained (PymvaMethod *self,
                                        GError **error);
/* One training at a time: FALSE and an error where one runs. */
gboolean pymva_method_begin_training (PymvaMethod *self,
                                      GError **error);
/* @trained: (transfer none) (nullable): NULL where the training failed, and all stays as it was. */
void pymva_method_end_training (PymvaMethod *self,
                                PymvaTrained *trained);
void pymva_method_emit_progress (PymvaMethod *self,
                                 double fraction);
void pymva_method_emit_iteration (PymvaMethod *self,
                                  guint index,
                                  GVariant *metrics);

/* Whether people set a property of a method by name: the hyperparameters, and where the model is
 * written to. */
gboolean pymva_method_is_setting (GParamSpec *pspec);
/* The hyperparameters, in order of the alphabet; free the array, not what is in it. */
GParamSpec **pymva_method_list_parameters (PymvaMethod *self,
                                           guint *n_parameters);
GParamSpec *pymva_method_find_parameter (PymvaMethod *self,
                                         const char *name,
                                         GError **error);
/* a{sv}, with underscores for dashes: what an adapter is told. */
GVariant *pymva_method_dup_config (PymvaMethod *self,
                                   GError **error);
/* For add_config: puts the path of a property that is a file, if it is set, in place of its URI. */
gboolean pymva_method_add_path (PymvaMethod *self,
                                const char *property,
                                GVariantDict *config,
                                GError **error);
/* The hyperparameters that are Python objects, which no variant holds: name -> PymvaObject, with
 * underscores for dashes. */
GHashTable *pymva_method_dup_objects (PymvaMethod *self);

G_END_DECLS
