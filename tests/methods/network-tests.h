/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva-method.h>

/* Networks of any framework learn the events of events.h, and native engines answer as they do.
 * Each takes over a network of two layers of 16 neurons with the learning rate 0.01. */

#define NETWORK_TOLERANCE 1e-5

/* 8 epochs suffice. */
void assert_learns_two_classes (PymvaMethod *network);
void assert_learns_three_classes (PymvaMethod *network);
/* 40 epochs suffice. */
void assert_learns_regression (PymvaMethod *network);
