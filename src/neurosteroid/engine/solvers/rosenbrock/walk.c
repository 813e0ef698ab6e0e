/* The walk: every lane follows one person through her own timeline, at her own steps, and takes the next person when
 * she is done. The generated model above this text gives STATES, PARAMETERS, COVARIATES, FIXED, NONZEROS, SLOTS, GAMMA,
 * ORDER and the functions prepare, linearise, slope, curve, factor, attempt, weigh, interpolate. With one lane this is
 * CUDA as well, where every thread has a bundle of its own.
 */

enum { DONE = 0, STUCK = 1, NOT_FINITE = 2, TOO_MANY = 3, UNSETTLED = 4 };

struct task {
  int64_t people, steps, rows, inputs, epochs, most_attempts;
  double relative, absolute;
  const int64_t *input_states;     /* (inputs) */
  const double *parameters;        /* (people, PARAMETERS) */
  const double *covariates;        /* (people, epochs, COVARIATES) */
  const double *initial;           /* (people, epochs, STATES) */
  const double *start;             /* (people) */
  const int64_t *start_epoch;      /* (people) */
  const double *times;             /* (people, steps) */
  const double *rates;             /* (people, steps + 1, inputs) */
  const double *boluses;           /* (people, steps, inputs) */
  const uint8_t *acts;             /* (people, steps): something changes after this step */
  const int64_t *epoch;            /* (people, steps) */
  const int64_t *reset;            /* (people, steps) */
  const int64_t *steady;           /* (people, steps) */
  const double *settled;           /* (regimens, STATES) */
  const uint8_t *adds;             /* (regimens) */
  const uint8_t *accounts;         /* (STATES) */
  const int64_t *row_step;         /* (people, rows) */
  double *states;                  /* (people, rows, STATES), written */
  int64_t *outcome;                /* (people), written */
  double *reached;                 /* (people), written */
  int64_t *work;                   /* (people, 2) attempts and accepted steps, written */
  int64_t *next;                   /* next person to take, shared by the threads */
  int32_t *stop;                   /* set to leave early */
  const double *moves;             /* (people, steps, BLOCKS - 1) of the ends of the steps by scaled parameters */
};

struct bundle {
  vec y[STATES], parameters[PARAMETERS], covariates[COVARIATES], fixed[FIXED], inflow[STATES];
  vec t, h, until, due;            /* time, next step, end of the stretch, next row inside it */
  vec last_h, last_error;          /* of the last accepted step, for the choice of the next; the error to 1 / ORDER */
  mask active, fresh, held;        /* has a person; has no step size yet; may not grow its step */
  vec attempts, accepted;
  int stale;                       /* fixed[] is to be computed again */
  int64_t person[LANES], step[LANES], row[LANES];
  /* The step that is tried. */
  vec tried, inverse;              /* its length, and 1 / length */
  mask ends, weak;                 /* it reaches the end of the stretch; its matrix is near singular */
  mask grazes;                     /* a step of this stretch has met rates that are no numbers */
  vec f[STATES], ft[STATES], jacobian[NONZEROS], lu[SLOTS];
  vec stage[STAGES][STATES], change[STATES], reached[STATES], lifted[STATES];
};

/* A state that cannot be negative may be taken below zero by the error of a step, where its rates may be no numbers
 * (x^1.5). This puts it back to zero in some lanes, if it is no further than the error that the test lets it have. */
static vec lift(const struct task *task, const struct bundle *b, int i, mask lanes) {
  vec allowed = sqrt((double)BLOCK) * (task->absolute + task->relative * b->y[i]);
  mask low = lanes & (b->y[i] >= 0.0) & (b->reached[i] < 0.0) & (-b->reached[i] <= allowed);
  return choose(low, spread(0.0), b->reached[i]);
}

/* The states at which a stage takes its rates; in lanes that graze zero, those just below it are put to zero. */
static __attribute__((noinline)) const vec *lifted(const struct task *task, struct bundle *b) {
  for (int i = 0; i < STATES; i++) b->lifted[i] = i < BLOCK ? lift(task, b, i, b->grazes) : b->reached[i];
  return b->lifted;
}

