/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <dlfcn.h>

#include "check.h"

/* A program that opens the library at run time, for nobody else to see: argv[1] is its file. */
int
main (int argc,
      char *argv[])
{
  gpointer library = dlopen (argv[1], RTLD_NOW | RTLD_LOCAL);
  Functions functions;

  if (library == NULL)
    {
      fprintf (stderr, "%s\n", dlerror ());
      return 1;
    }
  functions.get_default = dlsym (library, "pymva_interpreter_get_default");
  functions.import_module = dlsym (library, "pymva_interpreter_import_module");
  functions.tensor_new = dlsym (library, "pymva_tensor_new_from_doubles");
  functions.object_new = dlsym (library, "pymva_object_new_from_tensor");
  functions.call_method = dlsym (library, "pymva_object_call_method_objects");
  functions.to_tensor = dlsym (library, "pymva_object_to_tensor");
  functions.to_doubles = dlsym (library, "pymva_tensor_to_doubles");

  check (&functions, argv + 2);
  return 0;
}
