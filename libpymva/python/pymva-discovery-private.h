/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A Python that was looked at by running it once; usable unless finding it failed. */
typedef struct
{
  char *executable; /* as asked for: a link of a virtual environment is never followed */
  char *library;    /* the shared library, a path */
  char *version;    /* "3.11.2" */
  guint minor;      /* of Python 3 */
  char *prefix;     /* what sys.prefix must be: the virtual environment if there is one */
  char *base_prefix;
  gboolean virtual_environment;
  char *origin; /* who asked for it, for messages */
} PymvaPython;

/* The Python to embed: @environment if it is not NULL, else what PYMVA_PYTHON says, else an active
 * virtual environment if it is usable, else the distribution's. */
PymvaPython *pymva_discovery_choose (const char *environment,
                                     GError **error);
/* The folder that sys.prefix would be with @environment; runs nothing where that is not needed. */
char *pymva_discovery_dup_prefix (const char *environment,
                                  GError **error);
void pymva_python_free (PymvaPython *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PymvaPython, pymva_python_free)

G_END_DECLS
