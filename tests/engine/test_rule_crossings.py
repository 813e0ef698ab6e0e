"""Where continuous conditions are met: crossing times of exponentials in closed form."""

import numpy as np
import pytest
from scipy import optimize

from neurosteroid.engine import Tolerances, wire
from neurosteroid.engine.rules import Condition, Limit, PlannedDose, Programme, Relation
from neurosteroid.engine.rules.locating import NODES, WIDTH, locate, narrow
from neurosteroid.errors import InputError
from tests.engine.native_parts import WEIGHT, Compartments
from tests.engine.rule_parts import INFLOW, RATE, SATURATING, done, fall, limit, refill, rise, rule, run

PAIRS = [(150.0, 80.0), (20.0, 3.0), (300.0, 299.0), (320.0, 10.0)]


@pytest.mark.parametrize(("high", "low"), PAIRS)
def test_exact_crossings_of_exponentials_to_1e_8_h(high, low):
    found = run([rule("hold", f">= {high}"), rule("resume", f"< {low}")], until=48.0)
    expected = [rise(high), fall(high, low), refill(low, high), fall(high, low)]
    times = np.cumsum(expected)[: len(found.log)]
    times = times[times < 12.0]
    np.testing.assert_allclose(found.log.time[: len(times)], times, rtol=0.0, atol=1e-8)
    assert len(times) >= 1


def test_every_crossing_of_random_pairs_is_found_in_its_place():
    """Also those in the last minutes of the programme, between the last look and its end."""
    rng = np.random.default_rng(0)
    found, expected = [], []
    for _ in range(15):
        high = rng.uniform(20.0, 320.0)
        low = rng.uniform(0.02, 0.95) * high
        times = [rise(high)]
        while times[-1] < 12.0:
            times += [times[-1] + fall(high, low), times[-1] + fall(high, low) + refill(low, high)]
        times = [time for time in times if time < 12.0]
        log = run([rule("hold", f">= {high!r}"), rule("resume", f"< {low!r}")]).log
        found += log.time.tolist()
        expected += times
    assert len(found) == len(expected) > 50
    np.testing.assert_allclose(found, expected, rtol=0.0, atol=1e-8)


@pytest.mark.parametrize("high", [INFLOW / RATE * (1.0 - np.exp(-RATE * time)) for time in (11.93, 11.99, 11.9999)])
def test_a_crossing_just_before_the_end_of_the_programme_is_acted_on(high):
    found = run([rule("hold", f">= {float(high)!r}")])
    assert found.log.time.tolist() == [pytest.approx(rise(high), abs=1e-8)]
    assert found.log.rate_before == INFLOW


@pytest.mark.parametrize("tolerance", [1e-4, 1e-6, 1e-8])
@pytest.mark.parametrize(("high", "low"), PAIRS)
def test_rosenbrock_crossings_to_ten_times_the_error_over_the_slope(high, low, tolerance):
    found = run(
        [rule("hold", f">= {high}", maximum=1), rule("resume", f"< {low}")],
        until=24.0,
        method="rosenbrock",
        tolerances=Tolerances(tolerance, 0.1 * tolerance),
    )
    expected = np.cumsum([rise(high), fall(high, low)])
    slopes = np.array([INFLOW - RATE * high, RATE * low])
    errors = tolerance * np.array([high, low]) + 0.1 * tolerance
    reached = (expected < 12.0).sum()
    off = np.abs(found.log.time[:reached] - expected[:reached])
    assert np.all(off <= 10.0 * errors[:reached] / slopes[:reached])


def test_a_value_of_a_system_that_is_not_linear_crosses_where_the_reference_says():
    options = {"system": SATURATING, "covariates": np.array([[60.0]]), "port": "signal.tank"}
    port = options.pop("port")
    rules = [rule("hold", ">= 0.7", port=port)]
    tight = run(rules, method="reference", **options)
    found = run(rules, method="rosenbrock", **options)
    assert found.method.startswith("rosenbrock")
    (wanted,) = tight.log.time
    assert found.log.time.tolist() == [pytest.approx(wanted, abs=1e-6)]  # tolerance 1e-8 over a slope of about 1 per h


def test_the_value_that_triggered_is_the_limit():
    found = run([rule("hold", ">= 150")])
    # located to 1e-11 h, with a slope of 55 per h
    assert found.log.value == pytest.approx(150.0, abs=1e-8)
    assert found.log.value >= 150.0


