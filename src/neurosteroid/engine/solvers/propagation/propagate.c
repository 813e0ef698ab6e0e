/* Exact propagation of linear systems: every lane follows one person from event to event, x(t + h) = Phi x(t) + Psi v
 * with v the constant inflow, and her values are turned in registers into whole cache lines before they are stored. The
 * generated text above gives STATES, VALUES, FIXED, PARAMETER_COUNT, COVARIATE_COUNT and the functions prepare,
 * equations, read.
 */
#include <string.h>
#if defined(__x86_64__) || defined(__i386__)
#include <immintrin.h>
#endif

enum { DONE = 0, UNUSABLE = 1, GROWN = 2 };

/* Degree of the Pade approximant, its weights, and the 1-norm up to which its backward error is below 2^-53 (Higham
 * 2005, table 2.3). Up to that norm the denominator differs from its first term by less than 0.6 of it, so it is
 * diagonally dominant and needs no pivots. */
static const double BOUND = 9.504178996162932e-1;
static const double ODD[4] = {8648640.0, 277200.0, 1512.0, 1.0};
static const double EVEN[4] = {17297280.0, 1995840.0, 25200.0, 56.0};
enum { MOST_SQUARINGS = 1000 };

/* Propagators kept by a bundle: as many as fit into a nearer cache. */
enum { ROOM = 65536 / (sizeof(vec) * 2 * STATES * STATES), SLOTS = ROOM > 32 ? 32 : ROOM < 4 ? 4 : ROOM };
enum { LINE = 8, PARTS = LINE / LANES };

/* An array of `stride` items a person; 0 where all people share one row. */
struct numbers { const double *at; int64_t stride; };
struct table { const double *at; int64_t stride, row, item; };
struct places { const int64_t *at; int64_t stride; };

struct task {
  int64_t people, steps, rows, inputs, epochs;
  int64_t alike;                   /* all people share steps and rows */
  int64_t settles;                 /* there are steady states */
  int64_t streams;                 /* store past the caches */
  int64_t value_stride;            /* numbers from one person's values to the next, whole lines of LINE */
  const int64_t *input_states;     /* (inputs) */
  const int64_t *runs;             /* (steps) if alike: steps from here on that repeat this one, each with one row */
  const double *settled;           /* (regimens, STATES) */
  const uint8_t *adds;             /* (regimens) */
  const uint8_t *accounts;         /* (STATES) */
  struct numbers initial;          /* states to begin with; not `at` anything for the system's own */
  struct numbers parameters, covariates, times, spans;
  struct table levels, doses;      /* (people, rows, inputs) with strides of their own */
  struct places start_epoch, epoch, level, dose, reset, steady, row_step, row_epoch;
  double *values;                  /* (people, value_stride), written: rows of VALUES numbers */
  int64_t *outcome;                /* (people), written */
  double *reached;                 /* (people), written */
  int64_t *next;                   /* next bundle to take, shared by the threads */
  int32_t *stop;                   /* set to leave early */
};

struct slot { vec span; mask epoch; vec phi[STATES * STATES], psi[STATES * STATES], constant[STATES]; };

struct bundle {
  vec y[STATES], parameters[PARAMETERS], inflow[STATES];
  vec fixed[FIXED], shown[FIXED];  /* under the covariates of `known`, and of the rows */
  mask known, shown_epoch, unusable, active;
  int64_t person[LANES], row[LANES];
  int filled, oldest;
  struct slot slots[SLOTS];
  vec stage[LINE];                 /* values waiting until each lane has a whole line */
  int staged;
  double *target[LANES];
};

/* One number of each lane, put together in registers: stores by number followed by a load of the whole would stall. */
static inline vec gathered(const double *const *from, int64_t i) {
#if LANES == 8
  return (vec){from[0][i], from[1][i], from[2][i], from[3][i], from[4][i], from[5][i], from[6][i], from[7][i]};
#elif LANES == 4
  return (vec){from[0][i], from[1][i], from[2][i], from[3][i]};
#else
  vec found;
  EACH_LANE(l) found[l] = from[l][i];
  return found;
#endif
}

