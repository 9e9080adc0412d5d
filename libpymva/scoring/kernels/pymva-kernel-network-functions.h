/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A part of pymva-kernel-network-template.h: the functions between the layers, a vector of numbers
 * at a time. NaN stays NaN in all of them; their formulas are those of torch.nn's documentation.
 *
 * The polynomials of the exponential function, the logarithm and the hyperbolic tangent are those
 * of the Cephes library, release 2.2, by Stephen L. Moshier (single/expf.c, logf.c, tanhf.c). */

INLINE Vector
choose (Bits mask,
        Vector yes,
        Vector no)
{
  return (Vector) ((mask & (Bits) yes) | (~mask & (Bits) no));
}

/* The parts of e^x = scale (1 + part): scale is a power of two, zero from about e^-87.7 down, and
 * infinite from about e^88.4 up. */
INLINE Vector
split_exp (Vector x,
           Vector *scale)
{
  /* A sum with it is rounded to a whole number, which stands in the lowest bits. */
  const Vector shifter = SPLAT (12582912.0f);
  Vector shifted, n, r, p;

  x = choose ((Bits) (x < SPLAT (-88.0f)), SPLAT (-88.0f), x);
  x = choose ((Bits) (x > SPLAT (89.0f)), SPLAT (89.0f), x);
  shifted = FMA (x, SPLAT (1.44269504088896341f), shifter);
  n = shifted - shifter;
  *scale = (Vector) (((Bits) shifted - (Bits) shifter + 127) << 23);

  /* x - n ln 2, where ln 2 has two parts. */
  r = FMA (n, SPLAT (-0.693359375f), x);
  r = FMA (n, SPLAT (2.12194440e-4f), r);
  p = SPLAT (1.9875691500e-4f);
  p = FMA (p, r, SPLAT (1.3981999507e-3f));
  p = FMA (p, r, SPLAT (8.3334519073e-3f));
  p = FMA (p, r, SPLAT (4.1665795894e-2f));
  p = FMA (p, r, SPLAT (1.6666665459e-1f));
  p = FMA (p, r, SPLAT (5.0000001201e-1f));
  return FMA (p * r, r, r);
}

INLINE Vector
compute_exp (Vector x)
{
  Vector scale;
  Vector part = split_exp (x, &scale);

  return scale * (SPLAT (1.0f) + part);
}

/* e^x - 1 for x <= 0 */
INLINE Vector
compute_expm1 (Vector x)
{
  Vector scale;
  Vector part = split_exp (x, &scale);

  return FMA (scale, part, scale - SPLAT (1.0f));
}

/* log (1 + x) for x from 0 to 1 */
INLINE Vector
compute_log1p (Vector x)
{
  const Bits halves = (Bits) (x > SPLAT (0.41421356237309505f));
  /* 1 + x, or one half of it, is 1 + z. */
  const Vector z = choose (halves, (x - SPLAT (1.0f)) * SPLAT (0.5f), x);
  Vector p = SPLAT (7.0376836292e-2f);

  p = FMA (p, z, SPLAT (-1.1514610310e-1f));
  p = FMA (p, z, SPLAT (1.1676998740e-1f));
  p = FMA (p, z, SPLAT (-1.2420140846e-1f));
  p = FMA (p, z, SPLAT (1.4249322787e-1f));
  p = FMA (p, z, SPLAT (-1.6668057665e-1f));
  p = FMA (p, z, SPLAT (2.0000714765e-1f));
  p = FMA (p, z, SPLAT (-2.4999993993e-1f));
  p = FMA (p, z, SPLAT (3.3333331174e-1f));
  p = FMA (p * z - SPLAT (0.5f), z * z, z);
  return p + choose (halves, SPLAT (0.69314718055994531f), SPLAT (0.0f));
}

INLINE Vector
compute_tanh (Vector x)
{
  const Bits sign = (Bits) SPLAT (-0.0f);
  const Vector size = (Vector) ((Bits) x & ~sign);
  const Vector square = x * x;
  const Vector far = SPLAT (1.0f) -
                     SPLAT (2.0f) / (compute_exp (size + size) + SPLAT (1.0f));
  Vector p = SPLAT (-5.70498872745e-3f);

  p = FMA (p, square, SPLAT (2.06390887954e-2f));
  p = FMA (p, square, SPLAT (-5.37397155531e-2f));
  p = FMA (p, square, SPLAT (1.33314422036e-1f));
  p = FMA (p, square, SPLAT (-3.33332819422e-1f));
  return choose ((Bits) (size < SPLAT (0.625f)), FMA (p * square, x, x),
                 (Vector) ((Bits) far | ((Bits) x & sign)));
}

INLINE Vector
compute_sigmoid (Vector x)
{
  return SPLAT (1.0f) / (SPLAT (1.0f) + compute_exp (-x));
}

/* x (1 + erf (x / sqrt 2)) / 2; the error function after Abramowitz and Stegun, Handbook of
 * Mathematical Functions, 7.1.26, which is right to 1.5e-7. */
INLINE Vector
compute_gelu (Vector x)
{
  const Vector size = (Vector) ((Bits) x & ~(Bits) SPLAT (-0.0f));
  const Vector z = size * SPLAT (0.70710678118654752f);
  const Vector t = SPLAT (1.0f) / FMA (z, SPLAT (0.3275911f), SPLAT (1.0f));
  Vector p = SPLAT (1.061405429f);

  p = FMA (p, t, SPLAT (-1.453152027f));
  p = FMA (p, t, SPLAT (1.421413741f));
  p = FMA (p, t, SPLAT (-0.284496736f));
  p = FMA (p, t, SPLAT (0.254829592f));
  p = p * t * compute_exp (-z * z);
  return SPLAT (0.5f) * x * choose ((Bits) (x < SPLAT (0.0f)), p, SPLAT (2.0f) - p);
}

