/* Channels one after the other through pieces of constant agonist, by the direct method: an exponential wait, then the
 * next state by chance. Every random number comes from the caller, so that whoever walks gets the same channels. */

#include <stdint.h>

struct walk {
  /* what is walked: n states; piece i lasts from edges[i] to edges[i + 1] */
  int64_t states, pieces, channels, samples, per_row;
  const double *edges, *leaving, *next; /* leaving (pieces, n); next (pieces, n, n), cumulative shares of the ways */
  const double *times, *opened;         /* samples (K), ascending; opened (n) */
  const int64_t *start;                 /* (channels), the state in which each begins */
  /* where it is */
  int64_t channel, state, piece, sample;
  double now, since;
  /* what is written: either dwell times and their states, or the open channels at the samples, a row for per_row each */
  double *durations, *counts;
  int64_t *visited;
  int64_t written;
};

static void leave(struct walk *w, double until, int last) {
  if (w->durations) {
    w->durations[w->written] = until - w->since;
    w->visited[w->written++] = w->state;
  } else {
    double *row = w->counts + w->channel / w->per_row * w->samples;
    for (; w->sample < w->samples && (w->times[w->sample] < until || last); w->sample++)
      row[w->sample] += w->opened[w->state];
  }
  w->since = until;
}

/* Walks until the random numbers are used up or all channels are through; returns how many were used. */
int64_t walk_on(struct walk *w, const double *waits, const double *draws, int64_t available) {
  const int64_t n = w->states;
  for (int64_t used = 0; used < available; used++) {
    if (w->channel == w->channels) return used;
    const double rate = w->leaving[w->piece * n + w->state], end = w->edges[w->piece + 1];
    const double then = w->now + waits[used] / rate; /* never, where nothing leads away */
    if (then < end) {
      leave(w, then, 0);
      const double *shares = w->next + (w->piece * n + w->state) * n;
      int64_t to = 0;
      while (to < n - 1 && draws[used] >= shares[to]) to++;
      w->state = to;
      w->now = then;
      continue;
    }
    w->now = end; /* a wait has no memory: it begins anew with the next piece's rates */
    if (++w->piece < w->pieces) continue;
    leave(w, end, 1);
    w->channel++;
    w->piece = w->sample = 0;
    w->now = w->since = w->edges[0];
    if (w->channel < w->channels) w->state = w->start[w->channel];
  }
  return available;
}
