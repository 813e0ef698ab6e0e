/* How far a rate of one carries a state in h when its own slope j is constant: (exp(h j) - 1) / j, and h for j = 0.
 * Close to 0 the quotient loses digits; there two terms of the series are good to 1e-11. */
static inline vec reach(vec j, double h) {
  vec z = h * j;
  vec quotient = (exponential(z) - 1.0) * reciprocal(j);
  return choose(absolute(z) < 1e-5, h * (1.0 + 0.5 * z), quotient);
}
