/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <pymva/pymva-method.h>

G_BEGIN_DECLS

/* For classes with the properties "user-code", a text, and "user-file", a GFile. */

/* Not both of them are set. */
gboolean pymva_user_code_check (PymvaMethod *method,
                                GError **error);
/* The adapter gets a text, whatever it comes from, as "user_code", and the name that tracebacks
 * show as "user_filename". */
gboolean pymva_user_code_add_config (PymvaMethod *method,
                                     GVariantDict *config,
                                     GError **error);

G_END_DECLS