static inline mask not_finite(vec x) { return ~(absolute(x) <= DBL_MAX); }

static inline void multiply(const vec *restrict x, const vec *restrict y, vec *restrict z) {
  for (int i = 0; i < STATES; i++)
    for (int j = 0; j < STATES; j++) {
      vec sum = x[i * STATES] * y[j];
      for (int k = 1; k < STATES; k++) sum += x[i * STATES + k] * y[k * STATES + j];
      z[i * STATES + j] = sum;
    }
}

/* exp([[A h, I h], [0, 0]]) = [[Phi, Psi], [0, I]] by scaling, the Pade approximant, and squaring: with U odd and V even,
 * U = X W:  Psi = h (V - U)^-1 2 W,  Phi = I + A Psi;  doubling h:  Psi + Phi Psi,  Phi Phi. */
static __attribute__((noinline)) void propagator(const vec *matrix, vec span, vec *phi, vec *psi) {
  vec x[STATES * STATES], x2[STATES * STATES], x4[STATES * STATES], x6[STATES * STATES];
  vec w[STATES * STATES], q[STATES * STATES];
  vec norm = spread(0.0);
  for (int j = 0; j < STATES; j++) {
    vec sum = spread(0.0);
    for (int i = 0; i < STATES; i++) sum += absolute(matrix[i * STATES + j]);
    norm = larger(sum, norm);
  }
  norm *= absolute(span) / BOUND;
  mask squarings = (((mask)norm >> 52) & 0x7ff) - 1022;
  squarings = choose_mask(squarings < 0, (mask)spread(0.0), squarings);
  squarings = choose_mask(squarings > MOST_SQUARINGS, (mask)spread(0.0) + MOST_SQUARINGS, squarings);
  vec small = span * (vec)((1023 - squarings) << 52);
  for (int i = 0; i < STATES * STATES; i++) x[i] = matrix[i] * small;
  multiply(x, x, x2);
  multiply(x2, x2, x4);
  multiply(x4, x2, x6);
  for (int i = 0; i < STATES * STATES; i++) {
    w[i] = ODD[1] * x2[i] + ODD[2] * x4[i] + ODD[3] * x6[i];
    q[i] = EVEN[1] * x2[i] + EVEN[2] * x4[i] + EVEN[3] * x6[i];
  }
  for (int i = 0; i < STATES; i++) {
    w[i * STATES + i] += ODD[0];
    q[i * STATES + i] += EVEN[0];
  }
  multiply(x, w, x2);
  for (int i = 0; i < STATES * STATES; i++) {
    q[i] -= x2[i];
    psi[i] = 2.0 * w[i];
  }
  for (int k = 0; k < STATES; k++) {
    vec inverse = 1.0 / q[k * STATES + k];
    for (int i = k + 1; i < STATES; i++) {
      vec factor = q[i * STATES + k] * inverse;
      for (int j = k + 1; j < STATES; j++) q[i * STATES + j] -= factor * q[k * STATES + j];
      for (int j = 0; j < STATES; j++) psi[i * STATES + j] -= factor * psi[k * STATES + j];
    }
    q[k * STATES + k] = inverse;
  }
  for (int i = STATES - 1; i >= 0; i--)
    for (int j = 0; j < STATES; j++) {
      vec sum = psi[i * STATES + j];
      for (int k = i + 1; k < STATES; k++) sum -= q[i * STATES + k] * psi[k * STATES + j];
      psi[i * STATES + j] = sum * q[i * STATES + i];
    }
  multiply(x, psi, phi);
  for (int i = 0; i < STATES; i++) phi[i * STATES + i] += 1.0;
  for (int i = 0; i < STATES * STATES; i++) psi[i] *= small;
  for (int done = 0; any(squarings > done); done++) {
    mask left = squarings > done;
    multiply(phi, psi, x);
    multiply(phi, phi, x2);
    for (int i = 0; i < STATES * STATES; i++) {
      psi[i] = choose(left, psi[i] + x[i], psi[i]);
      phi[i] = choose(left, x2[i], phi[i]);
    }
  }
}

