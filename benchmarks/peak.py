"""The fastest multiply-adds of one core, as the limit against which a counted number of operations is held."""

from __future__ import annotations

import ctypes
import time

from neurosteroid.engine.solvers.rosenbrock.compiling import load

CHAINS = 12
"""Independent sums at once: more than the latency of a multiply-add times the units that do it."""

ROUNDS = 2_000_000

_TEXT = f"""
#if defined(__AVX512F__)
#define LANES 8
#elif defined(__AVX__)
#define LANES 4
#else
#define LANES 2
#endif
typedef double vec __attribute__((vector_size(8 * LANES)));
double climb(long rounds, double factor) {{
  vec {", ".join(f"x{chain} = {{{chain}.0}}" for chain in range(CHAINS))};
  for (long round = 0; round < rounds; round++) {{
    {" ".join(f"x{chain} = x{chain} * factor + factor;" for chain in range(CHAINS))}
  }}
  return ({" + ".join(f"x{chain}" for chain in range(CHAINS))})[0];
}}
int lanes(void) {{ return LANES; }}
"""


def peak(flags: tuple[str, ...] = ()) -> float:
    """Return operations a second of one core, a multiply-add counted as two; the best of five tries."""
    library = load(_TEXT, flags)
    library.climb.restype, library.climb.argtypes = ctypes.c_double, (ctypes.c_long, ctypes.c_double)
    best = 0.0
    for _ in range(5):
        began = time.process_time()
        library.climb(ROUNDS, 0.5)
        best = max(best, 2.0 * CHAINS * ROUNDS * library.lanes() / (time.process_time() - began))
    return best
