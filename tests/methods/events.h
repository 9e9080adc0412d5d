/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva.h>
#include <pymva/pymva-method.h>

/* Events made by formula, the same ones each time. */

/* Four variables; the classes "signal" and "background" overlap. Half of them train. With
 * @weights each event has a weight between 0.5 and 1.5. */
PymvaDataset *new_two_classes (gint64 n_per_class,
                               gboolean weights);
/* Three variables, and the classes "x", "y" and "z". */
PymvaDataset *new_three_classes (gint64 n_per_class);
/* Two variables, and the targets 7 a^2 + 2 and 1000 + 100 b. */
PymvaDataset *new_regression (gint64 n_events);

/* All test events go through the framework and through the method's model, whose engine must be
 * @engine: the answers may differ by @tolerance max (1, largest |answer| of the column): numbers
 * that a network makes as differences of large ones have no more digits. Returns the
 * framework's. */
PymvaTensor *assert_same_answers (PymvaMethod *method,
                                  PymvaDataset *dataset,
                                  const char *engine,
                                  double tolerance);
/* A file of the trained method is refused until its digest is given, and then answers the test
 * events with these bits. */
void assert_file_needs_trust (PymvaMethod *method,
                              PymvaDataset *dataset,
                              PymvaTensor *expected);
/* Events whose largest response is that of their class, as a share of all test events; for two
 * classes those on the right side of 0.5. */
double get_accuracy (PymvaTensor *responses,
                     PymvaDataset *dataset);
/* User code as PyMVA's tutorials have it: after the lines in @head, which define `model`,
 * `criterion`, `optimizer` and `target_of`. It writes the network to “model.pt”. */
char *new_pymva_code (const char *head);
/* By how much answers for the test events are wrong at most, for one of the targets. */
double get_largest_error (PymvaTensor *answers,
                          PymvaDataset *dataset,
                          gint64 target);
/* Of new_two_classes(): only the first and the third variable tell the classes apart. */
void assert_importance (PymvaMethod *method);
/* Runs the tests in a folder that is made for them, and removed afterwards. */
int run_in_new_folder (void);
void assert_train (PymvaMethod *method,
                   PymvaDataset *dataset);
/* The training fails with that code and a message that contains @words. */
void assert_train_fails (PymvaMethod *method,
                         PymvaDataset *dataset,
                         int code,
                         const char *words);
