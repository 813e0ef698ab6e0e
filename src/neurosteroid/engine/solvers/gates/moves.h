/* How far a rate of one carries a state in h when its own slope j is constant: (exp(h j) - 1) / j, and h for j = 0.
 * Close to 0 the quotient loses digits; there two terms of the series are good to 1e-11. */
static inline vec reach(vec j, double h) {
  vec z = h * j;
  vec quotient = (exponential(z) - 1.0) * reciprocal(j);
  return choose(absolute(z) < 1e-5, h * (1.0 + 0.5 * z), quotient);
}

/* The same for a slope that moves, without an exponential: exp(z) by its Pade form of degree 3 over 3, of relative error
 * z^7 / 100800, is (1 + z^2 / 60) / (1 - z / 2 + z^2 / 10 - z^3 / 120) here. Below 1e-9 for |z| < 0.27, far below the error
 * of a step; bounded by 1 for any z < 0, so that nothing grows that decays. */
static inline vec reach_near(vec j, double h) {
  vec z = h * j, z2 = z * z;
  return (h + (h / 60.0) * z2) * reciprocal_of_pivot(1.0 + 0.1 * z2 - z * (0.5 + (1.0 / 120.0) * z2));
}