static void take_epoch(const struct task *task, struct bundle *b, mask epoch, vec *fixed) {
  vec covariates[COVARIATES];
  const double *from[LANES];
  EACH_LANE(l)
    from[l] = task->covariates.at + b->person[l] * task->covariates.stride + epoch[l] * COVARIATE_COUNT;
  for (int i = 0; i < COVARIATE_COUNT; i++) covariates[i] = gathered(from, i);
  prepare(b->parameters, covariates, fixed);
}

static inline int differ(mask x, mask y) { return any(x ^ y); }

/* The equations under the covariates of an epoch; those of people who cannot be used are nothing. */
static void take_equations(const struct task *task, struct bundle *b, mask epoch, vec *matrix, vec *constant,
                           vec *initial) {
  if (differ(b->known, epoch)) {
    take_epoch(task, b, epoch, b->fixed);
    b->known = epoch;
  }
  equations(b->fixed, matrix, constant, initial);
  if (!any(b->unusable)) return;
  for (int i = 0; i < STATES * STATES; i++) matrix[i] = choose(b->unusable, spread(0.0), matrix[i]);
  for (int i = 0; i < STATES; i++) {
    constant[i] = choose(b->unusable, spread(0.0), constant[i]);
    initial[i] = choose(b->unusable, spread(0.0), initial[i]);
  }
}

static __attribute__((noinline)) const struct slot *make_slot(const struct task *task, struct bundle *b, vec span,
                                                              mask epoch) {
  struct slot *slot = b->slots + b->oldest;
  vec matrix[STATES * STATES], initial[STATES];
  b->oldest = (b->oldest + 1) % SLOTS;
  if (b->filled < SLOTS) b->filled++;
  slot->span = span;
  slot->epoch = epoch;
  take_equations(task, b, epoch, matrix, slot->constant, initial);
  propagator(matrix, span, slot->phi, slot->psi);
  return slot;
}

static inline const struct slot *find_slot(const struct task *task, struct bundle *b, vec span, mask epoch) {
  for (int i = 0; i < b->filled; i++) {
    const struct slot *slot = b->slots + i;
    if (!any(((mask)slot->span ^ (mask)span) | (slot->epoch ^ epoch))) return slot;
  }
  return make_slot(task, b, span, epoch);
}

static inline void gains(const struct bundle *b, const struct slot *slot, vec *gain) {
  for (int i = 0; i < STATES; i++) {
    vec sum = spread(0.0);
    for (int j = 0; j < STATES; j++) sum += slot->psi[i * STATES + j] * (slot->constant[j] + b->inflow[j]);
    gain[i] = sum;
  }
}

static inline void move(const vec *phi, const vec *gain, vec *y) {
  vec next[STATES];
  for (int i = 0; i < STATES; i++) {
    vec sum = gain[i];
    for (int j = STATES - 1; j >= 0; j--) sum += phi[i * STATES + j] * y[j];
    next[i] = sum;
  }
  for (int i = 0; i < STATES; i++) y[i] = next[i];
}

static void take_level(const struct task *task, struct bundle *b, mask level) {
  const double *from[LANES];
  EACH_LANE(l) from[l] = task->levels.at + b->person[l] * task->levels.stride + level[l] * task->levels.row;
  for (int64_t j = 0; j < task->inputs; j++)
    b->inflow[task->input_states[j]] = gathered(from, j * task->levels.item);
}

static mask of_lanes(const struct bundle *b, struct places array, int64_t at) {
  mask found;
  EACH_LANE(l) found[l] = array.at[b->person[l] * array.stride + at];
  return found;
}

static vec numbers_of_lanes(const struct bundle *b, struct numbers array, int64_t at) {
  const double *from[LANES];
  EACH_LANE(l) from[l] = array.at + b->person[l] * array.stride;
  return gathered(from, at);
}

#if defined(__has_builtin)
#if __has_builtin(__builtin_shufflevector) && LANES == 8
#define TURNS
#endif
#endif