static void show(const struct task *task, struct bundle *b, int l, const vec *y) {
  double *row = task->states + (b->person[l] * task->rows + b->row[l]) * STATES;
  UNROLLED
  for (int i = 0; i < STATES; i++) row[i] = LANE(y[i], l);
  /* Memory for the next row is asked for early. */
  for (int i = 0; i < STATES; i += 8) expect(row + STATES + i);
  b->row[l]++;
}

static double row_time(const struct task *task, const struct bundle *b, int l) {
  int64_t person = b->person[l], row = b->row[l];
  int64_t step = row < task->rows ? task->row_step[person * task->rows + row] : -1;
  return step >= 0 && step < b->step[l] ? task->times[person * task->steps + step] : INFINITY;
}

static void take_covariates(const struct task *task, struct bundle *b, int l, int64_t epoch) {
  const double *from = task->covariates + (b->person[l] * task->epochs + epoch) * COVARIATE_COUNT;
  for (int i = 0; i < COVARIATE_COUNT; i++) LANE(b->covariates[i], l) = from[i];
  b->stale = 1;
}

/* Goes from derivatives at a fixed time to those along with the moving end of a step (sign 1), or back (sign -1), with
 * the rates that hold in a regime: D = s + f dt/dp. */
static void lean(const struct task *task, struct bundle *b, int l, int64_t step, int64_t regime, double sign) {
#if BLOCKS > 1
  int64_t person = b->person[l], moving = 0;
  const double *moves = task->moves + (person * task->steps + step) * (BLOCKS - 1);
  for (int j = 0; j < BLOCKS - 1; j++) moving |= moves[j] != 0.0;
  if (!moving || regime >= task->steps) return;
  vec f[STATES];
  take_covariates(task, b, l, task->epoch[person * task->steps + regime]);
  prepare(b->parameters, b->covariates, b->fixed);
  slope(b->t, b->y, b->fixed, f);
  for (int64_t j = 0; j < task->inputs; j++)
    LANE(f[task->input_states[j]], l) += task->rates[(person * (task->steps + 1) + regime) * task->inputs + j];
  for (int j = 0; j < BLOCKS - 1; j++)
    for (int i = 0; i < BLOCK; i++) LANE(b->y[(1 + j) * BLOCK + i], l) += sign * moves[j] * LANE(f[i], l);
#endif
}

/* Reset, then steady state, then bolus; returns whether the states can be used. */
static int act(const struct task *task, struct bundle *b, int l, int64_t step) {
  int64_t person = b->person[l], cell = person * task->steps + step;
  int64_t epoch = task->reset[cell], regimen = task->steady[cell];
  lean(task, b, l, step, step, 1.0);
  if (epoch >= 0)
    for (int i = 0; i < STATES; i++) LANE(b->y[i], l) = task->initial[(person * task->epochs + epoch) * STATES + i];
  if (regimen >= 0)
    for (int i = 0; i < STATES; i++) {
      double found = task->settled[regimen * STATES + i];
      if (!isfinite(found)) return 0;
      if (!task->accounts[i]) LANE(b->y[i], l) = found + (task->adds[regimen] ? LANE(b->y[i], l) : 0.0);
    }
  for (int64_t j = 0; j < task->inputs; j++)
    LANE(b->y[task->input_states[j]], l) += task->boluses[cell * task->inputs + j];
  lean(task, b, l, step, step + 1, -1.0);
  return 1;
}

/* Gives up on the person in a lane; her remaining rows are NaN. */
static void fail(const struct task *task, struct bundle *b, int l, int64_t why) {
  int64_t person = b->person[l];
  task->outcome[person] = why;
  task->reached[person] = LANE(b->t, l);
  double *rest = task->states + (person * task->rows + b->row[l]) * STATES;
  for (int64_t i = 0; i < (task->rows - b->row[l]) * STATES; i++) rest[i] = NAN;
  b->row[l] = task->rows;
}

