/* The walk: bundles of cells, each in fixed steps from start to end. `struct job` is mirrored in job.py. */
struct job {
  int64_t cells, steps, every, rows, kept_count, watched, most_spikes, events;
  double start, step, threshold;
  const int64_t *kept;         /* (kept_count) states that are recorded */
  const double *parameters;    /* (cells, parameters) */
  const double *covariates;    /* (cells, covariates) */
  const double *initial;       /* (cells, states) */
  const int64_t *event_step;   /* (cells, events) before which step, rising; steps or more for none */
  const int64_t *event_state;  /* (cells, events) */
  const double *event_amount;  /* (cells, events) */
  double *courses;             /* (cells, rows, kept_count) */
  double *spikes;              /* (cells, most_spikes) times at which `watched` rose through `threshold` */
  int64_t *spike_count;        /* (cells) */
  double *failed;              /* (cells) time from which a state was no number, left alone otherwise */
  int64_t *next;               /* the next cell that nobody has taken */
  int32_t *stop;
};

/* Steps between looks for states that are no numbers. */
#define LOOK 64

/* The cell of a lane; what is beyond the last one does as the last one does. */
static inline int64_t cell_of(const struct job *job, int64_t first, int w, int l) {
  int64_t cell = first + w * LANES + l;
  return cell < job->cells ? cell : job->cells - 1;
}

static void record(const struct job *job, int64_t first, int64_t row, vec (*at)[STATES]) {
  for (int w = 0; w < WAYS; w++) EACH_LANE(l) {
    int64_t cell = first + w * LANES + l;
    if (cell >= job->cells) return;
    double *to = job->courses + (cell * job->rows + row) * job->kept_count;
    for (int64_t k = 0; k < job->kept_count; k++) to[k] = at[w][job->kept[k]][l];
  }
}

static void fire(const struct job *job, int64_t first, vec before, vec after, double time) {
  EACH_LANE(l) {
    int64_t cell = first + l;
    if (cell >= job->cells) break;
    if (!(before[l] < job->threshold && after[l] >= job->threshold)) continue;
    int64_t place = job->spike_count[cell]++;
    double share = (job->threshold - before[l]) / (after[l] - before[l]);
    if (place < job->most_spikes) job->spikes[cell * job->most_spikes + place] = time + share * job->step;
  }
}

static void look(const struct job *job, int64_t first, vec (*y)[STATES], double time) {
  for (int w = 0; w < WAYS; w++) {
    vec doubt = {0};
    for (int k = 0; k < STATES; k++) doubt += y[w][k] - y[w][k];
    EACH_LANE(l) {
      int64_t cell = first + w * LANES + l;
      if (cell < job->cells && doubt[l] != 0.0 && !(job->failed[cell] <= time)) job->failed[cell] = time;
    }
  }
}

/* Follows WAYS bundles side by side: each waits long for its own numbers, and the other fills the time. */
static void follow(const struct job *job, int64_t first) {
  vec fixed[WAYS][FIXED], ahead[WAYS][AHEAD], y[WAYS][STATES], shown[WAYS][STATES], before[WAYS];
  int64_t waiting[WAYS][LANES], soonest = job->steps;
  const double h = job->step;
  for (int w = 0; w < WAYS; w++) {
    vec p[PARAMETERS], u[COVARIATES];
    EACH_LANE(l) {
      int64_t cell = cell_of(job, first, w, l);
      for (int k = 0; k < PARAMETER_COUNT; k++) p[k][l] = job->parameters[cell * PARAMETER_COUNT + k];
      for (int k = 0; k < COVARIATE_COUNT; k++) u[k][l] = job->covariates[cell * COVARIATE_COUNT + k];
      for (int k = 0; k < STATES; k++) y[w][k][l] = job->initial[cell * STATES + k];
      waiting[w][l] = 0;
      if (job->events && job->event_step[cell * job->events] < soonest) soonest = job->event_step[cell * job->events];
    }
    prepare(p, u, fixed[w]);
    look_ahead(fixed[w], ahead[w], h);
  }
  int gates_shown = 0;
  for (int64_t k = 0; k < job->kept_count; k++) gates_shown |= is_gate[job->kept[k]];
  int64_t until_row = 0, row = 0;
  for (int64_t step = 0; step < job->steps; step++) {
    double now = job->start + step * h;
    vec t = spread(now);
    int begins = step == 0 || step == soonest, records = until_row == 0;
    if (records) until_row = job->every;
    until_row--;
    /* The gates are half a step behind: they were moved by the middle of the step before. */
    if (begins) {
      if (step) move_gates_half(t, y, fixed, ahead, h);
      if (step == soonest) {
        soonest = job->steps;
        for (int w = 0; w < WAYS; w++) EACH_LANE(l) {
          int64_t cell = cell_of(job, first, w, l);
          const int64_t *when = job->event_step + cell * job->events;
          for (; waiting[w][l] < job->events && when[waiting[w][l]] <= step; waiting[w][l]++)
            y[w][job->event_state[cell * job->events + waiting[w][l]]][l] +=
                job->event_amount[cell * job->events + waiting[w][l]];
          if (waiting[w][l] < job->events && when[waiting[w][l]] < soonest) soonest = when[waiting[w][l]];
        }
      }
      if (records) record(job, first, row++, y);
      move_gates_half(t, y, fixed, ahead, h);
    } else {
      if (records && gates_shown) {
        for (int w = 0; w < WAYS; w++) for (int k = 0; k < STATES; k++) shown[w][k] = y[w][k];
        move_gates_half(t, shown, fixed, ahead, h);
        record(job, first, row++, shown);
      } else if (records) {
        record(job, first, row++, y);
      }
      move_gates(t, y, fixed, ahead, h);
    }
    int rises = 0;
    for (int w = 0; w < WAYS; w++) before[w] = y[w][job->watched];
    move_rest(spread(now + 0.5 * h), y, fixed, ahead, h);
    for (int w = 0; w < WAYS; w++) rises |= any_rise(before[w], y[w][job->watched], job->threshold);
    if (rises) for (int w = 0; w < WAYS; w++) fire(job, first + w * LANES, before[w], y[w][job->watched], now);
    if (step % LOOK == LOOK - 1) {
      look(job, first, y, now + h);
      if (__atomic_load_n(job->stop, __ATOMIC_RELAXED)) return;
    }
  }
  move_gates_half(spread(job->start + job->steps * h), y, fixed, ahead, h);
  look(job, first, y, job->start + job->steps * h);
  if (until_row == 0) record(job, first, row, y);
}

void follow_cells(const struct job *job) {
  for (;;) {
    int64_t first = __atomic_fetch_add(job->next, WAYS * LANES, __ATOMIC_RELAXED);
    if (first >= job->cells || __atomic_load_n(job->stop, __ATOMIC_RELAXED)) return;
    follow(job, first);
  }
}

int64_t lanes(void) { return WAYS * LANES; }
