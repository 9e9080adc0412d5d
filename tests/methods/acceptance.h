/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva.h>

/* The tests that PyMVA's methods had to pass: training on half of the events of an example, and
 * answers for the first 100 events of each class, or of the regression, asked from the saved model
 * one by one. */

/* What a method has to reach. */
typedef struct
{
  PymvaAnalysisType analysis_type;
  /* How many events of each class are divided; 0 for all. */
  gint64 n_events;
  /* The least mean probability of each class for its own events, or of the signal. */
  double least;
  /* The largest mean response of the background, or the largest mean squared error. */
  double most;
} Acceptance;

/* Trains the method, and checks its answers; for several classes those of every class. */
void assert_accepted (PymvaMethod *method,
                      const Acceptance *acceptance,
                      guint seed);