/* Turns LINE values of all lanes into one line for each lane. */
static inline void turn(const vec *stage, vec line[LANES][PARTS]) {
#if defined(TURNS)
  vec a[8], b[8];
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) {
    a[2 * i] = __builtin_shufflevector(stage[2 * i], stage[2 * i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
    a[2 * i + 1] = __builtin_shufflevector(stage[2 * i], stage[2 * i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
  }
#pragma GCC unroll 2
  for (int i = 0; i < 8; i += 4)
#pragma GCC unroll 2
    for (int j = i; j < i + 2; j++) {
      b[j] = __builtin_shufflevector(a[j], a[j + 2], 0, 1, 8, 9, 4, 5, 12, 13);
      b[j + 2] = __builtin_shufflevector(a[j], a[j + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    }
#pragma GCC unroll 4
  for (int j = 0; j < 4; j++) {
    line[j][0] = __builtin_shufflevector(b[j], b[j + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    line[j + 4][0] = __builtin_shufflevector(b[j], b[j + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
#else
  EACH_LANE(l) for (int i = 0; i < LINE; i++) line[l][i / LANES][i % LANES] = stage[i][l];
#endif
}

static inline void stream(double *target, vec x) {
#if LANES == 8 && defined(__AVX512F__)
  _mm512_stream_pd(target, (__m512d)x);
#elif LANES == 4 && defined(__AVX__)
  _mm256_stream_pd(target, (__m256d)x);
#elif LANES == 2 && defined(__SSE2__)
  _mm_stream_pd(target, (__m128d)x);
#else
  memcpy(target, &x, sizeof x);
#endif
}

static inline void flush(const struct task *task, struct bundle *b) {
  vec line[LANES][PARTS];
  turn(b->stage, line);
  b->staged = 0;
  EACH_LANE(l) {
    if (!b->active[l]) continue;
    for (int part = 0; part < PARTS; part++) {
      if (task->streams) stream(b->target[l] + part * LANES, line[l][part]);
      else memcpy(b->target[l] + part * LANES, &line[l][part], sizeof(vec));
    }
    b->target[l] += LINE;
  }
}

static inline void put_row(const struct task *task, struct bundle *b, vec t, const vec *y) {
  vec row[VALUES];
  read(t, y, b->shown, row);
  for (int i = 0; i < VALUES; i++) {
    b->stage[b->staged++] = row[i];
    if (b->staged == LINE) flush(task, b);
  }
}

/* The last values fill no whole line: it is completed with the last one, in the room at the end of each person's. */
static void put_rest(const struct task *task, struct bundle *b) {
  int staged = b->staged;
  if (!staged) return;
  for (int i = staged; i < LINE; i++) b->stage[i] = b->stage[staged - 1];
  flush(task, b);
}

static void show_epoch(const struct task *task, struct bundle *b, mask epoch) {
  if (!differ(b->shown_epoch, epoch)) return;
  take_epoch(task, b, epoch, b->shown);
  b->shown_epoch = epoch;
}

/* Rows at the end of a step when people have rows of their own. */
static void put_own_rows(const struct task *task, struct bundle *b, int64_t step, vec t) {
  for (;;) {
    mask due = {0}, epoch = b->shown_epoch;
    EACH_LANE(l) {
      int64_t at = b->person[l] * task->row_step.stride + b->row[l];
      if (!b->active[l] || b->row[l] >= task->rows || task->row_step.at[at] != step) continue;
      due[l] = -1;
      epoch[l] = task->row_epoch.at[b->person[l] * task->row_epoch.stride + b->row[l]];
    }
    if (!any(due)) return;
    show_epoch(task, b, epoch);
    vec row[VALUES];
    read(t, b->y, b->shown, row);
    EACH_LANE(l) {
      if (!due[l]) continue;
      double *to = b->target[l] + b->row[l]++ * VALUES;
      for (int i = 0; i < VALUES; i++) to[i] = row[i][l];
    }
  }
}

/* Reset, then steady state, then bolus. */
static void act(const struct task *task, struct bundle *b, mask reset, mask steady, mask dose) {
  if (any(reset >= 0)) {
    vec matrix[STATES * STATES], constant[STATES], initial[STATES];
    take_equations(task, b, choose_mask(reset >= 0, reset, b->known), matrix, constant, initial);
    for (int i = 0; i < STATES; i++) b->y[i] = choose(reset >= 0, initial[i], b->y[i]);
  }
  EACH_LANE(l) {
    if (steady[l] >= 0)
      for (int i = 0; i < STATES; i++) {
        int keeps = task->accounts[i] || task->adds[steady[l]];
        b->y[i][l] = (keeps ? b->y[i][l] : 0.0) + task->settled[steady[l] * STATES + i];
      }
    if (dose[l] >= 0) {
      const double *from = task->doses.at + b->person[l] * task->doses.stride + dose[l] * task->doses.row;
      for (int64_t j = 0; j < task->inputs; j++) b->y[task->input_states[j]][l] += from[j * task->doses.item];
    }
  }
}

static mask unsound(const struct bundle *b) {
  mask found = {0};
  for (int i = 0; i < STATES; i++) found |= not_finite(b->y[i]);
  return found & ~b->unusable;
}

static void report(const struct task *task, const struct bundle *b, int64_t step, mask *failed) {
  mask bad = unsound(b) & ~*failed;
  EACH_LANE(l) if (bad[l] && b->active[l]) {
    task->outcome[b->person[l]] = GROWN;
    task->reached[b->person[l]] = task->times.at[b->person[l] * task->times.stride + step];
  }
  *failed |= bad;
}

static void begin(const struct task *task, struct bundle *b, int64_t first) {
  vec matrix[STATES * STATES], constant[STATES], initial[STATES];
  const double *from[LANES];
  EACH_LANE(l) {
    int64_t person = first + l < task->people ? first + l : task->people - 1;
    from[l] = task->parameters.at + person * task->parameters.stride;
    b->person[l] = person;
    b->active[l] = first + l < task->people ? -1 : 0;
    b->row[l] = 0;
    b->target[l] = task->values + person * task->value_stride;
  }
  for (int i = 0; i < PARAMETER_COUNT; i++) b->parameters[i] = gathered(from, i);
  b->filled = b->oldest = b->staged = 0;
  b->unusable = (mask){0};
  for (int64_t epoch = task->epochs - 1; epoch >= 0; epoch--) {
    mask bad = {0};
    b->known = (mask){0} + epoch;
    take_epoch(task, b, b->known, b->fixed);
    equations(b->fixed, matrix, constant, initial);
    for (int i = 0; i < STATES * STATES; i++) bad |= not_finite(matrix[i]);
    for (int i = 0; i < STATES; i++) bad |= not_finite(constant[i]) | not_finite(initial[i]);
    b->unusable |= bad;
  }
  memcpy(b->shown, b->fixed, sizeof b->fixed);
  b->shown_epoch = b->known;
  take_equations(task, b, of_lanes(b, task->start_epoch, 0), matrix, constant, b->y);
  if (task->initial.at)
    for (int i = 0; i < STATES; i++) {
      b->y[i] = numbers_of_lanes(b, task->initial, i);
      b->unusable |= not_finite(b->y[i]);
    }
  for (int i = 0; i < STATES; i++) b->inflow[i] = spread(0.0);
}

/* Follows a bundle. Bad states stay bad until a reset or steady state, so they are looked for only there and at the end;
 * when there are some it returns 1 and is called again with `careful`, which looks after every step. */
static inline __attribute__((always_inline)) int follow_bundle(const struct task *task, struct bundle *b, int64_t first,
                                                               int alike, int careful) {
  const struct slot *slot = 0;
  vec gain[STATES];
  mask level = (mask){0} - 1, epoch = level, failed = {0};
  vec span = spread(-1.0);
  int64_t row = 0;
  begin(task, b, first);
  for (int64_t step = 0; step < task->steps; step++) {
    mask reset, steady, dose;
    vec new_span;
    int moves, changes;
    if (alike) {
      double hours = task->spans.at[step];
      int64_t now = task->epoch.at[step], runs = task->level.at[step];
      moves = hours != 0.0;
      changes = hours != span[0] || now != epoch[0] || runs != level[0];
      if (moves && changes) {
        new_span = spread(hours);
        epoch = (mask){0} + now;
        if (runs != level[0]) take_level(task, b, (mask){0} + runs);
        level = (mask){0} + runs;
      }
    } else {
      mask now = of_lanes(b, task->epoch, step), runs = of_lanes(b, task->level, step);
      new_span = numbers_of_lanes(b, task->spans, step);
      moves = any(new_span != 0.0);
      changes = any(((mask)span ^ (mask)new_span) | (now ^ epoch) | (runs ^ level));
      if (moves && changes) {
        epoch = now;
        if (differ(runs, level)) take_level(task, b, runs);
        level = runs;
      }
    }
    if (moves) {
      if (changes) {
        span = new_span;
        slot = find_slot(task, b, span, epoch);
        gains(b, slot, gain);
      }
      move(slot->phi, gain, b->y);
    }
    reset = alike ? (mask){0} + task->reset.at[step] : of_lanes(b, task->reset, step);
    dose = alike ? (mask){0} + task->dose.at[step] : of_lanes(b, task->dose, step);
    steady = task->settles ? of_lanes(b, task->steady, step) : (mask){0} - 1;
    if (alike && !task->settles ? reset[0] >= 0 || dose[0] >= 0 : any((reset & steady & dose) >= 0)) {
      // a reset or steady state would hide what went wrong before it
      if (careful) report(task, b, step, &failed);
      else if (any((reset & steady) >= 0) && any(unsound(b))) return 1;
      act(task, b, reset, steady, dose);
    }
    if (careful) report(task, b, step, &failed);
    if (!alike) {
      put_own_rows(task, b, step, numbers_of_lanes(b, task->times, step));
      continue;
    }
    for (; row < task->rows && task->row_step.at[row] == step; row++) {
      if (task->epochs > 1) show_epoch(task, b, (mask){0} + task->row_epoch.at[row]);
      put_row(task, b, spread(task->times.at[step]), b->y);
    }
    if (!careful && task->runs[step]) {
      int64_t last = step + task->runs[step];
      // what changes in this loop is kept where the compiler can hold it in registers
      vec phi[STATES * STATES], y[STATES];
      memcpy(phi, slot->phi, sizeof phi);
      memcpy(y, b->y, sizeof y);
      row += last - step;
      while (step < last) {
        step++;
        move(phi, gain, y);
        put_row(task, b, spread(task->times.at[step]), y);
      }
      memcpy(b->y, y, sizeof y);
    }
  }
  if (alike) put_rest(task, b);
  EACH_LANE(l) if (b->unusable[l] && b->active[l]) task->outcome[b->person[l]] = UNUSABLE;
  return !careful && any(unsound(b));
}

static __attribute__((noinline)) int follow_alike(const struct task *task, struct bundle *b, int64_t first) {
  return follow_bundle(task, b, first, 1, 0);
}

static __attribute__((noinline)) int follow_each(const struct task *task, struct bundle *b, int64_t first, int careful) {
  return follow_bundle(task, b, first, 0, careful);
}

int64_t lanes(void) { return LANES; }

/* Follows bundles until none is left; called by every thread. */
void propagate(const struct task *task) {
  enum { TAKEN = 8 };
  struct bundle b;
  int64_t bundles = (task->people + LANES - 1) / LANES;
  while (!*(volatile int32_t *)task->stop) {
    int64_t first = __atomic_fetch_add(task->next, TAKEN, __ATOMIC_RELAXED);
    if (first >= bundles) break;
    for (int64_t at = first; at < first + TAKEN && at < bundles; at++)
      if (task->alike ? follow_alike(task, &b, at * LANES) : follow_each(task, &b, at * LANES, 0))
        follow_each(task, &b, at * LANES, 1);
  }
#if defined(__SSE2__)
  if (task->streams) _mm_sfence();
#endif
}
