/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva.h>

PymvaTensor *make_tensor (const double *values,
                          gsize n_values,
                          gint64 n_columns);
