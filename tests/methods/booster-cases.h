/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva.h>

/* What holds for every method that boosts trees: adds the tests of the method of that name, under
 * "/NAME/". @sampling are hyperparameters that draw samples, as an options string. */
void add_booster_tests (const char *name,
                        const char *sampling);

/* With so many rounds of depth 3, one thread and the seed 1. */
PymvaMethod *new_booster (const char *name,
                          int n_rounds);
/* Two classes where an event in four has a negative weight. */
PymvaDataset *new_signed_classes (PymvaNegativeWeights policy);
