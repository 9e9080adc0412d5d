/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(PYMVA_INSIDE) && !defined(PYMVA_COMPILATION)
#error "Only <pymva/pymva.h> can be included directly."
#endif

#include <gio/gio.h>

#include <pymva/pymva-method.h>

G_BEGIN_DECLS

#define PYMVA_TYPE_GRADIENT_BOOSTING (pymva_gradient_boosting_get_type ())

PYMVA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (PymvaGradientBoosting, pymva_gradient_boosting, PYMVA, GRADIENT_BOOSTING,
                      PymvaMethod)

PYMVA_AVAILABLE_IN_1_0
PymvaGradientBoosting *pymva_gradient_boosting_new (void);

G_END_DECLS
