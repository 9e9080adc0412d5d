/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(PYMVA_INSIDE) && !defined(PYMVA_COMPILATION)
#error "Only <pymva/pymva.h> can be included directly."
#endif

#include <glib.h>

#include <pymva/pymva-version.h>

#ifndef _PYMVA_EXTERN
#define _PYMVA_EXTERN extern
#endif

/**
 * PYMVA_VERSION_1_0:
 *
 * The version 1.0 as a number, for `PYMVA_VERSION_MIN_REQUIRED` and `PYMVA_VERSION_MAX_ALLOWED`.
 *
 * Since: 1.0
 */
#define PYMVA_VERSION_1_0 (G_ENCODE_VERSION (1, 0))

#define PYMVA_VERSION_CUR_STABLE (G_ENCODE_VERSION (PYMVA_MAJOR_VERSION, PYMVA_MINOR_VERSION))

#ifndef PYMVA_VERSION_MIN_REQUIRED
#define PYMVA_VERSION_MIN_REQUIRED (PYMVA_VERSION_CUR_STABLE)
#endif

#ifndef PYMVA_VERSION_MAX_ALLOWED
#define PYMVA_VERSION_MAX_ALLOWED (PYMVA_VERSION_CUR_STABLE)
#endif

#define PYMVA_AVAILABLE_IN_ALL _PYMVA_EXTERN

#if PYMVA_VERSION_MAX_ALLOWED < PYMVA_VERSION_1_0
#define PYMVA_AVAILABLE_IN_1_0 G_UNAVAILABLE (1, 0) _PYMVA_EXTERN
#else
#define PYMVA_AVAILABLE_IN_1_0 _PYMVA_EXTERN
#endif
