/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <pymva/pymva.h>

#include "fuzz.h"
#include "scoring/pymva-safetensors-private.h"

/* What is written of what was read holds the same tensors. */
static void
check_round_trip (GHashTable *tensors)
{
  g_autoptr (GBytes) written = pymva_safetensors_write (tensors, NULL);
  g_autoptr (GHashTable) again = pymva_safetensors_read (written, NULL);
  GHashTableIter iter;
  gpointer name;
  gpointer tensor;

  g_assert (again != NULL && g_hash_table_size (again) == g_hash_table_size (tensors));
  g_hash_table_iter_init (&iter, tensors);
  while (g_hash_table_iter_next (&iter, &name, &tensor))
    {
      PymvaTensor *other = g_hash_table_lookup (again, name);

      g_assert (other != NULL && pymva_tensor_get_dtype (other) == pymva_tensor_get_dtype (tensor));
      g_assert (g_bytes_equal (pymva_tensor_get_bytes (other), pymva_tensor_get_bytes (tensor)));
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t size)
{
  /* Where it lies must not matter: tensors that are not aligned are copied. */
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (GHashTable) tensors = pymva_safetensors_read (bytes, NULL);

  if (tensors != NULL)
    check_round_trip (tensors);

  return 0;
}
