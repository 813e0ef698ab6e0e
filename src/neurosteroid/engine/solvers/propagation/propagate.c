/* Exact propagation of linear systems: every lane follows one person from event to event, x(t + h) = Phi x(t) + Psi v
 * with v the constant inflow, and her values are turned in registers into whole cache lines before they are stored. The
 * generated text above gives STATES, VALUES, FIXED, PARAMETER_COUNT, COVARIATE_COUNT and the functions prepare,
 * equations, read.
 */
enum { DONE = 0, UNUSABLE = 1, GROWN = 2 };

/* Propagators kept by a bundle: as many as fit into a nearer cache. */
enum { ROOM = 65536 / (sizeof(vec) * 2 * STATES * STATES), SLOTS = ROOM > 32 ? 32 : ROOM < 4 ? 4 : ROOM };

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
