/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <immintrin.h>

#include "pymva-kernel-network.h"

/* 16 registers of 8 numbers. */
#define LANES 8
#define MOST_VECTORS 8
#define PHASES_1 2
#define PHASES_2 2
#define PHASES_3 1
#define SUMS 12
#define ROW_VECTORS 2

#define SPLAT(x) _mm256_set1_ps (x)
#define FMA(a, b, c) _mm256_fmadd_ps (a, b, c)

static inline __m256
load_part (const float *p,
           uint32_t n)
{
  static const int32_t mask[2 * LANES] = { -1, -1, -1, -1, -1, -1, -1, -1 };

  return _mm256_maskload_ps (p, _mm256_loadu_si256 ((const __m256i *) (mask + LANES - n)));
}

static inline float
add_lanes (__m256 v)
{
  __m128 four = _mm_add_ps (_mm256_castps256_ps128 (v), _mm256_extractf128_ps (v, 1));
  __m128 two = _mm_add_ps (four, _mm_movehl_ps (four, four));

  return _mm_cvtss_f32 (_mm_add_ss (two, _mm_movehdup_ps (two)));
}

static inline uint32_t
mark_numbers (__m256 v)
{
  return (uint32_t) _mm256_movemask_ps (_mm256_cmp_ps (v, _mm256_setzero_ps (), _CMP_NEQ_UQ));
}

#include "pymva-kernel-network-template.h"

uint32_t
pymva_network_run_groups_avx2 (const PymvaDenseTables *tables,
                               const float *inputs,
                               size_t input_stride,
                               float *outputs,
                               size_t output_stride,
                               size_t n_rows)
{
  return run_groups (tables, inputs, input_stride, outputs, output_stride, n_rows);
}

void
pymva_network_run_dots_avx2 (const PymvaDenseTables *tables,
                             const float *inputs,
                             size_t input_stride,
                             float *outputs,
                             size_t output_stride,
                             size_t n_rows)
{
  run_dots (tables, inputs, input_stride, outputs, output_stride, n_rows);
}

const PymvaNetworkKernel pymva_network_kernel_avx2 = { run_dense, run_function };
