/* The walk of a network: every step all gates, then what the populations give each other, then all else.
 * `struct population`, `struct jumps` and `struct job` are mirrored in job.py. */
struct population {
  int64_t cells, watched, recorded_count, most_spikes;
  const int64_t *recorded;  /* (recorded_count) states whose means are kept */
  const double *parameters; /* (parameters) */
  const double *initial;    /* (cells, states) */
  double *means;            /* (rows, recorded_count) */
  double *sums;             /* (cells) of the watched state over the rows, less where it started */
  double *squares;          /* (cells) of its square */
  int64_t *spike_counts;    /* (cells) after settling */
  double *spike_times;      /* (most_spikes) */
  int64_t *spike_cells;     /* (most_spikes) */
  int64_t *kept_spikes;     /* (1) how many of them there are */
};

struct jumps {
  int64_t population, state, count;
  double value;
  const int64_t *steps; /* (count) rising */
  const int64_t *cells; /* (count) */
};

struct job {
  int64_t steps, settle, every, link_count, jump_count;
  double step, threshold;
  struct population *populations;
  const int64_t *links;   /* (link_count, 4) source, state, target, input */
  const double *weights;  /* (link_count) */
  const struct jumps *jumps;
  double *failed;         /* (1) time from which a state was no number, left alone otherwise */
  const int32_t *stop;
};

/* Steps between looks for states that are no numbers. */
#define LOOK 1024

struct crowd {
  vec *y;      /* (bundles, states) */
  vec *before; /* (bundles) the watched state before a move */
  double *fixed, *ahead;
  int64_t bundles;
};

/* The mean over the cells of a state; the lanes beyond the last cell are left out. */
static double mean_of(const struct crowd *crowd, int64_t states, int64_t state, int64_t cells) {
  vec sum = {0};
  const int64_t whole = cells / LANES;
  for (int64_t b = 0; b < whole; b++) sum += crowd->y[b * states + state];
  double found = 0.0;
  EACH_LANE(l) found += sum[l];
  for (int64_t c = whole * LANES; c < cells; c++) found += crowd->y[whole * states + state][c - whole * LANES];
  return found / (double)cells;
}

static void keep(const struct job *job, struct crowd *crowds, int64_t row) {
  for (int p = 0; p < POPULATIONS; p++) {
    struct population *population = &job->populations[p];
    const struct kind *kind = &kinds[p];
    for (int64_t k = 0; k < population->recorded_count; k++)
      population->means[row * population->recorded_count + k] =
          mean_of(&crowds[p], kind->states, population->recorded[k], population->cells);
    for (int64_t c = 0; c < population->cells; c++) {
      double value = crowds[p].y[(c / LANES) * kind->states + population->watched][c % LANES];
      double apart = value - population->initial[c * kind->states + population->watched];
      population->sums[c] += apart;
      population->squares[c] += apart * apart;
    }
  }
}

static int broken(const struct crowd *crowd, int64_t states) {
  vec doubt = {0};
  for (int64_t k = 0; k < crowd->bundles * states; k++) doubt += crowd->y[k] - crowd->y[k];
  EACH_LANE(l) if (doubt[l] != 0.0) return 1;
  return 0;
}

static void fire(const struct job *job, struct population *population, int64_t bundle, vec before, vec after,
                 int64_t step) {
  if (step < job->settle) return;
  EACH_LANE(l) {
    int64_t cell = bundle * LANES + l;
    if (cell >= population->cells) break;
    if (!(before[l] < job->threshold && after[l] >= job->threshold)) continue;
    population->spike_counts[cell]++;
    int64_t place = *population->kept_spikes;
    if (place >= population->most_spikes) continue;
    double share = (job->threshold - before[l]) / (after[l] - before[l]);
    population->spike_times[place] = ((double)step + share) * job->step;
    population->spike_cells[place] = cell;
    *population->kept_spikes = place + 1;
  }
}