def test_a_crossing_and_the_course_do_not_depend_on_the_grid():
    courses = [run([rule("hold", ">= 150")], resolution=resolution) for resolution in (0.01, 0.37, 5.0)]
    for course in courses[1:]:
        assert course.log.time.tolist() == [pytest.approx(rise(150.0), abs=1e-9)]
        np.testing.assert_allclose(course.states, courses[0].states, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("strict", [">= 1", "> 0"])
def test_a_level_that_jumps_is_located_as_well(strict):
    """A port of steps, as an ordinal outcome is: it jumps where the tank reaches 150."""
    beyond = limit(strict)

    def jumps(times):
        levels = np.where(INFLOW / RATE * (1.0 - np.exp(-RATE * times)) >= 150.0, 1.0, 0.0)
        return np.where(beyond.holds(levels), 1.0, -1.0)

    time, asked = locate(jumps, np.array([0.0]), np.array([12.0]), np.array([-1.0]), np.array([1.0]))
    assert time == pytest.approx(rise(150.0), abs=1e-9)
    assert asked <= 42  # bisection of 12 h to 1e-11 h takes 41


def test_smooth_functions_take_few_looks():
    low, high = np.zeros(3), np.full(3, 2.0)
    roots = np.array([0.3, 1.0, 1.9])
    time, asked = locate(
        lambda t: np.exp(t) - np.exp(roots), low, high, 1.0 - np.exp(roots), np.exp(2.0) - np.exp(roots)
    )
    np.testing.assert_allclose(time, roots, atol=1e-9)
    assert asked <= 12


def test_nothing_is_done_where_the_limit_is_never_reached():
    assert not len(run([rule("hold", f">= {INFLOW / RATE + 1.0}")]).log)


def test_a_condition_that_holds_at_the_start_is_acted_on_at_the_start():
    assert done(run([rule("hold", "< 10")])) == [(0.0, "hold")]


@pytest.mark.parametrize("resolution", [0.5, 2.0])
@pytest.mark.parametrize("method", ["exact", "rosenbrock"])
def test_a_peak_that_just_reaches_the_limit_between_two_looks_is_found(resolution, method):
    """A depot that empties into a tank: the peak of the Bateman function is touched from below."""
    ka, k, dose = 1.1, 0.3, 100.0
    peak_time = np.log(ka / k) / (ka - k)

    def bateman(t):
        return dose * ka / (ka - k) * (np.exp(-k * t) - np.exp(-ka * t))

    level = float(bateman(peak_time) * (1.0 - 1e-5))
    first = optimize.brentq(lambda t: bateman(t) - level, 0.5 * peak_time, peak_time)
    body = wire({"body": Compartments(ka=ka, k=k, k12=0.0, k21=0.2)}, [WEIGHT])
    options = {"parameters": body.parameters(1), "covariates": np.array([[70.0]]), "method": method}
    doses = Programme(doses=(PlannedDose(0.0, dose, "nmol", "depot"),))
    rules = [rule("stop for good", f">= {level!r}", port="central")]
    found = run(rules, doses, system=body, resolution=resolution, step=12.0, **options)
    slope = abs(dose * ka / (ka - k) * (ka * np.exp(-ka * first) - k * np.exp(-k * first)))
    # exact: rounding of the level over the slope; rosenbrock: its tolerance of 1e-8 over the slope
    error = 1e-13 * level if method == "exact" else 1e-8 * level
    assert found.log.time.tolist() == [pytest.approx(first, abs=10.0 * error / slope + 1e-9)]
    above = [rule("stop for good", f">= {float(bateman(peak_time) * (1.0 + 1e-5))!r}", port="central")]
    assert not len(run(above, doses, system=body, resolution=resolution, step=12.0, **options).log)


def test_a_port_that_never_falls_meets_a_rising_limit_only():
    for when, until in (
        (Limit(Relation.AT_MOST, 1.0), None),
        (Limit(Relation.AT_LEAST, 1.0), Limit(Relation.BELOW, 0.0)),
    ):
        with pytest.raises(InputError, match="never falls"):
            Condition("tank", when, until, never_falls=True)


@pytest.mark.parametrize(
    ("curve", "zero"),
    [
        (lambda t: 1.0 - 2.0 * np.exp(-0.7 * t), np.log(2.0) / 0.7),
        (lambda t: t**3 - 0.5, 0.5 ** (1.0 / 3.0)),
        (lambda t: np.sin(3.0 * (t - 0.2)), 0.2),
        (lambda t: np.where(t < 0.37, -1.0, 1.0), 0.37),
    ],
)
def test_looks_at_many_times_leave_little_to_locate(curve, zero):
    asked = []

    def beyond(times):
        asked.append(times.shape)
        return curve(times)

    low, high = np.array([0.0]), np.array([2.0 if zero > 0.9 else 1.0])
    bracket = narrow(beyond, low, high, curve(low), curve(high))
    assert asked[0] == (1, len(NODES))
    assert asked[1:] in ([(1, 6)], [(1, 6)] * 2)
    assert bracket[0][0] <= zero <= bracket[1][0]
    assert (bracket[2][0] < 0.0, bracket[3][0] >= 0.0) == (True, True)
    time, _ = locate(curve, *bracket)
    assert time[0] == pytest.approx(zero, abs=WIDTH)


@pytest.mark.parametrize("rate", [0.1, 0.3, 1.0, 3.0])
def test_over_a_look_of_five_minutes_a_smooth_crossing_needs_no_further_look(rate):
    def curve(times):
        return 1.0 - np.exp(rate * (0.11 - times))

    low, high = np.array([0.05]), np.array([0.05 + 1.0 / 12.0])
    time, asked = locate(curve, *narrow(curve, low, high, curve(low), curve(high)))
    assert asked == 0
    assert time[0] == pytest.approx(0.11, abs=WIDTH)