/* Goes on from the end of stretch `from` - 1 to the next stretch that has a length; false when she has no more rows. */
static int enter(const struct task *task, struct bundle *b, int l, int64_t from) {
  int64_t person = b->person[l];
  const int64_t *row_step = task->row_step + person * task->rows;
  const double *times = task->times + person * task->steps;
  int64_t step = from;
  for (;;) {
    if (b->row[l] >= task->rows || row_step[b->row[l]] < 0 || step >= task->steps) return 0;
    int64_t last = step;
    while (last + 1 < task->steps && !task->acts[person * task->steps + last]) last++;
    b->step[l] = last;
    while (b->row[l] < task->rows && row_step[b->row[l]] >= 0 && row_step[b->row[l]] < last
           && times[row_step[b->row[l]]] <= LANE(b->t, l))
      show(task, b, l, b->y);
    if (times[last] > LANE(b->t, l)) break;
    if (!act(task, b, l, last)) {
      fail(task, b, l, UNSETTLED);
      return 0;
    }
    if (b->row[l] < task->rows && row_step[b->row[l]] == last) show(task, b, l, b->y);
    step = last + 1;
  }
  for (int i = 0; i < STATES; i++) LANE(b->inflow[i], l) = 0.0;
  for (int64_t j = 0; j < task->inputs; j++)
    LANE(b->inflow[task->input_states[j]], l) = task->rates[(person * (task->steps + 1) + step) * task->inputs + j];
  take_covariates(task, b, l, task->epoch[person * task->steps + step]);
  LANE(b->until, l) = times[b->step[l]];
  LANE(b->due, l) = row_time(task, b, l);
  LANE(b->fresh, l) = -1;
  LANE(b->held, l) = 0;
  LANE(b->grazes, l) = 0;
  return 1;
}

/* Puts the next person into a lane, or leaves it idle. */
static void take_next(const struct task *task, struct bundle *b, int l) {
  for (;;) {
    int64_t person = b->person[l];
    if (LANE(b->active, l)) {
      task->work[2 * person] = (int64_t)LANE(b->attempts, l);
      task->work[2 * person + 1] = (int64_t)LANE(b->accepted, l);
    }
    person = ticket(task->next);
    if (person >= task->people) break;
    int64_t epoch = task->start_epoch[person];
    int finite = 1;
    LANE(b->active, l) = -1;
    b->person[l] = person;
    b->row[l] = 0;
    LANE(b->t, l) = task->start[person];
    LANE(b->attempts, l) = LANE(b->accepted, l) = 0.0;
    for (int i = 0; i < PARAMETER_COUNT; i++)
      LANE(b->parameters[i], l) = task->parameters[person * PARAMETER_COUNT + i];
    for (int i = 0; i < STATES; i++) {
      LANE(b->y[i], l) = task->initial[(person * task->epochs + epoch) * STATES + i];
      finite &= isfinite(LANE(b->y[i], l)) != 0;
    }
    take_covariates(task, b, l, epoch);
    if (!finite) fail(task, b, l, NOT_FINITE);
    if (finite && enter(task, b, l, 0)) return;
  }
  LANE(b->active, l) = 0;
  LANE(b->t, l) = 0.0;
  LANE(b->h, l) = 1.0;
  LANE(b->until, l) = LANE(b->due, l) = INFINITY;
  for (int i = 0; i < STATES; i++) LANE(b->y[i], l) = 1.0;
}

static vec norm(const vec *x, const vec *y, const struct task *task) {
  vec sum = spread(0.0);
  for (int i = 0; i < BLOCK; i++) {
    vec part = x[i] * rough_reciprocal(task->absolute + task->relative * absolute(y[i]));
    sum += part * part;
  }
  return square_root(sum * (1.0 / BLOCK));
}

/* First step after an event: a fraction, fixed by the tolerance, of the time in which the rates change by themselves. */
static void first_steps(const struct task *task, struct bundle *b) {
  vec bend[STATES];
  curve(b->jacobian, b->f, b->ft, bend);
  double part = 0.5 * pow(task->relative, 1.0 / (ORDER + 1));
  vec h = part * norm(b->f, b->y, task) / norm(bend, b->y, task);
  vec left = b->until - b->t;
  /* Rates of zero, or rates that do not change, give no scale: try the whole stretch. */
  h = choose((h > 0.0) & (h < left), h, left);
  b->h = choose(b->fresh, h, b->h);
  b->last_h = choose(b->fresh, spread(1.0), b->last_h);
  b->last_error = choose(b->fresh, spread(1e300), b->last_error);
  b->fresh = none();
}

static int finite_in_lane(const vec *x, int count, int l) {
  for (int i = 0; i < count; i++)
    if (!isfinite(LANE(x[i], l))) return 0;
  return 1;
}

