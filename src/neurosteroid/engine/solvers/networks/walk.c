/* The walk of a network: every step all gates, then what the populations give each other, then all else. */

/* Steps between looks for states that are no numbers. */
#define LOOK 1024

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

/* Gates stand half a step before the step; those of cells that were fast, and of all at first, stand at it. */
static void move_gates(const struct job *job, int p, struct crowd *crowd, int64_t step) {
  const struct kind *kind = &kinds[p];
  const double h = job->step;
  const vec t = spread((double)step * h);
  const int64_t states = kind->states;
  if (crowd->begun) memcpy(crowd->begun, crowd->y, (size_t)(crowd->bundles * states) * sizeof(vec));
  if (step == 0) {
    kind->gates(t, crowd->y, crowd->bundles, crowd->fixed, crowd->ahead[HALF], 0.5 * h);
    return;
  }
  kind->gates(t, crowd->y, crowd->bundles, crowd->fixed, crowd->ahead[WHOLE], h);
  if (crowd->fast_count == 0) return;
  const int64_t bundles = side_by_side(crowd, crowd->fast, crowd->fast_count, states);
  kind->gates(t, crowd->work, bundles, crowd->fixed, crowd->ahead[HALF], 0.5 * h);
  for (int64_t i = 0; i < crowd->fast_count; i++) put(crowd->y, crowd->fast[i], crowd->work, i, states);
}

static void couple(const struct job *job, struct crowd *crowds, double inputs[POPULATIONS][MOST_STATES]) {
  for (int64_t i = 0; i < job->link_count; i++) inputs[job->links[4 * i + 2]][job->links[4 * i + 3]] = 0.0;
  for (int64_t i = 0; i < job->link_count; i++) {
    const int64_t *link = job->links + 4 * i;
    inputs[link[2]][link[3]] +=
        job->weights[i] * mean_of(&crowds[link[0]], kinds[link[0]].states, link[1], job->populations[link[0]].cells);
  }
  for (int64_t i = 0; i < job->link_count; i++) {
    const int64_t *link = job->links + 4 * i;
    struct crowd *crowd = &crowds[link[2]];
    set_input(crowd->y, crowd->bundles, kinds[link[2]].states, link[3], inputs[link[2]][link[3]]);
  }
}

static void move_rest(const struct job *job, int p, struct crowd *crowd, int64_t step,
                      double inputs[POPULATIONS][MOST_STATES], const int64_t *waited, const int64_t *waiting) {
  struct population *population = &job->populations[p];
  const struct kind *kind = &kinds[p];
  const double now = (double)step * job->step;
  const vec *watched = crowd->y + population->watched;
  for (int64_t b = 0; b < crowd->bundles; b++) crowd->before[b] = watched[b * kind->states];
  kind->rest(spread(now + 0.5 * job->step), crowd->y, crowd->bundles, crowd->fixed, job->step, crowd->steep);
  if (crowd->begun) {
    choose_fast(job, crowd, population->cells, step);
    if (crowd->fast_count) follow_finely(job, p, crowd, step, inputs, waited, waiting);
    if (step == 0) memset(crowd->whole, 0, (size_t)population->cells);
    for (int64_t i = 0; i < crowd->fast_before_count; i++) crowd->whole[crowd->fast_before[i]] = 0;
    for (int64_t i = 0; i < crowd->fast_count; i++) crowd->whole[crowd->fast[i]] = 1;
  }
  if (step < job->settle) return;
  for (int64_t b = 0; b < crowd->bundles; b++) {
    vec before = crowd->before[b], after = watched[b * kind->states];
    if (!any((before < job->threshold) & (after >= job->threshold))) continue;
    EACH_LANE(l) {
      int64_t cell = b * LANES + l;
      if (cell < population->cells && !(crowd->begun && crowd->whole[cell]))
        fire(job, population, cell, before[l], after[l], now, job->step);
    }
  }
}

static void walk(const struct job *job, struct crowd *crowds, int64_t *waiting, int64_t *waited) {
  double inputs[POPULATIONS][MOST_STATES] = {{0.0}};
  for (int64_t step = 0; step < job->steps; step++) {
    for (int p = 0; p < POPULATIONS; p++) move_gates(job, p, &crowds[p], step);
    for (int64_t j = 0; j < job->jump_count; j++) {
      const struct jumps *jumps = &job->jumps[j];
      vec *y = crowds[jumps->population].y;
      const int64_t states = kinds[jumps->population].states;
      waited[j] = waiting[j];
      for (; waiting[j] < jumps->count && jumps->steps[waiting[j]] <= step; waiting[j]++) {
        int64_t cell = jumps->cells[waiting[j]];
        y[(cell / LANES) * states + jumps->state][cell % LANES] = jumps->value;
      }
    }
    couple(job, crowds, inputs);
    if (step >= job->settle && (step - job->settle) % job->every == 0 && step + job->every <= job->steps)
      keep(job, crowds, (step - job->settle) / job->every);
    for (int p = 0; p < POPULATIONS; p++) move_rest(job, p, &crowds[p], step, inputs, waited, waiting);
    if (step % LOOK == LOOK - 1 || step == job->steps - 1) {
      for (int p = 0; p < POPULATIONS; p++)
        if (broken(&crowds[p], kinds[p].states) && !(*job->failed <= (double)(step + 1) * job->step)) {
          *job->failed = (double)(step + 1) * job->step;
          return;
        }
      if (__atomic_load_n(job->stop, __ATOMIC_RELAXED)) return;
    }
  }
}

/* 1 when there is no memory. */
int32_t follow_network(const struct job *job) {
  struct crowd crowds[POPULATIONS] = {{0}};
  int64_t *waiting = calloc(2 * (size_t)job->jump_count + 1, sizeof(int64_t));
  int32_t failed = waiting == NULL;
  for (int p = 0; p < POPULATIONS; p++) {
    const struct population *population = &job->populations[p];
    struct crowd *crowd = &crowds[p];
    if (!make_room(job, p, crowd)) {
      failed = 1;
      continue;
    }
    /* The lanes beyond the last cell follow the last cell, so that they meet no odd numbers. */
    const int64_t states = kinds[p].states;
    for (int64_t b = 0; b < crowd->bundles; b++) EACH_LANE(l) {
        int64_t cell = b * LANES + l < population->cells ? b * LANES + l : population->cells - 1;
        for (int64_t k = 0; k < states; k++) crowd->y[b * states + k][l] = population->initial[cell * states + k];
      }
    kinds[p].prepare(population->parameters, crowd->fixed);
    const double lengths[LENGTHS] = {job->step, 0.5 * job->step, job->step / (double)job->parts,
                                     0.5 * job->step / (double)job->parts};
    for (int k = 0; k < LENGTHS; k++) kinds[p].look_ahead(crowd->fixed, crowd->ahead[k], lengths[k]);
  }
  if (!failed) walk(job, crowds, waiting, waiting + job->jump_count);
  for (int p = 0; p < POPULATIONS; p++) leave_room(&crowds[p]);
  free(waiting);
  return failed;
}
