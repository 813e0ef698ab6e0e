"""Each woman of a population stands at the asked day of her own cycle at hour 0, whatever her pace."""

from __future__ import annotations

import numpy as np
import pytest

from neurosteroid import MenstrualCycle, Perimenopause, Person
from neurosteroid.errors import SolverError
from neurosteroid.evidence import library
from neurosteroid.model import cycle_start
from neurosteroid.model.body_solution import at_rows, solved
from neurosteroid.model.choice import ModelChoice
from neurosteroid.model.contribution import Situation
from neurosteroid.model.joining import Joined, join
from neurosteroid.model.variability import draw, width
from neurosteroid.physiology.cycle import phase_days
from neurosteroid.physiology.cycle_course import DAY, surges

P4, LH = "plasma.progesterone", "plasma.lh"
UNTIL = 50 * DAY
WOMEN = 24


def joined_at(day: float, until: float = UNTIL) -> Joined:
    woman = Person(weight="70 kg", states=[MenstrualCycle(day=day)])
    return join(Situation(person=woman, clock=8.0, until=until))


def drawn(joined: Joined) -> tuple[np.ndarray, np.ndarray]:
    """Return weights and parameters of the same women, whatever the day."""
    stream = np.random.default_rng(8)
    weights = stream.uniform(48.0, 95.0, WOMEN)
    values = draw(joined.effects, stream.random((WOMEN, sum(width(each) for each in joined.effects))))
    return weights, joined.system.parameters(WOMEN, values)


def courses(day: float) -> dict[str, np.ndarray]:
    joined = joined_at(day)
    weights, parameters = drawn(joined)
    times = np.arange(0.0, UNTIL, 1.0)
    solution = solved(joined, joined.records, weights, times, parameters)
    assert not solution.failures
    return at_rows(solution, times, (P4, LH))


def test_women_differ_in_period_and_yet_stand_at_one_day() -> None:
    luteal = phase_days().luteal_length
    first = courses(1)
    peaks = [np.arange(0.0, UNTIL)[surges(np.arange(0.0, UNTIL), each)] for each in first[LH]]
    ahead = np.array([each[0] for each in peaks]) / DAY
    # from menses to the surge lasts her period less the luteal phase, and periods differ by days
    assert np.std(ahead) > 1.0
    two = [index for index, each in enumerate(peaks) if len(each) > 1]
    assert len(two) > WOMEN / 2
    periods = np.array([np.diff(peaks[index])[0] for index in two]) / DAY
    # an hour's grid; a few women's own cycles differ by a day or more from one to the next, as those of the model do
    away = np.abs(ahead[two] - (periods - luteal))
    assert np.median(away) < 2 / 24
    assert np.quantile(away, 0.9) < 0.5


def test_progesterone_at_hour_0_is_that_of_the_day_in_every_woman() -> None:
    follicular, luteal = courses(7)[P4][:, 0], courses(21)[P4][:, 0]
    # on day 21 a woman of long cycles may have her surge just behind her
    assert follicular.max() < 1.0 < 4.0 < np.quantile(luteal, 0.1)


def test_the_typical_woman_begins_as_she_does_alone() -> None:
    joined = joined_at(14)
    start = joined.start(np.array([70.0, 70.0]), joined.system.parameters(2))
    assert start == pytest.approx([-joined.run_in] * 2, abs=0)


def test_whoever_needs_longer_before_hour_0_gets_whole_cycles_more() -> None:
    joined = joined_at(3)
    weights, parameters = drawn(joined)
    varied = dict(zip(joined.system.parameter_names, parameters.T, strict=True))
    assert joined.own_run_in is not None
    usual, longer = joined.own_run_in(weights, varied, 0.0), joined.own_run_in(weights, varied, 500 * DAY)
    _, periods = cycle_start._settled(
        library(),
        ModelChoice(),
        False,
        tuple(weights.tolist()),
        tuple((name, tuple(varied[name].tolist())) for each in joined.effects for name in each.names),
    )
    more = (longer - usual) / periods
    assert longer.min() >= 500 * DAY
    assert (longer - 500 * DAY < periods).all()
    assert more == pytest.approx(np.round(more), abs=1e-6)
    assert np.ptp(more) >= 1  # women of short cycles need more of them


def test_a_woman_whose_ovary_does_not_cycle_begins_where_the_typical_one_does() -> None:
    joined = joined_at(10)
    still = joined.system.parameters(2, {"cycle_lh.eta_synthesis": np.array([-30.0, 0.0])})
    assert joined.start(np.array([70.0, 70.0]), still) == pytest.approx([-joined.run_in] * 2, abs=0)


def test_an_older_womans_cycles_are_looked_for_in_her_own_variant() -> None:
    woman = Person(weight="70 kg", states=[Perimenopause(day=5)])
    joined = join(Situation(person=woman, clock=8.0, until=DAY))
    start = joined.start(np.array([70.0]), joined.system.parameters(1))
    assert start == pytest.approx([-joined.run_in], abs=0)
    assert cycle_start.settled_cycle(70.0, ModelChoice(), older=True)[1] < (
        cycle_start.settled_cycle(70.0, ModelChoice(), older=False)[1] - DAY
    )


@pytest.mark.parametrize(("day", "said"), [(28, False), (40, True)])
def test_a_day_that_her_cycle_does_not_have_is_said(day: float, said: bool) -> None:
    limits = [text for text in joined_at(day, DAY).limits if "beyond her usual cycle" in text]
    assert len(limits) == said
    # 27.9 days: day 40 is day 12 of the next cycle
    assert all("Cycle day 40" in text and "is day 12." in text for text in limits)


def test_no_cycle_at_all_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cycle_start, "surges", lambda times, lh: np.zeros(0, dtype=int))
    cycle_start._settled.cache_clear()
    try:
        with pytest.raises(SolverError, match="does not cycle"):
            cycle_start.settled_cycle(70.0, ModelChoice(), older=False)
    finally:
        cycle_start._settled.cache_clear()
