import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.errors import InputError, NeurosteroidError, UnitError, UnknownNameError
from neurosteroid.receptors.kinetics.dwell_theory import open_times
from neurosteroid.receptors.kinetics.measures import fit_exponentials
from neurosteroid.receptors.kinetics.patch import read_patch


def test_peak_and_area_do_not_depend_on_the_samples() -> None:
    fine, coarse = (ns.scheme().jump(until="500 ms", step=step) for step in ("0.1 ms", "5 ms"))
    assert fine.peak == coarse.peak
    assert fine.area == coarse.area
    assert fine.peak >= fine.open_probability.max()
    assert fine.peak == pytest.approx(fine.open_probability.max(), rel=1e-4)
    # the trapezoidal rule on 0.1 ms has an error of some (0.1 ms)^2 times the slope's jump at the pulse's edges
    assert fine.area == pytest.approx(np.trapezoid(fine.open_probability, fine.times), rel=1e-5)


def test_rise_is_from_ten_to_ninety_percent() -> None:
    answer = ns.scheme().jump("1 mmol/L for 20 ms at 0 ms", until="30 ms", step="0.001 ms")
    reached = [answer.times[np.argmax(answer.open_probability >= share * answer.peak)] for share in (0.1, 0.9)]
    assert answer.rise == pytest.approx(reached[1] - reached[0], abs=0.002)


def test_a_deactivation_is_made_of_the_time_constants_of_the_empty_scheme() -> None:
    scheme = ns.scheme("destexhe")
    found = scheme.deactivation("1 mmol/L for 5 ms", until="60 ms", components=1, step="0.05 ms")
    # the slowest time constant of the matrix carries nearly all of this decay
    assert found.fit.weighted == pytest.approx(found.spectrum[0], rel=0.03)
    assert len(found.spectrum) == len(scheme.states) - 1


def test_known_exponentials_are_found_again() -> None:
    times = np.arange(0.0, 300.0, 0.1)
    values = 0.3 * np.exp(-times / 4.0) + 0.2 * np.exp(-times / 60.0) + 0.05
    found = fit_exponentials(times, values, 2, plateau=True)
    assert found.time_constants == pytest.approx([4.0, 60.0], rel=1e-4)
    assert found.fractions == pytest.approx([0.6, 0.4], rel=1e-4)
    assert found.weighted == pytest.approx(26.4, rel=1e-4)
    assert found.plateau == pytest.approx(0.05, rel=1e-4)


def test_desensitisation_ends_where_the_steady_state_is() -> None:
    scheme = ns.scheme("mozrzymas")
    found = scheme.desensitisation("1 mmol/L", "2 s", components=2)
    assert found.open_probability[-1] == pytest.approx(scheme.open_probability("1 mmol/L"), rel=1e-6)
    assert found.extent == pytest.approx(1.0 - scheme.open_probability("1 mmol/L") / found.peak, rel=1e-6)


def test_a_second_pulse_recovers_with_time() -> None:
    pairs = ns.scheme().paired_pulses(intervals=["5 ms", "50 ms", "500 ms", "60 s"])
    assert (np.diff(pairs.ratio) > 0).all()
    assert pairs.ratio[-1] == pytest.approx(1.0, abs=2e-3)  # a slowly desensitised receptor recovers in 8 s
    back = ns.scheme().recovery(intervals=["1 ms", "100 ms", "3 s", "100 s"])
    assert back.recovered[0] == pytest.approx(0.0, abs=0.02)
    assert back.recovered[-1] == pytest.approx(1.0, abs=2e-3)
    assert np.isnan(pairs.recovered).all()


def test_half_the_largest_peak_is_at_the_half_effective_concentration() -> None:
    curve = ns.scheme("destexhe").dose_response(["1 umol/L", "100 umol/L", "10 mmol/L"])
    half = ns.scheme("destexhe").dose_response([f"{curve.half_effective_concentration:.12g} umol/L"])
    assert half.peaks[0] == pytest.approx(0.5 * curve.maximum, rel=1e-6)
    assert (curve.steady <= curve.peaks + 1e-12).all()


def test_the_current_is_that_of_the_patch() -> None:
    patch = read_patch(channels=1000, conductance="30 pS", driving_force="-60 mV")
    answer = ns.scheme().jump(patch=patch)
    # 1000 x 30 pS x -60 mV = -1800 pA
    assert answer.current == pytest.approx(-1800.0 * answer.open_probability, rel=1e-12)
    assert ns.scheme().jump().current.min() == pytest.approx(-203.0 * ns.scheme().jump().open_probability.max())


def test_noise_finds_the_channel_and_its_number() -> None:
    found = ns.scheme().noise(sweeps=400, seed=2, until="100 ms")
    assert found.unitary == pytest.approx(-2.03, rel=0.1)  # 29 pS at -70 mV; a tenth is what 400 sweeps give
    assert found.channels == pytest.approx(100, rel=0.15)
    z = (found.mean - found.expected_mean) / np.sqrt(np.maximum(found.expected_variance, 1e-3) / 400)
    assert np.abs(z).max() < 4.5


