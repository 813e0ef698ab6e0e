/* The exact step of a linear system, for every lane a matrix and a length of her own. The text above gives STATES. */

/* Degree of the Pade approximant, its weights, and the 1-norm up to which its backward error is below 2^-53 (Higham
 * 2005, table 2.3). Up to that norm the denominator differs from its first term by less than 0.6 of it, so it is
 * diagonally dominant and needs no pivots. */
static const double BOUND = 9.504178996162932e-1;
static const double ODD[4] = {8648640.0, 277200.0, 1512.0, 1.0};
static const double EVEN[4] = {17297280.0, 1995840.0, 25200.0, 56.0};
enum { MOST_SQUARINGS = 1000 };

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
