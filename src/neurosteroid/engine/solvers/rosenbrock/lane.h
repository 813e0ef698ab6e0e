/* One lane: plain numbers in the place of the vectors of lanes.h, with its functions under the same names, for
 * processors that give every person a thread of her own.
 */
#define LANES 1
#define LANE(x, l) (x)
#define EACH_LANE(l) for (int l = 0; l < LANES; l++)
#define UNROLLED

typedef double vec;
#if defined(__cplusplus)
typedef bool mask;
#else
typedef _Bool mask;
#endif

static inline vec spread(double x) { return x; }

static inline mask none(void) { return 0; }

static inline mask opposite(mask m) { return !m; }

/* No function, as CUDA has one of this name. */
#define any(m) (m)

static inline vec choose(mask m, vec then, vec otherwise) { return m ? then : otherwise; }

static inline mask choose_mask(mask m, mask then, mask otherwise) { return m ? then : otherwise; }

static inline vec absolute(vec x) { return fabs(x); }

/* y when either is NaN. */
static inline vec larger(vec x, vec y) { return x > y ? x : y; }

/* y when either is NaN. */
static inline vec smaller(vec x, vec y) { return x < y ? x : y; }

static inline vec reciprocal(vec x) { return 1.0 / x; }

static inline vec reciprocal_of_pivot(vec x) { return 1.0 / x; }

static inline vec rough_reciprocal(vec x) { return 1.0 / x; }

static inline vec square_root(vec x) { return sqrt(x); }

static inline vec exponential(vec x) { return exp(x); }

static inline vec logarithm(vec x) { return log(x); }

static inline vec sine(vec x) { return sin(x); }

static inline vec cosine(vec x) { return cos(x); }

static inline vec power(vec x, vec y) { return pow(x, y); }

/* d (x^y) / dx = y x^(y - 1); 0 where it is infinite, as in lanes.h. */
static inline vec power_slope(vec x, vec y) { return x == 0.0 && y < 1.0 ? 0.0 : y * pow(x, y - 1.0); }