def test_the_numbers_of_the_patch_take_part_in_noise() -> None:
    found = ns.scheme().noise(sweeps=20, until="40 ms")
    assert {number.card for number, _ in found.sources()} == {"jones-westbrook", "patch"}


def test_area_and_rise_are_taken_above_the_background() -> None:
    plain = ns.scheme()
    over = plain.jump(background="1 umol/L", until="2 s", step="0.05 ms")
    assert over.before == pytest.approx(plain.open_probability("1 umol/L"), rel=1e-9)
    after = over.times >= 10.0
    above = np.trapezoid(over.open_probability[after] - over.before, over.times[after])
    assert over.area == pytest.approx(above, rel=1e-4)  # of the trapezoidal rule on 0.05 ms
    assert over.area_over_peak == pytest.approx(over.area / (over.peak - over.before), rel=1e-12)
    flat = plain.jump("1 umol/L for 5 ms", background="1 umol/L")
    for nothing in (flat, plain.jump("0 umol/L for 1 ms")):
        assert np.isnan(nothing.area_over_peak)
        assert np.isnan(nothing.rise)
        assert nothing.area == pytest.approx(0.0, abs=1e-9)


def test_changed_rates_stand_in_the_label() -> None:
    changed = ns.scheme().with_rates(koff=0.5, alpha1=2.0)
    assert changed.label == "jones-westbrook[published] (koff x 0.5, alpha1 x 2)"
    assert changed.with_rates(koff=2.0).label == "jones-westbrook[published] (alpha1 x 2)"
    assert changed.jump(until="50 ms").scheme == changed.label
    steroid = changed.with_steroid("100 nmol/L allopregnanolone")
    assert steroid.label == f"{changed.label} with 100 nmol/L allopregnanolone (slower-closing)"
    with pytest.raises(InputError, match=r"has a steroid already, 100 nmol/L allopregnanolone .* how two act together"):
        steroid.with_steroid("100 nmol/L ganaxolone")


@pytest.mark.parametrize("name", ["THDOC", "thdoc", "3alpha,5alpha-tetrahydrodeoxycorticosterone"])
def test_a_steroid_is_known_by_its_synonyms(name: str) -> None:
    for given in (f"100 nmol/L {name}", f"{name} = 100 nmol/L"):
        assert ns.scheme().with_steroid(given).steroid.name == "tetrahydrodeoxycorticosterone"
    assert ns.receptor("a1b2g2").named(name) == "tetrahydrodeoxycorticosterone"


def test_what_a_protocol_cannot_tell_is_nan() -> None:
    assert np.isnan(ns.scheme("destexhe").recovery(intervals=["10 ms"]).recovered).all()  # it does not desensitise
    trap = ns.scheme().with_rates(alpha1=0.0)
    assert np.isnan(trap.dose_response(["1 umol/L"]).half_effective_concentration)
    assert np.isnan(ns.scheme().dose_response(["1 umol/L"] * 3).slope)
    assert np.isinf(trap.deactivation(until="50 ms").spectrum[0])


def test_a_record_of_a_scheme_that_leaves_states_for_good_has_its_theory() -> None:
    found = ns.scheme().with_rates(koff=0.0).single_channel("100 umol/L", "100 s")
    # 5 % is what some two thousand openings tell
    assert found.open_times.mean() == pytest.approx(found.open_theory.mean, rel=0.05)
    assert found.shut_times.mean() == pytest.approx(found.shut_theory.mean, rel=0.1)


def test_slower_closing_prolongs_the_current_and_hardly_raises_it() -> None:
    plain, rig = ns.scheme(), ns.scheme().with_steroid("240 nmol/L allopregnanolone")
    assert rig.steroid is not None
    # half-effective: half way from 1 to the saturating factor 0.25
    assert rig.steroid.factors == {"alpha1": pytest.approx(0.625), "alpha2": pytest.approx(0.625)}
    before, after = plain.jump(until="2 s"), rig.jump(until="2 s")
    assert after.area_over_peak > 1.4 * before.area_over_peak
    assert 1.0 < after.peak / before.peak < 1.06
    assert plain.with_steroid("allopregnanolone = 240 nmol/L").rates == rig.rates
    assert plain.with_steroid("0 nmol/L allopregnanolone").jump().peak == plain.jump().peak
    assert {number.card for number in rig.ledger.assumed} == {"steroid-on-rates"}


@pytest.mark.parametrize(
    "hypothesis", ["slower-unbinding", "faster-opening", "slower-recovery", "more-desensitisation"]
)
def test_every_hypothesis_changes_its_own_rates(hypothesis: str) -> None:
    for name in ("jones-westbrook", "haas-macdonald"):
        plain = ns.scheme(name)
        found = plain.with_steroid("1 umol/L ganaxolone", hypothesis)
        assert {rate for rate in plain.rates if found.rates[rate] != plain.rates[rate]} == set(found.steroid.factors)


