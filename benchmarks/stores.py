"""How fast memory takes what is stored past the caches: the limit against which stored results are held."""

from __future__ import annotations

import ctypes
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.solvers.rosenbrock.compiling import load

_TEXT = """
#include <stdint.h>
#include <string.h>
#if defined(__x86_64__) || defined(__i386__)
#include <immintrin.h>
#endif
void store(double *at, int64_t lines, double value) {
#if defined(__AVX512F__)
  __m512d x = _mm512_set1_pd(value);
  for (int64_t i = 0; i < lines; i++) _mm512_stream_pd(at + 8 * i, x);
  _mm_sfence();
#elif defined(__AVX__)
  __m256d x = _mm256_set1_pd(value);
  for (int64_t i = 0; i < 2 * lines; i++) _mm256_stream_pd(at + 4 * i, x);
  _mm_sfence();
#else
  for (int64_t i = 0; i < 8 * lines; i++) at[i] = value;
#endif
}
"""


class Storing:
    """Stores whole cache lines over an array, shared by several threads."""

    def __init__(self, array: NDArray[np.float64], threads: int) -> None:
        self.library = load(_TEXT)
        self.library.store.argtypes, self.library.store.restype = (
            (ctypes.c_void_p, ctypes.c_int64, ctypes.c_double),
            None,
        )
        skipped = -array.ctypes.data % 64
        lines = (array.nbytes - skipped) // 64 // threads
        self.pool = ThreadPoolExecutor(threads)
        self.shares = [(array.ctypes.data + skipped + 64 * lines * share, lines) for share in range(threads)]

    def __call__(self) -> None:
        """Store over the whole array once."""
        waiting = [self.pool.submit(self.library.store, at, lines, 1.0) for at, lines in self.shares]
        for item in waiting:
            item.result()
