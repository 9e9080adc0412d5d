/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(PYMVA_INSIDE) && !defined(PYMVA_COMPILATION)
#error "Only <pymva/pymva.h> can be included directly."
#endif

#include <gio/gio.h>

#include <pymva/pymva-method.h>

G_BEGIN_DECLS

#define PYMVA_TYPE_ADA_BOOST (pymva_ada_boost_get_type ())

PYMVA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (PymvaAdaBoost, pymva_ada_boost, PYMVA, ADA_BOOST, PymvaMethod)

PYMVA_AVAILABLE_IN_1_0
PymvaAdaBoost *pymva_ada_boost_new (void);

G_END_DECLS
