/* Whole cache lines: values of all lanes, one lane beside the other, become a line of each lane. */
#include <string.h>
#if defined(__x86_64__) || defined(__i386__)
#include <immintrin.h>
#endif

enum { LINE = 8, PARTS = LINE / LANES };

#if defined(__has_builtin)
#if __has_builtin(__builtin_shufflevector) && LANES == 8
#define TURNS
#endif
#endif

/* Turns LINE values of all lanes into one line for each lane. */
static inline void turn(const vec *stage, vec line[LANES][PARTS]) {
#if defined(TURNS)
  vec a[8], b[8];
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) {
    a[2 * i] = __builtin_shufflevector(stage[2 * i], stage[2 * i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
    a[2 * i + 1] = __builtin_shufflevector(stage[2 * i], stage[2 * i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
  }
#pragma GCC unroll 2
  for (int i = 0; i < 8; i += 4)
#pragma GCC unroll 2
    for (int j = i; j < i + 2; j++) {
      b[j] = __builtin_shufflevector(a[j], a[j + 2], 0, 1, 8, 9, 4, 5, 12, 13);
      b[j + 2] = __builtin_shufflevector(a[j], a[j + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    }
#pragma GCC unroll 4
  for (int j = 0; j < 4; j++) {
    line[j][0] = __builtin_shufflevector(b[j], b[j + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    line[j + 4][0] = __builtin_shufflevector(b[j], b[j + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
#else
  EACH_LANE(l) for (int i = 0; i < LINE; i++) line[l][i / LANES][i % LANES] = stage[i][l];
#endif
}

static inline void stream(double *target, vec x) {
#if LANES == 8 && defined(__AVX512F__)
  _mm512_stream_pd(target, (__m512d)x);
#elif LANES == 4 && defined(__AVX__)
  _mm256_stream_pd(target, (__m256d)x);
#elif LANES == 2 && defined(__SSE2__)
  _mm_stream_pd(target, (__m128d)x);
#else
  memcpy(target, &x, sizeof x);
#endif
}
