/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "check.h"

/* A program that is linked to the library. */
int
main (int argc,
      char *argv[])
{
  static const Functions functions = {
    pymva_interpreter_get_default, pymva_interpreter_import_module, pymva_tensor_new_from_doubles,
    pymva_object_new_from_tensor, pymva_object_call_method_objects, pymva_object_to_tensor,
    pymva_tensor_to_doubles,
  };

  check (&functions, argv + 1);
  return 0;
}