/* Chooses the length of the next step and factors its matrix. */
static void begin(const struct task *task, struct bundle *b) {
  if (b->stale) prepare(b->parameters, b->covariates, b->fixed);
  b->stale = 0;
  linearise(b->t, b->y, b->fixed, b->f, b->ft, b->jacobian);
  for (int64_t j = 0; j < task->inputs; j++) b->f[task->input_states[j]] += b->inflow[task->input_states[j]];
  if (any(b->fresh)) first_steps(task, b);
  /* The last step ends where the stretch ends; the one before it is shortened, so that no tiny step is left. */
  vec left = b->until - b->t;
  b->ends = b->h * 1.01 >= left;
  vec h = choose(b->ends, left, choose(b->h * 2.0 > left, 0.5 * left, b->h));
  b->tried = choose(b->active, h, spread(1.0));
  b->inverse = 1.0 / b->tried;
  b->weak = factor(b->jacobian, b->inverse * (1.0 / GAMMA), b->lu);
}

/* Mean square over the states of error / (absolute + relative |y|), the largest among the blocks that are tested; NaN
 * when a state has overflowed. Also the lowest state. */
static vec judge(const struct task *task, const struct bundle *b, vec *lowest) {
  const vec *error = b->stage[STAGES - 1];
  vec squared = spread(0.0), poison[2] = {spread(0.0), spread(0.0)};
  for (int k = 0; k < TESTED; k++) {
    vec sum[2] = {spread(0.0), spread(0.0)};
    UNROLLED
    for (int i = k * BLOCK; i < (k + 1) * BLOCK; i++) {
      vec scale = task->absolute + task->relative * larger(absolute(b->y[i]), absolute(b->reached[i]));
      vec part = error[i] * rough_reciprocal(scale);
      sum[i & 1] += part * part;
    }
    squared = larger(squared, (sum[0] + sum[1]) * (1.0 / BLOCK));
  }
  UNROLLED
  for (int i = 0; i < STATES; i++) poison[i & 1] += b->reached[i] * 0.0;
  *lowest = b->reached[0];
  UNROLLED
  for (int i = 1; i < BLOCK; i++) *lowest = smaller(*lowest, b->reached[i]);
  return squared + (poison[0] + poison[1]);
}

/* Writes the rows inside a step that was accepted. The first few by weights of the stages; where there are more, it pays
 * to compute coefficients for all. Which way a row goes depends on its place in the person's own step alone. */
static __attribute__((noinline)) void show_inside(const struct task *task, struct bundle *b, mask showing, vec ahead) {
  mask lane_number;
  EACH_LANE(l) LANE(lane_number, l) = l;
  vec bends[DENSE][STATES], between[STATES], weights[STAGES], due = b->due;
  for (int turn = 0; any(showing); turn++) {
    vec part = choose(showing, (due - b->t) * b->inverse, spread(1.0));
    if (turn < 4) {
      weigh(part, weights);
      UNROLLED
      for (int i = 0; i < STATES; i++) {
        vec even = b->y[i] + part * (b->reached[i] - b->y[i]), odd = weights[0] * b->stage[0][i];
        for (int j = 1; j < STAGES; j++)
          if (j & 1) even += weights[j] * b->stage[j][i];
          else odd += weights[j] * b->stage[j][i];
        between[i] = even + odd;
      }
    } else {
      if (turn == 4) interpolate(b, bends);
      for (int i = 0; i < STATES; i++) {
        vec inner = bends[DENSE - 1][i];
        for (int m = DENSE - 2; m >= 0; m--) inner = bends[m][i] + part * inner;
        between[i] = b->y[i] + part * ((b->reached[i] - b->y[i]) + (1.0 - part) * inner);
      }
    }
    EACH_LANE(l) if (LANE(showing, l)) {
      show(task, b, l, between);
      /* Not by due[l]: a vector cannot be read before what is written to its lanes, and all before, is in the cache. */
      due = choose(lane_number == l, spread(row_time(task, b, l)), due);
    }
    showing &= (due <= ahead) & (due < b->until);
  }
  b->due = due;
}

