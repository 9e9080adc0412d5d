/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva-method.h>
#include <pymva/pymva-parameter-info.h>

G_BEGIN_DECLS

PymvaParameterInfo *pymva_parameter_info_new (PymvaMethodClass *klass,
                                              GParamSpec *pspec);

G_END_DECLS