@pytest.mark.parametrize(
    ("ask", "error", "message"),
    [
        (lambda s: s.jump("1 mmol/L for 1 ms at 300 ms", until="200 ms"), InputError, "not inside the run, which ends"),
        (lambda s: s.jump("1 mmol/L for 500 ms at 0 ms", until="200 ms"), InputError, "not inside the run"),
        (lambda s: s.jump("-1 mmol/L for 1 ms"), InputError, "below 0"),
        (lambda s: s.jump(background="-1 umol/L"), InputError, "background: .*below 0"),
        (lambda s: s.jump("1 mmol/L"), InputError, "is not a pulse. Write it like"),
        (lambda s: s.jump(""), InputError, "is not a pulse"),
        (lambda s: s.jump("1 ms for 1 mmol/L"), UnitError, "cannot become"),
        (
            lambda s: s.jump("1 mmol/L for 5 ms at 0 ms; 1 mmol/L for 5 ms at 3 ms"),
            InputError,
            "before the one at 0 ms",
        ),
        (lambda s: s.jump(step="0 ms"), InputError, "not above 0"),
        (lambda s: s.jump(step="1 ns"), InputError, "samples; at most"),
        (lambda s: s.rate_matrix("-1 umol/L"), InputError, "below 0"),
        (lambda s: s.rate_matrix(1.0), UnitError, "has no unit"),
        (lambda s: s.paired_pulses(intervals="10 ms"), InputError, "not a list of intervals"),
        (lambda s: s.dose_response(["0 umol/L"]), InputError, "concentrations above 0"),
        (lambda s: s.synaptic_pulse(decay="10 ms"), InputError, "before transmitter"),
        (lambda s: s.deactivation(components=9), InputError, "ask for 1 to 4"),
        (lambda s: s.single_channel("0 umol/L"), InputError, "Record for longer"),
        (lambda s: s.single_channel(duration="1 year"), InputError, "Record for less"),
        (lambda s: s.single_channel(seed=-1), InputError, "is not a seed"),
        (lambda s: s.noise(sweeps=3), InputError, "10 or more"),
        (lambda s: s.with_rates(alpha1=-1.0), InputError, "must be 0, or from"),
        (lambda s: s.with_rates(alpha1=float("nan")), InputError, "must be 0, or from"),
        (lambda s: s.with_rates(alpha1=1e300), InputError, "must be 0, or from"),
        (lambda s: s.with_rates(alpha1="2"), InputError, "must be 0, or from"),
        (lambda s: s.with_rates(koff=1e12).jump(), InputError, "Take a shorter run, or slower rates"),
        (lambda s: s.steady_state("1e300 umol/L"), InputError, "more than any solution holds"),
        (lambda s: s.desensitisation("0 umol/L"), InputError, "no channel opens"),
        (lambda s: s.desensitisation(duration="1e300 ms"), InputError, "Take a shorter run"),
        (lambda s: s.deactivation("0 umol/L for 1 ms"), InputError, "no channel opens"),
        (lambda s: s.paired_pulses("0 umol/L for 1 ms"), InputError, "no channel opens"),
        (lambda s: s.recovery("0 umol/L for 1 ms"), InputError, "no channel opens"),
        (lambda s: s.paired_pulses("1 mmol/L for 1 ms; 1 mmol/L for 1 ms at 5 ms"), InputError, "takes one pulse"),
        (lambda s: s.with_rates(kon=0.0).dose_response(["1 umol/L"]), InputError, "no channel opens"),
        (lambda s: s.dose_response("1 umol/L"), InputError, "give a list"),
        (lambda s: open_times(s, 0.0), InputError, "no channel goes on opening and closing"),
        (lambda s: s.deactivation(components=1.5), InputError, "ask for 1 to 4"),
        (lambda s: s.with_steroid("100 nmol/L allopregnanalone"), UnknownNameError, "Did you mean 'allopregnanolone'"),
        (lambda s: s.with_steroid("-5 nmol/L allopregnanolone"), InputError, "below 0"),
        (lambda s: s.with_steroid("allopregnanolone"), InputError, "Write it like"),
        (lambda s: s.with_steroid("5 nmol/L ganaxolone", "slower-closin"), UnknownNameError, "Did you mean"),
    ],
)
def test_bad_input_is_refused_with_the_way_out(ask, error: type[NeurosteroidError], message: str) -> None:
    with pytest.raises(error, match=message):
        ask(ns.scheme())


def test_results_are_tables_with_units_and_sources() -> None:
    answer = ns.scheme().jump(until="50 ms")
    frame = answer.to_frame()
    assert list(frame.columns)[:4] == ["time", "agonist", "open_probability", "current"]
    assert frame.attrs["units"]["time"] == "ms"
    assert {number.card for number, _ in answer.sources()} == {"jones-westbrook", "patch"}
    assert any("Jones" in citation for _, citation in answer.sources())


def test_every_result_can_be_drawn() -> None:
    scheme = ns.scheme("destexhe")
    results = [
        scheme.jump(until="50 ms"), scheme.deactivation(until="60 ms", components=1), scheme.paired_pulses(),
        scheme.dose_response(["1 umol/L", "1 mmol/L"]), scheme.noise(sweeps=20, until="40 ms"),
        scheme.single_channel("100 umol/L", "500 ms"),
    ]  # fmt: skip
    for result in results:
        assert result.plot().axes