static void walk(const struct job *job, struct crowd *crowds, int64_t *waiting) {
  const double h = job->step;
  for (int64_t step = 0; step < job->steps; step++) {
    /* States that move one at a time stand at the step, gates half a step later: at first they move half a step. */
    const double reached = step ? h : 0.5 * h;
    for (int p = 0; p < POPULATIONS; p++) {
      struct crowd *crowd = &crowds[p];
      if (step < 2) kinds[p].look_ahead(crowd->fixed, crowd->ahead, reached);
      kinds[p].gates(spread((double)step * h), crowd->y, crowd->bundles, crowd->fixed, crowd->ahead, reached);
    }
    for (int64_t j = 0; j < job->jump_count; j++) {
      const struct jumps *jumps = &job->jumps[j];
      vec *y = crowds[jumps->population].y;
      const int64_t states = kinds[jumps->population].states;
      for (; waiting[j] < jumps->count && jumps->steps[waiting[j]] <= step; waiting[j]++) {
        int64_t cell = jumps->cells[waiting[j]];
        y[(cell / LANES) * states + jumps->state][cell % LANES] = jumps->value;
      }
    }
    double inputs[POPULATIONS][MOST_STATES] = {{0.0}};
    for (int64_t i = 0; i < job->link_count; i++) {
      const int64_t *link = job->links + 4 * i;
      inputs[link[2]][link[3]] +=
          job->weights[i] * mean_of(&crowds[link[0]], kinds[link[0]].states, link[1], job->populations[link[0]].cells);
    }
    for (int64_t i = 0; i < job->link_count; i++) {
      const int64_t *link = job->links + 4 * i;
      vec input = spread(inputs[link[2]][link[3]]);
      for (int64_t b = 0; b < crowds[link[2]].bundles; b++) crowds[link[2]].y[b * kinds[link[2]].states + link[3]] = input;
    }
    if (step >= job->settle && (step - job->settle) % job->every == 0 && step + job->every <= job->steps)
      keep(job, crowds, (step - job->settle) / job->every);
    for (int p = 0; p < POPULATIONS; p++) {
      struct crowd *crowd = &crowds[p];
      struct population *population = &job->populations[p];
      const vec *watched = crowd->y + population->watched;
      const int64_t states = kinds[p].states;
      for (int64_t b = 0; b < crowd->bundles; b++) crowd->before[b] = watched[b * states];
      kinds[p].rest(spread(((double)step + 0.5) * h), crowd->y, crowd->bundles, crowd->fixed, crowd->ahead, h);
      for (int64_t b = 0; b < crowd->bundles; b++) {
        vec before = crowd->before[b], after = watched[b * states];
        if (any((before < job->threshold) & (after >= job->threshold))) fire(job, population, b, before, after, step);
      }
    }
    if (step % LOOK == LOOK - 1 || step == job->steps - 1) {
      for (int p = 0; p < POPULATIONS; p++)
        if (broken(&crowds[p], kinds[p].states) && !(*job->failed <= (double)(step + 1) * h)) {
          *job->failed = (double)(step + 1) * h;
          return;
        }
      if (__atomic_load_n(job->stop, __ATOMIC_RELAXED)) return;
    }
  }
}

/* 1 when there is no memory. */
int32_t follow_network(const struct job *job) {
  struct crowd crowds[POPULATIONS] = {{0}};
  int64_t *waiting = calloc((size_t)job->jump_count + 1, sizeof(int64_t));
  int32_t failed = waiting == NULL;
  for (int p = 0; p < POPULATIONS; p++) {
    const struct population *population = &job->populations[p];
    const struct kind *kind = &kinds[p];
    struct crowd *crowd = &crowds[p];
    crowd->bundles = (population->cells + LANES - 1) / LANES;
    crowd->y = aligned_alloc(sizeof(vec), (size_t)(crowd->bundles * kind->states) * sizeof(vec));
    crowd->before = aligned_alloc(sizeof(vec), (size_t)crowd->bundles * sizeof(vec));
    crowd->fixed = calloc((size_t)kind->fixed, sizeof(double));
    crowd->ahead = calloc((size_t)kind->ahead, sizeof(double));
    if (crowd->y == NULL || crowd->before == NULL || crowd->fixed == NULL || crowd->ahead == NULL) {
      failed = 1;
      continue;
    }
    /* The lanes beyond the last cell follow the last cell, so that they meet no odd numbers. */
    for (int64_t b = 0; b < crowd->bundles; b++) EACH_LANE(l) {
        int64_t cell = b * LANES + l < population->cells ? b * LANES + l : population->cells - 1;
        for (int64_t k = 0; k < kind->states; k++)
          crowd->y[b * kind->states + k][l] = population->initial[cell * kind->states + k];
      }
    kind->prepare(population->parameters, crowd->fixed);
  }
  if (!failed) walk(job, crowds, waiting);
  for (int p = 0; p < POPULATIONS; p++) {
    free(crowds[p].y);
    free(crowds[p].before);
    free(crowds[p].fixed);
    free(crowds[p].ahead);
  }
  free(waiting);
  return failed;
}
