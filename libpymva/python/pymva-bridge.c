/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "python/pymva-backend-private.h"
#include "python/pymva-job-internal-private.h"

PymvaObject *
pymva_job_get_report (PymvaJob *job,
                      GError **error)
{
  PymvaPy *report = pymva_interpreter_get_backend ()->new_report (job->id, error);

  return report != NULL ? pymva_object_new_for_py (report) : NULL;
}

PymvaObject *
pymva_bridge_import (const char *module,
                     GError **error)
{
  g_autofree char *name = g_strconcat ("pymva_bridge.", module, NULL);
  PymvaPy *py;

  if (!pymva_interpreter_ensure (error))
    return NULL;

  py = pymva_interpreter_get_backend ()->import_module (name, error);

  return py != NULL ? pymva_object_new_for_py (py) : NULL;
}
