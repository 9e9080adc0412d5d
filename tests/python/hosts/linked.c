/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "check.h"

/* Something that goes on until it is told to end. */
static const char training[] =
  "import torch\n"
  "model = torch.nn.Linear (10, 1)\n"
  "optimizer = torch.optim.Adam (model.parameters ())\n"
  "while True:\n"
  "    optimizer.zero_grad ()\n"
  "    model (torch.randn (256, 10)).square ().mean ().backward ()\n"
  "    optimizer.step ()\n";

/* A program that is linked to the library. Where it is told of torch, it ends while torch trains,
 * which it must do as if nothing were. */
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
  if (argc > 1 && strcmp (argv[1], "torch") == 0)
    {
      pymva_interpreter_run_async (pymva_interpreter_get_default (), training, NULL, NULL, NULL,
                                   NULL, NULL);
      g_usleep (1000000);
    }

  return 0;
}
