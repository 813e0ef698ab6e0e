/* Fast cells: those whose last state, as a voltage does in a spike, grows or falls by itself faster than the steps of the
 * others follow. They go through a step once more, side by side and in parts of it. */

static void *vectors(int64_t count) { return aligned_alloc(sizeof(vec), (size_t)count * sizeof(vec)); }

/* 0 when there is no memory. */
static int make_room(const struct job *job, int p, struct crowd *crowd) {
  const int64_t cells = job->populations[p].cells, states = kinds[p].states;
  crowd->bundles = (cells + LANES - 1) / LANES;
  crowd->y = vectors(crowd->bundles * states);
  crowd->before = vectors(crowd->bundles);
  crowd->steep = vectors(crowd->bundles);
  crowd->fixed = calloc((size_t)kinds[p].fixed, sizeof(double));
  int made = crowd->y && crowd->before && crowd->steep && crowd->fixed;
  for (int k = 0; k < LENGTHS; k++) {
    crowd->ahead[k] = calloc((size_t)kinds[p].ahead, sizeof(double));
    made = made && crowd->ahead[k];
  }
  if (!(job->fast < INFINITY)) return made;
  crowd->begun = vectors(crowd->bundles * states);
  crowd->work = vectors(crowd->bundles * states);
  crowd->steep_before = vectors(crowd->bundles);
  crowd->before_part = vectors(crowd->bundles);
  crowd->fast = calloc((size_t)cells, sizeof(int64_t));
  crowd->fast_before = calloc((size_t)cells, sizeof(int64_t));
  crowd->whole = malloc((size_t)cells);
  if (crowd->whole) memset(crowd->whole, 1, (size_t)cells);
  if (crowd->steep_before) memset(crowd->steep_before, 0, (size_t)crowd->bundles * sizeof(vec));
  return made && crowd->begun && crowd->work && crowd->steep_before && crowd->before_part && crowd->fast &&
         crowd->fast_before && crowd->whole;
}

static void leave_room(struct crowd *crowd) {
  void *const all[] = {crowd->y,    crowd->before,       crowd->steep,       crowd->fixed, crowd->begun,
                       crowd->work, crowd->steep_before, crowd->before_part, crowd->fast,  crowd->fast_before,
                       crowd->whole};
  for (size_t k = 0; k < sizeof(all) / sizeof(all[0]); k++) free(all[k]);
  for (int k = 0; k < LENGTHS; k++) free(crowd->ahead[k]);
}

/* Puts cells, as they stood at the beginning of the step, into `work`; lanes beyond them do as the last of them does. */
static int64_t side_by_side(struct crowd *crowd, const int64_t *cells, int64_t count, int64_t states) {
  const int64_t bundles = (count + LANES - 1) / LANES;
  for (int64_t i = 0; i < bundles * LANES; i++) put(crowd->work, i, crowd->begun, cells[i < count ? i : count - 1], states);
  return bundles;
}

static void set_input(vec *y, int64_t bundles, int64_t states, int64_t input, double value) {
  for (int64_t b = 0; b < bundles; b++) y[b * states + input] = spread(value);
}

/* A slope passes through zero where a spike is steepest, so that of the step before counts as well. */
static void choose_fast(const struct job *job, struct crowd *crowd, int64_t cells, int64_t step) {
  int64_t *kept = crowd->fast_before;
  crowd->fast_before = crowd->fast;
  crowd->fast_before_count = crowd->fast_count;
  crowd->fast = kept;
  crowd->fast_count = 0;
  for (int64_t b = 0; b < crowd->bundles; b++) {
    mask fast = (crowd->steep[b] > job->fast) | (crowd->steep_before[b] > job->fast);
    if (!any(fast)) continue;
    EACH_LANE(l) if (fast[l] && b * LANES + l < cells) crowd->fast[crowd->fast_count++] = b * LANES + l;
  }
  vec *steep = crowd->steep_before;
  crowd->steep_before = crowd->steep;
  crowd->steep = steep;
}

/* Follows the fast cells through the step in parts, with their inputs as all have them; their gates end at its end. */
static void follow_finely(const struct job *job, int p, struct crowd *crowd, int64_t step,
                          double inputs[POPULATIONS][MOST_STATES], const int64_t *waited, const int64_t *waiting) {
  struct population *population = &job->populations[p];
  const struct kind *kind = &kinds[p];
  const int64_t states = kind->states, count = crowd->fast_count;
  const double now = (double)step * job->step, h = job->step / (double)job->parts;
  const int64_t bundles = side_by_side(crowd, crowd->fast, count, states);
  kind->gates(spread(now), crowd->work, bundles, crowd->fixed, crowd->ahead[HALF], 0.5 * job->step);
  for (int64_t i = 0; i < count; i++)
    if (crowd->whole[crowd->fast[i]]) put(crowd->work, i, crowd->begun, crowd->fast[i], states);
  for (int64_t i = 0; i < job->link_count; i++)
    if (job->links[4 * i + 2] == p)
      set_input(crowd->work, bundles, states, job->links[4 * i + 3], inputs[p][job->links[4 * i + 3]]);
  for (int64_t part = 0; part < job->parts; part++) {
    const double begun = now + (double)part * h;
    const int first = part == 0;
    kind->gates(spread(begun), crowd->work, bundles, crowd->fixed, crowd->ahead[first ? HALF_PART : PART],
                first ? 0.5 * h : h);
    if (part == job->parts / 2)
      for (int64_t j = 0; j < job->jump_count; j++)
        for (int64_t k = waited[j]; k < waiting[j] && job->jumps[j].population == p; k++)
          for (int64_t i = 0; i < count; i++)
            if (crowd->fast[i] == job->jumps[j].cells[k])
              crowd->work[(i / LANES) * states + job->jumps[j].state][i % LANES] = job->jumps[j].value;
    for (int64_t b = 0; b < bundles; b++) crowd->before_part[b] = crowd->work[b * states + population->watched];
    kind->rest(spread(begun + 0.5 * h), crowd->work, bundles, crowd->fixed, h, crowd->steep);
    if (step < job->settle) continue;
    for (int64_t i = 0; i < count; i++)
      fire(job, population, crowd->fast[i], crowd->before_part[i / LANES][i % LANES],
           crowd->work[(i / LANES) * states + population->watched][i % LANES], begun, h);
  }
  kind->gates(spread(now + job->step), crowd->work, bundles, crowd->fixed, crowd->ahead[HALF_PART], 0.5 * h);
  for (int64_t i = 0; i < count; i++) put(crowd->y, crowd->fast[i], crowd->work, i, states);
}
