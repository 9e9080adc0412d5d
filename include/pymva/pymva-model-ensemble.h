/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(PYMVA_INSIDE) && !defined(PYMVA_COMPILATION)
#error "Only <pymva/pymva.h> can be included directly."
#endif

#include <pymva/pymva-model.h>

G_BEGIN_DECLS

PYMVA_AVAILABLE_IN_1_0
PymvaModel *pymva_model_new_ensemble (PymvaModel * const *members,
                                      gsize n_members,
                                      GVariant *options,
                                      GError **error);

G_END_DECLS
