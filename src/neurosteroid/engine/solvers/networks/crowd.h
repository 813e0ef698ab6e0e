/* What the walk of a network is given, and its cells. `struct population`, `struct jumps` and `struct job` are mirrored in
 * job.py. */
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
  int64_t parts;          /* of a step of a fast cell */
  double step, threshold;
  double fast;            /* slope of the last state, of either sign, above which a cell is fast; infinite for no fast cells */
  struct population *populations;
  const int64_t *links;   /* (link_count, 4) source, state, target, input */
  const double *weights;  /* (link_count) */
  const struct jumps *jumps;
  double *failed;         /* (1) time from which a state was no number, left alone otherwise */
  const int32_t *stop;
};

/* Lengths for which the factors of gates are found ahead: a step and half of one, a part of a step and half of that. */
enum { WHOLE, HALF, PART, HALF_PART, LENGTHS };

struct crowd {
  vec *y;        /* (bundles, states) */
  vec *before;   /* (bundles) the watched state before a move */
  double *fixed, *ahead[LENGTHS];
  int64_t bundles;
  vec *begun;    /* (bundles, states) at the beginning of the step; what follows is there for fast cells only */
  vec *work;     /* (bundles, states) of fast cells, side by side */
  vec *before_part; /* (bundles) the watched state of fast cells before a part of the step */
  vec *steep, *steep_before; /* (bundles) size of the slope of the last state, in this step and the one before */
  int64_t *fast, *fast_before, fast_count, fast_before_count; /* (cells) */
  char *whole;   /* (cells) gates stand at the beginning of the step, not half a step before it */
};

/* Puts all states of one cell in the place of another. */
static void put(vec *to, int64_t place, const vec *from, int64_t cell, int64_t states) {
  for (int64_t k = 0; k < states; k++)
    to[(place / LANES) * states + k][place % LANES] = from[(cell / LANES) * states + k][cell % LANES];
}

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

/* A spike, when the watched state has risen through the threshold in the length that followed `time`. */
static void fire(const struct job *job, struct population *population, int64_t cell, double before, double after,
                 double time, double length) {
  if (!(before < job->threshold && after >= job->threshold)) return;
  population->spike_counts[cell]++;
  int64_t place = *population->kept_spikes;
  if (place >= population->most_spikes) return;
  population->spike_times[place] = time + (job->threshold - before) / (after - before) * length;
  population->spike_cells[place] = cell;
  *population->kept_spikes = place + 1;
}
