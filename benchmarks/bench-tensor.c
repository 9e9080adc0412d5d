/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What it costs to hand 8 MB of numbers to NumPy and torch and to take them back: nothing is
 * copied, so the time does not depend on the size. */

#include <pymva/pymva.h>

#include "bench-common.h"

#define N_VALUES 1000000
#define N_CALLS 20000

typedef struct
{
  PymvaTensor *tensor;
  PymvaObject *array;
  PymvaObject *from_numpy;
  GBytes *bytes;
} Handover;

static void
to_numpy (gpointer data)
{
  Handover *handover = data;

  g_object_unref (pymva_object_new_from_tensor (handover->tensor, NULL));
}

static void
to_torch (gpointer data)
{
  Handover *handover = data;
  g_autoptr (PymvaObject) array = pymva_object_new_from_tensor (handover->tensor, NULL);

  g_object_unref (pymva_object_call_full (handover->from_numpy, &array, 1, NULL, NULL, 0, NULL));
}

static void
torch_alone (gpointer data)
{
  Handover *handover = data;

  g_object_unref (
    pymva_object_call_full (handover->from_numpy, &handover->array, 1, NULL, NULL, 0, NULL));
}

static void
from_numpy (gpointer data)
{
  Handover *handover = data;

  g_object_unref (pymva_object_to_tensor (handover->array, NULL));
}

static void
copy (gpointer data)
{
  Handover *handover = data;
  gsize size;
  gconstpointer bytes = g_bytes_get_data (handover->bytes, &size);

  g_free (g_memdup2 (bytes, size));
}

int
main (void)
{
  PymvaInterpreter *python = pymva_interpreter_get_default ();
  g_autofree double *values = g_new0 (double, N_VALUES);
  g_autoptr (GError) error = NULL;
  g_autoptr (PymvaTensor) tensor = pymva_tensor_new_from_doubles (values, N_VALUES, 0, &error);
  g_autoptr (PymvaObject) torch = NULL;
  g_autoptr (PymvaObject) array = NULL;
  g_autoptr (PymvaObject) function = NULL;
  Handover handover;

  if (tensor == NULL)
    bench_fail (error);
  /* torch warns once that it will not write to memory that is read-only. */
  array = pymva_interpreter_run (
    python, "import warnings; warnings.simplefilter('ignore')", NULL, NULL, &error);
  if (array == NULL)
    bench_fail (error);
  g_clear_object (&array);

  torch = pymva_interpreter_import_module (python, "torch", &error);
  if (torch == NULL)
    bench_fail (error);
  function = pymva_object_get_attribute (torch, "from_numpy", &error);
  array = function != NULL ? pymva_object_new_from_tensor (tensor, &error) : NULL;
  if (array == NULL)
    bench_fail (error);
  handover = (Handover) { tensor, array, function, pymva_tensor_get_bytes (tensor) };

  bench_print ("tensor/to NumPy", bench_median_ns (to_numpy, &handover, N_CALLS), "ns");
  bench_print ("tensor/to torch", bench_median_ns (to_torch, &handover, N_CALLS), "ns");
  bench_print ("tensor/torch.from_numpy alone",
               bench_median_ns (torch_alone, &handover, N_CALLS),
               "ns");
  bench_print ("tensor/from NumPy", bench_median_ns (from_numpy, &handover, N_CALLS), "ns");
  bench_print ("tensor/a copy", bench_median_ns (copy, &handover, 100), "ns");

  return 0;
}
