/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pymva-kernel-network.h"

/* Four numbers in one register, and at least 16 of them: GCC and Clang have that on every machine,
 * but the sum that is rounded once only on some. */
#define LANES 4
#define MOST_VECTORS 8
#define PHASES_1 2
#define PHASES_2 1
#define PHASES_3 1
#define SUMS 8
#define ROW_VECTORS 2

#define SPLAT(x) splat (x)
#define FMA(a, b, c) ((a) * (b) + (c))

typedef float Four __attribute__ ((vector_size (16), may_alias));

static inline Four
splat (float x)
{
  return (Four) { x, x, x, x };
}

static inline Four
load_part (const float *p,
           uint32_t n)
{
  return (Four) { p[0], n > 1 ? p[1] : 0, n > 2 ? p[2] : 0, 0 };
}

static inline float
add_lanes (Four v)
{
  return (v[0] + v[2]) + (v[1] + v[3]);
}

static inline uint32_t
mark_numbers (Four v)
{
  return (uint32_t) (v[0] != 0) | (uint32_t) (v[1] != 0) << 1 | (uint32_t) (v[2] != 0) << 2 |
         (uint32_t) (v[3] != 0) << 3;
}

#include "pymva-kernel-network-template.h"

const PymvaNetworkKernel pymva_network_kernel_portable = { run_dense, run_function };
