"""How timelines move with parameters, against differences of timelines built at moved parameters."""

import numpy as np
import pytest

from neurosteroid.engine import Record
from neurosteroid.engine.sensitivity.differential import differential
from neurosteroid.engine.timeline import build_timelines
from tests.engine.event_cases import CASES
from tests.engine.native_parts import compartments, weights

STEP = 1e-4
"""Moves no event past another in these cases; times, amounts and rates are smooth, so differences err by its square."""

CORNERS = ("ss1-lag-is-interval", "ss1-f-makes-duration-the-interval", "f-zero")
"""At these values the order of events, or their number, changes with the parameters: see test_sensitivities_events."""


def timeline(case, system, parameters, made=None):
    return build_timelines(system, case.records, parameters, weights(1), [0.0, 60.0], differential=made)


def close(found, up, down, step):
    np.testing.assert_allclose(found, (up - down) / (2.0 * step), rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("name", [name for name in CASES if CASES[name].properties and name not in CORNERS])
def test_against_differences(name):
    case = CASES[name]
    system = compartments(tuple(case.properties))
    names = [f"{state}-{key}.value" for key in case.properties for state in ("central", "depot")]
    # The two states differ a little, so that no two events that move differently come at one time.
    factor = {"central": 1.0, "depot": 1.03}
    changes = {
        f"{state}-{key}.value": value * factor[state] for key, value in case.properties.items() for state in factor
    }
    parameters = system.parameters(1, changes)
    found = timeline(case, system, parameters, differential(system, names))
    assert found.slopes is not None
    for place, parameter in enumerate(names):
        step = STEP * changes[parameter]
        up, down = (
            timeline(case, system, system.parameters(1, changes | {parameter: changes[parameter] + sign * step}))
            for sign in (1.0, -1.0)
        )
        close(found.slopes.times[..., place], up.times, down.times, step)
        close(found.slopes.rates[..., place], up.rates, down.rates, step)
        close(found.slopes.boluses[..., place], up.boluses, down.boluses, step)
        regimens = found.slopes.regimens
        for slope, key, sign in (
            ("amount", "amount", 1),
            ("rate", "rate", 1),
            ("duration", "rest", 1),
            ("lag", "phase", -1),
        ):
            moved = (getattr(item.steady_doses, key) for item in (up, down))
            close(sign * getattr(regimens, slope)[..., place], *moved, step)


def test_people_with_schedules_of_their_own():
    system = compartments(("lag", "bioavailability"))
    made = differential(system, ["depot-lag.value", "central-bioavailability.value"])
    schedules = [
        [Record(0.0, 1, "central", 50.0), Record(1.0, 1, "depot", 20.0, interval=6.0, additional=2)],
        [Record(2.0, 1, "central", 30.0, rate=10.0)],
    ]
    parameters = system.parameters(2, {"depot-lag.value": 0.5, "central-lag.value": 0.0})
    both = build_timelines(system, schedules, parameters, weights(2), [10.0], differential=made)
    assert both.slopes is not None
    for person, records in enumerate(schedules):
        alone = build_timelines(system, records, parameters[:1], weights(1), [10.0], differential=made)
        assert alone.slopes is not None
        count = alone.times.shape[1]
        columns = [both.inputs.index(state) for state in alone.inputs]
        np.testing.assert_array_equal(both.slopes.times[person, :count], alone.slopes.times[0])
        np.testing.assert_array_equal(both.slopes.rates[person, : count + 1][:, columns], alone.slopes.rates[0])
        np.testing.assert_array_equal(both.slopes.boluses[person, :count][:, columns], alone.slopes.boluses[0])


def test_no_slopes_unless_asked_for():
    system = compartments()
    assert build_timelines(system, [Record(0.0, 1, "central", 5.0)], system.parameters(1), weights(1)).slopes is None
