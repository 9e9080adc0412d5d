/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* What a network computes with, for each kernel. The code is the same for all of them, in
 * pymva-kernel-network-template.h; they differ in how wide their vectors are, and in whether
 * products are rounded before they are added.
 *
 * The sums of a row are made in one fixed order, so a row gives the same bits alone and among
 * others. */

/* The outputs of a panel; rows of outputs are as long as a whole number of panels. */
#define PYMVA_PANEL_WIDTH 16
/* The panels of a group. */
#define PYMVA_GROUP_PANELS 4

/* A dense layer, y = W x + b in float32. Most outputs are computed side by side in panels; the few
 * that would fill only a small part of one are computed as dot products. */
typedef struct
{
  uint32_t n_inputs;
  uint32_t n_panels;
  uint32_t n_dots;
  /* Whether negative outputs become zero. */
  int relu;
  /* Whether many inputs are zero, and all weights finite: a single row may do without those. */
  int skips_zeros;
  /* Groups of panels, the last one of as many as are left: n_inputs times the weights of all its
   * panels. Aligned to 64 bytes. */
  const float *panels;
  /* n_dots rows of n_inputs, each padded with zeros to a multiple of PYMVA_PANEL_WIDTH. */
  const float *dots;
  /* One number for each output, and zeros to the end of its panel. */
  const float *bias;
} PymvaDenseTables;

typedef enum
{
  PYMVA_NETWORK_RELU,
  PYMVA_NETWORK_LEAKY_RELU,
  PYMVA_NETWORK_ELU,
  PYMVA_NETWORK_GELU,
  PYMVA_NETWORK_GELU_TANH,
  PYMVA_NETWORK_SILU,
  PYMVA_NETWORK_TANH,
  PYMVA_NETWORK_SIGMOID,
  PYMVA_NETWORK_SOFTPLUS,
  PYMVA_NETWORK_HARD_TANH,
  PYMVA_NETWORK_EXP,
  PYMVA_NETWORK_CELU,
  PYMVA_NETWORK_HARD_SIGMOID,
  PYMVA_NETWORK_HARD_SILU,
  PYMVA_NETWORK_LOG_SIGMOID,
  PYMVA_NETWORK_MISH,
  PYMVA_NETWORK_SOFT_SHRINK,
  PYMVA_NETWORK_SOFTSIGN,
  PYMVA_NETWORK_TANH_SHRINK,
} PymvaNetworkFunction;

typedef struct
{
  /* The rows of @inputs are @input_stride elements apart, and hold n_inputs; those of @outputs,
   * aligned to 64 bytes, are @output_stride apart, a multiple of PYMVA_PANEL_WIDTH that holds all
   * panels and dots. What is beyond the layer's outputs in its last panel becomes zero, or what the
   * sums of zeros times infinite inputs are. */
  void (*run_dense) (const PymvaDenseTables *tables,
                     const float *inputs,
                     size_t input_stride,
                     float *outputs,
                     size_t output_stride,
                     size_t n_rows);
  /* Replaces each value, and those after the last one up to a multiple of PYMVA_PANEL_WIDTH, which
   * must be there. What @first and @second mean, the functions say. */
  void (*run_function) (PymvaNetworkFunction function,
                        float first,
                        float second,
                        float *values,
                        size_t n_values);
} PymvaNetworkKernel;

extern const PymvaNetworkKernel pymva_network_kernel_portable;
#if defined(__x86_64__)
extern const PymvaNetworkKernel pymva_network_kernel_avx2;
extern const PymvaNetworkKernel pymva_network_kernel_avx512;

/* What run_dense() begins and ends with: the panels in full groups, and how many they are; and the
 * outputs behind the panels. */
uint32_t pymva_network_run_groups_avx2 (const PymvaDenseTables *tables,
                                        const float *inputs,
                                        size_t input_stride,
                                        float *outputs,
                                        size_t output_stride,
                                        size_t n_rows);
void pymva_network_run_dots_avx2 (const PymvaDenseTables *tables,
                                  const float *inputs,
                                  size_t input_stride,
                                  float *outputs,
                                  size_t output_stride,
                                  size_t n_rows);
#endif
