/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva.h>

/* What methods reach on known data, for several seeds each. Seeds are those of the method and of
 * the split. */
#define N_SEEDS 3

/* Four variables; 3000 + 3000 events to train, the others to test. */
PymvaDataset *new_class_example (guint seed);
/* Four classes of four variables; 2000 events to train, the others to test. */
PymvaDataset *new_multiclass_example (guint seed);
/* Two variables; 5000 events to train, the others to test. */
PymvaDataset *new_regression_example (guint seed);
/* With weights: 7000 events to train, 500 to test. */
PymvaDataset *new_higgs (void);

/* Trains, and predicts the test events: with the framework, from which the model's answers may
 * differ as in assert_same_answers(). */
PymvaTensor *train_and_score (const char *name,
                              const char *parameters,
                              gint64 seed,
                              PymvaDataset *dataset,
                              const char *engine,
                              double tolerance);
void assert_auc (PymvaTensor *responses,
                 PymvaDataset *dataset,
                 double least);
void assert_mean_square (PymvaTensor *predictions,
                         PymvaDataset *dataset,
                         double most);
/* The mean probability of each class for its own events, and the share of events whose largest
 * probability is that of their class. */
void assert_class_shares (PymvaTensor *responses,
                          PymvaDataset *dataset,
                          double least_share,
                          double least_accuracy);
