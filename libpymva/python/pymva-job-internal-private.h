/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "python/pymva-job-private.h"

G_BEGIN_DECLS

/* For the backend's reports and the end of the program; those who run jobs need none of it. */
void pymva_job_report_progress (guint64 id,
                                double fraction);
void pymva_job_report_iteration (guint64 id,
                                 guint index,
                                 GVariant *metrics);
gboolean pymva_job_report_cancelled (guint64 id);
guint64 pymva_job_get_id (PymvaJob *job);
/* Cancels what runs, and ends with PYMVA_ERROR_CLOSED what waits. */
void pymva_job_cancel_all (void);

G_END_DECLS
