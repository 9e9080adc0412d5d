/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include <pymva/pymva-error.h>

G_BEGIN_DECLS

GError *pymva_error_new_from_exception (GQuark domain,
                                        int code,
                                        const char *summary,
                                        const char *traceback,
                                        const char *exception_type);
char *pymva_error_dup_summary (const GError *error);
void pymva_error_set_file (GError **error,
                           const GError *cause,
                           GFile *file,
                           const char *what);

G_END_DECLS
