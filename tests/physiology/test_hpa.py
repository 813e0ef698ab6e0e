"""The stress axis: rest is rest, days repeat, nobody falls below 0, stress and tests act where they should."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosteroid.engine import Covariate, Record, System, solve, wire
from neurosteroid.errors import SolverError, UnknownNameError
from neurosteroid.evidence import Ledger, library
from neurosteroid.physiology.hpa import OUTPUTS, hpa_parts
from neurosteroid.physiology.hpa_settled import ALLO, INPUT_UNITS, INPUTS
from neurosteroid.physiology.stressors import Push, records, stressor

REST = library().card("stress", "physiology").number("allopregnanolone_at_rest").to("nmol/L")
STATES = ("hpa.crh", "hpa.acth", "hpa.cortisol", "hpa.pituitary", "hpa.adrenal")


@functools.cache
def system(variant: str | None = None, rhythm: bool = True, chronic: float = 1.0) -> System:
    parts = hpa_parts(variant=variant, rhythm=rhythm, chronic=chronic, clock_at_start=8.0)
    return wire(parts, [*(Covariate(name, unit) for name, unit in INPUT_UNITS.items()), Covariate(ALLO, "nmol/L")])


def follow(
    wired: System, hours: Sequence[float], names: Sequence[str], events: Sequence[Record] = (), **held: float
) -> list[np.ndarray]:
    covariates = {**INPUTS, ALLO: REST, **{name.replace("_", "."): value for name, value in held.items()}}
    times = np.asarray(hours, dtype=np.float64)
    found = solve(
        wired,
        events,
        parameters=wired.parameters(1),
        covariates=np.array([[covariates[name] for name in wired.covariate_names]]),
        covariate_rule="locf",
        output_times=times,
        start=0.0,
    )
    assert not found.failures
    rows = np.searchsorted(found.times[0], times + 1e-9, side="right") - 1
    return [found.outputs([name])[name][0, rows] for name in names]


@pytest.mark.parametrize("variant", library().card("stress", "physiology").variants)
def test_without_rhythm_rest_is_exactly_the_baseline(variant: str) -> None:
    card = library().card("stress", "physiology")
    hours = np.linspace(0, 2400, 101)
    acth, cortisol, drive = follow(system(variant, rhythm=False), hours, [*OUTPUTS, "adrenal.drive"])
    # rest is a balance of the equations, so nothing but rounding is left
    np.testing.assert_allclose(acth, card.number("acth_baseline", variant).to("pmol/L"), rtol=1e-12)
    np.testing.assert_allclose(cortisol, card.number("cortisol_baseline", variant).to("nmol/L"), rtol=1e-12)
    np.testing.assert_allclose(drive, 1.0, rtol=1e-12)


@pytest.mark.parametrize("chronic", [0.5, 1.0, 2.0, 4.0])
def test_days_repeat_from_the_first_to_the_hundredth(chronic: float) -> None:
    days = np.concatenate([np.linspace(0, 24, 49), 2400 + np.linspace(0, 24, 49)])
    found = follow(system(chronic=chronic), days, STATES, stress_chronic=chronic)
    for values in found:
        # masses are held while they are looked for, but swing within a day: ln 2 / 480 h times 12 h of half the
        # stimulus is 1 %, of which some tenths stay; 100 days are three half-lives of the adrenal
        np.testing.assert_allclose(values[49:], values[:49], rtol=3e-3)


def test_daily_means_at_rest_are_the_baselines() -> None:
    card = library().card("stress", "physiology")
    acth, cortisol, drive = follow(system(), np.arange(0, 24, 0.05), [*OUTPUTS, "adrenal.drive"])
    assert acth.mean() == pytest.approx(card.number("acth_baseline").to("pmol/L"), rel=3e-3)
    assert cortisol.mean() == pytest.approx(card.number("cortisol_baseline").to("nmol/L"), rel=3e-3)
    assert drive.mean() == pytest.approx(1.0, rel=3e-3)  # as far as masses swing, see above


def test_lasting_stress_raises_cortisol_and_leaves_corticotropin() -> None:
    """After months the glands have grown so that their stimuli are back where they were."""
    acth, cortisol = follow(system("published", chronic=2.0), [0.0, 2400.0], OUTPUTS, stress_chronic=2.0)
    rest = [part.baseline for part in (hpa_parts(variant="published")[name] for name in ("hpa_acth", "hpa_cortisol"))]
    np.testing.assert_allclose(acth, rest[0], rtol=1e-9)
    # F (1 + (F / K)^3) = 2 (1 + 1 / K^3) has the root 1.8535
    np.testing.assert_allclose(cortisol, 1.8535 * rest[1], rtol=1e-4)


def test_start_does_not_depend_on_the_hour_of_it() -> None:
    hours = np.linspace(30.0, 54.0, 25)
    (early,) = follow(system(), hours, ["plasma.cortisol"])
    parts = hpa_parts(clock_at_start=8.0, hour=24.0)
    late = wire(parts, [*(Covariate(name, unit) for name, unit in INPUT_UNITS.items()), Covariate(ALLO, "nmol/L")])
    covariates = {**INPUTS, ALLO: REST}
    found = solve(
        late,
        parameters=late.parameters(1),
        covariates=np.array([[covariates[name] for name in late.covariate_names]]),
        output_times=hours,
        start=24.0,
    )
    np.testing.assert_allclose(found.outputs(["plasma.cortisol"])["plasma.cortisol"][0], early, rtol=1e-4)


@given(
    strength=st.floats(0, 50),
    length=st.floats(0.1, 12),
    hour=st.floats(0, 24),
    chronic=st.floats(0.2, 5),
    where=st.sampled_from(["stress.hypothalamus", "stress.corticorelin", "stress.adrenal", "stress.glucocorticoid"]),
    allopregnanolone=st.floats(0, 500),
)
@settings(max_examples=25, deadline=None)
def test_nothing_falls_below_zero(
    strength: float, length: float, hour: float, chronic: float, where: str, allopregnanolone: float
) -> None:
    events = records([Push(where, strength, hour, hour + length)], [(0.0, chronic)])
    times = np.linspace(0, 96, 97)
    for values in follow(system(), times, STATES, events, plasma_allopregnanolone=allopregnanolone):
        assert (values > 0).all()


def test_allopregnanolone_brakes_and_the_variant_without_does_not() -> None:
    hours = np.linspace(0, 24, 97)
    (rest,) = follow(system(), hours, ["plasma.cortisol"])
    (braked,) = follow(system(), hours, ["plasma.cortisol"], plasma_allopregnanolone=50.0)
    assert (braked[10:] < 0.95 * rest[10:]).all()
    free = system("retimed-without-brake")
    (without,) = follow(free, hours, ["plasma.cortisol"])
    (nothing,) = follow(free, hours, ["plasma.cortisol"], plasma_allopregnanolone=50.0)
    np.testing.assert_array_equal(nothing, without)


def test_tests_enter_at_their_gland() -> None:
    def response(name: str) -> dict[str, float]:
        times = np.arange(0, 3, 1 / 60)
        push = stressor(name, 0.5, Ledger())
        values = follow(system(rhythm=False), times, ["hpa.crh", "hpa.acth", "hpa.cortisol"], records([push]))
        return {key: float(found.max()) for key, found in zip(("crh", "acth", "cortisol"), values, strict=True)}

    brain, pituitary, adrenal = (response(name) for name in ("social stress test", "crh test", "acth test"))
    assert min(brain["crh"], brain["acth"]) > 1.5
    assert brain["cortisol"] > 1.1
    # what is injected is not the body's own, which the feedback lowers
    assert pituitary["crh"] == pytest.approx(1.0)
    assert adrenal["crh"] == pytest.approx(1.0)
    assert adrenal["acth"] == pytest.approx(1.0)
    assert min(pituitary["acth"], adrenal["cortisol"]) > 1.5


def test_the_axis_recovers_within_a_day_from_a_stressor() -> None:
    events = records([stressor("social stress test", 8.0, Ledger())])
    stressed = follow(system(), [8.7, 32.0], OUTPUTS, events)
    rested = follow(system(), [8.7, 32.0], OUTPUTS)
    for after, before in zip(stressed, rested, strict=True):
        assert after[0] > 1.05 * before[0]
        assert after[1] == pytest.approx(before[1], rel=0.01)


def test_pushes_that_overlap_add_up() -> None:
    found = records([Push("stress.adrenal", 1.0, 0.0, 2.0), Push("stress.adrenal", 2.0, 1.0, 3.0)])
    held: list[tuple[float, Mapping[str, object] | None]] = [(record.time, record.covariates) for record in found]
    assert held == [
        (hour, {"stress.adrenal": level}) for hour, level in ((0.0, 1.0), (1.0, 3.0), (2.0, 2.0), (3.0, 0.0))
    ]


def test_an_unknown_stressor_is_refused_with_a_hint() -> None:
    with pytest.raises(UnknownNameError, match="social stress test"):
        stressor("social stres test", 0.0, Ledger())


def test_a_drive_of_nothing_has_no_balance() -> None:
    with pytest.raises(SolverError, match="no balance"):
        hpa_parts(chronic=0.0)
