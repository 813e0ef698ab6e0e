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

static void record(const struct job *job, int64_t first, int64_t row, const vec *at) {
  EACH_LANE(l) {
    int64_t cell = first + l;
    if (cell >= job->cells) break;
    double *to = job->courses + (cell * job->rows + row) * job->kept_count;
    for (int64_t k = 0; k < job->kept_count; k++) to[k] = at[job->kept[k]][l];
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

static void look(const struct job *job, int64_t first, const vec *y, double time) {
  vec doubt = {0};
  for (int k = 0; k < STATES; k++) doubt += y[k] - y[k];
  EACH_LANE(l) {
    int64_t cell = first + l;
    if (cell < job->cells && doubt[l] != 0.0 && !(job->failed[cell] <= time)) job->failed[cell] = time;
  }
}

static void follow(const struct job *job, int64_t first) {
  vec p[PARAMETERS], u[COVARIATES], fixed[FIXED], ahead[AHEAD], y[STATES], shown[STATES];
  int64_t waiting[LANES], soonest = job->steps;
  const double h = job->step;
  EACH_LANE(l) {
    int64_t cell = first + l < job->cells ? first + l : job->cells - 1;
    for (int k = 0; k < PARAMETER_COUNT; k++) p[k][l] = job->parameters[cell * PARAMETER_COUNT + k];
    for (int k = 0; k < COVARIATE_COUNT; k++) u[k][l] = job->covariates[cell * COVARIATE_COUNT + k];
    for (int k = 0; k < STATES; k++) y[k][l] = job->initial[cell * STATES + k];
    waiting[l] = 0;
    if (job->events && job->event_step[cell * job->events] < soonest) soonest = job->event_step[cell * job->events];
  }
  prepare(p, u, fixed);
  look_ahead(fixed, ahead, h);
  for (int64_t step = 0; step < job->steps; step++) {
    double now = job->start + step * h;
    vec t = spread(now);
    int begins = step == 0 || step == soonest, records = step % job->every == 0;
    /* The gates are half a step behind: they were moved by the middle of the step before. */
    if (begins) {
      if (step) move_gates_half(t, y, fixed, ahead, h);
      if (step == soonest) {
        soonest = job->steps;
        EACH_LANE(l) {
          int64_t cell = first + l < job->cells ? first + l : job->cells - 1;
          const int64_t *when = job->event_step + cell * job->events;
          for (; waiting[l] < job->events && when[waiting[l]] <= step; waiting[l]++)
            y[job->event_state[cell * job->events + waiting[l]]][l] += job->event_amount[cell * job->events + waiting[l]];
          if (waiting[l] < job->events && when[waiting[l]] < soonest) soonest = when[waiting[l]];
        }
      }
      if (records) record(job, first, step / job->every, y);
      move_gates_half(t, y, fixed, ahead, h);
    } else {
      if (records) {
        for (int k = 0; k < STATES; k++) shown[k] = y[k];
        move_gates_half(t, shown, fixed, ahead, h);
        record(job, first, step / job->every, shown);
      }
      move_gates(t, y, fixed, ahead, h);
    }
    vec before = y[job->watched];
    move_rest(spread(now + 0.5 * h), y, fixed, ahead, h);
    vec after = y[job->watched];
    if (any((before < job->threshold) & (after >= job->threshold))) fire(job, first, before, after, now);
    if (step % LOOK == LOOK - 1) {
      look(job, first, y, now + h);
      if (__atomic_load_n(job->stop, __ATOMIC_RELAXED)) return;
    }
  }
  move_gates_half(spread(job->start + job->steps * h), y, fixed, ahead, h);
  look(job, first, y, job->start + job->steps * h);
  if (job->steps % job->every == 0) record(job, first, job->steps / job->every, y);
}

void follow_cells(const struct job *job) {
  for (;;) {
    int64_t first = __atomic_fetch_add(job->next, LANES, __ATOMIC_RELAXED);
    if (first >= job->cells || __atomic_load_n(job->stop, __ATOMIC_RELAXED)) return;
    follow(job, first);
  }
}

int64_t lanes(void) { return LANES; }
