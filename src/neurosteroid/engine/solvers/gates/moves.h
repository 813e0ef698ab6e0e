/* How far a rate of one carries a state in h when its own slope j is constant: (exp(h j) - 1) / j, and h for j = 0.
 * Close to 0 the quotient loses digits; there two terms of the series are good to 1e-11. */
static inline vec reach(vec j, double h) {
  vec z = h * j;
  vec quotient = (exponential(z) - 1.0) * reciprocal(j);
  return choose(absolute(z) < 1e-5, h * (1.0 + 0.5 * z), quotient);
}

/* 1 / x for rates and moves: one step of third order from a guess of 14 bits, relative error below 3e-13. 0 and infinity
 * keep the guess, which is right for them. */
static inline vec reciprocal_of_rate(vec x) {
#if WIDE
  __m512d guess = _mm512_rcp14_pd((__m512d)x);
  __m512d error = _mm512_fnmadd_pd((__m512d)x, guess, _mm512_set1_pd(1.0));
  __mmask8 usual = _mm512_cmp_pd_mask(error, error, _CMP_ORD_Q);
  return (vec)_mm512_mask_fmadd_pd(guess, usual, _mm512_fmadd_pd(error, error, error), guess);
#else
  return 1.0 / x;
#endif
}

/* The same for what is neither 0 nor infinite. */
static inline vec reciprocal_of_move(vec x) {
#if WIDE
  __m512d guess = _mm512_rcp14_pd((__m512d)x);
  __m512d error = _mm512_fnmadd_pd((__m512d)x, guess, _mm512_set1_pd(1.0));
  return (vec)_mm512_fmadd_pd(guess, _mm512_fmadd_pd(error, error, error), guess);
#else
  return 1.0 / x;
#endif
}

/* How far a rate of one carries in h a state that falls off with the rate k, (1 - exp(-z)) / k for z = h k, where k moves and
 * an exponential would be dear: exp by its Pade form of degree 3 over 3, of relative error z^7 / 100800, makes it
 * h (1 + z^2 / 60) / (1 + z / 2 + z^2 / 10 + z^3 / 120). Below 1e-9 for |z| < 0.27, far below the error of a step; what is
 * left of the state is bounded by 1 for any z > 0, so that nothing grows that decays. */
static inline vec over(vec z2, double h) { return h + (h / 60.0) * z2; }

static inline vec under(vec z, vec z2) { return (1.0 + 0.1 * z2) + z * (0.5 + (1.0 / 120.0) * z2); }

static inline vec reach_of_one(vec k, double h) {
  vec z = h * k, z2 = z * z;
  return over(z2, h) * reciprocal_of_move(under(z, z2));
}

/* Two at the price of one inverse, 1 / a = b / (a b); what stands below is 1 or more for what falls off. */
static inline void reach_of_two(vec k, vec l, double h, vec *one, vec *other) {
  vec z = h * k, z2 = z * z, w = h * l, w2 = w * w;
  vec a = under(z, z2), b = under(w, w2), both = reciprocal_of_move(a * b);
  *one = over(z2, h) * (b * both);
  *other = over(w2, h) * (a * both);
}

#if WIDE
/* 2^(k / 16). */
static const double sixteenths[16] = {
    0x1.0000000000000p+0, 0x1.0b5586cf9890fp+0, 0x1.172b83c7d517bp+0, 0x1.2387a6e756238p+0,
    0x1.306fe0a31b715p+0, 0x1.3dea64c123422p+0, 0x1.4bfdad5362a27p+0, 0x1.5ab07dd485429p+0,
    0x1.6a09e667f3bcdp+0, 0x1.7a11473eb0187p+0, 0x1.8ace5422aa0dbp+0, 0x1.9c49182a3f090p+0,
    0x1.ae89f995ad3adp+0, 0x1.c199bdd85529cp+0, 0x1.d5818dcfba487p+0, 0x1.ea4afa2a490dap+0};

/* exp(x) = 2^n exp(r) with n in sixteenths and |r| <= ln(2) / 32: the last bits of the shifted number look up 2^(k / 16), and
 * a polynomial of degree 6 (fitted, error 6e-17) does the rest. Within 2 units in the last place of `exponential`. */
static inline vec exponential_of_rate(vec x) {
  const double round_off = 0x1.8p48;
  __m512d bounded = _mm512_min_pd(_mm512_set1_pd(709.79), _mm512_max_pd(_mm512_set1_pd(-745.2), (__m512d)x));
  vec shifted = (vec)bounded * 0x1.71547652b82fep0 + round_off;
  vec n = shifted - round_off;
  vec r = ((vec)bounded - n * 0x1.62e42fee00000p-1) - n * 0x1.a39ef35793c76p-33;
  vec r2 = r * r;
  vec high = 0.04166666666598418 + r * 0.0083334264275936 + r2 * 0.0013889005256581518;
  vec tail = r + r2 * ((0.5 + r * 0.16666666666120677) + r2 * high);
  __m512d low = _mm512_loadu_pd(sixteenths), up = _mm512_loadu_pd(sixteenths + 8);
  vec part = (vec)_mm512_permutex2var_pd(low, (__m512i)shifted, up);
  return (vec)_mm512_scalef_pd((__m512d)(part + part * tail), (__m512d)n);
}
#else
static inline vec exponential_of_rate(vec x) { return exponential(x); }
#endif

/* Any lane where x was below the threshold and y is not. */
static inline int any_rise(vec x, vec y, double threshold) {
#if WIDE
  __m512d level = _mm512_set1_pd(threshold);
  return _mm512_mask_cmp_pd_mask(_mm512_cmp_pd_mask((__m512d)x, level, _CMP_LT_OQ), (__m512d)y, level, _CMP_GE_OQ) != 0;
#else
  return any((x < threshold) & (y >= threshold));
#endif
}

/* What is printed below moves states. */
#define exponential exponential_of_rate
#define reciprocal reciprocal_of_rate