INLINE Vector
compute_gelu_tanh (Vector x)
{
  const Vector inner = x + SPLAT (0.044715f) * x * x * x;

  /* sqrt (2 / pi) */
  return SPLAT (0.5f) * x * (SPLAT (1.0f) + compute_tanh (SPLAT (0.79788456080286536f) * inner));
}

/* log (1 + e^(beta x)) / beta, or x where beta x is above the threshold */
INLINE Vector
compute_softplus (Vector x,
                  Vector beta,
                  Vector threshold)
{
  const Vector z = x * beta;
  const Vector small = compute_log1p (compute_exp ((Vector) ((Bits) z | (Bits) SPLAT (-0.0f))));

  return choose ((Bits) (z > threshold), x, (cut (z, SPLAT (0.0f)) + small) / beta);
}

INLINE Vector
compute_hard_sigmoid (Vector x)
{
  const Vector y = x / SPLAT (6.0f) + SPLAT (0.5f);

  return choose ((Bits) (y < SPLAT (0.0f)), SPLAT (0.0f),
                 choose ((Bits) (y > SPLAT (1.0f)), SPLAT (1.0f), y));
}

/* 0 from -width to width, and nearer to it by the width elsewhere; NaN times 0 is NaN. */
INLINE Vector
compute_soft_shrink (Vector x,
                     Vector width)
{
  const Vector inner = choose ((Bits) (x < -width), x + width, x * SPLAT (0.0f));

  return choose ((Bits) (x > width), x - width, inner);
}

INLINE Vector
compute (const PymvaNetworkFunction function,
         Vector x,
         Vector first,
         Vector second)
{
  const Bits negative = (Bits) (x < SPLAT (0.0f));

  switch (function)
    {
    case PYMVA_NETWORK_RELU: return cut (x, SPLAT (0.0f));
    case PYMVA_NETWORK_LEAKY_RELU: return choose (negative, x * first, x);
    case PYMVA_NETWORK_ELU: return second * choose (negative, first * compute_expm1 (x), x);
    case PYMVA_NETWORK_GELU: return compute_gelu (x);
    case PYMVA_NETWORK_GELU_TANH: return compute_gelu_tanh (x);
    case PYMVA_NETWORK_SILU: return x / (SPLAT (1.0f) + compute_exp (-x));
    case PYMVA_NETWORK_TANH: return compute_tanh (x);
    case PYMVA_NETWORK_SIGMOID: return compute_sigmoid (x);
    case PYMVA_NETWORK_SOFTPLUS: return compute_softplus (x, first, second);
    case PYMVA_NETWORK_HARD_TANH:
      return choose ((Bits) (x < first), first, choose ((Bits) (x > second), second, x));
    case PYMVA_NETWORK_EXP: return compute_exp (x);
    case PYMVA_NETWORK_CELU: return choose (negative, first * compute_expm1 (x / first), x);
    case PYMVA_NETWORK_HARD_SIGMOID: return compute_hard_sigmoid (x);
    case PYMVA_NETWORK_HARD_SILU: return x * compute_hard_sigmoid (x);
    case PYMVA_NETWORK_LOG_SIGMOID: return -compute_softplus (-x, SPLAT (1.0f), SPLAT (20.0f));
    case PYMVA_NETWORK_MISH:
      return x * compute_tanh (compute_softplus (x, SPLAT (1.0f), SPLAT (20.0f)));
    case PYMVA_NETWORK_SOFT_SHRINK: return compute_soft_shrink (x, first);
    case PYMVA_NETWORK_SOFTSIGN: return x / (SPLAT (1.0f) + choose (negative, -x, x));
    case PYMVA_NETWORK_TANH_SHRINK: return x - compute_tanh (x);
    default: return x;
    }
}

INLINE void
run_constant_function (const PymvaNetworkFunction function,
                       float first,
                       float second,
                       float *values,
                       size_t n_values)
{
  for (size_t i = 0; i < n_values; i += LANES)
    store (values + i, compute (function, load (values + i), SPLAT (first), SPLAT (second)));
}

static void
run_function (PymvaNetworkFunction function,
              float first,
              float second,
              float *values,
              size_t n_values)
{
  switch (function)
    {
#define CASE(name)                                                                                 \
    case PYMVA_NETWORK_##name:                                                                    \
      run_constant_function (PYMVA_NETWORK_##name, first, second, values, n_values);              \
      break;
    CASE (RELU)
    CASE (LEAKY_RELU)
    CASE (ELU)
    CASE (GELU)
    CASE (GELU_TANH)
    CASE (SILU)
    CASE (TANH)
    CASE (SIGMOID)
    CASE (SOFTPLUS)
    CASE (HARD_TANH)
    CASE (EXP)
    CASE (CELU)
    CASE (HARD_SIGMOID)
    CASE (HARD_SILU)
    CASE (LOG_SIGMOID)
    CASE (MISH)
    CASE (SOFT_SHRINK)
    CASE (SOFTSIGN)
    CASE (TANH_SHRINK)
#undef CASE
    }
}
