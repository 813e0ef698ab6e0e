#include <stdlib.h>
#include <string.h>

/* How the cells of one population move; all of them have the same parameters. */
struct kind {
  int64_t states, fixed, ahead;
  void (*prepare)(const double *parameters, double *fixed);
  void (*look_ahead)(const double *fixed, double *ahead, double h);
  void (*gates)(vec t, vec *all, int64_t bundles, const double *fixed, const double *ahead, double h);
  /* `steep` is the size of the slope of the last state where it stands before it moves. */
  void (*rest)(vec t, vec *all, int64_t bundles, const double *fixed, double h, vec *steep);
};

/* A number in every lane, bit by bit: conditions are kept as numbers too. */
static inline vec same(double x) {
  vec found;
  EACH_LANE(l) found[l] = x;
  return found;
}

/* How far a rate of one carries in h where the slope is zero or below and moves. */
static inline vec reach_near(vec j, double h) { return reach_of_one(-j, h); }

/* The same for a slope of either sign. Where a state grows by itself, as a voltage does while it spikes, the slope does
 * not last for a step, and the exponential would shoot far over: two terms of the series are of the same order. */
static inline vec reach_either(vec j, double h) {
  vec z = h * j;
  return choose(z > 0.0, h * (1.0 + 0.5 * z), reach_near(smaller(j, (vec){0}), h));
}
