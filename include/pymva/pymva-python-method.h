/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(PYMVA_INSIDE) && !defined(PYMVA_COMPILATION)
#error "Only <pymva/pymva.h> can be included directly."
#endif

#include <gio/gio.h>

#include <pymva/pymva-method.h>
#include <pymva/pymva-object.h>

G_BEGIN_DECLS

#define PYMVA_TYPE_PYTHON_METHOD (pymva_python_method_get_type ())

PYMVA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (PymvaPythonMethod, pymva_python_method, PYMVA, PYTHON_METHOD, PymvaMethod)

PYMVA_AVAILABLE_IN_1_0
PymvaPythonMethod *pymva_python_method_new (void);

PYMVA_AVAILABLE_IN_1_0
gboolean pymva_python_method_set_functions (PymvaPythonMethod *self,
                                            PymvaObject *fit,
                                            PymvaObject *predict,
                                            GError **error);
PYMVA_AVAILABLE_IN_1_0
PymvaObject *pymva_python_method_get_trained_object (PymvaPythonMethod *self,
                                                     GError **error);

G_END_DECLS
