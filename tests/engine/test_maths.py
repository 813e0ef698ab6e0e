"""Functions of parts on numbers, arrays and symbols."""

import numpy as np
import pytest
import sympy

from neurosteroid.engine.maths import held


def test_held_is_a_clip_on_numbers_arrays_and_symbols() -> None:
    x = np.linspace(-3.0, 5.0, 33)
    assert held(x, -1.0, 2.5) == pytest.approx(np.clip(x, -1.0, 2.5), abs=1e-15)
    symbol = sympy.Symbol("x", real=True)
    run = sympy.lambdify(symbol, held(symbol, -1.0, 2.5), "numpy")
    assert run(x) == pytest.approx(np.clip(x, -1.0, 2.5), abs=1e-15)
    slope = sympy.lambdify(symbol, sympy.diff(held(symbol, -1.0, 2.5), symbol), "numpy")
    assert slope(np.array([-2.0, 0.3, 4.0])) == pytest.approx([0.0, 1.0, 0.0])


def test_held_takes_ends_of_people_beside_times() -> None:
    found = held(np.arange(6.0).reshape(2, 3), 1.0, np.array([[1.5], [4.0]]))
    assert found == pytest.approx(np.array([[1.0, 1.0, 1.5], [3.0, 4.0, 4.0]]))