/* Puts states back to zero where a step ends without rates; returns the lanes in which that does not help. */
static __attribute__((noinline)) mask put_back(const struct task *task, struct bundle *b, mask good) {
  mask lost = none();
  for (int i = 0; i < BLOCK; i++) lost |= good & (b->reached[i] < 0.0) & (b->y[i] >= 0.0);
  for (int turn = 0; turn < 2 && any(lost); turn++) {
    vec f[STATES], poison = spread(0.0);
    slope(b->t + b->tried, b->reached, b->fixed, f);
    for (int i = 0; i < BLOCK; i++) poison += f[i] * 0.0;
    lost &= opposite(poison == poison);
    for (int i = 0; turn == 0 && i < BLOCK; i++) b->reached[i] = lift(task, b, i, lost);
  }
  return lost;
}

/* Accepts the step or not, chooses the length of the next one, and goes on. */
static void finish(const struct task *task, struct bundle *b) {
  vec h = b->tried, lowest, squared = judge(task, b, &lowest);
  mask good = b->active & (squared <= 1.0) & opposite(b->weak);
  if (any(good & (lowest < 0.0))) good &= opposite(put_back(task, b, good));
  b->grazes |= b->active & opposite(squared == squared);
  /* The next step by the error, and by how the error changed over the last two steps (Gustafsson), whichever is less. */
  vec inverse_error = exponential(logarithm(larger(spread(1e-20), squared)) * (-0.5 / ORDER));
  vec factor_now = 0.9 * inverse_error;
  vec factor_trend = factor_now * (h * rough_reciprocal(b->last_h)) * (b->last_error * inverse_error);
  vec grown = smaller(choose(good, smaller(factor_now, factor_trend), factor_now), spread(6.0));
  grown = choose((squared == squared) & opposite(b->weak), larger(grown, spread(0.1)), spread(0.1));
  grown = choose((b->held | opposite(good)) & (grown > 1.0), spread(1.0), grown);
  grown = choose(opposite(good) & (grown > 0.9), spread(0.5), grown);
  /* A step that was shortened says nothing against the longer one. */
  vec next_h = h * grown;
  next_h = choose(good & (h < b->h), larger(next_h, b->h), next_h);
  b->attempts += choose(b->active, spread(1.0), spread(0.0));
  b->accepted += choose(good, spread(1.0), spread(0.0));
  b->last_h = choose(good, h, b->last_h);
  vec error = larger(rough_reciprocal(inverse_error), spread(pow(1e-2, 1.0 / ORDER)));
  b->last_error = choose(good, error, b->last_error);
  b->held = choose_mask(good, none(), b->active);
  b->h = choose(b->active, next_h, b->h);
  vec ahead = choose(b->ends, b->until, b->t + h);
  mask showing = good & (b->due <= ahead) & (b->due < b->until);
  if (any(showing)) show_inside(task, b, showing, ahead);
  b->t = choose(good, ahead, b->t);
  UNROLLED
  for (int i = 0; i < STATES; i++) b->y[i] = choose(good, b->reached[i], b->y[i]);
  mask arrived = good & b->ends;
  vec least = 1e-15 * larger(absolute(b->t), h);
  mask lost = b->active & opposite(good)
      & ((b->h <= least) | (b->attempts > (double)task->most_attempts) | opposite(squared == squared));
  if (!any(arrived | lost)) return;
  EACH_LANE(l) {
    if (LANE(arrived, l)) {
      /* Rows at the very end of the stretch, before what happens there. */
      if (!enter(task, b, l, b->step[l])) take_next(task, b, l);
    } else if (LANE(lost, l)) {
      int usable = finite_in_lane(b->f, STATES, l) && finite_in_lane(b->jacobian, NONZERO_COUNT, l);
      if (usable && LANE(b->h, l) > LANE(least, l) && LANE(b->attempts, l) <= (double)task->most_attempts) continue;
      fail(task, b, l, !usable ? NOT_FINITE : LANE(b->h, l) <= LANE(least, l) ? STUCK : TOO_MANY);
      take_next(task, b, l);
    }
  }
}

/* Follows people until there are no more; several threads may run this on one task. */
void walk(const struct task *task) {
  struct bundle bundle = {0}, *b = &bundle;
  EACH_LANE(l) take_next(task, b, l);
  while (any(b->active) && !told(task->stop)) {
    begin(task, b);
    attempt(task, b);
    finish(task, b);
  }
  EACH_LANE(l) if (LANE(b->active, l)) fail(task, b, l, TOO_MANY);
}

int64_t lanes(void) { return LANES; }
