/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The inner loops of the engines are written several times, for what processors have. What is in
 * this folder is plain C without GLib, so that it can be compiled for any processor on its own.
 *
 * A model's kernel is chosen when it is loaded: the best that the processor has. The environment
 * variable PYMVA_KERNEL names the best one that may be chosen, "portable", "avx2" or "avx512":
 * where the processor lacks it, the next one below is taken. Other texts count as unset. */
typedef enum
{
  PYMVA_KERNEL_PORTABLE,
  /* AVX2, FMA, BMI2 and POPCNT. */
  PYMVA_KERNEL_AVX2,
  /* These, and AVX-512 F, BW, DQ, VL and VBMI. */
  PYMVA_KERNEL_AVX512,
} PymvaKernel;

/* Any thread. */
PymvaKernel pymva_kernel_choose (void);
const char *pymva_kernel_get_name (PymvaKernel kernel);
