/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "pymva-kernel.h"

static const char *const names[] = {
  [PYMVA_KERNEL_PORTABLE] = "portable",
  [PYMVA_KERNEL_AVX2] = "avx2",
  [PYMVA_KERNEL_AVX512] = "avx512",
};

/* The best that the processor has, and that the system saves registers for. */
static PymvaKernel
find_best (void)
{
#ifdef __x86_64__
  if (!__builtin_cpu_supports ("avx2") || !__builtin_cpu_supports ("fma") ||
      !__builtin_cpu_supports ("bmi2") || !__builtin_cpu_supports ("popcnt"))
    return PYMVA_KERNEL_PORTABLE;
  if (!__builtin_cpu_supports ("avx512f") || !__builtin_cpu_supports ("avx512bw") ||
      !__builtin_cpu_supports ("avx512dq") || !__builtin_cpu_supports ("avx512vl") ||
      !__builtin_cpu_supports ("avx512vbmi"))
    return PYMVA_KERNEL_AVX2;

  return PYMVA_KERNEL_AVX512;
#else
  return PYMVA_KERNEL_PORTABLE;
#endif
}

PymvaKernel
pymva_kernel_choose (void)
{
  const char *wanted = getenv ("PYMVA_KERNEL");
  PymvaKernel best = find_best ();

  for (unsigned kernel = 0; wanted != NULL && kernel < best; kernel++)
    if (strcmp (wanted, names[kernel]) == 0)
      return kernel;

  return best;
}

const char *
pymva_kernel_get_name (PymvaKernel kernel)
{
  return names[kernel];
}
