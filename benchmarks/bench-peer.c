/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bench-peer.h"

#include <dlfcn.h>

gpointer
bench_open_library (const char *path)
{
  gpointer library = dlopen (path, RTLD_NOW | RTLD_LOCAL);

  if (library == NULL)
    g_error ("%s", dlerror ());

  return library;
}

gpointer
bench_find_symbol (gpointer library,
                   const char *name)
{
  gpointer symbol = dlsym (library, name);

  if (symbol == NULL)
    g_error ("%s", dlerror ());

  return symbol;
}
