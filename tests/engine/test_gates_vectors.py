"""The vector functions of moves.h against the C library's, on this processor's vectors and on narrower ones."""

import ctypes
from importlib.resources import files

import numpy as np
import pytest
from numpy.typing import NDArray

from neurosteroid.engine.solvers.rosenbrock.compilers import CompilerError, find_compiler
from neurosteroid.engine.solvers.rosenbrock.compiling import load

Array = NDArray[np.float64]

MANY = r"""
#define OVER(name, ...)                                                \
  void name(const double *x, double *out, int64_t count) {             \
    for (int64_t i = 0; i < count; i += LANES) {                       \
      vec a, b, c;                                                     \
      EACH_LANE(l) c[l] = a[l] = x[i + l];                             \
      __VA_ARGS__;                                                     \
      EACH_LANE(l) out[i + l] = b[l];                                  \
    }                                                                  \
  }
OVER(exponentials, b = exponential_of_rate(a))
OVER(reciprocals, b = reciprocal_of_rate(a))
OVER(reaches, b = reach_of_one(a, 0.5))
OVER(firsts, reach_of_two(a, 3.0 * a, 0.5, &b, &c))
OVER(seconds, reach_of_two(3.0 * a, a, 0.5, &c, &b))
OVER(steady_reaches, b = reach(-a, 0.5))
"""


@pytest.fixture(scope="module", params=["all lanes", "two lanes"])
def library(request: pytest.FixtureRequest) -> ctypes.CDLL:
    solvers = "neurosteroid.engine.solvers"
    headers = [
        files(f"{solvers}.{package}").joinpath(name).read_text(encoding="utf-8")
        for package, name in (("rosenbrock", "lanes.h"), ("gates", "moves.h"))
    ]
    lanes = ["#define LANES 2"] if request.param == "two lanes" else []
    try:
        find_compiler()
    except CompilerError as error:
        pytest.skip(f"no C compiler: {error.message}")
    return load("\n".join([*lanes, *headers, MANY]))


def over(library: ctypes.CDLL, name: str, x: Array) -> Array:
    padded = np.concatenate([x, np.ones(-len(x) % 8)])
    out = np.empty_like(padded)
    pointers = (ctypes.c_void_p(array.ctypes.data) for array in (padded, out))
    getattr(library, name)(*pointers, ctypes.c_int64(len(padded)))
    return out[: len(x)]


def test_exponentials_are_right_to_a_few_bits(library: ctypes.CDLL) -> None:
    x = np.concatenate([np.linspace(-708, 709, 100_003), np.linspace(-1e-3, 1e-3, 1001)])
    np.testing.assert_allclose(over(library, "exponentials", x), np.exp(x), rtol=5e-16)  # two units in the last place


def test_exponentials_end_as_they_should(library: ctypes.CDLL) -> None:
    x = np.array([0.0, -0.0, np.inf, -np.inf, 1e5, -1e5, 1e300, -1e300, -740.0])
    expected = [1.0, 1.0, np.inf, 0.0, np.inf, 0.0, np.inf, 0.0]
    found = over(library, "exponentials", x)
    np.testing.assert_array_equal(found[:-1], expected)
    assert found[-1] == pytest.approx(np.exp(-740.0), abs=1e-323)  # subnormal: two of its last bits
    assert np.isnan(over(library, "exponentials", np.array([np.nan]))).all()


def test_reciprocals_keep_what_is_no_usual_number(library: ctypes.CDLL) -> None:
    x = np.concatenate([np.logspace(-300, 300, 5001), -np.logspace(-300, 300, 5001)])
    np.testing.assert_allclose(over(library, "reciprocals", x), 1 / x, rtol=3e-13)  # the guess is good to 2^-14
    odd = over(library, "reciprocals", np.array([0.0, -0.0, np.inf, -np.inf, np.nan]))
    np.testing.assert_array_equal(odd, [np.inf, -np.inf, 0.0, -0.0, np.nan])


@pytest.mark.parametrize("name", ["reaches", "firsts", "seconds"])
def test_a_reach_without_an_exponential_is_close_for_short_steps(library: ctypes.CDLL, name: str) -> None:
    k = np.linspace(1e-3, 0.5, 10_001)
    # z^6 / 100800 is 2.4e-9 at z = 0.25
    np.testing.assert_allclose(over(library, name, k), -np.expm1(-0.5 * k) / k, rtol=3e-9)


@pytest.mark.parametrize("name", ["reaches", "firsts", "seconds"])
def test_nothing_grows_that_decays(library: ctypes.CDLL, name: str) -> None:
    k = np.logspace(-3, 8, 2000)
    assert (np.abs(1 - k * over(library, name, k)) <= 1 + 1e-12).all()


def test_a_steady_reach_is_right(library: ctypes.CDLL) -> None:
    k = np.concatenate([np.logspace(-12, 3, 3001), [0.0]])
    expected = np.concatenate([-np.expm1(-0.5 * k[:-1]) / k[:-1], [0.5]])
    np.testing.assert_allclose(over(library, "steady_reaches", k), expected, rtol=3e-11)  # its series, at z = 1e-5
