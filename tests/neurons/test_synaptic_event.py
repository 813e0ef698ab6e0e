import numpy as np
import pytest
from scipy.integrate import solve_ivp

from neurosteroid.errors import InputError
from neurosteroid.neurons.synaptic_event import event_peak, removal_time


@pytest.mark.parametrize("decay", [3.0, 9.0, 20.0])
def test_an_event_peaks_when_it_is_asked_to(decay: float) -> None:
    removal = removal_time(0.5, decay, 0.5)
    found = solve_ivp(
        lambda t, s: np.exp(-t / removal) * (1 - s) / 0.5 - s / decay,
        (0.0, 3.0),
        [0.0],
        rtol=1e-10,
        atol=1e-12,
        max_step=0.01,
        dense_output=True,
    )
    times = np.linspace(0.3, 0.7, 40001)
    course = found.sol(times)[0]
    assert times[course.argmax()] == pytest.approx(0.5, abs=2e-4)
    when, height = event_peak(0.5, decay, removal)
    assert when == pytest.approx(0.5, abs=1e-6)
    assert height == pytest.approx(course.max(), rel=1e-4)


def test_times_to_peak_that_no_transmitter_gives_are_refused() -> None:
    with pytest.raises(InputError, match="no transmitter"):
        removal_time(0.5, 3.0, 30.0)
