/* Lanes: vectors of one number a person, and the functions of one or two numbers that models use.
 *
 * Nothing here looks across lanes, so a person's numbers do not depend on who is beside her. Numbers outside a fast
 * function's range go to the C library, lane by lane.
 */
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stddef.h>
#if defined(__AVX512F__) && defined(__AVX512DQ__)
#include <immintrin.h>
#endif

#ifndef LANES
#if defined(__AVX512F__)
#define LANES 8
#elif defined(__AVX__)
#define LANES 4
#else
#define LANES 2
#endif
#endif

typedef double vec __attribute__((vector_size(8 * LANES)));
typedef int64_t mask __attribute__((vector_size(8 * LANES)));

#if defined(__AVX512F__) && defined(__AVX512DQ__) && LANES == 8
#define WIDE 1
#else
#define WIDE 0
#endif

#if defined(__clang__)
#define UNROLLED _Pragma("clang loop unroll_count(5)")
#else
#define UNROLLED _Pragma("GCC unroll 5")
#endif

#define EACH_LANE(l) for (int l = 0; l < LANES; l++)

/* The number of one lane, to be read or written. */
#define LANE(x, l) ((x)[l])

static inline vec spread(double x) { return (vec){0} + x; }

static inline vec choose(mask m, vec then, vec otherwise) {
  return (vec)(((mask)then & m) | ((mask)otherwise & ~m));
}

static inline mask choose_mask(mask m, mask then, mask otherwise) { return (then & m) | (otherwise & ~m); }

static inline mask none(void) { return (mask){0}; }

static inline mask opposite(mask m) { return ~m; }

static inline vec absolute(vec x) { return (vec)((mask)x & INT64_MAX); }

/* y when either is NaN. */
static inline vec larger(vec x, vec y) {
#if WIDE
  return (vec)_mm512_max_pd((__m512d)x, (__m512d)y);
#else
  return choose(x > y, x, y);
#endif
}

/* y when either is NaN. */
static inline vec smaller(vec x, vec y) {
#if WIDE
  return (vec)_mm512_min_pd((__m512d)x, (__m512d)y);
#else
  return choose(x < y, x, y);
#endif
}

/* 1 / x. Where the processor has a first guess of 14 bits, two Newton steps are much cheaper than a division and as
 * good to an ulp; 0 and infinity keep the guess, which is right for them. */
static inline vec reciprocal(vec x) {
#if WIDE
  __m512d one = _mm512_set1_pd(1.0), guess = _mm512_rcp14_pd((__m512d)x);
  __m512d error = _mm512_fnmadd_pd((__m512d)x, guess, one);
  __mmask8 usual = _mm512_cmp_pd_mask(error, error, _CMP_ORD_Q);
  __m512d better = _mm512_fmadd_pd(guess, error, guess);
  error = _mm512_fnmadd_pd((__m512d)x, better, one);
  return (vec)_mm512_mask_mov_pd(guess, usual, _mm512_fmadd_pd(better, error, better));
#else
  return 1.0 / x;
#endif
}

/* 1 / x for x neither 0 nor infinite, as `reciprocal` without its care for these. */
static inline vec reciprocal_of_pivot(vec x) {
#if WIDE
  __m512d one = _mm512_set1_pd(1.0), guess = _mm512_rcp14_pd((__m512d)x);
  guess = _mm512_fmadd_pd(guess, _mm512_fnmadd_pd((__m512d)x, guess, one), guess);
  return (vec)_mm512_fmadd_pd(guess, _mm512_fnmadd_pd((__m512d)x, guess, one), guess);
#else
  return 1.0 / x;
#endif
}

/* 1 / x to 28 bits or more, for x neither 0 nor infinite: enough where sizes are compared. */
static inline vec rough_reciprocal(vec x) {
#if WIDE
  __m512d guess = _mm512_rcp14_pd((__m512d)x);
  return (vec)_mm512_fmadd_pd(guess, _mm512_fnmadd_pd((__m512d)x, guess, _mm512_set1_pd(1.0)), guess);
#else
  return 1.0 / x;
#endif
}

static inline int any(mask m) {
#if WIDE
  return _mm512_test_epi64_mask((__m512i)m, (__m512i)m) != 0;
#else
  int64_t found = 0;
  EACH_LANE(l) found |= m[l];
  return found != 0;
#endif
}

static inline vec square_root(vec x) {
  vec y;
  EACH_LANE(l) y[l] = sqrt(x[l]);
  return y;
}

/* exp(x) = 2^n exp(r), |r| <= ln(2) / 2, Taylor polynomial of degree 13 (error 4e-18). Bounds keep n in range; NaN
 * passes them. Without an instruction that scales, 2^n comes in two factors, so that subnormal results come out. */
