/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(PYMVA_INSIDE) && !defined(PYMVA_COMPILATION)
#error "Only <pymva/pymva.h> can be included directly."
#endif

#include <gio/gio.h>

#include <pymva/pymva-types.h>
#include <pymva/pymva-version-macros.h>

G_BEGIN_DECLS

#define PYMVA_TYPE_TRANSFORM (pymva_transform_get_type ())

PYMVA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (PymvaTransform, pymva_transform, PYMVA, TRANSFORM, GObject)

PYMVA_AVAILABLE_IN_1_0
PymvaTransform *pymva_transform_new (const char *definition);

PYMVA_AVAILABLE_IN_1_0
const char *pymva_transform_get_definition (PymvaTransform *self);
PYMVA_AVAILABLE_IN_1_0
gboolean pymva_transform_get_fitted (PymvaTransform *self);

PYMVA_AVAILABLE_IN_1_0
gboolean pymva_transform_fit (PymvaTransform *self,
                              PymvaDataset *dataset,
                              GCancellable *cancellable,
                              GError **error);
PYMVA_AVAILABLE_IN_1_0
PymvaTensor *pymva_transform_apply (PymvaTransform *self,
                                    PymvaTensor *inputs,
                                    GError **error);
PYMVA_AVAILABLE_IN_1_0
PymvaTensor *pymva_transform_invert (PymvaTransform *self,
                                     PymvaTensor *columns,
                                     GError **error);
PYMVA_AVAILABLE_IN_1_0
char **pymva_transform_list_columns (PymvaTransform *self);

G_END_DECLS
