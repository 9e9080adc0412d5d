/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <immintrin.h>

#include "pymva-kernel-network.h"

/* 32 registers of 16 numbers. */
#define LANES 16
#define MOST_VECTORS 4
#define PHASES_1 4
#define PHASES_2 2
#define PHASES_3 1
#define SUMS 24
#define ROW_VECTORS 4
/* A single row waits for the weights, of which two registers of 8 numbers are loaded as quickly as
 * one of 16 or more so; each output of a group has its additions in the same order. Sums across a
 * register have not, and so are made for all rows alike. */
#define RUN_GROUPS_ALONE pymva_network_run_groups_avx2
#define RUN_DOTS pymva_network_run_dots_avx2

#define SPLAT(x) _mm512_set1_ps (x)
#define FMA(a, b, c) _mm512_fmadd_ps (a, b, c)

static inline __m512
load_part (const float *p,
           uint32_t n)
{
  return _mm512_maskz_loadu_ps ((__mmask16) ((1u << n) - 1), p);
}

static inline float
add_lanes (__m512 v)
{
  /* The plain forms make GCC 12 warn of what is not initialized in its own headers. */
  __m256 eight = _mm256_add_ps (_mm512_maskz_extractf32x8_ps (0xff, v, 0),
                                _mm512_maskz_extractf32x8_ps (0xff, v, 1));
  __m128 four = _mm_add_ps (_mm256_castps256_ps128 (eight), _mm256_extractf128_ps (eight, 1));
  __m128 two = _mm_add_ps (four, _mm_movehl_ps (four, four));

  return _mm_cvtss_f32 (_mm_add_ss (two, _mm_movehdup_ps (two)));
}

static inline uint32_t
mark_numbers (__m512 v)
{
  return _mm512_cmp_ps_mask (v, _mm512_setzero_ps (), _CMP_NEQ_UQ);
}

#include "pymva-kernel-network-template.h"

const PymvaNetworkKernel pymva_network_kernel_avx512 = { run_dense, run_function };