static inline vec exponential(vec x) {
  const double round_off = 0x1.8p52;
  vec bounded = smaller(spread(709.79), larger(spread(-745.2), x));
  vec shifted = bounded * 0x1.71547652b82fep0 + round_off;
  vec n = shifted - round_off;
  vec r = (bounded - n * 0x1.62e42fee00000p-1) - n * 0x1.a39ef35793c76p-33;
  vec r2 = r * r, r4 = r2 * r2;
  vec high = (1.0 / 39916800.0 + r * (1.0 / 479001600.0) + r2 * (1.0 / 6227020800.0));
  vec middle = (1.0 / 5040.0 + r * (1.0 / 40320.0)) + r2 * (1.0 / 362880.0 + r * (1.0 / 3628800.0));
  vec low = (1.0 / 6.0 + r * (1.0 / 24.0)) + r2 * (1.0 / 120.0 + r * (1.0 / 720.0));
  vec tail = low + r4 * (middle + r4 * high);
  vec poly = 1.0 + (r + r2 * (0.5 + r * tail));
#if WIDE
  return (vec)_mm512_scalef_pd((__m512d)poly, (__m512d)n);
#else
  mask whole = (mask)shifted - (mask)spread(round_off);
  mask half = whole >> 1;
  return poly * (vec)((half + 1023) << 52) * (vec)((whole - half + 1023) << 52);
#endif
}

static __attribute__((noinline)) vec logarithm_by_lane(vec x, mask odd, vec y) {
  EACH_LANE(l) if (odd[l]) y[l] = log(x[l]);
  return y;
}

/* log(x) = k ln(2) + log(1 + f), with the rational approximation of fdlibm's e_log.c (error below 1 ulp). */
static inline vec logarithm(vec x) {
  mask bits = (mask)x;
  mask k = (bits - 0x3fe6a09e667f3bcd) >> 52;
  vec f = (vec)(bits - (k << 52)) - 1.0;
  vec n = __builtin_convertvector(k, vec);
  vec s = f * reciprocal(2.0 + f), z = s * s, w = z * z;
  vec even = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
  vec odd = z * (6.666666666666735130e-01
                 + w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
  vec half = 0.5 * f * f;
  vec y = n * 6.93147180369123816490e-01 - ((half - (s * (half + (even + odd)) + n * 1.90821492927058770002e-10)) - f);
  mask outside = ~((x >= DBL_MIN) & (x <= DBL_MAX));
  return any(outside) ? logarithm_by_lane(x, outside, y) : y;
}

static __attribute__((noinline)) vec power_by_lane(vec x, vec y, mask odd, vec z) {
  EACH_LANE(l) if (odd[l]) z[l] = pow(x[l], y[l]);
  return z;
}

/* x^y = exp(y log x); relative error about |y log x| ulp. */
static inline vec power(vec x, vec y) {
  vec z = exponential(y * logarithm(x));
  mask outside = ~((x >= DBL_MIN) & (x <= DBL_MAX));
  return any(outside) ? power_by_lane(x, y, outside, z) : z;
}

/* d (x^y) / dx = y x^(y - 1). At x = 0 with y < 1 it is infinite, and 0 is taken: a step may use any slope, but with an
 * infinite one the state would never leave 0. */
static inline vec power_slope(vec x, vec y) {
  vec z = y * power(x, y) * reciprocal(x);
  mask outside = ~((x >= DBL_MIN) & (x <= DBL_MAX));
  if (!any(outside)) return z;
  z = choose(outside, y * power_by_lane(x, y - 1.0, outside, z), z);
  return choose((x == 0.0) & (y < 1.0), spread(0.0), z);
}

static __attribute__((noinline)) vec wave_by_lane(vec x, mask odd, vec y, int is_cosine) {
  EACH_LANE(l) if (odd[l]) y[l] = is_cosine ? cos(x[l]) : sin(x[l]);
  return y;
}

/* sin or cos by reduction to |r| <= pi / 4 in three parts and the polynomials of fdlibm's k_sin.c and k_cos.c. */
static inline vec wave(vec x, int is_cosine) {
  const double round_off = 0x1.8p52;
  vec shifted = x * 6.36619772367581382433e-01 + round_off;
  vec n = shifted - round_off;
  vec r = ((x - n * 1.57079632673412561417e+00) - n * 6.07710050630396597660e-11) - n * 2.02226624871116645580e-21;
  vec z = r * r;
  vec sine = r + r * z * (-1.66666666666666324348e-01 + z * (8.33333333332248946124e-03
      + z * (-1.98412698298579493134e-04 + z * (2.75573137070700676789e-06
      + z * (-2.50507602534068634195e-08 + z * 1.58969099521155010221e-10)))));
  vec cosine = 1.0 - (0.5 * z - z * z * (4.16666666666666019037e-02 + z * (-1.38888888888741095749e-03
      + z * (2.48015872894767294178e-05 + z * (-2.75573143513906633035e-07
      + z * (2.08757232129817482790e-09 - z * 1.13596475577881948265e-11))))));
  mask quarter = ((mask)shifted - (mask)spread(round_off)) + is_cosine;
  vec y = choose((quarter & 1) != 0, cosine, sine);
  y = choose((quarter & 2) != 0, -y, y);
  mask outside = ~(absolute(x) <= 1e5);
  return any(outside) ? wave_by_lane(x, outside, y, is_cosine) : y;
}

static inline vec sine(vec x) { return wave(x, 0); }

static inline vec cosine(vec x) { return wave(x, 1); }
