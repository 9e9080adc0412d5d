/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(PYMVA_INSIDE) && !defined(PYMVA_COMPILATION)
#error "Only <pymva/pymva.h> can be included directly."
#endif

#include <gio/gio.h>

#include <pymva/pymva-types.h>
#include <pymva/pymva-version-macros.h>

G_BEGIN_DECLS

#define PYMVA_TYPE_PARAMETER_INFO (pymva_parameter_info_get_type ())

PYMVA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (PymvaParameterInfo, pymva_parameter_info, PYMVA, PARAMETER_INFO, GObject)

PYMVA_AVAILABLE_IN_1_0
const char *pymva_parameter_info_get_name (PymvaParameterInfo *self);
PYMVA_AVAILABLE_IN_1_0
const char *pymva_parameter_info_get_title (PymvaParameterInfo *self);
PYMVA_AVAILABLE_IN_1_0
const char *pymva_parameter_info_get_description (PymvaParameterInfo *self);
PYMVA_AVAILABLE_IN_1_0
GType pymva_parameter_info_get_value_type (PymvaParameterInfo *self);
PYMVA_AVAILABLE_IN_1_0
GVariant *pymva_parameter_info_dup_default_value (PymvaParameterInfo *self);
PYMVA_AVAILABLE_IN_1_0
double pymva_parameter_info_get_minimum (PymvaParameterInfo *self);
PYMVA_AVAILABLE_IN_1_0
double pymva_parameter_info_get_maximum (PymvaParameterInfo *self);
PYMVA_AVAILABLE_IN_1_0
char **pymva_parameter_info_list_choices (PymvaParameterInfo *self);
PYMVA_AVAILABLE_IN_1_0
char **pymva_parameter_info_list_options (PymvaParameterInfo *self);

G_END_DECLS
